"""The house view against an independent model of it, and what a tree refuses."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from thesisbook.data import Dataset
from thesisbook.data.trees import Tree
from thesisbook.model import ParameterError
from thesisbook.model.scenario_tree import TreeValue, value_tree

CASES: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "house_tree.yaml").read_text("utf-8")
)
CENT = 0.005
#: The independent model has Moore Threads' listing proceeds from memory; ours are reported.
AS_IN_THE_NOTE = {"peer_net_cash_share.moore_threads": 8.0 / 168.2}
DRIVERS = ("br20x", "supply", "prices")


@pytest.fixture(scope="module")
def tree(dataset: Dataset) -> TreeValue:
    return value_tree(dataset, AS_IN_THE_NOTE)


def test_the_reported_proceeds_move_the_target_by_less_than_a_thousandth(dataset: Dataset) -> None:
    own = value_tree(dataset).expected("target_price")
    assert own == pytest.approx(CASES["expected"]["target_price"], rel=1e-3)
    assert own != pytest.approx(CASES["expected"]["target_price"], abs=CENT)


def test_every_branch_is_that_of_the_independent_model(tree: TreeValue) -> None:
    assert len(tree.branches) == len(CASES["branches"]) == 27
    found = {tuple(b.states[d] for d in DRIVERS): b for b in tree.branches}
    for case in CASES["branches"]:
        branch = found[tuple(case[driver] for driver in DRIVERS)]
        assert branch.probability == pytest.approx(case["probability"], abs=1e-9)
        for name in ("dcf_per_share", "relative_per_share", "value_per_share"):
            assert branch.scalars[name] == pytest.approx(case[name], abs=CENT), (case, name)
        for year in (2028, 2035):
            assert branch.line("revenue", year) == pytest.approx(case[f"revenue_{year}"], rel=1e-6)


def test_odds_of_all_branches_add_up_to_one(tree: TreeValue) -> None:
    assert math.fsum(branch.probability for branch in tree.branches) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("name", CASES["expected"])
def test_expected_values(name: str, tree: TreeValue) -> None:
    found = tree.relative_return if name == "relative_return" else tree.expected(name)
    assert found == pytest.approx(CASES["expected"][name], abs=1e-3)


def test_grade_and_distribution(tree: TreeValue) -> None:
    assert tree.rating == CASES["rating"]
    assert tree.above(float(tree.assumptions("price"))) == pytest.approx(CASES["above_price"])
    for share, value in CASES["quantiles"].items():
        assert tree.quantile(share, "value_per_share") == pytest.approx(value, abs=CENT)


@pytest.mark.parametrize("line", CASES["base_lines"])
def test_lines_of_the_most_likely_branch(line: str, tree: TreeValue) -> None:
    branch = tree.most_likely
    assert branch.states == {"br20x": "late", "supply": "constrained", "prices": "middle"}
    found = [branch.line(line, year) for year in tree.assumptions.years]
    assert found == pytest.approx(CASES["base_lines"][line], rel=1e-3, abs=0.01)


@pytest.mark.parametrize("name", CASES["base_scalars"])
def test_scalars_of_the_most_likely_branch(name: str, tree: TreeValue) -> None:
    assert tree.most_likely.scalars[name] == pytest.approx(CASES["base_scalars"][name], rel=1e-6)


@pytest.mark.parametrize("case", CASES["given"], ids=str)
def test_expected_target_given_a_state(case: dict[str, Any], tree: TreeValue) -> None:
    states = {name: (state,) for name, state in case.items() if name in DRIVERS}
    given = tree.given(states)
    assert math.fsum(branch.probability for branch in given.branches) == pytest.approx(1)
    assert given.expected("target_price") == pytest.approx(case["target_price"], abs=0.01)


@pytest.mark.parametrize("case", CASES["moved"], ids=str)
def test_expected_target_after_one_change(case: dict[str, Any], dataset: Dataset) -> None:
    found = value_tree(dataset, AS_IN_THE_NOTE | case.get("set", {}), scale=case.get("scale"))
    assert found.expected("target_price") == pytest.approx(case["target_price"], abs=0.01)


@pytest.mark.parametrize("case", CASES["odds"], ids=str)
def test_expected_target_with_other_odds(case: dict[str, Any], dataset: Dataset) -> None:
    found = value_tree(dataset, AS_IN_THE_NOTE, odds=case["odds"])
    assert found.expected("target_price") == pytest.approx(case["target_price"], abs=0.01)


def test_odds_that_do_not_add_up_are_refused(dataset: Dataset) -> None:
    with pytest.raises(ParameterError, match=r"br20x: odds add to 0\.9; 1 is allowed"):
        value_tree(dataset, odds={"br20x": {"on_time": 0.1, "late": 0.5, "fails": 0.3}})
    with pytest.raises(ParameterError, match=r"br20: no such driver; nearest: br20x"):
        value_tree(dataset, odds={"br20": {"late": 1.0}})
    with pytest.raises(ParameterError, match=r"br20x\.later: no such state; nearest: late"):
        value_tree(dataset, odds={"br20x": {"later": 1.0}})


def test_an_unknown_parameter_is_refused(dataset: Dataset) -> None:
    with pytest.raises(ParameterError, match="waccc: no such parameter; nearest: wacc"):
        value_tree(dataset, {"waccc": 0.1})


def driver(**changed: Any) -> dict[str, Any]:
    state = {"settles": "x", "until": "2027-06-30", "reason": "x"}
    names = {"en": "x", "zh": "x"}
    made: dict[str, Any] = {
        "id": "chip",
        "name": names,
        "states": [
            {"id": "late", "name": names, "probability": 0.6, "parameters": {"fx": 1.1}, **state},
            {"id": "timely", "name": names, "probability": 0.4, **state},
        ],
    }
    return {**made, **changed}


def test_a_tree_without_a_fault() -> None:
    assert Tree.model_validate({"start": "base", "drivers": [driver()]})


@pytest.mark.parametrize(
    ("drivers", "message"),
    [
        ([driver(), driver()], "chip: a driver or one of its states is named twice"),
        ([driver(given="supply")], "chip: given 'supply' is no earlier driver"),
        ([driver(), driver(id="other")], "fx: set by the states of 2 drivers; one is allowed"),
    ],
)
def test_what_a_tree_refuses(drivers: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Tree.model_validate({"start": "base", "drivers": drivers})


def test_odds_of_a_driver_add_up() -> None:
    wrong = driver()
    wrong["states"][0]["probability"] = 0.5
    with pytest.raises(ValidationError, match=r"chip: odds add to 0\.9; 1 is allowed"):
        Tree.model_validate({"start": "base", "drivers": [wrong]})


def test_an_override_of_all_years_replaces_what_a_state_sets_by_year(dataset: Dataset) -> None:
    """One name for all years and every year by name are the same; a year's own value still wins."""
    tree: Any = dataset.studies["tree"]
    states = [state for driver in tree.drivers for state in driver.states]
    by_year = {
        n.rpartition(".")[0] for s in states for n in s.parameters if n.split(".")[-1].isdigit()
    }
    p = value_tree(dataset).assumptions
    for name in sorted(by_year):
        value, (first, *rest) = (
            0.5 * (p.parameter(name).low + p.values[p.names(name)[0]]),
            p.names(name),
        )
        whole = value_tree(dataset, {name: value, first: p.values[first]})
        each = value_tree(dataset, {**dict.fromkeys(rest, value), first: p.values[first]})
        assert whole.expected("target_price") == each.expected("target_price"), name


def test_other_odds_need_no_run_of_the_model(dataset: Dataset) -> None:
    """The branches valued once, weighted anew, are the tree valued under those odds."""
    odds = {"br20x": {"on_time": 0.3, "late": 0.5, "fails": 0.2}}
    again = value_tree(dataset).with_odds(dataset.studies["tree"], odds)
    anew = value_tree(dataset, odds=odds)
    assert again.expected("target_price") == pytest.approx(anew.expected("target_price"))
    assert math.fsum(branch.probability for branch in again.branches) == pytest.approx(1.0)


def test_odds_for_a_branch_that_was_not_valued_are_refused(dataset: Dataset) -> None:
    certain = value_tree(dataset, odds={"br20x": {"on_time": 0, "late": 1, "fails": 0}})
    with pytest.raises(ParameterError, match="odds for a branch that was not valued: on_time"):
        certain.with_odds(dataset.studies["tree"], {"br20x": {"on_time": 1}})
