"""Find expressions in the data that mix currencies or dimensions."""

from __future__ import annotations

from collections.abc import Iterator

from thesisbook.data.dimensions import (
    UNKNOWN,
    Measure,
    MixedUnits,
    measure_of,
    same,
    unit_measure,
)
from thesisbook.data.entries import Assumption
from thesisbook.data.expressions import arithmetic
from thesisbook.data.faults import Fault
from thesisbook.data.files import Files
from thesisbook.data.units import UNITS


class FactMeasures:
    """Measures of references to facts and corroborating sources; UNKNOWN for any other."""

    def __init__(self, files: Files) -> None:
        rows = (row for table in files.facts for row in table.rows)
        self._facts = {row.id: UNITS[row.unit].canonical for row in rows}

    def __call__(self, reference: str) -> Measure:
        unit = self._facts.get(reference.partition("@")[0])
        return unit_measure(unit) if unit else UNKNOWN


def mixed_units(files: Files) -> Iterator[Fault]:
    """Faults of recomputations, errata and assumptions that add, compare or equate unlike units."""
    measures = FactMeasures(files)
    yield from _in_scoreboard(files, measures)
    document, errata = files.errata
    trading = unit_measure(f"{files.company[1].currencies.trading}_per_share")
    for index, erratum in enumerate(errata):
        for key, wanted in (("expect", UNKNOWN), ("effect", trading)):
            text = getattr(erratum, key)
            if text and (message := _mixed(text, measures, wanted)):
                place = document.line((index, key))
                yield Fault(document.file, place, f"{erratum.id}.{key}", message)
    base = files.scenarios["base"][1]
    for document, assumptions in files.scenarios.values():
        for name, entry in assumptions.items():
            unit = entry.unit or (base[name].unit if name in base else None)
            wanted = unit_measure(unit) if unit else UNKNOWN
            for path, text in _formulas(name, entry):
                if message := _mixed(text, measures, wanted):
                    yield Fault(document.file, document.line(path), ".".join(path), message)


def _in_scoreboard(files: Files, measures: FactMeasures) -> Iterator[Fault]:
    for table in files.scoreboard:
        for line, row in table:
            try:
                sides = [
                    measure_of(arithmetic(text), measures) for text in (row.left, row.right) if text
                ]
                same(sides, "against")
            except MixedUnits as error:
                message = f"found {error} ({row.id}); one unit on both sides is allowed"
                yield Fault(table.file, line, "left", message)


def _mixed(text: str, measures: FactMeasures, wanted: Measure) -> str:
    """What an expression mixes, or how it differs from its declared unit; empty if nothing."""
    try:
        same([measure_of(arithmetic(text), measures), wanted], "where the unit says")
    except MixedUnits as error:
        return f"found {error} in {text!r}; one unit is allowed"
    return ""


def _formulas(name: str, entry: Assumption) -> Iterator[tuple[tuple[str, ...], str]]:
    if entry.expression:
        yield (name, "expression"), entry.expression
    for year, text in (entry.expressions or {}).items():
        yield (name, "expressions", str(year)), text
