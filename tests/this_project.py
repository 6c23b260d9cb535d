"""What the tests know of the project's own scenarios and chapters: what its data say."""

from __future__ import annotations

import dataclasses
import importlib
from pathlib import Path

from thesisbook.data import load_dataset
from thesisbook.engine.project import Project

ROOT = Path(__file__).parents[1]
#: Scenarios with a book on the site, and all that the data know.
BOOKS = Project(ROOT).scenarios
SCENARIOS = tuple(load_dataset(ROOT).scenarios)
DIFFERING = tuple(name for name in SCENARIOS if name != "base")
# Scenarios whose statements the model makes, every year of the forecast.
MODELLED = tuple(
    name
    for name in SCENARIOS
    if load_dataset(ROOT).scenario(name)["statement_basis"]["value"] == "modelled"
)


def records(room: str) -> list[type]:
    """The dataclasses of a part of the package."""
    names = [path.stem for path in (ROOT / "src" / "thesisbook" / room).glob("[!_]*.py")]
    modules = [importlib.import_module(f"thesisbook.{room}.{name}") for name in names]
    return [
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type)
        and dataclasses.is_dataclass(one)
        and one.__module__ == module.__name__
    ]


def changeable(room: str) -> set[str]:
    """The dataclasses of a part of the package whose fields may be set once they are made."""
    return {one.__name__ for one in records(room) if not one.__dataclass_params__.frozen}


def slim(room: str) -> set[str]:
    """The dataclasses of a part of the package that hold their fields and no dictionary."""
    return {one.__name__ for one in records(room) if "__slots__" in vars(one)}
