"""The front page, made of the summary chapter and of named numbers."""

from __future__ import annotations

from dataclasses import replace

from bs4 import Tag

from thesisbook.outputs.pdf.convert import Converter
from thesisbook.outputs.pdf.exhibit import exhibit_body, line
from thesisbook.outputs.pdf.glyphs import visible
from thesisbook.outputs.pdf.markup import PdfError, array, block, call, string
from thesisbook.outputs.pdf.meta import PdfMeta, words_of
from thesisbook.outputs.pdf.page import Page
from thesisbook.outputs.pdf.pdf_tables import Layout, fit, grid_of, squeeze, table
from thesisbook.outputs.pdf.vocabulary import TITLES, classes

__all__ = ["front_page"]

MM = 72 / 25.4
SIDE = 52 * MM
"""Width of the column of key data."""
FULL = 178 * MM
FIGURES = ("football_field", "valuation_bridge")
BOX = ("target_price", "share_price", "upside", "market_cap")


DISCLOSURES = "disclosures"


def front_page(page: Page, convert: Converter, meta: PdfMeta) -> str:
    """The Typst expression of the front page; raises PdfError where the summary has no claims."""
    summary = page.summary
    if summary is None:
        raise PdfError("the book has no chapter, and the front page is made of its first")
    copy = replace(convert, anchored=False, receipts={})
    words = words_of(meta.language)
    claims = claims_of(summary.section)
    own = page.document(DISCLOSURES)
    shown = [titled(copy, page.exhibit(name)) for name in FIGURES]
    return call(
        "front-page",
        title=block(copy.unlinked(summary.title)),
        lead=lead(copy, summary.section, claims),
        thesis=array(block(copy.blocks(item)) for item in copy.items(claims, {"li"})),
        rating=text(meta.text("rating_text")),
        figures=array(
            array([string(visible(words[name])), string(visible(number))])
            for name in BOX
            if (number := meta.text(name)) is not None
        ),
        key_data=side_table(copy, page.exhibit("summary_key_data")),
        charts=array(chart for chart in shown if chart is not None),
        disclosures=string(convert.links.mark(own)) if own is not None else None,
        five_year=titled(copy, page.exhibit("summary_five_year"), FULL),
    )


def text(words: str | None) -> str | None:
    return None if words is None else string(visible(words))


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


def side_table(copy: Converter, exhibit: Tag | None) -> str | None:
    """Key data for the side column, in smaller type: names above values would need more room."""
    inner = exhibit.find("table") if exhibit is not None else None
    return table(copy, inner, SIDE, small(inner, SIDE)) if isinstance(inner, Tag) else None


def small(tag: Tag, width: float) -> Layout:
    grid = grid_of(tag)
    return fit(grid, width) or squeeze(grid, width)


def titled(copy: Converter, exhibit: Tag | None, width: float | None = None) -> str | None:
    """Title, content and source of an exhibit as a dictionary for the template."""
    if exhibit is None:
        return None
    title = exhibit.find("span", class_="exhibit-title")
    inner = exhibit.find("table")
    if width is not None and isinstance(inner, Tag):
        body = table(copy, inner, width, small(inner, width))
    else:
        body = exhibit_body(copy, exhibit, str(exhibit["data-exhibit"]))[0]
    heading = block(copy.unlinked(title)) if isinstance(title, Tag) else "[]"
    source = line(copy, exhibit, "exhibit-source")
    return f"(title: {heading}, body: {body}, source: {source or 'none'})"
