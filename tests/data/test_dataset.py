"""Queries: typed facts with receipts; what is not there names the nearest that is."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path

import pytest

from thesisbook.data import DataError, Dataset, UnknownFact, load_dataset, project_root
from this_project import changeable, slim


def test_a_fact_carries_its_receipt_in_canonical_units(acme: Dataset) -> None:
    fact = acme.fact("acme.revenue.2025")
    assert (fact.value, fact.unit) == (1300.0, "CNY_mn")
    assert (fact.printed, fact.printed_value, fact.printed_unit) == (
        "1,300,000",
        1300000.0,
        "CNY_thousand",
    )
    assert fact.tolerance == 0.0005
    assert (fact.source, fact.locator, fact.basis) == ("004", "L10 exhibit 1", "reported")
    assert (fact.file, fact.line) == ("data/facts/statements.csv", 3)
    assert acme.sources[fact.source].publisher == "Broker"


def test_a_further_print_is_a_corroboration_with_its_own_rounding(acme: Dataset) -> None:
    (corroboration,) = acme.fact("acme.revenue.2025").corroborations
    assert (corroboration.value, corroboration.tolerance, corroboration.locator) == (
        1300.0,
        5.0,
        "L5 summary",
    )


def test_printed_precision_sets_the_tolerance(acme: Dataset) -> None:
    assert acme.fact("acme.revenue.2026").tolerance == 50.0  # 20 yi, rounded to a whole yi
    assert acme.fact("acme.gross_margin.2025").tolerance == 0.005
    assert acme.fact("rival.revenue.2025").tolerance == 0.0  # derived: not rounded by a print


def test_a_date_is_its_day_number(acme: Dataset) -> None:
    assert acme.value("acme.listing_date.2026") == datetime.date(2026, 1, 2).toordinal()


def test_text_has_no_value(acme: Dataset) -> None:
    assert acme.fact("acme.ticker.na").printed == "0700 HK"
    with pytest.raises(TypeError, match="is text"):
        acme.value("acme.ticker.na")


@pytest.mark.parametrize(
    ("wanted", "nearest"),
    [
        ("acme.revenu.2025", "acme.revenue.2025"),
        ("acme.revenue.2027", "acme.revenue.2025"),
        ("rival.forward_pe.2027", "rival.forward_ps.2027"),
    ],
)
def test_an_unknown_fact_names_the_nearest(acme: Dataset, wanted: str, nearest: str) -> None:
    with pytest.raises(UnknownFact) as missing:
        acme.value(wanted)
    assert isinstance(missing.value, KeyError)
    assert nearest in missing.value.nearest
    assert str(missing.value).startswith(f"no fact {wanted!r}; nearest: ")


def test_filters_combine(acme: Dataset) -> None:
    assert [f.id for f in acme.facts(entity="acme", metric="revenue", basis="forecast")] == [
        "acme.revenue.2026"
    ]
    assert len(acme.facts(source="004")) == 10
    assert {f.id for f in acme.facts(period="2025", source="results-2026-03-30")} == {
        "rival.revenue.2025"
    }
    assert acme.facts(entity="nobody") == ()
    assert len(acme.facts()) == 11


def test_frame(acme: Dataset) -> None:
    frame = acme.frame("acme", ["revenue", "cost_of_sales"], [2025])
    assert frame.loc["cost_of_sales", 2025] == -610.0
    assert list(frame.index) == ["revenue", "cost_of_sales"]
    with pytest.raises(UnknownFact, match=r"acme\.cost_of_sales\.2024"):
        acme.frame("acme", ["cost_of_sales"], [2024])


def test_references_reach_facts_corroborations_and_text(acme: Dataset) -> None:
    assert acme.resolve("acme.gross_margin.2025") == 0.53
    assert acme.resolve("acme.gross_margin.2025@004") == 0.55
    assert acme.resolve("acme.gross_margin.2025@004:L6") == 0.55
    assert acme.resolve("acme.ticker.na") == "0700 HK"
    with pytest.raises(UnknownFact, match=r"nearest: acme\.gross_margin\.2025@004:L6"):
        acme.resolve("acme.gross_margin.2025@004:L66")


def test_a_scenario_is_base_with_its_differences(acme: Dataset) -> None:
    base, bull = acme.scenario("base"), acme.scenario("bull")
    assert base["wacc"]["value"] == 0.112
    assert bull["wacc"] == {
        "value": 0.10,
        "unit": "ratio",
        "range": (0.02, 0.3),
        "label": "Cost of capital",
        "reason": "Cheaper capital.",
    }
    assert bull["gross_margin"] == base["gross_margin"]
    assert base["gross_margin"]["values"] == {2026: 0.50, 2027: 0.52}
    assert acme.parameters == base
    with pytest.raises(UnknownFact, match="nearest: bull"):
        acme.scenario("bul")


def test_facts_cannot_be_changed(acme: Dataset) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        acme.fact("acme.revenue.2025").value = 0.0  # type: ignore[misc]


def test_the_project_is_found_from_below(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    below = project / "notebooks" / "deep"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert project_root() == project.resolve()
    assert load_dataset().company["entity"] == "acme"

    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    monkeypatch.setenv("THESISBOOK_ROOT", str(project))
    assert project_root() == project
    monkeypatch.delenv("THESISBOOK_ROOT")
    with pytest.raises(DataError, match=r"data/sources\.csv:0:-: no such file"):
        project_root()


def test_only_pending_edits_may_be_changed_once_they_are_made() -> None:
    assert changeable("data") == {"Edits"}


def test_records_of_which_there_may_be_thousands_hold_their_fields_alone() -> None:
    assert slim("data") == {
        *("Corroboration", "Document", "Fact", "Fault", "Figure", "Printed"),
        *("Records", "Score", "Source", "Table", "Unit"),
    }
