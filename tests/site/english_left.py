"""English that a page in another language still shows, apart from names and what is marked so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from lxml import html as lxml_html

from thesisbook.data import Dataset

#: Three words in a row, or a small word of a sentence: names of people and products are shorter.
RUN = re.compile(r"[A-Za-z][A-Za-z'’]*(?:[ -][A-Za-z][A-Za-z'’]*){2,}")
SMALL = re.compile(r"\b(?:the|of|and|is|are|was|not|with|from|by|for|which|that|this)\b")
# the id of a source, and a quotation
APART_IN_TEXT = re.compile(r"\[[a-z0-9-]+\]|“[A-Za-z][^”]*”")
APART = frozenset({"script", "style", "code", "pre", "math", "cite"})
CLASSES = frozenset({"cell_input", "highlight", "math", "citation", "citation-list"})
SHOWN = ("aria-label", "title", "placeholder", "alt")


def names_of(dataset: Dataset) -> list[str]:
    """Names that are the same in every language: publishers, works, people, products, ids."""
    names = [text for one in dataset.sources.values() for text in (one.publisher, one.title)]
    # "X, on Y" is said in the page's language: the names are X and Y
    names += [part for name in names for part in name.split(", on ")]
    names += dataset.sources
    names += [entity["name_en"] for entity in dataset.entities.values()]
    return sorted({name for name in names if name}, key=len, reverse=True)


def left(page: str, names: Iterable[str]) -> Iterator[str]:
    """Pieces of text with English in them."""
    for text in _texts(lxml_html.document_fromstring(page)):
        bare = APART_IN_TEXT.sub(" ", text)
        for name in names:
            bare = bare.replace(name, " ")
        if RUN.search(bare) or SMALL.search(bare):
            yield " ".join(text.split())


def _texts(element: lxml_html.HtmlElement) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in APART:
        return
    if (element.get("lang") or "").startswith("en") or CLASSES & set(
        (element.get("class") or "").split()
    ):
        return
    if element.get("role") == "listitem" or "references.html#" in (element.get("href") or ""):
        return  # a cited work has its own title
    if element.tag == "dt" and element.get("id", "").startswith("term-"):
        return  # a headword stands in both languages
    yield from (element.get(name) or "" for name in SHOWN)
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""


def english_left(pages: Iterable[Path], dataset: Dataset) -> list[str]:
    names = names_of(dataset)
    return [
        f"{page.name}: {text}" for page in pages for text in left(page.read_text("utf-8"), names)
    ]
