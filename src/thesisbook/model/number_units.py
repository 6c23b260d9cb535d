"""Named numbers whose expression mixes units, or whose format shows another unit than it has."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from thesisbook.data import Dataset, Fault
from thesisbook.data.dimensions import (
    MEASURED,
    RATIO,
    UNKNOWN,
    WORDS,
    Measure,
    Measured,
    MixedUnits,
    measure_of,
    same,
    shown_as,
    unit_measure,
)
from thesisbook.data.expressions import Expression
from thesisbook.data.naming import LEDGER_NAMESPACES, STUDY_NAMESPACES
from thesisbook.data.units import UNITS
from thesisbook.model.quantities import QUANTITIES, unit_in

_YEAR, _COUNT = Measure(year=1), Measure(count=1)
# Columns of study tables that are not values per share.
_COLUMNS = {
    **dict.fromkeys(("probability", "above_price", "border", "delta_share"), RATIO),
    **dict.fromkeys(("label", "name", "group", "rating", "settles", "until", "reason"), WORDS),
    "draws": _COUNT,
    "seed": UNKNOWN,
    **dict.fromkeys(("base_rate", "upside"), RATIO),
    **dict.fromkeys(("status", "claim", "due", "settled_on", "lesson", "kind"), WORDS),
}
_FORECAST_COLUMNS = ("value", "central", "low", "high", "up", "down", "last", "broker")


def _as_first(measures: Sequence[Measure], _: Sequence[ast.expr]) -> Measure:
    return measures[0]


def _year(measures: Sequence[Measure], _: Sequence[ast.expr]) -> Measure:
    same(measures, "against")
    return _YEAR


def _words(measures: Sequence[Measure], _: Sequence[ast.expr]) -> Measure:
    return WORDS


def _word_of_pairs(measures: Sequence[Measure], _: Sequence[ast.expr]) -> Measure:
    same(measures[::2], "against")
    return WORDS


def _number_of(measures: Sequence[Measure], _: Sequence[ast.expr]) -> Measure:
    same(measures, "against")
    return _COUNT


def _shown(measures: Sequence[Measure], given: Sequence[ast.expr]) -> Measure:
    if len(given) > 1 and isinstance(given[1], ast.Constant):
        shown_as(measures[0], str(given[1].value))
    return WORDS


FUNCTIONS: dict[str, Measured] = {
    **MEASURED,
    **dict.fromkeys(("first_year_above", "last_year_below", "peak_year", "low_year"), _year),
    **dict.fromkeys(("total", "without_max"), _as_first),
    **dict.fromkeys(("largest", "smallest"), _word_of_pairs),
    **dict.fromkeys(("rank", "count", "count_below"), _number_of),
    **dict.fromkeys(("year_or", "spell", "ordinal", "join", "name_of_max", "name_of_min"), _words),
    "show": _shown,
}


class NumberMeasures:
    """The measure (unit) of every reference in named numbers."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._rows = {row.name: row for rows in dataset.numbers.values() for row in rows}
        self._known: dict[str, Measure] = {}
        self._per_share = unit_measure(f"{dataset.company['currencies']['trading']}_per_share")
        self._scenarios = ("model", *dataset.company["scenarios"])

    def __call__(self, reference: str) -> Measure:
        space, _, rest = reference.partition(".")
        direct: dict[str, Callable[[str], Measure]] = {
            "num": self.number,
            "param": self._parameter,
            "calc": self._recomputed,
            **dict.fromkeys(self._scenarios, self._of_run),
            **dict.fromkeys(("name", "label"), lambda _: WORDS),
            **{study: partial(self._of_study, study) for study in STUDY_NAMESPACES},
        }
        return direct[space](rest) if space in direct else self._fact(reference)

    def number(self, name: str) -> Measure:
        """The measure of a named number; that of its format where its expression has none."""
        if name not in self._known:
            self._known[name] = UNKNOWN  # the check of numbers reports a circle
            row = self._rows[name]
            found = measure_of(Expression(row.expression, functions=None), self, FUNCTIONS)
            self._known[name] = shown_as(found, row.format)
        return self._known[name]

    def _recomputed(self, name: str) -> Measure:
        row = self._dataset.recomputations.get(name)
        if row is None:
            return _COUNT
        return measure_of(Expression(row.expression, functions=None), self, FUNCTIONS)

    def _fact(self, reference: str) -> Measure:
        wanted = reference.partition("@")[0]
        known = wanted in self._dataset.ids
        return unit_measure(self._dataset.fact(wanted).unit) if known else UNKNOWN

    def _parameter(self, name: str) -> Measure:
        declared = self._dataset.parameters
        entry = declared.get(name) or declared.get(name.rpartition(".")[0]) or {}
        return unit_measure(entry["unit"]) if entry.get("unit") else UNKNOWN

    def _of_run(self, rest: str) -> Measure:
        if rest.startswith("param."):
            return self._parameter(rest.removeprefix("param."))
        stem, _, last = rest.rpartition(".")
        name = stem if stem and last.isdigit() else rest
        if name not in QUANTITIES:
            return UNKNOWN
        return unit_measure(unit_in(QUANTITIES[name].unit, self._dataset.company["currencies"]))

    def _of_study(self, study: str, rest: str) -> Measure:
        if study in ("reverse", "breakeven"):
            return self._parameter(rest.rpartition(".")[2])
        if study == "audit" or (study, rest) == ("tree", "branches"):
            return _COUNT
        if study == "tree" and rest.partition(".")[0] in ("param", *QUANTITIES):
            return self._of_run(rest)
        if study in LEDGER_NAMESPACES:
            return self._of_ledger(study, rest)
        if study == "peers":
            metric, _, period = rest.partition(".")
            return same(
                [
                    unit_measure(f.unit)
                    for f in self._dataset.facts(metric=metric, period=period)
                    if f.entity in self._dataset.company["peers"]
                ],
                "beside",
            )
        return _COLUMNS.get(rest.rpartition(".")[2], self._per_share)

    def _of_ledger(self, study: str, rest: str) -> Measure:
        row, _, column = rest.rpartition(".")
        if study == "ledger" and column in _FORECAST_COLUMNS:
            units = {forecast.id: forecast.unit for forecast in self._dataset.forecasts}
            return unit_measure(UNITS[units[row]].canonical) if row in units else UNKNOWN
        if study == "score":
            return unit_measure(score_unit(column))
        if study == "revision":
            return UNKNOWN
        return _COLUMNS.get(column, self._per_share)


def score_unit(column: str) -> str:
    """The unit of a column of the scores: hit rates and mean scores are ratios, the rest counts."""
    scored = column.startswith(("hits", "brier", "interval")) and not column.endswith("_count")
    return "ratio" if scored else "count"


def check_condition(condition: Expression, measures: NumberMeasures) -> None:
    """Raises MixedUnits where a condition adds or compares unlike measures.

    A thousand may be typed into it, `1000 * {price} > {millions}`: sizes alone never differ.
    """
    try:
        measure_of(condition, measures, FUNCTIONS)
    except MixedUnits:
        measure_of(condition, lambda reference: _without_size(measures(reference)), FUNCTIONS)


def _without_size(measure: Measure) -> Measure:
    sized = "mn" in measure
    return Measure({k: v for k, v in measure.items() if k != "mn"}) if sized else measure


def number_faults(dataset: Dataset) -> Iterator[Fault]:
    """A named number that mixes units, or is shown in another unit than it has."""
    measures = NumberMeasures(dataset)
    for chapter, rows in dataset.numbers.items():
        for line, row in enumerate(rows, 2):
            try:
                measures.number(row.name)
            except MixedUnits as error:
                column = "format" if "shown as" in str(error) else "expression"
                message = f"found {error} in {row.name}; one unit is allowed"
                yield Fault(f"data/numbers/{chapter}.csv", line, column, message)
