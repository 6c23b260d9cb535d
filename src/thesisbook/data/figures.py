"""Read the printed string, value and unit of a row as one canonical figure, or refuse the row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from thesisbook.data.fields import in_column, is_day, is_plain_number, number_hint
from thesisbook.data.printed import Printed, read_printed
from thesisbook.data.printed_days import prints_day
from thesisbook.data.unit_words import PERCENT, misfit
from thesisbook.data.units import UNITS, Unit

_EXACT = ("date", "year")
# A larger ratio is likely a multiple, or a percentage without its percent sign.
_LARGEST_RATIO = 2
# A note that begins so says that a loss or an expense is printed without its sign.
SIGN_TURNED = "Sign turned"


@dataclass(frozen=True, slots=True)
class Figure:
    """The figure of a row. `printed_value` is in the row's unit, all other values are canonical.

    `tolerance` is half a unit in the last printed place. `low` and `high` bound the quantity that
    the print allows: its rounding, and more where it says only `over` or `nearly`.
    """

    printed_value: float | None
    value: float | None
    tolerance: float
    low: float
    high: float


NO_FIGURE = Figure(None, None, 0.0, 0.0, 0.0)


def read_figure(printed: str, value: str, unit_code: str, note: str = "") -> Figure:
    """The figure of a row. An empty `printed` (derived figures) is exact; a date is its day number;
    a note that begins SIGN_TURNED turns the sign of the print.

    Raises a pydantic error that names the column where the three do not agree.
    """
    unit = UNITS[unit_code]
    if unit.dimension == "text":
        if value:
            raise in_column("value", value, "unit text has no value; nothing is allowed")
        return NO_FIGURE
    if unit.dimension == "date":
        return _read_day(printed, value)
    if not is_plain_number(value):
        raise in_column("value", value, number_hint(value))
    number = Decimal(value)
    canonical = unit.convert(number)
    if not printed:
        return Figure(float(number), canonical, 0.0, canonical, canonical)
    sign = -1 if note.startswith(SIGN_TURNED) else 1
    form = _matching(printed, sign * number, unit)
    to_unit = form.scale / unit.scale if form.scale else Decimal(1)
    half = unit.convert(form.half * to_unit)
    step = unit.convert(form.significant_step * to_unit)
    return Figure(
        printed_value=float(number),
        value=canonical,
        tolerance=0.0 if unit.dimension in _EXACT else half,
        low=canonical - (step if form.bound == ("under", "over")[sign < 0] else half),
        high=canonical + (step if form.bound == ("over", "under")[sign < 0] else half),
    )


def _read_day(printed: str, value: str) -> Figure:
    if not is_day(value):
        raise in_column("value", value, "a day like 2025-12-31 is allowed")
    day = date.fromisoformat(value)
    if printed and not prints_day(printed, day):
        raise in_column("value", value, f"the day that is printed ({printed!r}) is allowed")
    ordinal = float(day.toordinal())
    return Figure(ordinal, ordinal, 0.0, ordinal, ordinal)


def _matching(printed: str, number: Decimal, unit: Unit) -> Printed:
    try:
        forms = read_printed(printed)
    except ValueError as error:
        raise in_column("printed", printed, str(error)) from None
    words = {word for form in forms for word in form.words}
    if why := misfit(words, unit):
        raise in_column("printed", printed, f"{why}; correct the unit or the print")
    if unit.code == "ratio" and abs(number) > _LARGEST_RATIO and not words.intersection(PERCENT):
        allowed = "a ratio this large is printed with its percent sign, or its unit is percent, "
        raise in_column("printed", printed, f"{allowed}or multiple for times")
    for form in forms:
        if form.number * (form.scale or unit.scale) == number * unit.scale:
            return form
    read = " or ".join(
        f"{float(form.number * (form.scale or unit.scale) / unit.scale):.10g}" for form in forms
    )
    allowed = f"{printed!r} is printed, which is {read} {unit.code}; that is allowed, or its "
    allowed += f"opposite where the note begins {SIGN_TURNED!r}"
    raise in_column("value", f"{number:f}", allowed)
