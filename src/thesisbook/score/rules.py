"""Scoring rules: how good a forecast was, given what came."""

from __future__ import annotations

import math
from collections.abc import Iterable

#: The intervals of the ledger hold the outcome with this probability.
COVERAGE = 0.8
#: Below this number of settled forecasts a mean says nothing.
ENOUGH = 10


def brier(probability: float, came: bool) -> float:
    """Squared distance of a probability from what came, 0 to 1; 0.25 for an even chance.

    Brier (1950), Verification of forecasts expressed in terms of probability, Monthly Weather
    Review 78(1), for an event that comes or not.
    """
    if not 0 <= probability <= 1:
        raise ValueError(f"a probability of {probability:g}; 0 to 1 is allowed")
    return (probability - came) ** 2


def interval_score(low: float, high: float, value: float, coverage: float = COVERAGE) -> float:
    """Width of a central interval plus 2/(1 - coverage) times the miss; the lower the better.

    Gneiting and Raftery (2007), Strictly proper scoring rules, prediction, and estimation, Journal
    of the American Statistical Association 102(477), equation 43.
    """
    if low > high:
        raise ValueError(f"an interval from {low:g} to {high:g}; low to high is allowed")
    if not 0 < coverage < 1:
        raise ValueError(f"a coverage of {coverage:g}; between 0 and 1 is allowed")
    penalty = 2 / (1 - coverage)
    return (high - low) + penalty * max(low - value, 0.0) + penalty * max(value - high, 0.0)


def moved(low: float, high: float, central: float, to: float) -> tuple[float, float]:
    """The interval with the same width relative to its centre, about another central value."""
    ends = (low * to / central, high * to / central)
    return min(ends), max(ends)


def mean(values: Iterable[float]) -> float | None:
    """The mean; None of nothing."""
    found = list(values)
    return math.fsum(found) / len(found) if found else None
