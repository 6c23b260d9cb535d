"""Grades of a chapter's numbers: each number has the grade of its weakest source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Protocol

from thesisbook.exhibits.translation import own_words
from thesisbook.model.formula_words import REPORTED


class Gathers(Protocol):
    """Where receipts are looked up: a book of receipts, or those of a finished site."""

    def gather(
        self, references: Iterable[str], runs: bool = True
    ) -> Mapping[str, Mapping[str, Any]]: ...


_LEAST = 0.005  # a smaller share would be rounded to 0%
_OWN = "D"  # grade of an own assumption and of every result of the model
_WORDS = {
    "en": {
        "A": "exchange or company paper",
        "B": "press, research or abstract",
        "C": "file that retells another",
        "D": "own assumption or model",
        "line": "The {total} numbers of this chapter, each graded by the weakest source behind it: "
        "{parts}.",
        "part": "{share} {grade} ({words})",
        "between": "; ",
        "total": "Numbers of this chapter",
        "share": "Share of this chapter's numbers of grade {grade}",
        "formula": "{count} of {total} numbers",
    },
    "zh": {
        "A": "交易所或公司文件",
        "B": "媒体、研究或摘要",
        "C": "转述他人的文件",
        "D": "自有假设或模型",
        "line": "本章{total}个数字，按其背后最弱的来源分级：{parts}。",
        "part": "{grade}（{words}）{share}",
        "between": "；",
        "total": "本章数字个数",
        "share": "本章{grade}级数字占比",
        "formula": "{total}个数字中的{count}个",
    },
}
_REPORTED = frozenset(own_words(language).get(REPORTED, REPORTED) for language in _WORDS)


def worded(grade: str, language: str) -> str:
    """A grade with what it means: `A, exchange or company paper`."""
    return f"{grade}, {_WORDS[language][grade]}"


class Grades:
    """Looks up the grade of any reference of a receipt book."""

    def __init__(self, book: Gathers) -> None:
        self._book = book
        self._known: dict[str, str] = {}

    def of(self, reference: str) -> str:
        """The worst grade among the sources behind `reference`; empty for words and counts."""
        if reference not in self._known:
            self._known[reference] = ""  # seen already on this path
            receipts = self._book.gather([reference], runs=False)
            self._known[reference] = self._weakest(receipts[reference])
        return self._known[reference]

    def _weakest(self, receipt: Mapping[str, Any]) -> str:
        kind, inputs = receipt["kind"], receipt.get("inputs", ())
        if kind == "fact":
            return str(receipt["grade"])[0]
        if kind == "study" or (kind == "quantity" and receipt.get("formula") not in _REPORTED):
            return _OWN
        if kind == "parameter" and not inputs:
            return _OWN
        return max((self.of(each) for each in inputs), default="")

    def count(self, references: Iterable[str]) -> Counter[str]:
        """How many of `references` have each grade; those without any are left out."""
        return Counter(filter(None, map(self.of, references)))


def grade_line(
    counts: Mapping[str, int], chapter: str, language: str
) -> tuple[str, dict[str, dict[str, Any]]]:
    """A sentence in HTML with the share of each grade, and the receipts of its figures by name."""
    words, total = _WORDS[language], sum(counts.values())
    receipts: dict[str, dict[str, Any]] = {}

    def number(name: str, text: str, **told: Any) -> str:
        identity = f"grades_{chapter}_{name}".lower()
        receipts[identity] = {"kind": "number", "text": text, "inputs": [], **told}
        return f'<span class="num" tabindex="0" data-receipt="{identity}">{escape(text)}</span>'

    def part(grade: str) -> str:
        value = counts[grade] / total
        share = number(
            grade,
            f"{value:.0%}" if value >= _LEAST else "<1%",
            label=words["share"].format(grade=grade),
            value=value,
            unit="ratio",
            formula=words["formula"].format(count=counts[grade], total=total),
        )
        return words["part"].format(grade=grade, words=words[grade], share=share)

    shown = number(
        "total",
        str(total),
        label=words["total"],
        value=float(total),
        formula=" + ".join(str(counts[grade]) for grade in sorted(counts)),
    )
    parts = words["between"].join(map(part, sorted(counts)))
    return (
        f'<p class="chapter-grades">{words["line"].format(total=shown, parts=parts)}</p>',
        receipts,
    )
