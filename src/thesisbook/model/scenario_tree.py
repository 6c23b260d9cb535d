"""Value the house view as a tree: every combination of its drivers' states, with its odds.

The target is the expected value over the branches, and the grade is that of this target. A single
branch has no grade.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thesisbook.data.expressions import Expression
from thesisbook.model.assumptions import Assumptions
from thesisbook.model.core import compute
from thesisbook.model.parameters import ParameterError, suggestion
from thesisbook.model.resolving import resolve
from thesisbook.model.valuation import rating

if TYPE_CHECKING:
    from thesisbook.data import Dataset
    from thesisbook.data.trees import Change, State, Tree

States = Mapping[str, str]
ODDS_SLACK = 1e-9


@dataclass(frozen=True)
class Branch:
    """One state of every driver: `states` by driver, its probability and its values by name."""

    states: States
    probability: float
    scalars: Mapping[str, float]
    lines: Mapping[str, Mapping[int, float]]


@dataclass(frozen=True)
class TreeValue:
    """Every branch with its values; `assumptions` are those that all branches share."""

    assumptions: Assumptions
    branches: tuple[Branch, ...]

    def expected(self, name: str, year: int | None = None) -> float:
        """Probability-weighted mean of a scalar (`target_price`) or of a line in a year."""
        return math.fsum(
            branch.probability * (branch.lines[name][year] if year else branch.scalars[name])
            for branch in self.branches
        )

    def given(self, **states: str) -> TreeValue:
        """The branches with these states of drivers, their probabilities made to add up to 1."""
        kept = [
            branch
            for branch in self.branches
            if all(branch.states[driver] == state for driver, state in states.items())
        ]
        total = math.fsum(branch.probability for branch in kept)
        return TreeValue(
            self.assumptions,
            tuple(Branch(b.states, b.probability / total, b.scalars, b.lines) for b in kept),
        )

    def quantile(self, share: float, name: str = "target_price") -> float:
        """The value of the branch at which the probabilities, from the lowest up, reach `share`."""
        reached = 0.0
        for branch in sorted(self.branches, key=lambda b: b.scalars[name]):
            reached += branch.probability
            if reached >= share:
                return branch.scalars[name]
        return max(branch.scalars[name] for branch in self.branches)

    def above(self, level: float, name: str = "target_price") -> float:
        """Probability of the branches whose value lies above `level`."""
        return math.fsum(b.probability for b in self.branches if b.scalars[name] > level)

    @property
    def most_likely(self) -> Branch:
        return max(self.branches, key=lambda branch: branch.probability)

    @property
    def upside(self) -> float:
        """Expected target over the price, less 1."""
        return self.expected("target_price") / float(self.assumptions("price")) - 1

    @property
    def relative_return(self) -> float:
        """Upside less the assumed return of the index over the same time."""
        return self.upside - float(self.assumptions("index_return"))

    @property
    def rating(self) -> str:
        """Id of the grade of the expected target."""
        return rating(self.assumptions.grades, self.relative_return)


def value_tree(
    dataset: Dataset,
    overrides: Mapping[str, Any] | None = None,
    odds: Mapping[str, Mapping[str, float]] | None = None,
    scale: Mapping[str, float] | None = None,
) -> TreeValue:
    """Every branch of the data set's tree, valued in one run of the model.

    `overrides` set parameters in every branch, after its states. `odds` replace the probabilities
    of a driver's states. `scale` multiplies parameters in every branch (all years of one by year).
    Raises ParameterError for an unknown name, a value out of range, or odds that do not add up.
    """
    tree: Tree = dataset.studies["tree"]  # type: ignore[assignment]
    _check_odds(tree, odds or {})
    house = resolve(dataset, tree.start, house_changes(dataset, tree))
    found = list(branches(tree, odds or {}))
    rows = [_changed(dataset, house, states) for states, _ in found]
    for name, factor in (scale or {}).items():
        for key in house.names(name):
            for row in rows:
                row[key] = row.get(key, house.values[key]) * factor
    own = _settled_once(house, overrides or {})
    for row in rows:
        row.update(own)
    moved = {
        name: [row.get(name, house.values.get(name)) for row in rows]
        for name in dict.fromkeys(name for row in rows for name in row)
    }
    lines, scalars = compute(house.replace({name: _column(v) for name, v in moved.items()}))
    count = len(found)
    return TreeValue(
        house.replace(overrides or {}),
        tuple(
            Branch(
                {driver: state.id for driver, state in states.items()},
                probability,
                {name: _at(value, place, count) for name, value in scalars.items()},
                {
                    line: {year: _at(value, place, count) for year, value in by_year.items()}
                    for line, by_year in lines.items()
                },
            )
            for place, (states, probability) in enumerate(found)
        ),
    )


def _check_odds(tree: Tree, odds: Mapping[str, Mapping[str, float]]) -> None:
    """Refuses odds of unknown drivers or states and those that do not add up to 1."""
    drivers = {driver.id: [state.id for state in driver.states] for driver in tree.drivers}
    for driver, own in odds.items():
        if driver not in drivers:
            raise ParameterError(f"{driver}: no such driver{suggestion(driver, drivers)}")
        for state in own:
            if state not in drivers[driver]:
                near = suggestion(state, drivers[driver])
                raise ParameterError(f"{driver}.{state}: no such state{near}")
        total = math.fsum(own.values())
        if abs(total - 1) > ODDS_SLACK or min(own.values()) < 0:
            raise ParameterError(f"{driver}: odds add to {total:g}; 1 is allowed")


def house_changes(dataset: Dataset, tree: Tree) -> dict[str, Any]:
    """The parameters that every branch changes in the starting scenario."""
    found: dict[str, Any] = {}
    for change in tree.house:
        found |= set_by(dataset, change)
    return found


def branches(
    tree: Tree, odds: Mapping[str, Mapping[str, float]]
) -> Iterator[tuple[dict[str, State], float]]:
    """Each combination of states with a probability above zero, and that probability."""

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


def _settled_once(p: Assumptions, overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Overrides by flat name, so that one for all years also replaces what a state sets by year.

    A year's own value wins over the one for all years, as in `Assumptions.replace`.
    """
    whole = {key: value for name, value in overrides.items() for key in p.names(name)}
    return whole | {name: value for name, value in overrides.items() if name in p.values}


def _changed(dataset: Dataset, house: Assumptions, states: Mapping[str, State]) -> dict[str, Any]:
    """The parameters of a branch that differ from the house's, after set, add and cap."""
    found: dict[str, Any] = {}
    for state in states.values():
        found |= set_by(dataset, state)
    for state in states.values():
        for name, more in state.add.items():
            found[name] = found.get(name, house.values[name]) + more
    for state in states.values():
        for name, most in state.at_most.items():
            found[name] = min(found.get(name, house.values[name]), most)
    return found


def set_by(dataset: Dataset, change: Change | State) -> dict[str, Any]:
    """The values that a change sets, by name: typed ones, and expressions evaluated over facts."""
    worked_out = {
        name: Expression(text).evaluate(dataset.resolve)
        for name, text in change.expressions.items()
    }
    return {**change.parameters, **worked_out}


def _column(values: list[Any]) -> Any:
    """One value for all branches, or an array with one for each."""
    if isinstance(values[0], str | bool):
        return values[0]
    return np.array(values, dtype=float) if len(set(values)) > 1 else values[0]


def _at(value: Any, place: int, count: int) -> float:
    return float(np.broadcast_to(value, (count,))[place])
