"""Every named number of a book with its receipt, gathered from the executed chapters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from thesisbook.engine.placing import put_text
from thesisbook.provenance.receipt_store import json_text, rounded


def write_numbers(*, notebooks: Iterable[Path], about: Mapping[str, Any], out: Path) -> None:
    """The numbers and receipts of all chapters as JSON in file `out`, with what is said `about`
    the book and what its run is called."""
    found = {**about, **numbers_of(*notebooks)}
    put_text(json_text(rounded(found)) + "\n", out)


def numbers_of(*notebooks: Path) -> dict[str, Any]:
    """What executed notebooks carry, hidden: `numbers`, the `receipts` behind them, and `label`,
    which is what the run is called."""
    from thesisbook.outputs.pdf.meta import payloads  # noqa: PLC0415 - loads the data, in a child

    found: dict[str, Any] = {"label": "", "numbers": {}, "receipts": {}}
    for notebook in notebooks:
        for payload in payloads(notebook):
            found["label"] = payload.get("run", found["label"])
            for part in ("numbers", "receipts"):
                found[part].update(payload.get(part, {}))
    return found
