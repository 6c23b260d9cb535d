"""What the formulas come to: the run of the workbook and of every scenario beside it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from thesisbook.data import Dataset
from thesisbook.model import Assumptions, Result, resolve, run


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

    @cached_property
    def results(self) -> dict[str, Result]:
        """The run of each scenario, the workbook's own with its overrides."""
        return {
            name: self.result if name == self.scenario else run(resolve(self.dataset, name))
            for name in self.scenarios
        }

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
