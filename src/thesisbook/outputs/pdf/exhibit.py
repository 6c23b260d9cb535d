"""Exhibits: a numbered figure or table with caption, source line and note, kept together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import Tag

from thesisbook.outputs.pdf.markup import PdfError, block, call, string
from thesisbook.outputs.pdf.pdf_tables import Layout, Widths, fit, grid_of, squeeze, table
from thesisbook.outputs.pdf.vocabulary import dropped

if TYPE_CHECKING:
    from thesisbook.outputs.pdf.convert import Converter

__all__ = ["exhibit", "exhibit_body"]

TALLEST, TALLEST_LANDSCAPE = 610.0, 380.0
"""Points: a table up to this height is kept on one page, a taller one is broken."""
PARTS = {"exhibit-source", "exhibit-note"}


def exhibit(convert: Converter, tag: Tag) -> str:
    """The Typst expression of `figure.exhibit`; raises PdfError where a part is missing."""
    name = str(tag.get("data-exhibit", ""))
    caption = tag.find("figcaption")
    number = tag.find("span", class_="exhibit-number")
    title = tag.find("span", class_="exhibit-title")
    if not name or not isinstance(caption, Tag) or number is None or not isinstance(title, Tag):
        raise PdfError(f"an exhibit without id, number or title: {tag.get_text()[:60]!r}")
    body, breakable, landscape = exhibit_body(convert, tag, name)
    # On the page where a long table ends, what follows must not float above that end.
    floating = not convert.after_long_table
    first = not convert.after_exhibit
    convert.after_long_table, convert.after_exhibit = breakable, True
    label = convert.links.label(tag)
    return call(
        "exhibit",
        string(name),
        number=string(number.get_text(strip=True)),
        title=block(convert.unlinked(title)),
        body=body,
        source=line(convert, tag, "exhibit-source"),
        note=line(convert, tag, "exhibit-note"),
        breakable=breakable,
        landscape=landscape,
        floating=floating,
        first=first,
        anchor_id=string(label) if label and convert.anchored else None,
    )


def line(convert: Converter, tag: Tag, name: str) -> str | None:
    found = tag.find_all(["p", "div"], class_=name)
    pieces = [piece for p in found for piece in convert.inline(p.children)]
    return block(pieces) if pieces else None


def exhibit_body(convert: Converter, tag: Tag, name: str) -> tuple[str, bool, bool]:
    """What the exhibit shows, whether it may break over pages, and whether it wants a wide page."""
    pieces: list[str] = []
    breakable = landscape = False
    for part in shown_parts(tag):
        if part.name == "svg":
            suffix = f"-{len(pieces)}" if pieces else ""
            pieces.append(convert.drawings.drawing(part, convert.drawings.alt(part), name + suffix))
        elif part.name == "table":
            chosen, landscape, breakable = table_layout(part)
            width = Widths.LANDSCAPE if landscape else Widths.PAGE
            pieces.append(table(convert, part, width, chosen, breakable))
        else:
            pieces += convert.block(part) if convert.is_block(part) else convert.loose([part])
    if not pieces:
        raise PdfError(f"the exhibit {name} shows nothing")
    return block(pieces), breakable, landscape


def shown_parts(tag: Tag) -> list[Tag]:
    parts: list[Tag] = []
    for child in tag.find_all(True, recursive=False):
        names = set(child.get_attribute_list("class"))
        if child.name == "figcaption" or names & PARTS or dropped(child):
            continue
        if child.name == "div":
            parts += shown_parts(child)
        else:
            parts.append(child)
    return parts


def table_layout(tag: Tag) -> tuple[Layout, bool, bool]:
    """Layout of a table, whether it wants a wide page, and whether it may be broken."""
    grid = grid_of(tag)
    upright = fit(grid, Widths.PAGE)
    if upright is not None:
        return upright, False, upright.height > TALLEST
    wide = fit(grid, Widths.LANDSCAPE) or squeeze(grid, Widths.LANDSCAPE)
    return wide, True, wide.height > TALLEST_LANDSCAPE
