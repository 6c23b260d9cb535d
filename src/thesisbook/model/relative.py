"""Relative value: forward price to sales of the peers, a discount, and what it makes of revenue."""

from __future__ import annotations

import numpy as np

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.lines import Lines
from thesisbook.model.parameters import Number

TIE = 1e-9  # a mean such as 33.75 must round up whichever way its floats were added


def peer_statistic(multiples: list[Number], basis: str) -> Number:
    """One multiple from those of the peers.

    `rounded_mean` (to one decimal, half up, as the audited report), `mean`, `median`,
    `mean_without_outlier` (the highest left out).
    """
    stacked = np.stack(np.broadcast_arrays(*multiples))
    mean = stacked.mean(axis=0)
    if basis == "rounded_mean":
        mean = np.floor(mean * 10 + 0.5 + TIE) / 10
    elif basis == "median":
        mean = np.median(stacked, axis=0)
    elif basis == "mean_without_outlier":
        mean = (stacked.sum(axis=0) - stacked.max(axis=0)) / (len(multiples) - 1)
    return mean if np.ndim(mean) else float(mean)


def relative_value(p: Assumptions, out: Lines, scalars: dict[str, Number]) -> None:
    """`relative_multiple` (after the discount) and `relative_equity` = multiple x revenue x fx."""
    year = int(p("ps_year"))
    raw = peer_statistic([p(f"peer_ps.{k}", year) for k in p.peers], p("ps_basis"))
    scalars["peer_ps_multiple"] = raw
    scalars["relative_multiple"] = raw * (1 - p("ps_discount"))
    scalars["relative_equity"] = scalars["relative_multiple"] * out["revenue"][year] * p("fx")
