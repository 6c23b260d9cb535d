"""How the forecasts of one maker and edition have done, beside two baselines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thesisbook.data.ledger_rows import OWN
from thesisbook.score.ledger import Forecast, Ledger, Status
from thesisbook.score.rules import ENOUGH, brier, interval_score, mean, moved

if TYPE_CHECKING:
    from collections.abc import Mapping

EVEN = 0.5


@dataclass(frozen=True)
class Measure:
    """The mean of a score over `count` settled forecasts; None of nothing.

    `baselines` are the same mean for other forecasts of the same things, each over those that have
    one: (mean, count) by name.
    """

    value: float | None
    count: int
    baselines: Mapping[str, tuple[float | None, int]]

    @property
    def is_enough(self) -> bool:
        """Whether there are enough settled forecasts to tell."""
        return self.count >= ENOUGH


@dataclass(frozen=True)
class Scorecard:
    """Forecasts of a maker in an edition: how many of each status, and the scores.

    `hits` is the share of events and intervals that were met, `brier` and `interval` the mean
    scores (the lower the better; intervals over their central value). `matrix` counts settled
    forecasts with a reason by (outcome right, reason right).
    """

    maker: str
    edition: str
    statuses: Mapping[Status, int]
    hits: Measure
    brier: Measure
    interval: Measure
    matrix: Mapping[tuple[bool, bool], int]

    @property
    def settled(self) -> int:
        return sum(
            n for status, n in self.statuses.items() if status not in (Status.OPEN, Status.DUE)
        )


def scorecards(ledger: Ledger) -> list[Scorecard]:
    """One card for each maker and edition, in the order of the ledger."""
    groups: dict[tuple[str, str], list[Forecast]] = {}
    for forecast in ledger.forecasts:
        groups.setdefault((forecast.row.maker, forecast.row.edition), []).append(forecast)
    return [_card(ledger, maker, edition, rows) for (maker, edition), rows in groups.items()]


def _card(ledger: Ledger, maker: str, edition: str, rows: list[Forecast]) -> Scorecard:
    settled = [f for f in rows if f.is_settled]
    statuses = Counter(f.status for f in rows)
    matrix: Counter[tuple[bool, bool]] = Counter()
    for forecast in settled:
        right = ledger.reason_holds(forecast)
        if right is not None:
            matrix[_right(forecast), right] += 1
    tested = [_right(f) for f in settled if f.row.is_event or "low" in f.numbers]
    return Scorecard(
        maker=maker,
        edition=edition,
        statuses={status: statuses[status] for status in Status},
        hits=Measure(mean(tested), len(tested), {}),
        brier=_brier(settled, own=maker == OWN),
        interval=_interval(settled),
        matrix={(a, b): matrix[a, b] for a in (True, False) for b in (True, False)},
    )


def _right(forecast: Forecast) -> bool:
    """Whether what came is what was forecast: the event came, or the value lies in the interval.

    Of a row with marks alone, whether none was passed.
    """
    if forecast.inside is not None:
        return forecast.inside
    return forecast.status == Status.MET


def _brier(settled: Iterable[Forecast], own: bool) -> Measure:
    """Of our odds; the baselines are an even chance and, where one is known, the base rate."""
    tested = [(f, _right(f)) for f in settled if f.row.is_event and "probability" in f.numbers]
    rated = [(f, came) for f, came in tested if "base_rate" in f.numbers]
    scores = [brier(f.numbers["probability"], came) for f, came in tested]
    even = [brier(EVEN, came) for _, came in tested]
    rates = [brier(f.numbers["base_rate"], came) for f, came in rated]
    baselines = {"even chance": (mean(even), len(even)), "base rate": (mean(rates), len(rates))}
    return Measure(mean(scores), len(scores), baselines if own else {})


def _interval(settled: Iterable[Forecast]) -> Measure:
    """Of our intervals; the baselines have the same relative width about another centre."""
    tested = [f for f in settled if f.inside is not None and f.numbers.get("central")]
    return Measure(
        mean(_relative(f, "central") for f in tested),
        len(tested),
        {
            name: (mean(_relative(f, column) for f in found), len(found))
            for name, column in (("last value", "last"), ("broker", "broker"))
            for found in ([f for f in tested if column in f.numbers],)
        },
    )


def _relative(forecast: Forecast, column: str) -> float:
    n = forecast.numbers
    assert forecast.value is not None
    low, high = moved(n["low"], n["high"], n["central"], n[column])
    return interval_score(low, high, float(forecast.value)) / abs(n["central"])
