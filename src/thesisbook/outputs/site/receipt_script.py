"""The receipts of a site: gathered from its chapters, told in words, joined to each other."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from thesisbook.exhibits.grades import Grades
from thesisbook.exhibits.translation import Translation
from thesisbook.exhibits.unit_formats import unit_said
from thesisbook.exhibits.worded_formulas import label_in_formula, worded
from thesisbook.outputs.site.notebooks import Chapter
from thesisbook.provenance import receipt_store

Receipts = Mapping[str, Mapping[str, Any]]

NUMBER = re.compile(r'<span class="num"[^>]*? data-receipt="(?P<name>[^"]+)"[^>]*>')
CELL = re.compile(
    r'<td(?P<before>[^>]*?) data-receipt="(?P<name>[^"]+)"(?P<after>[^>]*)>(?P<text>[^<]*)</td>'
)
NAMED = re.compile(r'data-receipt="([^"]+)"')
SOURCES = 'id="source-'
MOST_USERS = 8
"""Users that a receipt lists; a quantity that everything rests on has hundreds."""


def collect(chapters: Iterable[Chapter]) -> dict[str, Any]:
    """All receipts of a site by name; a name that two chapters both glue is the same number."""
    receipts: dict[str, Any] = {}
    for chapter in chapters:
        for name, receipt in chapter.numbers.items():
            receipts.setdefault(name, receipt)
    return receipts


def write(
    receipts: Receipts, texts: Mapping[str, str], outdir: Path, say: Translation | None = None
) -> None:
    """Store `receipts` beside the finished pages `texts` (HTML by name), told in words of `say`."""
    pages = {name: shown_on(text) for name, text in texts.items()}
    say = say or Translation({}, "en")
    told = joined({name: in_words(one, receipts, say) for name, one in receipts.items()}, pages)
    units = {one.get("unit") or "" for one in told.values()}
    about = {
        "units": {code: unit_said(code, say) for code in sorted(units)},
        "sources_page": next(
            (f"{page}.html" for page, text in texts.items() if SOURCES in text), ""
        ),
    }
    receipt_store.write(told, pages, outdir, about)


def shown_on(text: str) -> list[str]:
    """The names of the receipts that a page asks for, each once."""
    return list(dict.fromkeys(html.unescape(name) for name in NAMED.findall(text)))


def in_words(
    receipt: Mapping[str, Any], receipts: Receipts, say: Callable[[str], str]
) -> dict[str, Any]:
    """A receipt with its formula in words; one that only names another number says so in `as`."""
    formula, inputs = receipt.get("formula", ""), receipt.get("inputs", ())
    told = dict(receipt)
    if len(inputs) == 1 and formula == f"{{{inputs[0]}}}":
        told["as"] = inputs[0]
        del told["formula"]
    elif formula:
        told["formula"] = worded(formula, lambda name: label_of(name, receipts), say)
    if receipt.get("kind") == "expression":
        told["label"] = told["formula"]
    return told


def label_of(name: str, receipts: Receipts) -> str:
    """What a reference is called in a formula."""
    known = receipts.get(name) or receipts.get(name.removeprefix("num.")) or {}
    return label_in_formula(name, known)


def joined(receipts: Receipts, pages: Mapping[str, Iterable[str]]) -> dict[str, dict[str, Any]]:
    """Receipts with the ids of all sources behind each (`behind`), the grade of the weakest of
    them (`weakest`), and what uses it (`used`).

    A quantity lists quantities of its run. A fact lists quantities of the reader's run and numbers,
    each with its label and, where a page shows it, that page.
    """
    place: dict[str, str] = {}
    for page, names in pages.items():
        for name in names:
            place.setdefault(name, page)
    users: dict[str, dict[str, Any]] = defaultdict(dict)
    for name, receipt in receipts.items():
        for given in receipt.get("inputs", ()):
            users[given][name] = receipt
    behind: dict[str, frozenset[str]] = {}
    grades = Grades(Gathered(receipts))
    return {
        name: {
            **receipt,
            "weakest": grades.of(name),
            "behind": sorted(_sources(name, receipts, behind)),
            "used": _used(name, receipt, users[name], place),
        }
        for name, receipt in receipts.items()
    }


class Gathered:
    """The receipts of a site in the place of a book of receipts."""

    def __init__(self, receipts: Receipts) -> None:
        self.receipts = receipts

    def gather(self, references: Iterable[str], runs: bool = True) -> Receipts:
        """The receipts of `references` alone; of one that does not travel, that of a word."""
        return {
            name: self.receipts.get(name)
            or self.receipts.get(name.removeprefix("num."))
            or {"kind": "word"}
            for name in references
        }


def _used(
    name: str, receipt: Mapping[str, Any], users: Receipts, place: Mapping[str, str]
) -> list[Any]:
    if receipt["kind"] in receipt_store.RUN:
        run = receipt_store.run_and_key(name)[0]
        same = (one for one in sorted(users) if users[one]["kind"] in receipt_store.RUN)
        series = name.rpartition(".")[0]  # of all its years
        others = [o for o in same if receipt_store.run_and_key(o)[0] == run and o != series]
        return others[:MOST_USERS]
    if receipt["kind"] != "fact":
        return []
    found: dict[str, dict[str, str]] = {}
    for user, told in sorted(users.items()):
        of_run = told["kind"] in receipt_store.RUN
        if of_run and receipt_store.run_and_key(user)[0] != "model":
            continue
        bare = user.removeprefix("num.")
        shown = {} if of_run or bare not in place else {"page": place[bare]}
        found.setdefault(bare, {"name": bare, "label": told["label"], **shown})
    return list(found.values())[:MOST_USERS]


def _sources(name: str, receipts: Receipts, known: dict[str, frozenset[str]]) -> frozenset[str]:
    """The ids of all sources behind a receipt, however many steps away."""
    if name in known:
        return known[name]
    known[name] = frozenset()  # seen already on this path
    receipt = receipts.get(name) or receipts.get(name.removeprefix("num.")) or {}
    source = receipt.get("source") or ""
    own = {str(source["id"] if isinstance(source, Mapping) else source)} - {""}
    known[name] = frozenset(own).union(
        *(_sources(given, receipts, known) for given in receipt.get("inputs", ()))
    )
    return known[name]


def permalinks(body: str) -> str:
    """`body` with an id `n-NAME` on the first number of each name.

    Table cells that carry a receipt get the same span inside as numbers in prose have. A named
    number has one receipt, whether prose names it or a cell.
    """
    seen: set[str] = set()

    def cell(match: re.Match[str]) -> str:
        number = f'<span class="num" data-receipt="{match["name"]}">'
        return f"<td{match['before']}{match['after']}>{number}{match['text']}</span></td>"

    def button(match: re.Match[str]) -> str:
        name = match["name"]
        named = re.fullmatch(r"[a-z0-9_]+", name) and name not in seen and " id=" not in match[0]
        seen.add(name)
        return f'{match[0][:-1]} id="n-{name}">' if named else match[0]

    body = body.replace('data-receipt="num.', 'data-receipt="')
    return NUMBER.sub(button, CELL.sub(cell, body))
