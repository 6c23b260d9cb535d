"""Parameters of the model: what may be set, in which unit and range, and the errors if not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

SET_FOR_RUN = "set for this run"  # the reason given for a value that overrides the scenario
Number = float | np.ndarray
Value = float | str | bool | np.ndarray

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?%?", re.ASCII)


# Units whose numbers may be typed with a percent sign.
PERCENTAGES = ("ratio", "percent")


class ParameterError(ValueError):
    """A parameter, scenario, year or probability that is not allowed. The message is one line."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """The declaration of a parameter.

    `years` is empty for a parameter without years. `kind` is `number`, `switch` (true or false),
    `choice` (one of `allowed`), `date` or `published` (a number without a range: a line of the
    audited report, which only the data can change). `origin` says by key (`""` or the year) what
    the value is made of: a fact id, an expression over facts, or empty where it is typed.
    """

    name: str
    label: str
    unit: str
    kind: str
    years: tuple[int, ...]
    low: float
    high: float
    allowed: tuple[str, ...]
    reason: str
    source: str
    origin: Mapping[str, str]

    @property
    def keys(self) -> tuple[str, ...]:
        """The flat names: `wacc`, or `gross_margin.2026` ... one for each year."""
        return tuple(f"{self.name}.{year}" for year in self.years) or (self.name,)

    @property
    def is_factor(self) -> bool:
        """Whether a ratio is a factor such as a beta, which is not shown in percent."""
        return self.unit == "ratio" and self.low > 0 and self.high >= 1.5

    def coerce(self, key: str, given: Any) -> Value:
        """Convert `given`, a value or text of a command line, to a value of this parameter.

        Numbers may be arrays (draws, grids). Raises ParameterError naming what is allowed.
        """
        if self.kind == "switch":
            return self._switch(key, given)
        if self.kind == "choice":
            if given not in self.allowed:
                raise ParameterError(
                    f"{key}: {given!r} is not allowed; one of {', '.join(self.allowed)}"
                    + suggestion(str(given), self.allowed)
                )
            return given
        if self.kind == "date":
            return self._date(key, given)
        return self._number(key, given)

    def _switch(self, key: str, given: Any) -> bool:
        words = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}
        text = str(given).lower()
        if text not in words:
            raise ParameterError(f"{key}: {given!r} is not allowed; true or false")
        return words[text]

    def _date(self, key: str, given: Any) -> str:
        try:
            return date.fromisoformat(str(given)).isoformat()
        except ValueError:
            raise ParameterError(f"{key}: {given!r} is no date; write YYYY-MM-DD") from None

    def _number(self, key: str, given: Any) -> Number:
        if isinstance(given, np.ndarray):
            number: Number = given.astype(float)
        elif isinstance(given, bool):
            raise ParameterError(f"{key}: {given!r} is not a number")
        elif isinstance(given, (int, float, np.integer, np.floating)):
            number = float(given)
        elif isinstance(given, str) and _NUMBER.fullmatch(given.strip()):
            text = given.strip()
            if text.endswith("%") and self.unit not in PERCENTAGES:
                unit = f"in {self.unit}" if self.unit else "without a unit"
                raise ParameterError(f"{key}: {text} is for ratios, {self.name} is {unit}")
            number = float(text[:-1]) / 100 if text.endswith("%") else float(text)
        else:
            raise ParameterError(f"{key}: {given!r} is not a number")
        fits = (number >= self.low) & (number <= self.high)
        if not np.all(fits):  # refuses NaN too
            shown = f"{np.asarray(number)[~np.asarray(fits)].flat[0]:g}"
            raise ParameterError(
                f"{key}: {shown} is out of range; allowed is {self.low:g} to {self.high:g}"
                + (f" ({self.unit})" if self.unit else "")
            )
        if self.unit == "year" and np.any(number != np.floor(number)):
            raise ParameterError(f"{key}: {given!r} is not a whole year")
        return number


def suggestion(wanted: str, known: Iterable[str]) -> str:
    """`; nearest: a, b, c` for an error message; empty if no known name is similar."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only once something is wrong

    found = process.extract(wanted, list(known), scorer=fuzz.WRatio, limit=3, score_cutoff=50)
    return f"; nearest: {', '.join(name for name, _, _ in found)}" if found else ""


def declare(name: str, entry: Mapping[str, Any], origin: Mapping[str, str]) -> Parameter:
    """The declaration of a parameter from its entry in the complete scenario file.

    A switch is told by its value, a choice by its `allowed` words, a date by its unit, a published
    line by having no range.
    """
    by_year = entry.get("values") or entry.get("facts") or entry.get("expressions") or {}
    kind = "number"
    if isinstance(entry.get("value"), bool):
        kind = "switch"
    elif entry.get("allowed"):
        kind = "choice"
    elif entry.get("unit") == "date":
        kind = "date"
    elif not entry.get("range"):
        kind = "published"
    low, high = entry.get("range") or (-np.inf, np.inf)
    return Parameter(
        name=name,
        label=entry.get("label", name),
        unit=entry.get("unit", ""),
        kind=kind,
        years=tuple(sorted(by_year)),
        low=low,
        high=high,
        allowed=tuple(entry.get("allowed") or ()),
        reason=entry.get("reason", ""),
        source=entry.get("source", ""),
        origin=origin,
    )
