"""Which line of the model stands on which sheet, and where: the layout of the model's sheets.

A row of a layout is one line:

    # words          a heading
    name             a line of the model, or `param.<name>`, a parameter shown where it is used
    = name           the same as a total
    > name           a line that lives on another sheet
    ~ name           a ratio, in the reported years too
    ? name           a line that not every company has

`<product>` and `<peer>` stand for each of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from thesisbook.model import Assumptions
from thesisbook.model.graph import Graph
from thesisbook.model.parameters import suggestion
from thesisbook.model.quantities import split_year

BY_YEAR = {
    "Revenue build": """
        # Units sold, after delay of launch
        units_sold_<product>
        # Average price
        > param.average_price.<product>
        # Plan: no delay, no shock
        plan_revenue_<product>
        = plan_revenue_products
        > param.other_revenue
        plan_revenue_other
        ? pool
        = plan_revenue
        # Revenue
        delayed_share
        revenue_factor
        revenue_<product>
        revenue_other
        = revenue
        ~ revenue_growth
        """,
    "Income statement": """
        # To operating profit
        > revenue
        cost_of_sales
        = gross_profit
        cost_base
        selling_expense
        admin_expense
        rnd_expense
        special_asset_loss
        impairment_financial_assets
        other_income
        other_expenses
        other_gains
        = ebit
        # To net profit
        interest_bearing_funds
        net_finance_income
        = profit_before_tax
        income_tax
        = net_profit
        = adjusted_profit
        # Tax
        tax_losses_brought_forward
        tax_losses
        taxable_profit
        income_tax_deviation
        # Per share, and multiples at the market price
        ebitda
        eps_diluted
        eps_basic
        price_to_earnings
        ev_to_sales
        # Ratios
        ~ gross_margin
        ~ adjusted_margin
        """,
    "Balance sheet": """
        # Assets
        ppe
        right_of_use_assets
        intangibles
        other_non_current_assets
        = non_current_assets
        inventories
        trade_receivables
        cash
        other_current_assets
        = current_assets
        = total_assets
        # Liabilities and equity
        lease_liabilities
        other_non_current_liabilities
        = non_current_liabilities
        trade_payables
        other_current_liabilities
        = current_liabilities
        = total_liabilities
        = total_equity
        # Working capital at its days
        inventories_by_days
        trade_receivables_by_days
        trade_payables_by_days
        prepayments_before
        prepayments
        prepayments_change
        # Fixed assets
        fixed_assets
        owned_fixed_assets
        fixed_assets_deviation
        right_of_use_assets_deviation
        """,
    "Cash flow": """
        # Operating
        cf_profit_before_tax
        depreciation_amortisation
        working_capital_change
        other_operating_cash_flow
        = operating_cash_flow
        # Investing
        capital_expenditure
        lease_additions
        disposal_proceeds
        other_investing_cash_flow
        = investing_cash_flow
        # Financing
        convertible_bond_proceeds
        listing_proceeds
        placing_proceeds
        share_issue_proceeds
        other_financing_cash_flow
        = financing_cash_flow
        # Cash
        = net_change_in_cash
        opening_cash
        fx_effect_on_cash
        = closing_cash
        # Beyond the published lines
        capital_expenditure_deviation
        lease_additions_deviation
        """,
    "DCF": """
        # Free cash flow
        dcf_ebit
        dcf_depreciation_amortisation
        dcf_tax
        dcf_working_capital_change
        dcf_capital_expenditure
        dcf_lease_additions
        = dcf_free_cash_flow
        # Tax on operating profit
        dcf_tax_losses_brought_forward
        dcf_tax_losses
        dcf_taxable_profit
        dcf_tax_on_ebit
        # Discounting on the chosen timing
        years_to_year_end
        discounted_flow
        discount_periods
        discount_factor
        = present_value
        fcf_yield
        # Implied price to sales
        dcf_implied_ps
        relative_implied_ps
        blended_implied_ps
        market_implied_ps
        """,
}
VALUES = {
    "Cost of capital": """
        # Capital asset pricing model
        param.risk_free
        param.beta
        param.equity_risk_premium
        = cost_of_equity
        # Weighted average
        param.cost_of_debt
        param.debt_to_equity
        param.tax_rate
        = wacc_built_up
        param.wacc
        param.wacc_method
        # Used
        = wacc
        terminal_growth
        """,
    "DCF value": """
        # Flows
        param.dcf_timing
        stub
        fcf_before_valuation_date
        = pv_fcf
        # Terminal value
        param.terminal_method
        terminal_tax_rate
        terminal_capital
        terminal_profit
        terminal_margin
        terminal_capped_profit
        terminal_flow_steady
        terminal_flow_value_driver
        terminal_flow
        = terminal_value
        terminal_periods
        terminal_factor
        = pv_terminal
        # Equity
        = enterprise_value
        net_cash
        net_cash_at_valuation
        dcf_equity_reporting
        = dcf_equity
        # The inferred timing against the published value
        last_actual_working_capital_change
        last_actual_fcf_rebuilt
        pv_fcf_rebuilt
        """,
    "Comparables": """
        # Forward price to sales in the chosen year
        param.ps_year
        peer_price_to_sales_<peer>
        ? param.relative_basis
        peer_multiple_<peer>
        peer_inverse_<peer>
        peer_weights
        peer_inverses
        # Statistics
        peer_ps_mean
        peer_ps_rounded_mean
        peer_ps_median
        peer_ps_mean_without_outlier
        peer_ps_harmonic_mean
        param.ps_basis
        = peer_ps_multiple
        # Relative value
        param.ps_discount
        relative_growth
        relative_multiple
        relative_revenue
        relative_revenue_next
        valued_revenue
        relative_cash
        = relative_equity
        """,
    "Valuation": """
        # Shares and price
        price
        fx
        basic_shares_mn
        shares_mn
        market_cap
        market_enterprise_value
        net_cash_per_share
        # Two values, one target
        dcf_per_share
        relative_per_share
        param.dcf_weight
        = blended_equity
        value_per_share
        = target_price
        = upside
        relative_return
        """,
}


@dataclass(frozen=True)
class Row:
    """A row of a layout; `mark` is one of `#`, `=`, `>`, `~` or empty."""

    mark: str
    name: str


def rows_of(sheet: str, shape: Assumptions, graph: Graph) -> list[Row]:
    """The rows of a sheet, those of products and peers spelt out.

    Raises ValueError for a line that the model does not have.
    """
    known = {*(split_year(name)[0] for name in graph.cells), *_parameters(shape)}
    found = []
    for row in _read((BY_YEAR | VALUES)[sheet]):
        for name in _each(row.name, shape):
            if row.mark == "?" and name not in known:
                continue
            if row.mark != "#" and name not in known:
                raise ValueError(f"{sheet}: the model has no line {name}{suggestion(name, known)}")
            found.append(Row("" if row.mark == "?" else row.mark, name))
    return found


def check_complete(places: Mapping[str, object], graph: Graph) -> None:
    """Raises ValueError naming the cells of the model that stand on no sheet."""
    missing = dict.fromkeys(split_year(name)[0] for name in graph.cells if name not in places)
    if missing:
        raise ValueError(f"no sheet of the workbook has a row for {', '.join(missing)}")


def _parameters(shape: Assumptions) -> Iterator[str]:
    return (f"param.{name}" for name in shape.parameters)


def _read(text: str) -> Iterator[Row]:
    for line in text.strip().splitlines():
        mark, _, rest = line.strip().partition(" ")
        yield Row(mark, rest) if mark in ("#", "=", ">", "~", "?") else Row("", line.strip())


def _each(name: str, shape: Assumptions) -> Iterator[str]:
    for group, members in (("<product>", shape.products), ("<peer>", shape.peers)):
        if group in name:
            yield from (name.replace(group, member) for member in members)
            return
    yield name
