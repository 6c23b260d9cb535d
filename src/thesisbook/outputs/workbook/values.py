"""What the formulas come to: the run of the workbook and of every scenario beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from thesisbook.data import Dataset
from thesisbook.data.currencies import unit_words
from thesisbook.model import Assumptions, Result, resolve, run
from thesisbook.model.quantities import unit_in
from thesisbook.model.reverse import Question
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
        self.overridden = bool(overrides)
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
        if not self.overridden or scenario != self.scenario:
            return self.results[scenario]
        return self.once(("standing",), lambda: run(resolve(self.dataset, scenario)))

    def assumptions_of(self, scenario: str) -> Assumptions:
        return self.results[scenario].assumptions

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

    @cached_property
    def timings(self) -> dict[str, Result]:
        """The run on each timing of the discounted cash flow."""
        return {
            timing: run(self.assumptions.replace({"dcf_timing": timing}))
            for timing in self.assumptions.parameters["dcf_timing"].allowed
        }

    @cached_property
    def closed(self) -> Any:
        """The value as a closed formula of rate, growth, discount and weight."""
        from thesisbook.outputs.workbook.closed import Closed  # noqa: PLC0415 - it needs Values

        return Closed(self)

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
        return self.once(key, lambda: self.stamps(scenario).crossing(question, quantity))

    def once(self, key: tuple[str, ...], work: Callable[[], Any]) -> Any:
        if key not in self._kept:
            self._kept[key] = work()
        return self._kept[key]


def trading(values: Values) -> str:
    """`USD per share` in the company's trading currency, for the title of a chart."""
    return unit_words(unit_in("trading_per_share", values.dataset.company["currencies"]))
