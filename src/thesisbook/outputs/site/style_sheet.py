"""One style sheet for all pages: of the theme what they use, then the site's own.

A reader's first paint waits for every byte of it. The theme's sheets have rules for hundreds of
parts that no page has; a rule stays if each class and id of its selector stands on some page, or is
one that the theme's scripts give.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path

import tinycss2
from tinycss2.ast import Node

from thesisbook.provenance.kept import Kept

FILE = "book.css"
#: In the order in which pages would link them.
THEME = (
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "mystnb.*.css",
)
OWN = ("fonts.css", "exhibits.css", "site.css")
#: Classes that the theme's scripts give to elements while a page is open.
GIVEN = frozenset(
    {"active", "collapsed", "d-none", "empty", "fade", "hide", "noprint", "scrolled", "show"}
    | {"pst-sidebar-hidden", "pst-squeeze", "tooltip", "tooltip-arrow", "tooltip-inner"}
    | {"bs-tooltip-auto", "bs-tooltip-top", "bs-tooltip-bottom", "bs-tooltip-start"}
)
ATTRIBUTE = re.compile(r"(?:class|id)=[\"']([^\"']*)")
WORD = re.compile(r"[\w-]+")
DECLARED = re.compile(r"(--[\w-]+)\s*:")
ASKED = re.compile(r"(?:var\(\s*|[\"'])(--[\w-]+)")
NESTING = frozenset({"media", "supports", "layer", "container"})


def holds(address: str) -> bool:
    """Whether the sheet at an address is part of `book.css`."""
    path = address.partition("?")[0]
    return any(fnmatch(path, f"*{name}") for name in (*THEME, *OWN))


def write(static: Path, pages: Iterable[str], memory: Kept) -> Path:
    """`book.css` in folder `static`, for these pages; the sheets that it is made of go.

    `memory` keeps what is left of the theme for the next run whose pages have the same words.
    """
    texts = list(pages)
    words = GIVEN.union(*(WORD.findall(" ".join(ATTRIBUTE.findall(page))) for page in texts))
    theme, own = _text(static, THEME), "".join(_text(static, OWN))
    later = [path.read_text(encoding="utf-8") for path in sorted(static.glob("*.css"))]
    asked = {name for text in (own, *later, *texts) for name in ASKED.findall(text)}
    given = (theme, sorted(words), sorted(asked))
    used = memory.each("style", [given], lambda missing: [_used(*each) for each in missing])[0]
    target = static / FILE
    sheet = _tight(used.decode("utf-8") + own)
    target.write_text(sheet, encoding="utf-8", newline="\n")
    return target


def _text(static: Path, names: Iterable[str]) -> list[str]:
    """The sheets of these names, in order; their files go."""
    paths = [path for name in names for path in sorted(static.glob(name))]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    for path in paths:
        path.unlink()
    return texts


def _used(sheets: Iterable[str], words: Iterable[str], asked: Iterable[str]) -> bytes:
    """What of the sheets can apply where these are the classes and ids, and the variables asked
    for."""
    rules = "".join(kept(sheet, frozenset(words)) for sheet in sheets)
    return _without_idle(rules, frozenset(asked)).encode("utf-8")


def kept(css: str | Sequence[Node], words: frozenset[str]) -> str:
    """The rules of a style sheet that can apply where only these words are classes and ids; of
    those with an at sign, the ones that hold other rules, and what is said of printed pages."""
    out = []
    for rule in tinycss2.parse_rule_list(css, skip_comments=True, skip_whitespace=True):
        head, body = tinycss2.serialize(rule.prelude).strip(), rule.content or ()
        if rule.type == "qualified-rule":
            selectors = [one for one in _selectors(rule.prelude) if _applies(one, words)]
            head = ",".join(tinycss2.serialize(one).strip() for one in selectors)
            inside = tinycss2.serialize(body).strip()
        elif rule.lower_at_keyword in NESTING:
            head, inside = f"@{rule.lower_at_keyword} {head}", kept(body, words)
        else:
            page = rule.lower_at_keyword == "page"
            head, inside = f"@page {head}".strip(), tinycss2.serialize(body) if page else ""
        out.append(f"{head}{{{inside}}}\n" if head and inside else "")
    return "".join(out)


def _selectors(prelude: Sequence[Node]) -> Iterator[list[Node]]:
    """The selectors before a rule, cut at their commas."""
    one: list[Node] = []
    for node in prelude:
        if node == ",":
            yield one
            one = []
        else:
            one.append(node)
    yield one


def _applies(selector: Sequence[Node], words: frozenset[str]) -> bool:
    """Whether each class and id of a selector is known; one within `:is(...)` need not be."""
    classes = (node.value for before, node in pairwise(selector) if before == ".")
    ids = (node.value for node in selector if node.type == "hash")
    return words.issuperset((*classes, *ids))


def _without_idle(css: str, elsewhere: frozenset[str]) -> str:
    """`css` without declarations of variables that neither it asks for nor are asked elsewhere."""
    while True:
        asked = elsewhere.union(ASKED.findall(css))
        idle = set(DECLARED.findall(css)) - asked
        if not idle:
            return css
        for name in sorted(idle):
            css = re.sub(rf"(?<=[{{;\s]){name}\s*:[^;}}]*;?", "", css)


def _tight(css: str) -> str:
    """`css` without white space that says nothing; texts in quotes stay."""
    parts = re.split(r"(\"[^\"]*\"|'[^']*')", css)
    parts[::2] = (
        re.sub(r"\s*([{};,>])\s*", r"\1", re.sub(r"\s+", " ", part)).replace(";}", "}\n")
        for part in parts[::2]
    )
    return "".join(parts)
