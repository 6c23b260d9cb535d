"""The parameter sets of a sweep, from its grid file: read and validated as assumptions are."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, TypeAdapter

from thesisbook.data import DataError, Fault, load_dataset
from thesisbook.data.entries import Assumption
from thesisbook.data.fields import Closed, Count, Number, Scalar
from thesisbook.data.naming import unknown
from thesisbook.data.reading import Document, read_document
from thesisbook.data.settings import why_not
from thesisbook.data.validation import validate_entries
from thesisbook.engine.errors import ParameterFault
from thesisbook.engine.project import DEFAULT_SCENARIO, Variant

Output = Literal["html", "pdf", "xlsx"]


class Steps(Closed):
    """Values evenly spaced, ends included."""

    from_: Number = Field(alias="from")
    to: Number
    steps: Annotated[Count, Field(ge=1, le=10_000)]

    def values(self) -> list[float]:
        width = (self.to - self.from_) / max(self.steps - 1, 1)
        return [round(self.from_ + width * n, 12) for n in range(self.steps)]


def _axis(given: Any) -> Any:
    """A list as it stands, or the values of `{from, to, steps}`."""
    if isinstance(given, dict):
        return Steps.model_validate(given).values()
    if not isinstance(given, list):
        raise ValueError("a list, or from, to and steps are allowed")
    return given


Axis = Annotated[tuple[Scalar, ...], BeforeValidator(_axis), Field(min_length=1)]


class GridFile(Closed):
    """The keys of a grid file."""

    what: Literal["values", "books"] = "values"
    scenarios: tuple[str, ...] | None = None
    parameters: dict[str, Axis] = Field(default_factory=dict)
    sets: tuple[dict[str, Scalar], ...] = ()
    outputs: tuple[Output, ...] = ("html",)


_GRID = TypeAdapter(GridFile)


@dataclass(frozen=True)
class Grid:
    """What to make (`values` or `books`), of which variants, and which outputs of a book."""

    what: str
    variants: tuple[Variant, ...]
    outputs: tuple[str, ...]


def read_grid(path: Path, root: Path | None = None) -> Grid:
    """Scenarios x the product of `parameters`, then the explicit `sets`. Raises ParameterFault.

    With `root`, a project, names and values must be such as its base allows.
    """
    place = path.resolve()
    try:
        document = read_document(place, place.parent)
        grid: GridFile = validate_entries(document, _GRID)
        faults = list(_faults(document, grid, root)) if root else []
    except DataError as error:
        faults = list(error.faults)
    if faults:
        raise ParameterFault("\n".join(map(str, faults)))
    scenarios = grid.scenarios or (() if grid.sets else (DEFAULT_SCENARIO,))
    variants = [
        Variant(scenario, dict(zip(grid.parameters, values, strict=True)))
        for scenario in scenarios
        for values in itertools.product(*grid.parameters.values())
    ]
    for entry in grid.sets:
        overrides = {name: value for name, value in entry.items() if name != "scenario"}
        variants.append(Variant(str(entry.get("scenario", DEFAULT_SCENARIO)), overrides))
    unique = {variant.key: variant for variant in variants}
    return Grid(grid.what, tuple(unique.values()), grid.outputs)


def _faults(document: Document, grid: GridFile, root: Path) -> Iterator[Fault]:
    """What a grid names or sets that the project does not allow."""
    dataset = load_dataset(root)
    base = {name: Assumption.model_validate(e) for name, e in dataset.parameters.items()}
    named: list[tuple[tuple, str]] = [
        (("scenarios", n), name) for n, name in enumerate(grid.scenarios or ())
    ]
    set_to: list[tuple[tuple, str, object]] = [
        (("parameters", name, n), name, value)
        for name, values in grid.parameters.items()
        for n, value in enumerate(values)
    ]
    for n, entry in enumerate(grid.sets):
        for name, value in entry.items():
            if name == "scenario":
                named.append((("sets", n, name), str(value)))
            else:
                set_to.append((("sets", n, name), name, value))
    for path, scenario in named:
        line, column = document.line(path), ".".join(map(str, path))
        yield from unknown(
            document.file, line, column, scenario, dataset.scenarios, kind="scenario"
        )
    for path, name, wanted in set_to:
        if message := why_not(base, name, wanted):
            yield Fault(document.file, document.line(path), ".".join(map(str, path)), message)
