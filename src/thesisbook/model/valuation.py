"""From DCF and relative value to a target per share, the return it implies and the rating."""

from __future__ import annotations

from thesisbook.model.assumptions import Assumptions, Grade
from thesisbook.model.funding import counted
from thesisbook.model.lines import Lines
from thesisbook.model.parameters import Number


def blend(p: Assumptions, out: Lines, scalars: dict[str, Number]) -> None:
    """Blended equity, values per share on basic shares, target, upside and relative return.

    blended = w x DCF + (1 - w) x P/S; target = blended / shares x (1 + Ke)^roll-forward.
    `shares_mn` is after dilution without proceeds. Millions of the trading currency, and per share.
    """
    scalars["price"], scalars["fx"] = p("price"), p("fx")
    basic = p("shares_mn")
    for k in p.placings:
        basic = basic + counted(p, k, f"placing_shares.{k}")
    scalars["basic_shares_mn"] = basic
    scalars["shares_mn"] = scalars["basic_shares_mn"] * (1 + p("dilution"))
    weight, fx, shares = p("dcf_weight"), p("fx"), scalars["shares_mn"]
    dcf, relative = scalars["dcf_equity"], scalars["relative_equity"]
    scalars["blended_equity"] = weight * dcf + (1 - weight) * relative
    blended = scalars["blended_equity"]
    scalars["dcf_per_share"] = dcf / shares
    scalars["relative_per_share"] = relative / shares
    scalars["value_per_share"] = blended / shares
    growth = (1 + scalars["cost_of_equity"]) ** p("roll_forward_years")
    scalars["target_price"] = scalars["value_per_share"] * growth
    scalars["upside"] = scalars["target_price"] / p("price") - 1
    scalars["relative_return"] = scalars["upside"] - p("index_return")
    scalars["market_cap"] = p("price") * shares
    scalars["market_enterprise_value"] = (
        scalars["market_cap"] / fx - scalars["net_cash_at_valuation"]
    )
    scalars["net_cash_per_share"] = scalars["net_cash_at_valuation"] * fx / shares
    for year in p.years:
        per_share(p, out, scalars, year)
    for year in p.product_years:
        sales = out["revenue"][year] * fx
        out["dcf_implied_ps"][year] = dcf / sales
        out["relative_implied_ps"][year] = relative / sales
        out["blended_implied_ps"][year] = blended / sales
        out["market_implied_ps"][year] = scalars["market_cap"] / sales


def per_share(p: Assumptions, out: Lines, scalars: dict[str, Number], year: int) -> None:
    """Earnings a share and multiples at the price: EBITDA, P/E, EV to sales, free-cash-flow yield.

    Earnings a share in the reporting currency, on diluted and on basic shares.
    """
    profit, price = out["adjusted_profit"][year], p("price") / p("fx")
    out["ebitda"][year] = out["ebit"][year] + out["depreciation_amortisation"][year]
    out["eps_diluted"][year] = profit / scalars["shares_mn"]
    out["eps_basic"][year] = profit / scalars["basic_shares_mn"]
    out["price_to_earnings"][year] = price / out["eps_diluted"][year]
    out["ev_to_sales"][year] = scalars["market_enterprise_value"] / out["revenue"][year]
    flow = out["dcf_free_cash_flow"][year] * p("fx")
    out["fcf_yield"][year] = flow / scalars["market_cap"]


#: What stands in place of a grade where a run has none: only the tree's expected value is graded.
UNGRADED = "none"


def rating(grades: tuple[Grade, ...], relative_return: float) -> str:
    """The grade of a return relative to the index.

    The best grade must be exceeded; every other includes its lower bound, and the last grade
    takes everything below (the published scale leaves its borders open).
    """
    ordered = sorted(grades, key=lambda grade: grade.above, reverse=True)
    for grade in ordered:
        if grade is ordered[0]:
            if relative_return > grade.above:
                return grade.id
        elif relative_return >= grade.above:
            return grade.id
    raise ValueError(f"no grade for {relative_return}")
