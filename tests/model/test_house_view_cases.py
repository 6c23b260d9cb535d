"""The golden numbers of the house view agree with each other."""

from __future__ import annotations

from typing import Any

import pytest

from .cases import read_cases

CASES = read_cases("house_view")


def section(name: str) -> list[dict[str, Any]]:
    return [case for case in CASES if case["section"] == name]


def expected(name: str, case: str) -> Any:
    return next(row["expected"] for row in section(name) if row["name"] == case)


BRANCHES = [case for case in section("tree") if "probability" in case]
STEPS = [case for case in section("bridge") if isinstance(case["expected"], dict)]


def test_each_case_says_where_it_comes_from_and_has_a_name_of_its_own() -> None:
    assert {case["origin"] for case in CASES} == {
        "independent model of the house view, October 2026"
    }
    names = [(case["section"], case["name"]) for case in CASES]
    assert len(set(names)) == len(names)


def test_the_branches_are_a_partition() -> None:
    assert len(BRANCHES) == 27
    assert sum(case["probability"] for case in BRANCHES) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(
    ("leg", "answer"),
    [
        ("dcf", "expected cash-flow leg, today"),
        ("relative", "expected peer leg, today"),
        ("value_today", "expected value over the tree"),
        ("value_12m", "expected value over the tree, in twelve months"),
    ],
)
def test_the_expected_value_is_that_of_the_branches(leg: str, answer: str) -> None:
    mean = sum(case["probability"] * case["expected"][leg] for case in BRANCHES)
    assert mean == pytest.approx(expected("answer", answer), abs=1e-4)


@pytest.mark.parametrize("driver", ["br20x", "supply", "price"])
def test_a_state_is_worth_the_mean_of_its_branches(driver: str) -> None:
    """For the price only within a state of supply, since its odds depend on it."""
    states = [case for case in section("tree") if list(case.get("branch", {})) == [driver]]
    assert len(states) == 3
    if driver == "price":
        return
    for state in states:
        inside = [c for c in BRANCHES if c["branch"][driver] == state["branch"][driver]]
        weight = sum(case["probability"] for case in inside)
        mean = sum(c["probability"] * c["expected"]["value_12m"] for c in inside) / weight
        assert mean == pytest.approx(state["expected"], abs=1e-3)


def test_the_bridge_adds_up_and_so_do_its_kinds() -> None:
    first, *steps = STEPS
    level = first["expected"]["level"]
    for step in steps:
        level += step["expected"]["change"]
        assert level == pytest.approx(step["expected"]["level"], abs=1e-5)
    for kind in {step["kind"] for step in steps}:
        total = sum(s["expected"]["change"] for s in steps if s["kind"] == kind)
        assert total == pytest.approx(expected("bridge", f"sum of {kind}"), abs=1e-5)


def test_free_cash_flow_is_made_of_its_lines() -> None:
    def line(name: str) -> dict[int, float]:
        return expected("forecast", f"base branch: {name}")

    for year, flow in line("free_cash_flow").items():
        made = line("ebit")[year] + line("depreciation")[year] - line("tax")[year]
        made += line("working_capital_change")[year] - line("capex")[year]
        assert made == pytest.approx(flow, abs=1e-3)
