"""Read rendered pages for receipt coverage: find the origin of each word with a digit."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from thesisbook.provenance.csvnumbers import CsvNumbers
from thesisbook.provenance.shown_exhibits import exhibit_faults
from thesisbook.provenance.tokens import TOKEN, Piece, blocks, sentence

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
    """A number without an origin, and where it stands."""

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

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage(
            self.bound + other.bound,
            self.kinds + other.kinds,
            self.pages + other.pages,
            self.unbound + other.unbound,
            self.used | other.used,
        )

    @property
    def tokens(self) -> int:
        return sum(self.bound.values()) + len(self.unbound)

    @property
    def allowed_share(self) -> float:
        return self.bound["allowed"] / self.tokens if self.tokens else 0.0

    def faults(self, minimum: int = MINIMUM) -> list[str]:
        """Why the site is not covered; empty if it is."""
        faults = [str(item) for item in self.unbound]
        if self.allowed_share >= LIMIT:
            faults.append(
                f"the allow-list answers for {self.allowed_share:.1%} of the numbers, "
                f"{LIMIT:.0%} is the limit: {dict(self.kinds.most_common())}"
            )
        if self.tokens < minimum:
            faults.append(f"only {self.tokens} numbers were read, at least {minimum} are expected")
        return faults

    def counts(self) -> dict[str, Any]:
        """The counts as plain data: bound numbers by origin, and each unbound one with its
        sentence."""
        unbound = [[item.token, item.sentence] for item in self.unbound]
        return {"bound": dict(sorted(self.bound.items())), "unbound": unbound}

    def summary(self) -> str:
        """One sentence for readers."""
        if not self.tokens:
            return "No numbers were read."
        bound = self.tokens - len(self.unbound)
        share = "100%" if not self.unbound else f"{int(10_000 * bound / self.tokens) / 100:.2f}%"
        parts = ", ".join(
            f"{self.bound[key]:,} {words}"
            for key, words in (
                ("receipt", "by a receipt"),
                ("exhibit", "by the data of an exhibit"),
                ("source", "by a cited source"),
                ("name", "as the name of something in the data"),
                ("allowed", "by the list of years, dates and codes"),
            )
        )
        return (
            f"{self.tokens:,} numbers on {self.pages} pages were read from the finished HTML and "
            f"{share} of them are bound: {parts}."
        )


def _covers(pattern: re.Pattern[str], match: re.Match[str], text: str) -> bool:
    """Whether one place of `text` where the pattern fits holds all of `match`."""
    return any(
        found.start() <= match.start() and found.end() >= match.end()
        for found in pattern.finditer(text)
    )


class Names:
    """Names of the data that have digits in them: products, models, funds."""

    def __init__(self, names: Iterable[str]) -> None:
        alone: set[str] = set()
        pairs: set[str] = set()
        for name in names:
            words = name.replace(",", " ").split()
            for before, word in zip(["", *words], words, strict=False):
                if re.search(r"\d", word) and re.search(r"[A-Za-z]|[\u4e00-\u9fff]\d", word):
                    alone.add(re.escape(word.strip("()")))
                elif re.search(r"\d", word) and before:
                    pairs.add(rf"{re.escape(before)}\s+{re.escape(word)}")
        forms = sorted(alone | pairs, key=len, reverse=True)
        # ASCII: a Chinese character beside a Latin one is no part of the same word
        whole = rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)"
        self._pattern = re.compile(whole, re.ASCII) if forms else None

    def __repr__(self) -> str:
        return f"Names({self._pattern.pattern if self._pattern else ''})"

    def cover(self, match: re.Match[str], text: str) -> bool:
        """Whether the token `match` of `text` is part of such a name."""
        return self._pattern is not None and _covers(self._pattern, match, text)


@dataclass(frozen=True)
class Block:
    """A block of text: its page, its exhibit if it stands in one, the years of its section."""

    page: str
    element: lxml_html.HtmlElement
    pieces: list[Piece]
    exhibit: str | None
    years: frozenset[str]


def says(receipt: Mapping[str, Any], token: str) -> bool:
    """Whether a receipt has the figure that is shown: in its words, or its value rounded to it.

    One that tells neither words nor a value cannot contradict.
    """
    told = [receipt[key] for key in ("text", "printed", "value") if receipt.get(key) is not None]
    return not told or CsvNumbers(" ".join(map(str, told))).holds(token, token)


def _above(element: lxml_html.HtmlElement, attribute: str) -> str | None:
    for one in (element, *element.iterancestors()):
        if one.get(attribute):
            return one.get(attribute)
    return None


def _section(element: lxml_html.HtmlElement) -> lxml_html.HtmlElement | None:
    return next(element.iterancestors("section"), None)


class Reader:
    """Reads pages; gives a Coverage for each."""

    def __init__(
        self,
        receipts: Mapping[str, Mapping[str, Any]],
        exhibits: Path,
        allowed: Sequence[Allowed],
        names: Names,
    ) -> None:
        self.receipts = receipts
        self.exhibits = exhibits
        self.allowed = allowed
        self.names = names
        self.coverage = Coverage()
        self._csv: dict[str, CsvNumbers | None] = {}
        self._years: dict[str, set[str]] = {}

    def page(self, name: str, text: str) -> Coverage:
        """Read one rendered page; pages without an article hold nothing."""
        self.coverage = Coverage()
        tree = lxml_html.document_fromstring(text)
        articles = tree.xpath('//article[contains(@class, "bd-article")]')
        if not articles:
            return self.coverage
        self.coverage.pages = 1
        found = [
            (element, pieces, _above(element, "data-exhibit"), _section(element))
            for element, pieces in blocks(articles[0])
        ]
        years: dict[Any, set[str]] = defaultdict(set)
        for _, pieces, exhibit, section in found:
            for receipt in {piece.name for piece in pieces if piece.binding == "receipt"}:
                years[section] |= self._periods(receipt)
            if exhibit and (numbers := self._numbers(exhibit)):
                years[section] |= set(ANY_YEAR.findall(numbers.text))
        for element, pieces, exhibit, section in found:
            self._block(Block(name, element, pieces, exhibit, frozenset(years[section])))
        for exhibit, why in exhibit_faults(articles[0], self.exhibits, self.exhibits.parent / name):
            self.coverage.unbound.append(Unbound(name, exhibit, "an exhibit", why))
        return self.coverage

    def _block(self, block: Block) -> None:
        text = "".join(piece.text for piece in block.pieces)
        if not any(character.isdigit() for character in text):
            return
        owners = [piece for piece in block.pieces for _ in piece.text]
        for match in TOKEN.finditer(text):
            first = next(i for i in range(*match.span()) if text[i].isdigit())
            why = self._why_unbound(match, text, owners[first], block)
            if why:
                flat = re.sub(r"\s+", " ", sentence(text, match.start()))
                self.coverage.unbound.append(Unbound(block.page, match[0], flat[:220], why))

    def _why_unbound(self, match: re.Match[str], text: str, owner: Piece, block: Block) -> str:
        """Bind the token and count it; if it is not bound, return why."""
        exhibit = block.exhibit
        numbers = self._numbers(exhibit) if exhibit else None
        in_table = block.element.tag in ("td", "th")
        why, by = "", ""
        if owner.binding == "receipt" and owner.name not in self.receipts:
            why = f"names a receipt that does not travel ({owner.name})"
        elif owner.binding == "receipt" and not says(self.receipts[owner.name], match[0]):
            why = f"is not what its receipt says ({owner.name})"
        elif owner.binding == "math":
            by = "allowed"
            self.coverage.kinds["constant of an equation"] += 1
        elif owner.binding:
            by = owner.binding
        elif exhibit and numbers is None:
            why = f"stands in exhibit {exhibit}, which has no data"
        elif numbers is not None and (not in_table or numbers.holds(match[0], text)):
            by = "exhibit"
        elif YEAR.fullmatch(match[0]) and match[0][:4] in block.years:
            by = "receipt"
        elif self.names.cover(match, text):
            by = "name"
        elif self._allow(match, text):
            by = "allowed"
        else:
            why = "is not in the exhibit's data" if exhibit else "has no receipt"
        if by:
            self.coverage.bound[by] += 1
        return why

    def _allow(self, match: re.Match[str], text: str) -> bool:
        row = next((row for row in self.allowed if _covers(row.pattern, match, text)), None)
        if row is not None:
            self.coverage.kinds[row.kind] += 1
            self.coverage.used.add(row.pattern.pattern)
        return row is not None

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
