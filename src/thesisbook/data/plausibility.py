"""Check each row against its period, its source and the rows around it.

Each of these rows is valid by itself and agrees with its print; what is wrong shows only beside
others: a fact that its source could not know, a balance with two values, a figure in thousands
among figures in millions.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from thesisbook.data.faults import Fault
from thesisbook.data.files import Files
from thesisbook.data.periods import span
from thesisbook.data.printed import read_printed
from thesisbook.data.printed_days import printed_month
from thesisbook.data.schemas import FactRow
from thesisbook.data.units import UNITS
from thesisbook.data.validation import Table

FORWARD = ("forecast", "consensus")
# Results are out within four months of the end of a year.
_RESULTS = timedelta(days=120)
# A company's lines move by less than this between two years; thousands for millions is 1,000.
_JUMP = 300.0
# Any two makers' figures of one line are nearer to one another than this, by way of the others.
_FAR = 100.0
# A note that begins so says that a figure is right although it lies far from its neighbours.
AS_PRINTED = "As printed"
_AMOUNTS = ("money", "shares")
_SIZES = ("money", "shares", "count", "persons")


def periods_and_prints(files: Files) -> Iterator[Fault]:
    """Faults of figures that are dates outside the period of their row."""
    for table in files.facts:
        for line, row in table:
            within, said = span(row.period), row.value
            if within is None:
                continue
            first, last = within
            if row.unit == "date":
                fits = first <= date.fromisoformat(said) <= last
            elif row.unit == "year":
                fits = first.year <= float(said) <= last.year
            elif row.unit == "text" and (said := printed_month(row.printed)):
                begins, ends = span(said) or within
                fits = begins <= last and first <= ends
            elif re.fullmatch(r"\d{4}-\d{4}", said := row.printed):
                fits = said == row.period
            else:
                continue
            if not fits:
                message = f"found {row.period!r}, but the row is of {said}; the same is allowed"
                yield Fault(table.file, line, "period", message)


def facts_after_their_source(files: Files) -> Iterator[Fault]:
    """Faults of figures `reported` for a time after their source, or `forecast` for one before it.

    Papers of the exchange or the company set days ahead; nobody else can report them.
    """
    sources = {row.id: row for row in files.sources.rows}
    forecasts = {
        (row.entity, row.metric, row.source)
        for table in files.facts
        for row in table.rows
        if row.basis in FORWARD
    }
    for table in files.facts:
        for line, row in table:
            within, source = span(row.period), sources[row.source]
            published = span(source.date)
            if within is None or published is None or UNITS[row.unit].dimension in ("text", "date"):
                continue
            told = f"{row.period} in source {source.id} of {source.date}"
            if row.basis == "reported":
                early = source.kind != "primary" and within[0] > published[1]
                forecast = (row.entity, row.metric, row.source) in forecasts
                if early or (forecast and within[1] > published[1]):
                    message = f"found 'reported' for {told}; only what has passed can be reported"
                    yield Fault(table.file, line, "basis", message)
            elif row.basis in FORWARD and within[1] + _RESULTS < published[0]:
                message = f"found {row.basis!r} for {told}; what has passed is reported or estimate"
                yield Fault(table.file, line, "basis", message)


def two_values_of_a_balance(files: Files) -> Iterator[Fault]:
    """Faults where a balance has two values: one for a period, one for the last day of it."""
    ends: dict[tuple[str, str, date], tuple[str, int, FactRow]] = {}
    places = [(table.file, line, row) for table in files.facts for line, row in table]
    for file, line, row in places:
        within = span(row.period)
        if within and within[0] == within[1]:
            ends[row.entity, row.metric, within[1]] = (file, line, row)
    for file, line, row in places:
        within = span(row.period)
        if not within or (within[1] - within[0]).days < 32:
            continue
        other_file, other_line, other = ends.get((row.entity, row.metric, within[1]), ("", 0, row))
        a, b = row.figure, other.figure
        same = UNITS[row.unit].canonical == UNITS[other.unit].canonical
        if not same or not (a.low <= b.high and b.low <= a.high):
            message = (
                f"found {row.printed!r} where {other.id} is {other.printed!r} "
                f"({other_file}:{other_line}); one value for one balance is allowed"
            )
            yield Fault(file, line, "printed", message)


def unknown_exhibits(files: Files) -> Iterator[Fault]:
    """Faults of locators that name an exhibit the audited report does not have."""
    known = {row.number for row in files.exhibits.rows}
    if not known:  # a company may do without the list
        return
    audited = files.company[1].audited_source
    tables: list[Table[Any]] = [*files.facts, files.corroborations]
    for table in tables:
        for line, row in table:
            for number in (
                re.findall(r"exhibit (\d+)", row.locator) if row.source == audited else ()
            ):
                if int(number) not in known:
                    allowed = f"{min(known)} to {max(known)} are allowed (data/exhibits.csv)"
                    message = f"found exhibit {number}, which is no exhibit of {audited}; {allowed}"
                    yield Fault(table.file, line, "locator", message)


def sizes_among_neighbours(files: Files) -> Iterator[Fault]:
    """Faults of figures without a scale word that are far larger or smaller than their neighbours.

    Beside it stand the same line of the same place in other years, which has one unit; the years
    before and after, which are of a like size; and the same line of all others, of which one at
    least is.
    """
    rows = {row.id: row for table in files.facts for row in table.rows}
    sizes = {r.id: abs(r.figure.value or 0.0) for r in rows.values() if _has_bare_size(r)}
    units: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    alike: dict[tuple[str, str], list[float]] = defaultdict(list)
    for name, size in sizes.items():
        units[_place(rows[name])][rows[name].unit] += 1
        if UNITS[rows[name].unit].dimension in _AMOUNTS:
            alike[_line_and_unit(rows[name])].append(size)
    for table in files.facts:
        for line, row in table:
            if row.id not in sizes:
                continue
            (usual, times), *others = units[_place(row)].most_common()
            if others and row.unit != usual and times > units[_place(row)][row.unit]:
                message = f"found {row.unit!r}; the line is in {usual} at {row.locator} elsewhere"
                yield Fault(table.file, line, "unit", message)
            elif not row.note.startswith(AS_PRINTED) and (
                far := _far_from_neighbours(row, sizes)
                or _far_from_all(sizes[row.id], alike.get(_line_and_unit(row), []))
            ):
                message = f"found {row.unit!r}, which makes {row.id} {far}; correct the unit, or "
                yield Fault(table.file, line, "unit", f"{message}begin the note {AS_PRINTED!r}")


def _has_bare_size(row: FactRow) -> bool:
    """Whether a row's unit has a scale that its printed text does not name."""
    if not row.printed or UNITS[row.unit].dimension not in _SIZES:
        return False
    return not has_scale_word(row.printed)


def has_scale_word(printed: str) -> bool:
    """Whether a printed figure names its scale, as in 10.4亿 or 3 bn."""
    return bool(printed) and any(form.scale is not None for form in read_printed(printed))


def _place(row: FactRow) -> tuple[str, ...]:
    return (row.entity, row.metric, row.source, row.locator)


def _line_and_unit(row: FactRow) -> tuple[str, str]:
    return (row.metric, UNITS[row.unit].canonical)


def _far_from_all(size: float, alike: list[float]) -> str:
    """How far a figure is from the nearest of all figures of its line, in words; empty if near."""
    ratios = sorted(max(size, other) / min(size, other) for other in alike if size and other)
    if ratios[1:] and ratios[1] > _FAR:  # the first is the figure itself
        return f"{ratios[1]:,.0f} times, or as small a part of, the nearest figure of its line"
    return ""


def _far_from_neighbours(row: FactRow, sizes: dict[str, float]) -> str:
    """How far a yearly figure is from all years beside it, in words; empty if it is plausible."""
    if not re.fullmatch(r"\d{4}", row.period) or not sizes[row.id]:
        return ""
    near = [sizes.get(f"{row.entity}.{row.metric}.{int(row.period) + step}") for step in (-1, 1)]
    ratios = [sizes[row.id] / other for other in near if other]
    if ratios and min(ratios) > _JUMP:
        return f"{min(ratios):,.0f} times the year beside it"
    if ratios and max(ratios) < 1 / _JUMP:
        return f"a {1 / max(ratios):,.0f}th of the year beside it"
    return ""
