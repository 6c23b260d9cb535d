"""Published lines as inputs of published statements, deviations from them, and sums of lines."""

from __future__ import annotations

from typing import Any

import numpy as np

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.equations import equation
from thesisbook.model.lines import Lines
from thesisbook.model.parameters import Number
from thesisbook.model.terms import Constant

# Half a thousand, the rounding of a published line, and a little for floats.
PRINT_ROUNDING = Constant("published_rounding", 0.00051)


def published(p: Assumptions, year: int) -> Any:
    """Whether statements take the published lines in that year, where no driver is known."""
    return year in p.product_years and p("statement_basis") == "published"


def add(out: Lines, total: str, parts: tuple[str, ...], year: int) -> None:
    """Set a line of a year to the sum of others."""
    first, *others = (out[part][year] for part in parts)
    out[total][year] = sum(others, first)


@equation
def deviation(p: Assumptions, out: Lines, line: str, year: int) -> None:
    """`<line>_deviation`: a modelled line less the published one, in published statements.

    Zero within the rounding of the published line, and zero where statements are modelled. It is
    added to the line that closes the statement, so that published statements balance for any
    parameters.
    """
    beyond: Number = 0.0
    if published(p, year):
        difference = out[line][year] - p(f"published_{line}", year)
        beyond = np.where(np.abs(difference) > PRINT_ROUNDING, difference, 0.0)
    out[f"{line}_deviation"][year] = beyond
