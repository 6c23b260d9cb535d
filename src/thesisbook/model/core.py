"""The whole model as one pure function: assumptions in, lines and scalars out.

Floats give floats; arrays of draws give arrays, so that a run, a grid and a simulation are the same
code. Closed form: no iteration, no circle, no root search.
"""

from __future__ import annotations

from thesisbook.model import dcf, relative, revenue, statements, valuation
from thesisbook.model.assumptions import Assumptions
from thesisbook.model.lines import Lines, new_lines
from thesisbook.model.parameters import Number


def compute(p: Assumptions) -> tuple[Lines, dict[str, Number]]:
    """Lines by name and year (CNY mn, signed as printed) and scalars by name.

    Raises ParameterError where terminal growth is not below the cost of capital.
    """
    out = new_lines()
    scalars: dict[str, Number] = {}
    dcf.cost_of_capital(p, scalars)
    statements.actuals(p, out)
    revenue.revenue(p, out)
    statements.forecast(p, out)
    dcf.flows(p, out)
    dcf.present_values(p, out, scalars)
    dcf.equity(p, scalars)
    relative.relative_value(p, out, scalars)
    valuation.blend(p, out, scalars)
    return out, scalars


def target(p: Assumptions) -> Number:
    """Target price alone, HKD per share."""
    return compute(p)[1]["target_price"]
