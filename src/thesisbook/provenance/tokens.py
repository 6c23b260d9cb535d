"""Split a rendered page into blocks of text and find the words with a digit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html as lxml_html

TOKEN = re.compile(r"[A-Za-z]*\d(?:[\dA-Za-z%]|[.,:/+-](?=[\dA-Za-z]))*")
SENTENCE_END = re.compile(r"(?<=[.!?;。！？；])\s+|(?<=[。！？；])")
BLOCKS = frozenset(
    {"p", "li", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "dd", "dt"}
    | {"caption", "text", "pre", "summary", "div", "section"}
)
SKIPPED = frozenset({"script", "style", "nav", "button", "title", "desc"})
SKIPPED_CLASSES = frozenset(
    {"headerlink", "exhibit-links", "made", "cell_input", "above-input", "page-footer"}
)
# What sphinxcontrib-bibtex and footnotes leave: labels and entries of cited papers.
CITING = frozenset({"citation", "citation-list", "bibtex", "footnote-reference", "footnote-list"})


@dataclass(frozen=True)
class Piece:
    """A run of text and what binds its numbers: `receipt`, `source`, `math`, or empty."""

    text: str
    binding: str
    name: str = ""


def blocks(root: lxml_html.HtmlElement) -> Iterator[tuple[lxml_html.HtmlElement, list[Piece]]]:
    """Blocks of text of an article, each as pieces with what binds them."""
    pieces: list[Piece] = []
    found: list[tuple[lxml_html.HtmlElement, list[Piece]]] = []

    def flush(element: lxml_html.HtmlElement) -> None:
        if pieces:
            found.append((element, pieces.copy()))
            pieces.clear()

    def walk(element: lxml_html.HtmlElement, binding: str, name: str) -> None:
        if not isinstance(element.tag, str) or element.tag in SKIPPED:
            return
        classes = set((element.get("class") or "").split())
        if classes & SKIPPED_CLASSES or element.get("data-site"):
            return
        if "num" in classes and element.get("data-receipt"):
            binding, name = "receipt", element.get("data-receipt") or ""
        elif "math" in classes:
            binding, name = "math", ""
        elif element.get("data-source") or classes & CITING or _cites(element):
            binding, name = "source", element.get("data-source") or ""
        block = element.tag in BLOCKS
        if block:
            flush(element)
        if element.text:
            pieces.append(Piece(element.text, binding, name))
        for child in element:
            walk(child, binding, name)
            if child.tail:
                pieces.append(Piece(child.tail, binding, name))
        if block:
            flush(element)

    walk(root, "", "")
    flush(root)
    yield from found


def _cites(element: lxml_html.HtmlElement) -> bool:
    """Whether the element is a link to an entry of the list of references."""
    return element.tag == "a" and "references.html#" in (element.get("href") or "")


def sentence(text: str, start: int) -> str:
    """The sentence of `text` that holds position `start`."""
    begin = 0
    for end in SENTENCE_END.finditer(text):
        if end.end() > start:
            return text[begin : end.start()].strip()
        begin = end.end()
    return text[begin:].strip()
