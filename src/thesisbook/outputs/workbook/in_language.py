"""A workbook with its words in another language: the sheets themselves, and so every formula and
value, stay the same bytes."""

from __future__ import annotations

import re
import zipfile
from html import escape, unescape
from pathlib import Path

from thesisbook.exhibits.translation import Translation
from thesisbook.outputs.workbook.origin import ROWS, SELECTOR

STRINGS = "xl/sharedStrings.xml"
CHARTS = "xl/charts/"
SHEETS = "xl/worksheets/"
TEXT = re.compile(r"(<(t|a:t)(?: [^>]*)?>)([^<]+)(</\2>)")
FORMULA = re.compile(r"<f[^>]*>([^<]+)</f>|<formula1>([^<]+)</formula1>")
CODE = re.compile(r"[a-z0-9_.]+")  # the name of a parameter, a quantity or a scenario
CALCULATION = re.compile(r" [x/+] |^[-\[]")
CONSTANT = re.compile(r'"([^"]*)"')


def put_in_language(workbook: Path, say: Translation) -> None:
    """Rewrite the words of `workbook` in place, as `say` gives them.

    A word that a formula compares with stays, and so do the names of sheets.
    """
    with zipfile.ZipFile(workbook) as archive:
        entries = [(entry, archive.read(entry)) for entry in archive.infolist()]
    kept = {*ROWS.values(), SELECTOR}  # by which an edited workbook is read
    kept |= {
        word
        for entry, content in entries
        if entry.filename.startswith(SHEETS)
        for formula in FORMULA.findall(content.decode("utf-8"))
        for constant in CONSTANT.findall(unescape("".join(formula)))
        for word in (constant, *constant.split(","))
    }

    def said(match: re.Match[str]) -> str:
        text = unescape(match[3])
        told = text
        if text not in kept and not CODE.fullmatch(text):
            told = say.formula(text) if CALCULATION.search(text) else say(text)
        return match[0] if told == text else f"{match[1]}{escape(told, quote=False)}{match[4]}"

    with zipfile.ZipFile(workbook, "w") as archive:
        for entry, content in entries:
            if entry.filename == STRINGS or entry.filename.startswith(CHARTS):
                content = TEXT.sub(said, content.decode("utf-8")).encode("utf-8")  # noqa: PLW2901
            archive.writestr(entry, content)
