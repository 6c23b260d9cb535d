"""Discounted cash flow: cost of capital, flows, timing, terminal value, enterprise to equity.

Millions of the reporting currency and decimals; floats or arrays of draws. Flows are
positive when received.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.equations import equation
from thesisbook.model.funding import financial_assets
from thesisbook.model.lines import Lines
from thesisbook.model.operations import DAYS_PER_YEAR, days_between, smaller
from thesisbook.model.parameters import Number
from thesisbook.model.published_lines import add
from thesisbook.model.statements import taxable
from thesisbook.model.terms import Constant

Scalars = dict[str, Number]
HALF = Constant("half_a_year", 0.5)
FLOW_ROWS = (
    "dcf_ebit",
    "dcf_depreciation_amortisation",
    "dcf_tax",
    "dcf_working_capital_change",
    "dcf_capital_expenditure",
    "dcf_lease_additions",
)


def cost_of_equity(risk_free: Number, beta: Number, premium: Number) -> Number:
    """Capital asset pricing model, annual decimal: risk-free rate + beta x equity risk premium.

    Sharpe (1964). `cost_of_equity(0.014, 1.1, 0.094)` is 0.1174.
    """
    return risk_free + beta * premium


def wacc(equity: Number, debt: Number, debt_to_equity: Number, tax_rate: Number) -> Number:
    """Weighted average cost of capital after tax, annual decimal, from market D/E.

    (Ke + D/E x Kd x (1 - t)) / (1 + D/E). Modigliani and Miller (1963).
    """
    return (equity + debt_to_equity * debt * (1 - tax_rate)) / (1 + debt_to_equity)


def present_value(flows: Sequence[Number], years: Sequence[float], rate: Number) -> Number:
    """Sum of flow / (1 + rate)^years; any currency, annual decimal rate, years from the value date.

    `present_value([110.0], [1.0], 0.1)` is 100.
    """
    total: Number = 0.0
    for flow, power in zip(flows, years, strict=True):
        total = total + flow * discount_factor(rate, power)
    return total


def discount_factor(rate: Number, years: Number) -> Number:
    """Value today of one unit received in that many years: 1 / (1 + rate)^years."""
    return 1 / (1 + rate) ** years


def gordon_value(next_flow: Number, rate: Number, growth: Number) -> Number:
    """Value, one year before `next_flow`, of a flow growing for ever: next_flow / (rate - growth).

    Gordon and Shapiro (1956). The rate must be above the growth; `cost_of_capital` sees to it.
    """
    return next_flow / (rate - growth)


@equation
def cost_of_capital(p: Assumptions, scalars: Scalars) -> None:
    """`cost_of_equity` and `wacc`; ParameterError unless terminal growth is below it."""
    scalars["cost_of_equity"] = cost_of_equity(p("risk_free"), p("beta"), p("equity_risk_premium"))
    scalars["wacc_built_up"] = wacc(
        scalars["cost_of_equity"], p("cost_of_debt"), p("debt_to_equity"), p("tax_rate")
    )
    given = p("wacc_method") == "given"
    scalars["wacc"] = p("wacc") if given else scalars["wacc_built_up"]
    scalars["terminal_growth"] = p("terminal_growth")
    rate, growth = scalars["wacc"], scalars["terminal_growth"]

    def message() -> str:
        several = np.ndim(growth) or np.ndim(rate)
        shown = "" if several else f" {growth:.4g} against {rate:.4g}"
        return f"at or above wacc{shown}; it must be below"

    p.require("terminal_growth", growth < rate, message)


def flows(p: Assumptions, out: Lines) -> None:
    """Compute the `dcf_*` lines of every forecast year."""
    for year in p.years:
        taxable(p, out, "dcf_", "ebit", year)
        out["dcf_tax_on_ebit"][year] = 0.0 - p("tax_rate") * out["dcf_taxable_profit"][year]
        flow(p, out, year)


@equation
def flow(p: Assumptions, out: Lines, year: int) -> None:
    """One year of free cash flow = EBIT + D&A + tax + working capital + capex (+ leases).

    From `published_dcf_from` on the rows are the published ones.
    """
    if p.published_flows(year):
        for row in (*FLOW_ROWS[:-1], "dcf_free_cash_flow"):
            out[row][year] = p(f"published_{row}", year)
        out["dcf_lease_additions"][year] = 0.0
    else:
        modelled_flow(p, out, year)
        add(out, "dcf_free_cash_flow", FLOW_ROWS, year)


@equation
def modelled_flow(p: Assumptions, out: Lines, year: int) -> None:
    """Compute one year's `dcf_*` lines from the statements.

    With `dcf_reinvestment` exhibit the audited report's second set of drivers stands in its years:
    the increase of the right-of-use asset is added back and capital expenditure has its own ratio.
    """
    charge = out["depreciation_amortisation"][year]
    spent = out["capital_expenditure"][year]
    if year in p.product_years and p("dcf_reinvestment") == "exhibit":
        charge = charge + out["right_of_use_assets"][year] - out["right_of_use_assets"][year - 1]
        spent = -p("dcf_capex_ratio", year) * out["revenue"][year]
    out["dcf_ebit"][year] = out["ebit"][year]
    out["dcf_depreciation_amortisation"][year] = charge
    on_ebit = p("dcf_tax_base") == "ebit"
    out["dcf_tax"][year] = out["dcf_tax_on_ebit"][year] if on_ebit else out["income_tax"][year]
    out["dcf_working_capital_change"][year] = out["working_capital_change"][year]
    out["dcf_capital_expenditure"][year] = spent
    leases = out["lease_additions"][year] if p("include_lease_additions") else 0.0
    out["dcf_lease_additions"][year] = leases


@equation
def terminal_flow(p: Assumptions, out: Lines, scalars: Scalars) -> None:
    """`terminal_flow`: free cash flow of the first year after the horizon.

    `last_year`: FCF_N (1 + g). `steady_state`: EBIT_N (1 + g)(1 - t) - g x (fixed assets_N +
    working capital_N), the value-driver formula (Koller et al., Valuation, 7th ed., eq. 3.1).
    `value_driver`: margin x revenue_N (1 + g)(1 - t)(1 - g / return on new capital), the same
    source, eq. 3.2, with the operating margin of the last year up to a cap, and never below zero.
    The published timing capitalises FCF_N itself.
    """
    last, growth = p.years[-1], scalars["terminal_growth"]
    own = p.given("terminal_tax_basis", "same") == "own"
    scalars["terminal_tax_rate"] = p("terminal_tax_rate") if own else p("tax_rate")
    scalars["terminal_capital"] = (
        out["fixed_assets"][last]
        + out["trade_receivables"][last]
        + out["inventories"][last]
        - out["trade_payables"][last]
    )
    scalars["terminal_profit"] = (
        out["dcf_ebit"][last] * (1 + growth) * (1 - scalars["terminal_tax_rate"])
    )
    margin = out["dcf_ebit"][last] / out["revenue"][last]
    scalars["terminal_margin"] = smaller(margin, p.given("terminal_margin_cap", 1.0))
    earning = scalars["terminal_margin"] * out["revenue"][last] * (1 + growth)
    scalars["terminal_capped_profit"] = earning * (1 - scalars["terminal_tax_rate"])
    scalars["terminal_flow_steady"] = (
        scalars["terminal_profit"] - growth * scalars["terminal_capital"]
    )
    kept = 1 - growth / p.given("return_on_new_capital", 1.0)
    earned = scalars["terminal_capped_profit"] * kept
    scalars["terminal_flow_value_driver"] = np.maximum(earned, 0.0)
    flow = out["dcf_free_cash_flow"][last]
    if p("dcf_timing") == "published":
        next_flow = flow
    elif p("terminal_reinvestment") == "last_year":
        next_flow = flow * (1 + growth)
    elif p("terminal_reinvestment") == "value_driver":
        next_flow = scalars["terminal_flow_value_driver"]
    else:
        next_flow = scalars["terminal_flow_steady"]
    scalars["terminal_flow"] = next_flow


def rebuilt_last_actual_fcf(p: Assumptions, out: Lines, scalars: Scalars) -> None:
    """`last_actual_fcf_rebuilt`: last actual year's free cash flow, computed as in forecast years.

    EBIT + D&A - change of inventories - change of receivables + change of payables + capex (-).
    """
    year = p.last_actual
    change: Number = 0.0
    for line, sign in (("inventories", -1), ("trade_receivables", -1), ("trade_payables", 1)):
        change = change + sign * (out[line][year] - out[line][year - 1])
    scalars["last_actual_working_capital_change"] = change
    scalars["last_actual_fcf_rebuilt"] = (
        out["ebit"][year]
        + out["depreciation_amortisation"][year]
        + scalars["last_actual_working_capital_change"]
        + out["capital_expenditure"][year]
    )


@equation
def discounting(p: Assumptions, out: Lines, scalars: Scalars, year: int) -> None:
    """`discounted_flow`, `discount_periods`, `discount_factor` and `present_value` of a year.

    `published` (how the audited report seems to count; the parameter in the data says why): the
    flow of the last actual year as year 1, then the forecast without its last year. `year_end`: the
    end of each year from the valuation date. `mid_year`: half a year earlier (half the stub in the
    first year). In the first year only the part after the valuation date is discounted.
    """
    first, flow = year == p.years[0], out["dcf_free_cash_flow"]
    ends = scalars["stub"] if first else out["years_to_year_end"][year - 1] + 1
    out["years_to_year_end"][year] = ends
    if p("dcf_timing") == "published":
        discounted = p("last_actual_fcf") if first else flow[year - 1]
        periods = 1.0 if first else out["discount_periods"][year - 1] + 1
    else:
        discounted = flow[year] * scalars["stub"] if first else flow[year]
        periods = out["years_to_year_end"][year]
        if p("dcf_timing") == "mid_year":
            periods = periods * HALF if first else periods - HALF
    out["discounted_flow"][year] = discounted
    out["discount_periods"][year] = periods
    factor = discount_factor(scalars["wacc"], out["discount_periods"][year])
    out["discount_factor"][year] = factor
    out["present_value"][year] = out["discounted_flow"][year] * out["discount_factor"][year]


@equation
def terminal_periods(p: Assumptions, out: Lines) -> Number:
    """Years of discounting of the terminal value.

    Published timing: one year after the last flow. A perpetuity is discounted like the last flow,
    an exit multiple from the end of the last year.
    """
    last = p.years[-1]
    if p("dcf_timing") == "published":
        return out["discount_periods"][last] + 1
    if p("terminal_method") == "gordon":
        return out["discount_periods"][last]
    return out["years_to_year_end"][last]


@equation
def terminal_value(p: Assumptions, out: Lines, scalars: Scalars) -> Number:
    """Value at the horizon: a growing perpetuity, or a multiple of the last year's EBITDA."""
    last = p.years[-1]
    if p("terminal_method") == "exit_multiple":
        earnings = out["dcf_ebit"][last] + out["dcf_depreciation_amortisation"][last]
        return p("exit_multiple") * earnings
    return gordon_value(scalars["terminal_flow"], scalars["wacc"], scalars["terminal_growth"])


@equation
def before_valuation_date(p: Assumptions, out: Lines, scalars: Scalars) -> Number:
    """Part of the first year's flow before the valuation date; zero on the published timing.

    It counts undiscounted: the cash of that day holds it, the last balance sheet does not.
    """
    if p("dcf_timing") == "published":
        return 0.0
    return out["dcf_free_cash_flow"][p.years[0]] * (1 - scalars["stub"])


@equation
def rebuilt_difference(p: Assumptions, scalars: Scalars) -> Number:
    """Change of `pv_fcf` if the last actual flow is rebuilt instead of calibrated."""
    if p("dcf_timing") == "published":
        difference = scalars["last_actual_fcf_rebuilt"] - p("last_actual_fcf")
        return difference / (1 + scalars["wacc"])
    return 0.0


def present_values(p: Assumptions, out: Lines, scalars: Scalars) -> None:
    """`stub`, `pv_fcf`, `terminal_value`, `pv_terminal`, `enterprise_value` and what they need.

    `stub` is the share of the first forecast year after the valuation date. `pv_fcf_rebuilt` is
    what the published timing gives with the last actual flow made from the reported lines instead
    of the calibrated one: how far the inferred timing misses the published value.
    """
    days = days_between(p("valuation_date"), p.year_end(p.years[0]))
    scalars["stub"] = days / DAYS_PER_YEAR
    scalars["fcf_before_valuation_date"] = before_valuation_date(p, out, scalars)
    total = scalars["fcf_before_valuation_date"]
    for year in p.years:
        discounting(p, out, scalars, year)
        total = total + out["present_value"][year]
    scalars["pv_fcf"] = total
    rebuilt_last_actual_fcf(p, out, scalars)
    scalars["pv_fcf_rebuilt"] = scalars["pv_fcf"] + rebuilt_difference(p, scalars)
    terminal_flow(p, out, scalars)
    scalars["terminal_value"] = terminal_value(p, out, scalars)
    scalars["terminal_periods"] = terminal_periods(p, out)
    scalars["terminal_factor"] = discount_factor(scalars["wacc"], scalars["terminal_periods"])
    scalars["pv_terminal"] = scalars["terminal_value"] * scalars["terminal_factor"]
    scalars["enterprise_value"] = scalars["pv_fcf"] + scalars["pv_terminal"]


def equity(p: Assumptions, out: Lines, scalars: Scalars) -> None:
    """Enterprise value + net cash (+ financial assets) (+ listing proceeds, once) = equity."""
    cash = p("net_cash") + financial_assets(p) + out["share_issue_proceeds"][p.years[0]]
    scalars["net_cash"] = cash
    scalars["net_cash_at_valuation"] = cash + scalars["fcf_before_valuation_date"]
    scalars["dcf_equity_reporting"] = scalars["enterprise_value"] + scalars["net_cash"]
    scalars["dcf_equity"] = scalars["dcf_equity_reporting"] * p("fx")
