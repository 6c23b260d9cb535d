"""Value the house view as a tree: every combination of its drivers' states, with its odds.

The target is the expected value over the branches, and the grade is that of this target. A single
branch has no grade.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.branches import by_given, combinations, state_changes
from thesisbook.model.core import compute
from thesisbook.model.parameters import ParameterError, suggestion
from thesisbook.model.resolving import resolve
from thesisbook.model.valuation import rating

if TYPE_CHECKING:
    from thesisbook.data import Dataset
    from thesisbook.data.trees import Tree

States = Mapping[str, str]
#: By driver, the probability of each state; or that by state of the driver it depends on.
Odds = Mapping[str, Mapping[str, Any]]
ODDS_SLACK = 1e-9


@dataclass(frozen=True)
class Branch:
    """One state of every driver: `states` by driver, its probability and its values by name.

    `lines` are those of all branches: by year one value for all, or an array with one for each, in
    which this branch has its `place`.
    """

    states: States
    probability: float
    scalars: Mapping[str, float]
    lines: Mapping[str, Mapping[int, Any]]
    place: int

    def line(self, name: str, year: int) -> float:
        """The value of a line in a year."""
        return _at(self.lines[name][year], self.place)


@dataclass(frozen=True)
class TreeValue:
    """Every branch with its values; `assumptions` are those that all branches share.

    `givens` names, for each driver, the earlier driver that its odds depend on, or nothing.
    """

    assumptions: Assumptions
    branches: tuple[Branch, ...]
    givens: Mapping[str, str]

    def expected(self, name: str, year: int | None = None) -> float:
        """Probability-weighted mean of a scalar (`target_price`) or of a line in a year."""
        return math.fsum(
            branch.probability * (branch.line(name, year) if year else branch.scalars[name])
            for branch in self.branches
        )

    def _with(self, states: Mapping[str, Sequence[str]]) -> list[Branch]:
        """The branches in which each driver named has one of its states."""
        return [
            branch
            for branch in self.branches
            if all(branch.states[driver] in among for driver, among in states.items())
        ]

    def probability(self, states: Mapping[str, Sequence[str]]) -> float:
        """Probability that each driver named has one of its states."""
        return math.fsum(branch.probability for branch in self._with(states))

    def with_odds(self, tree: Tree, odds: Odds) -> TreeValue:
        """The same branches under other odds, without a run of the model.

        Raises ParameterError for odds that do not add up, or that need a branch not valued here.
        """
        check_odds(tree, odds)
        known = {tuple(branch.states.items()): branch for branch in self.branches}
        kept = []
        for states, probability in combinations(tree, odds):
            key = tuple((driver, state.id) for driver, state in states.items())
            if key not in known:
                named = ", ".join(state for _, state in key)
                raise ParameterError(f"odds for a branch that was not valued: {named}")
            kept.append(replace(known[key], probability=probability))
        return TreeValue(self.assumptions, tuple(kept), self.givens)

    def given(self, states: Mapping[str, Sequence[str]]) -> TreeValue:
        """The branches with these states of drivers, as if it were settled that they come.

        The odds of other drivers stay as they are: a price war that is settled says nothing about
        supply, though it is likelier where supply is plenty.
        """
        kept = []
        for branch in self._with(states):
            settled = branch.probability
            for driver, among in states.items():
                given = self.givens[driver]
                known = {given: (branch.states[given],)} if given else {}
                chance = self.probability({**known, driver: among}) / self.probability(known)
                settled /= chance
            kept.append(replace(branch, probability=settled))
        return TreeValue(self.assumptions, tuple(kept), self.givens)

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


@dataclass(frozen=True)
class TreeInputs:
    """The assumptions of every branch: `shared` ones, and `columns` with a value for each branch.

    Columns are arrays of shape (branches,), or a word that all branches have.
    """

    shared: Assumptions
    columns: Mapping[str, Any]
    states: tuple[States, ...]
    probabilities: tuple[float, ...]
    givens: Mapping[str, str]

    def at(self, places: Any) -> Assumptions:
        """The assumptions of the branches at these places, in arrays of their shape."""
        return self.shared.replace(
            {
                name: column[places] if isinstance(column, np.ndarray) else column
                for name, column in self.columns.items()
            }
        )


def tree_inputs(
    dataset: Dataset,
    overrides: Mapping[str, Any] | None = None,
    odds: Odds | None = None,
    scale: Mapping[str, float] | None = None,
    shift: Mapping[str, float] | None = None,
) -> TreeInputs:
    """What every branch of the data set's tree assumes; see `value_tree`."""
    tree: Tree = dataset.studies["tree"]  # type: ignore[assignment]
    check_odds(tree, odds or {})
    house = resolve(dataset, tree.start)
    found = list(combinations(tree, odds or {}))
    rows = [
        {
            name: change.value
            for name, change in state_changes(dataset, house.values, states.values()).items()
        }
        for states, _ in found
    ]
    moves = [(name, by, operator.mul) for name, by in (scale or {}).items()]
    moves += [(name, by, operator.add) for name, by in (shift or {}).items()]
    for name, by, moved_by in moves:
        for key in house.names(name):
            for row in rows:
                row[key] = moved_by(row.get(key, house.values[key]), by)
    shared = house.replace(overrides or {})
    for row in rows:
        row.update(shared.overrides)
    moved = {
        name: [row.get(name, house.values.get(name)) for row in rows]
        for name in dict.fromkeys(name for row in rows for name in row)
    }
    return TreeInputs(
        shared,
        {name: _column(values) for name, values in moved.items()},
        tuple({driver: state.id for driver, state in states.items()} for states, _ in found),
        tuple(probability for _, probability in found),
        {driver.id: driver.given or "" for driver in tree.drivers},
    )


def value_tree(
    dataset: Dataset,
    overrides: Mapping[str, Any] | None = None,
    odds: Odds | None = None,
    scale: Mapping[str, float] | None = None,
    shift: Mapping[str, float] | None = None,
) -> TreeValue:
    """Every branch of the data set's tree, valued in one run of the model.

    `overrides` set parameters in every branch, after its states. `odds` replace the probabilities
    of a driver's states, in all cases or given a state of the driver it depends on. `scale`
    multiplies parameters and `shift` adds to them in every branch (in all years of one by year).
    Raises ParameterError for an unknown name, a value out of range, or odds that do not add up.
    """
    inputs = tree_inputs(dataset, overrides, odds, scale, shift)
    lines, scalars = compute(inputs.at(np.arange(len(inputs.probabilities))))
    found = enumerate(zip(inputs.states, inputs.probabilities, strict=True))
    return TreeValue(
        inputs.shared,
        tuple(
            Branch(
                states,
                probability,
                {name: _at(value, place) for name, value in scalars.items()},
                lines,
                place,
            )
            for place, (states, probability) in found
        ),
        inputs.givens,
    )


def check_odds(tree: Tree, odds: Odds) -> None:
    """Refuses odds of unknown drivers or states and those that do not add up to 1."""
    drivers = {driver.id: [state.id for state in driver.states] for driver in tree.drivers}
    givens = {driver.id: drivers.get(driver.given or "", []) for driver in tree.drivers}
    for driver, own in odds.items():
        if driver not in drivers:
            raise ParameterError(f"{driver}: no such driver{suggestion(driver, drivers)}")
        if not by_given(own):
            _check_states(driver, drivers[driver], own)
            continue
        for given, chances in own.items():
            if given not in givens[driver]:
                near = suggestion(given, givens[driver])
                raise ParameterError(f"{driver}: depends on no state {given}{near}")
            _check_states(driver, drivers[driver], chances)


def _check_states(driver: str, states: Sequence[str], own: Mapping[str, float]) -> None:
    for state in own:
        if state not in states:
            raise ParameterError(f"{driver}.{state}: no such state{suggestion(state, states)}")
    total = math.fsum(own.values())
    if abs(total - 1) > ODDS_SLACK or min(own.values()) < 0:
        raise ParameterError(f"{driver}: odds add to {total:g}; 1 is allowed")


def _column(values: list[Any]) -> Any:
    """One value for all branches, or an array with one for each."""
    if isinstance(values[0], str | bool):
        return values[0]
    return np.array(values, dtype=float) if len(set(values)) > 1 else values[0]


def _at(value: Any, place: int) -> float:
    """The value of one branch, of one for all or of an array."""
    return float(value) if np.ndim(value) == 0 else float(value[place])
