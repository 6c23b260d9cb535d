"""Anchors of headings that are not in English: `## 收入 {#revenue}` is found where `## Revenue` is.

An address made from the words of a heading has Latin letters only, so that a Chinese heading would
have a number for one, and a link to a section would not lead to the same section in each language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from docutils import nodes
from sphinx.application import Sphinx

# in Markdown, and in the JSON of a notebook
HEADING = re.compile(
    r'(?P<heading>(?:^|"|\\n)##+ (?:(?!\\n)[^"\n])*?) \{#(?P<anchor>[a-z0-9-]+)\}', re.MULTILINE
)
KEY = "anchors"


def taken_out(app: Sphinx, docname: str, source: str) -> str:
    """The source without its anchors, which are kept for the page."""
    found = app.env.temp_data.setdefault(KEY, {})
    found[docname] = [match["anchor"] for match in HEADING.finditer(source)]
    return HEADING.sub(r"\g<heading>", source)


def give(app: Sphinx, doctree: nodes.document) -> None:
    """Give the sections below the title of a page that has been read their anchors."""
    anchors = app.env.temp_data.get(KEY, {}).pop(app.env.docname, [])
    if not anchors:
        return
    for section, anchor in zip(_below_title(doctree), anchors, strict=True):
        section["ids"] = [anchor]


def _below_title(doctree: nodes.document) -> Iterable[nodes.section]:
    sections = list(doctree.findall(nodes.section))
    return (one for one in sections if not isinstance(one.parent, nodes.document))
