"""Assumptions: one validated, frozen set of parameter values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np

from thesisbook.model.lines import DCF, DISCOUNTING
from thesisbook.model.parameters import Parameter, ParameterError, Value, suggestion

BASE = "data/assumptions/base.yaml"
SELECTS = {"wacc": ("wacc_method", "given")}  # a given value, and the choice that makes it count
T = TypeVar("T")


@dataclass(frozen=True)
class Grade:
    """A grade of the rating scale: relative return from `above` up to `to` (decimals)."""

    id: str
    above: float
    to: float


@dataclass(frozen=True)
class Assumptions:
    """Values of every parameter, by flat name (`wacc`, `gross_margin.2027`), and the actuals.

    `history` holds the reported lines by name and year: millions of the reporting currency, costs
    and outflows below zero. Every year ends on the day `fiscal_year_end`.
    `overrides` are the flat names set on top of the scenario, `reasons` the scenario's reasons.
    `graded` says whether the target of this run has a grade of its own.
    """

    scenario: str
    entity: str
    parameters: Mapping[str, Parameter]
    values: Mapping[str, Value]
    history: Mapping[str, Mapping[int, float]]
    grades: tuple[Grade, ...]
    currencies: Mapping[str, str]
    fiscal_year_end: str
    graded: bool = True
    overrides: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    reasons: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __call__(self, name: str, year: int | None = None) -> Any:
        """The value of a parameter (of one year); ParameterError where it is not declared."""
        key = name if year is None else f"{name}.{year}"
        if key not in self.values:
            hint = suggestion(key, self.values)
            raise ParameterError(f"{key}: an equation uses it, and {BASE} has none{hint}")
        return self.values[key]

    def declares(self, name: str) -> bool:
        """Whether the data declare a parameter; a choice that they leave out has its usual word."""
        return name in self.parameters

    def given(self, name: str, usual: Any) -> Any:
        """The value of a parameter, or the usual one where the data do not declare it."""
        return self(name) if self.declares(name) else usual

    def call(self, function: Callable[[], T]) -> T:
        """The result of an equation; where values are symbols, of every branch of it."""
        return function()

    def require(self, name: str, holds: Any, message: Callable[[], str]) -> None:
        """Refuses values for which a condition of the model does not hold: ParameterError."""
        if not np.all(holds):
            raise ParameterError(f"{name}: {message()}")

    def value(self, name: str, year: int | None = None) -> Any:
        """A parameter; one by year without its year is a series. Raises ParameterError."""
        key = name if year is None else f"{name}.{year}"
        keys = self.names(key)
        if len(keys) == 1:
            return self.values[keys[0]]
        import pandas as pd  # noqa: PLC0415 - half a second that a plain value does without

        return pd.Series({int(k.rpartition(".")[2]): self.values[k] for k in keys}, name=name)

    def has(self, name: str, year: int) -> bool:
        """Whether the parameter has a value of its own for that year."""
        return f"{name}.{year}" in self.values

    @cached_property
    def product_years(self) -> tuple[int, ...]:
        """Years whose revenue is units x price."""
        return self.parameters["other_revenue"].years

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Every forecast year."""
        return (*self.product_years, *self.parameters["revenue_growth"].years)

    @cached_property
    def last_actual(self) -> int:
        return self.years[0] - 1

    def published_flows(self, year: int) -> bool:
        """Whether the flows of that year are the rows of the audited report, if one is audited."""
        return "published_dcf_from" in self.parameters and year >= self("published_dcf_from")

    @cached_property
    def products(self) -> tuple[str, ...]:
        return tuple(n.removeprefix("units.") for n in self.parameters if n.startswith("units."))

    @cached_property
    def peers(self) -> tuple[str, ...]:
        found = (n for n in self.parameters if n.startswith("peer_ps."))
        return tuple(n.removeprefix("peer_ps.") for n in found)

    @cached_property
    def placings(self) -> tuple[str, ...]:
        """Issues of new shares after the listing, by the name they have in the parameters."""
        prefix = "placing_shares."
        return tuple(n.removeprefix(prefix) for n in self.parameters if n.startswith(prefix))

    @cached_property
    def statement_years(self) -> tuple[int, ...]:
        """Years the statements show: a scenario on printed lines ends where the print ends."""
        printed = self("statement_basis") == "published"
        return self.product_years if printed else self.years

    def shown_years(self, line: str) -> frozenset[int]:
        """Years a line is shown for: flows for discounting to the horizon, others as statements."""
        years = self.years if line in (*DCF, *DISCOUNTING) else self.statement_years
        return frozenset((*self.history["revenue"], *years))

    def names(self, name: str) -> tuple[str, ...]:
        """Flat names meant by `wacc`, `gross_margin.2027`, or `gross_margin` (every year).

        Raises ParameterError for an unknown name (with the nearest) or year.
        """
        if name in self.values:
            return (name,)
        if name in self.parameters:
            return self.parameters[name].keys
        stem, _, year = name.rpartition(".")
        if stem in self.parameters and (stem in self.values or year.isdigit()):
            years = self.parameters[stem].years
            allowed = f"{years[0]} to {years[-1]}" if years else "it has no years"
            raise ParameterError(f"{name}: no such year; {allowed}")
        known = [*self.parameters, *self.values]
        raise ParameterError(f"{name}: no such parameter{suggestion(name, dict.fromkeys(known))}")

    def parameter(self, name: str) -> Parameter:
        """The declaration behind a flat name."""
        if name in self.parameters:
            return self.parameters[name]
        return self.parameters[name.rpartition(".")[0]]

    def replace(self, overrides: Mapping[str, Any]) -> Assumptions:
        """The same assumptions with some values set; numbers may be arrays of one shape.

        A given `wacc` selects `wacc_method` given unless that is set too. Raises ParameterError.
        """
        settled: dict[str, Value] = {}
        for name, given in overrides.items():
            keys = self.names(name)
            for key in keys:
                if len(keys) > 1 and key in overrides:
                    continue  # the year's own value wins over the one for all years
                parameter = self.parameter(key)
                if parameter.kind == "published":
                    raise ParameterError(f"{key}: is a published line; only its fact can change it")
                settled[key] = parameter.coerce(key, given)
        for given, (choice, word) in SELECTS.items():
            if given in settled:
                settled.setdefault(choice, word)
        changed = replace(
            self,
            values=MappingProxyType({**self.values, **settled}),
            overrides=MappingProxyType({**self.overrides, **settled}),
        )
        changed._check_dates()
        return changed

    def year_end(self, year: int) -> str:
        """The day on which the fiscal year of that number ends."""
        return f"{year}-{self.fiscal_year_end}"

    @property
    def valuation_dates(self) -> tuple[str, str]:
        """The first and last day allowed, in the first forecast year."""
        end = date.fromisoformat(self.year_end(self.years[0]))
        return self.year_end(self.last_actual), (end - timedelta(days=1)).isoformat()

    def _check_dates(self) -> None:
        (first, last), found = self.valuation_dates, str(self("valuation_date"))
        if not first <= found <= last:
            raise ParameterError(f"valuation_date: {found} is out of range; {first} to {last}")

    def differences(self, other: Assumptions) -> Iterator[str]:
        """Flat names whose values differ between two sets."""
        for key, value in self.values.items():
            if other.values.get(key) != value:
                yield key
