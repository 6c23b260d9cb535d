"""Revenue: units times average price by product, then growth; shocks to volume, price and launch.

CNY mn. Every value may be a float or an array of draws.
"""

from __future__ import annotations

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.lines import Lines
from thesisbook.model.parameters import Number

UNIT = 1e6  # CNY in a CNY mn


def units_sold(p: Assumptions, product: str, year: int) -> Number:
    """Units of a product with its launch delayed by d years: (1 - d) x this year + d x the last.

    Nothing is sold before the first product year.
    """
    delay = p(f"launch_delay.{product}")
    name = f"units.{product}"
    before = p(name, year - 1) if p.has(name, year - 1) else 0.0
    return (1 - delay) * p(name, year) + delay * before


def plan(p: Assumptions, out: Lines) -> None:
    """`plan_revenue`: no delay, no shock. Units x price + other, then grown by revenue_growth."""
    for year in p.product_years:
        products = sum(
            p(f"units.{k}", year) * p(f"average_price.{k}", year) / UNIT for k in p.products
        )
        out["plan_revenue"][year] = products + p("other_revenue", year)
    for year in p.years[len(p.product_years) :]:
        out["plan_revenue"][year] = out["plan_revenue"][year - 1] * (1 + p("revenue_growth", year))


def delayed_share(p: Assumptions) -> Number:
    """Share of last product-year plan revenue times years of delay, summed over products.

    After the product years, revenue lags the plan by that share of the plan's growth.
    """
    year = p.product_years[-1]
    lagging: Number = 0.0
    for k in p.products:
        sales = p(f"units.{k}", year) * p(f"average_price.{k}", year) / UNIT
        lagging = lagging + p(f"launch_delay.{k}") * sales
    return lagging


def revenue(p: Assumptions, out: Lines) -> None:
    """`revenue`, `revenue_<product>`, `revenue_other` from the plan and its shocks.

    To the last product year: (sum of delayed units x price + other) x volume x price factor.
    Later: (plan - delayed share x plan growth) x volume x price factor.
    """
    plan(p, out)
    for year in p.product_years:
        factor = p("volume_factor", year) * p("price_factor", year)
        total = out["revenue_other"][year] = p("other_revenue", year) * factor
        for k in p.products:
            sales = units_sold(p, k, year) * p(f"average_price.{k}", year) / UNIT * factor
            out[f"revenue_{k}"][year] = sales
            total = total + sales
        out["revenue"][year] = total
    last = p.product_years[-1]
    lag = delayed_share(p) / out["plan_revenue"][last]
    for year in p.years[len(p.product_years) :]:
        factor = p("volume_factor", year) * p("price_factor", year)
        now, before = out["plan_revenue"][year], out["plan_revenue"][year - 1]
        out["revenue"][year] = (now - lag * (now - before)) * factor
