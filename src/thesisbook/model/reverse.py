"""What the price implies: find the parameter at which a value meets a goal, by narrowing a bracket.

Outside the core: the core itself is closed form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.core import compute
from thesisbook.model.parameters import ParameterError
from thesisbook.model.sensitivity import How, move

if TYPE_CHECKING:
    import pandas as pd

PARTS, STEPS = 64, 10  # the bracket is cut into so many parts, so often: to 1e-18 of its width


@dataclass(frozen=True)
class Question:
    """A parameter to move between `low` and `high` until a value meets its goal."""

    name: str
    how: How
    low: float
    high: float


QUESTIONS = (
    Question("wacc", "set", 0.05, 0.3),
    Question("terminal_growth", "set", -0.02, 0.06),
    Question("gross_margin", "shift", -0.4, 0.3),
    Question("volume_factor", "scale", 0.2, 2.0),
    Question("price_factor", "scale", 0.5, 1.5),
    Question("revenue_growth", "shift", -0.5, 0.3),
    Question("pool_share", "scale", 0.1, 10.0),
    Question("ps_discount", "set", -0.5, 0.9),
    Question("dcf_weight", "set", 0.0, 1.0),
)


def questions_of(p: Assumptions) -> tuple[Question, ...]:
    """The questions that can be asked: a company need not have every parameter."""
    return tuple(question for question in QUESTIONS if question.name in p.parameters)


def solve(p: Assumptions, question: Question, quantity: str, goal: float) -> float | None:
    """The move at which `quantity` is `goal`; None where it is not met between the ends.

    The bracket shrinks to the first of its parts in which the sign changes, so that a solution is
    either right or None; one run of the model values all parts. A `set` question gives the
    parameter's value, `shift` what is added to it, `scale` the factor.
    """

    def gap(by: Any) -> Any:
        moved = p.replace(move(p, question.name, by, question.how, clip=True))
        return compute(moved)[1][quantity] - goal

    low, high = _bracket(gap, question)
    below, above = gap(low), gap(high)
    if below == 0 or above == 0:
        return low if below == 0 else high
    if (below > 0) == (above > 0):
        return None
    for _ in range(STEPS):
        ends = np.linspace(low, high, PARTS + 1)
        beyond = (gap(ends) > 0) != (below > 0)
        first = max(1, int(beyond.argmax()))  # rounding may lift the lower end over it
        low, high = float(ends[first - 1]), float(ends[first])
    return (low + high) / 2


def _bracket(gap, question: Question) -> tuple[float, float]:
    """The ends of the question, moved inwards until the model has a value at both.

    Only near terminal growth = cost of capital can a value be missing.
    """
    low, high = question.low, question.high
    width = (high - low) / 200
    for end in ("low", "high"):
        for _ in range(200):
            try:
                gap(low if end == "low" else high)
                break
            except ParameterError:
                low, high = (low + width, high) if end == "low" else (low, high - width)
    return low, high


def reverse(
    p: Assumptions, quantity: str, goal: float, questions: tuple[Question, ...] = ()
) -> pd.DataFrame:
    """For each question, the move at which `quantity` meets `goal`; without any, every question.

    Columns: parameter, label, how, implied (nan where the goal is not met), found.
    """
    import pandas as pd  # noqa: PLC0415 - half a second that `value` does without

    rows = []
    for question in questions or questions_of(p):
        implied = solve(p, question, quantity, goal)
        rows.append(
            {
                "parameter": question.name,
                "label": p.parameter(question.name).label,
                "how": question.how,
                "implied": float("nan") if implied is None else implied,
                "found": implied is not None,
            }
        )
    return pd.DataFrame(rows)


def reverse_dcf(p: Assumptions) -> pd.DataFrame:
    """Values of the parameters at which the DCF value per share equals the price."""
    asked = tuple(q for q in questions_of(p) if q.name not in ("ps_discount", "dcf_weight"))
    return reverse(p, "dcf_per_share", float(p("price")), asked)


def breakevens(p: Assumptions) -> pd.DataFrame:
    """Values of the parameters at which the target equals the price, so that no upside is left."""
    return reverse(p, "target_price", float(p("price")))


def rating_borders(p: Assumptions, target: float) -> pd.DataFrame:
    """For each border of the rating scale, the target and the price at which it is met.

    `target` is the graded one, per share in the trading currency.

    Columns: grade (the grade at or above the border), border (relative return), target_needed (at
    today's price), price_needed (at today's target), per share in the trading currency.
    """
    import pandas as pd  # noqa: PLC0415

    rows = []
    for grade in p.grades:
        if grade.above == float("-inf"):
            continue
        needed = 1 + p("index_return") + grade.above
        rows.append(
            {
                "grade": grade.id,
                "border": grade.above,
                "target_needed": p("price") * needed,
                "price_needed": target / needed,
            }
        )
    return pd.DataFrame(rows)
