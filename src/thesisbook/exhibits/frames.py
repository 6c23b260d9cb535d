"""Data frames of a run: by period, by entity, of studies. Each number keeps its reference."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from thesisbook.data import Dataset, Expression
from thesisbook.exhibits import sheets, tables
from thesisbook.exhibits.audit import Audit
from thesisbook.exhibits.numbers import NamedNumber, Numbers
from thesisbook.exhibits.references import Results
from thesisbook.exhibits.score_tables import SPACES as SCORED
from thesisbook.exhibits.sentences import SENTENCE_FUNCTIONS
from thesisbook.exhibits.tables import Traced
from thesisbook.model import Axis, Result, Simulation

_ALONE = re.compile(r"\{[^{}]+\}")  # an expression that is one reference


class Frames:
    """Data frames that a chapter can make of a run."""

    dataset: Dataset
    results: Results
    numbers: Numbers

    @property
    def scenario(self) -> str:
        return self.results.scenario

    @cached_property
    def result(self) -> Result:
        """The result of the run asked for."""
        return self.results.current

    def result_of(self, scenario: str) -> Result:
        """Another scenario as it stands (run once, kept)."""
        return self.results.of(scenario)

    def value(self, reference: str) -> Any:
        """The value of a reference (`model.revenue.2027`) or of an expression with `{...}`.

        A number is returned as `Traced`, which keeps its reference, so that a table cell made of
        it has a receipt.
        """
        if _ALONE.fullmatch(reference):
            reference = reference[1:-1]
        if "{" in reference:
            found = Expression(reference, SENTENCE_FUNCTIONS).evaluate(self.numbers.resolver)
        else:
            found = self.numbers.resolver(reference)
        if isinstance(found, bool) or not isinstance(found, (int, float)):
            return found
        return Traced(float(found), reference)

    def frame(
        self,
        rows: Mapping[str, str] | str,
        periods: Sequence[Any],
        names: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Rows by period: `rows` maps a row's name to a reference without its period.

        `{"Revenue": "model.revenue"}` (or a line `Revenue | model.revenue`) or, as an expression
        with PERIOD in its place,
        `{"Growth": "{model.revenue.PERIOD} / {model.revenue.2025} - 1"}`. `names` are the columns'
        names; by default years, with an E after the last reported one.
        """
        heads = list(names) if names else [self.period_name(period) for period in periods]
        cells = {
            name: [
                self.value(
                    text.replace("PERIOD", str(period)) if "{" in text else f"{text}.{period}"
                )
                for period in periods
            ]
            for name, text in sheets.pairs(rows).items()
        }
        return pd.DataFrame.from_dict(cells, orient="index", columns=heads, dtype=object)

    def across(
        self, entities: Sequence[str], columns: Mapping[str, str] | str, missing: str = "error"
    ) -> pd.DataFrame:
        """Entities down, measures across: `columns` maps a name to a reference with ENTITY in it.

        `{"P/S 2027E": "ENTITY.forward_ps.2027"}`. `missing="blank"` leaves a cell empty where the
        data have no such fact. Rows are named by the entities' names.
        """
        if missing not in ("error", "blank"):
            raise ValueError(f"missing is 'error' or 'blank', not {missing!r}")
        columns = sheets.pairs(columns)
        known = set(self.dataset.ids) if missing == "blank" else set()
        rows = {}
        for entity in entities:
            cells: list[Any] = []
            for text in columns.values():
                reference = text.replace("ENTITY", entity)
                wanted = Expression(reference).references if "{" in reference else (reference,)
                blank = missing == "blank" and not known.issuperset(wanted)
                cells.append(None if blank else self.value(reference))
            rows[self.name(entity)] = cells
        return pd.DataFrame.from_dict(rows, orient="index", columns=list(columns), dtype=object)

    def cells(self, rows: Mapping[str, Mapping[str, Any]] | str) -> pd.DataFrame:
        """Any grid: row name -> column name -> reference, or expression with `{...}`, or None.

        Or as text, see `thesisbook.exhibits.sheets`: the first column names the rows.
        """
        if isinstance(rows, str):
            (_, *columns), lines = sheets.grid(rows)
            rows = {
                name: {c: t or None for c, t in zip(columns, texts, strict=True)}
                for name, *texts in lines
            }
        heads = list(dict.fromkeys(column for cells in rows.values() for column in cells))
        values = {
            row: [None if cells.get(c) is None else self.value(cells[c]) for c in heads]
            for row, cells in rows.items()
        }
        return pd.DataFrame.from_dict(values, orient="index", columns=heads, dtype=object)

    def column(self, rows: Mapping[str, str] | str, name: str = "value") -> pd.DataFrame:
        """One column: row name -> reference or expression (or lines `name | reference`)."""
        return self.cells({row: {name: text} for row, text in sheets.pairs(rows).items()})

    @staticmethod
    def words(text: str, index: bool = False) -> pd.DataFrame:
        """A frame of words written as text; with `index` the first column names the rows."""
        head, rows = sheets.grid(text)
        frame = pd.DataFrame(rows, columns=head)
        return frame.set_index(head[0]).rename_axis(None) if index else frame

    def study(self, name: str) -> pd.DataFrame:
        """The table of a study (see `thesisbook.exhibits.study_tables`), its numbers traced.

        Also that of `ledger`, `score`, ... (see `thesisbook.exhibits.score_tables`)."""
        resolver = self.numbers.resolver
        source = resolver.scoring if name in SCORED else resolver.studies
        frame = source.frame(name).copy().astype(object)
        column_of = {"reverse": "implied", "breakeven": "implied"}.get(name)
        for row in frame.index:
            for column in frame.columns:
                value = frame.at[row, column]
                if isinstance(value, float) and pd.notna(value) and column_of in (None, column):
                    reference = f"{name}.{row}" if column_of else f"{name}.{row}.{column}"
                    frame.at[row, column] = Traced(value, reference)
        return frame

    def ledger(
        self, columns: Mapping[str, str] | str, rows: Sequence[str] = (), **options: Any
    ) -> tables.Table:
        """A table of forecasts, each cell in the unit of its row, the claim as its head.

        `rows` are ids of the ledger, or all that are there; `columns` those of its frame, each
        with its head (a mapping, or lines `column | head`); further options go to `tables.table`.
        """
        scoring = self.numbers.resolver.scoring
        frame = self.study("ledger")
        kept = frame.loc[list(rows) or list(frame.index)]
        units = scoring.units()
        names = {
            row: f"{claim}, {units[row]}" if units[row] else claim
            for row, claim in kept["claim"].items()
        }
        heads = sheets.pairs(columns)
        return tables.table(
            kept[list(heads)].rename(columns=heads),
            fmt={(row, heads.get(c, c)): f for (row, c), f in scoring.formats("ledger").items()},
            by="cell",
            names=names,
            **{"language": scoring.language, **options},
        )

    def axis(
        self,
        name: str,
        by: Sequence[float],
        how: Literal["set", "shift", "scale"] = "set",
        above: float = -math.inf,
        below: float = math.inf,
    ) -> Axis:
        """An axis of a grid around the run: `by` is added to where the run stands.

        `set` gives the values themselves, `shift` and `scale` the moves. Values that the parameter
        does not allow, or outside (`above`, `below`), are left out; that of the run is always kept.
        """
        given = self.result.assumptions
        parameter, keys = given.parameter(given.names(name)[0]), given.names(name)
        centre = 1.0 if how == "scale" else 0.0
        if how == "set":
            centre = float(
                self.numbers.resolver(
                    f"model.{name}" if name in self.result.scalars else f"param.{name}"
                )
            )
        kept = []
        for step in sorted({0.0, *by}):
            value = round(centre + step, 10) if step else centre
            moved = {
                "set": lambda _, v=value: v,
                "shift": lambda x, v=value: x + v,
                "scale": lambda x, v=value: x * v,
            }[how]
            allowed = all(parameter.low <= moved(given.values[k]) <= parameter.high for k in keys)
            if step == 0.0 or (allowed and above < value < below):
                kept.append(value)
        return Axis(name, tuple(kept), how)

    @property
    def audit(self) -> Audit:
        """Counts and tables of the audit."""
        return self.numbers.resolver.audit

    @property
    def simulation(self) -> Simulation:
        """Draws of the target around the run (see `thesisbook.model.simulate`)."""
        return self.numbers.resolver.studies.simulation

    def period_name(self, period: Any) -> str:
        """`2027` as `2027E` when it lies after the last reported year; others as they are."""
        text = str(period)
        return f"{text}E" if re.fullmatch(r"\d{4}", text) and int(text) > self.last_actual else text

    @property
    def last_actual(self) -> int:
        """The last year that is reported: the one before the first that the model forecasts."""
        return self.results.current.assumptions.last_actual

    def name(self, entity: str) -> str:
        """The name of an entity in the report's language."""
        return self.numbers.resolver(f"name.{entity}")

    def label(self, key: str) -> str:
        """A word of data/labels.csv in the report's language."""
        return self.numbers.resolver(f"label.{key}")

    def number(self, name: str) -> NamedNumber:
        """A named number: `.value` unrounded, `.text` as in prose."""
        return self.numbers[name]
