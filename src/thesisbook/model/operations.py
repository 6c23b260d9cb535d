"""Operations of the equations for which numpy has no elementwise function.

Each takes numbers, arrays of draws or symbols (see `thesisbook.model.symbols`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np

from thesisbook.model.parameters import Number
from thesisbook.model.symbols import Symbol

DAYS_PER_YEAR = 365
TIE = 1e-9  # so that 33.75 rounds up even where its floats were added to 33.7499999


def _operation(op: str, *values: Any) -> Symbol | None:
    """The operation as a term if any value is a symbol, else None."""
    found = next((value for value in values if isinstance(value, Symbol)), None)
    return None if found is None else found.trace.operate(op, *values)


def _across(op: str, values: Sequence[Any], reduce: Callable[..., Any]) -> Any:
    symbol = _operation(op, *values)
    if symbol is not None:
        return symbol
    found = reduce(np.stack(np.broadcast_arrays(*values)), axis=0)
    return found if np.ndim(found) else float(found)


def mean(values: Sequence[Number]) -> Number:
    """Arithmetic mean."""
    return _across("mean", values, np.mean)


def median(values: Sequence[Number]) -> Number:
    """Median; of an even count the mean of the two in the middle."""
    return _across("median", values, np.median)


def mean_without_largest(values: Sequence[Number]) -> Number:
    """Arithmetic mean of all but the largest; of a single number the number."""
    symbol = _operation("mean_without_largest", *values)
    if symbol is not None:
        return symbol  # type: ignore[return-value]
    if len(values) == 1:
        return values[0]
    stacked = np.stack(np.broadcast_arrays(*values))
    return (stacked.sum(axis=0) - stacked.max(axis=0)) / (len(values) - 1)  # type: ignore[no-any-return]


def round_half_up(value: Number, decimals: int) -> Number:
    """`value` rounded to that many decimals; a half is rounded up."""
    scale = 10**decimals
    symbol = _operation("round", value, decimals)
    return np.floor(value * scale + 0.5 + TIE) / scale if symbol is None else symbol  # type: ignore[return-value]


def smaller(one: Number, other: Number) -> Number:
    """The smaller of two numbers, by way of the larger: each language of the graph has `max`."""
    return -np.maximum(-one, -other)


def days_between(first: Any, last: str) -> Number:
    """Days from one ISO date to another, negative where the second is earlier."""
    symbol = _operation("days", first, last)
    if symbol is not None:
        return symbol  # type: ignore[return-value]
    return float((date.fromisoformat(last) - date.fromisoformat(first)).days)
