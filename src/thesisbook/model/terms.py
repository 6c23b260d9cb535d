"""Expressions of the model as data: a term is an operation over cells, leaves and constants.

| term | stands for |
|---|---|
| `Term("leaf", (name,))` | an input: `param.dso.2027`, or a fact `<entity>.ppe.2025` |
| `Term("cell", (name,))` | a computed line in a year (`revenue.2027`) or a scalar (`wacc`) |
| `Term("constant", (value, name))` | a number, word or ISO date; `name` is "" unless it has one |
| `+ - * / ^ neg` | arithmetic |
| `max min abs` | the largest and the smallest of numbers; the size of one |
| `round` | a number and its decimals (a constant), half up |
| `mean median mean_without_largest` | of any number of terms |
| `days` | days from the first ISO date to the second |
| `= > >= < <=` | comparisons, only as a condition |
| `if` | condition, value if it holds, value if not |

A condition is a comparison or the leaf of a switch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

COMPARISONS = ("=", ">", ">=", "<", "<=")


@dataclass(frozen=True, slots=True)
class Term:
    """One node of an expression: an operation and what it is applied to."""

    op: str
    args: tuple[Any, ...]

    @property
    def name(self) -> str:
        """The name of a leaf, a cell or a named constant."""
        return str(self.args[-1])

    @property
    def parts(self) -> tuple[Term, ...]:
        """The terms an operation is applied to; none for a leaf, a cell or a constant."""
        return () if self.op in ("leaf", "cell", "constant") else self.args

    def walk(self) -> Iterator[Term]:
        """This term and every term inside it."""
        yield self
        for part in self.parts:
            yield from part.walk()


class Constant(float):
    """A number of the model with a name, so that a view can show it in a cell of its own."""

    name: str

    def __new__(cls, name: str, value: float) -> Constant:
        made = super().__new__(cls, value)
        made.name = name
        return made


def leaf(name: str) -> Term:
    return Term("leaf", (name,))


def cell(name: str) -> Term:
    return Term("cell", (name,))


def constant(value: Any) -> Term:
    if isinstance(value, str | bool):
        return Term("constant", (value, ""))
    return Term("constant", (float(value), getattr(value, "name", "")))


ZERO, ONE = constant(0.0), constant(1.0)


def combine(op: str, *parts: Term) -> Term:
    """A term of an operation, without steps that change nothing (`x + 0`, `1 x x`, `-(-x)`)."""
    if op == "if":
        return _choice(*parts)
    if op == "neg":
        return _negative(*parts)
    if op in ("+", "-", "*", "/"):
        return _arithmetic(op, *parts)
    return Term(op, parts)


def _choice(condition: Term, yes: Term, no: Term) -> Term:
    return yes if yes == no else Term("if", (condition, yes, no))


def _negative(part: Term) -> Term:
    if part.op == "neg":
        return part.parts[0]
    if _plain(part):
        return constant(0.0 - part.args[0])
    return Term("neg", (part,))


def _arithmetic(op: str, left: Term, right: Term) -> Term:
    if _plain(left) and _plain(right) and op != "/":
        a, b = left.args[0], right.args[0]
        return constant({"+": a + b, "-": a - b, "*": a * b}[op])
    if (right == ZERO and op in "+-") or (right == ONE and op in "*/"):
        return left
    if (left == ZERO and op == "+") or (left == ONE and op == "*"):
        return right
    if (left == ZERO and op == "-") or (left == constant(-1.0) and op == "*"):
        return _negative(right)
    if right.op == "neg" and op in "+-":
        return Term("-" if op == "+" else "+", (left, right.parts[0]))
    return Term(op, (left, right))


def _plain(term: Term) -> bool:
    """Whether a term is a number without a name."""
    return term.op == "constant" and not term.args[1] and isinstance(term.args[0], float)
