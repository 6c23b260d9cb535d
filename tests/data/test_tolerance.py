"""Results of the scoreboard: how far rounding reaches, and what counts as a tie."""

from __future__ import annotations

import pytest

from thesisbook.data import Dataset
from thesisbook.data.schemas import ScoreRow
from thesisbook.data.scoreboard import Score, ScoreError, score

REVENUE, COST, PROFIT = (
    "{acme.revenue.2025}",
    "{acme.cost_of_sales.2025}",
    "{acme.gross_profit.2025}",
)
MARGIN = "{acme.gross_margin.2025}"


def row(left: str, right: str, tolerance: str = "auto") -> ScoreRow:
    return ScoreRow(
        id="row",
        group="test",
        description="test",
        left=left,
        right=right,
        function="",
        tolerance=tolerance,
        erratum="",
        note="",
    )


def result(acme: Dataset, left: str, right: str, tolerance: str = "auto") -> Score:
    return score(acme, row(left, right, tolerance))


def test_a_sum_adds_the_rounding_of_its_terms(acme: Dataset) -> None:
    """Three figures in thousands: three times half a thousand, in millions."""
    done = result(acme, f"{REVENUE} + {COST}", PROFIT)
    assert done.result == "ties"
    assert done.tolerance == pytest.approx(3 * 0.0005)


def test_a_ratio_propagates_first_order(acme: Dataset) -> None:
    """|d(p/r)| = dp/r + p dr/r^2, and half a point of the printed margin, by hand."""
    done = result(acme, f"{PROFIT} / {REVENUE}", MARGIN)
    by_hand = 0.0005 / 1300 + 690 * 0.0005 / 1300**2 + 0.005
    assert done.tolerance == pytest.approx(by_hand, rel=1e-6)
    assert done.left == pytest.approx(690 / 1300)
    assert done.result == "ties_within_rounding"


def test_a_figure_on_both_sides_counts_once(acme: Dataset) -> None:
    done = result(acme, f"{REVENUE} - 1", REVENUE)
    assert done.tolerance == pytest.approx(0.0, abs=1e-9)
    assert done.result == "does_not_tie"


def test_the_edge_of_rounding_still_ties(acme: Dataset) -> None:
    assert result(acme, f"{MARGIN} + 0.005", MARGIN, "0.005").result == "ties_within_rounding"
    assert result(acme, f"{MARGIN} + 0.0051", MARGIN, "0.005").result == "does_not_tie"


@pytest.mark.parametrize(
    ("tolerance", "canonical"),
    [("0.005", 0.005), ("0.5 percent", 0.005), ("500 CNY_thousand", 0.5), ("0", 0.0)],
)
def test_an_explicit_tolerance(acme: Dataset, tolerance: str, canonical: float) -> None:
    assert result(acme, REVENUE, REVENUE, tolerance).tolerance == canonical


@pytest.mark.parametrize("tolerance", ["a bit", "-1", "5 %", "0.5 percents", "nan", "1e-3"])
def test_a_tolerance_of_another_form_is_refused(acme: Dataset, tolerance: str) -> None:
    with pytest.raises(ScoreError, match="auto, -, or a number"):
        result(acme, REVENUE, REVENUE, tolerance)


def test_derived_figures_bring_no_rounding(acme: Dataset) -> None:
    assert result(acme, "{rival.revenue.2025}", "1250").tolerance == 0.0


def test_text_is_no_side(acme: Dataset) -> None:
    with pytest.raises(ScoreError, match="a number is allowed"):
        result(acme, "{acme.ticker.na}", REVENUE)


def test_what_cannot_be_checked_says_why(acme: Dataset) -> None:
    with pytest.raises(ScoreError, match="why it cannot be checked"):
        result(acme, "", "", "-")


def test_the_little_project_has_every_result(acme: Dataset) -> None:
    assert [score(acme, done).result for done in acme.scoreboard] == [
        "ties",
        "ties_within_rounding",
        "does_not_tie",
        "cannot_be_checked",
    ]
