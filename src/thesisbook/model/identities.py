"""The identities of the model as named checks, run on every scenario and shown with it.

A check is a function `check_<identity>(result)` giving the largest gap and what it may be. On
printed lines the print itself rounds each line to the thousand, so those gaps may reach the
rounding of the lines added; driven statements tie to 1e-9 of their size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from thesisbook.model.result import Result, run

RELATIVE = 1e-9
PRINTED = 0.0025  # CNY mn: five lines, each rounded to the thousand
BALANCE = 1e-6  # of total assets


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


Measure = Callable[[Result], tuple[float, float]]
CHECKS: dict[str, tuple[str, Measure]] = {}


def identity(title: str) -> Callable[[Measure], Measure]:
    """Registers a check under its name without `check_`."""

    def register(measure: Measure) -> Measure:
        CHECKS[measure.__name__.removeprefix("check_")] = (title, measure)
        return measure

    return register


def run_checks(result: Result) -> tuple[Check, ...]:
    """Every identity on a run, in the order they are declared."""
    return tuple(
        Check(name, title, *(float(x) for x in measure(result)))
        for name, (title, measure) in CHECKS.items()
    )


def _years(result: Result) -> tuple[int, ...]:
    return result.assumptions.statement_years


def _size(result: Result) -> float:
    assets = result.lines["total_assets"]
    return max(1.0, *(abs(assets[year]) for year in _years(result)))


def _sums(result: Result, *totals: tuple[str, tuple[str, ...]]) -> tuple[float, float]:
    lines = result.lines
    gap = max(
        abs(lines[total][year] - sum(lines[part][year] for part in parts))
        for total, parts in totals
        for year in _years(result)
    )
    return gap, RELATIVE * _size(result)


@identity("Balance sheet: assets equal liabilities and equity, every year")
def check_balance_sheet_balances(result: Result) -> tuple[float, float]:
    """The year with the largest gap in CNY mn, against a millionth of its assets.

    Printed statements may miss by the rounding of the printed lines as well.
    """
    lines = result.lines
    printed = result.assumptions("statement_basis") == "published"
    gaps = {
        y: abs(lines["total_assets"][y] - lines["total_liabilities"][y] - lines["total_equity"][y])
        for y in _years(result)
    }
    worst = max(gaps, key=lambda y: gaps[y])
    allowed = BALANCE * max(1.0, abs(lines["total_assets"][worst]))
    return gaps[worst], max(allowed, PRINTED) if printed else allowed


@identity("Cash: the balance sheet shows the closing cash of the cash flow statement")
def check_cash_ties(result: Result) -> tuple[float, float]:
    """Also that each year opens with the closing cash of the year before."""
    lines = result.lines
    closing = max(abs(lines["cash"][y] - lines["closing_cash"][y]) for y in _years(result))
    opening = max(abs(lines["opening_cash"][y] - lines["cash"][y - 1]) for y in _years(result))
    return max(closing, opening), RELATIVE * _size(result)


@identity("Income statement: every subtotal is the sum of its lines")
def check_income_statement_adds_up(result: Result) -> tuple[float, float]:
    return _sums(
        result,
        ("gross_profit", ("revenue", "cost_of_sales")),
        ("profit_before_tax", ("gross_profit", "selling_expense", "admin_expense", "rnd_expense",
                               "special_asset_loss", "impairment_financial_assets", "other_income",
                               "other_expenses", "other_gains", "net_finance_income")),
        ("net_profit", ("profit_before_tax", "income_tax")),
    )  # fmt: skip


@identity("Revenue: products and other revenue add up")
def check_revenue_adds_up(result: Result) -> tuple[float, float]:
    lines, p = result.lines, result.assumptions
    parts = [f"revenue_{product}" for product in p.products] + ["revenue_other"]
    gap = max(
        abs(lines["revenue"][y] - sum(lines[part][y] for part in parts)) for y in p.product_years
    )
    return gap, RELATIVE * _size(result)


@identity("Working capital: the cash flow line is the change of the balances")
def check_working_capital_ties(result: Result) -> tuple[float, float]:
    lines = result.lines
    gap = 0.0
    for y in _years(result):
        change = sum(
            sign * (lines[line][y] - lines[line][y - 1])
            for line, sign in (
                ("inventories", -1),
                ("trade_receivables", -1),
                ("trade_payables", 1),
            )
        )
        change = change - lines["prepayments_change"][y]
        gap = max(gap, abs(change - lines["working_capital_change"][y]))
    return gap, RELATIVE * _size(result)


@identity("Equity: opening, profit, conversion and share issue give closing")
def check_equity_rolls_forward(result: Result) -> tuple[float, float]:
    lines, p = result.lines, result.assumptions
    gap = 0.0
    for y in _years(result):
        released = (
            lines["other_non_current_liabilities"][y - 1]
            - lines["other_non_current_liabilities"][y]
        )
        added = lines["net_profit"][y] + released + lines["share_issue_proceeds"][y]
        gap = max(gap, abs(lines["total_equity"][y] - lines["total_equity"][y - 1] - added))
    return gap, RELATIVE * max(_size(result), abs(p("redemption_conversion")))


@identity("Fixed assets: opening, additions and depreciation give closing where driven")
def check_fixed_assets_roll_forward(result: Result) -> tuple[float, float]:
    """Nothing to check where the balances are printed: they do not roll forward there."""
    lines = result.lines
    if result.assumptions("statement_basis") == "published":
        return 0.0, RELATIVE
    gap = max(
        abs(
            lines["fixed_assets"][y]
            - lines["fixed_assets"][y - 1]
            + lines["capital_expenditure"][y]
            + lines["lease_additions"][y]
            + lines["depreciation_amortisation"][y]
        )
        for y in _years(result)
    )
    return gap, RELATIVE * _size(result)


@identity("Free cash flow: the rows add up, every year")
def check_free_cash_flow_adds_up(result: Result) -> tuple[float, float]:
    """Printed rows may miss their printed sum by the rounding of six of them."""
    lines = result.lines
    rows = ("dcf_ebit", "dcf_depreciation_amortisation", "dcf_tax", "dcf_working_capital_change",
            "dcf_capital_expenditure", "dcf_lease_additions")  # fmt: skip
    flow = lines["dcf_free_cash_flow"]
    gap = max(abs(flow[y] - sum(lines[row][y] for row in rows)) for y in flow)
    published = result.assumptions.published_flows(max(flow))
    return gap, PRINTED if published else RELATIVE * max(1.0, *(abs(v) for v in flow.values()))


@identity("Value: flows and terminal value give enterprise value, net cash gives equity")
def check_enterprise_value_adds_up(result: Result) -> tuple[float, float]:
    s = result.scalars
    parts = s["pv_fcf"] + s["pv_terminal"] + s["net_cash"]
    gap = abs(parts * s["fx"] - s["dcf_equity"])
    return gap, RELATIVE * max(1.0, abs(s["dcf_equity"]))


@identity("Listing proceeds: counted once in equity value and in no free cash flow")
def check_listing_proceeds_counted_once(result: Result) -> tuple[float, float]:
    """Equity value with the proceeds less without them is the proceeds, no more."""
    p = result.assumptions.replace({"dcf_tax_base": "ebit"})  # interest on them is taxed elsewhere
    name = "dcf_equity"
    without = float(run(p.replace({"include_ipo_proceeds": False})).scalars[name])
    counted = float(run(p.replace({"include_ipo_proceeds": True})).scalars[name])
    received = p("ipo_conversion") == "as_received"
    proceeds = p("ipo_proceeds_received") * p("fx") if received else p("ipo_proceeds")
    return abs(counted - without - proceeds), RELATIVE * max(1.0, abs(counted))


@identity("Blend: the value per share lies between its two parts")
def check_blend_between_parts(result: Result) -> tuple[float, float]:
    s = result.scalars
    low, high = sorted((s["dcf_per_share"], s["relative_per_share"]))
    value = s["value_per_share"]
    return max(low - value, value - high, 0.0), RELATIVE * max(1.0, abs(value))


@identity("Cost of capital: above terminal growth")
def check_growth_below_cost_of_capital(result: Result) -> tuple[float, float]:
    return max(result.scalars["terminal_growth"] - result.scalars["wacc"], 0.0), 0.0
