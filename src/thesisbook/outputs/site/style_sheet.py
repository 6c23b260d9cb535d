"""One style sheet for all pages: of the theme what they use, then the site's own.

A reader's first paint waits for every byte of it. The theme's sheets have rules for hundreds of
parts that no page has; a rule stays if each class and id of its selector stands on some page, or is
one that the theme's scripts give.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

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
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|[{};]', re.DOTALL)
ATTRIBUTE = re.compile(r"(?:class|id)=[\"']([^\"']*)")
WORD = re.compile(r"[\w-]+")
NAMED = re.compile(r"[.#](-?[A-Za-z_][\w-]*)")
NOT = re.compile(r":not\((?:[^()]|\([^()]*\))*\)")
DECLARED = re.compile(r"(--[\w-]+)\s*:")
ASKED = re.compile(r"(?:var\(\s*|[\"'])(--[\w-]+)")
NESTING = ("@media", "@supports", "@layer", "@container")


def holds(address: str) -> bool:
    """Whether the sheet at an address is part of `book.css`."""
    path = address.partition("?")[0]
    return any(fnmatch(path, f"*{name}") for name in (*THEME, *OWN))


def write(static: Path, pages: Iterable[str]) -> Path:
    """`book.css` in folder `static`, for these pages; the sheets that it is made of go."""
    texts = list(pages)
    words = GIVEN.union(*(WORD.findall(" ".join(ATTRIBUTE.findall(page))) for page in texts))
    theme = "".join(_text(static, THEME, used=words))
    own = "".join(_text(static, OWN))
    later = [path.read_text(encoding="utf-8") for path in sorted(static.glob("*.css"))]
    target = static / FILE
    sheet = _tight(_without_idle(theme, [own, *later, *texts]) + own)
    target.write_text(sheet, encoding="utf-8", newline="\n")
    return target


def _text(static: Path, names: Iterable[str], used: frozenset[str] | None = None) -> Iterator[str]:
    for name in names:
        for path in sorted(static.glob(name)):
            text = COMMENT.sub("", path.read_text(encoding="utf-8"))
            yield text if used is None else kept(text, used)
            path.unlink()


def kept(css: str, words: frozenset[str]) -> str:
    """The rules of a style sheet that can apply where only these words are classes and ids."""
    out = []
    for head, body in _rules(css):
        if head.startswith(NESTING):
            inside = kept(body, words)
            out.append(f"{head}{{{inside}}}\n" if inside else "")
        elif head.startswith("@"):
            out.append(f"{head}{{{body}}}\n" if head.startswith("@page") else "")
        else:
            selectors = [one for one in _selectors(head) if _applies(one, words)]
            out.append(f"{','.join(selectors)}{{{body.strip()}}}\n" if selectors else "")
    return "".join(out)


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Head and body of each rule; statements without a body are left out."""
    start = depth = inside = 0
    head = ""
    for match in TOKEN.finditer(css):
        sign = match[0]
        if sign == "{":
            if depth == 0:
                head, inside = " ".join(css[start : match.start()].split()), match.end()
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield head, css[inside : match.start()]
                start = match.end()
        elif sign == ";" and depth == 0:
            start = match.end()


def _selectors(head: str) -> Iterator[str]:
    """The selectors of a head, cut at the commas that stand in no parentheses."""
    depth = start = 0
    for place, sign in enumerate(head):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            yield head[start:place].strip()
            start = place + 1
    yield head[start:].strip()


def _applies(selector: str, words: frozenset[str]) -> bool:
    """Whether each class and id of a selector is known; one in `:is(...)` need not be."""
    plain = re.sub(r"\[[^\]]*\]", "", NOT.sub("", selector))
    plain = re.sub(r":(?:is|where|has)\((?:[^()]|\([^()]*\))*\)", "", plain)
    return all(name in words for name in NAMED.findall(plain))


def _without_idle(css: str, others: list[str]) -> str:
    """`css` without declarations of variables that neither it nor the other texts ask for."""
    elsewhere = {name for text in others for name in ASKED.findall(text)}
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
