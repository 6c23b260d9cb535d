"""Characters that the shipped typefaces can show, and the width of text set in them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

__all__ = ["CJK", "FONT_FOLDERS", "is_chinese", "text_width", "visible"]

PACKAGE = Path(__file__).resolve().parents[2]
EXHIBIT_FONTS = PACKAGE / "exhibits" / "fonts"
TEXT_FONTS = Path(__file__).parent / "fonts"
FONT_FOLDERS = (TEXT_FONTS, EXHIBIT_FONTS)

CJK = re.compile(
    r"[\u2e80-\u2fdf\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]"
)
MEETING = re.compile(r"[\u4e00-\u9fff](?=[A-Za-z0-9])|[A-Za-z0-9%](?=[\u4e00-\u9fff])")
JOINERS = "\u00ad\u200b\u200c\u200d\u2060\ufe0e\ufe0f\ufeff"


@cache
def coverage() -> frozenset[int]:
    """Code points that one of the faces of running text has."""
    points: set[int] = set()
    for path in (
        TEXT_FONTS / "SourceSerif4-Regular.ttf",
        EXHIBIT_FONTS / "NotoSansSC-Regular.ttf",
        TEXT_FONTS / "DejaVuSans.ttf",
    ):
        with TTFont(path, lazy=True) as font:
            points.update(font.getBestCmap())
    return frozenset(points)


def shown(char: str) -> str:
    if char in "\n\t " or ord(char) < 0x7F:
        return char if char in "\n\t" or char >= " " else f"[U+{ord(char):04X}]"
    if char in JOINERS:
        return "" if char in "\ufe0e\ufe0f\ufeff" else char
    # Format characters, direction overrides among them, could make a page read otherwise than its
    # data.
    if unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs", "Cn"} or ord(char) not in coverage():
        return f"[U+{ord(char):04X}]"
    return char


def visible(text: str) -> str:
    """`text` with every character that no face can show replaced by its code point, `[U+1F9FF]`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(shown, text))


def is_chinese(text: str) -> bool:
    """Whether a paragraph is Chinese: most of its letters are."""
    chinese = len(CJK.findall(text))
    latin = sum(char.isalpha() for char in text) - chinese
    return chinese * 2 > latin / 3 and chinese > 4


@cache
def advances(bold: bool) -> tuple[dict[int, int], int]:
    name = "SourceSans3-Bold.ttf" if bold else "SourceSans3-Regular.ttf"
    with TTFont(EXHIBIT_FONTS / name, lazy=True) as font:
        metrics = font["hmtx"]
        return {c: metrics[g][0] for c, g in font.getBestCmap().items()}, font["head"].unitsPerEm


def text_width(text: str, bold: bool = False) -> float:
    """Width of one line of table text in ems; characters of other faces count as one em, and a
    quarter more where Chinese and Latin characters meet."""
    table, em = advances(bold)
    meetings = len(MEETING.findall(text))
    return sum(table.get(ord(char), em) for char in text) / em + meetings / 4
