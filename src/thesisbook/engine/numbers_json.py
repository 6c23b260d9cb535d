"""Every named number of a book with its receipt, gathered from the executed chapters."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from thesisbook.engine.placing import put_text

DIGITS = 12


def write_numbers(*, notebooks: Iterable[Path], about: Mapping[str, Any], out: Path) -> None:
    """The numbers and receipts of all chapters as JSON in file `out`, with what is said `about`
    the book."""
    found: dict[str, Any] = {**about, "numbers": {}, "receipts": {}}
    for notebook in notebooks:
        for part, entries in numbers_of(notebook).items():
            found[part].update(entries)
    put_text(json.dumps(rounded(found), ensure_ascii=False, indent=1, sort_keys=True) + "\n", out)


def numbers_of(notebook: Path) -> dict[str, dict[str, Any]]:
    """`numbers` and the `receipts` behind them that an executed notebook carries, hidden."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    found: dict[str, dict[str, Any]] = {"numbers": {}, "receipts": {}}
    for cell in content["cells"]:
        for output in cell.get("outputs", []):
            payload = output.get("data", {}).get("application/vnd.thesisbook.numbers+json") or {}
            for part, entries in found.items():
                entries.update(payload.get(part, {}))
    return found


def rounded(value: Any) -> Any:
    """Floats to 12 significant digits: beyond that, processors differ."""
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {str(key): rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return value
