"""Move parameters: axes, two-way grids and the tornado, each one call of the core on arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.core import compute
from thesisbook.model.parameters import Number, ParameterError

if TYPE_CHECKING:
    import pandas as pd

How = Literal["set", "shift", "scale"]


class Range(Protocol):
    """A plausible range of a parameter: `low` and `high` shift or scale its values."""

    parameter: str
    how: Any
    low: float
    high: float


@dataclass(frozen=True)
class Axis:
    """Values of one parameter along a grid: set, added to its values (shift) or multiplied (scale).

    A name without a year moves every year of a parameter that runs by year.
    """

    name: str
    values: tuple[float, ...]
    how: How = "set"


def move(p: Assumptions, name: str, by: Number, how: str, clip: bool = False) -> dict[str, Number]:
    """Overrides that set, shift or scale a parameter in each of its years.

    `clip` holds the result within the allowed range instead of refusing it.
    Raises ParameterError for an unknown name or one that is no number.
    """
    moved: dict[str, Number] = {}
    for key in p.names(name):
        parameter = p.parameter(key)
        if parameter.kind != "number":
            raise ParameterError(f"{name}: is no number and cannot be moved")
        value: Any = p.values[key]
        new: Number = {"set": by, "shift": value + by, "scale": value * by}[how]
        moved[key] = np.clip(new, parameter.low, parameter.high) if clip else new
    return moved


def grid(p: Assumptions, rows: Axis, columns: Axis, quantity: str = "target_price") -> pd.DataFrame:
    """A scalar quantity over two axes; index the rows' values, columns the columns'.

    One evaluation of the core on arrays of shape (rows, 1) and (1, columns); a parameter
    that holds a year is looped over, since it chooses a line. Raises ParameterError as a run would
    at any of the points.
    """
    import pandas as pd  # noqa: PLC0415 - half a second that `value` does without

    years = [axis.name for axis in (rows, columns) if p.parameter(axis.name).unit == "year"]
    if rows.name in years:
        return grid(p, columns, rows, quantity).T
    down = np.array(rows.values, dtype=float)[:, None]
    if columns.name in years:
        cells = np.hstack(
            [
                _scalar(p, {**move(p, rows.name, down, rows.how), columns.name: year}, quantity)
                for year in columns.values
            ]
        )
    else:
        across = np.array(columns.values, dtype=float)[None, :]
        moves = {
            **move(p, rows.name, down, rows.how),
            **move(p, columns.name, across, columns.how),
        }
        cells = _scalar(p, moves, quantity)
    shape = (len(rows.values), len(columns.values))
    frame = pd.DataFrame(np.broadcast_to(cells, shape), rows.values, columns.values)
    frame.index.name, frame.columns.name = rows.name, columns.name
    return frame


def _scalar(p: Assumptions, overrides: Mapping[str, Any], quantity: str) -> Any:
    return compute(p.replace(overrides))[1][quantity]


def allowed_ranges(p: Assumptions) -> list[tuple[str, float, float]]:
    """Every numeric parameter, by year or not, with its allowed range."""
    return [
        (name, parameter.low, parameter.high)
        for name, parameter in p.parameters.items()
        if parameter.kind == "number"
    ]


def tornado(p: Assumptions, ranges: Sequence[Range]) -> pd.DataFrame:
    """Target price with each parameter at the ends of its plausible range, all else as it stands.

    Columns: parameter, label, how, low, high, target_low, target_high (at `low` and at `high`),
    swing (absolute); widest first.
    """
    rows = []
    for given in ranges:
        ends = [
            float(_scalar(p, move(p, given.parameter, by, given.how, clip=True), "target_price"))
            for by in (given.low, given.high)
        ]
        rows.append(_bar(p, given.parameter, given.how, (given.low, given.high), ends))
    return _sorted(rows)


def tornado_allowed(p: Assumptions) -> pd.DataFrame:
    """The tornado over the whole allowed range of every numeric parameter.

    An end at which no value exists (terminal growth at or above the cost of capital) is nan.
    """
    rows = []
    for name, low, high in allowed_ranges(p):
        ends = []
        for end in (low, high):
            try:
                ends.append(float(_scalar(p, move(p, name, end, "set"), "target_price")))
            except ParameterError:
                ends.append(float("nan"))
        rows.append(_bar(p, name, "set", (low, high), ends))
    return _sorted(rows)


def _bar(
    p: Assumptions, name: str, how: str, ranged: tuple[float, float], ends: list[float]
) -> dict[str, Any]:
    return {
        "parameter": name,
        "label": p.parameter(name).label,
        "how": how,
        "low": ranged[0],
        "high": ranged[1],
        "target_low": ends[0],
        "target_high": ends[1],
        "swing": abs(ends[1] - ends[0]),
    }


def _sorted(rows: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    frame = pd.DataFrame(rows)
    return frame.sort_values("swing", ascending=False, kind="stable").reset_index(drop=True)
