"""Check units in expressions: find the dimension of an expression, or why its parts do not mix.

A units library would need a value for each reference, its own names for every unit and half a
second to start; here only the exponents are worked out, over the closed grammar of `expressions`.
A measure is a product of powers of currencies, shares, counts, millions and times. Numbers typed
into an expression, and what has no declared unit, agree with everything.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence

from thesisbook.data.expressions import Expression
from thesisbook.data.units import UNITS


class MixedUnits(ValueError):
    """Unlike measures are added, compared or shown as each other. The message is one line."""


class Measure(dict[str, int]):
    """Powers by base: `{"HKD": 1, "CNY": -1}` is `HKD per CNY`, `{}` a ratio."""

    def __str__(self) -> str:
        above = " ".join(_power(base, power) for base, power in sorted(self.items()) if power > 0)
        below = " ".join(_power(base, -power) for base, power in sorted(self.items()) if power < 0)
        return (above or ("1" if below else "a ratio")) + (f" per {below}" if below else "")


class _Words(Measure):
    """The measure of text: it may be compared and chosen, never added."""

    def __str__(self) -> str:
        return "words"


class _Unknown(Measure):
    """The measure of what has no declared unit; it agrees with every other."""


class _Typed(_Unknown):
    """The measure of a typed number: a factor, or the unit of the number it is added to."""


RATIO, WORDS, UNKNOWN, TYPED = Measure(), _Words(), _Unknown(), _Typed()
# Operations a second are compared across number formats.
_FIXED = {
    "shares_mn": {"shares": 1, "mn": 1},
    "ratio": {},
    "multiple": {},
    "text": WORDS,
    "TFLOPS": {"TOPS": 1},
}
# A count leaves the unit of a product as it is: 5 shares at USD 10 are USD 50, and USD per share is
# treated as USD. Shares per USD keep it: times USD they are shares again.
_COUNTED = ("count", "persons", "shares")
# Expressions turn one into another by typed factors (365, 12), so a product of durations is treated
# as a plain number, which agrees with each of them.
_DURATIONS = ("minutes", "hours", "days", "months", "years")
_MILLION = 1e6
_FORMAT = re.compile(r"\+?(?P<kind>[a-z_]*?)\d$")
_RATIOS = ("pct", "pp", "bps", "x")
_AS_UNITS = ("days", "months", "years", "shares_mn")

Reference = Callable[[str], Measure]
Measured = Callable[[Sequence[Measure], Sequence[ast.expr]], Measure]


def _power(base: str, power: int) -> str:
    return base if power == 1 else f"{base}^{power}"


def unit_measure(code: str) -> Measure:
    """The measure of a unit code; UNKNOWN for one that is not in the list or has no dimension."""
    if code in _FIXED:
        found = _FIXED[code]
        return found if isinstance(found, Measure) else Measure(found)
    if code not in UNITS:
        return UNKNOWN
    if UNITS[code].dimension == "ratio":
        return RATIO
    if match := re.fullmatch(r"([A-Z]{3})(?:_per_([A-Z]{3})|_per_share|(_mn))?", code):
        below = {match[2]: -1} if match[2] else {}
        return Measure({match[1]: 1, **below, **({"mn": 1} if match[3] else {})})
    return Measure({code: 1})


def is_ratio(measure: Measure) -> bool:
    """Whether a measure is known and that of a plain ratio."""
    return not measure and not isinstance(measure, _Words | _Unknown)


def unit_code(measure: Measure) -> str:
    """The code of a unit of that measure, `CNY_mn`; in words, `CNY mn per persons`, where there is
    none, and empty for a ratio, for words and where it is not known."""
    if not measure:
        return ""
    for code in ("_".join(measure), *measure):
        if unit_measure(code) == measure:
            return code
    return str(measure)


def format_measure(code: str) -> Measure:
    """The measure that a number format shows; UNKNOWN for a format that fits any number."""
    if code in ("date", "month", "year"):
        return Measure({code.replace("month", "date"): 1})
    match = _FORMAT.fullmatch(code)
    if match is None:
        return UNKNOWN
    kind = match["kind"]
    if kind in _RATIOS:
        return RATIO
    if kind in _AS_UNITS:
        return unit_measure(kind)
    currency, _, size = kind.partition("_")
    return (
        unit_measure(currency.upper() + ("_mn" if size else "")) if len(currency) == 3 else UNKNOWN
    )


def same(measures: Sequence[Measure], doing: str) -> Measure:
    """The common measure of operands that are added, compared or chosen between.

    Raises MixedUnits where they differ."""
    known = [measure for measure in measures if not isinstance(measure, _Unknown)]
    if any(measure.keys() & {*_DURATIONS} for measure in known):
        known = [measure for measure in known if measure != RATIO or isinstance(measure, _Words)]
    for other in known[1:]:
        if other != known[0] or isinstance(other, _Words) != isinstance(known[0], _Words):
            raise MixedUnits(f"{known[0]} {doing} {other}")
    if known:
        return known[0]
    return TYPED if all(isinstance(m, _Typed) for m in measures) else UNKNOWN


def shown_as(measure: Measure, code: str) -> Measure:
    """The measure of a number shown in a format. Raises MixedUnits where the two differ."""
    return same([measure, format_measure(code)], "shown as")


def product(measures: Sequence[Measure], powers: Sequence[int]) -> Measure:
    """The measure of a product of powers."""
    if any(
        isinstance(measure, _Unknown) and not isinstance(measure, _Typed) for measure in measures
    ):
        return UNKNOWN
    if all(isinstance(measure, _Typed) for measure in measures):
        return TYPED
    total: dict[str, int] = {}
    for measure, power in zip(measures, powers, strict=True):
        for base, exponent in measure.items():
            total[base] = total.get(base, 0) + power * exponent
    total = {base: power for base, power in total.items() if power and base not in _DURATIONS}
    if any(power > 0 for base, power in total.items() if base not in {*_COUNTED, "mn"}):
        total = {base: power for base, power in total.items() if base not in _COUNTED}
    return Measure(total)


def _of_all(measures: Sequence[Measure], _: Sequence[ast.expr]) -> Measure:
    return same(measures, "beside")


def _growth(measures: Sequence[Measure], _: Sequence[ast.expr]) -> Measure:
    same(measures[:2], "to")
    return RATIO


MEASURED: dict[str, Measured] = {
    **dict.fromkeys(("sum", "min", "max", "mean", "median", "harmonic_mean"), _of_all),
    **dict.fromkeys(("abs", "round"), lambda measures, _: measures[0]),
    "cagr": _growth,
    "npv": lambda measures, _: same(measures[1:], "beside"),
    **dict.fromkeys(("flow_rate", "perpetuity_rate"), lambda measures, _: RATIO),
}


def measure_of(
    expression: Expression, reference: Reference, functions: Mapping[str, Measured] = MEASURED
) -> Measure:
    """The measure of an expression; `reference` gives that of each reference. Raises MixedUnits."""
    return _Walk(expression, reference, functions).visit(expression.tree.body)


class _Walk(ast.NodeVisitor):
    """Walks the parsed tree of an expression; each visit returns the measure of a node."""

    def __init__(
        self, expression: Expression, reference: Reference, functions: Mapping[str, Measured]
    ) -> None:
        self._functions = functions
        self._names = {alias: reference(name) for name, alias in expression.aliases.items()}

    def visit_Constant(self, node: ast.Constant) -> Measure:
        return WORDS if isinstance(node.value, str) else TYPED

    def visit_Name(self, node: ast.Name) -> Measure:
        return self._names[node.id]

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Measure:
        return self.visit(node.operand)

    def visit_BoolOp(self, node: ast.BoolOp) -> Measure:
        for part in node.values:
            self.visit(part)
        return UNKNOWN

    def visit_Compare(self, node: ast.Compare) -> Measure:
        same([self.visit(part) for part in (node.left, *node.comparators)], "against")
        return UNKNOWN

    def visit_IfExp(self, node: ast.IfExp) -> Measure:
        self.visit(node.test)
        return same([self.visit(node.body), self.visit(node.orelse)], "or")

    def visit_Call(self, node: ast.Call) -> Measure:
        given = [self.visit(argument) for argument in node.args]
        measured = self._functions.get(node.func.id) if isinstance(node.func, ast.Name) else None
        return measured(given, node.args) if measured else UNKNOWN

    def visit_BinOp(self, node: ast.BinOp) -> Measure:
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.Pow):
            return _raised(left, node.right)
        if isinstance(node.op, (ast.Mult, ast.Div)):
            return _multiplied(node, left, right, 1 if isinstance(node.op, ast.Mult) else -1)
        lasts = _elapsed(right if isinstance(node.op, ast.Sub) else left)
        if isinstance(node.op, ast.Sub) and lasts and (isinstance(left, _Typed) or left == right):
            return lasts
        if _elapsed(left) == right and right:
            return left  # a date plus a number of days is a date
        return same([left, right], "less" if isinstance(node.op, ast.Sub) else "plus")


def _raised(base: Measure, exponent: ast.expr) -> Measure:
    if isinstance(exponent, ast.Constant) and isinstance(exponent.value, int):
        return product([base], [exponent.value])
    return UNKNOWN if base else base


def _multiplied(node: ast.BinOp, left: Measure, right: Measure, power: int) -> Measure:
    """The measure of a product or quotient. A typed 1,000,000 converts to millions, or back."""
    for part, other, sign in ((node.right, left, -power), (node.left, right, -1)):
        plain = not isinstance(other, _Unknown) and ("mn" in other) == (sign < 0)
        if isinstance(part, ast.Constant) and part.value == _MILLION and plain:
            return product([other, Measure(mn=1)], [1 if part is node.right else power, sign])
    return product([left, right], [1, power])


def _elapsed(measure: Measure) -> Measure | None:
    """The measure of a difference of two dates (days) or two years (years)."""
    return {"date": Measure(days=1), "year": Measure(years=1)}.get(str(measure))
