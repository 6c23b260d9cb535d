"""The bridge between editions against an independent model, and lines that add up."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest

from model.cases import read_cases
from thesisbook.data import Dataset
from thesisbook.data.edition_steps import EditionBridge
from thesisbook.model import ParameterError
from thesisbook.score.revisions import STUDY, Level, Revisions

CASES = [c for c in read_cases("house_view") if c["section"] == "bridge" and "kind" in c]
LEVELS = [c for c in CASES if isinstance(c["expected"], dict)]
CENT = 0.005
NET_CASH = "peer_net_cash_share.moore_threads"


def as_in_the_note(dataset: Dataset) -> Dataset:
    """With the listing proceeds that the independent model holds from memory."""
    base = {**dataset.scenarios["base"]}
    entry = {k: v for k, v in base[NET_CASH].items() if k not in ("expression", "fact")}
    base[NET_CASH] = {**entry, "value": 8.0 / 168.2}
    return dataclasses.replace(dataset, scenarios={**dataset.scenarios, "base": base})


@pytest.fixture(scope="module")
def revisions(dataset: Dataset) -> Revisions:
    return Revisions(as_in_the_note(dataset))


@pytest.fixture(scope="module")
def levels(revisions: Revisions) -> list[Level]:
    """Those that the note has: it has no step of its own for the price, which moves no value."""
    return [level for level in revisions.levels if not level.step or level.step.kind != "price"]


def test_the_note_has_the_same_steps(levels: list[Level]) -> None:
    assert len(levels) == len(LEVELS) - 1 == 22
    kinds = [level.step.kind for level in levels if level.step]
    assert kinds == [case["kind"] for case in LEVELS[2:]]


@pytest.mark.parametrize("place", range(22))
def test_each_level_is_that_of_the_independent_model(place: int, levels: list[Level]) -> None:
    """At the yuan, the note holds the listing money at its yuan amount a step before we do."""
    case = LEVELS[place + 1]
    slack = 0.015 if case["name"].startswith("2 yuan") else CENT
    assert levels[place].value == pytest.approx(case["expected"]["level"], abs=slack)


def test_the_table_opens_with_the_published_target(revisions: Revisions) -> None:
    assert revisions.opening == pytest.approx(LEVELS[0]["expected"]["level"], abs=CENT)


@pytest.mark.parametrize("case", [c for c in CASES if c not in LEVELS], ids=lambda c: c["kind"])
def test_the_sum_of_each_kind(case: dict[str, Any], revisions: Revisions) -> None:
    rows = [row for row in revisions.target() if row["kind"] == case["kind"]]
    total = math.fsum(float(row["delta"]) for row in rows)
    assert total == pytest.approx(case["expected"], abs=0.02)


def test_the_steps_add_up_to_the_cent(dataset: Dataset) -> None:
    rows: list[dict[str, Any]] = Revisions(dataset).target()
    level = rows[0]["target_after"]
    for row in rows[1:]:
        assert round(level + row["delta"], 2) == row["target_after"]
        level = row["target_after"]


def test_the_bridge_ends_at_the_target_of_the_tree(dataset: Dataset) -> None:
    found = Revisions(dataset)
    assert found.levels[-1].value == found.tree.expected("target_price")
    assert found.target()[-1]["target_after"] == round(found.tree.expected("target_price"), 2)


def test_every_line_and_year_is_explained_to_a_billionth(dataset: Dataset) -> None:
    found = Revisions(dataset)
    lines = [name for name, by_year in found.levels[0].lines.items() if 2030 in by_year]
    assert len(lines) > 30
    for revision in found.lines(lines):
        scale = max(abs(revision.old), abs(revision.new), 1.0)
        assert abs(revision.residual) <= 1e-9 * scale, revision
    sales = found.of("revenue", 2027)
    assert sales.old == pytest.approx(7029.736)
    assert sales.by_kind["forecast"] == pytest.approx(3548.783069 - 7029.736, abs=1e-3)
    assert sales.by_kind["method"] == 0.0
    assert sales.new == found.tree.expected("revenue", 2027)


def without(dataset: Dataset, *names: str, **more: Any) -> Dataset:
    study: Any = dataset.studies[STUDY]
    content = study.model_dump()
    for step in content["steps"]:
        step["parameters"] = [n for n in step["parameters"] if n not in names] + more.get(
            step["id"], []
        )
    changed: Any = EditionBridge.model_validate(content)
    return dataclasses.replace(dataset, studies={**dataset.studies, STUDY: changed})


def test_a_parameter_in_no_step_is_refused(dataset: Dataset) -> None:
    with pytest.raises(ParameterError, match=r"edition_bridge: no step takes pool_rate"):
        _ = Revisions(without(dataset, "pool_rate")).levels


def test_a_parameter_in_two_steps_is_refused(dataset: Dataset) -> None:
    twice = without(dataset, awards=["dcf_timing"])
    with pytest.raises(ParameterError, match="awards: dcf_timing does not differ or is in two"):
        _ = Revisions(twice).levels


def test_a_line_that_is_not_there_is_refused(dataset: Dataset) -> None:
    with pytest.raises(ParameterError, match=r"revenues\.2027: no such line and year"):
        Revisions(dataset).of("revenues", 2027)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([{"id": "a", "kind": "odds"}, {"id": "a", "kind": "time"}], "found a step twice"),
        (
            [{"id": "a", "kind": "odds"}, {"id": "b", "kind": "fact"}],
            "in this order, at the end",
        ),
        ([{"id": "a", "kind": "fact", "parameters": []}], "a: parameters are required"),
    ],
    ids=str,
)
def test_what_a_bridge_refuses(steps: list[dict[str, Any]], message: str) -> None:
    filled = [
        {
            "name": {"en": "x", "zh": "x"},
            **({} if s["kind"] == "odds" else {"parameters": ["fx"]}),
            **s,
        }
        for s in steps
    ]
    with pytest.raises(ValueError, match=message):
        EditionBridge.model_validate({"edition": "2026-06-02", "scenario": "base", "steps": filled})
