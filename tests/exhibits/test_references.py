"""One resolver for facts, runs, parameters, studies and words."""

from __future__ import annotations

import pytest

from thesisbook.data import Dataset, UnknownFact
from thesisbook.data.naming import STUDY_NAMESPACES
from thesisbook.exhibits import Report
from thesisbook.exhibits.references import UnknownReference
from thesisbook.exhibits.sentences import Across, Series
from thesisbook.model import ParameterError, resolve, run
from thesisbook.model.quantities import split_year


def test_facts_are_canonical(report: Report) -> None:
    assert report.value("biren.revenue.2025") == pytest.approx(1034.614)
    assert report.value("biren.wacc.2026") == pytest.approx(0.112)


def test_runs(report: Report, dataset: Dataset) -> None:
    base, published = (run(resolve(dataset, name)) for name in ("base", "published"))
    assert report.value("model.target_price") == base.quantity("target_price")
    assert report.value("published.target_price") == pytest.approx(
        published.quantity("target_price")
    )
    assert report.value("model.revenue.2027") == base.quantity("revenue", 2027)
    series = report.value("model.revenue")
    assert isinstance(series, Series)
    assert series[2027] == base.quantity("revenue", 2027)


def test_overrides_reach_model_and_param_but_no_named_scenario(dataset: Dataset) -> None:
    changed = Report.open("base", {"wacc": 0.2}, dataset=dataset)
    assert changed.value("model.wacc") == 0.2
    assert changed.value("param.wacc") == 0.2
    assert changed.value("base.wacc") != 0.2
    assert changed.value("run.overrides") == "wacc = 0.2"


def test_the_check_of_the_data_lets_through_what_is_answered(report: Report) -> None:
    """The data may not import what answers, so they have the names of the studies themselves."""
    assert set(STUDY_NAMESPACES) == set(report.numbers.resolver._spaces)


def test_parameters(report: Report) -> None:
    assert report.value("audited.param.ps_discount") == pytest.approx(0.3)
    by_year = report.value("param.gross_margin")
    assert by_year[2027] == report.value("param.gross_margin.2027")
    assert report.value("published.param.wacc") == pytest.approx(0.1120897183)
    assert report.value("param.peer_ps.hygon.2027") == pytest.approx(21.4)


def test_words(report: Report, dataset: Dataset) -> None:
    assert report.name("moore_threads") == "Moore Threads"
    assert report.value("run.scenario") == "Base"
    grades = {grade["name"]["en"] for grade in dataset.company["rating_scale"]["grades"]}
    assert report.value("tree.rating") in grades
    assert report.value("published.rating") in grades
    assert report.value("model.rating") == "no grade of its own"
    chinese = Report.open("base", language="zh", dataset=dataset)
    assert chinese.name("moore_threads") == "摩尔线程"


def test_peers_follow_the_company_file(report: Report, dataset: Dataset) -> None:
    across = report.value("peers.forward_ps.2027")
    assert isinstance(across, Across)
    assert len(across) == len(dataset.company["peers"])
    assert report.value("name_of_max({peers.forward_ps.2027})") == "Moore Threads"


def test_studies(report: Report, dataset: Dataset) -> None:
    steps = report.study("bridge")
    total = report.value("biren.target_price.2026-06-03") + steps["delta"].sum()
    assert total == pytest.approx(report.value("audited.target_price"), abs=0.0051)
    assert report.value("bridge.peers.delta") == steps.at["peers", "delta"]
    assert 0 <= report.value("simulation.above_price") <= 1
    assert report.value("simulation.p10") < report.value("simulation.p90")
    widest, next_widest = report.value("tornado.1.swing"), report.value("tornado.2.swing")
    assert widest >= next_widest
    tree = report.study("tree")
    expected = (tree["probability"] * tree["target"]).sum()
    assert report.value("tree.target") == pytest.approx(expected)
    assert report.value("tree.upside") == pytest.approx(expected / report.value("tree.price") - 1)
    assert report.value("state.supply.closed.probability") == pytest.approx(0.1)
    assert report.value("branch.base.probability") == tree["probability"].max()


def test_a_break_even_breaks_even(dataset: Dataset, report: Report) -> None:
    discount = report.value("breakeven.ps_discount")
    moved = Report.open("base", {"ps_discount": float(discount)}, dataset=dataset)
    assert moved.value("model.target_price") == pytest.approx(report.value("model.price"))


def test_audit_counts(report: Report, dataset: Dataset) -> None:
    results = ("ties", "ties_within_rounding", "does_not_tie", "cannot_be_checked")
    assert sum(report.value(f"audit.{name}") for name in results) == len(dataset.scoreboard)
    by_severity = [report.value(f"audit.errata.{severity}") for severity in "HML"]
    assert sum(by_severity) == len(dataset.errata)
    assert len(report.audit.scoreboard()) == len(dataset.scoreboard)
    effects = report.audit.errata()["effect"].dropna()
    assert len(effects) > 3


@pytest.mark.parametrize(
    ("reference", "error"),
    [
        ("biren.revenu.2025", UnknownFact),
        ("model.target_pric", ParameterError),
        ("model.revenue.1999", ParameterError),
        ("param.wac", ParameterError),
        ("bridge.peer.delta", KeyError),
        ("simulation.media", KeyError),
        ("audit.score", KeyError),
        ("name.moore_thread", UnknownReference),
        ("run.scenari", UnknownReference),
    ],
)
def test_what_is_not_there_is_said_with_the_nearest(
    report: Report, reference: str, error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        report.value(reference)
    assert reference.rpartition(".")[2] in str(caught.value) or "nearest" in str(caught.value)


def test_split_year() -> None:
    assert split_year("revenue.2027") == ("revenue", 2027)
    assert split_year("wacc") == ("wacc", None)
    assert split_year("peer_ps.hygon") == ("peer_ps.hygon", None)
