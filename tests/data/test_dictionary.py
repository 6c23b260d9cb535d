"""The dictionary of the data names every file, column, unit and closed list that the code knows."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from thesisbook.data import entries, fields
from thesisbook.data.expressions import FUNCTIONS
from thesisbook.data.files import ENTRIES, FOLDERS, SINGLE
from thesisbook.data.units import DIMENSIONS, MADE, UNITS

README = (Path(__file__).parents[2] / "data" / "README.md").read_text("utf-8")

CLOSED = {
    "unit": [*UNITS, *(code for codes in MADE.values() for code in codes)],
    "basis": list(fields.BASES),
    "source kind": list(get_args(fields.SourceKind)),
    "entity kind": list(get_args(fields.EntityKind)),
    "exhibit status": list(get_args(fields.ExhibitStatus)),
    "severity": list(get_args(fields.Severity)),
    "verdict": list(get_args(fields.Verdict)),
}


@pytest.mark.parametrize("kind", CLOSED)
def test_closed_lists_are_written_down(kind: str) -> None:
    assert [code for code in CLOSED[kind] if f"`{code}`" not in README] == []


def test_files_and_their_columns_are_written_down() -> None:
    for name, model in SINGLE.items():
        assert f"{name}.csv" in README
        assert [column for column in model.model_fields if column not in README] == []
    for name, model in FOLDERS.items():
        assert f"`{name}/" in README
        assert [column for column in model.model_fields if column not in README] == []
    assert [name for name in ENTRIES if f"{name.split('/')[-1]}.yaml" not in README] == []
    for entry in (entries.Company, entries.Assumption, entries.Erratum, entries.Recomputation):
        assert [key for key in entry.model_fields if key not in README] == []


def test_dimensions_and_functions_are_written_down() -> None:
    assert [name for name in DIMENSIONS if f"| {name} |" not in README] == []
    assert [name for name in FUNCTIONS if name not in README] == []
