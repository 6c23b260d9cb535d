"""Terms written as text: one printer for every language a formula is said in.

A `Writer` says how leaves, cells, constants and operations are spelt; precedence and brackets are
the printer's. Subclass it for a language and override what differs:

    class Excel(Writer):
        signs = {**Writer.signs, "^": "^"}
        calls = {"max": "MAX({0},{1})", "if": "IF({0},{1},{2})", ...}
        def cell(self, name): return self.address[name]

In `calls`, `{0}` is the first operand and `{all}` every operand with `comma` between.
"""

from __future__ import annotations

from typing import Any, ClassVar

from thesisbook.model.terms import COMPARISONS, Term

LEVELS = {"+": 2, "-": 2, "*": 3, "/": 3, "neg": 4, "^": 5} | dict.fromkeys(COMPARISONS, 1)
ATOM = 9


class Writer:
    """Writes terms. KeyError for an operation the language has no spelling for."""

    signs: ClassVar[dict[str, str]] = {
        **{sign: sign for sign in ("+", "-", "*", "/", "^", *COMPARISONS)},
        "neg": "-",
    }
    calls: ClassVar[dict[str, str]] = {}
    comma = ","

    def leaf(self, name: str) -> str:
        return name

    def cell(self, name: str) -> str:
        return name

    def constant(self, value: Any, name: str) -> str:
        """A number, word or date; `name` is "" unless the constant has one."""
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return repr(value)

    def write(self, term: Term) -> str:
        return self._written(term)[0]

    def _written(self, term: Term) -> tuple[str, int]:
        """The text of a term, and how tightly it binds."""
        if term.op == "leaf":
            return self.leaf(term.name), ATOM
        if term.op == "cell":
            return self.cell(term.name), ATOM
        if term.op == "constant":
            text = self.constant(*term.args)
            return text, LEVELS["neg"] if text.startswith("-") else ATOM
        if term.op in self.calls:
            words = [self.write(part) for part in term.parts]
            return self.calls[term.op].format(*words, all=self.comma.join(words)), ATOM
        sign, level = self.signs[term.op], LEVELS[term.op]
        if term.op == "neg":
            return f"{sign}{self._inside(term.parts[0], level)}", level
        left, right = term.parts
        tight = term.op == "^"  # languages differ in how a chain of powers is read
        first = self._inside(left, level + 1 if tight else level)
        second = self._inside(right, level if term.op in "+*" else level + 1)
        return f"{first}{sign}{second}", level

    def _inside(self, term: Term, level: int) -> str:
        text, own = self._written(term)
        return text if own >= level else f"({text})"


class Python(Writer):
    """Source for `eval`: `v` holds leaves and cells by name, `f` the functions of an operation."""

    signs: ClassVar[dict[str, str]] = {**Writer.signs, "^": "**", "=": "=="}
    calls: ClassVar[dict[str, str]] = {
        "max": "f.maximum({all})",
        "min": "f.minimum({all})",
        "abs": "abs({0})",
        "if": "f.where({0},lambda:{1},lambda:{2})",
        "round": "f.round_half_up({all})",
        "days": "f.days_between({all})",
        "mean": "f.mean([{all}])",
        "median": "f.median([{all}])",
        "mean_without_largest": "f.mean_without_largest([{all}])",
    }

    def leaf(self, name: str) -> str:
        return f"v[{name!r}]"

    cell = leaf

    def constant(self, value: Any, name: str) -> str:
        return repr(value)
