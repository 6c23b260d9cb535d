"""Branches of the tree of the house view: one state of every driver, and what they change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from thesisbook.data.expressions import Expression

if TYPE_CHECKING:
    from thesisbook.data import Dataset
    from thesisbook.data.trees import State, Tree


@dataclass(frozen=True)
class StateChange:
    """The value that the states give one parameter, why, and the formula it comes from, if any."""

    value: Any
    reason: str
    expression: str = ""


def combinations(
    tree: Tree, odds: Mapping[str, Mapping[str, float]]
) -> Iterator[tuple[dict[str, State], float]]:
    """Each combination of states with a probability above zero, and that probability.

    `odds` replace the probabilities of the states of a driver.
    """

    def grow(place: int, states: dict[str, State], probability: float) -> Iterator[Any]:
        if place == len(tree.drivers):
            yield states, probability
            return
        driver = tree.drivers[place]
        given = states[driver.given].id if driver.given else None
        own = odds.get(driver.id, {})
        for state in driver.states:
            chance = own.get(state.id, 0.0) if own else state.odds(given)
            if chance > 0:
                yield from grow(place + 1, {**states, driver.id: state}, probability * chance)

    yield from grow(0, {}, 1.0)


def states_of(tree: Tree, branch: Mapping[str, str]) -> list[State]:
    """The states that a branch names, in the order of the drivers."""
    return [
        next(state for state in driver.states if state.id == branch[driver.id])
        for driver in tree.drivers
    ]


def state_changes(
    dataset: Dataset, values: Mapping[str, Any], states: Iterable[State]
) -> dict[str, StateChange]:
    """What the states change in `values`, by flat name: set, then added to, then capped."""
    found: dict[str, StateChange] = {}
    states = list(states)
    for state in states:
        for name, value in state.parameters.items():
            found[name] = StateChange(value, state.reason)
        for name, text in state.expressions.items():
            found[name] = StateChange(
                Expression(text).evaluate(dataset.resolve), state.reason, text
            )
    for state in states:
        for name, more in state.add.items():
            found[name] = _then(found, values, name, state, lambda value, more=more: value + more)
    for state in states:
        for name, most in state.at_most.items():
            found[name] = _then(
                found, values, name, state, lambda value, most=most: min(value, most)
            )
    return found


def _then(
    found: Mapping[str, StateChange],
    values: Mapping[str, Any],
    name: str,
    state: State,
    change: Any,
) -> StateChange:
    """The change after one more state, with the reasons of all that made it."""
    before = found.get(name)
    value = change(before.value if before else values[name])
    reasons = dict.fromkeys([*([before.reason] if before else []), state.reason])
    return StateChange(value, " ".join(reasons))
