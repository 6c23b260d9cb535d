"""The file that the page "What if" offers: a scenario and the parameters that differ from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thesisbook.data import Dataset
from thesisbook.model import ParameterError, resolve, run

KEYS = {"what_if": str, "edition": str, "scenario": str, "parameters": dict}


@dataclass(frozen=True)
class Wanted:
    """What a reader's file asks for.

    `differences`: flat name -> (value of the scenario, value of the reader).
    """

    scenario: str
    overrides: Mapping[str, Any]
    differences: Mapping[str, tuple[Any, Any]]
    edition: str

    def told(self, dataset: Dataset) -> list[str]:
        """A line if the file is of another edition than the project: its scenario has moved."""
        now = str(dataset.company["edition"])
        if self.edition == now:
            return []
        return [f"The file is of the edition of {self.edition}, the project is of {now}."]


def read_parameter_file(dataset: Dataset, path: Path) -> Wanted:
    """The scenario and parameters of a file of the page, validated like any parameter.

    Raises ParameterError, one line with the file: no such file of this company, a key that is
    missing, unknown or of another kind, an unknown scenario or parameter, a value out of range.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        raise ParameterError(f"{path.name}: is not JSON: {error}") from None
    if not isinstance(found, dict) or set(found) != set(KEYS):
        keys = ", ".join(found) if isinstance(found, dict) else type(found).__name__
        raise ParameterError(f"{path.name}: found {keys or 'nothing'}; allowed: {', '.join(KEYS)}")
    for key, kind in KEYS.items():
        if not isinstance(found[key], kind):
            raise ParameterError(f"{path.name}: {key}: found {found[key]!r}; a {kind.__name__}")
    company = dataset.company["name"]["en"]
    if found["what_if"] != company:
        raise ParameterError(f"{path.name}: is of {found['what_if']}, the project is of {company}")
    try:
        p = resolve(dataset, found["scenario"])
        moved = p.replace(found["parameters"])
        run(moved)
    except ParameterError as error:
        raise ParameterError(f"{path.name}: {error}") from None
    differences = {key: (p.values[key], moved.values[key]) for key in moved.differences(p)}
    return Wanted(p.scenario, found["parameters"], differences, found["edition"])
