"""Names of the statement lines, in the order of the published tables, and an empty set of lines."""

from __future__ import annotations

from collections import defaultdict

from thesisbook.model.parameters import Number

INCOME_STATEMENT = (
    "revenue",
    "cost_of_sales",
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
    "profit_before_tax",
    "income_tax",
    "net_profit",
    "adjusted_profit",
)
BALANCE_SHEET = (
    "ppe",
    "right_of_use_assets",
    "intangibles",
    "other_non_current_assets",
    "non_current_assets",
    "inventories",
    "trade_receivables",
    "cash",
    "other_current_assets",
    "current_assets",
    "total_assets",
    "lease_liabilities",
    "other_non_current_liabilities",
    "non_current_liabilities",
    "trade_payables",
    "other_current_liabilities",
    "current_liabilities",
    "total_liabilities",
    "total_equity",
)
CASH_FLOW = (
    "cf_profit_before_tax",
    "depreciation_amortisation",
    "working_capital_change",
    "other_operating_cash_flow",
    "operating_cash_flow",
    "capital_expenditure",
    "lease_additions",
    "disposal_proceeds",
    "other_investing_cash_flow",
    "investing_cash_flow",
    "convertible_bond_proceeds",
    "share_issue_proceeds",
    "other_financing_cash_flow",
    "financing_cash_flow",
    "net_change_in_cash",
    "opening_cash",
    "fx_effect_on_cash",
    "closing_cash",
)
DCF = (
    "dcf_ebit",
    "dcf_depreciation_amortisation",
    "dcf_tax",
    "dcf_working_capital_change",
    "dcf_capital_expenditure",
    "dcf_lease_additions",
    "dcf_free_cash_flow",
)

DISCOUNTING = (
    "years_to_year_end",
    "discounted_flow",
    "discount_periods",
    "discount_factor",
    "present_value",
)
"""Lines that run to the horizon beside the flows, whatever years the statements show."""

# The published tables have no line for an issue of shares or for lease additions.
HISTORY_LINES = tuple(
    line
    for line in (*INCOME_STATEMENT, *BALANCE_SHEET, *CASH_FLOW)
    if line not in ("share_issue_proceeds", "lease_additions")
)

UNDRIVEN = (
    "ppe",
    "intangibles",
    "other_non_current_assets",
    "depreciation_amortisation",
    "other_income",
    "other_gains",
    "net_finance_income",
    "other_operating_cash_flow",
    "other_investing_cash_flow",
    "other_financing_cash_flow",
    "fx_effect_on_cash",
)
"""Printed lines without a recovered driver: inputs where the statements are as printed."""

Lines = defaultdict[str, dict[int, Number]]


def new_lines() -> Lines:
    """Empty lines, to be filled: name -> year -> value.

    Values are millions of the reporting currency, costs and outflows below zero; floats or arrays.
    """
    return defaultdict(dict)
