"""Discounted cash flow: cost of capital, flows, timing, terminal value, enterprise to equity.

CNY mn and decimals; values are floats or arrays of draws. Flows are signed: + is received.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.lines import Lines
from thesisbook.model.parameters import Number, ParameterError
from thesisbook.model.statements import DAYS_PER_YEAR, tax

Scalars = dict[str, Number]


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
        total = total + flow / (1 + rate) ** power
    return total


def gordon_value(next_flow: Number, rate: Number, growth: Number) -> Number:
    """Value, one year before `next_flow`, of a flow growing for ever: next_flow / (rate - growth).

    Gordon and Shapiro (1956). The rate must be above the growth; `cost_of_capital` sees to it.
    """
    return next_flow / (rate - growth)


def stub(p: Assumptions) -> float:
    """Share of the first forecast year that lies after the valuation date, in 365ths."""
    end = date.fromisoformat(p.year_end(p.years[0]))
    return (end - date.fromisoformat(p("valuation_date"))).days / DAYS_PER_YEAR


def cost_of_capital(p: Assumptions, scalars: Scalars) -> None:
    """`cost_of_equity` and `wacc`; ParameterError unless terminal growth is below it."""
    equity = cost_of_equity(p("risk_free"), p("beta"), p("equity_risk_premium"))
    built_up = wacc(equity, p("cost_of_debt"), p("debt_to_equity"), p("tax_rate"))
    scalars["cost_of_equity"] = equity
    scalars["wacc_built_up"] = built_up
    rate = scalars["wacc"] = p("wacc") if p("wacc_method") == "given" else built_up
    growth = scalars["terminal_growth"] = p("terminal_growth")
    if np.any(growth >= rate):
        shown = "" if np.ndim(growth) or np.ndim(rate) else f" {growth:.4g} against {rate:.4g}"
        raise ParameterError(f"terminal_growth: at or above wacc{shown}; it must be below")


def flows(p: Assumptions, out: Lines) -> None:
    """The `dcf_*` rows. Free cash flow = EBIT + D&A + tax + working capital + capex (+ leases).

    From `published_dcf_from` on they are the printed rows.
    """
    for year in p.years:
        tax_on_ebit = 0.0 - tax(p, out, "dcf_tax_losses", out["ebit"][year], year)
        if p.published_flows(year):
            for row in ("ebit", "depreciation_amortisation", "tax", "working_capital_change",
                        "capital_expenditure", "free_cash_flow"):  # fmt: skip
                out[f"dcf_{row}"][year] = p(f"published_dcf_{row}", year)
            out["dcf_lease_additions"][year] = 0.0
        else:
            taxed = tax_on_ebit if p("dcf_tax_base") == "ebit" else out["income_tax"][year]
            _driven_flow(p, out, year, taxed)


def _driven_flow(p: Assumptions, out: Lines, year: int, taxed: Number) -> None:
    """One year's rows from the statements.

    With `dcf_reinvestment` exhibit the audited report's second driver set stands in its years:
    the increase of the right-of-use asset is added back and capital expenditure has its own ratio.
    """
    ebit, charge = out["ebit"][year], out["depreciation_amortisation"][year]
    spent = out["capital_expenditure"][year]
    if p("dcf_reinvestment") == "exhibit" and year in p.product_years:
        charge = charge + out["right_of_use_assets"][year] - out["right_of_use_assets"][year - 1]
        spent = -p("dcf_capex_ratio", year) * out["revenue"][year]
    leases = out["disposal_proceeds"][year] if p("include_lease_additions") else 0.0
    rows = {
        "dcf_ebit": ebit,
        "dcf_depreciation_amortisation": charge,
        "dcf_tax": taxed,
        "dcf_working_capital_change": out["working_capital_change"][year],
        "dcf_capital_expenditure": spent,
        "dcf_lease_additions": leases,
    }
    for row, value in rows.items():
        out[row][year] = value
    out["dcf_free_cash_flow"][year] = sum(rows.values())


def terminal_flow(p: Assumptions, out: Lines) -> Number:
    """Free cash flow of the first year after the horizon, CNY mn.

    `last_year`: FCF_N (1 + g). `steady_state`: EBIT_N (1 + g)(1 - t) - g x (fixed assets_N +
    working capital_N), the value-driver formula (Koller et al., Valuation, 7th ed., eq. 3.1).
    The published timing capitalises FCF_N itself.
    """
    last, growth = p.years[-1], p("terminal_growth")
    flow = out["dcf_free_cash_flow"][last]
    if p("dcf_timing") == "published":
        return flow
    if p("terminal_reinvestment") == "last_year":
        return flow * (1 + growth)
    capital = (
        out["fixed_assets"][last]
        + out["trade_receivables"][last]
        + out["inventories"][last]
        - out["trade_payables"][last]
    )
    profit = out["dcf_ebit"][last] * (1 + growth) * (1 - p("tax_rate"))
    return profit - growth * capital


def rebuilt_last_actual_fcf(p: Assumptions, out: Lines) -> Number:
    """The last actual year's flow made like the forecast columns, CNY mn.

    EBIT + D&A - change of inventories - change of receivables + change of payables + capex (-).
    """
    year = p.last_actual
    flow = out["ebit"][year] + out["depreciation_amortisation"][year]
    for line, sign in (("inventories", -1), ("trade_receivables", -1), ("trade_payables", 1)):
        flow = flow + sign * (out[line][year] - out[line][year - 1])
    return flow + out["capital_expenditure"][year]


def discount_periods(p: Assumptions) -> tuple[list[float], float]:
    """Years of discounting of each flow, and of the terminal value.

    `published` (how the audited report seems to count; the parameter in the data says why): the
    flow spent in the last actual year as year 1, then the forecast without its last year; the
    terminal value one year after the last flow. `year_end`: the end of each year from the valuation
    date. `mid_year`: half a year earlier (half the stub in the first year); a perpetuity is
    discounted like the last flow, an exit multiple from the end of the last year.
    """
    count = len(p.years)
    if p("dcf_timing") == "published":
        return [float(k) for k in range(1, count + 1)], count + 1.0
    first = stub(p)
    ends = [first + k for k in range(count)]
    if p("dcf_timing") == "year_end":
        return ends, ends[-1]
    middles = [first / 2, *(end - 0.5 for end in ends[1:])]
    return middles, middles[-1] if p("terminal_method") == "gordon" else ends[-1]


def discounted_flows(p: Assumptions, out: Lines) -> list[Number]:
    """The flows that are discounted, beside `discount_periods`, CNY mn."""
    values = [out["dcf_free_cash_flow"][year] for year in p.years]
    if p("dcf_timing") == "published":
        return [p("last_actual_fcf"), *values[:-1]]
    return [values[0] * stub(p), *values[1:]]


def present_values(p: Assumptions, out: Lines, scalars: Scalars) -> None:
    """`pv_fcf`, `terminal_value`, `pv_terminal`, `enterprise_value`.

    Year-end and mid-year: the part of the first year before the valuation date counts
    undiscounted (`fcf_before_valuation_date`): the cash of that day holds it, the last balance
    sheet does not. `pv_fcf_rebuilt` is what the published timing gives with that flow made from
    the printed lines instead of the calibrated one: how far the inference misses the print.
    """
    rate = scalars["wacc"]
    scalars["stub"] = stub(p)
    powers, terminal_power = discount_periods(p)
    discounted = present_value(discounted_flows(p, out), powers, rate)
    elapsed: Number = 0.0
    if p("dcf_timing") != "published":
        elapsed = out["dcf_free_cash_flow"][p.years[0]] * (1 - stub(p))
    last = p.years[-1]
    if p("terminal_method") == "exit_multiple":
        earnings = out["dcf_ebit"][last] + out["dcf_depreciation_amortisation"][last]
        terminal = p("exit_multiple") * earnings
    else:
        terminal = gordon_value(terminal_flow(p, out), rate, p("terminal_growth"))
    scalars["fcf_before_valuation_date"] = elapsed
    scalars["pv_fcf"] = elapsed + discounted
    scalars["last_actual_fcf_rebuilt"] = built = rebuilt_last_actual_fcf(p, out)
    instead = (built - p("last_actual_fcf")) / (1 + rate) if p("dcf_timing") == "published" else 0.0
    scalars["pv_fcf_rebuilt"] = scalars["pv_fcf"] + instead
    scalars["terminal_flow"] = terminal_flow(p, out)
    scalars["terminal_value"] = terminal
    scalars["pv_terminal"] = present_value([terminal], [terminal_power], rate)
    scalars["enterprise_value"] = scalars["pv_fcf"] + scalars["pv_terminal"]


def equity(p: Assumptions, scalars: Scalars) -> None:
    """Enterprise value + net cash (+ financial assets) (+ listing proceeds, once) = equity."""
    fx = p("fx")
    cash = p("net_cash")
    if p("include_financial_assets"):
        cash = cash + p("financial_assets")
    if p("include_ipo_proceeds"):
        cash = cash + p("ipo_proceeds") / fx
    scalars["net_cash"] = cash
    scalars["dcf_equity_reporting"] = scalars["enterprise_value"] + cash
    scalars["dcf_equity"] = scalars["dcf_equity_reporting"] * fx
