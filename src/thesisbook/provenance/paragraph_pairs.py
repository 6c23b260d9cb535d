"""Whether a paragraph says in Chinese what its English twin says, as far as structure can tell.

The two have the same paragraphs, and each pair the same named numbers, links, citations, typed
figures and negations, at about the same length. What has none of these, a word for another, is
left to a second reader (`thesisbook pairs`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from thesisbook.provenance.chinese_figures import figures

HOLDER = re.compile(r"\{(?!term)[\w:]+\}`+[^`]+`+|\{\{[^}]*\}\}")
IN_ORDER = re.compile(r"\{cite\w*\}`[^`]+`|\]\([^)]*\)|data-source=\"[^\"]*\"|\[\^[^\]]+\]")
MARKUP = re.compile(r"\{[\w:+-]+\}`+[^`]*`+|\]\([^)]*\)|<[^>]*>|\{\{[^}]*\}\}|\{#[^}]*\}|`[^`]*`")
KIND = re.compile(r"\s*(#+ |[*-] |\||```|:::+|\([a-z-]+\)=|:)?")
ANCHOR = re.compile(r" \{#[a-z0-9-]+\}$", re.MULTILINE)
NOT_ENGLISH = re.compile(
    r"\b(?:not|no|nor|never|neither|none|nobody|nothing|without|cannot|un(?:known|clear|paid))\b|n't\b",
    re.IGNORECASE,
)
NOT_CHINESE = re.compile(r"[不未无没非否勿免尚缺仅难零外除]")
WORDS = re.compile(r"[A-Za-z][A-Za-z'-]*")
CHARACTERS = re.compile(r"[\u4e00-\u9fff]|[A-Za-z]+")
SHORT, LEAST, MOST = 12, 1.0, 3.0
"""Chinese characters for an English word, in a paragraph of so many words or more."""


def paragraphs(text: str) -> list[str]:
    """Paragraphs, headings, list items and rows of a table, in order."""
    whole = re.split(r"\n\s*\n", text.strip())
    return [item for part in whole for item in re.split(r"\n(?=\s*(?:[*-] |\|))", part)]


def pair_faults(english: str, chinese: str) -> Iterator[str]:
    """What does not agree between a text and its Chinese twin, by paragraph."""
    ours, theirs = paragraphs(english), paragraphs(ANCHOR.sub("", chinese))
    if len(ours) != len(theirs):
        yield f"{len(theirs)} paragraphs for {len(ours)} English ones"
        return
    for number, (one, other) in enumerate(zip(ours, theirs, strict=True), 1):
        for why in paragraph_faults(one, other):
            yield f"paragraph {number}: {why}"


def paragraph_faults(english: str, chinese: str) -> Iterator[str]:
    """What does not agree in one paragraph."""
    if _kind(english) != _kind(chinese):
        yield "another kind of paragraph"
    yield from _differ("number", HOLDER.findall(english), HOLDER.findall(chinese))
    if IN_ORDER.findall(english) != IN_ORDER.findall(chinese):
        yield "other links, sources or notes, or in another order"
    said, told = MARKUP.sub(" ", english), MARKUP.sub(" ", chinese)
    # once or twice is a matter of grammar, and so is a name in the place of a pronoun
    ours, theirs = set(figures(said)), set(figures(told))
    theirs -= {one for one in theirs - ours if one[0].isalpha() and " " not in one}
    yield from _differ("figure", sorted(ours), sorted(theirs))
    if NOT_ENGLISH.search(said) and not NOT_CHINESE.search(told):
        yield "a negation is lost"
    words = len(WORDS.findall(said))
    if words >= SHORT and not LEAST <= len(CHARACTERS.findall(told)) / words <= MOST:
        yield f"{len(CHARACTERS.findall(told))} characters for {words} words"


def _kind(paragraph: str) -> str:
    found = KIND.match(paragraph)
    return (found[1] or "").strip() if found else ""


def _differ(what: str, ours: list[str], theirs: list[str]) -> Iterator[str]:
    missing, added = Counter(ours) - Counter(theirs), Counter(theirs) - Counter(ours)
    if missing:
        yield f"without the {what} {', '.join(sorted(missing.elements()))}"
    if added:
        yield f"with a {what} that the English has not: {', '.join(sorted(added.elements()))}"
