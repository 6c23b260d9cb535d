"""Receipt coverage: every number on the rendered pages is bound to something that answers for it.

A *token* is a word with a digit in it. It is bound by the first of
1. the receipt of the `span.num` it stands in (and the receipt exists); a year also by a receipt
   in the same paragraph whose period it is,
2. the source it cites (`[data-source]`, a bibliography entry),
3. the data of the exhibit it stands in (`figure[data-exhibit]` with its CSV; a number in a table
   must agree with one in the CSV to its last digit, a word must be in the CSV),
4. a row of the allow-list: `pattern,kind,reason`, a regular expression that covers the token.

    python -m thesisbook.sphinx.coverage SITE_OR_PAGE [--root PROJECT] [--minimum N]
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from thesisbook.data import read_allowances
from thesisbook.sphinx.csvnumbers import CsvNumbers
from thesisbook.sphinx.tokens import TOKEN, Piece, blocks, sentence

YEAR = re.compile(r"20\d\d(?:E|H[12]|Q[1-4])?")
ANY_YEAR = re.compile(r"(?<!\d)20\d\d")
LIMIT = 0.03
MINIMUM = 2000


@dataclass(frozen=True)
class Allowed:
    """A row of the allow-list."""

    pattern: re.Pattern[str]
    kind: str
    reason: str


@dataclass(frozen=True)
class Unbound:
    """A number that nothing answers for, and where it stands."""

    page: str
    token: str
    sentence: str
    why: str

    def __str__(self) -> str:
        return f"{self.page}: {self.token!r} {self.why}: {self.sentence}"


@dataclass
class Coverage:
    """How many tokens were read and what bound them (`receipt`, `exhibit`, `source`, `allowed`)."""

    bound: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    unbound: list[Unbound] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    @property
    def tokens(self) -> int:
        return sum(self.bound.values()) + len(self.unbound)

    @property
    def allowed_share(self) -> float:
        return self.bound["allowed"] / self.tokens if self.tokens else 0.0

    def faults(self, minimum: int = MINIMUM) -> list[str]:
        """What keeps the site from being covered: empty when it is."""
        faults = [str(item) for item in self.unbound]
        if self.allowed_share >= LIMIT:
            faults.append(
                f"the allow-list answers for {self.allowed_share:.1%} of the numbers, "
                f"{LIMIT:.0%} is the limit: {dict(self.kinds.most_common())}"
            )
        if self.tokens < minimum:
            faults.append(f"only {self.tokens} numbers were read, at least {minimum} are expected")
        return faults

    def summary(self) -> str:
        """One sentence for readers."""
        if not self.tokens:
            return "No numbers were read."
        share = 1 - len(self.unbound) / self.tokens
        parts = ", ".join(
            f"{self.bound[key]:,} {words}"
            for key, words in (
                ("receipt", "by a receipt"),
                ("exhibit", "by the data of an exhibit"),
                ("source", "by a cited source"),
                ("allowed", "by the list of years, names and codes"),
            )
        )
        return (
            f"{self.tokens:,} numbers on {self.pages} pages were read from the finished HTML and "
            f"{share:.0%} of them are bound: {parts}."
        )


def allowances(root: Path) -> list[Allowed]:
    """The rows of data/receipt_allowlist.csv under `root`."""
    return [Allowed(re.compile(row.pattern), row.kind, row.reason) for row in read_allowances(root)]


class Reader:
    """Reads pages and adds what it finds to a Coverage."""

    def __init__(
        self, receipts: Mapping[str, Mapping[str, Any]], exhibits: Path, allowed: Sequence[Allowed]
    ) -> None:
        self.receipts = receipts
        self.exhibits = exhibits
        self.allowed = allowed
        self.coverage = Coverage()
        self._csv: dict[str, CsvNumbers | None] = {}
        self._years: dict[str, set[str]] = {}

    def page(self, name: str, text: str) -> None:
        """Read one rendered page; pages without an article hold nothing."""
        tree = lxml_html.document_fromstring(text)
        articles = tree.xpath('//article[contains(@class, "bd-article")]')
        if not articles:
            return
        self.coverage.pages += 1
        for element, pieces in blocks(articles[0]):
            self._block(name, element, pieces)

    def _block(self, page: str, element: lxml_html.HtmlElement, pieces: list[Piece]) -> None:
        text = "".join(piece.text for piece in pieces)
        if not any(character.isdigit() for character in text):
            return
        exhibit = next(
            (a.get("data-exhibit") for a in [element, *element.iterancestors()]
             if a.get("data-exhibit")), None,
        )  # fmt: skip
        owners: list[Piece] = []
        for piece in pieces:
            owners += [piece] * len(piece.text)
        named = {piece.name for piece in pieces if piece.binding == "receipt"}
        periods = set().union(*(self._periods(name) for name in named))
        for match in TOKEN.finditer(text):
            digits = [i for i in range(match.start(), match.end()) if text[i].isdigit()]
            owner = owners[digits[0]]
            if not owner.binding and YEAR.fullmatch(match[0]) and match[0][:4] in periods:
                owner = Piece(match[0], "receipt", owner.name or next(iter(sorted(named))))
            why = self._why_unbound(match, text, owner, exhibit, element)
            if why:
                flat = re.sub(r"\s+", " ", sentence(text, match.start()))
                self.coverage.unbound.append(Unbound(page, match[0], flat[:220], why))

    def _why_unbound(
        self,
        match: re.Match[str],
        text: str,
        owner: Piece,
        exhibit: str | None,
        element: lxml_html.HtmlElement,
    ) -> str:
        """Bind the token and count it, or say why nothing does."""
        if owner.binding == "receipt" and owner.name not in self.receipts:
            return f"names a receipt that does not travel ({owner.name})"
        numbers = self._numbers(exhibit) if exhibit is not None else None
        if owner.binding == "math":
            self.coverage.bound["allowed"] += 1
            self.coverage.kinds["constant of an equation"] += 1
        elif owner.binding:
            self.coverage.bound[owner.binding] += 1
        elif exhibit is not None and numbers is None:
            return f"stands in exhibit {exhibit}, which has no data"
        elif numbers is not None and (
            element.tag not in ("td", "th") or numbers.holds(match[0], text)
        ):
            self.coverage.bound["exhibit"] += 1
        elif not self._allow(match, text):
            return "is not in the exhibit's data" if exhibit is not None else "has no receipt"
        return ""

    def _allow(self, match: re.Match[str], text: str) -> bool:
        for row in self.allowed:
            for found in row.pattern.finditer(text):
                if found.start() <= match.start() and found.end() >= match.end():
                    self.coverage.bound["allowed"] += 1
                    self.coverage.kinds[row.kind] += 1
                    self.coverage.used.add(row.pattern.pattern)
                    return True
        return False

    def _periods(self, name: str) -> set[str]:
        """The years that the receipt `name` speaks of: its own period and those of its inputs."""
        if name not in self._years:
            receipt = self.receipts.get(name, {})
            said = [name, str(receipt.get("period", "")), *map(str, receipt.get("inputs", ()))]
            self._years[name] = {year for words in said for year in ANY_YEAR.findall(words)}
        return self._years[name]

    def _numbers(self, exhibit: str) -> CsvNumbers | None:
        if exhibit not in self._csv:
            path = self.exhibits / f"{exhibit}.csv"
            text = path.read_text(encoding="utf-8") if path.is_file() else ""
            self._csv[exhibit] = CsvNumbers(text) if text.strip() else None
        return self._csv[exhibit]


def read_receipts(folder: Path) -> dict[str, Any]:
    """The receipts that travel with the pages of `folder`."""
    path = folder / "receipts.js"
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8")
    body = text[text.index("window.RECEIPTS=") + len("window.RECEIPTS=") :]
    return json.loads(body.rstrip().rstrip(";"))


def measure(folder: Path, pages: Iterable[Path], allowed: Sequence[Allowed]) -> Coverage:
    """Coverage of `pages`, whose receipts and exhibits lie in `folder`."""
    reader = Reader(read_receipts(folder), folder / "exhibits", allowed)
    for page in pages:
        reader.page(page.relative_to(folder).as_posix(), page.read_text(encoding="utf-8"))
    return reader.coverage


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 1 if a number is unbound, the allow-list too wide or too little was read."""
    import argparse  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="python -m thesisbook.sphinx.coverage")
    parser.add_argument("site", type=Path, help="folder with receipts.js, or one page below it")
    parser.add_argument("--root", type=Path, default=Path(), help="the project with data/")
    parser.add_argument("--minimum", type=int, default=None)
    given = parser.parse_args(arguments)
    from thesisbook.sphinx.site import book_pages  # noqa: PLC0415

    one_page = given.site.is_file()
    folder = given.site
    while one_page and not (folder / "receipts.js").is_file():
        if folder == folder.parent:
            parser.error(f"no receipts.js beside or above {given.site}")
        folder = folder.parent
    chosen = [given.site] if one_page else book_pages(folder)
    minimum = given.minimum if given.minimum is not None else (0 if one_page else MINIMUM)
    coverage = measure(folder, chosen, allowances(given.root))
    faults = coverage.faults(minimum)
    for fault in faults:
        print(fault)
    print(coverage.summary())
    print(f"allow-list: {coverage.allowed_share:.2%} {dict(coverage.kinds.most_common())}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
