"""Ledger, scores, calendar and revisions as chapters and the command line show them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from thesisbook.cli import main
from thesisbook.data import Dataset
from thesisbook.exhibits.report import Report
from thesisbook.exhibits.score_tables import SPACES
from thesisbook.exhibits.tables import Traced

from .conftest import Later

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def report(dataset: Dataset) -> Report:
    return Report.open(dataset=dataset)


def thesisbook(*arguments: str) -> str:
    done = CliRunner().invoke(main, ["-C", str(ROOT), *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("name", SPACES)
def test_every_number_of_a_table_has_a_receipt_down_to_its_facts(name: str, report: Report) -> None:
    frame = report.study(name)
    cells = [c for c in frame.to_numpy().ravel() if isinstance(c, Traced)]
    assert cells
    book = report.numbers.book.gather([cell.reference for cell in cells])
    for cell in cells:
        assert book[cell.reference]["value"] == pytest.approx(float(cell))
        assert book[cell.reference]["formula"]
        assert set(book[cell.reference]["inputs"]) <= book.keys()


def test_a_settled_forecast_names_the_fact_that_settled_it(report: Report) -> None:
    receipt = report.numbers.book.gather(["ledger.june_h1_margin.value"])
    assert receipt["ledger.june_h1_margin.value"]["inputs"] == ["biren.gross_margin.2026H1"]
    assert receipt["biren.gross_margin.2026H1"]["kind"] == "fact"


def test_each_forecast_is_shown_in_its_own_unit(report: Report) -> None:
    rows = ["june_h1_revenue", "june_h1_margin", "october_11_revenue"]
    table = report.ledger("status | Became\nvalue | Came\ndown | Down\ndown_effect | HKD", rows)
    for cell in ("1,236", "42.7%", "48.0%", "fired up", "−12.59", "2,150"):
        assert f">{cell}<" in table.html
    assert "Revenue of 2026, RMB mn" in table.html
    assert list(table.data.columns) == ["Became", "Came", "Down", "HKD"]
    assert "ledger.june_h1_margin.down" in table.references


def test_a_claim_that_is_true_or_false_shows_its_mark_in_the_unit_of_its_fact(
    report: Report,
) -> None:
    rows = ["broker_margin_2026", "broker_domestic_2029", "broker_revenue_2026", "broker_shares"]
    table = report.ledger("central | Printed\nlast | Last", rows)
    for cell in ("54.1%", "60.0%", "2,438.9"):
        assert f">{cell}<" in table.html
    assert "Revenue of 2026 reaches the printed one, RMB mn" in table.html


def test_sentences_follow_when_an_outcome_changes(dataset: Dataset, later: Later) -> None:
    reference = "ledger.october_02_moore.status"
    assert Report.open(dataset=dataset).value(reference) == "open"
    came = later({"moore_threads.revenue_nine_months.2026": 3400.0})
    report = Report.open(dataset=came)
    assert report.value(reference) == "fired up"
    assert report.value("ledger.october_02_moore.value") == 3400.0
    assert report.value("score.own.2026-10-09.settled") == 1.0


def test_a_forecast_without_an_outcome_has_no_value(report: Report) -> None:
    with pytest.raises(KeyError, match="has no value yet"):
        report.value("ledger.october_02_moore.value")
    with pytest.raises(KeyError, match="nearest"):
        report.value("ledger.october_02_more.status")


def test_steps_and_their_sums_are_one_bridge(report: Report) -> None:
    steps = report.study("step")
    kinds = {row: kind for row, kind in steps["kind"].items() if kind not in ("", "sum")}
    for kind in set(kinds.values()):
        told = float(report.value(f"step.sum_{kind.replace('+', '_')}.delta"))
        assert told == pytest.approx(
            math.fsum(float(steps.at[r, "delta"]) for r, k in kinds.items() if k == kind)
        )


def test_the_history_of_ratings_grows_by_the_edition_in_work(report: Report) -> None:
    history = report.study("edition")
    assert list(history.index) == ["2026-06-02", report.dataset.company["edition"]]
    tree = report.numbers.resolver.studies.tree
    assert float(history["target"].iloc[-1]) == tree.expected("target_price")


def test_the_command_says_what_is_due_and_which_fact_would_settle_it() -> None:
    told = thesisbook("score", "--on", "2026-10-09")
    assert "moore_threads.revenue_nine_months.2026" in told
    assert "too few to tell" in told
    content = json.loads(thesisbook("score", "--json", "--on", "2026-10-09"))
    rows = {row["id"]: row for row in content["forecasts"]}
    assert rows["june_h1_margin"]["status"] == "fired down"
    assert rows["june_h1_margin"]["settled_by"] == ["biren.gross_margin.2026H1"]
    assert rows["october_06_tape_out"]["up_effect"] == pytest.approx(3.5, abs=0.07)
    assert {(card["maker"], card["edition"]) for card in content["scores"]} == {
        ("own", "2026-06-02"),
        ("004", "2026-10-09"),
        ("own", "2026-10-09"),
    }


def test_the_command_writes_the_calendar(tmp_path: Path) -> None:
    target = tmp_path / "x.ics"
    thesisbook("score", "--on", "2026-10-09", "--calendar", str(target))
    assert target.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


def test_a_kept_edition_can_be_compared() -> None:
    found = json.loads(thesisbook("compare", "2026-06-02", "--json"))
    assert found["bridge"][1]["target_after"] == 77.51
    numbers = {row["name"]: row for row in found["numbers"]}
    assert numbers["target_price"]["first"] == pytest.approx(77.51, abs=0.005)
    bear = json.loads(thesisbook("compare", "2026-06-02:bear", "2026-06-02", "--json"))
    assert bear["bridge"][-1]["target_after"] == 77.51


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("score", "--on", "9 October"), "'9 October' is no day"),
        (("compare", "2026-06-01"), "2026-06-01: no such edition; kept are 2026-06-02"),
        (("compare", "2026-06-02:worst"), "worst: no such scenario"),
    ],
    ids=str,
)
def test_what_the_commands_refuse(
    arguments: tuple[str, ...], message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    done: Callable = CliRunner().invoke
    result = done(main, ["-C", str(ROOT), *arguments])
    assert result.exit_code == 2
    assert message in result.output
