"""Exhibits: a numbered figure or table with caption, source line and note, kept together.

Two that follow one another closely, and can be read at half the width, stand side by side.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bs4 import Tag

from thesisbook.outputs.pdf.assets import natural_size
from thesisbook.outputs.pdf.markup import PdfError, array, block, call, string
from thesisbook.outputs.pdf.pdf_tables import Layout, Widths, fit, grid_of, squeeze, table
from thesisbook.outputs.pdf.vocabulary import HEADINGS, after, dropped

if TYPE_CHECKING:
    from thesisbook.outputs.pdf.convert import Converter

__all__ = ["exhibit", "exhibit_body", "half_body", "halves", "left_out", "line", "pairs"]

TALLEST, TALLEST_LANDSCAPE = 610.0, 380.0
"""Points: a table up to this height is kept on one page, a taller one is broken."""
TALLEST_HALF, LONGEST_NOTE = 230.0, 420
"""Points and characters: a table and a note that may stand in half the width."""
LEAST_ALIKE = 0.5
"""Height of the lower of two exhibits side by side as a share of the other's."""
MOST_BETWEEN = 1600
"""Characters of text that two exhibits side by side may have had between them."""
PARTS = {"exhibit-source", "exhibit-note"}


def exhibit(convert: Converter, tag: Tag) -> str:
    """The Typst expression of `figure.exhibit`, with its partner if it has one; raises PdfError
    where a part is missing."""
    partner = convert.partners.get(id(tag))
    if partner is not None:
        cards = [card(convert, item, half_body(convert, item)) for item in (tag, partner)]
        body, breakable, landscape = call("side-by-side", *cards), False, False
    else:
        content, breakable, landscape = exhibit_body(convert, tag, str(tag.get("data-exhibit", "")))
        body = card(convert, tag, content, breakable)
    # On the page where a long table ends, what follows must not float above that end.
    floating = convert.floating and not convert.after_long_table
    first = not convert.after_exhibit
    convert.after_long_table, convert.after_exhibit = breakable, True
    return call(
        "exhibit",
        array(string(str(item["data-exhibit"])) for item in (tag, partner) if item is not None),
        body,
        breakable=breakable,
        landscape=landscape,
        floating=floating,
        first=first,
    )


def card(convert: Converter, tag: Tag, body: str, breakable: bool = False) -> str:
    """An exhibit's caption, body, source and note, wherever it is placed."""
    caption = tag.find("figcaption")
    number = tag.find("span", class_="exhibit-number")
    title = tag.find("span", class_="exhibit-title")
    name = str(tag.get("data-exhibit", ""))
    if not name or not isinstance(caption, Tag) or number is None or not isinstance(title, Tag):
        raise PdfError(f"an exhibit without id, number or title: {tag.get_text()[:60]!r}")
    label = convert.links.label(tag)
    return call(
        "card",
        string(name),
        number=string(number.get_text(strip=True)),
        title=block(convert.unlinked(title)),
        body=body,
        source=line(convert, tag, "exhibit-source"),
        note=line(convert, tag, "exhibit-note"),
        breakable=breakable,
        anchor_id=string(label) if label and convert.anchored else None,
    )


def left_out(convert: Converter, tag: Tag) -> str:
    """The line that stands for an exhibit which is left to the site."""
    number = tag.find("span", class_="exhibit-number")
    title = tag.find("span", class_="exhibit-title")
    if not isinstance(number, Tag) or not isinstance(title, Tag):
        raise PdfError(f"an exhibit without number or title: {tag.get_text()[:60]!r}")
    words = block(convert.unlinked(title))
    return call(
        "left-out", string(number.get_text(strip=True)), words, string(convert.words["on_site"])
    )


def pairs(convert: Converter, exhibits: Iterable[Tag], apart: bool = True) -> dict[int, Tag]:
    """By exhibit, the next one that can stand beside it; `apart`: text may part the two."""
    found: dict[int, Tag] = {}
    free: Tag | None = None
    for tag in exhibits:
        if any(dropped(parent) for parent in tag.parents) or not halves(convert, tag):
            free = None
        elif free is not None and (not apart or near(free, tag)) and alike(convert, free, tag):
            found[id(free)], free = tag, None
        else:
            free = tag
    return found


def near(first: Tag, second: Tag) -> bool:
    """Whether no title and little text stands between two exhibits."""
    size, item = 0, after(first)
    while item is not None and item is not second:
        if isinstance(item, Tag) and (item.name in HEADINGS or item.name == "table"):
            return False
        if isinstance(item, Tag) and dropped(item):
            item = after(item)
            continue
        size += len(item) if isinstance(item, str) else 0
        item = item.next_element
    return size <= MOST_BETWEEN


def halves(convert: Converter, tag: Tag) -> bool:
    """Whether an exhibit can be read at half the width of the page."""
    note = tag.find(class_="exhibit-note")
    if str(tag.get("data-exhibit")) in convert.left_out:
        return False
    if note is not None and len(note.get_text()) > LONGEST_NOTE:
        return False
    return half_height(convert, tag) is not None


def half_height(convert: Converter, tag: Tag) -> float | None:
    """Points that an exhibit takes at half the width of the page; None where it cannot be so."""
    parts = shown_parts(tag)
    if len(parts) != 1:
        return None
    if parts[0].name == "svg":
        drawn = convert.narrow.get(str(tag.get("data-exhibit")))
        if drawn is None:
            return None
        width, height = natural_size(drawn)
        return height * min(Widths.HALF / width, 1.0)
    if parts[0].name == "table":
        chosen = fit(grid_of(parts[0]), Widths.HALF)
        return chosen.height if chosen is not None and chosen.height <= TALLEST_HALF else None
    return None


def alike(convert: Converter, first: Tag, second: Tag) -> bool:
    """Whether two exhibits are of about the same height, so that neither leaves a hole."""
    low, high = sorted(half_height(convert, tag) or 0.0 for tag in (first, second))
    return low >= LEAST_ALIKE * high


def half_body(convert: Converter, tag: Tag) -> str:
    (part,) = shown_parts(tag)
    name = str(tag["data-exhibit"])
    if part.name == "table":
        return block([table(convert, part, Widths.HALF)])
    alt = convert.drawings.alt(part)
    return block([convert.drawings.narrow(convert.narrow[name], alt, name)])


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
            number = tag.find("span", class_="exhibit-number")
            called = number.get_text(strip=True) if breakable and number is not None else ""
            pieces.append(table(convert, part, width, chosen, called))
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
