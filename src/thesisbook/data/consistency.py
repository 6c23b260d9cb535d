"""What must agree between the files: keys, dimensions, scenarios, and one value for one fact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from thesisbook.data import schemas
from thesisbook.data.caption_pairs import captions_apart
from thesisbook.data.dictionary_checks import (
    undeclared_amounts,
    undeclared_currencies,
    undeclared_periods,
    untimely_figures,
)
from thesisbook.data.faults import Fault
from thesisbook.data.files import Files
from thesisbook.data.later_facts import later_facts
from thesisbook.data.ledger_checks import edition_bridge_faults, frozen_faults, ledger_faults
from thesisbook.data.market_price import price_faults, rating_scale_faults
from thesisbook.data.mixed_units import mixed_units
from thesisbook.data.naming import (
    PLAIN_NAMESPACES,
    run_namespaces,
    unknown_names,
)
from thesisbook.data.plausibility import (
    facts_after_their_source,
    periods_and_prints,
    sizes_among_neighbours,
    two_values_of_a_balance,
    unknown_exhibits,
)
from thesisbook.data.settings import (
    declaration_faults,
    scenario_faults,
    unit_faults,
    yearly_faults,
)
from thesisbook.data.source_checks import (
    gaps_among_errata,
    grades_of_kinds,
    lines_of_texts,
    peers_left_out,
    prints_not_there,
    subjects_of_sources,
)
from thesisbook.data.spreadsheets import lost_separators, lost_zeros
from thesisbook.data.study_checks import study_faults
from thesisbook.data.units import UNITS, codes_of
from thesisbook.data.validation import Table


def duplicate_keys(files: Files) -> Iterator[Fault]:
    """A key that stands twice, in one file or in files of one kind."""
    tables: list[tuple[str, Iterable[Table[Any]]]] = [
        ("id", [files.sources]),
        ("id", [files.entities]),
        ("id", [files.metrics]),
        ("id", files.facts),
        ("number", [files.exhibits]),
        ("number", [files.patents]),
        ("key", [files.labels]),
        ("en", files.words.values()),
        ("name", files.numbers.values()),
        # `<chapter>_zh.csv` says the same exhibits in Chinese
        ("id", [table for name, table in files.captions.items() if not name.endswith("_zh")]),
        ("id", files.scoreboard),
    ]
    for column, group in tables:
        first: dict[object, tuple[str, Any]] = {}
        for table in group:
            for line, row in table:
                key = getattr(row, column)
                if key not in first:
                    first[key] = (f"{table.file}:{line}", row)
                    continue
                place, other = first[key]
                what = "once is allowed"
                if isinstance(row, schemas.FactRow) and row.figure != other.figure:
                    what = "two values for one fact; further prints go to data/corroborations.csv"
                yield Fault(
                    table.file,
                    line,
                    column,
                    f"found {key!r} again, first at {place}; {what}",
                )
    for document, entries_of_file in (files.errata, files.recomputations):
        seen: set[str] = set()
        for index, name in enumerate(entry.id for entry in entries_of_file):  # type: ignore[attr-defined]
            if name in seen:
                message = f"found {name!r} again; once is allowed"
                yield Fault(document.file, document.line((index, "id")), "id", message)
            seen.add(name)


def duplicate_corroborations(files: Files) -> Iterator[Fault]:
    """The same place of a source named twice as corroborating one fact."""
    places: dict[tuple[str, ...], int] = {}
    for line, row in files.corroborations:
        place = (row.fact, row.source, row.locator)
        if place in places:
            first = f"{files.corroborations.file}:{places[place]}"
            message = f"found this place of {row.fact} again, first at {first}; once is allowed"
            yield Fault(files.corroborations.file, line, "locator", message)
        places.setdefault(place, line)


def inconsistent_ids(files: Files) -> Iterator[Fault]:
    """A fact id that is not its entity, metric and period; an entity that shadows a namespace."""
    for table in files.facts:
        for line, row in table:
            expected = f"{row.entity}.{row.metric}.{row.period}"
            if row.id != expected:
                message = f"found {row.id!r}; {expected!r} is allowed (entity.metric.period)"
                yield Fault(table.file, line, "id", message)
    reserved = (*PLAIN_NAMESPACES, *run_namespaces(files))
    for line, entity in files.entities:
        if entity.id in reserved:
            message = f"found {entity.id!r}; reserved are {', '.join(reserved)}"
            yield Fault(files.entities.file, line, "id", message)


def raised_grades(files: Files) -> Iterator[Fault]:
    """A fact whose grade is better than that of its source."""
    grades = {row.id: row.grade for row in files.sources.rows}
    for table in files.facts:
        for line, row in table:
            grade = grades[row.source]
            if row.grade and row.grade < grade:
                message = f"found {row.grade!r}; grade {grade} of its source or a lower one"
                yield Fault(table.file, line, "grade", f"{message} is allowed")


def wrong_dimensions(files: Files) -> Iterator[Fault]:
    """A unit of another dimension than the metric's."""
    dimensions = {row.id: row.dimension for row in files.metrics.rows}
    metrics: dict[str, str] = {}
    for table in files.facts:
        for line, row in table:
            metrics[row.id] = row.metric
            yield from _dimension(table.file, line, row.unit, row.metric, dimensions)
    for line, corroboration in files.corroborations:
        metric = metrics[corroboration.fact]
        yield from _dimension(
            files.corroborations.file, line, corroboration.unit, metric, dimensions
        )


def _dimension(
    file: str, line: int, unit: str, metric: str, dimensions: Mapping[str, str]
) -> Iterator[Fault]:
    wanted = dimensions[metric]
    if UNITS[unit].dimension != wanted:
        allowed = ", ".join(codes_of(wanted))
        yield Fault(file, line, "unit", f"found {unit!r}; {metric} is {wanted}: {allowed}")


def unreconciled_corroborations(files: Files) -> Iterator[Fault]:
    """Corroborating sources that disagree without an erratum, or have one although they agree."""
    facts = {row.id: row for table in files.facts for row in table.rows}
    for line, corroboration in files.corroborations:
        fact = facts[corroboration.fact]
        file, a, b = files.corroborations.file, corroboration.figure, fact.figure
        if UNITS[corroboration.unit].canonical != UNITS[fact.unit].canonical:
            message = f"found {corroboration.unit!r}; {fact.id} is in {fact.unit}, not comparable"
            yield Fault(file, line, "unit", message)
            continue
        if a.value is None:
            agrees = corroboration.printed == fact.printed
        else:
            slack = 1e-9 * max(abs(a.high), abs(b.high), 1e-9)
            agrees = a.low <= b.high + slack and b.low <= a.high + slack
        if not agrees and not corroboration.erratum:
            message = f"found {corroboration.printed!r} where {fact.id} is {fact.printed!r}"
            message += f" ({fact.unit}); two values for one fact need an erratum, or the same value"
            yield Fault(file, line, "printed", message)
        elif agrees and corroboration.erratum:
            found = f"found {corroboration.erratum!r}, but {corroboration.printed!r}"
            message = f"{found} agrees with {fact.id}; nothing is allowed"
            yield Fault(file, line, "erratum", message)


# In this order. Only the first class with a fault is reported: later ones often follow from it.
CLASSES: tuple[tuple[Callable[[Files], Iterator[Fault]], ...], ...] = (
    (duplicate_keys, duplicate_corroborations, inconsistent_ids),
    (unknown_names,),
    (captions_apart,),
    (wrong_dimensions, unit_faults, declaration_faults, yearly_faults, raised_grades),
    (mixed_units,),
    (unreconciled_corroborations, scenario_faults, study_faults),
    (rating_scale_faults, price_faults),
    (periods_and_prints, facts_after_their_source, two_values_of_a_balance, unknown_exhibits),
    (lost_separators, lost_zeros),
    (undeclared_periods, undeclared_currencies, undeclared_amounts),
    (untimely_figures, subjects_of_sources),
    (sizes_among_neighbours,),
    (lines_of_texts, grades_of_kinds, gaps_among_errata, peers_left_out),
    (prints_not_there,),
    (later_facts,),
    (ledger_faults, edition_bridge_faults),
    (frozen_faults,),
)
