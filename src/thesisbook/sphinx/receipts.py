"""Receipts: what every number on a page can answer, as one script that a page loads when asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from thesisbook.sphinx.notebooks import Chapter

NUMBER = re.compile(
    r'<span class="num"(?P<rest>[^>]*?) data-receipt="(?P<name>[^"]+)"(?P<end>[^>]*)>'
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
    """`window.RECEIPTS = {...}` beside the pages: a script, since a page opened from disk may not
    fetch data."""
    path = outdir / FILE
    body = json.dumps(receipts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path.write_text(f"window.RECEIPTS={_safe(body)};\n", encoding="utf-8", newline="\n")
    return path


def _safe(body: str) -> str:
    return body.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def permalinks(body: str) -> str:
    """`body` with numbers that act as buttons, the first of each name carrying the id `n-NAME`."""
    seen: set[str] = set()

    def button(match: re.Match[str]) -> str:
        name = match["name"]
        identity = "" if name in seen or " id=" in match[0] else f' id="n-{name}"'
        seen.add(name)
        role = "" if " role=" in match[0] else ' role="button" aria-haspopup="dialog"'
        return match[0][:-1] + identity + role + ">"

    return NUMBER.sub(button, body)
