"""Conditions of sentences: true ones pass, and every other is named with file, line and cell."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from thesisbook.data import Dataset
from thesisbook.engine.conditions import condition_faults
from thesisbook.engine.notebook_files import conditions
from this_project import ROOT, SCENARIOS

CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def faults(
    folder: Path, dataset: Dataset, *holds: object, scenarios=SCENARIOS, of="chapter", **set_
) -> list[str]:
    cell = {
        "cell_type": "markdown",
        "id": "claim",
        "metadata": {"holds": list(holds)},
        "source": "",
    }
    path = folder / f"{of}.ipynb"
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
    return [str(f) for f in condition_faults([path], folder, dataset, scenarios, set_ or None)]


def test_a_condition_that_is_true_everywhere_passes(tmp_path: Path, dataset: Dataset) -> None:
    assert faults(tmp_path, dataset, "{base.revenue.2027} < {published.revenue.2027}") == []


def test_a_condition_is_asked_in_every_scenario(tmp_path: Path, dataset: Dataset) -> None:
    (fault,) = faults(tmp_path, dataset, "{model.revenue.2028} > 5000")
    assert "claim.holds: found '{model.revenue.2028} > 5000' false in bear, closed;" in fault
    assert re.match(r"chapter\.ipynb:\d+:", fault)
    assert not faults(tmp_path, dataset, "{model.revenue.2028} > 5000", scenarios=["base"])


def test_a_condition_may_name_the_numbers_of_its_chapter(tmp_path: Path, dataset: Dataset) -> None:
    chapter = next(name for name in dataset.numbers if name != "common")
    number = next(row.name for row in dataset.numbers[chapter] if row.format.startswith("pct"))
    holds = f"{{num.{number}}} == {{num.{number}}}"
    assert not faults(tmp_path, dataset, holds, of=chapter)
    assert f"no named number {number!r}" in faults(tmp_path, dataset, holds)[0]


def test_what_a_run_sets_counts(tmp_path: Path, dataset: Dataset) -> None:
    holds = "{tree.target} < {tree.price}"
    assert not faults(tmp_path, dataset, holds)
    assert faults(tmp_path, dataset, holds, price=20)


@pytest.mark.parametrize(
    ("holds", "said"),
    [
        ("{base.revenu.2027} > 1", "revenu"),
        ("{nobody.revenue.2025} > 1", "nobody.revenue.2025"),
        ("{base.revenue.2027} >", "found"),
        ("import os", "found"),
        ("{base.revenue.2027} / 0 > 1", "found"),
        ("{model.target_price} < {model.revenue.2027}", "found HKD against CNY in"),
    ],
)
def test_what_is_no_condition_is_named(
    holds: str, said: str, tmp_path: Path, dataset: Dataset
) -> None:
    (fault,) = faults(tmp_path, dataset, holds)
    assert said in fault and "\n" not in fault


def test_a_typed_thousand_may_turn_a_size_into_another(tmp_path: Path, dataset: Dataset) -> None:
    per_share = "{model.target_price} < {model.market_cap} * 1000"
    assert not faults(tmp_path, dataset, per_share, scenarios=["base"])


def test_the_book_has_conditions() -> None:
    """The gate looked at something; that they hold is what `check` says of the project."""
    assert sum(1 for path in CHAPTERS for _ in conditions(path, ROOT)) > 0
