"""Scoring rules against the literature."""

from __future__ import annotations

import numpy as np
import pytest

from thesisbook.score.rules import brier, interval_score, mean, moved
from thesisbook.score.scorecard import Measure


@pytest.mark.parametrize(
    ("probability", "came", "score"),
    [
        (1.0, True, 0.0),  # the forecasts of rain with which the score is usually explained
        (0.7, True, 0.09),
        (0.3, True, 0.49),
        (0.5, True, 0.25),
        (0.5, False, 0.25),
        (1.0, False, 1.0),
    ],
)
def test_brier_of_a_chance_of_rain(probability: float, came: bool, score: float) -> None:
    assert brier(probability, came) == pytest.approx(score)


@pytest.mark.parametrize("truth", [0.1, 0.45, 0.9])
def test_the_true_probability_has_the_best_expected_brier_score(truth: float) -> None:
    def expected(told: float) -> float:
        return truth * brier(told, True) + (1 - truth) * brier(told, False)

    assert expected(truth) == pytest.approx(truth * (1 - truth))
    assert all(expected(truth) < expected(told) for told in (0.0, 0.3, 0.6, 1.0))


@pytest.mark.parametrize(
    ("value", "score"),
    # the penalty of a 95% interval is 40 times the miss: Makridakis et al. (2020), the M4
    # competition, section 2.2 (2 over a significance of 0.05)
    [(10.0, 4.0), (8.0, 4.0), (12.0, 4.0), (13.0, 44.0), (7.5, 24.0)],
)
def test_interval_score_of_a_95_percent_interval(value: float, score: float) -> None:
    assert interval_score(8.0, 12.0, value, coverage=0.95) == pytest.approx(score)


def test_the_true_quantiles_have_the_best_expected_interval_score() -> None:
    """Gneiting and Raftery (2007), section 6.2: of a uniform outcome the 80% interval is 0.1 to
    0.9; its expected score is 0.8 + 10 (0.1^2 / 2 + 0.1^2 / 2)."""
    outcomes = (np.arange(20_000) + 0.5) / 20_000

    def expected(low: float, high: float) -> float:
        return float(np.mean([interval_score(low, high, x) for x in outcomes]))

    best = expected(0.1, 0.9)
    assert best == pytest.approx(0.9, abs=1e-6)
    for low, high in ((0.05, 0.9), (0.15, 0.9), (0.1, 0.85), (0.1, 0.95), (0.2, 0.8), (0.0, 1.0)):
        assert expected(low, high) > best


@pytest.mark.parametrize(("to", "ends"), [(200.0, (160, 260)), (-100.0, (-130, -80))])
def test_an_interval_about_another_centre_keeps_its_relative_width(
    to: float, ends: tuple[float, float]
) -> None:
    assert moved(80.0, 130.0, 100.0, to) == pytest.approx(ends)


def test_what_has_no_score_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a probability of 1\.2; 0 to 1 is allowed"):
        brier(1.2, True)
    with pytest.raises(ValueError, match="an interval from 3 to 2; low to high is allowed"):
        interval_score(3, 2, 2.5)
    with pytest.raises(ValueError, match="a coverage of 1; between 0 and 1 is allowed"):
        interval_score(1, 2, 2.5, coverage=1)
    assert mean([]) is None


def test_the_intervals_of_the_ledger_hold_eighty_percent() -> None:
    """The penalty of an 80% interval is ten times the miss; a point is an interval too."""
    assert interval_score(8.0, 12.0, 13.0) == pytest.approx(14.0)
    assert interval_score(8.0, 8.0, 7.0) == pytest.approx(10.0)
    assert (brier(0.0, False), brier(0.0, True), brier(1.0, True)) == (0.0, 1.0, 0.0)
    assert mean([1.0, 2.0, 6.0]) == 3.0
    with pytest.raises(ValueError, match="a coverage of 0; between"):
        interval_score(1, 2, 2.5, coverage=0)


def test_ten_settled_forecasts_tell_something_and_nine_do_not() -> None:
    assert [Measure(0.5, count, {}).is_enough for count in (9, 10)] == [False, True]
