"""A run and what can be asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.core import compute
from thesisbook.model.lines import BALANCE_SHEET, CASH_FLOW, DCF, INCOME_STATEMENT
from thesisbook.model.parameters import ParameterError, suggestion
from thesisbook.model.quantities import QUANTITIES, unit_in
from thesisbook.model.valuation import UNGRADED, rating

if TYPE_CHECKING:
    import pandas as pd

    from thesisbook.model.graph import Valuation
    from thesisbook.model.identities import Check

HEADLINE_SCALARS = (
    "price",
    "shares_mn",
    "fx",
    "wacc",
    "terminal_growth",
    "pv_fcf",
    "pv_terminal",
    "enterprise_value",
    "net_cash",
    "dcf_equity",
    "dcf_per_share",
    "relative_multiple",
    "relative_equity",
    "relative_per_share",
    "blended_equity",
    "target_price",
    "upside",
)
HEADLINE_LINES = {
    "revenue": "revenue",
    "gross_profit": "gross_profit",
    "adjusted_profit": "adjusted_profit",
    "cash": "cash",
}


@dataclass(frozen=True)
class Result:
    """One run of the model: every line by year and every scalar.

    Lines are millions of the reporting currency, costs and outflows below zero."""

    assumptions: Assumptions
    lines: Mapping[str, Mapping[int, float]]
    scalars: Mapping[str, float]

    @property
    def scenario(self) -> str:
        return self.assumptions.scenario

    def quantity(self, name: str, year: int | None = None) -> Any:
        """A scalar (`target_price`), a line in a year (`revenue`, 2027 or `revenue.2027`).

        A line without its year is a series by year; `rating` is the id of the grade. The
        `value --json` names of lines (`revenue`) are understood too.
        Raises ParameterError for an unknown name or a year outside the horizon.
        """
        if year is None and "." in name:
            name, _, text = name.rpartition(".")
            if not text.isdigit():
                raise ParameterError(f"{name}.{text}: {text!r} is not a year")
            year = int(text)
        if year is None and name == "rating":
            return self.rating
        if year is None and name in self.scalars:
            return float(self.scalars[name])
        by_year = self._by_year(name)
        if year is None:
            return self.series(name)
        if year not in by_year:
            raise ParameterError(
                f"{name}.{year}: outside the horizon {min(by_year)} to {max(by_year)}"
            )
        return float(by_year[year])

    def unit(self, name: str) -> str:
        """The unit of a quantity in the currencies of the company: `USD_per_share`."""
        return unit_in(QUANTITIES[name].unit, self.assumptions.currencies)

    def _by_year(self, name: str) -> Mapping[int, float]:
        line = HEADLINE_LINES.get(name, name)
        if line not in self.lines:
            if name in self.scalars:
                raise ParameterError(f"{name}: has no years")
            known = dict.fromkeys([*self.lines, *self.scalars])
            raise ParameterError(f"{name}: no such quantity{suggestion(name, known)}")
        shown = self.assumptions.shown_years(line)
        return {year: value for year, value in self.lines[line].items() if year in shown}

    def series(self, name: str) -> pd.Series:
        """A line as a series indexed by year, over the years the scenario shows."""
        import pandas as pd  # noqa: PLC0415 - half a second that `value` does without

        by_year = self._by_year(name)
        return pd.Series({y: float(by_year[y]) for y in sorted(by_year)}, name=name)

    def frame(self, names: tuple[str, ...]) -> pd.DataFrame:
        """Lines as a frame, one row each, columns the years."""
        import pandas as pd  # noqa: PLC0415

        frame = pd.DataFrame({name: self.series(name) for name in names}).T
        frame.index.name, frame.columns.name = "line", "year"
        return frame

    @cached_property
    def income_statement(self) -> pd.DataFrame:
        return self.frame(INCOME_STATEMENT)

    @cached_property
    def balance_sheet(self) -> pd.DataFrame:
        return self.frame(BALANCE_SHEET)

    @cached_property
    def cash_flow(self) -> pd.DataFrame:
        return self.frame(CASH_FLOW)

    @cached_property
    def dcf(self) -> pd.DataFrame:
        """The rows of the discounted cash flow in the forecast years."""
        return self.frame(DCF)

    @cached_property
    def rating(self) -> str:
        """Id of the grade of the rating scale, by the return relative to the index; UNGRADED for
        a run that has none."""
        if not self.assumptions.graded:
            return UNGRADED
        return rating(self.assumptions.grades, float(self.scalars["relative_return"]))

    @cached_property
    def graph(self) -> Valuation:
        """The graph of the model at this run's values: what each number is made of."""
        from thesisbook.model.graph import Valuation, graph_of  # noqa: PLC0415 - `value` needs none

        return Valuation(graph_of(self.assumptions), self.assumptions)

    @property
    def balancing_item(self) -> str:
        """A sentence that names the line which closes the balance sheet."""
        if self.assumptions("statement_basis") == "published":
            return (
                "Cash, from the cash flow statement; its three other lines and the exchange"
                " differences are published inputs"
            )
        return (
            "Cash, from the cash flow statement, which takes up the change of every other balance"
        )

    def checks(self) -> tuple[Check, ...]:
        """Result of every identity check of the model on this run."""
        from thesisbook.model.identities import run_checks  # noqa: PLC0415 - reads Result

        return run_checks(self)

    def headline(self) -> dict[str, Any]:
        """The keys of `value --json`, unrounded. Lines are dicts by year."""
        p = self.assumptions
        out: dict[str, Any] = {
            "scenario": self.scenario,
            "parameters": dict(p.overrides),
            "currencies": dict(p.currencies),
        }
        out |= {name: float(self.scalars[name]) for name in HEADLINE_SCALARS}
        out["rating"] = self.rating
        for key, line in HEADLINE_LINES.items():
            by_year = self._by_year(line)
            out[key] = {year: float(by_year[year]) for year in sorted(by_year)}
        return out


def run(assumptions: Assumptions) -> Result:
    """Run the model. Raises ParameterError where terminal growth is not below the WACC."""
    lines, scalars = compute(assumptions)
    by_year = {line: {y: float(v) for y, v in values.items()} for line, values in lines.items()}
    return Result(assumptions, by_year, {name: float(value) for name, value in scalars.items()})
