"""What the formulas come to: the run of the workbook and of every scenario beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from thesisbook.data import Dataset
from thesisbook.model import Assumptions, Result, resolve, run
from thesisbook.model.graph import leaf_values
from thesisbook.model.reverse import Question, solve
from thesisbook.outputs.workbook.layout import Book, serial
from thesisbook.outputs.workbook.stamps import Grid, Stamps


class Values:
    """Cached results of one workbook: its scenario with overrides, every other as it stands."""

    def __init__(
        self, dataset: Dataset, scenario: str, overrides: Mapping[str, Any] | None
    ) -> None:
        self.dataset = dataset
        self.scenario = scenario
        self.scenarios = tuple(dataset.company["scenarios"])
        self.assumptions = resolve(dataset, scenario, overrides)
        self.result = run(self.assumptions)
        self.overrides = dict(overrides or {})
        self._kept: dict[tuple[str, ...], Any] = {}

    @cached_property
    def results(self) -> dict[str, Result]:
        """The run of each scenario, the workbook's own with its overrides."""
        return {
            name: self.result if name == self.scenario else run(resolve(self.dataset, name))
            for name in self.scenarios
        }

    def standing(self, scenario: str) -> Result:
        """A scenario without any override."""
        if not self.overrides or scenario != self.scenario:
            return self.results[scenario]
        return self.once(("standing",), lambda: run(resolve(self.dataset, scenario)))

    def assumptions_of(self, scenario: str) -> Assumptions:
        return self.results[scenario].assumptions

    def evaluated(self, book: Book) -> Mapping[str, Any]:
        """The value of every term of the book, and of every leaf."""
        return self.once(("evaluated",), lambda: self._evaluated(book))

    def _evaluated(self, book: Book) -> Mapping[str, Any]:
        facts = {fact: self._fact(fact) for fact in self.dataset.ids}
        constants = {k: v(self) if callable(v) else v for k, v in book.constants.items()}
        inputs = {
            f"input.{name}.{key}": value
            for name in self.scenarios
            for key, value in self.assumptions_of(name).values.items()
        }
        leaves = {**facts, **leaf_values(self.assumptions), **constants, **inputs}
        return {**leaves, **book.graph.evaluate(leaves)}

    def _fact(self, fact_id: str) -> Any:
        """A fact as its cell holds it: a date is a serial number."""
        fact = self.dataset.fact(fact_id)
        if fact.unit != "date" or fact.value is None:
            return fact.value
        return serial(date.fromordinal(int(fact.value)))

    @property
    def number(self) -> int:
        """Position of the scenario in the selector, from 1."""
        return self.scenarios.index(self.scenario) + 1

    def line(self, name: str, year: int) -> float:
        """A line of the run, also beyond the years the scenario shows."""
        return float(self.result.lines[name][year])

    def scalar(self, name: str) -> float:
        return float(self.result.scalars[name])

    def fact(self, fact_id: str) -> float:
        return self.dataset.value(fact_id)

    def param(self, name: str, year: int | None = None) -> Any:
        """A parameter as a number, word or switch."""
        return self.assumptions(name, year)

    def stamps(self, scenario: str) -> Stamps:
        """The stamper of a scenario."""
        return self.once(("stamps", scenario), lambda: Stamps(self.assumptions_of(scenario)))

    def stamped_grid(self, scenario: str, grid: Grid) -> Any:
        key = ("grid", scenario, grid.name)
        return self.once(key, lambda: self.stamps(scenario).grid(grid))

    def stamped_end(self, scenario: str, draw: Any, end: str) -> float:
        """Target with a draw's parameter at its `low` or `high` end."""
        by = getattr(draw, end)
        key = ("end", scenario, draw.parameter, end)
        return self.once(key, lambda: self.stamps(scenario).bar(draw.parameter, draw.how, by))

    def stamped_crossing(self, scenario: str, question: Question, quantity: str) -> float | None:
        key = ("crossing", scenario, question.name, quantity)
        p = self.assumptions_of(scenario)
        return self.once(key, lambda: solve(p, question, quantity, float(p("price"))))

    def once(self, key: tuple[str, ...], work: Callable[[], Any]) -> Any:
        if key not in self._kept:
            self._kept[key] = work()
        return self._kept[key]
