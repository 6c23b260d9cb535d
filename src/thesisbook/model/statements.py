"""The three statements, year by year. CNY mn, signed as printed; floats or arrays of draws.

Interest is earned on opening balances and depreciation is charged on opening fixed assets, so that
nothing is circular. Cash is the result of the cash flow statement; that the balance sheet then
balances is an identity that is checked, not a plug.
"""

from __future__ import annotations

import numpy as np

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.lines import Lines
from thesisbook.model.parameters import Number

DAYS_PER_YEAR = 365
PRINT_ROUNDING = 0.00051  # CNY mn: half a printed thousand, and a float's breadth
OPERATING_COSTS = {
    "selling_expense": "selling_ratio",
    "admin_expense": "admin_ratio",
    "rnd_expense": "rnd_ratio",
}
NIL = (
    "special_asset_loss", "impairment_financial_assets", "other_expenses",
    "convertible_bond_proceeds",
)  # fmt: skip
HELD = ("other_current_assets", "lease_liabilities", "other_current_liabilities")


def printed(p: Assumptions, year: int) -> bool:
    """Whether the eleven undriven lines of that year are the printed ones."""
    return p("statement_basis") == "published" and year in p.product_years


def deviation(p: Assumptions, out: Lines, line: str, year: int) -> Number:
    """A driven line less its print, on printed statements; within the print's rounding, nothing.

    Carried to where the line ties, so that printed statements balance for any parameters.
    """
    difference = out[line][year] - p(f"published_{line}", year)
    return np.where(np.abs(difference) > PRINT_ROUNDING, difference, 0.0)


def operating_profit(p: Assumptions, out: Lines, year: int) -> None:
    """Revenue to `ebit`.

    Cost of sales = (1 - gross margin) x revenue at plan prices: a lower price does not lower it.
    Cost line = ratio x (revenue + fixed share x (plan revenue - revenue)).
    """
    revenue, plan = out["revenue"][year], out["plan_revenue"][year]
    out["cost_of_sales"][year] = -(1 - p("gross_margin", year)) * revenue / p("price_factor", year)
    out["gross_profit"][year] = revenue + out["cost_of_sales"][year]
    covered = revenue + p("fixed_cost_share") * (plan - revenue)
    for line, ratio in OPERATING_COSTS.items():
        out[line][year] = -p(ratio, year) * covered
    for line in ("other_income", "other_gains"):
        if printed(p, year):
            out[line][year] = p(f"published_{line}", year)
        else:
            out[line][year] = out[line][year - 1] * (1 + p(f"{line}_growth", year))
    for line in NIL:
        out[line][year] = 0.0
    out["ebit"][year] = sum(
        out[line][year]
        for line in ("gross_profit", *OPERATING_COSTS, "other_income", "other_gains")
    )


def share_issue(p: Assumptions, year: int) -> Number:
    """Proceeds of the listing in CNY mn, in the first forecast year, where they are counted."""
    if not p("include_ipo_proceeds") or year != p.years[0]:
        return 0.0
    return p("ipo_proceeds") / p("fx")


def profit(p: Assumptions, out: Lines, year: int) -> None:
    """`net_finance_income` (+ income), tax and net profit.

    Interest on opening cash, financial assets and the listing proceeds of the first days of the
    first year. No debt beside leases, whose interest is left out as in the printed model.
    """
    if printed(p, year):
        out["net_finance_income"][year] = p("published_net_finance_income", year)
    else:
        assets = p("financial_assets") if p("include_financial_assets") else 0.0
        liquid = out["cash"][year - 1] + assets + share_issue(p, year)
        out["net_finance_income"][year] = p("interest_on_cash") * liquid
    before_tax = out["profit_before_tax"][year] = (
        out["ebit"][year] + out["net_finance_income"][year]
    )
    out["income_tax"][year] = 0.0 - tax(p, out, "tax_losses", before_tax, year)
    out["net_profit"][year] = before_tax + out["income_tax"][year]
    out["adjusted_profit"][year] = out["net_profit"][year]


def tax(p: Assumptions, out: Lines, pool: str, base: Number, year: int) -> Number:
    """Tax (positive) on a profit, after losses brought forward in the line `pool`.

    losses_t = max(losses_{t-1} - profit_t, 0); taxable_t = max(profit_t - losses_{t-1}, 0).
    With printed relief: printed share x rate x positive profit.
    """
    brought = out[pool].get(year - 1, p("opening_tax_losses"))
    out[pool][year] = np.maximum(brought - base, 0.0)
    if p("loss_relief") == "published":
        return p("tax_charge_share", year) * p("tax_rate") * np.maximum(base, 0.0)
    return p("tax_rate") * np.maximum(base - brought, 0.0)


def working_capital(p: Assumptions, out: Lines, year: int) -> None:
    """Receivables, inventories, payables from days, and `working_capital_change` (+ releases cash).

    To the last product year the days hold for the average balance, so that
    closing = 2 x days x flow / 365 - opening; later for the closing balance.
    """
    cost = -out["cost_of_sales"][year]
    change: Number = 0.0
    for line, days, flow, sign in (
        ("trade_receivables", "dso", out["revenue"][year], -1),
        ("inventories", "dio", cost, -1),
        ("trade_payables", "dpo", cost, 1),
    ):
        opening = out[line][year - 1]
        balance = p(days, year) * flow / DAYS_PER_YEAR
        closing = 2 * balance - opening if year in p.product_years else balance
        out[line][year] = closing
        change = change + sign * (closing - opening)
    out["working_capital_change"][year] = change


def fixed_assets(p: Assumptions, out: Lines, year: int) -> None:
    """Capital expenditure, lease additions, depreciation and the closing balances.

    Pool (property, intangibles, right-of-use) closes at opening + additions - depreciation.
    """
    revenue = out["revenue"][year]
    out["capital_expenditure"][year] = -p("capex_ratio", year) * revenue
    out["disposal_proceeds"][year] = -p("lease_additions_ratio", year) * revenue
    out["right_of_use_assets"][year] = p("right_of_use_ratio", year) * revenue
    if printed(p, year):
        for line in ("depreciation_amortisation", "intangibles", "other_non_current_assets"):
            out[line][year] = p(f"published_{line}", year)
        deviated = out["fixed_assets_deviation"].get(year - 1, 0.0)
        for line in ("capital_expenditure", "disposal_proceeds"):
            deviated = deviated - deviation(p, out, line, year)
        out["fixed_assets_deviation"][year] = deviated
        held = deviation(p, out, "right_of_use_assets", year)
        out["ppe"][year] = p("published_ppe", year) + deviated - held
    else:
        out["fixed_assets_deviation"][year] = 0.0
        opening = out["fixed_assets"][year - 1]
        charge = out["depreciation_amortisation"][year] = p("depreciation_rate", year) * opening
        additions = -out["capital_expenditure"][year] - out["disposal_proceeds"][year]
        owned = opening + additions - charge - out["right_of_use_assets"][year]
        out["intangibles"][year] = p("intangible_share") * owned
        out["ppe"][year] = owned - out["intangibles"][year]
        other = p("other_non_current_assets_ratio", year) * revenue
        out["other_non_current_assets"][year] = other
    out["fixed_assets"][year] = (
        out["ppe"][year] + out["intangibles"][year] + out["right_of_use_assets"][year]
    )


def cash_flow(p: Assumptions, out: Lines, year: int) -> None:
    """The cash flow statement; interest received is an investing flow, tax an operating one."""
    out["cf_profit_before_tax"][year] = out["profit_before_tax"][year]
    interest = out["net_finance_income"][year]
    out["share_issue_proceeds"][year] = share_issue(p, year)
    others = ("other_operating_cash_flow", "other_investing_cash_flow",
              "other_financing_cash_flow", "fx_effect_on_cash")  # fmt: skip
    if printed(p, year):
        for line in others:
            out[line][year] = p(f"published_{line}", year)
        out["other_operating_cash_flow"][year] += deviation(p, out, "income_tax", year)
    else:
        grown = out["other_non_current_assets"][year] - out["other_non_current_assets"][year - 1]
        values = (out["income_tax"][year] - interest, interest - grown, 0.0, 0.0)
        for line, value in zip(others, values, strict=True):
            out[line][year] = value
    for total, parts in (
        ("operating_cash_flow", ("cf_profit_before_tax", "depreciation_amortisation",
                                 "working_capital_change", "other_operating_cash_flow")),
        ("investing_cash_flow", ("capital_expenditure", "disposal_proceeds",
                                 "other_investing_cash_flow")),
        ("financing_cash_flow", ("convertible_bond_proceeds", "share_issue_proceeds",
                                 "other_financing_cash_flow")),
        ("net_change_in_cash", ("operating_cash_flow", "investing_cash_flow",
                                "financing_cash_flow")),
    ):  # fmt: skip
        out[total][year] = sum(out[part][year] for part in parts)
    out["opening_cash"][year] = out["cash"][year - 1]
    out["closing_cash"][year] = (
        out["opening_cash"][year] + out["net_change_in_cash"][year] + out["fx_effect_on_cash"][year]
    )


def balance_sheet(p: Assumptions, out: Lines, year: int) -> None:
    """Closing balances. The redemption liability becomes equity in the first forecast year."""
    conversion = p("redemption_conversion") if year == p.years[0] else 0.0
    out["cash"][year] = out["closing_cash"][year]
    for line in HELD:
        out[line][year] = out[line][year - 1]
    liability = "other_non_current_liabilities"
    out[liability][year] = out[liability][year - 1] - conversion
    out["total_equity"][year] = (
        out["total_equity"][year - 1]
        + out["net_profit"][year]
        + conversion
        + out["share_issue_proceeds"][year]
    )
    for total, parts in (
        ("non_current_assets", ("ppe", "right_of_use_assets", "intangibles",
                                "other_non_current_assets")),
        ("current_assets", ("inventories", "trade_receivables", "cash", "other_current_assets")),
        ("total_assets", ("non_current_assets", "current_assets")),
        ("non_current_liabilities", ("lease_liabilities", "other_non_current_liabilities")),
        ("current_liabilities", ("trade_payables", "other_current_liabilities")),
        ("total_liabilities", ("non_current_liabilities", "current_liabilities")),
    ):  # fmt: skip
        out[total][year] = sum(out[part][year] for part in parts)


def actuals(p: Assumptions, out: Lines) -> None:
    """The reported years, as printed; `ebit` there is profit before tax less net finance."""
    for line, by_year in p.history.items():
        out[line].update(by_year)
    for year in p.history["revenue"]:
        out["plan_revenue"][year] = out["revenue"][year]
        out["share_issue_proceeds"][year] = 0.0
        out["ebit"][year] = out["profit_before_tax"][year] - out["net_finance_income"][year]
        out["fixed_assets"][year] = (
            out["ppe"][year] + out["intangibles"][year] + out["right_of_use_assets"][year]
        )


def forecast(p: Assumptions, out: Lines) -> None:
    """Every forecast year of the three statements; revenue must stand in `out` already."""
    for year in p.years:
        operating_profit(p, out, year)
        profit(p, out, year)
        working_capital(p, out, year)
        fixed_assets(p, out, year)
        cash_flow(p, out, year)
        balance_sheet(p, out, year)
    for year in p.statement_years:
        before = out["revenue"][year - 1]
        out["revenue_growth"][year] = out["revenue"][year] / before - 1
        out["gross_margin"][year] = out["gross_profit"][year] / out["revenue"][year]
        out["adjusted_margin"][year] = out["adjusted_profit"][year] / out["revenue"][year]
