"""Functions that named numbers of format `text` may call: words that follow the data.

They stand beside the arithmetic functions of `thesisbook.data.expressions`. A reference to a
quantity by year without its year (`{model.revenue}`) is a Series, year by year.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from thesisbook.data.expressions import FUNCTIONS
from thesisbook.exhibits.formats import format_value

_SMALL = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


_PLACES = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
)


class Series(dict[int, float]):
    """Values by year of one quantity."""


class Across(tuple[float, ...]):
    """One measure over several entities, in their order, with their names."""

    names: tuple[str, ...]

    def __new__(cls, values: Iterable[float], names: Iterable[str]) -> Across:
        made = super().__new__(cls, values)
        made.names = tuple(names)
        return made


def name_of_max(across: Across) -> str:
    """The name of the entity with the largest value."""
    return across.names[across.index(max(across))]


def name_of_min(across: Across) -> str:
    """The name of the entity with the smallest value."""
    return across.names[across.index(min(across))]


def without_max(across: Across) -> Across:
    """All but the largest value."""
    left_out = across.index(max(across))
    kept = [place for place in range(len(across)) if place != left_out]
    return Across((across[k] for k in kept), (across.names[k] for k in kept))


def count(across: Across) -> int:
    """How many values there are."""
    return len(across)


def count_below(across: Across, limit: float) -> int:
    """How many values lie under the limit."""
    return sum(value < limit for value in across)


def first_year_above(series: Mapping[int, float], limit: float) -> int:
    """The first year from which on the series first exceeds `limit`; 0 where it never does."""
    return next((year for year in sorted(series) if series[year] > limit), 0)


def last_year_below(series: Mapping[int, float], limit: float) -> int:
    """The last year in which the series is under `limit`; 0 where there is none."""
    return next((year for year in sorted(series, reverse=True) if series[year] < limit), 0)


def total(series: Mapping[int, float], first: int, last: int) -> float:
    """Sum of the series over the years `first` to `last`, both included."""
    return sum(series[year] for year in series if first <= year <= last)


def peak_year(series: Mapping[int, float]) -> int:
    """The year of the largest value."""
    return max(series, key=lambda year: series[year])


def low_year(series: Mapping[int, float]) -> int:
    """The year of the smallest value."""
    return min(series, key=lambda year: series[year])


def _pairs(arguments: tuple[Any, ...]) -> list[tuple[float, str]]:
    if not arguments or len(arguments) % 2:
        raise ValueError("give pairs: a value, its name, a value, its name, ...")
    return list(zip(arguments[::2], arguments[1::2], strict=True))


def largest(*value_and_name: Any) -> str:
    """The name beside the largest value: largest({a.x.2025}, 'A', {b.x.2025}, 'B')."""
    return max(_pairs(value_and_name), key=lambda pair: pair[0])[1]


def smallest(*value_and_name: Any) -> str:
    """The name beside the smallest value."""
    return min(_pairs(value_and_name), key=lambda pair: pair[0])[1]


def rank(value: float, *others: float) -> int:
    """1 when no other value is larger, 2 when one is, and so on."""
    return 1 + sum(other > value for other in others)


def year_or(year: float, otherwise: str) -> str:
    """The year as text, or `otherwise` when it is 0 (never)."""
    return str(int(year)) if year else otherwise


def day_or(day: str, otherwise: str, *, language: str = "en") -> str:
    """The day (ISO) in words, or `otherwise` when there is none."""
    return format_value(day, "date", language) if day else otherwise


def spell(count: float) -> str:
    """A count up to twelve in words, larger ones in digits."""
    whole = int(count)
    return _SMALL[whole] if 0 <= whole < len(_SMALL) else f"{whole:,}"


def ordinal(place: float) -> str:
    """A place in words up to the twelfth, larger ones in digits: first, second, 13th."""
    whole = int(place)
    if 1 <= whole <= len(_PLACES):
        return _PLACES[whole - 1]
    ending = {1: "st", 2: "nd", 3: "rd"}.get(whole % 10 if whole % 100 not in (11, 12, 13) else 0)
    return f"{whole:,}{ending or 'th'}"


def join(*parts: Any) -> str:
    """The parts as one text."""
    return "".join(str(part) for part in parts)


def show(value: float, code: str, otherwise: str = "", *, language: str = "en") -> str:
    """The value in a format, or `otherwise` if there is none (a reverse DCF without solution)."""
    return otherwise if math.isnan(value) else format_value(value, code, language)


SENTENCE_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **FUNCTIONS,
    **{
        function.__name__: function
        for function in (
            first_year_above,
            last_year_below,
            total,
            peak_year,
            low_year,
            largest,
            smallest,
            rank,
            year_or,
            day_or,
            spell,
            ordinal,
            join,
            show,
            name_of_max,
            name_of_min,
            without_max,
            count,
            count_below,
        )
    },
}


def sentence_functions(language: str) -> dict[str, Callable[..., Any]]:
    """All sentence functions; those that write numbers and days use `language`."""
    bound = {each.__name__: partial(each, language=language) for each in (show, day_or)}
    return {**SENTENCE_FUNCTIONS, **bound}
