"""Entries of data/studies/edition_bridge.yaml: what moved the target between two editions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from thesisbook.data.entries import Names
from thesisbook.data.fields import Closed, Day, Id, Text

Kind = Literal[
    "fact", "method", "forecast", "price", "odds", "time", "fact+method", "fact+forecast"
]


class EditionStep(Closed):
    """Parameters that move together from the last edition's value to this one's.

    A step of kind `odds` goes from the starting branch to the tree and moves none; one of kind
    `time`, the last, rolls the value forward.
    """

    id: Id
    kind: Kind
    name: Names
    parameters: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _moves(self) -> EditionStep:
        if bool(self.parameters) == (self.kind == "odds"):
            raise ValueError(f"{self.id}: parameters are required, but for a step of kind odds")
        return self


class EditionBridge(Closed):
    """Steps from `scenario` of a kept edition to the expected value over today's tree.

    `opening` is the scenario of that edition with which the table opens, if any.
    """

    edition: Day
    scenario: Id
    opening: Id | None = None
    steps: tuple[EditionStep, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ends(self) -> EditionBridge:
        names = [step.id for step in self.steps]
        if len(set(names)) < len(names):
            raise ValueError("found a step twice; once is allowed")
        kinds = [step.kind for step in self.steps]
        ends = [kind for kind in ("odds", "time") if kind in kinds]
        if [kind for kind in kinds if kind in ends] != kinds[len(kinds) - len(ends) :]:
            raise ValueError("steps of kind odds and time come once, in this order, at the end")
        return self
