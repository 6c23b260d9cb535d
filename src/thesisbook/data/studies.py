"""Schemas of data/studies/*.yaml: what is done with the model beside running it.

`bridge` steps from the published target to this book's, named `risks`, `draws` for the simulation
and the `weights` of the scenarios.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from thesisbook.data import schemas
from thesisbook.data.faults import DataError, Fault
from thesisbook.data.reading import explain, read_yaml, relative

ParameterValue = schemas.Scalar


class Step(schemas.Row):
    """A step of the bridge: the parameters that leave their published value, together."""

    id: schemas.Id
    name: schemas.Names
    reason: schemas.Text
    parameters: tuple[schemas.Text, ...] = Field(min_length=1)


class Risk(schemas.Row):
    """A risk as a parameter set run through the model. `probability` is over twelve months."""

    id: schemas.Id
    name: schemas.Names
    probability: float = Field(ge=0, le=1)
    reason: schemas.Text
    parameters: dict[str, ParameterValue] = Field(min_length=1)


class Draw(schemas.Row):
    """The distribution of a parameter in the simulation: triangular, or a switch of a choice.

    Numbers move by `low`, `mode`, `high`, added to the scenario's value (`shift`) or multiplied
    with it (`scale`), in every year alike.
    """

    parameter: schemas.Text
    how: Literal["shift", "scale"]
    low: float
    mode: float
    high: float
    reason: schemas.Text

    @model_validator(mode="after")
    def _ordered(self) -> Draw:
        if not self.low <= self.mode <= self.high:
            raise ValueError(f"low {self.low}, mode {self.mode}, high {self.high} are not in order")
        return self


class Weight(schemas.Row):
    """The probability given to a scenario."""

    scenario: schemas.Id
    probability: float = Field(ge=0, le=1)
    reason: schemas.Text


ROWS: dict[str, type[schemas.Row]] = {
    "bridge": Step,
    "risks": Risk,
    "draws": Draw,
    "weights": Weight,
}


def read_studies(data: Path, root: Path) -> dict[str, tuple[Any, ...]]:
    """Rows by study; a study without a file is empty. Raises DataError."""
    return {name: _rows(data / "studies" / f"{name}.yaml", root, row) for name, row in ROWS.items()}


def _rows(path: Path, root: Path, row: type[schemas.Row]) -> tuple[Any, ...]:
    if not path.exists():
        return ()
    content, lines = read_yaml(path, root)
    try:
        return tuple(TypeAdapter(list[row]).validate_python(content))  # type: ignore[valid-type]
    except ValidationError as error:
        name, faults = relative(path, root), []
        for detail in error.errors(include_url=False):
            loc = detail["loc"]
            at = next((lines[loc[:n]] for n in range(len(loc), -1, -1) if loc[:n] in lines), 1)
            column = ".".join(str(part) for part in loc) or "-"
            faults.append(Fault(name, at, column, explain(detail)))
        raise DataError(faults) from None
