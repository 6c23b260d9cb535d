"""What pages, figures and tables say in another language, looked up by its English words.

The package's own words stand in `words/<language>.csv`, those of a project in `data/labels.csv` and
`data/words/`. A part that changes is a pair of braces: `Show all {} rows`. What no row has stays
English; `tests/site/english_left.py` finds it on a page.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from html import escape, unescape
from pathlib import Path
from typing import Any

from thesisbook.data import is_whole, load_dataset
from thesisbook.exhibits.line_breaks import CHINESE, in_lines

# a value written behind a name, as in `Price 61.65`
_NAMED_VALUE = re.compile(r"(?P<name>.+?)(?P<value>\s+[+\u2212]?[\d.,]+(?:%|x)?)", re.DOTALL)
_CELL = re.compile(r"(<t[hd][^>]*>)([^<]+)<")
# attributes that are read out or shown, and text between two tags
_ATTRIBUTE = re.compile(r'(\b(?:aria-label|label|title|placeholder)=")([^"]*[A-Za-z][^"]*)(?=")')
_TEXT = re.compile(
    r"<(script|style|pre|code|svg)\b.*?</\1>|<!--.*?-->|(?<=>)[^<>]*[A-Za-z][^<>]*(?=<)",
    re.DOTALL,
)
# what joins parts, in English and in Chinese
_SIGNS = (("; ", "；"), (": ", "："), (" · ", " · "), (" — ", " — "), (", ", "，"))
# what only a script asks for; as a pattern it would fit half of all words
_JOINT = re.compile(r"\{\} \w{1,3} \{\}")
_PHRASE = re.compile(r"[A-Za-z][a-z]{2,} [A-Za-z]")
_LATIN = re.compile(r"[A-Za-z][a-z]{2,}")
_BESIDE = " · "
# the line of a text that a locator begins with
_LINE = re.compile(r"(L[\d-]+ )?(.*)", re.DOTALL)
# what a receipt says, and what stands between the words of a formula
_SAID = {"label", "reason", "note", "locator", "text", "why", "also", "basis", "grade"}
_PIECES = re.compile(r"(^-| [-+x/^] | if | above | from | below | up to |, otherwise |, |[()\[\]])")
FOLDER = Path(__file__).parent / "words"


@cache
def own_words(language: str) -> dict[str, str]:
    """The package's own words by their English form."""
    path = FOLDER / f"{language}.csv"
    return read_words([path]) if path.is_file() else {}


def read_words(paths: Iterable[Path]) -> dict[str, str]:
    """The pairs of tables with a column `en` and one beside it."""
    found: dict[str, str] = {}
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                english = row.pop("en")
                found[_flat(english)] = list(row.values())[-1]
    return found


def _flat(text: str) -> str:
    return " ".join(text.split())


def translation_of(root: Path | None, language: str) -> Translation:
    """The words of the project in `root`, and of the package, in `language`."""
    known = language != "en" and root is not None and is_whole(root)
    return Translation(load_dataset(root).words.get(language, {}) if known else {}, language)


class Translation:
    """Looks up words by their English form; for English it returns them as they are."""

    def __init__(self, words: Mapping[str, str], language: str) -> None:
        self.language = language
        self._words = {} if language == "en" else {**own_words(language), **words}

    @property
    def said(self) -> Iterable[str]:
        """Everything that it may say."""
        return self._words.values()

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        """Rows with parts that change; those that say most come first."""
        found = (row for row in self._words if "{}" in row and not _JOINT.fullmatch(row))
        rows = sorted(found, key=len, reverse=True)
        return [
            (re.compile(re.escape(row).replace(r"\{\}", "(.+?)"), re.DOTALL), self._words[row])
            for row in rows
        ]

    def __call__(self, text: str) -> str:
        if not self._words or not text:
            return text
        plain = _flat(text)
        if plain in self._words:
            return self._words[plain]
        for pattern, said in self._patterns:
            if found := pattern.fullmatch(plain):
                parts = [self(part) for part in found.groups()]
                if not any(_PHRASE.search(part) for part in parts):  # half of it would be English
                    return said.format(*parts)
        match = _NAMED_VALUE.fullmatch(plain)
        if match and match["name"] in self._words:
            return self._words[match["name"]] + match["value"]
        return self._in_parts(plain) or text

    def _in_parts(self, text: str) -> str:
        """A list of words, or a name and its value, if each part is known; else nothing."""
        for sign, written in _SIGNS:
            first, found, rest = text.partition(sign)
            if found and sign == _BESIDE and CHINESE.search(first):
                return ""  # a Chinese term with its English beside it stays: `基准 · Base`
            said = [self(part) for part in (first, rest)] if found else []
            if said and not any(_LATIN.search(part) for part in said):
                return written.join(said)
        return ""

    def figure(self, figure: Any) -> None:
        """Replace the drawn words of a matplotlib figure, where there are some."""
        if not self._words:
            return
        from matplotlib.text import Text  # noqa: PLC0415

        for text in figure.findobj(Text):
            text.set_text(self._drawn(text.get_text()))
        for axes in figure.axes:
            for axis in (axes.xaxis, axes.yaxis):
                names = [self._drawn(label.get_text()) for label in axis.get_ticklabels()]
                if names != [label.get_text() for label in axis.get_ticklabels()]:
                    axis.set_ticks(axis.get_ticklocs(), names)

    def _drawn(self, text: str) -> str:
        """The words of a drawing, in no more lines than the English have."""
        said = self(text)
        broken = "\n" in text and "\n" not in said and CHINESE.search(said)
        return in_lines(said, text.count("\n") + 1) if broken else said

    def table(self, html: str) -> str:
        """Replace the words in the cells of a table."""
        if not self._words:
            return html
        return _CELL.sub(lambda cell: cell[1] + escape(self(unescape(cell[2]))) + "<", html)

    def csv(self, text: str) -> str:
        """Replace the words in the cells of a table as CSV."""
        if not self._words:
            return text
        out = io.StringIO()
        write = csv.writer(out, lineterminator="\n").writerow
        for row in csv.reader(io.StringIO(text)):
            write([self(cell) for cell in row])
        return out.getvalue()

    def page(self, html: str) -> str:
        """Replace what a page shows between two tags, and the labels that are read out."""
        if not self._words:
            return html
        html = _TEXT.sub(lambda found: self._kept_space(found[0]), html)
        return _ATTRIBUTE.sub(lambda found: found[1] + escape(self(unescape(found[2]))), html)

    def _kept_space(self, text: str) -> str:
        if text.startswith("<"):
            return text
        bare = text.strip()
        said = self(unescape(bare))
        return text if said == unescape(bare) else text.replace(bare, escape(said, quote=False))

    def receipt(self, receipt: Mapping[str, Any]) -> dict[str, Any]:
        """A receipt with what it says to a reader replaced."""
        said = dict(receipt)
        if not self._words:
            return said
        for key in _SAID & said.keys():
            if isinstance(said[key], str):
                line, rest = _LINE.fullmatch(said[key]).groups("")  # type: ignore[union-attr]
                said[key] = line + self(rest)
            elif isinstance(said[key], list):
                said[key] = [self.receipt(one) for one in said[key]]
        if isinstance(source := said.get("source"), dict):
            told = {key: self(source[key]) for key in ("publisher", "kind") if source.get(key)}
            said["source"] = {**source, **told}
        if "formula" in said and "{" not in said["formula"]:
            said["formula"] = self.formula(said["formula"])
        return said

    def formula(self, words: str) -> str:
        """A formula in words, piece by piece."""
        whole = self(words)
        if not self._words or whole != words:
            return whole
        return "".join(self(piece) for piece in _PIECES.split(words))
