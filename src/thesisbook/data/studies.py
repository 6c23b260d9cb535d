"""Entries of data/studies/*.yaml: studies that run the model many times.

`bridge` steps from the published target to this book's, named `risks`, `draws` (the distributions
of the simulation), the `weights` of the scenarios, and the `tree` of the house view
(`thesisbook.data.trees`).
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


STUDIES: dict[str, TypeAdapter] = {
    "bridge": TypeAdapter(tuple[Step, ...]),
    "risks": TypeAdapter(tuple[Risk, ...]),
    "draws": TypeAdapter(tuple[Draw, ...]),
    "weights": TypeAdapter(tuple[Weight, ...]),
    "tree": TypeAdapter(Tree),
}
