"""Simulation: run the model on seeded triangular draws of the parameters, in chunks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.core import compute
from thesisbook.model.parameters import Number, ParameterError
from thesisbook.model.scenario_tree import TreeInputs
from thesisbook.model.sensitivity import Range, move

if TYPE_CHECKING:
    import pandas as pd

SEED = 2026  # fixed, so that the book has the same numbers every time
CHUNK = 4096  # draws per chunk: the lines of one chunk fit into the processor's cache


class Distribution(Range):
    """The triangular distribution of a parameter: a range and its most likely move `mode`."""

    mode: float


@dataclass(frozen=True)
class Simulation:
    """Values per share of every draw, in the trading currency; arrays of shape (draws,)."""

    seed: int
    price: float
    target: np.ndarray
    dcf: np.ndarray
    relative: np.ndarray

    @property
    def mean(self) -> float:
        return float(self.target.mean())

    @property
    def standard_error(self) -> float:
        """Standard error of the mean target, per share."""
        return float(self.target.std(ddof=1) / np.sqrt(len(self.target)))

    def quantile(self, share: float) -> float:
        """Target below which that share of the draws lies."""
        return float(np.quantile(self.target, share))

    def probability_above(self, value: float) -> float:
        """Share of the draws whose target lies above `value`."""
        return float((self.target > value).mean())

    @property
    def probability_above_price(self) -> float:
        return self.probability_above(self.price)

    def histogram(self, bins: int = 60) -> pd.DataFrame:
        """The distribution of the target: columns low, high (per share) and share of draws."""
        import pandas as pd  # noqa: PLC0415 - half a second that `value` does without

        counts, edges = np.histogram(self.target, bins=bins)
        return pd.DataFrame(
            {"low": edges[:-1], "high": edges[1:], "share": counts / len(self.target)}
        )


def simulate(
    p: Assumptions,
    draws: Sequence[Distribution],
    count: int = 100_000,
    seed: int = SEED,
    tree: TreeInputs | None = None,
) -> Simulation:
    """Independent triangular draws of each parameter around the scenario, and their values.

    With a `tree` each draw lands on a branch first, as often as the odds say, and the parameters
    are drawn around those of the branch. Each draw moves every year of its parameter alike; moves
    are held within the allowed ranges.
    Raises ParameterError for fewer than two draws or terminal growth at or above the WACC.
    """
    if count < 2:
        raise ParameterError(f"draws: {count} is out of range; at least 2")
    generator = np.random.default_rng(seed)
    moves = [
        generator.triangular(d.low, d.mode, d.high, count)
        if d.low < d.high
        else np.full(count, d.mode)
        for d in draws
    ]
    if tree is not None:
        branch = generator.choice(len(tree.probabilities), count, p=tree.probabilities)
    values = {
        name: np.empty(count) for name in ("target_price", "dcf_per_share", "relative_per_share")
    }
    for start in range(0, count, CHUNK):
        part = slice(start, min(start + CHUNK, count))
        around = p if tree is None else tree.at(branch[part])
        overrides: dict[str, Number] = {}
        for given, by in zip(draws, moves, strict=True):
            overrides |= move(around, given.parameter, by[part], given.how, clip=True)
        scalars = compute(around.replace(overrides))[1]
        for name, array in values.items():
            array[part] = scalars[name]
    return Simulation(seed, float(p("price")), *values.values())
