"""LaTeX formulas as Typst ones, by pandoc, all of a book in one call."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable
from functools import cache

import pypandoc

from thesisbook.outputs.pdf.markup import PdfError

__all__ = ["MathTable", "latex_of", "typst_math"]

MathTable = dict[str, str]
DELIMITERS = re.compile(r"^\s*(?:\\\((.*)\\\)|\\\[(.*)\\\]|\$\$(.*)\$\$)\s*$", re.DOTALL)
# Sphinx wraps several lines in `split`, in which an alignment of its own is redundant.
SPLIT = re.compile(
    r"\\begin\{split\}\s*(\\begin\{(\w+\*?)\}.*?\\end\{\2\})\s*\\end\{split\}", re.DOTALL
)

SPACE = re.compile(r"#h\([\d.]+em\)")
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\\.', re.DOTALL)


def latex_of(text: str) -> str:
    """The formula between Sphinx's delimiters `\\(...\\)` or `\\[...\\]`."""
    match = DELIMITERS.match(text)
    if match is None:
        raise PdfError(f"a formula without delimiters: {text.strip()[:80]!r}")
    latex = next(group for group in match.groups() if group is not None).strip()
    return SPLIT.sub(r"\1", latex)


@cache
def api_version() -> tuple[int, ...]:
    """Version of the document form that this pandoc reads."""
    empty = pypandoc.convert_text("", "json", format="markdown")
    return tuple(json.loads(empty)["pandoc-api-version"])


def typst_math(formulas: Iterable[str]) -> MathTable:
    """Typst for each LaTeX formula, without dollar signs; raises PdfError on one it cannot read."""
    wanted = sorted(set(formulas))
    if not wanted:
        return {}
    document = {
        "pandoc-api-version": api_version(),
        "meta": {},
        "blocks": [
            {"t": "Para", "c": [{"t": "Math", "c": [{"t": "InlineMath"}, latex]}]}
            for latex in wanted
        ],
    }
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "-f", "json", "-t", "typst", "--wrap=none"],
        input=json.dumps(document),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode or done.stderr.strip():
        raise PdfError(f"a formula that pandoc cannot read: {done.stderr.strip()}")
    parts = [part.strip() for part in done.stdout.strip().split("\n\n")]
    if len(parts) != len(wanted) or not all(p.startswith("$") and p.endswith("$") for p in parts):
        raise PdfError(f"pandoc returned {len(parts)} formulas for {len(wanted)}: {parts}")
    for part in parts:
        # pandoc escapes both signs, but for spaces; a bare one would leave mathematics for code.
        if re.search(r"[#$]", QUOTED.sub("", SPACE.sub("", part[1:-1]))):
            raise PdfError(f"a formula that leaves mathematics: {part}")
    return {latex: part[1:-1] for latex, part in zip(wanted, parts, strict=True)}
