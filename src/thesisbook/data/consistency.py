"""What must agree between the files: keys, dimensions, scenarios, and one value for one fact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from thesisbook.data import entries, schemas
from thesisbook.data.faults import Fault
from thesisbook.data.files import Files
from thesisbook.data.naming import (
    PLAIN_NAMESPACES,
    named_facts,
    nearest_names,
    run_namespaces,
    unknown,
    unknown_names,
)
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
                    what = "two values for one fact; further prints go to data/witnesses.csv"
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


def duplicate_witnesses(files: Files) -> Iterator[Fault]:
    """The same place of a source given twice for one fact."""
    places: dict[tuple[str, ...], int] = {}
    for line, row in files.witnesses:
        place = (row.fact, row.source, row.locator)
        if place in places:
            message = f"found this place of {row.fact} again, first in row {places[place]}"
            yield Fault(files.witnesses.file, line, "locator", f"{message}; once is allowed")
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


def wrong_dimensions(files: Files) -> Iterator[Fault]:
    """A unit that does not measure what the metric is."""
    dimensions = {row.id: row.dimension for row in files.metrics.rows}
    metrics: dict[str, str] = {}
    for table in files.facts:
        for line, row in table:
            metrics[row.id] = row.metric
            yield from _dimension(table.file, line, row.unit, row.metric, dimensions)
    for line, witness in files.witnesses:
        metric = metrics[witness.fact]
        yield from _dimension(files.witnesses.file, line, witness.unit, metric, dimensions)


def wrong_assumption_units(files: Files) -> Iterator[Fault]:
    """A parameter whose unit is not that of the fact it names, converted or not."""
    canonical = {row.id: UNITS[row.unit].canonical for table in files.facts for row in table.rows}
    base = files.scenarios["base"][1]
    for document, assumptions in files.scenarios.values():
        for name, entry in assumptions.items():
            unit = entry.unit or (base[name].unit if name in base else None)
            for path, fact in named_facts(name, entry):
                if unit and UNITS[unit].canonical != canonical[fact]:
                    message = f"found {unit!r}; {fact} is in {canonical[fact]}"
                    line = document.line(path)
                    yield Fault(document.file, line, f"{name}.unit", message)


def _dimension(
    file: str, line: int, unit: str, metric: str, dimensions: Mapping[str, str]
) -> Iterator[Fault]:
    wanted = dimensions[metric]
    if UNITS[unit].dimension != wanted:
        allowed = ", ".join(codes_of(wanted))
        yield Fault(file, line, "unit", f"found {unit!r}; {metric} is {wanted}: {allowed}")


def unreconciled_witnesses(files: Files) -> Iterator[Fault]:
    """Two values for one fact that no erratum explains, or an erratum where nothing disagrees."""
    facts = {row.id: row for table in files.facts for row in table.rows}
    for line, witness in files.witnesses:
        fact = facts[witness.fact]
        file, a, b = files.witnesses.file, witness.figure, fact.figure
        if UNITS[witness.unit].canonical != UNITS[fact.unit].canonical:
            message = f"found {witness.unit!r}; {fact.id} is in {fact.unit}, not comparable"
            yield Fault(file, line, "unit", message)
            continue
        if a.value is None:
            agrees = witness.printed == fact.printed
        else:
            slack = 1e-9 * max(abs(a.high), abs(b.high), 1e-9)
            agrees = a.low <= b.high + slack and b.low <= a.high + slack
        if not agrees and not witness.erratum:
            message = f"found {witness.printed!r} where {fact.id} is {fact.printed!r}"
            message += f" ({fact.unit}); two values for one fact need an erratum, or the same value"
            yield Fault(file, line, "printed", message)
        elif agrees and witness.erratum:
            message = f"found {witness.erratum!r}, but {witness.printed!r} agrees with {fact.id}"
            yield Fault(file, line, "erratum", f"{message}; nothing is allowed")


def scenario_faults(files: Files) -> Iterator[Fault]:
    """A scenario that moves what base does not have, or moves it out of its range."""
    known = files.company[1].scenarios
    for scenario, (document, assumptions) in files.scenarios.items():
        yield from unknown(document.file, 1, "scenario", scenario, known)
        base = files.scenarios["base"][1]
        for name, entry in assumptions.items():
            if name not in base:
                line = document.line((name,))
                yield Fault(
                    document.file,
                    line,
                    name,
                    f"found no such entry in base; {nearest_names(name, base)}",
                )
                continue
            for path, value in _typed_numbers(name, entry):
                low, high = base[name].range or (float("-inf"), float("inf"))
                if not low <= value <= high:
                    message = f"found {value:g}; {low:g} to {high:g} is allowed"
                    yield Fault(document.file, document.line(path), ".".join(path), message)


def _typed_numbers(name: str, entry: entries.Assumption) -> Iterator[tuple[tuple, float]]:
    if isinstance(entry.value, float):
        yield (name, "value"), entry.value
    for year, value in (entry.values or {}).items():
        yield (name, "values", str(year)), value


def study_faults(files: Files) -> Iterator[Fault]:
    """A study that moves an unknown parameter, names a scenario without a file, or weighs the
    scenarios to something else than one."""
    base = files.scenarios["base"][1]
    for document, rows in files.studies.values():
        for index, row in enumerate(rows):
            line = document.line((index,))
            names = getattr(row, "parameters", None) or [getattr(row, "parameter", "")]
            for name in filter(None, names):
                if name not in base and name.rpartition(".")[0] not in base:
                    yield from unknown(
                        document.file, line, "parameters", name, base, kind="parameter"
                    )
            scenario = getattr(row, "scenario", None)
            if scenario is not None:
                yield from unknown(document.file, line, "scenario", scenario, files.scenarios)
    document, weights = files.studies["weights"]
    total = sum(weight.probability for weight in weights)
    if weights and abs(total - 1) > 1e-9:
        message = f"found probabilities that add to {total:g}; 1 is allowed"
        yield Fault(document.file, 1, "probability", message)


# In this order; the first class with a fault is the one that is reported, whole.
CLASSES: tuple[tuple[Callable[[Files], Iterator[Fault]], ...], ...] = (
    (duplicate_keys, duplicate_witnesses, inconsistent_ids),
    (unknown_names,),
    (wrong_dimensions, wrong_assumption_units),
    (unreconciled_witnesses, scenario_faults, study_faults),
)
