"""Relative value: the peers' forward price to sales, less a discount, times revenue."""

from __future__ import annotations

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.equations import equation
from thesisbook.model.lines import Lines
from thesisbook.model.operations import mean, mean_without_largest, median, round_half_up
from thesisbook.model.parameters import Number


@equation
def chosen_year(p: Assumptions, out: Lines, scalars: dict[str, Number]) -> None:
    """`peer_price_to_sales_<peer>`, and revenue of `ps_year` and of the year after.

    The multiple is applied to the one or, with `value_next_year`, to the other.
    """
    year = int(p("ps_year"))
    for k in p.peers:
        scalars[f"peer_price_to_sales_{k}"] = p(f"peer_ps.{k}", year)
    scalars["relative_revenue"] = out["revenue"][year]
    scalars["relative_revenue_next"] = out["revenue"][year + 1]


@equation
def valued_revenue(p: Assumptions, scalars: dict[str, Number]) -> Number:
    """Revenue the multiple is applied to: of its year, or of the year after."""
    if p.given("value_next_year", False):
        return scalars["relative_revenue_next"]
    return scalars["relative_revenue"]


@equation
def on_enterprise_value(p: Assumptions, number: Number) -> Number:
    """`number` if the multiple is of enterprise value, else 0."""
    return number if p.given("relative_basis", "price_to_sales") == "ev_to_sales" else 0.0


@equation
def grown(p: Assumptions) -> Number:
    """Divisor that turns a multiple of one year's sales into one of the next year's."""
    return 1 + p.given("peer_growth", 0.0) if p.given("value_next_year", False) else 1.0


def peer_multiple_of(p: Assumptions, scalars: dict[str, Number], peer: str) -> Number:
    """Price or enterprise value to sales of a peer, less the discount of its listing."""
    cash = on_enterprise_value(p, p.given(f"peer_net_cash_share.{peer}", 0.0))
    return (
        scalars[f"peer_price_to_sales_{peer}"]
        * (1 - cash)
        * (1 - p.given(f"listing_discount.{peer}", 0.0))
    )


def harmonic_mean(p: Assumptions, scalars: dict[str, Number]) -> None:
    """`peer_ps_harmonic_mean`: sum of the weights w / sum of (w / multiple) over the peers."""
    weights: Number = 0.0
    parts: Number = 0.0
    for k in p.peers:
        scalars[f"peer_inverse_{k}"] = (
            p.given(f"peer_weight.{k}", 1.0) / scalars[f"peer_multiple_{k}"]
        )
        weights = weights + p.given(f"peer_weight.{k}", 1.0)
        parts = parts + scalars[f"peer_inverse_{k}"]
    scalars["peer_weights"] = weights
    scalars["peer_inverses"] = parts
    scalars["peer_ps_harmonic_mean"] = scalars["peer_weights"] / scalars["peer_inverses"]


def peer_statistics(multiples: list[Number]) -> dict[str, Number]:
    """Every statistic of the peer multiples that `ps_basis` may name.

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
    if p("ps_basis") == "harmonic_mean":
        return scalars["peer_ps_harmonic_mean"]
    return scalars["peer_ps_mean"]


def relative_value(p: Assumptions, out: Lines, scalars: dict[str, Number]) -> None:
    """`peer_ps_<basis>`, `relative_multiple` and `relative_equity`.

    Equity = (multiple x revenue (+ net cash at the valuation date, on enterprise value)) x fx. The
    multiple is after the discount and, for the next year's revenue, after the peers' growth.
    """
    chosen_year(p, out, scalars)
    for k in p.peers:
        scalars[f"peer_multiple_{k}"] = peer_multiple_of(p, scalars, k)
    harmonic_mean(p, scalars)
    multiples = [scalars[f"peer_multiple_{k}"] for k in p.peers]
    for basis, statistic in peer_statistics(multiples).items():
        scalars[f"peer_ps_{basis}"] = statistic
    scalars["peer_ps_multiple"] = peer_multiple(p, scalars)
    scalars["relative_growth"] = grown(p)
    after_discount = scalars["peer_ps_multiple"] * (1 - p("ps_discount"))
    scalars["relative_multiple"] = after_discount / scalars["relative_growth"]
    scalars["valued_revenue"] = valued_revenue(p, scalars)
    scalars["relative_cash"] = on_enterprise_value(p, scalars["net_cash_at_valuation"])
    value = scalars["relative_multiple"] * scalars["valued_revenue"] + scalars["relative_cash"]
    scalars["relative_equity"] = value * p("fx")
