"""Branches of the tree of the house view: one state of every driver, and what they change."""

from __future__ import annotations

import operator
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
    tree: Tree, odds: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[dict[str, State], float]]:
    """Each combination of states with a probability above zero, and that probability.

    `odds` replace the probabilities of the states of a driver, in all cases or by the state of the
    driver it depends on.
    """

    def grow(place: int, states: dict[str, State], probability: float) -> Iterator[Any]:
        if place == len(tree.drivers):
            yield states, probability
            return
        driver = tree.drivers[place]
        given = states[driver.given].id if driver.given else None
        own = odds.get(driver.id, {})
        if by_given(own):
            own = own.get(given or "", {})
        for state in driver.states:
            chance = own.get(state.id, 0.0) if own else state.odds(given)
            if chance > 0:
                yield from grow(place + 1, {**states, driver.id: state}, probability * chance)

    yield from grow(0, {}, 1.0)


def by_given(own: Mapping[str, Any]) -> bool:
    """Whether odds of a driver are told by the state of the driver it depends on."""
    return any(isinstance(chances, Mapping) for chances in own.values())


def states_of(tree: Tree, branch: Mapping[str, str]) -> list[State]:
    """The states that a branch names, in the order of the drivers."""
    return [
        next(state for state in driver.states if state.id == branch[driver.id])
        for driver in tree.drivers
    ]


def state_changes(
    dataset: Dataset, values: Mapping[str, Any], states: Iterable[State]
) -> dict[str, StateChange]:
    """What the states change in `values`, by flat name: set, then added to, then capped.

    A parameter by year that a state names without a year changes in all of its years.
    """
    found: dict[str, StateChange] = {}
    states = list(states)
    for state in states:
        for name, value in state.parameters.items():
            change = StateChange(value, state.reason)
            found |= dict.fromkeys(_flat(values, name), change)
        for name, text in state.expressions.items():
            change = StateChange(Expression(text).evaluate(dataset.resolve), state.reason, text)
            found |= dict.fromkeys(_flat(values, name), change)
    for part, combine in (("add", operator.add), ("at_most", min)):
        for state in states:
            for name, by in _each(values, getattr(state, part)):
                before = found.get(name)
                value = combine(before.value if before else values[name], by)
                reasons = dict.fromkeys([*([before.reason] if before else []), state.reason])
                found[name] = StateChange(value, " ".join(reasons))
    return found


def _flat(values: Mapping[str, Any], name: str) -> list[str]:
    """The names in `values` of a parameter: itself, or one for each of its years."""
    if name in values:
        return [name]
    stem = f"{name}."
    return [key for key in values if key.startswith(stem) and key[len(stem) :].isdigit()]


def _each(values: Mapping[str, Any], amounts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, amount in amounts.items():
        for key in _flat(values, name):
            yield key, amount
