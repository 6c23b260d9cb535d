"""Entries of data/studies/tree.yaml: drivers, their states with odds, and what each changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from pydantic import Field, model_validator

from thesisbook.data.entries import Names
from thesisbook.data.fields import Closed, Id, Number, Scalar, Text

Probability = Annotated[Number, Field(ge=0, le=1)]
SLACK = 1e-9


class State(Closed):
    """A state of a driver: its odds, how and by when it is decided, and what it changes.

    `probability` is one number, or one for each state of the driver that `given` names. `settles`
    says what decides the state, `until` the day by which it is decided.
    `parameters` and `expressions` are set, `add` is added to them, `at_most` caps them. Several
    drivers may add to a parameter and cap it; only one may set it.
    """

    id: Id
    name: Names
    probability: Probability | dict[Id, Probability]
    settles: Text
    until: date
    reason: Text
    parameters: dict[str, Scalar] = Field(default_factory=dict)
    expressions: dict[str, Text] = Field(default_factory=dict)
    add: dict[str, Number] = Field(default_factory=dict)
    at_most: dict[str, Number] = Field(default_factory=dict)

    def odds(self, given: str | None) -> float:
        """The probability of this state, given the state of the driver it depends on."""
        if isinstance(self.probability, dict):
            return self.probability[given or ""]
        return self.probability


class Driver(Closed):
    """Something that decides the value, with the states it may be in.

    `given` names an earlier driver whose state the odds depend on.
    """

    id: Id
    name: Names
    given: Id | None = None
    states: tuple[State, ...] = Field(min_length=2)


class Tree(Closed):
    """The house view: every branch changes scenario `start` by one state of each driver."""

    start: Id
    drivers: tuple[Driver, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _odds_add_up(self) -> Tree:
        for fault in self.faults():
            raise ValueError(fault)
        return self

    def faults(self) -> Iterator[str]:
        """What is wrong with names, odds and parameters that two drivers set; one line each."""
        known: dict[str, Driver] = {}
        setters: Counter[str] = Counter()
        for driver in self.drivers:
            names = [state.id for state in driver.states]
            if driver.id in known or len(set(names)) < len(names):
                yield f"{driver.id}: a driver or one of its states is named twice"
            if driver.given is not None and driver.given not in known:
                yield f"{driver.id}: given {driver.given!r} is no earlier driver"
                continue
            givens = [s.id for s in known[driver.given].states] if driver.given else [None]
            for state in driver.states:
                named = set(state.probability) if isinstance(state.probability, dict) else None
                if named is not None and named != set(givens):
                    yield f"{driver.id}.{state.id}: odds for {sorted(named)}, not {givens}"
                    return
            for given in givens:
                total = sum(state.odds(given) for state in driver.states)
                if abs(total - 1) > SLACK:
                    where = f" given {given}" if given else ""
                    yield f"{driver.id}: odds add to {total:g}{where}; 1 is allowed"
            known[driver.id] = driver
            setters.update(
                {n for state in driver.states for n in (*state.parameters, *state.expressions)}
            )
        for name, count in setters.items():
            if count > 1:
                yield f"{name}: set by the states of {count} drivers; one is allowed"

    def set_values(self) -> Iterator[tuple[tuple[Any, ...], str, Any]]:
        """Every parameter that the tree sets: its path in the file, its name, its value.

        The value is None where it is an expression, an addition or a cap.
        """
        for index, driver in enumerate(self.drivers):
            for at, state in enumerate(driver.states):
                yield from _set_by(state, ("drivers", index, "states", at))


def _set_by(state: State, place: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str, Any]]:
    for name, value in state.parameters.items():
        yield (*place, "parameters", name), name, value
    for part in ("expressions", "add", "at_most"):
        for name in getattr(state, part):
            yield (*place, part, name), name, None
