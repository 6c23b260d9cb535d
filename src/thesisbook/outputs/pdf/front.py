"""The front page: title and claims of the summary chapter, all else from quantities and facts."""

from __future__ import annotations

from dataclasses import replace

from bs4 import Tag

from thesisbook.outputs.pdf.convert import Converter
from thesisbook.outputs.pdf.exhibit import exhibit_body, half_body, halves, line
from thesisbook.outputs.pdf.front_values import FrontValues
from thesisbook.outputs.pdf.glyphs import visible
from thesisbook.outputs.pdf.markup import PdfError, array, block, call, string
from thesisbook.outputs.pdf.meta import PdfMeta
from thesisbook.outputs.pdf.page import Document, Page
from thesisbook.outputs.pdf.vocabulary import TITLES, classes

__all__ = ["front_page", "in_small_print"]

DISCLOSURES = "disclosures"
TABLE_TYPE, NAME_COLUMN, YEAR_COLUMN = "7.6pt", "1fr", "17.5mm"


def front_page(page: Page, convert: Converter, meta: PdfMeta, front: FrontValues | None) -> str:
    """The Typst expression of the front page; raises PdfError where the summary has no claims."""
    summary = page.summary
    if summary is None:
        raise PdfError("the book has no chapter, and the front page is made of its first")
    copy = replace(convert, anchored=False, receipts=())
    claims = claims_of(summary.section)
    own = page.document(DISCLOSURES)
    drawn = [tag for name in meta.figures if (tag := page.exhibit(name)) is not None]
    return call(
        "front-page",
        title=block(copy.unlinked(summary.title)),
        lead=lead(copy, summary.section, claims),
        thesis=array(block(copy.blocks(item)) for item in copy.items(claims, {"li"})),
        chart=titled(copy, drawn[0]) if drawn else None,
        disclosures=string(convert.links.mark(own)) if own is not None else None,
        **(figures(front) if front is not None else {}),
    )


def figures(front: FrontValues) -> dict[str, object]:
    """Rating, box, key data and the table by year as arguments for the template."""

    def pairs(found: dict[str, tuple[str, str]]) -> str:
        return array(array([text(name), text(value)]) for name, value in found.values())

    return {
        "rating": text(front.rating),
        "figures": pairs(dict(front.box)),
        "key_data": pairs(dict(front.key_data)),
        "scale": text(front.scale),
        "five_year": by_year(front),
    }


def by_year(front: FrontValues) -> str:
    """The lines by year; forecasts are tinted."""
    columns = range(1, len(front.years) + 1)
    return call(
        "data-table",
        columns=array([NAME_COLUMN, *(YEAR_COLUMN for _ in columns)]),
        size=TABLE_TYPE,
        head=array([cell(front.unit_of_lines, "left"), *(cell(year) for year in front.years)]),
        head_rows=1,
        shaded=array(str(k) for k in columns if front.years[k - 1].endswith("E")),
        body=array(
            entry
            for label, cells in front.lines.values()
            for entry in (cell(label, "left"), *(cell(value) for value in cells))
        ),
    )


def cell(words: str, side: str = "right") -> str:
    return call("table.cell", text(words), align=side)


def in_small_print(document: Document, body: list[str]) -> list[str]:
    """The body of a page, in smaller type where it holds the disclosures."""
    return [call("fine-print", block(body))] if document.stem == DISCLOSURES else body


def text(words: str) -> str:
    return string(visible(words))


def lead(copy: Converter, section: Tag, claims: Tag) -> str | None:
    """The paragraph marked `front-lead`, otherwise the first before the claims, if there is one."""
    marked = section.find(class_="front-lead")
    if isinstance(marked, Tag):
        first = marked if marked.name == "p" else marked.find("p")
    else:
        before = claims.find_all_previous("p")
        own = [
            p
            for p in before
            if any(parent is section for parent in p.parents) and not classes(p) & TITLES
        ]
        first = own[-1] if own else None
    return block(copy.inline(first.children)) if isinstance(first, Tag) else None


def claims_of(section: Tag) -> Tag:
    """The list in the element of class `front-thesis`, otherwise the first list of the chapter."""
    marked = section.find(class_="front-thesis")
    claims = (marked if isinstance(marked, Tag) else section).find(["ol", "ul"])
    if not isinstance(claims, Tag):
        raise PdfError("the summary chapter has no list of claims for the front page")
    return claims


def titled(copy: Converter, exhibit: Tag) -> str:
    """Title, content and source of an exhibit as a dictionary for the template."""
    title = exhibit.find("span", class_="exhibit-title")
    small = halves(copy, exhibit)
    name = str(exhibit["data-exhibit"])
    body = half_body(copy, exhibit) if small else exhibit_body(copy, exhibit, name)[0]
    heading = block(copy.unlinked(title)) if isinstance(title, Tag) else "[]"
    source = line(copy, exhibit, "exhibit-source")
    return f"(title: {heading}, body: {body}, source: {source or 'none'})"
