"""Receipts of studies and of the score room call each number in words and name what it rests on."""

from __future__ import annotations

import math
import re
from typing import Any

import pandas as pd
import pytest

from thesisbook.data import Dataset
from thesisbook.exhibits import Report
from thesisbook.exhibits import score_tables as scoring
from thesisbook.exhibits.study_words import COLUMNS

CODE = re.compile(r"[{}]|\w_\w|\w\.[a-z]\w|\*|==|\w\(|^\w+: \w+$")
TABLES = ("bridge", "reverse", "breakeven", "state", "risk", "case", "tornado", "effect", "border")
OF_TREE = (
    "target",
    "today",
    "dcf",
    "relative",
    "target_p10",
    "today_p90",
    "dcf_p05",
    "upside",
    "relative_return",
    "rating",
    "above_price",
    "branches",
    "price",
    "shares_mn",
    "param.index_return",
)


def answered(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """The cells of a table that have a number or a word."""
    return [
        (row, column)
        for row in frame.index
        for column in frame.columns
        if isinstance(frame.at[row, column], str | float)
        and not (isinstance(frame.at[row, column], float) and math.isnan(frame.at[row, column]))
    ]


@pytest.mark.parametrize("study", TABLES)
def test_every_cell_of_a_study_is_called_in_words(
    report: Report, dataset: Dataset, study: str
) -> None:
    studies = report.numbers.resolver.studies
    cells = answered(studies.frame(study))
    if study in ("reverse", "breakeven"):
        names = [row for row, column in cells if column == "implied"]
    else:
        told = {column for _, column in cells} - set(COLUMNS) - {"label"}
        assert told <= set(dataset.company["scenarios"]), told
        names = [f"{row}.{column}" for row, column in cells if column in COLUMNS]
    assert names
    labels = {name: studies.receipt(study, name)["label"] for name in names}
    assert {name: label for name, label in labels.items() if CODE.search(label)} == {}
    assert len(set(labels.values())) == len(labels)


def test_every_number_of_the_tree_is_called_in_words(report: Report) -> None:
    studies = report.numbers.resolver.studies
    branch = studies.tree.branches[0]
    by_year = [f"{line}.{max(years)}" for line, years in branch.lines.items()]
    names = list(dict.fromkeys([*OF_TREE, *branch.scalars, *by_year]))
    labels = [studies.receipt("tree", name)["label"] for name in names if name != "rating"]
    assert [label for label in labels if CODE.search(label)] == []


@pytest.mark.parametrize("space", scoring.SPACES)
def test_every_cell_of_the_score_room_is_called_in_words(report: Report, space: str) -> None:
    score = report.numbers.resolver.scoring
    cells = answered(score.frame(space))
    labels = [score.receipt(space, f"{row}.{column}")["label"] for row, column in cells]
    assert labels
    assert [label for label in labels if CODE.search(label.partition(": ")[2] or label)] == []


def facts_behind(report: Report, reference: str) -> list[str]:
    receipts: dict[str, Any] = report.numbers.book.gather([reference])
    return [name for name, receipt in receipts.items() if receipt["kind"] == "fact"]


@pytest.mark.parametrize("scenario", ["base", "audited", "bear"])
def test_a_number_over_the_tree_rests_on_what_it_is_of(dataset: Dataset, scenario: str) -> None:
    """The price of the tree rests on the fact of the price alone, not on all behind the target."""
    report = Report.open(scenario, dataset=dataset)
    fact = dataset.scenarios["base"]["price"]["fact"]
    assert facts_behind(report, "tree.price") == [fact]
    assert len(facts_behind(report, "tree.upside")) > 20


@pytest.mark.parametrize("scenario", ["base", "bear"])
def test_a_price_set_for_the_run_rests_on_no_fact(dataset: Dataset, scenario: str) -> None:
    report = Report.open(scenario, {"price": 40}, dataset=dataset)
    assert report.value("tree.price") == 40
    assert facts_behind(report, "tree.price") == []
