"""Where links go: to a place in the PDF, to the web, or nowhere in print."""

from __future__ import annotations

import re
from urllib.parse import unquote

from bs4 import Tag

from thesisbook.outputs.pdf.markup import PdfError, call, string
from thesisbook.outputs.pdf.page import Document, Page

__all__ = ["Links"]

OUTSIDE = re.compile(r"^(https?|mailto):", re.IGNORECASE)
SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
HERE = re.compile(r"^(?:index\.html)?#(.+)$")


def shown_target(target: Tag) -> Tag:
    """What a link leads to: the heading of a section or of a mark before it, a cell of a row."""
    if target.name == "tr":
        return target.find(["th", "td"]) or target
    inside = target.name == "section"
    if not inside and (target.name != "span" or target.get_text(strip=True)):
        return target
    follow = target.find(True, recursive=False) if inside else target.find_next_sibling(True)
    while isinstance(follow, Tag) and follow.name == "span" and not follow.get_text(strip=True):
        follow = follow.find_next_sibling(True)
    return follow if isinstance(follow, Tag) and re.fullmatch("h[1-6]", follow.name) else target


class Links:
    """Targets of all links of the page.

    The same id may stand in several documents, since each was a page of its own; a link goes to
    the one in its own document, otherwise to the first.
    """

    def __init__(self, page: Page, strict: bool = True) -> None:
        """`strict`: a link without a target is a PdfError; otherwise its words are plain text."""
        self.page, self.strict = page, strict
        self.labels: dict[int, str] = {}
        self.targets: dict[int, Tag] = {}
        self.called: set[int] = set()
        self.by_id: dict[str, Tag] = {}
        own: list[tuple[Document, dict[str, Tag]]] = []
        for document in page.documents:
            tags = {str(tag["id"]): tag for tag in reversed(document.section.find_all(id=True))}
            tags.setdefault(str(document.section.get("id", "")), document.section)
            own.append((document, tags))
            for key, tag in tags.items():
                self.by_id.setdefault(key, tag)
            self.by_id[f"document-{document.name}"] = document.section
        for document, tags in own:
            for anchor in document.section.find_all("a", href=True):
                match = HERE.match(str(anchor["href"]))
                if match:
                    self.resolve(document, anchor, unquote(match[1]), tags)

    def resolve(self, document: Document, anchor: Tag, key: str, tags: dict[str, Tag]) -> None:
        target = tags.get(key) or self.by_id.get(key)
        if target is None:
            if key.startswith("document-") or not self.strict:
                return  # the landing page of the site, which print replaces by its front page
            raise PdfError(
                f"{document.name}: the link {anchor.get_text()!r} to #{key} has no target"
            )
        target = shown_target(target)
        self.targets[id(anchor)] = target
        self.labels.setdefault(id(target), f"{key}-{len(self.labels)}")

    def mark(self, document: Document) -> str:
        """Label of a document's title, for links that the edition itself makes."""
        title = shown_target(document.section)
        return self.labels.setdefault(id(title), f"{document.stem}-{len(self.labels)}")

    def place(self, key: str) -> str | None:
        """Label of the first element with that id, for links that the edition itself makes; None
        where the edition has none. Ask before the element is converted."""
        target = self.by_id.get(key)
        if target is None:
            return None
        return self.labels.setdefault(id(shown_target(target)), f"{key}-{len(self.labels)}")

    def label(self, tag: Tag) -> str | None:
        """Label of an element that a link points to, otherwise None."""
        return self.labels.get(id(tag))

    def target(self, anchor: Tag) -> Tag:
        return self.targets[id(anchor)]

    def first_call(self, footnote: Tag) -> bool:
        """Whether the footnote is called for the first time, which is where it is set."""
        first = id(footnote) not in self.called
        self.called.add(id(footnote))
        return first

    def link(self, anchor: Tag, body: str) -> str:
        href = str(anchor.get("href", ""))
        target = self.targets.get(id(anchor))
        if target is not None:
            return call("inner-link", string(self.labels[id(target)]), body)
        if OUTSIDE.match(href):
            return call("outer-link", string(href), body)
        if SCHEME.match(href):
            raise PdfError(f"a link to {href[:60]!r}: only http, https and mailto are known")
        # A file of the site, such as the data of an exhibit, is not part of the PDF.
        return body
