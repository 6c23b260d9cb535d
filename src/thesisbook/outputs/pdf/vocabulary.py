"""The HTML elements of the book: blocks, inline elements, and those for the screen only."""

from __future__ import annotations

import re
from collections import deque

from bs4 import NavigableString, PageElement, Tag

from thesisbook.outputs.pdf.glyphs import CJK

SCREEN_TAGS = {"script", "style", "button", "template", "noscript", "wbr", "colgroup"}
SCREEN_CLASSES = {
    "headerlink",  # the pilcrow beside a heading
    "backrefs",  # ways back from a footnote: the PDF reader has its own
    "sd-summary-state-marker",
    "tableofcontents-wrapper",  # the print edition makes its own, with page numbers
    "exhibit-links",  # files beside a page of the site
    "cell_input",  # print shows what the code made; the code itself is on the site
    "above-input",
    "below-input",
    "screen-only",
}
PLAIN_INLINE = {"span", "abbr", "cite", "small", "time", "u", "data", "mark", "ins", "label"}
STYLES = {
    "em": "emph",
    "i": "emph",
    "dfn": "emph",
    "var": "emph",
    "strong": "strong",
    "b": "strong",
    "sub": "sub",
    "sup": "super",
    "s": "strike",
    "del": "strike",
    "q": "quoted",
}
LITERAL = {"code", "kbd", "samp", "tt"}
PLAIN_BLOCKS = {"section", "div", "article", "main", "header", "footer", "nav", "aside"}
BOXES = {"admonition", "topic", "sidebar", "sd-card", "exercise", "margin"}
TITLES = {"admonition-title", "topic-title", "sidebar-title", "sd-summary-title", "sd-card-header"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS = PLAIN_BLOCKS | {
    "p",
    "ul",
    "ol",
    "dl",
    "pre",
    "blockquote",
    "table",
    "figure",
    "hr",
    "details",
    "img",
    *HEADINGS,
}
CONTAINERS = {"li", "dd", "td", "th", "blockquote", "figure", "aside", "details"}
SPACE = re.compile(r"[ \t\r\n\f]+")
BETWEEN_CHINESE = re.compile(rf"(?<={CJK.pattern})[ \t]*\n\s*(?={CJK.pattern})")


def classes(tag: Tag) -> set[str]:
    return set(tag.get_attribute_list("class")) - {None}


def dropped(tag: Tag) -> bool:
    """Whether an element belongs to the screen only."""
    return tag.name in SCREEN_TAGS or bool(classes(tag) & SCREEN_CLASSES)


def describe(tag: Tag) -> str:
    """An element as an error names it."""
    names = "".join(f".{name}" for name in tag.get_attribute_list("class") if name)
    text = SPACE.sub(" ", tag.get_text())[:60]
    return f"<{tag.name}{names}> ({text!r})"


def is_exhibit(tag: Tag) -> bool:
    return tag.name == "figure" and "exhibit" in classes(tag)


def follower(tag: Tag) -> Tag | None:
    """What a reader comes to after `tag`: an exhibit or a table as a whole, otherwise the element
    that the next words stand in; None at the end of the chapter."""
    item = after(tag)
    while item is not None:
        if isinstance(item, Tag):
            if str(item.get("id", "")).startswith("document-"):
                return None
            if is_exhibit(item) or (item.name == "table" and not dropped(item)):
                return item
            if dropped(item):
                item = after(item)
                continue
        elif isinstance(item, NavigableString) and item.strip():
            return item.parent
        item = item.next_element
    return None


def after(tag: Tag) -> PageElement | None:
    """The first node of the page that is not inside `tag`."""
    inside = deque(tag.descendants, maxlen=1)
    return (inside[0] if inside else tag).next_element
