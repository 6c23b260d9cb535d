"""Revenue: units times average price by product, then growth; shocks to volume, price and launch.

Money in millions of the reporting currency. Every value may be a float or an array of draws.
"""

from __future__ import annotations

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.lines import Lines
from thesisbook.model.parameters import Number
from thesisbook.model.terms import Constant

UNIT = Constant("units_in_a_million", 1e6)


def units_sold(p: Assumptions, product: str, year: int) -> Number:
    """Units of a product with its launch delayed by d years: (1 - d) x this year + d x the last.

    Nothing is sold before the first product year.
    """
    delay = p(f"launch_delay.{product}")
    name = f"units.{product}"
    before = p(name, year - 1) if p.has(name, year - 1) else 0.0
    return (1 - delay) * p(name, year) + delay * before


def plan(p: Assumptions, out: Lines) -> None:
    """`plan_revenue` and `plan_revenue_<product>`: revenue without delays and shocks.

    To the last product year units x average price + other revenue, then grown by revenue_growth.
    """
    for year in p.product_years:
        total = p("other_revenue", year)
        for k in p.products:
            sales = p(f"units.{k}", year) * p(f"average_price.{k}", year) / UNIT
            out[f"plan_revenue_{k}"][year] = sales
            total = total + out[f"plan_revenue_{k}"][year]
        out["plan_revenue"][year] = total
    for year in p.years[len(p.product_years) :]:
        out["plan_revenue"][year] = out["plan_revenue"][year - 1] * (1 + p("revenue_growth", year))


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
        out["revenue_other"][year] = p("other_revenue", year) * factor
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
