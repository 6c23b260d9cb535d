"""Terms of the model as formulas of a spreadsheet: addresses, ranges and the functions' names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

from thesisbook.model.terms import Term, cell
from thesisbook.model.writing import ATOM, LEVELS, Writer

if TYPE_CHECKING:
    from thesisbook.outputs.workbook.layout import Book

LEAST = 3  # neighbours that are worth a range
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def constant_key(value: Any, name: str) -> str:
    """The name of the cell that holds a constant of the model."""
    return f"constant.{name or value}"


def needs_cell(value: Any, name: str) -> bool:
    """Whether a constant stands in a cell of its own and not in formulas: named ones and dates."""
    return bool(name) or (isinstance(value, str) and bool(ISO_DAY.fullmatch(value)))


def plus(parts: Sequence[Term]) -> Term:
    """The sum of terms, from the left."""
    first, *others = parts
    for part in others:
        first = Term("+", (first, part))
    return first


class Formula(Writer):
    """Writes terms for a cell of `sheet`, in the column of `year` where it has one.

    Cells of the same year are relative, so that a formula can be filled along its row; all others
    are fixed. Neighbours become a range: `a + b + c` is SUM(a:c), and a sum of equal expressions
    over successive years is SUMPRODUCT of their ranges.
    """

    calls: ClassVar[dict[str, str]] = {
        "max": "MAX({all})",
        "min": "MIN({all})",
        "abs": "ABS({0})",
        "if": "IF({0},{1},{2})",
        "round": "ROUND({0},{1})",
        "days": "({1}-{0})",
        "mean": "AVERAGE({all})",
        "median": "MEDIAN({all})",
        "range": "{0}:{1}",
        "mean_without_largest": "((SUM({all})-MAX({all}))/(COUNT({all})-1))",
    }

    def __init__(self, book: Book, sheet: str, year: int | None) -> None:
        self.book, self.sheet, self.year = book, sheet, year

    def cell(self, name: str) -> str:
        return self.book.reference(name, self.sheet, self.year)

    def leaf(self, name: str) -> str:
        return self.cell(name if name in self.book.places else f"fact.{name}")

    def constant(self, value: Any, name: str) -> str:
        if needs_cell(value, name):
            return self.cell(constant_key(value, name))
        if isinstance(value, float) and value in self.book.years:
            return self.book.year_reference(int(value), self.sheet, self.year)
        if isinstance(value, str):
            return f'"{value}"'
        return super().constant(value, name)

    def _written(self, term: Term) -> tuple[str, int]:
        if term.op == "neg" and term.parts[0].op == "^":  # a spreadsheet takes the sign first
            return f"-({self.write(term.parts[0])})", LEVELS["neg"]
        if term.op == "+":
            return self._sum(term)
        if term.op in ("mean", "median", "mean_without_largest", "max", "min"):
            words = ",".join(self.write(part) for part in self._ranges(list(term.parts)))
            return self.calls[term.op].format(all=words), ATOM
        if term.op == "range":
            first, last = (self.write(part) for part in term.parts)
            return f"{first}:{last.rpartition('!')[2]}", ATOM
        return super()._written(term)

    def _sum(self, term: Term) -> tuple[str, int]:
        addends: list[Term] = []
        while term.op == "+":
            addends.insert(0, term.parts[1])
            term = term.parts[0]
        addends.insert(0, term)
        words = []
        for part in self._ranges(addends):
            if part.op == "range":
                words.append(f"SUM({self.write(part)})")
            elif any(inner.op == "range" for inner in part.walk()):
                words.append(f"SUMPRODUCT({self.write(part)})")
            else:
                words.append(self._inside(part, LEVELS["+"]))
        return "+".join(words), ATOM if len(words) == 1 and words[0].endswith(")") else LEVELS["+"]

    def _ranges(self, parts: list[Term]) -> list[Term]:
        """The parts, with at least LEAST neighbours or equal expressions over years as one."""
        found: list[Term] = []
        while parts:
            count = len(parts)
            while count >= LEAST and (joined := self._joined(parts[:count])) is None:
                count -= 1
            if count < LEAST:
                found.append(parts.pop(0))
            else:
                found.append(joined)  # type: ignore[arg-type]
                del parts[:count]
        return found

    def _joined(self, terms: Sequence[Term]) -> Term | None:
        """One term over ranges for terms that differ by neighbouring cells only; else None."""
        first = terms[0]
        if all(term == first for term in terms):
            return first if first.op != "cell" or len(terms) == 1 else None
        if all(term.op == "cell" for term in terms):
            return self._neighbours([term.name for term in terms])
        if any(term.op != first.op or len(term.parts) != len(first.parts) for term in terms):
            return None
        if not first.parts or first.op in ("if", "max", "min", "round"):
            return None
        parts = []
        for column in zip(*(term.parts for term in terms), strict=True):
            same = all(part == column[0] for part in column)
            joined = column[0] if same else self._joined(column)
            if joined is None:
                return None
            parts.append(joined)
        return Term(first.op, tuple(parts))

    def _neighbours(self, names: Sequence[str]) -> Term | None:
        places = [self.book.places[name] for name in names]
        if any(place.defined or place.sheet != places[0].sheet for place in places):
            return None
        steps = {(b.row - a.row, b.column - a.column) for a, b in pairwise(places)}
        if steps not in ({(0, 1)}, {(1, 0)}):
            return None
        return Term("range", (cell(names[0]), cell(names[-1])))
