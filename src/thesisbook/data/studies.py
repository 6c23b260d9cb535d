"""Entries of data/studies/*.yaml: studies that run the model many times.

`bridge` steps from the published target to this book's, named `risks`, `draws` (the distributions
of the simulation), the `weights` of the scenarios, the `tree` of the house view
(`thesisbook.data.trees`), and `what_if` (what a reader may move first on the page).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, model_validator

from thesisbook.data.entries import Names
from thesisbook.data.fields import Closed, Id, Number, Scalar, Text
from thesisbook.data.trees import Tree

Probability = Annotated[Number, Field(ge=0, le=1)]


class Step(Closed):
    """A step of the bridge: parameters that change together from their published value."""

    id: Id
    name: Names
    reason: Text
    parameters: tuple[Text, ...] = Field(min_length=1)


class Risk(Closed):
    """A risk: parameter values for a run of the model. `probability` is over twelve months."""

    id: Id
    name: Names
    probability: Probability
    reason: Text
    parameters: dict[str, Scalar] = Field(min_length=1)


class Draw(Closed):
    """The distribution of a parameter: triangular in the simulation, its ends in the tornado.

    The parameter moves by `low`, `mode`, `high`, added to the scenario's value (`shift`) or
    multiplied with it (`scale`), in every year alike.
    """

    parameter: Text
    how: Literal["shift", "scale"]
    low: Number
    mode: Number
    high: Number
    reason: Text

    @model_validator(mode="after")
    def _ordered(self) -> Draw:
        if not self.low <= self.mode <= self.high:
            raise ValueError(f"low {self.low}, mode {self.mode}, high {self.high} are not in order")
        return self


class Weight(Closed):
    """The probability given to a scenario."""

    scenario: Id
    probability: Probability
    reason: Text


class Lever(Closed):
    """Something a reader moves with one control: parameters, or the state of a driver of the tree.

    The control sets one parameter (`set`) or multiplies several, in every year (`scale`), between
    `low` and `high`; any other allowed value can be typed. These are also the ends in the tornado.
    """

    id: Id
    name: Names
    reason: Text
    tree: Id | None = None
    parameters: tuple[Text, ...] = ()
    how: Literal["set", "scale"] = "set"
    low: Number | None = None
    high: Number | None = None

    @model_validator(mode="after")
    def _moves_something(self) -> Lever:
        if bool(self.tree) == bool(self.parameters):
            raise ValueError("either tree or parameters is allowed, and one of them is needed")
        if self.how == "set" and len(self.parameters) > 1:
            raise ValueError("several parameters are given; how: scale moves them together")
        if self.parameters and (self.low is None or self.high is None or self.low >= self.high):
            raise ValueError(f"low {self.low} and high {self.high} are not in order")
        return self


MOST_LEVERS = 12
STUDIES: dict[str, TypeAdapter] = {
    "bridge": TypeAdapter(tuple[Step, ...]),
    "risks": TypeAdapter(tuple[Risk, ...]),
    "draws": TypeAdapter(tuple[Draw, ...]),
    "weights": TypeAdapter(tuple[Weight, ...]),
    "tree": TypeAdapter(Tree),
    "what_if": TypeAdapter(Annotated[tuple[Lever, ...], Field(max_length=MOST_LEVERS)]),
}
