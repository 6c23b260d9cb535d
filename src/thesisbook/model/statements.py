"""The three statements, year by year: millions of the reporting currency, costs and outflows below
zero; floats or arrays of draws.

Interest is earned on opening balances and depreciation is charged on opening fixed assets, so that
nothing is circular. Cash comes from the cash flow statement. That the balance sheet then
balances is checked; no line is set so that it does.
"""

from __future__ import annotations

import numpy as np

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.equations import equation
from thesisbook.model.fixed_assets import fixed_assets
from thesisbook.model.funding import financial_assets, share_issue
from thesisbook.model.lines import Lines
from thesisbook.model.published_lines import add, deviation, published
from thesisbook.model.working_capital import working_capital

OPERATING_COSTS = {
    "selling_expense": "selling_ratio",
    "admin_expense": "admin_ratio",
    "rnd_expense": "rnd_ratio",
}
NIL = ("special_asset_loss", "impairment_financial_assets", "other_expenses")
HELD = ("lease_liabilities", "other_current_liabilities")
OPERATING_CASH = (
    "cf_profit_before_tax",
    "depreciation_amortisation",
    "working_capital_change",
    "other_operating_cash_flow",
)
INVESTING_CASH = (
    "capital_expenditure",
    "lease_additions",
    "disposal_proceeds",
    "other_investing_cash_flow",
)
FINANCING_CASH = ("convertible_bond_proceeds", "share_issue_proceeds", "other_financing_cash_flow")


@equation
def operating_profit(p: Assumptions, out: Lines, year: int) -> None:
    """Revenue to `ebit`.

    Cost of sales = (1 - gross margin) x revenue at plan prices: a lower price does not lower it.
    Cost line = ratio x (revenue + fixed share x (plan revenue - revenue)).
    """
    revenue, plan = out["revenue"][year], out["plan_revenue"][year]
    out["cost_of_sales"][year] = -(1 - p("gross_margin", year)) * revenue / p("price_factor", year)
    out["gross_profit"][year] = revenue + out["cost_of_sales"][year]
    out["cost_base"][year] = revenue + p("fixed_cost_share") * (plan - revenue)
    operating_costs(p, out, year)
    other_operating_income(p, out, year)
    for line in NIL:
        out[line][year] = 0.0
    add(out, "ebit", ("gross_profit", *OPERATING_COSTS, "other_income", "other_gains"), year)


@equation
def operating_costs(p: Assumptions, out: Lines, year: int) -> None:
    """Selling, administrative and research expense: ratios of the cost base, or amounts.

    As amounts: research is planned, but at least a share of revenue; overheads have a fixed part
    (administration) and a part that follows revenue (selling).
    """
    if p.given("operating_cost_basis", "ratios") == "amounts":
        revenue = out["revenue"][year]
        planned = p("rnd_amount", year) * p("rnd_factor", year)
        costs = {
            "selling_expense": p("overhead_share") * revenue,
            "admin_expense": p("overhead_fixed", year) * p("overhead_factor", year),
            "rnd_expense": np.maximum(planned, p("rnd_floor") * revenue),
        }
    else:
        base = out["cost_base"][year]
        costs = {line: p(ratio, year) * base for line, ratio in OPERATING_COSTS.items()}
    for line, cost in costs.items():
        out[line][year] = -cost


@equation
def other_operating_income(p: Assumptions, out: Lines, year: int) -> None:
    """`other_income` and `other_gains`: published, an amount, or grown from the year before."""
    if published(p, year):
        income, gains = p("published_other_income", year), p("published_other_gains", year)
    elif p.given("operating_cost_basis", "ratios") == "amounts":
        income, gains = p("other_income_amount", year), 0.0
    else:
        income = out["other_income"][year - 1] * (1 + p("other_income_growth", year))
        gains = out["other_gains"][year - 1] * (1 + p("other_gains_growth", year))
    out["other_income"][year], out["other_gains"][year] = income, gains


@equation
def profit(p: Assumptions, out: Lines, year: int) -> None:
    """`net_finance_income` (+ income), tax and net profit.

    Interest on opening cash, financial assets and the listing proceeds of the first days of the
    first year. No debt beside leases, whose interest is left out as in the published model.
    """
    share_issue(p, out, year)
    liquid = out["cash"][year - 1] + financial_assets(p) + out["share_issue_proceeds"][year]
    out["interest_bearing_funds"][year] = liquid
    if published(p, year):
        out["net_finance_income"][year] = p("published_net_finance_income", year)
    elif year == p.years[0] and p.given("first_year_basis", "products") == "halves":
        out["net_finance_income"][year] = p("first_year_net_finance_income")
    else:
        income = p("interest_on_cash") * out["interest_bearing_funds"][year]
        out["net_finance_income"][year] = income
    add(out, "profit_before_tax", ("ebit", "net_finance_income"), year)
    taxable(p, out, "", "profit_before_tax", year)
    out["income_tax"][year] = 0.0 - p("tax_rate") * out["taxable_profit"][year]
    deviation(p, out, "income_tax", year)
    add(out, "net_profit", ("profit_before_tax", "income_tax"), year)
    out["adjusted_profit"][year] = out["net_profit"][year]


@equation
def taxable(p: Assumptions, out: Lines, prefix: str, profit_line: str, year: int) -> None:
    """`tax_losses_brought_forward`, `tax_losses` and `taxable_profit`, each with the prefix.

    losses_t = max(losses_{t-1} - profit_t, 0); taxable_t = max(profit_t - losses_{t-1}, 0). With
    published relief a published share of the profit is taxed instead.
    """
    pool = f"{prefix}tax_losses"
    brought, base = f"{pool}_brought_forward", out[profit_line][year]
    opening = p("opening_tax_losses") if year == p.years[0] else out[pool][year - 1]
    out[brought][year] = opening
    out[pool][year] = np.maximum(out[brought][year] - base, 0.0)
    if p("loss_relief") == "published":
        taxed = p("tax_charge_share", year) * np.maximum(base, 0.0)
    else:
        taxed = np.maximum(base - out[brought][year], 0.0)
    out[f"{prefix}taxable_profit"][year] = taxed


@equation
def other_cash_flows(p: Assumptions, out: Lines, year: int) -> None:
    """The lines of the cash flow statement that are neither profit, working capital nor assets.

    Interest received is an investing flow, tax an operating one.
    """
    if published(p, year):
        operating = p("published_other_operating_cash_flow", year)
        operating = operating + out["income_tax_deviation"][year]
        investing = p("published_other_investing_cash_flow", year)
        financing = p("published_other_financing_cash_flow", year)
        exchange = p("published_fx_effect_on_cash", year)
    else:
        other = out["other_non_current_assets"]
        interest = out["net_finance_income"][year]
        operating = out["income_tax"][year] - interest
        investing = interest - (other[year] - other[year - 1])
        financing, exchange = 0.0, 0.0
    out["other_operating_cash_flow"][year] = operating
    out["other_investing_cash_flow"][year] = investing
    out["other_financing_cash_flow"][year] = financing
    out["fx_effect_on_cash"][year] = exchange


def cash_flow(p: Assumptions, out: Lines, year: int) -> None:
    """The cash flow statement, from profit before tax to `closing_cash`."""
    out["cf_profit_before_tax"][year] = out["profit_before_tax"][year]
    out["convertible_bond_proceeds"][year] = 0.0
    other_cash_flows(p, out, year)
    add(out, "operating_cash_flow", OPERATING_CASH, year)
    add(out, "investing_cash_flow", INVESTING_CASH, year)
    add(out, "financing_cash_flow", FINANCING_CASH, year)
    flows = ("operating_cash_flow", "investing_cash_flow", "financing_cash_flow")
    add(out, "net_change_in_cash", flows, year)
    out["opening_cash"][year] = out["cash"][year - 1]
    add(out, "closing_cash", ("opening_cash", "net_change_in_cash", "fx_effect_on_cash"), year)


def balance_sheet(p: Assumptions, out: Lines, year: int) -> None:
    """Closing balances. The redemption liability becomes equity in the first forecast year."""
    conversion = p("redemption_conversion") if year == p.years[0] else 0.0
    out["cash"][year] = out["closing_cash"][year]
    for line in HELD:
        out[line][year] = out[line][year - 1]
    held = out["other_current_assets"][year - 1]
    out["other_current_assets"][year] = held + out["prepayments_change"][year]
    liability = "other_non_current_liabilities"
    out[liability][year] = out[liability][year - 1] - conversion
    out["total_equity"][year] = (
        out["total_equity"][year - 1]
        + out["net_profit"][year]
        + conversion
        + out["share_issue_proceeds"][year]
    )
    for total, parts in (
        (
            "non_current_assets",
            ("ppe", "right_of_use_assets", "intangibles", "other_non_current_assets"),
        ),
        ("current_assets", ("inventories", "trade_receivables", "cash", "other_current_assets")),
        ("total_assets", ("non_current_assets", "current_assets")),
        ("non_current_liabilities", ("lease_liabilities", "other_non_current_liabilities")),
        ("current_liabilities", ("trade_payables", "other_current_liabilities")),
        ("total_liabilities", ("non_current_liabilities", "current_liabilities")),
    ):
        add(out, total, parts, year)


def actuals(p: Assumptions, out: Lines) -> None:
    """Fill the reported years; `ebit` is profit before tax less net finance income there."""
    for line, by_year in p.history.items():
        out[line].update(by_year)
    for year in p.history["revenue"]:
        out["plan_revenue"][year] = out["revenue"][year]
        out["share_issue_proceeds"][year] = 0.0
        out["lease_additions"][year] = 0.0
        out["ebit"][year] = out["profit_before_tax"][year] - out["net_finance_income"][year]
        add(out, "fixed_assets", ("ppe", "intangibles", "right_of_use_assets"), year)


def forecast(p: Assumptions, out: Lines) -> None:
    """Compute every forecast year of the three statements; `out` must hold revenue already."""
    for year in p.years:
        operating_profit(p, out, year)
        profit(p, out, year)
        working_capital(p, out, year)
        fixed_assets(p, out, year)
        cash_flow(p, out, year)
        balance_sheet(p, out, year)
        out["revenue_growth"][year] = out["revenue"][year] / out["revenue"][year - 1] - 1
        out["gross_margin"][year] = out["gross_profit"][year] / out["revenue"][year]
        out["adjusted_margin"][year] = out["adjusted_profit"][year] / out["revenue"][year]
