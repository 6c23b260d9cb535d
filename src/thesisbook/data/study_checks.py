"""Check the studies: names, values that parameters may have, odds that add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from thesisbook.data.edition_steps import EditionBridge
from thesisbook.data.faults import Fault
from thesisbook.data.files import Files
from thesisbook.data.naming import unknown
from thesisbook.data.reading import Document
from thesisbook.data.settings import Base, is_number, split_name, why_not, years_of
from thesisbook.data.studies import Case, Lever
from thesisbook.data.trees import SLACK, Driver, Tree


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
            if isinstance(row, Lever):
                yield from _lever_faults(document, line, row, files)


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


def _lever_faults(document: Document, line: int, lever: Lever, files: Files) -> Iterator[Fault]:
    """Faults of a lever: an unknown driver of the tree, or a parameter that is no number."""
    base = files.scenarios["base"][1]
    tree = files.studies["tree"][1]
    if lever.tree:
        drivers: tuple[Driver, ...] = tree.drivers if isinstance(tree, Tree) else ()
        known = [driver.id for driver in drivers]
        yield from unknown(document.file, line, "tree", lever.tree, known, kind="driver")
    for name in lever.parameters:
        stem = split_name(name, base)[0]
        if stem in base and not is_number(base[stem]):
            message = f"found {stem}, which is no number; a number with a range is allowed"
            yield Fault(document.file, line, f"{lever.id}.parameters", message)


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
