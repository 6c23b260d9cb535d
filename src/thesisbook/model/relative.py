"""Relative value: forward price to sales of the peers, a discount, and what it makes of revenue."""

from __future__ import annotations

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.equations import equation
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


def peer_statistics(multiples: list[Number]) -> dict[str, Number]:
    """What one multiple may be made of those of the peers, by the word of `ps_basis`.

    `rounded_mean` is to one decimal, half up; `mean_without_outlier` leaves out the highest.
    """
    average = mean(multiples)
    return {
        "mean": average,
        "rounded_mean": round_half_up(average, 1),
        "median": median(multiples),
        "mean_without_outlier": mean_without_largest(multiples),
    }


@equation
def peer_multiple(p: Assumptions, scalars: dict[str, Number]) -> Number:
    """The statistic of the peer multiples that `ps_basis` chooses."""
    if p("ps_basis") == "rounded_mean":
        return scalars["peer_ps_rounded_mean"]
    if p("ps_basis") == "median":
        return scalars["peer_ps_median"]
    if p("ps_basis") == "mean_without_outlier":
        return scalars["peer_ps_mean_without_outlier"]
    return scalars["peer_ps_mean"]


def relative_value(p: Assumptions, out: Lines, scalars: dict[str, Number]) -> None:
    """`peer_ps_<basis>`, `relative_multiple` and `relative_equity`.

    Equity in the trading currency = multiple after the discount x revenue x fx.
    """
    chosen_year(p, out, scalars)
    multiples = [scalars[f"peer_multiple_{k}"] for k in p.peers]
    for basis, statistic in peer_statistics(multiples).items():
        scalars[f"peer_ps_{basis}"] = statistic
    scalars["peer_ps_multiple"] = peer_multiple(p, scalars)
    scalars["relative_multiple"] = scalars["peer_ps_multiple"] * (1 - p("ps_discount"))
    equity = scalars["relative_multiple"] * scalars["relative_revenue"]
    scalars["relative_equity"] = equity * p("fx")
