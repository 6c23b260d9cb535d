"""Headline numbers of two runs as terminal text: each with its change, and lines by year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from thesisbook.cli.terminal import table
from thesisbook.exhibits.formats import format_value, unit_around
from thesisbook.exhibits.unit_formats import format_code, shown, unit_words
from thesisbook.model import Result
from thesisbook.model.quantities import QUANTITIES
from thesisbook.model.result import HEADLINE_LINES, HEADLINE_SCALARS

#: The lines shown without `--all`, with their decimals.
FIRST = {
    "target_price": 2,
    "price": 2,
    "upside": 1,
    "rating": 0,
    "dcf_per_share": 2,
    "relative_per_share": 2,
    "wacc": 2,
    "terminal_growth": 2,
}
DECIMALS = {"multiple": 1, "ratio": 1, "shares_mn": 1}
YEARS_SHOWN = 5
ARROW = " \u2192 "


def lines(now: Result, was: Result, grades: Mapping[str, str], everything: bool) -> Iterator[str]:
    """The headline numbers of run `now`, with the change of those that differ from run `was`."""
    names = (*FIRST, *(n for n in HEADLINE_SCALARS if n not in FIRST)) if everything else FIRST
    labels = {name: QUANTITIES[name].label for name in names}
    width = max(len(label) for label in labels.values()) + 2
    for name in names:
        told = change(name, now.unit(name), *pair(name, was, now), grades)
        yield f"{labels[name]:<{width}}{told}"
    yield ""
    yield years_table(now, was, everything)


def pair(name: str, was: Result, now: Result) -> tuple[Any, Any]:
    return was.quantity(name), now.quantity(name)


def change(name: str, unit: str, was: Any, now: Any, grades: Mapping[str, str]) -> str:
    """`HKD 77.51 → 75.10 (−2.41)`, or the value alone where it does not move."""
    if unit == "text":
        words = [grades.get(value, str(value)) for value in (was, now)]
        return words[1] if was == now else ARROW.join(words)
    decimals = FIRST.get(
        name, DECIMALS.get(unit, 0 if unit.endswith("_mn") else 4 if "_per_" in unit else 1)
    )
    texts = [shown(value, unit, decimals) for value in (was, now)]
    if texts[0] == texts[1]:
        return texts[1]
    before, after = unit_around(format_code(unit))
    first = texts[0].removesuffix(after) if after.startswith(" ") else texts[0]
    return (
        f"{first}{ARROW}{texts[1].replace(before, '', 1)} ({difference(unit, was, now, decimals)})"
    )


def difference(unit: str, was: float, now: float, decimals: int) -> str:
    """The change of a number; of a ratio in percentage points."""
    kind = "pp" if unit == "ratio" else ""
    return format_value(now - was, f"+{kind}{decimals}")


def years_table(now: Result, was: Result, everything: bool) -> str:
    """The lines by year, one row each, and a second row where run `was` differs."""
    series = {name: _by_year(now, name) for name in HEADLINE_LINES}
    before = {name: _by_year(was, name) for name in HEADLINE_LINES}
    years = sorted({year for by_year in series.values() for year in by_year})
    if not everything:
        years = _some(years, now.assumptions.last_actual)
    last = now.assumptions.last_actual
    head = [
        unit_words(now.unit(HEADLINE_LINES["revenue"])),
        *(f"{y}{'E' if y > last else 'A'}" for y in years),
    ]
    rows: list[Sequence[str]] = []
    for name, by_year in series.items():
        label = QUANTITIES[HEADLINE_LINES[name]].label
        rows.append([label, *(_plain(by_year.get(year)) for year in years)])
        moves = [_moved(before[name].get(year), by_year.get(year)) for year in years]
        if any(moves):
            rows.append(["  change", *moves])
    return table(head, rows)


def _by_year(result: Result, name: str) -> dict[int, float]:
    return result.headline()[name]


def _some(years: list[int], last_actual: int) -> list[int]:
    """The years to show: the last reported one, the next five, and the last one."""
    near = [year for year in years if last_actual <= year <= last_actual + YEARS_SHOWN]
    return sorted({*near, years[-1]})


def _plain(value: float | None) -> str:
    return "" if value is None else format_value(value, "0")


def _moved(was: float | None, now: float | None) -> str:
    if was is None or now is None or round(now) == round(was):
        return ""
    return format_value(now - was, "+0")


def grade_names(company: Mapping[str, Any], language: str = "en") -> dict[str, str]:
    """Names of the grades of the rating scale by id."""
    return {grade["id"]: grade["name"][language] for grade in company["rating_scale"]["grades"]}


def span(value: Any, unit: str) -> str:
    """A parameter's value to a few digits.

    By year: the first and the last; if these are equal, the lowest and the highest."""
    if not isinstance(value, Mapping):
        return shown(value, unit, None if isinstance(value, str) else _few(value, unit))
    values = list(value.values())
    ends = [values[0], values[-1]]
    if ends[0] == ends[1] and isinstance(ends[0], float):
        ends = [min(values), max(values)]
    return " ... ".join(dict.fromkeys(span(end, unit) for end in ends))


def _few(value: float, unit: str) -> int | None:
    if unit == "ratio":
        return 1 if abs(value) >= 0.1 or value == 0 else 2
    if "_per_" in unit:
        return 2 if format_code(unit) else 4  # a rate between two currencies
    return DECIMALS.get(unit, 2 if unit == "factor" else None)
