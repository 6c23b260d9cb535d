"""Facts made up for later days settle the forecasts they belong to, and no others."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest

from thesisbook.data import DataError, Dataset
from thesisbook.data.ledger_rows import ForecastRow
from thesisbook.model import value_tree
from thesisbook.score.ledger import Forecast, Ledger, Status, _outcome, days_left
from thesisbook.score.scorecard import scorecards
from this_project import changeable

from .conftest import Later

ON = "2026-10-09"


def statuses(dataset: Dataset, on: str = ON) -> dict[str, str]:
    return {f.row.id: str(f.status) for f in Ledger(dataset, on).forecasts}


def changed(before: Dataset, after: Dataset, on: str = ON) -> dict[str, str]:
    was, now = statuses(before, on), statuses(after, on)
    return {name: status for name, status in now.items() if status != was[name]}


NINE_MONTHS = "moore_threads.revenue_nine_months.2026"


@pytest.mark.parametrize(
    ("facts", "settled"),
    [
        ({NINE_MONTHS: 2700.0}, {"october_02_moore": "met"}),
        ({NINE_MONTHS: 3300.0}, {"october_02_moore": "fired up"}),
        ({NINE_MONTHS: 2200.0}, {"october_02_moore": "fired down"}),
        (  # a loss: less of it is better
            {"biren.adjusted_profit_reported.2026": -470.0},
            {"october_13_loss": "fired up", "broker_loss_2026": "met"},
        ),
        (
            {"biren.adjusted_profit_reported.2026": -960.0},
            {"october_13_loss": "fired down", "broker_loss_2026": "missed"},
        ),
        (
            {"br20x.tape_out_announced.2026-12-31": "yes"},
            {"october_06_tape_out": "met", "june_tape_out": "fired up"},
        ),
        (
            {"br20x.tape_out_announced.2026-12-31": "no"},
            {"october_06_tape_out": "missed", "june_tape_out": "fired down"},
        ),
        (  # two facts are asked for: one settles nothing
            {"br20x.tape_out_announced.2026-09-30": "no"},
            {},
        ),
        (
            {
                "br20x.tape_out_announced.2026-09-30": "no",
                "br20x.tape_out_announced.2026-12-31": "yes",
            },
            {
                "october_06_tape_out": "met",
                "june_tape_out": "fired up",
                "june_tape_out_september": "met",
            },
        ),
        (
            {"br20x.revenue_booked.2026": "no"},
            {"october_18_no_br20x": "met", "broker_br20x_2026": "missed"},
        ),
        ({"biren.shares_issued_return.2026-10-31": 2591.9}, {"october_01_shares": "missed"}),
        ({"biren.card_share_idc.2026": 0.02}, {"october_21_share": "met"}),
        ({"biren.card_share_idc.2026": 0.03}, {"october_21_share": "missed"}),
        ({"biren.staff_of_nobody.2026": 1.0}, {}),
    ],
    ids=str,
)
def test_a_later_fact_settles_its_forecasts_alone(
    facts: dict[str, Any], settled: dict[str, str], dataset: Dataset, later: Later
) -> None:
    assert changed(dataset, later(facts)) == settled


def test_a_fact_that_is_public_later_settles_nothing_yet(dataset: Dataset, later: Later) -> None:
    after = later({NINE_MONTHS: 2700.0}, public="2026-10-30")
    assert changed(dataset, after) == {}
    assert changed(dataset, after, "2026-10-30") == {"october_02_moore": "met"}


@pytest.mark.parametrize("basis", ["forecast", "consensus", "assumption"])
def test_what_somebody_expects_settles_nothing(basis: str, dataset: Dataset, later: Later) -> None:
    assert changed(dataset, later({NINE_MONTHS: 2700.0}, basis=basis)) == {}


def test_a_settled_forecast_says_by_which_fact_and_since_when(later: Later) -> None:
    found = Ledger(later({NINE_MONTHS: 2700.0}, public="2026-10-30"), "2026-11-30")
    forecast = found["october_02_moore"]
    assert forecast.settled_by == (NINE_MONTHS,)
    assert forecast.settled_on == "2026-10-30"
    assert forecast.inside is True
    assert not forecast.early
    assert found["october_03_metax"].wanted == ("metax.revenue_nine_months.2026",)


def test_a_mark_that_was_passed_before_is_told(dataset: Dataset) -> None:
    early = {f.row.id for f in Ledger(dataset, ON).forecasts if f.early}
    assert early == {"june_domestic_part"}


def test_a_passed_day_without_an_outcome_is_a_fault_that_names_the_row(dataset: Dataset) -> None:
    day = "2026-11-07"
    faults = [str(fault) for fault in Ledger(dataset, day).faults()]
    assert [fault.split(": ")[1].split()[0] for fault in faults] == [
        "october_01_shares",
        "october_02_moore",
        "october_03_metax",
        "october_04_cambricon",
    ]
    file, line = dataset.places["forecasts.october_02_moore"]
    assert faults[1] == (
        f"{file}:{line}:due: october_02_moore was due on 2026-10-31, and the data have no "
        f"{NINE_MONTHS}; add the fact, or say in `unsettled` why not"
    )


def test_a_word_on_why_not_keeps_it_due_and_is_no_fault(dataset: Dataset) -> None:
    rows = tuple(
        row.model_copy(update={"unsettled": "Not found"}) if row.maker == "own" else row
        for row in dataset.forecasts
    )
    ledger = Ledger(dataclasses.replace(dataset, forecasts=rows), "2026-11-07")
    assert ledger["october_02_moore"].status == Status.DUE
    assert list(ledger.faults()) == []


def test_nothing_is_overdue_in_the_edition(dataset: Dataset) -> None:
    assert list(Ledger(dataset).faults()) == []


def test_an_edition_knows_no_forecast_of_a_later_one(dataset: Dataset) -> None:
    makers = {(f.row.maker, f.row.edition) for f in Ledger(dataset, "2026-08-30").forecasts}
    assert makers == {("own", "2026-06-02")}


def test_the_first_half_settles_the_marks_of_june(dataset: Dataset) -> None:
    found = Ledger(dataset, ON)
    assert found["june_h1_revenue"].status == Status.FIRED_UP
    assert found["june_h1_margin"].status == Status.FIRED_DOWN
    assert found["june_peer_growth"].status == Status.MET
    assert found["june_h1_research"].status == Status.DUE
    assert found.reason_holds(found["june_h1_revenue"]) is True
    assert found.reason_holds(found["october_02_moore"]) is None


def test_an_expression_that_fails_names_its_row(dataset: Dataset, later: Later) -> None:
    values = {"biren.trade_receivables.2026H1": 100.0, "biren.revenue.2026H1": 0.0}
    with pytest.raises(DataError, match=r"data/forecasts\.csv:\d+:metric: june_h1_receivable_days"):
        statuses(later(values))


def test_scores_follow_what_came(later: Later) -> None:
    """One event at 0.45 that came, one interval that was missed low, beside their baselines."""
    came = later(
        {"br20x.tape_out_announced.2026-12-31": "yes", "biren.gross_margin_reported.2026": 0.38}
    )
    card = next(c for c in scorecards(Ledger(came, ON)) if (c.maker, c.edition) == ("own", ON))
    assert card.settled == 2
    assert (card.brier.value, card.brier.count) == (pytest.approx(0.55**2), 1)
    assert card.brier.baselines["even chance"] == (pytest.approx(0.25), 1)
    rate = came.value("asic_projects.behind_schedule.2024")
    assert card.brier.baselines["base rate"] == (pytest.approx(rate**2), 1)
    # 0.41 to 0.47 about 0.438: the width and ten times the miss of three points
    assert card.interval.value == pytest.approx((0.06 + 10 * 0.03) / 0.438)
    last = came.value("biren.gross_margin.2025") / 0.438
    low, high = 0.41 * last, 0.47 * last
    assert card.interval.baselines["last value"][0] == pytest.approx(
        (high - low + 10 * (low - 0.38)) / 0.438
    )
    assert card.hits.value == pytest.approx(0.5)
    assert not card.hits.is_enough


def test_ten_settled_forecasts_are_enough_to_tell(dataset: Dataset, later: Later) -> None:
    events = [r for r in dataset.forecasts if r.is_event and r.maker == "own"]
    words = {
        name: "yes"
        for row in events
        for name in _facts(row.metric)
        if name.partition(".")[2].partition(".")[0]
        in ("tape_out_announced", "hbm_volume_reported", "equity_filing", "revenue_booked")
        or "rule_on" in name
    }
    numbers = {
        "nvidia.china_h200_revenue.2026-10": 10.0,
        "biren.share_price.2027-01-04": 30.0,
        "biren.shares_issued_return.2026-10-31": 2721.9,
        "china_vendors.card_share_idc.2026": 0.7,
        "biren.card_share_idc.2026": 0.02,
    }
    card = next(
        c
        for c in scorecards(Ledger(later({**words, **numbers}), ON))
        if (c.maker, c.edition) == ("own", ON)
    )
    assert card.brier.count >= 10
    assert card.brier.is_enough


def _facts(metric: str) -> list[str]:
    from thesisbook.data.expressions import references  # noqa: PLC0415

    return list(references(metric))


def test_luck_and_skill_are_told_apart(later: Later) -> None:
    """The broker's revenue comes, and the reason given for it holds: right for the right reason."""
    came = later({"biren.revenue_reported.2026": 2500.0})
    card = next(c for c in scorecards(Ledger(came, ON)) if c.maker == "004")
    assert card.matrix[True, True] == 1
    came = later(
        {
            "biren.adjusted_profit_reported.2026": -700.0,
            "biren.gross_margin_reported.2026": 0.43,
        }
    )
    card = next(c for c in scorecards(Ledger(came, ON)) if c.maker == "004")
    assert card.matrix[True, False] == 1  # the loss was smaller, and not for the margin


def test_a_claim_on_the_target_has_the_target_of_its_edition(dataset: Dataset) -> None:
    """The mark is typed, since it must not move once it is published."""
    claims = [row for row in dataset.forecasts if "touches the target of October" in row.claim_en]
    assert len(claims) == 1
    marks = [float(text) for text in re.findall(r"<= (\d+\.\d+)", claims[0].metric)]
    assert marks == [round(value_tree(dataset).expected("target_price"), 2)]


def row(**cells: str) -> ForecastRow:
    empty = {**dict.fromkeys(ForecastRow.model_fields, ""), "id": "a", "better": "higher"}
    return ForecastRow.model_construct(**{**empty, "due": ON, **cells})  # type: ignore[arg-type]


MARKS = {"up": 10.0, "down": 4.0}
INTERVAL = {"low": 5.0, "central": 6.0, "high": 8.0}


@pytest.mark.parametrize(
    ("better", "numbers", "value", "status"),
    [
        ("higher", MARKS, 10.0, "fired up"),  # a mark counts where the value reaches it
        ("higher", MARKS, 9.9, "met"),
        ("higher", MARKS, 4.0, "fired down"),
        ("higher", MARKS, 4.1, "met"),
        ("lower", {"up": 4.0, "down": 10.0}, 4.0, "fired up"),
        ("lower", {"up": 4.0, "down": 10.0}, 10.0, "fired down"),
        ("lower", {"up": 4.0, "down": 10.0}, 4.1, "met"),
        ("higher", INTERVAL, 5.0, "met"),  # and an interval holds its ends
        ("higher", INTERVAL, 8.0, "met"),
        ("higher", INTERVAL, 4.9, "missed"),
        ("higher", INTERVAL, 8.1, "missed"),
        ("higher", {**MARKS, **INTERVAL}, 9.0, "missed"),
        ("higher", {**MARKS, **INTERVAL}, 11.0, "fired up"),
    ],
)
def test_marks_come_before_the_interval(
    better: str, numbers: dict[str, float], value: float, status: str
) -> None:
    cells = {name: str(number) for name, number in numbers.items()}
    assert str(_outcome(row(better=better, **cells), numbers, value)) == status


def test_an_event_is_met_where_it_comes() -> None:
    assert str(_outcome(row(probability="0.5"), {}, True)) == "met"
    assert str(_outcome(row(probability="0.5"), {}, False)) == "missed"


def forecast(status: Status, value: float | None, **changed: Any) -> Forecast:
    given: dict[str, Any] = {"made": "2026-06-03", "numbers": INTERVAL, "settled_on": ""}
    given |= {"settled_by": (), "wanted": (), **changed}
    return Forecast(row(), status=status, value=value, **given)


def test_a_value_lies_in_its_interval_once_it_is_settled() -> None:
    for value, inside in ((5.0, True), (8.0, True), (4.9, False), (8.1, False)):
        assert forecast(Status.MET, value).inside is inside
    assert forecast(Status.OPEN, 6.0).inside is None
    assert forecast(Status.DUE, 6.0).inside is None
    assert forecast(Status.FIRED_UP, 6.0).inside is True
    assert forecast(Status.MET, None).inside is None
    assert forecast(Status.MET, 6.0, numbers={}).inside is None


def test_what_was_known_before_it_was_made_is_early() -> None:
    assert forecast(Status.MET, 6.0, settled_on="2026-06-02").early
    assert not forecast(Status.MET, 6.0, settled_on="2026-06-03").early
    assert not forecast(Status.OPEN, None).early


def test_days_are_counted_to_the_day_that_settles() -> None:
    due = forecast(Status.OPEN, None)
    assert [days_left(due, on) for on in ("2026-10-01", ON, "2026-10-10")] == [8, 0, -1]


def test_only_what_is_being_checked_or_gathered_may_be_changed_once_it_is_made() -> None:
    assert changeable("score") == {"Bundle", "Verified"}
