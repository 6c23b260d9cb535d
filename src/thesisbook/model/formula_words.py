"""Formulas in words: the expression of a cell, written with labels instead of names."""

from __future__ import annotations

from typing import Any, ClassVar

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.quantities import QUANTITIES, split_year
from thesisbook.model.terms import Term
from thesisbook.model.writing import Writer

REPORTED = "As reported"  # the formula of a cell that is a fact


def formula_words(name: str, term: Term, p: Assumptions) -> str:
    """The expression of a cell for a reader.

    Parameters
    ----------
    name : the cell, `gross_profit.2027`; inputs of another year are written with that year
    term : its expression, with all branches or with the live one only
    p : assumptions, for the labels of parameters
    """
    year = split_year(name)[1]
    if term.op == "leaf" and not term.name.startswith("param."):
        return REPORTED
    if term.op == "constant":
        return "Nil" if term.args[0] == 0 else _Words(year, p).write(term)
    words = _Words(year, p).write(term)
    return words[:1].upper() + words[1:]


class _Words(Writer):
    signs: ClassVar[dict[str, str]] = {
        **{sign: f" {sign} " for sign in ("+", "-", "/", "^")},
        "*": " x ",
        "neg": "-",
        "=": " is ",
        ">": " above ",
        ">=": " from ",
        "<": " below ",
        "<=": " up to ",
    }
    calls: ClassVar[dict[str, str]] = {
        "max": "max({0}, {1})",
        "abs": "size of ({0})",
        "if": "[{1} if {0}, otherwise {2}]",
        "round": "({0}) to {1} decimals",
        "days": "days from {0} to {1}",
        "mean": "mean of ({all})",
        "median": "median of ({all})",
        "mean_without_largest": "mean without the highest of ({all})",
    }

    comma = ", "

    def __init__(self, year: int | None, p: Assumptions) -> None:
        self.year = year
        self.p = p

    def leaf(self, name: str) -> str:
        space, _, rest = name.partition(".")
        if space != "param":
            return f"{self.cell(rest)} as reported"
        parameter = self.p.parameter(rest)
        year = split_year(rest)[1]
        return parameter.label + self._dated(year if parameter.years else None)

    def cell(self, name: str) -> str:
        stem, year = split_year(name)
        return QUANTITIES[stem].label + self._dated(year)

    def constant(self, value: Any, name: str) -> str:
        return name.replace("_", " ") if name else super().constant(value, "").strip("'")

    def _dated(self, year: int | None) -> str:
        if year is None or year == self.year:
            return ""
        return " of the year before" if self.year and year == self.year - 1 else f" {year}"
