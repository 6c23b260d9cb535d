"""The receipts of all numbers as one script, which a page loads when a reader asks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from thesisbook.outputs.site.notebooks import Chapter

NUMBER = re.compile(r'<span class="num"[^>]*? data-receipt="(?P<name>[^"]+)"[^>]*>')
CELL = re.compile(
    r'<td(?P<before>[^>]*?) data-receipt="(?P<name>[^"]+)"(?P<after>[^>]*)>(?P<text>[^<]*)</td>'
)
FILE = "receipts.js"


def collect(chapters: Iterable[Chapter]) -> dict[str, Any]:
    """All receipts of a site by name; a name that two chapters both glue is the same number."""
    receipts: dict[str, Any] = {}
    for chapter in chapters:
        for name, receipt in chapter.numbers.items():
            receipts.setdefault(name, receipt)
    return receipts


def write(receipts: Mapping[str, Any], outdir: Path) -> Path:
    """`window.RECEIPTS` and `window.SOURCES` beside the pages.

    A script, since a page opened from disk may not fetch data. Each source is written once and
    named by receipts.
    """
    sources: dict[str, Any] = {}
    slim: dict[str, Any] = {}
    for name, receipt in receipts.items():
        source = receipt.get("source")
        if isinstance(source, Mapping) and "id" in source:
            sources[source["id"]] = source
            receipt = {**receipt, "source": source["id"]}  # noqa: PLW2901
        slim[name] = {key: value for key, value in receipt.items() if value not in ("", None, [])}
    path = outdir / FILE
    text = f"window.SOURCES={_json(sources)};\nwindow.RECEIPTS={_json(slim)};\n"
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _json(data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def permalinks(body: str) -> str:
    """`body` with numbers that act as buttons, the first of each named one with the id `n-NAME`.

    Table cells that carry a receipt get the same span inside as numbers in prose have.
    """
    seen: set[str] = set()

    def cell(match: re.Match[str]) -> str:
        number = f'<span class="num" tabindex="0" data-receipt="{match["name"]}">'
        return f"<td{match['before']}{match['after']}>{number}{match['text']}</span></td>"

    def button(match: re.Match[str]) -> str:
        name = match["name"]
        named = re.fullmatch(r"[a-z0-9_]+", name) and name not in seen and " id=" not in match[0]
        seen.add(name)
        identity = f' id="n-{name}"' if named else ""
        role = "" if " role=" in match[0] else ' role="button" aria-haspopup="dialog"'
        return match[0][:-1] + identity + role + ">"

    return NUMBER.sub(button, CELL.sub(cell, body))
