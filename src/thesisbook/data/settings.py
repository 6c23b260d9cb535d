"""What may be set: the declarations of base, and one rule for scenarios, studies and grids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from thesisbook.data.entries import Assumption
from thesisbook.data.faults import Fault
from thesisbook.data.fields import is_day, number_hint
from thesisbook.data.files import Files
from thesisbook.data.naming import named_facts, nearest_names, unknown
from thesisbook.data.units import UNITS
from thesisbook.data.validation import shorten

Base = Mapping[str, Assumption]


def is_number(entry: Assumption) -> bool:
    """Whether base declares a number that can be set: it has a range."""
    return entry.range is not None


def years_of(entry: Assumption) -> tuple[int, ...]:
    """The years of an entry by year, in order; none for one without years."""
    return tuple(sorted(entry.values or entry.facts or entry.expressions or ()))


def split_name(name: str, base: Base) -> tuple[str, int | None]:
    """`dso.2027` as parameter and year; a parameter whose own name has a point stays whole."""
    stem, _, year = name.rpartition(".")
    by_year = name not in base and stem in base and year.isdigit()
    return (stem, int(year)) if by_year else (name, None)


def why_not(base: Base, name: str, value: object, limits: tuple[float, float] | None = None) -> str:
    """Why the parameter `name` (with or without a year) cannot be set to `value`, or nothing.

    `limits` are the range of a scenario that has its own.
    """
    stem, year = split_name(name, base)
    if stem not in base:
        return f"found {shorten(name)}, an unknown parameter; {nearest_names(name, base)}"
    years = years_of(base[stem])
    if year is not None and year not in years:
        allowed = f"{years[0]} to {years[-1]} are" if years else f"{stem} without a year is"
        return f"found {stem} of {year}; {allowed} allowed"
    allowed = _allowed(stem, base[stem], value, limits or base[stem].range)
    return f"found {shorten(value)}; {allowed}" if allowed else ""


def _allowed(
    name: str, entry: Assumption, value: object, limits: tuple[float, float] | None
) -> str:
    """What is allowed where `value` is not; nothing where it is."""
    if isinstance(entry.value, bool):
        fits, allowed = isinstance(value, bool), "true or false is allowed"
    elif entry.allowed:
        fits, allowed = value in entry.allowed, f"one of {', '.join(entry.allowed)} is allowed"
    elif entry.unit == "date":
        fits, allowed = is_day(str(value)), "a day like 2025-12-31 is allowed"
    elif limits is None:
        fits, allowed = False, f"{name} is a published line, only its fact can change it"
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        fits, allowed = False, number_hint(str(value))
    else:
        low, high = limits
        fits, allowed = low <= value <= high, f"{low:g} to {high:g} is allowed"
    return "" if fits else allowed


def _typed(name: str, entry: Assumption) -> Iterator[tuple[tuple, str, object]]:
    """What an entry sets: the path of keys to it, the name with its year, the value."""
    if entry.value is not None:
        yield (name, "value"), name, entry.value
    for year, value in (entry.values or {}).items():
        yield (name, "values", str(year)), f"{name}.{year}", value


def declaration_faults(files: Files) -> Iterator[Fault]:
    """An entry of base that is no switch, word, day or number with unit and range."""
    document, base = files.scenarios["base"]
    for name, entry in base.items():
        for path, _, value in _typed(name, entry):
            if isinstance(value, bool) or is_number(entry) or entry.allowed or entry.unit == "date":
                continue
            allowed = "true or false, a number with unit and range, or a word of `allowed`"
            message = f"found {shorten(value)}; {allowed}"
            yield Fault(document.file, document.line(path), ".".join(path), message)
            break


def scenario_faults(files: Files) -> Iterator[Fault]:
    """A scenario without its file, or that sets what base does not have, or cannot be."""
    company, listed = files.company[0], files.company[1].scenarios
    for scenario in listed:
        if scenario not in files.scenarios:
            message = f"found no file data/assumptions/{scenario}.yaml; it is required"
            path = ("scenarios", scenario)
            yield Fault(company.file, company.line(path), ".".join(path), message)
    base = files.scenarios["base"][1]
    values = {row.id: row.figure.value for table in files.facts for row in table.rows}
    for scenario, (document, assumptions) in files.scenarios.items():
        yield from unknown(document.file, 1, "scenario", scenario, listed)
        for name, entry in assumptions.items():
            if name not in base:
                message = f"found no such entry in base; {nearest_names(name, base)}"
                yield Fault(document.file, document.line((name,)), name, message)
                continue
            found = [
                (path, why_not(base, key, v, entry.range)) for path, key, v in _typed(name, entry)
            ]
            if is_number(base[name]):
                found += [
                    (path, why_not(base, _key(path), values[fact], entry.range))
                    for path, fact in named_facts(name, entry)
                ]
            for path, message in found:
                if message:
                    yield Fault(document.file, document.line(path), ".".join(path), message)


def _key(path: tuple) -> str:
    return path[0] if len(path) == 2 else f"{path[0]}.{path[2]}"


def yearly_faults(files: Files) -> Iterator[Fault]:
    """A parameter by year whose years have a gap, or begin or end where no other's do.

    All begin and end together, but for groups: what is forecast for fewer years ends early
    together, and what follows on it begins in the year after.
    """
    document, base = files.scenarios["base"]
    series = {name: years for name, entry in base.items() if (years := years_of(entry))}
    if not series:
        return
    firsts = Counter(years[0] for years in series.values())
    lasts = Counter(years[-1] for years in series.values())
    shared = {year for year, times in lasts.items() if times > 1} or {max(lasts)}
    starts_shared = {year for year, times in firsts.items() if times > 1} or {min(firsts)}
    horizon = (min(starts_shared), max(shared))
    for name, years in series.items():
        missing = sorted(set(range(years[0], years[-1] + 1)) - {*years})
        starts = years[0] == horizon[0] or years[0] - 1 in shared
        if not missing and starts and years[-1] in shared:
            continue
        kind = next(k for k in ("values", "facts", "expressions") if getattr(base[name], k))
        found = f"without {', '.join(map(str, missing))}" if missing else f"to {years[-1]}"
        message = f"found {years[0]} {found}; {horizon[0]} to {horizon[1]} is allowed, "
        message += f"as of {_with_years(series, horizon)}"
        yield Fault(document.file, document.line((name, kind)), f"{name}.{kind}", message)


def _with_years(series: Mapping[str, Collection[int]], horizon: tuple[int, int]) -> str:
    names = [name for name, years in series.items() if horizon == (min(years), max(years))]
    return (
        names[0] + (f" and {len(names) - 1} more" if names[1:] else "") if names else "the others"
    )


def study_faults(files: Files) -> Iterator[Fault]:
    """A study that sets what cannot be set, names something twice or a scenario without a file, or
    weighs the scenarios to something else than one."""
    base = files.scenarios["base"][1]
    for document, rows in files.studies.values():
        seen: set[str] = set()
        for index, row in enumerate(rows):
            line = document.line((index,))
            key = next(k for k in ("id", "parameter", "scenario") if hasattr(row, k))
            label = getattr(row, key)
            if label in seen:
                yield Fault(document.file, line, key, f"found {label!r} again; once is allowed")
            seen.add(label)
            for name, message in _moves(base, row):
                if message:
                    at = document.line((index, "parameters", name))
                    yield Fault(document.file, at, f"{label}.{name}", message)
            if key == "scenario":
                yield from unknown(document.file, line, "scenario", label, files.scenarios)
    document, weights = files.studies["weights"]
    total = sum(weight.probability for weight in weights)
    if weights and abs(total - 1) > 1e-9:
        message = f"found probabilities that add to {total:g}; 1 is allowed"
        yield Fault(document.file, 1, "probability", message)


def _moves(base: Base, row: Any) -> Iterator[tuple[str, str]]:
    """What a row of a study sets or moves, each with why it cannot, or nothing."""
    given = getattr(row, "parameters", ())
    for name in given or filter(None, [getattr(row, "parameter", "")]):
        stem, year = split_name(name, base)
        if isinstance(given, Mapping):
            yield name, why_not(base, name, given[name])
        elif stem not in base or year not in (None, *years_of(base[stem])):
            yield name, why_not(base, name, 0.0)
        elif not given and not is_number(base[stem]):
            yield name, f"found {stem}, which is no number; a number with a range is allowed"


def unit_faults(files: Files) -> Iterator[Fault]:
    """A parameter whose unit is not that of the fact it names, converted as facts are."""
    canonical = {row.id: UNITS[row.unit].canonical for table in files.facts for row in table.rows}
    base = files.scenarios["base"][1]
    for document, assumptions in files.scenarios.values():
        for name, entry in assumptions.items():
            unit = entry.unit or (base[name].unit if name in base else None)
            for path, fact in named_facts(name, entry):
                if unit and unit != canonical[fact]:
                    message = f"found {unit!r}; {fact} is in {canonical[fact]}"
                    yield Fault(document.file, document.line(path), f"{name}.unit", message)
