"""What a row's printed string, value and unit say together: the canonical figure, or a fault."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from thesisbook.data.printed import Printed, prints_date, read_printed
from thesisbook.data.schemas import QuantityRow
from thesisbook.data.units import UNITS

_EXACT = ("date", "year", "text")
# A note that opens with these words says that a loss or an expense is printed without its sign.
SIGN_TURNED = "Sign turned"


@dataclass(frozen=True, slots=True)
class Figure:
    """A row's figure. `value` and `tolerance` are canonical, `printed_value` as in the row.

    `low` and `high` bound the quantity that the print allows: its rounding, and more where it
    says only `over` or `nearly`.
    """

    printed_value: float | None
    value: float | None
    tolerance: float
    low: float
    high: float


def read_figure(row: QuantityRow) -> Figure:
    """The canonical figure of a row. Raises ValueError where `printed` and `value` do not agree."""
    unit, number = UNITS[row.unit], row.number
    if number is None:
        return Figure(None, None, 0.0, 0.0, 0.0)
    value = unit.convert(number)
    if not row.printed:
        return Figure(float(number), value, 0.0, value, value)
    if unit.dimension == "date":
        if not prints_date(row.printed, date.fromisoformat(row.value)):
            raise ValueError(f"found {row.printed!r} beside value {row.value}; the same day is allowed")
        return Figure(float(number), value, 0.0, value, value)
    printed = _matching(row, number, unit.scale)
    to_unit = printed.scale / unit.scale if printed.scale else Decimal(1)
    half = unit.convert(printed.half * to_unit)
    step = unit.convert(printed.significant_step * to_unit)
    return Figure(
        printed_value=float(number),
        value=value,
        tolerance=0.0 if unit.dimension in _EXACT else half,
        low=value - (step if printed.bound == "under" else half),
        high=value + (step if printed.bound == "over" else half),
    )


def _matching(row: QuantityRow, number: Decimal, scale: Decimal) -> Printed:
    forms = read_printed(row.printed)
    if getattr(row, "note", "").startswith(SIGN_TURNED):
        forms = tuple(_turned(printed) for printed in forms)
    for printed in forms:
        if printed.number * (printed.scale or scale) == number * scale:
            return printed
    read = " or ".join(f"{(p.number * (p.scale or scale) / scale).normalize():f}" for p in forms)
    raise ValueError(
        f"{row.printed!r} reads as {read} {row.unit}, value is {row.value}; the two must be the same"
    )


def _turned(printed: Printed) -> Printed:
    """The print with its sign turned; `more than a loss of` then bounds from the other side."""
    bound = {"over": "under", "under": "over"}.get(printed.bound, "")
    return replace(printed, number=-printed.number, bound=bound)
