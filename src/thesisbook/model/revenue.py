"""Revenue: units times average price by product, then growth; shocks to volume, price and launch.

Money in millions of the reporting currency. Every value may be a float or an array of draws.
"""

from __future__ import annotations

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.equations import equation
from thesisbook.model.lines import Lines
from thesisbook.model.parameters import Number
from thesisbook.model.terms import Constant

UNIT = Constant("units_in_a_million", 1e6)
THOUSAND = Constant("millions_in_a_billion", 1e3)


def units_sold(p: Assumptions, product: str, year: int) -> Number:
    """Units of a product with its launch delayed by d years: (1 - d) x this year + d x the last.

    Nothing is sold before the first product year.
    """
    delay = p(f"launch_delay.{product}")
    name = f"units.{product}"
    before = p(name, year - 1) if p.has(name, year - 1) else 0.0
    return (1 - delay) * p(name, year) + delay * before


def plan(p: Assumptions, out: Lines) -> None:
    """`plan_revenue`, `plan_revenue_<product>` and `plan_revenue_other`: no delays, no shocks.

    To the last product year units x average price + other revenue, then `long_run`.
    """
    for year in p.product_years:
        for k in p.products:
            sales = p(f"units.{k}", year) * p(f"average_price.{k}", year) / UNIT
            out[f"plan_revenue_{k}"][year] = sales
        out["plan_revenue_products"][year] = sum(
            (out[f"plan_revenue_{k}"][year] for k in p.products[1:]),
            out[f"plan_revenue_{p.products[0]}"][year],
        )
        other_revenue(p, out, year)
        out["plan_revenue"][year] = (
            out["plan_revenue_products"][year] + out["plan_revenue_other"][year]
        )
    for year in p.years[len(p.product_years) :]:
        long_run(p, out, year)


@equation
def other_revenue(p: Assumptions, out: Lines, year: int) -> None:
    """`plan_revenue_other`: an amount, a share of all revenue, or what two half-years leave.

    In the first year revenue may be two half-years, one reported and one forecast; other revenue is
    then what the products leave of them.
    """
    products = out["plan_revenue_products"][year]
    if year == p.years[0] and p.given("first_year_basis", "products") == "halves":
        other = p("first_half_revenue") + p("second_half_revenue") - products
    elif p.given("other_revenue_basis", "amount") == "share":
        other = products * p("other_revenue_share") / (1 - p("other_revenue_share"))
    else:
        other = p("other_revenue", year)
    out["plan_revenue_other"][year] = other


@equation
def long_run(p: Assumptions, out: Lines, year: int) -> None:
    """`plan_revenue` after the product years: grown, or a share of the pool of all vendors' sales.

    The pool is in billions of its own currency, `pool_rate` units of the reporting currency each.
    """
    if p.declares("pool"):
        out["pool"][year] = p("pool", year) * p("pool_rate") * THOUSAND
    if p.given("long_run_basis", "growth") == "pool_share":
        planned = out["pool"][year] * p("pool_share", year)
    else:
        planned = out["plan_revenue"][year - 1] * (1 + p("revenue_growth", year))
    out["plan_revenue"][year] = planned


def delayed_share(p: Assumptions, out: Lines) -> Number:
    """Years of delay of each product, weighted with its share of the last product year's plan.

    After the product years, revenue lags the plan by that share of the plan's growth.
    """
    year = p.product_years[-1]
    lagging: Number = 0.0
    for k in p.products:
        lagging = lagging + p(f"launch_delay.{k}") * out[f"plan_revenue_{k}"][year]
    return lagging / out["plan_revenue"][year]


def revenue(p: Assumptions, out: Lines, scalars: dict[str, Number]) -> None:
    """`revenue`, `revenue_<product>` and `revenue_other` from the plan and its shocks.

    To the last product year: (sum of delayed units x price + other) x volume x price factor.
    Later: (plan - delayed share x growth of the plan) x volume x price factor.
    """
    plan(p, out)
    for year in p.years:
        out["revenue_factor"][year] = p("volume_factor", year) * p("price_factor", year)
    for year in p.product_years:
        factor = out["revenue_factor"][year]
        out["revenue_other"][year] = out["plan_revenue_other"][year] * factor
        total = out["revenue_other"][year]
        for k in p.products:
            out[f"units_sold_{k}"][year] = units_sold(p, k, year)
            sales = out[f"units_sold_{k}"][year] * p(f"average_price.{k}", year) / UNIT
            out[f"revenue_{k}"][year] = sales * factor
            total = total + out[f"revenue_{k}"][year]
        out["revenue"][year] = total
    scalars["delayed_share"] = delayed_share(p, out)
    for year in p.years[len(p.product_years) :]:
        now, before = out["plan_revenue"][year], out["plan_revenue"][year - 1]
        lag = scalars["delayed_share"] * (now - before)
        out["revenue"][year] = (now - lag) * out["revenue_factor"][year]
    for year in p.years:
        earned = out["revenue"][year] > 0
        p.require(f"revenue.{year}", earned, lambda: "none; a run needs some in every year")
