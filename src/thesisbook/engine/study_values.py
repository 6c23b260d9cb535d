"""Check the values that the tree and its cases lead to: each must lie within its parameter's range.

What a state adds or a case scales is known only together with what it starts from, so that a value
may leave its range although nothing in the file looks wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from thesisbook.data import Dataset, Fault
from thesisbook.data.reading import read_document
from thesisbook.data.studies import Case
from thesisbook.model.parameters import ParameterError
from thesisbook.model.scenario_tree import tree_inputs

_CHANGES = ("add", "at_most", "expressions", "parameters")
_BEYOND = re.compile(r"(\S+): (\S+) is out of range; allowed is ([^(]+?)(?: \(.*\))?")


def study_value_faults(dataset: Dataset, root: Path) -> Iterator[Fault]:
    """A value out of range in a branch of the tree, or in a branch with one of the cases."""
    if not dataset.studies.get("tree"):
        return
    if message := _refused(dataset):
        name, told = _told(message)
        file = "data/studies/tree.yaml"
        yield Fault(file, _line(root, file, name), name, told)
        return
    for study, rows in dataset.studies.items():
        for index, case in enumerate(rows):
            if not isinstance(case, Case):
                break
            if message := _refused(dataset, case.parameters, case.odds, case.scale, case.shift):
                name, told = _told(message)
                file = f"data/studies/{study}.yaml"
                line = read_document(root / file, root).line((index,))
                yield Fault(file, line, f"{case.id}.{name}", told)


def _refused(dataset: Dataset, *changes: Any) -> str:
    """Why the branches with these changes have no value; nothing where they have."""
    try:
        inputs = tree_inputs(dataset, *changes)
        inputs.at(np.arange(len(inputs.probabilities)))
    except ParameterError as error:
        return str(error)
    return ""


def _told(message: str) -> tuple[str, str]:
    """The parameter that the model refuses, and what is wrong with it."""
    if found := _BEYOND.fullmatch(message):
        return found[1], f"found {found[2]} in a branch; {found[3]} is allowed"
    return message.partition(":")[0], f"found {message}"


def _line(root: Path, file: str, name: str) -> int:
    """The line where the tree first changes a parameter, in one year or in all."""
    lines = read_document(root / file, root).lines
    names = (name, name.rpartition(".")[0])
    found = [
        (_CHANGES.index(place[-2]), line)
        for place, line in lines.items()
        if len(place) > 1 and place[-1] in names and place[-2] in _CHANGES
    ]
    return min(found)[1] if found else 1
