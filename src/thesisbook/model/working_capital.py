"""Working capital: balances from days, prepayments to suppliers, and the cash they take.

Millions of the reporting currency; floats or arrays of draws.
"""

from __future__ import annotations

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.equations import equation
from thesisbook.model.lines import Lines
from thesisbook.model.operations import DAYS_PER_YEAR
from thesisbook.model.parameters import Number


def working_capital(p: Assumptions, out: Lines, year: int) -> None:
    """Receivables, inventories, payables, prepayments and `working_capital_change` (+ releases).

    `<line>_by_days` is days x flow / 365; see `closing_balance`.
    """
    cost = -out["cost_of_sales"][year]
    change: Number = 0.0
    for line, days, flow, sign in (
        ("trade_receivables", "dso", out["revenue"][year], -1),
        ("inventories", "dio", cost, -1),
        ("trade_payables", "dpo", cost, 1),
    ):
        out[f"{line}_by_days"][year] = p(days, year) * flow / DAYS_PER_YEAR
        balance, opening = out[f"{line}_by_days"][year], out[line][year - 1]
        out[line][year] = closing_balance(p, balance, opening, year)
        change = change + sign * (out[line][year] - opening)
    before = (
        p.given("opening_prepayments", 0.0) if year == p.years[0] else out["prepayments"][year - 1]
    )
    out["prepayments_before"][year] = before
    out["prepayments"][year] = prepayments(p, out, year)
    paid_ahead = out["prepayments"][year] - out["prepayments_before"][year]
    out["prepayments_change"][year] = paid_ahead
    out["working_capital_change"][year] = change - out["prepayments_change"][year]


@equation
def closing_balance(p: Assumptions, balance: Number, opening: Number, year: int) -> Number:
    """The closing balance of a line whose days give `balance`.

    On average balances closing = 2 x average - opening, to the last product year; else the days
    give the closing balance itself.
    """
    if year in p.product_years and p.given("working_capital_basis", "average") == "average":
        return balance + (balance - opening)
    return balance


@equation
def prepayments(p: Assumptions, out: Lines, year: int) -> Number:
    """Prepayments to suppliers at the year's end: held constant, or days of cost of sales."""
    if p.given("prepayment_basis", "held") == "days":
        return p("prepayment_days", year) * -out["cost_of_sales"][year] / DAYS_PER_YEAR
    return out["prepayments_before"][year]
