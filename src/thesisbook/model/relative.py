"""Relative value: forward price to sales of the peers, a discount, and what it makes of revenue."""

from __future__ import annotations

from thesisbook.model.assumptions import Assumptions, equation
from thesisbook.model.lines import Lines
from thesisbook.model.operations import mean, mean_without_largest, median, round_half_up
from thesisbook.model.parameters import Number


@equation
def chosen_year(p: Assumptions, out: Lines, scalars: dict[str, Number]) -> None:
    """`peer_multiple_<peer>` and `relative_revenue`: price to sales and revenue of `ps_year`."""
    year = int(p("ps_year"))
    for k in p.peers:
        scalars[f"peer_multiple_{k}"] = p(f"peer_ps.{k}", year)
    scalars["relative_revenue"] = out["revenue"][year]


@equation
def peer_statistic(p: Assumptions, scalars: dict[str, Number]) -> None:
    """`peer_ps_multiple`: one multiple from those of the peers, by `ps_basis`.

    `rounded_mean` (to one decimal, half up), `mean`, `median`, `mean_without_outlier` (the
    highest left out).
    """
    multiples = [scalars[f"peer_multiple_{k}"] for k in p.peers]
    scalars["peer_ps_mean"] = mean(multiples)
    scalars["peer_ps_median"] = median(multiples)
    scalars["peer_ps_without_largest"] = mean_without_largest(multiples)
    if p("ps_basis") == "rounded_mean":
        multiple = round_half_up(scalars["peer_ps_mean"], 1)
    elif p("ps_basis") == "median":
        multiple = scalars["peer_ps_median"]
    elif p("ps_basis") == "mean_without_outlier":
        multiple = scalars["peer_ps_without_largest"]
    else:
        multiple = scalars["peer_ps_mean"]
    scalars["peer_ps_multiple"] = multiple


def relative_value(p: Assumptions, out: Lines, scalars: dict[str, Number]) -> None:
    """`relative_multiple` (after the discount) and `relative_equity` = multiple x revenue x fx."""
    chosen_year(p, out, scalars)
    peer_statistic(p, scalars)
    scalars["relative_multiple"] = scalars["peer_ps_multiple"] * (1 - p("ps_discount"))
    equity = scalars["relative_multiple"] * scalars["relative_revenue"]
    scalars["relative_equity"] = equity * p("fx")
