"""The cause of a number that moved is an input, never a line computed from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from thesisbook.cli import differences
from thesisbook.data import Dataset, Expression
from thesisbook.engine.comparison import COMPUTED, compare_builds
from thesisbook.exhibits import Report
from thesisbook.exhibits.sentences import SENTENCE_FUNCTIONS
from thesisbook.model import resolve


def content(dataset: Dataset, overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Numbers of every chapter made of one run of the model, as a build writes them."""
    report = Report.open("base", overrides, dataset=dataset)
    names = []
    for chapter, rows in dataset.numbers.items():
        report.numbers.open_chapter(chapter)
        for row in rows:
            spaces = {
                one.partition(".")[0]
                for one in Expression(row.expression, SENTENCE_FUNCTIONS).references
            }
            names += [row.name] if spaces == {"model"} else []
    return report.numbers.payload(names)


@pytest.fixture(scope="module")
def target(dataset: Dataset) -> str:
    """Name of the number that is the target of the run: the headline is that of the tree."""
    rows = (row for rows in dataset.numbers.values() for row in rows)
    return next(row.name for row in rows if row.expression == "{model.target_price}")


@pytest.fixture(scope="module")
def standing(dataset: Dataset) -> dict[str, Any]:
    return content(dataset)


def with_fact(dataset: Dataset, fact_id: str, factor: float) -> Dataset:
    fact = dataset.fact(fact_id)
    assert isinstance(fact.value, float)
    return replace(
        dataset, _facts={**dataset._facts, fact_id: replace(fact, value=fact.value * factor)}
    )


def history_of(dataset: Dataset) -> list[str]:
    """One fact of each kind that a forecast starts from."""
    p = resolve(dataset)
    lines = [
        "ppe",
        "intangibles",
        "inventories",
        "trade_receivables",
        "cash",
        "right_of_use_assets",
    ]
    return [f"{p.entity}.{line}.{p.last_actual}" for line in lines]


def test_a_reported_fact_is_the_only_cause(
    dataset: Dataset, standing: dict[str, Any], target: str
) -> None:
    facts = history_of(dataset)
    numbers = 0
    for fact_id in facts:
        after = content(with_fact(dataset, fact_id, 2.0))
        found = {
            row["name"]: set(row["causes"]) for row in compare_builds(standing, after)["numbers"]
        }
        assert found[target] == {fact_id}
        for name, causes in found.items():
            assert causes, name
            kinds = {standing["receipts"].get(cause, {}).get("kind", "") for cause in causes}
            assert not kinds & set(COMPUTED), (name, causes)
        numbers += len(found)
    print(f"{len(facts)} facts moved, {numbers} numbers with their causes")
    assert numbers > 25


@pytest.mark.parametrize(("parameter", "value"), [("depreciation_rate.2030", 0.3), ("beta", 1.3)])
def test_a_parameter_is_the_cause(
    dataset: Dataset, standing: dict[str, Any], target: str, parameter: str, value: float
) -> None:
    """Also one that base reads from a fact: the fact has not moved."""
    after = content(dataset, {parameter: value})
    found = {row["name"]: set(row["causes"]) for row in compare_builds(standing, after)["numbers"]}
    assert found[target] == {f"param.{parameter}"}


def test_a_changed_equation_is_said_to_be_one(standing: dict[str, Any], target: str) -> None:
    """No input differs and a computed line does: another version of the model made it."""
    after = {key: dict(value) for key, value in standing.items()}
    after["receipts"]["model.target_price"] = {
        **standing["receipts"]["model.target_price"],
        "value": 1.0,
    }
    after["numbers"][target] = {**standing["numbers"][target], "value": 1.0}
    found = {row["name"]: set(row["causes"]) for row in compare_builds(standing, after)["numbers"]}
    assert found[target] == {"the formula of model.target_price"}


def number(label: str, value: float) -> dict[str, Any]:
    return {"label": label, "value": value, "text": f"{value:.2f}", "inputs": []}


def test_two_builds_are_told_with_the_headline_target_first() -> None:
    """Of a build with a tree, the steps of the run shown follow: they end at another value."""
    builds = [
        {
            "numbers": {"a": number("Orders", orders), "target_price": number("Target", price)},
            "receipts": {},
        }
        for orders, price in ((1.0, 28.0), (5.0, 27.0))
    ]
    start = {"step": "start", "name": "base", "delta": 0.0, "target_after": 31.0}
    step = {"step": "fx", "name": "Exchange rate", "delta": -2.0, "target_after": 29.0}
    found = {"first": "one", "second": "two", "bridge": [start, step], **compare_builds(*builds)}
    text = "\n".join(differences.lines(found))
    places = [text.index(words) for words in ("Target ", "Orders", "scenario shown", "Exchange")]
    assert places == sorted(places)
