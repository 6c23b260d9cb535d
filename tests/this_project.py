"""What the tests know of the project's own scenarios and chapters: what its data say."""

from __future__ import annotations

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
