"""Check each figure against the dictionary of the data: its period, time, currency and unit.

A project may leave these columns out, and is then not asked. Where they stand, a form of period, a
currency or a unit that no row has is told as well, so that they stay true.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from thesisbook.data.faults import Fault
from thesisbook.data.fields import CURRENCY_WORDS as OWN
from thesisbook.data.files import Files
from thesisbook.data.periods import form_of, span
from thesisbook.data.plausibility import has_scale_word
from thesisbook.data.schemas import FactRow
from thesisbook.data.unit_words import currency_of
from thesisbook.data.units import UNITS
from thesisbook.data.validation import Table

# A line that is dated by its source lies within two months of it; of a year, it is the same year.
_NEAR = {"year": 0}
_TWO_MONTHS = 60
# A source reports the latest figure of a line: one that ended within so many days before it.
_LATEST = 400
# A note that begins so says that a source looks back and has no later figure.
LOOKS_BACK = "Looks back"
_PRICED = ("money", "per_share")
SCALED = ("money", "shares")


def undeclared_periods(files: Files) -> Iterator[Fault]:
    """Faults of periods of another form than those of the metric, and of forms without a row."""
    allowed = {row.id: row.periods.split() for row in files.metrics.rows if row.periods}
    used: dict[str, set[str]] = defaultdict(set)
    for table in files.facts:
        for line, row in table:
            form = form_of(row.period)
            used[row.metric].add(form)
            if form not in allowed.get(row.metric, (form,)):
                forms = " or ".join(allowed[row.metric])
                message = f"found {row.period!r}, of form {form}; {row.metric} has {forms} "
                message += f"(`periods`, {files.metrics.file})"
                yield Fault(table.file, line, "period", message)
    yield from _unused(files, "periods", allowed, used)


def untimely_figures(files: Files) -> Iterator[Fault]:
    """Faults of figures that stand for another time than their metric is dated by.

    Dated `source`, they are of the time of their source. Dated `over`, they are reported only once
    their period is over, the latest of a source is not old, and a half-year is not without its
    year once later years are there.
    """
    dated = {row.id: row.dated for row in files.metrics.rows}
    days = {row.id: span(row.date) for row in files.sources.rows}
    years: dict[tuple[str, str], set[str]] = defaultdict(set)
    latest: dict[tuple[str, ...], date] = defaultdict(lambda: date.min)
    for table in files.facts:
        for row in table.rows:
            if form_of(row.period) == "year":
                years[row.entity, row.metric].add(row.period)
            if within := span(row.period):
                back = row.note.startswith(LOOKS_BACK)
                last = date.max if back or row.basis != "reported" else within[1]
                latest[_told_by(row)] = max(latest[_told_by(row)], last)
    for table in files.facts:
        for line, row in table:
            within, published = span(row.period), days[row.source]
            if within is None or published is None:
                continue
            told = ""
            if dated[row.metric] == "source":
                apart = max((within[0] - published[1]).days, (published[0] - within[1]).days)
                if apart > _NEAR.get(form_of(row.period), _TWO_MONTHS):
                    told = f"{row.metric} has the time of its source, {row.source}; its day"
            elif dated[row.metric] == "over" and row.basis == "reported":
                told = _untimely(row, within[1], published, latest, years[row.entity, row.metric])
            if told:
                message = f"found {row.period!r}, but {told} is allowed"
                yield Fault(table.file, line, "period", message)


def _untimely(
    row: FactRow,
    last: date,
    published: tuple[date, date],
    latest: dict[tuple[str, ...], date],
    years: set[str],
) -> str:
    """Why a reported figure of a period that ends on `last` is untimely, and what is allowed."""
    if last > published[1]:
        return f"{row.source} came out before that was over; a period before its day"
    if (published[0] - latest[_told_by(row)]).days > _LATEST:
        return f"{row.source} of that time has later ones; the latest, or a note {LOOKS_BACK!r},"
    year = row.period[:4]
    if form_of(row.period) == "half" and year not in years and any(y > year for y in years):
        return f"later years are there and {year} is not; the year"
    return ""


def _told_by(row: FactRow) -> tuple[str, ...]:
    return (row.source, row.entity, row.metric)


def undeclared_currencies(files: Files) -> Iterator[Fault]:
    """Faults of amounts in another currency than their metric has, and of currencies without one.

    `reporting` is the currency of the entity's statements, `trading` that of its exchange.
    """
    allowed = {row.id: row.currency.split() for row in files.metrics.rows if row.currency}
    if not allowed:
        return
    for line, metric in files.metrics:
        if (metric.dimension in _PRICED) != (metric.id in allowed):
            message = f"found {metric.currency!r} for {metric.dimension}; its currency is allowed, "
            yield Fault(files.metrics.file, line, "currency", f"{message}and none for the others")
    company = files.company[1]
    words = {word: {row.id: getattr(row, word) for row in files.entities.rows} for word in OWN}
    for word in OWN:
        words[word][company.entity] = getattr(company.currencies, word)
    used: dict[str, set[str]] = defaultdict(set)
    for table in files.facts:
        for line, row in table:
            currency = currency_of(UNITS[row.unit])
            codes = allowed.get(row.metric)
            if not codes or not currency:
                continue
            used[row.metric] |= {currency, *codes[:1]} if codes[0] in words else {currency}
            fits = [words[code].get(row.entity, "") if code in words else code for code in codes]
            if currency not in fits:
                column, file = "currency", files.metrics.file
                if codes[0] in words:
                    column, file = codes[0], files.entities.file
                known = " or ".join(filter(None, fits)) or "no known currency"
                message = f"found {row.unit!r}; {row.metric} of {row.entity} is in {known}"
                yield Fault(table.file, line, "unit", f"{message} (`{column}`, {file})")
    yield from _unused(files, "currency", allowed, used)


def undeclared_amounts(files: Files) -> Iterator[Fault]:
    """Faults of amounts without a word of scale in another unit than their source has, and of
    units of a source that no such amount has."""
    allowed = {row.id: row.amounts.split() for row in files.sources.rows}
    if not any(allowed.values()):
        return
    used: dict[str, set[str]] = defaultdict(set)
    where = files.sources.file
    tables: list[Table[Any]] = [*files.facts, files.corroborations]
    for table in tables:
        for line, row in table:
            if UNITS[row.unit].dimension not in SCALED or has_scale_word(row.printed):
                continue
            used[row.source].add(row.unit)
            if row.unit not in allowed[row.source]:
                units = " or ".join(allowed[row.source]) or "no unit"
                message = f"found {row.unit!r}; amounts of {row.source} are in {units}"
                yield Fault(table.file, line, "unit", f"{message} (`amounts`, {where})")
    for line, source in files.sources:
        for unit in allowed[source.id]:
            if unit not in used[source.id]:
                message = f"found {unit!r}, in which {source.id} has no amount; take it out"
                yield Fault(where, line, "amounts", message)


def _unused(
    files: Files, column: str, allowed: dict[str, list[str]], used: dict[str, set[str]]
) -> Iterator[Fault]:
    """Faults of words in a column of the metrics that no row of the metric needs."""
    for line, metric in files.metrics:
        for word in allowed.get(metric.id, ()) if metric.id in used else ():
            if word not in used[metric.id]:
                message = f"found {word!r}, which no row of {metric.id} has; take it out"
                yield Fault(files.metrics.file, line, column, message)
