"""The whole model as one pure function: from assumptions to lines and scalars.

Floats give floats, arrays (one value a draw) give arrays and symbols give terms, so that a run, a
grid, a simulation and the graph share the same code. Closed form: no iteration, no circle, no root
search.
"""

from __future__ import annotations

from thesisbook.model import dcf, relative, revenue, statements, valuation
from thesisbook.model.assumptions import Assumptions
from thesisbook.model.lines import Lines, new_lines
from thesisbook.model.parameters import Number


def compute(p: Assumptions) -> tuple[Lines, dict[str, Number]]:
    """Lines by name and year and scalars by name; flows signed, + is received.

    Raises ParameterError where terminal growth is not below the cost of capital.
    """
    out, scalars = new_lines(), dict[str, Number]()
    equations(p, out, scalars)
    return out, scalars


def equations(p: Assumptions, out: Lines, scalars: dict[str, Number]) -> None:
    """Run every equation of the model, each after those whose results it needs."""
    dcf.cost_of_capital(p, scalars)
    statements.actuals(p, out)
    revenue.revenue(p, out, scalars)
    statements.forecast(p, out)
    dcf.flows(p, out)
    dcf.present_values(p, out, scalars)
    dcf.equity(p, out, scalars)
    relative.relative_value(p, out, scalars)
    valuation.blend(p, out, scalars)


def target(p: Assumptions) -> Number:
    """The target price only, in the trading currency per share."""
    return compute(p)[1]["target_price"]
