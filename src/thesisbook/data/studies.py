"""Entries of data/studies/*.yaml: studies that run the model many times.

`bridge` steps from the published target to this book's, `draws` (the distributions of the
simulation), the `tree` of the house view (`thesisbook.data.trees`), and what is valued over it:
`risks` and other `cases`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, model_validator

from thesisbook.data.edition_steps import EditionBridge
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


class Case(Closed):
    """A change of the house view, valued over the whole tree.

    `states` keeps the branches in which a driver has one of these states, and `odds` replaces the
    probabilities of a driver's states; `parameters` are set, `scale` multiplies parameters and
    `shift` adds to them, in every branch. `probability`, over twelve months, is that of a case
    without states; the tree knows that of one with states. `group` says which exhibit shows it.
    """

    id: Id
    name: Names
    group: Id
    reason: Text
    probability: Probability | None = None
    states: dict[Id, tuple[Id, ...]] = Field(default_factory=dict)
    odds: dict[Id, dict[Id, Probability]] = Field(default_factory=dict)
    parameters: dict[str, Scalar] = Field(default_factory=dict)
    scale: dict[str, Number] = Field(default_factory=dict)
    shift: dict[str, Number] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _changes(self) -> Case:
        if not (self.states or self.odds or self.parameters or self.scale or self.shift):
            kinds = "states, odds, parameters, scale or shift"
            raise ValueError(f"found no change; {kinds} is required")
        if self.states and self.probability is not None:
            raise ValueError("found states and a probability; the tree knows that of its states")
        return self


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


STUDIES: dict[str, TypeAdapter] = {
    "bridge": TypeAdapter(tuple[Step, ...]),
    "risks": TypeAdapter(tuple[Case, ...]),
    "cases": TypeAdapter(tuple[Case, ...]),
    "draws": TypeAdapter(tuple[Draw, ...]),
    "tree": TypeAdapter(Tree),
    "edition_bridge": TypeAdapter(EditionBridge),
}
