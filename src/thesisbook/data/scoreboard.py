"""The scoreboard: recompute what the sources print and compare; no result is typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from thesisbook.data.dataset import Dataset, Lookup
from thesisbook.data.expressions import Expression, ExpressionError, Value, arithmetic
from thesisbook.data.faults import Fault
from thesisbook.data.fields import is_plain_number
from thesisbook.data.schemas import ScoreRow
from thesisbook.data.units import UNITS

Result = Literal["ties", "ties_within_rounding", "does_not_tie", "cannot_be_checked"]
RESULTS: tuple[Result, ...] = get_args(Result)
EXACT = 1e-9  # relative: equal numbers may differ by this much in binary arithmetic
AUTO, UNCHECKED = "auto", "-"


@dataclass(frozen=True, slots=True)
class Score:
    """A recomputation with its result. `left`, `right` and `tolerance` are in canonical units."""

    row: ScoreRow
    result: Result
    left: float | None = None
    right: float | None = None
    tolerance: float = 0.0


class ScoreError(ValueError):
    """A recomputation that cannot be evaluated; `column` says where."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


def score(dataset: Dataset, row: ScoreRow) -> Score:
    """The result of one row. Raises ScoreError if it cannot be evaluated or cells conflict."""
    if row.tolerance == UNCHECKED:
        if not row.note:
            raise ScoreError("note", "found nothing; why it cannot be checked is required")
        return Score(row, "cannot_be_checked")
    if bool(row.left) == bool(row.function) or not row.right:
        allowed = "left or function, and right, are required; or tolerance - with a note"
        raise ScoreError("left", f"found left {row.left!r}, function {row.function!r}; {allowed}")
    sides = _Sides(dataset, row)
    left, right = sides.left(dataset.lookup), sides.right(dataset.lookup)
    tolerance = _rounding(dataset, sides) if row.tolerance == AUTO else _explicit(row.tolerance)
    gap = abs(left - right)
    result: Result = "does_not_tie"
    if gap <= EXACT * max(abs(left), abs(right)):
        result = "ties"
    elif gap <= tolerance * (1 + EXACT):
        result = "ties_within_rounding"
    return Score(row, result, left, right, tolerance)


class _Sides:
    """Both sides of a row, each as a function of a fact look-up (which may be perturbed)."""

    def __init__(self, dataset: Dataset, row: ScoreRow) -> None:
        self._dataset = dataset
        self._left = arithmetic(row.left or f"{{calc.{row.function}}}")
        self._right = arithmetic(row.right)

    def left(self, lookup: Lookup) -> float:
        return self._number("left", self._left, lookup)

    def right(self, lookup: Lookup) -> float:
        return self._number("right", self._right, lookup)

    def _number(self, column: str, expression: Expression, lookup: Lookup) -> float:
        try:
            value = expression.evaluate(lambda name: self._dataset.resolve(name, lookup))
        except (ExpressionError, TypeError) as error:
            raise ScoreError(column, f"found {error}") from error
        if isinstance(value, str):
            raise ScoreError(
                column, f"found {expression.text!r}, which is text; a number is allowed"
            )
        return float(value)


def _rounding(dataset: Dataset, sides: _Sides) -> float:
    """Largest change of left minus right that rounding can cause, in canonical units.

    Sum over all printed inputs of the effect of half a unit in the last place (first order, central
    difference)."""
    read: dict[str, Value] = {}

    def recording(name: str) -> Value:
        read[name] = dataset.lookup(name)
        return read[name]

    def gap(moved: str, by: float) -> float:
        def lookup(name: str) -> Value:
            value = read[name] if name in read else dataset.lookup(name)
            return float(value) + by if name == moved else value

        return sides.left(lookup) - sides.right(lookup)

    sides.left(recording)
    sides.right(recording)
    halves = {name: dataset.tolerance(name) for name in read}
    return sum(
        abs(gap(name, half) - gap(name, -half)) / 2 for name, half in halves.items() if half > 0
    )


def _explicit(text: str) -> float:
    """A tolerance as `0.05`, canonical, or with a unit, `0.5 percent`."""
    number, _, unit = text.partition(" ")
    if not is_plain_number(number) or (unit and unit not in UNITS) or number.startswith("-"):
        raise ScoreError(
            "tolerance", f"found {text!r}; auto, -, or a number with or without a unit is allowed"
        )
    return UNITS[unit].convert(Decimal(number)) if unit else float(number)


def scoreboard(dataset: Dataset) -> tuple[list[Score], list[Fault]]:
    """Every row computed, and the faults: rows that cannot be evaluated, rows that do not tie and
    name no erratum, and rows that name one although they tie."""
    scores: list[Score] = []
    faults: list[Fault] = []
    for row in dataset.scoreboard:
        file, line = dataset.places[row.id]
        try:
            done = score(dataset, row)
        except ScoreError as error:
            faults.append(Fault(file, line, error.column, f"{error} ({row.id})"))
            continue
        scores.append(done)
        faults += [Fault(file, line, "erratum", message) for message in _unexplained(dataset, done)]
    return scores, faults


def _unexplained(dataset: Dataset, done: Score) -> Iterator[str]:
    row = done.row
    if done.result == "does_not_tie":
        gap = f"{row.id}: {done.left:.10g} against {done.right:.10g}, rounding {done.tolerance:.3g}"
        if not row.erratum:
            yield f"found nothing although it does not tie ({gap}); an erratum id is required"
        elif dataset.errata[row.erratum].verdict == "rejected":
            yield f"found {row.erratum!r}, a rejected erratum, where it does not tie ({gap})"
    elif row.erratum and done.result != "cannot_be_checked":
        yield f"found {row.erratum!r} although {row.id} {done.result}; nothing is allowed"
