"""What may be set: base declares it, and scenarios, studies and grids are checked alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from thesisbook.data.edition_steps import EditionBridge
from thesisbook.data.entries import Assumption, ScenarioNames
from thesisbook.data.faults import Fault
from thesisbook.data.fields import is_day, number_hint
from thesisbook.data.files import Files
from thesisbook.data.naming import named_facts, nearest_names, unknown
from thesisbook.data.reading import Document
from thesisbook.data.studies import Case
from thesisbook.data.trees import SLACK, Tree
from thesisbook.data.units import UNITS
from thesisbook.data.validation import shorten

Base = Mapping[str, Assumption]


def is_number(entry: Assumption) -> bool:
    """Whether base declares this as a number that may be set, which needs a range."""
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
    """What is allowed instead of `value`; None where `value` is allowed."""
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
    """The values of an entry: path of keys in the file, name with its year, value."""
    if entry.value is not None:
        yield (name, "value"), name, entry.value
    for year, value in (entry.values or {}).items():
        yield (name, "values", str(year)), f"{name}.{year}", value


def declaration_faults(files: Files) -> Iterator[Fault]:
    """Faults of entries of base that are no switch, word, day, or number with unit and range."""
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
    """Faults of scenarios: no file, a name that base lacks, or a value that is not allowed."""
    company, listed = files.company[0], files.company[1].scenarios
    for scenario, named in listed.items():
        yield from _source_faults(company, scenario, named, files)
        if scenario not in files.scenarios and named.branch is None:
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


def _source_faults(
    company: Document, scenario: str, named: ScenarioNames, files: Files
) -> Iterator[Fault]:
    """Faults of where a scenario comes from: what it extends, and its branch of the tree."""
    path = ("scenarios", scenario)
    line, column = company.line(path), ".".join(path)
    if named.extends is not None:
        yield from unknown(
            company.file,
            line,
            f"{column}.extends",
            named.extends,
            files.scenarios,
            kind="scenario",
        )
        if scenario in _line_of(named.extends, files):
            message = f"found {named.extends!r}, which extends {scenario}; no circle is allowed"
            yield Fault(company.file, line, f"{column}.extends", message)
    if named.branch is None:
        return
    tree: Any = files.studies["tree"][1]
    drivers = {d.id: [s.id for s in d.states] for d in tree.drivers} if tree else {}
    if set(named.branch) != set(drivers):
        message = f"found states of {', '.join(named.branch)}; one of each driver is allowed, of "
        yield Fault(
            company.file, line, f"{column}.branch", message + (", ".join(drivers) or "none")
        )
        return
    for driver, state in named.branch.items():
        yield from unknown(
            company.file, line, f"{column}.branch.{driver}", state, drivers[driver], kind="state"
        )
    if scenario in files.scenarios and scenario != tree.start:
        message = f"found a branch and a file data/assumptions/{scenario}.yaml; one is allowed"
        yield Fault(company.file, line, f"{column}.branch", message)
    if scenario == tree.start:
        chosen = [s for d in tree.drivers for s in d.states if s.id == named.branch[d.id]]
        setting = [s.id for s in chosen if s.parameters or s.expressions or s.add or s.at_most]
        if setting:
            message = f"found {', '.join(setting)}, which change {scenario}; it holds them itself"
            yield Fault(company.file, line, f"{column}.branch", message)


def _line_of(scenario: str, files: Files) -> list[str]:
    """The scenario and those it extends, one after the other, until one is named again."""
    found: list[str] = []
    while scenario and scenario not in found:
        found.append(scenario)
        named = files.company[1].scenarios.get(scenario)
        scenario = (named.extends if named else None) or ""
    return found


def _key(path: tuple) -> str:
    return path[0] if len(path) == 2 else f"{path[0]}.{path[2]}"


def yearly_faults(files: Files) -> Iterator[Fault]:
    """Faults of parameters by year: a gap, or a first or last year that no other parameter has.

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
    families = _families(series)
    for name, years in series.items():
        family = families[name.partition(".")[0]]
        if len(family) > 1 and all(each == years for each in family) and _inside(years, horizon):
            continue  # of each peer, say: all have these years, and no fewer
        missing = sorted(set(range(years[0], years[-1] + 1)) - {*years})
        starts = years[0] == horizon[0] or years[0] - 1 in shared
        if not missing and starts and years[-1] in shared:
            continue
        kind = next(k for k in ("values", "facts", "expressions") if getattr(base[name], k))
        found = f"without {', '.join(map(str, missing))}" if missing else f"to {years[-1]}"
        message = f"found {years[0]} {found}; {horizon[0]} to {horizon[1]} is allowed, "
        message += f"as of {_with_years(series, horizon)}"
        yield Fault(document.file, document.line((name, kind)), f"{name}.{kind}", message)


def _families(series: Mapping[str, Collection[int]]) -> dict[str, list[Collection[int]]]:
    """The years of each member of a family of parameters: `peer_ps.a`, `peer_ps.b`."""
    found: dict[str, list[Collection[int]]] = {}
    for name, years in series.items():
        found.setdefault(name.partition(".")[0], []).append(years)
    return found


def _inside(years: Collection[int], horizon: tuple[int, int]) -> bool:
    """Whether the years follow one another within the horizon."""
    first, last = min(years), max(years)
    return horizon[0] <= first and last <= horizon[1] and len(years) == last - first + 1


def _with_years(series: Mapping[str, Collection[int]], horizon: tuple[int, int]) -> str:
    names = [name for name, years in series.items() if horizon == (min(years), max(years))]
    return (
        names[0] + (f" and {len(names) - 1} more" if names[1:] else "") if names else "the others"
    )


def study_faults(files: Files) -> Iterator[Fault]:
    """Faults of studies: a value that is not allowed, or a name given twice."""
    base = files.scenarios["base"][1]
    for document, rows in files.studies.values():
        if isinstance(rows, Tree):
            yield from tree_faults(document, rows, files)
            continue
        if isinstance(rows, EditionBridge):
            continue  # see thesisbook.data.ledger_checks
        seen: set[str] = set()
        for index, row in enumerate(rows):
            line = document.line((index,))
            key = "id" if hasattr(row, "id") else "parameter"
            label = getattr(row, key)
            if label in seen:
                yield Fault(document.file, line, key, f"found {label!r} again; once is allowed")
            seen.add(label)
            for name, message in _moves(base, row):
                if message:
                    at = document.line((index, "parameters", name))
                    yield Fault(document.file, at, f"{label}.{name}", message)
            if isinstance(row, Case):
                yield from _case_faults(document, index, row, files)


def _case_faults(document: Document, index: int, case: Case, files: Files) -> Iterator[Fault]:
    """Faults of a case: drivers and states the tree lacks, odds, and parameters it moves."""
    base, tree = files.scenarios["base"][1], files.studies["tree"][1]  # type: Base, Any
    drivers = {d.id: [s.id for s in d.states] for d in tree.drivers} if tree else {}
    for part in ("states", "odds"):
        for driver, states in getattr(case, part).items():
            line = document.line((index, part, driver))
            column = f"{case.id}.{part}.{driver}"
            if driver not in drivers:
                yield from unknown(document.file, line, column, driver, drivers, kind="driver")
                continue
            for state in states:
                yield from unknown(
                    document.file, line, column, state, drivers[driver], kind="state"
                )
            total = sum(states.values()) if part == "odds" else 1
            if abs(total - 1) > SLACK:
                message = f"found odds that add to {total:g}; 1 is allowed"
                yield Fault(document.file, line, column, message)
    for part, name in [(p, n) for p in ("scale", "shift") for n in getattr(case, p)]:
        stem = split_name(name, base)[0]
        if stem not in base or not is_number(base[stem]):
            message = f"found {stem}, which is no number; a number with a range is allowed"
            if stem not in base:
                message = why_not(base, name, 0.0)
            line = document.line((index, part, name))
            yield Fault(document.file, line, f"{case.id}.{part}.{name}", message)


def tree_faults(document: Document, tree: Tree, files: Files) -> Iterator[Fault]:
    """Faults of the tree: an unknown starting scenario, or a value that is not allowed."""
    base = files.scenarios["base"][1]
    yield from unknown(document.file, 1, "start", tree.start, files.scenarios)
    for place, name, value in tree.set_values():
        stem = split_name(name, base)[0]
        low = (base[stem].range or (0.0,))[0] if stem in base else 0.0
        # the value of an expression is known only in a run; its name can be checked now
        if message := why_not(base, name, low if value is None else value):
            yield Fault(document.file, document.line(place), name, message)


def _moves(base: Base, row: Any) -> Iterator[tuple[str, str]]:
    """The parameters that a row of a study sets or moves, each with why it must not, or None."""
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
    """Faults of parameters whose unit is not the canonical unit of the fact they name."""
    canonical = {row.id: UNITS[row.unit].canonical for table in files.facts for row in table.rows}
    base = files.scenarios["base"][1]
    for document, assumptions in files.scenarios.values():
        for name, entry in assumptions.items():
            unit = entry.unit or (base[name].unit if name in base else None)
            for path, fact in named_facts(name, entry):
                if unit and unit != canonical[fact]:
                    message = f"found {unit!r}; {fact} is in {canonical[fact]}"
                    yield Fault(document.file, document.line(path), f"{name}.unit", message)
