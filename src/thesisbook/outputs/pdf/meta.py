"""What the build tells the print edition about the book; everything else comes from the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from thesisbook.outputs.pdf.markup import PdfError

__all__ = ["PdfMeta", "words_of"]

WORDS = Path(__file__).parent / "template" / "words.yaml"


@cache
def _words() -> dict[str, dict[str, str]]:
    return yaml.safe_load(WORDS.read_text(encoding="utf-8"))


def words_of(language: str) -> dict[str, str]:
    """The edition's own words (contents, page, ...) in `language`."""
    if language not in _words():
        raise PdfError(f"no words for the language {language!r}; there are {', '.join(_words())}")
    return _words()[language]


@dataclass(frozen=True)
class PdfMeta:
    """Title data of one PDF.

    `edition` is the date of the book (it is also the date in the file, so that the same book gives the
    same bytes). `numbers` maps the name of each named number to its receipt: label, text, value, unit,
    period, basis, source, locator, formula, inputs, reason, note, chapter, whichever it has.
    """

    title: str
    ticker: str
    edition: dt.date
    numbers: Mapping[str, Mapping[str, Any]]
    company: str = ""
    sector: str = ""
    exchange: str = ""
    language: str = "en"
    scenario: str = "base"
    scenario_label: str = ""
    author: str = ""
    subject: str = ""
    keywords: Sequence[str] = field(default_factory=tuple)
    notice: str = ""
    """Disclosure line at the foot of every page; the edition's own wording where empty."""

    @classmethod
    def of(cls, meta: Mapping[str, Any] | PdfMeta) -> PdfMeta:
        """From a mapping; raises PdfError on a missing or unknown key."""
        if isinstance(meta, PdfMeta):
            return meta
        known = {item.name for item in fields(cls)}
        if unknown := sorted(set(meta) - known):
            raise PdfError(
                f"unknown title data {', '.join(unknown)}; known are {', '.join(sorted(known))}"
            )
        if missing := sorted({"title", "ticker", "edition", "numbers"} - set(meta)):
            raise PdfError(f"missing title data {', '.join(missing)}")
        data = dict(meta)
        if not isinstance(data["edition"], dt.date):
            data["edition"] = dt.date.fromisoformat(str(data["edition"]))
        return cls(**data)

    def text(self, name: str) -> str | None:
        """The shown form of a named number, None where the book has no such number."""
        number = self.numbers.get(name)
        return None if number is None else str(number["text"])
