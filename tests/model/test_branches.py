"""What the states of a branch change: set, then added to, then capped, in every year named."""

from __future__ import annotations

from datetime import date
from typing import Any

from thesisbook.data import Dataset
from thesisbook.data.trees import State
from thesisbook.model.branches import state_changes

VALUES = {"margin.2026": 0.40, "margin.2027": 0.50, "margin_cap": 0.9, "delay": 1.0}


def state(name: str, **changes: Any) -> State:
    words = {"en": name, "zh": name}
    given = {"id": name, "name": words, "probability": 1, "settles": "x", "reason": f"{name}."}
    return State.model_validate({**given, "until": date(2027, 1, 1), **changes})


def test_a_parameter_named_without_a_year_changes_in_all_of_its_years(dataset: Dataset) -> None:
    found = state_changes(dataset, VALUES, [state("up", add={"margin": 0.25})])
    assert {name: change.value for name, change in found.items()} == {
        "margin.2026": 0.65,
        "margin.2027": 0.75,
    }
    set_all = state_changes(dataset, VALUES, [state("flat", parameters={"margin": 0.1})])
    assert {name: change.value for name, change in set_all.items()} == {
        "margin.2026": 0.1,
        "margin.2027": 0.1,
    }


def test_states_are_set_then_added_to_then_capped_with_every_reason(dataset: Dataset) -> None:
    states = [
        state("cap", at_most={"margin.2027": 0.7}),
        state("add", add={"margin.2027": 0.25, "delay": 0.5}),
        state("set", parameters={"margin.2027": 0.6}),
    ]
    found = state_changes(dataset, VALUES, states)
    assert found["margin.2027"].value == 0.7
    assert found["margin.2027"].reason == "set. add. cap."
    assert found["delay"].value == 1.5
