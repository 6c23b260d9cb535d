"""Convert HTML tables to Typst, with type size and column widths computed beforehand.

Typst lets a wide table run over the edge of the page. Widths follow the rule of CSS for
automatic tables: no column gets less than its longest word, and what is left goes to those that
want more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from bs4 import Tag

from thesisbook.outputs.pdf.glyphs import CJK, text_width
from thesisbook.outputs.pdf.markup import PdfError, array, block, call, string
from thesisbook.outputs.pdf.table_grid import Cell, Grid, grid_of

if TYPE_CHECKING:
    from thesisbook.outputs.pdf.convert import Converter

__all__ = ["Layout", "Widths", "fit", "grid_of", "squeeze", "table"]

MM = 72 / 25.4
SIZES = (8.2, 7.8, 7.4, 7.0)
FULL_PAGE = 650.0
LAST_ROWS = 3
GUTTER = 7.0  # points between columns
LEADING = 1.32  # height of a line, in type sizes
NUMBER = re.compile(r"^[\s(]*[-−–+±~≈<>≥≤]?\s*(?:[A-Z]{0,3}[$€£¥]|[A-Z]{3})?\s*[\d.,]+.{0,8}$")
BLANK = {"", "–", "—", "-", "n.a.", "n.m.", "na", "nm", "n/a", "…"}
_LETTER = rf"(?!{CJK.pattern})[^\s-]"
CHINESE_WORD = 4.0  # ems
WORD = re.compile(rf"{CJK.pattern}|(?:{_LETTER})+(?:-(?=\d)(?:{_LETTER})+)*-?|-+")
"""What a line may not break: after a hyphen it may, unless a digit follows."""
CLASS_ALIGN = {
    "text-right": "right",
    "text-center": "center",
    "text-left": "left",
    "number": "right",
    "num": "right",
    "text": "left",
}


class Widths(float, Enum):
    """Widths to fill, in points."""

    HALF = 86 * MM
    TEXT = 154 * MM
    PAGE = 178 * MM
    LANDSCAPE = 265 * MM


@dataclass(frozen=True)
class Layout:
    size: float
    widths: tuple[float, ...]
    height: float
    """All in points."""


def wants(grid: Grid) -> tuple[list[float], list[float]]:
    """Least and preferred width of each column in ems, without the gutter."""
    least, most = [0.0] * grid.columns, [0.0] * grid.columns
    for index, row in enumerate(grid.rows):
        stands_out = index < len(grid.head) or index - len(grid.head) in grid.kinds
        for cell in row:
            if cell.colspan > 1:
                continue
            bold = stands_out or cell.tag.find(["strong", "b"]) is not None
            text = cell.text
            line = text_width(text, bold)
            word = line if NUMBER.match(text) else longest(text, bold)
            least[cell.column] = max(least[cell.column], word)
            most[cell.column] = max(most[cell.column], line)
    return least, most


def longest(text: str, bold: bool) -> float:
    """Width of what a line may not break; of a short Chinese word it should not break either."""
    words = max((text_width(word, bold) for word in WORD.findall(text)), default=0.0)
    return max(words, min(text_width(text, bold), CHINESE_WORD)) if CJK.search(text) else words


def fit(grid: Grid, width: float) -> Layout | None:
    """The largest type in which no word is broken within `width` points; None if there is none.

    A table of several pages is set smaller where that makes it much shorter.
    """
    least, most = wants(grid)
    room = width - GUTTER * grid.columns
    wordy = sum(most) > 2.2 * sum(least)
    chosen = None
    for size in SIZES:
        fits = sum(least) * size * 1.04 <= room and (wordy or size < 7.3)
        if sum(most) * size > room and not fits:
            continue
        tried = layout(grid, least, most, size, width)
        if chosen is None or saves_pages(chosen, tried):
            chosen = tried
    return chosen


def saves_pages(large: Layout, small: Layout) -> bool:
    """Whether smaller type shortens a table of several pages by more than its lower lines alone."""
    return large.height > FULL_PAGE and small.height < 0.9 * large.height * small.size / large.size


def squeeze(grid: Grid, width: float) -> Layout:
    """A layout in the smallest type, for tables beyond `fit`; raises PdfError where it is none."""
    least, most = wants(grid)
    size = (width - GUTTER * grid.columns) / (sum(least) * 1.04)
    if size < SIZES[-1]:
        raise PdfError(
            f"a table of {grid.columns} columns cannot be read at {size:.1f} pt: split it"
        )
    return layout(grid, least, most, SIZES[-1], width)


def layout(grid: Grid, least: list[float], most: list[float], size: float, width: float) -> Layout:
    room = width - GUTTER * grid.columns
    low = [x * size * 1.02 for x in least]
    high = [max(x * size * 1.02, y) for x, y in zip(most, low, strict=True)]
    if sum(high) <= room:
        # Columns of numbers are equally wide; the first column, of names, a third wider.
        share = (room - sum(high)) / (grid.columns + 0.33)
        widths = [w + share * (1.33 if k == 0 else 1) for k, w in enumerate(high)]
    else:
        spare, wish = room - sum(low), sum(high) - sum(low)
        widths = [a + spare * (b - a) / wish for a, b in zip(low, high, strict=True)]
    height = sum(row_height(row, widths, size) for row in grid.rows)
    return Layout(size, tuple(w + GUTTER for w in widths), height)


def row_height(row: list[Cell], widths: list[float], size: float) -> float:
    lines = 1.0
    for cell in row:
        have = sum(widths[cell.column : cell.column + cell.colspan]) or 1
        lines = max(lines, -(-text_width(cell.text) * size // have))
    return lines * size * LEADING + 3.4


def alignment(grid: Grid) -> list[str]:
    """`left`, `center` or `right` for each column, by class, otherwise by what stands in it.

    The first column names the rows and is left. Exhibits mark their columns of words, so that their
    others are numbers; in any other table a column is of numbers when nearly all its cells are.
    """
    first = grid.rows[0][0].tag
    marked = first.find_parent("figure", class_="exhibit") is not None
    out = []
    for column in range(grid.columns):
        cells = [c for row in grid.body for c in row if c.column == column and c.colspan == 1]
        named = [
            CLASS_ALIGN[k]
            for c in cells
            for k in c.tag.get_attribute_list("class")
            if k in CLASS_ALIGN
        ]
        texts = [c.text for c in cells if c.text.lower() not in BLANK]
        numeric = sum(bool(NUMBER.match(text)) for text in texts)
        if named:
            out.append(max(sorted(set(named)), key=named.count))
        elif column and (marked or (texts and numeric >= 0.85 * len(texts))):
            out.append("right")
        else:
            out.append("left")
    return out


def table(
    convert: Converter,
    tag: Tag,
    width: float,
    chosen: Layout | None = None,
    broken: str = "",
) -> str:
    """The Typst expression of a table; `chosen` is its layout where the caller has one. One that is
    broken over pages, and then called `broken`, ends on at least LAST_ROWS rows."""
    grid = grid_of(tag)
    chosen = chosen or fit(grid, width) or squeeze(grid, width)
    aligned = alignment(grid)
    head = [cell_of(convert, cell, aligned, head=True) for row in grid.head for cell in row]
    if not grid.head:
        head = [
            call("table.cell", string(word), align=f"{side} + bottom")
            for word, side in zip(headings(grid, convert.words), aligned, strict=True)
        ]
    rows = []
    for index, row in enumerate(grid.body):
        kind = grid.kinds.get(index)
        cells = [cell_of(convert, cell, aligned, kind=kind) for cell in row]
        covered = sum(cell.colspan for cell in row)
        if covered < grid.columns and not any(c.rowspan > 1 for r in grid.body[:index] for c in r):
            cells += ["[]"] * (grid.columns - covered)
        rows.append(cells)
    spans = any(cell.rowspan > 1 for row in grid.body for cell in row)
    tail = LAST_ROWS if broken and not spans and len(rows) > 2 * LAST_ROWS else 0
    body, last = rows[: len(rows) - tail], rows[len(rows) - tail :]
    return call(
        "data-table",
        columns=array(f"{w:.2f}pt" for w in chosen.widths),
        size=f"{chosen.size}pt",
        head=array(head),
        head_rows=max(len(grid.head), 1),
        called=string(broken) if broken else None,
        goes_on=string(convert.words["continued"]) if broken else None,
        shaded=array(str(column) for column in forecasts(grid)),
        body=array(cell for row in body for cell in row),
        tail=array(cell for row in last for cell in row),
    )


def headings(grid: Grid, words: Mapping[str, str]) -> list[str]:
    """Headings for a table of names and values, which a page need not head but a listener needs."""
    if grid.columns != 2:
        raise PdfError(f"a table of {grid.columns} columns without headings of its columns")
    return [words["item"], words["value_of"]]


def forecasts(grid: Grid) -> list[int]:
    """Columns of forecasts, which are tinted."""
    marked = (
        c for row in grid.head for c in row if "forecast" in c.tag.get_attribute_list("class")
    )
    return sorted({cell.column for cell in marked})


def cell_of(
    convert: Converter, cell: Cell, aligned: list[str], head: bool = False, kind: str | None = None
) -> str:
    paragraphs = cell.tag.find_all("p")
    if len(paragraphs) == 1 and len(cell.tag.find_all(True, recursive=False)) == 1:
        pieces = convert.inline(paragraphs[0].children)
    elif any(isinstance(c, Tag) and convert.is_block(c) for c in cell.tag.children):
        pieces = convert.blocks(cell.tag)
    else:
        pieces = convert.inline(cell.tag.children)
    across = aligned[cell.column] if cell.colspan == 1 else ("center" if head else "left")
    named: dict[str, object] = {"align": f"{across} + {'bottom' if head else 'top'}"}
    if cell.colspan > 1:
        named["colspan"] = cell.colspan
    if cell.rowspan > 1:
        named["rowspan"] = cell.rowspan
    if head and not cell.text:
        # A header without words heads nothing for those who listen.
        pieces = [string(convert.words["item" if cell.column == 0 else "value_of"])]
    content = block(convert.anchor(cell.tag) + pieces)
    if kind is not None:
        return call(f"{kind}-cell", call("strong", content), **named)
    return call("table.cell", content, **named)
