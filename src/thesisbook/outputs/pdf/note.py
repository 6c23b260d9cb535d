"""The short edition: what data/print.yaml names of the book, behind the same front page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

from bs4 import Tag

from thesisbook.data.faults import nearest
from thesisbook.outputs.pdf.convert import Converter
from thesisbook.outputs.pdf.exhibit import exhibit, pairs
from thesisbook.outputs.pdf.front import in_small_print
from thesisbook.outputs.pdf.glyphs import visible
from thesisbook.outputs.pdf.markup import PdfError, block, call, string
from thesisbook.outputs.pdf.meta import PdfMeta
from thesisbook.outputs.pdf.page import Page

__all__ = ["note_body"]


def note_body(page: Page, convert: Converter, meta: PdfMeta) -> list[str]:
    """The Typst expressions of the note's items; raises PdfError for one that the book lacks."""
    if meta.note is None:
        return []
    convert = replace(convert, floating=False)
    body: list[str] = []
    for shown, group in groupby(meta.note.items, key=lambda item: item.exhibit is not None):
        items = list(group)
        if shown:
            body += exhibits(convert, [found(page, str(item.exhibit)) for item in items])
            continue
        for item in items:
            if item.heading is not None:
                words = getattr(item.heading, meta.language)
                body.append(call("section-heading", 1, block([string(visible(words))])))
            else:
                body += section(convert, page, str(item.section or item.page))
    return [*body, "chapter-end()"]


def exhibits(convert: Converter, tags: Iterable[Tag]) -> list[str]:
    """Exhibits one after another, two beside one another where both can be read so."""
    listed = list(tags)
    partners = pairs(convert, listed, apart=False)
    paired = {id(tag) for tag in partners.values()}
    convert = replace(convert, partners=partners)
    return [exhibit(convert, tag) for tag in listed if id(tag) not in paired]


def found(page: Page, name: str) -> Tag:
    tag = page.exhibit(name)
    if tag is None:
        known = [str(t["data-exhibit"]) for t in page.root.find_all("figure", class_="exhibit")]
        raise PdfError(lacking(f"exhibit {name!r}", name, known))
    return tag


def section(convert: Converter, page: Page, place: str) -> list[str]:
    """A section (`page#anchor`) or a whole page of the book, its title on the first level.

    A whole page, as the disclosures are, stands on one page of the note if it fits on one.
    """
    name, _, anchor = place.partition("#")
    document = page.document(name)
    if document is None:
        raise PdfError(lacking(f"page {name!r}", name, [d.stem for d in page.documents]))
    tag = document.section.find("section", id=anchor) if anchor else document.section
    if not isinstance(tag, Tag):
        known = [str(s["id"]) for s in document.section.find_all("section", id=True)]
        raise PdfError(lacking(f"section {place!r}", anchor, known))
    top = int(document.title.name[1]) + bool(anchor)
    shown = tag.find_all("figure", class_="exhibit")
    copy = replace(convert, top=top, part="", partners=pairs(convert, shown))
    body = in_small_print(document, copy.block(tag))
    return body if anchor else [call("kept-together", block(body))]


def lacking(what: str, name: str, known: list[str]) -> str:
    near = ", ".join(nearest(name, known))
    hint = f"; nearest: {near}" if near else ""
    return f"data/print.yaml: the note shows the {what}, which the book does not have{hint}"
