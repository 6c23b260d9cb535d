"""The identities of the model: residuals that are nil on every run and in the workbook.

A residual is an equation over the lines of a year and the scalars: it is computed from numbers for
a run and traced like the model for the workbook. Published lines are rounded to the thousand, so
that there a residual may reach the rounding of the lines added; modelled ones tie to 1e-9.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.dcf import FLOW_ROWS
from thesisbook.model.equations import equation
from thesisbook.model.lines import Lines
from thesisbook.model.parameters import Number
from thesisbook.model.result import Result, run
from thesisbook.model.statements import financial_assets

RELATIVE = 1e-9
PRINTED = 0.0025  # millions: five lines, each rounded to the thousand
BALANCE = 1e-6  # of total assets
BEFORE_TAX = (
    "gross_profit",
    "selling_expense",
    "admin_expense",
    "rnd_expense",
    "special_asset_loss",
    "impairment_financial_assets",
    "other_income",
    "other_expenses",
    "other_gains",
    "net_finance_income",
)

Scalars = Mapping[str, Number]
Residuals = Callable[[Assumptions, Lines, Scalars, int], tuple[Number, ...]]
Measure = Callable[[Result], float]


@dataclass(frozen=True, slots=True)
class Check:
    """One identity on one run; `gap` and `allowed` are in the identity's own unit."""

    name: str
    title: str
    gap: float
    allowed: float

    @property
    def ok(self) -> bool:
        return self.gap <= self.allowed  # a gap that is not a number is not ok


@dataclass(frozen=True, slots=True)
class Identity:
    """Residuals of a year, the years they hold for, and how large they may be on a run.

    `spans` is `statements` (the years that the statements show), `products`, `forecast`, or `once`
    for residuals of scalars.
    """

    title: str
    residuals: Residuals
    spans: str
    allowed: Measure

    def years(self, p: Assumptions) -> tuple[int, ...]:
        return {
            "statements": p.statement_years,
            "products": p.product_years,
            "forecast": p.years,
            "once": p.years[:1],
        }[self.spans]

    def gap(self, result: Result) -> float:
        """The largest residual of a run."""
        p, lines, scalars = result.assumptions, result.lines, result.scalars
        found = (self.residuals(p, lines, scalars, y) for y in self.years(p))  # type: ignore[arg-type]
        return max(float(np.abs(residual)) for residuals in found for residual in residuals)


IDENTITIES: dict[str, Identity] = {}


def identity(title: str, spans: str, allowed: Measure) -> Callable[[Residuals], Residuals]:
    """Registers a function of residuals under its name."""

    def register(residuals: Residuals) -> Residuals:
        IDENTITIES[residuals.__name__] = Identity(title, residuals, spans, allowed)
        return residuals

    return register


def run_checks(result: Result) -> tuple[Check, ...]:
    """Every identity on a run, in the order they are declared."""
    found = [
        Check(name, one.title, one.gap(result), one.allowed(result))
        for name, one in IDENTITIES.items()
    ]
    return (*found, listing_proceeds_counted_once(result))


def size(result: Result) -> float:
    """The largest total assets of the years shown, the scale of rounding; at least 1."""
    assets = result.lines["total_assets"]
    return max(1.0, *(abs(assets[year]) for year in result.assumptions.statement_years))


def of_size(result: Result) -> float:
    return RELATIVE * size(result)


def _of(name: str) -> Measure:
    """A share of a scalar, or of 1 where that is more."""
    return lambda result: RELATIVE * max(1.0, abs(result.scalars[name]))


def _sum(out: Lines, parts: tuple[str, ...], year: int) -> Number:
    first, *others = (out[part][year] for part in parts)
    return sum(others, first)


def _balance(result: Result) -> float:
    """Published statements may miss by the rounding of the published lines as well."""
    published = result.assumptions("statement_basis") == "published"
    return max(BALANCE * size(result), PRINTED if published else 0.0)


@identity("Balance sheet: assets equal liabilities and equity, every year", "statements", _balance)
def balance_sheet_balances(p: Assumptions, out: Lines, s: Scalars, y: int) -> tuple[Number, ...]:
    return (out["total_assets"][y] - out["total_liabilities"][y] - out["total_equity"][y],)


@identity(
    "Cash: the balance sheet shows the closing cash, and each year opens with the last one's",
    "statements",
    of_size,
)
def cash_ties(p: Assumptions, out: Lines, s: Scalars, y: int) -> tuple[Number, ...]:
    return out["cash"][y] - out["closing_cash"][y], out["opening_cash"][y] - out["cash"][y - 1]


@identity("Income statement: every subtotal is the sum of its lines", "statements", of_size)
def income_statement_adds_up(p: Assumptions, out: Lines, s: Scalars, y: int) -> tuple[Number, ...]:
    totals = {
        "gross_profit": ("revenue", "cost_of_sales"),
        "profit_before_tax": BEFORE_TAX,
        "net_profit": ("profit_before_tax", "income_tax"),
    }
    return tuple(out[total][y] - _sum(out, parts, y) for total, parts in totals.items())


@identity("Revenue: products and other revenue add up", "products", of_size)
def revenue_adds_up(p: Assumptions, out: Lines, s: Scalars, y: int) -> tuple[Number, ...]:
    parts = (*(f"revenue_{product}" for product in p.products), "revenue_other")
    return (out["revenue"][y] - _sum(out, parts, y),)


@identity(
    "Working capital: the cash flow line is the change of the balances", "statements", of_size
)
def working_capital_ties(p: Assumptions, out: Lines, s: Scalars, y: int) -> tuple[Number, ...]:
    released = out["working_capital_change"][y] + out["prepayments_change"][y]
    for line in ("inventories", "trade_receivables"):
        released = released + (out[line][y] - out[line][y - 1])
    return (released - (out["trade_payables"][y] - out["trade_payables"][y - 1]),)


@identity(
    "Equity: opening, profit, conversion and share issue give closing",
    "statements",
    lambda result: RELATIVE * max(size(result), abs(result.assumptions("redemption_conversion"))),
)
def equity_rolls_forward(p: Assumptions, out: Lines, s: Scalars, y: int) -> tuple[Number, ...]:
    liability = out["other_non_current_liabilities"]
    added = out["net_profit"][y] + out["share_issue_proceeds"][y]
    closing = out["total_equity"][y - 1] + added + (liability[y - 1] - liability[y])
    return (out["total_equity"][y] - closing,)


@identity(
    "Fixed assets: opening, additions and depreciation give closing where modelled",
    "statements",
    of_size,
)
@equation
def fixed_assets_roll_forward(p: Assumptions, out: Lines, s: Scalars, y: int) -> tuple[Number, ...]:
    """Nothing to check where the balances are published: they do not roll forward there."""
    if y in p.product_years and p("statement_basis") == "published":
        return (0.0,)
    flows = ("capital_expenditure", "lease_additions", "depreciation_amortisation")
    change = out["fixed_assets"][y] - out["fixed_assets"][y - 1]
    return (change + _sum(out, flows, y),)


def _of_flows(result: Result) -> float:
    """Published rows may miss their published sum by the rounding of six of them."""
    flows = result.lines["dcf_free_cash_flow"]
    published = result.assumptions.published_flows(max(flows))
    return PRINTED if published else RELATIVE * max(1.0, *(abs(v) for v in flows.values()))


@identity("Free cash flow: the rows add up, every year", "forecast", _of_flows)
def free_cash_flow_adds_up(p: Assumptions, out: Lines, s: Scalars, y: int) -> tuple[Number, ...]:
    return (out["dcf_free_cash_flow"][y] - _sum(out, FLOW_ROWS, y),)


@identity(
    "Value: flows and terminal value give enterprise value, net cash gives equity",
    "once",
    _of("dcf_equity"),
)
def enterprise_value_adds_up(p: Assumptions, out: Lines, s: Scalars, y: int) -> tuple[Number, ...]:
    return ((s["pv_fcf"] + s["pv_terminal"] + s["net_cash"]) * s["fx"] - s["dcf_equity"],)


@identity(
    "Net cash: what is held, financial assets and listing proceeds, each once",
    "once",
    _of("net_cash"),
)
def net_cash_adds_up(p: Assumptions, out: Lines, s: Scalars, y: int) -> tuple[Number, ...]:
    parts = p("net_cash") + financial_assets(p) + out["share_issue_proceeds"][p.years[0]]
    return (s["net_cash"] - parts,)


@identity("Blend: the value per share lies between its two parts", "once", _of("value_per_share"))
def blend_between_parts(p: Assumptions, out: Lines, s: Scalars, y: int) -> tuple[Number, ...]:
    one, other, value = s["dcf_per_share"], s["relative_per_share"], s["value_per_share"]
    below = np.maximum(np.minimum(one, other) - value, 0.0)
    return below, np.maximum(value - np.maximum(one, other), 0.0)


@identity("Cost of capital: above terminal growth", "once", lambda result: 0.0)
def growth_below_cost_of_capital(
    p: Assumptions, out: Lines, s: Scalars, y: int
) -> tuple[Number, ...]:
    return (np.maximum(s["terminal_growth"] - s["wacc"], 0.0),)


def listing_proceeds_counted_once(result: Result) -> Check:
    """Equity value with the listing proceeds less without them is the proceeds, no more."""
    p = result.assumptions.replace({"dcf_tax_base": "ebit"})  # interest on them is taxed elsewhere
    counted, without = (
        run(p.replace({"include_ipo_proceeds": held})).scalars["dcf_equity"]
        for held in (True, False)
    )
    received = p.given("ipo_conversion", "at_rate") == "as_received"
    proceeds = p("ipo_proceeds_received") * p("fx") if received else p("ipo_proceeds")
    gap: Any = abs(counted - without - proceeds)
    title = "Listing proceeds: counted once in equity value and in no free cash flow"
    allowed = RELATIVE * max(1.0, abs(counted))
    return Check("listing_proceeds_counted_once", title, float(gap), allowed)
