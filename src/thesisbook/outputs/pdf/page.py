"""The `singlehtml` page of the book, taken apart into its documents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Comment, Tag

from thesisbook.outputs.pdf.markup import PdfError
from thesisbook.outputs.pdf.vocabulary import HEADINGS

__all__ = ["Document", "Page", "read_page"]

SVG = re.compile(r"<svg\b.*?</svg\s*>", re.DOTALL)
CHAPTER = re.compile(r"\d\d_")
HIDDEN = re.compile(r"<svg\b[^>]*\baria-hidden=.true")


@dataclass(frozen=True)
class Document:
    """One source file of the book on the page."""

    name: str
    section: Tag

    @property
    def stem(self) -> str:
        return Path(self.name).name

    @property
    def title(self) -> Tag:
        """The first heading; how deep it is depends on the page that lists the document."""
        found = self.section.find(HEADINGS)
        if not isinstance(found, Tag):
            raise PdfError(f"{self.name}: the document has no title")
        return found


@dataclass(frozen=True)
class Page:
    root: Tag
    documents: tuple[Document, ...]
    drawings: tuple[str, ...]
    """Inline SVG as written: an HTML parser would put `viewBox` and `clipPath` in lower case."""

    def document(self, name: str) -> Document | None:
        return next((d for d in self.documents if name in {d.name, d.stem}), None)

    @property
    def summary(self) -> Document | None:
        """The first chapter: the front page and the appendix of receipts are made of it."""
        return next((d for d in self.documents if CHAPTER.match(d.stem)), None)

    def exhibit(self, name: str) -> Tag | None:
        """The exhibit of that id in one of the documents (the landing page may show it too)."""
        found = (d.section.find("figure", attrs={"data-exhibit": name}) for d in self.documents)
        return next((tag for tag in found if isinstance(tag, Tag)), None)


def read_page(html: str) -> Page:
    """Parse the page; raises PdfError where it is not a singlehtml page of a book."""
    drawings: list[str] = []

    def put_aside(match: re.Match[str]) -> str:
        drawings.append(match[0])
        hidden = ' aria-hidden="true"' if HIDDEN.match(match[0]) else ""
        return f'<svg data-drawing="{len(drawings) - 1}"{hidden}></svg>'

    soup = BeautifulSoup(SVG.sub(put_aside, html), "lxml")
    root = soup.find("article")
    if not isinstance(root, Tag):
        raise PdfError("the page has no <article>: is it the singlehtml page of the book?")
    for comment in root.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    return Page(root, tuple(documents(root)), tuple(drawings))


def documents(root: Tag) -> list[Document]:
    found: list[Document] = []
    for mark in root.find_all("span", id=re.compile("^document-")):
        section = mark.find_next_sibling("section")
        if section is None:
            raise PdfError(f"{mark['id']}: the document has no section")
        if any(above.section is parent for above in found for parent in section.parents):
            continue  # a page below another one in the contents is printed with it
        name = str(mark["id"]).removeprefix("document-")
        found.append(Document(name, section))
    if not found:
        raise PdfError("the page holds no document of the book")
    return found
