"""The cause of a number that moved is an input, never a line computed from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

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
    lines = ("ppe", "intangibles", "inventories", "cash", "other_income", "right_of_use_assets")
    return [f"{p.entity}.{line}.{p.last_actual}" for line in lines]


def test_a_reported_fact_is_the_only_cause(dataset: Dataset, standing: dict[str, Any]) -> None:
    facts = history_of(dataset)
    numbers = 0
    for fact_id in facts:
        after = content(with_fact(dataset, fact_id, 2.0))
        found = {row["name"]: set(row["causes"]) for row in
                 compare_builds(standing, after)["numbers"]}  # fmt: skip
        assert found["target_price"] == {fact_id}
        for name, causes in found.items():
            assert causes, name
            kinds = {standing["receipts"].get(cause, {}).get("kind", "") for cause in causes}
            assert not kinds & set(COMPUTED), (name, causes)
        numbers += len(found)
    print(f"{len(facts)} facts moved, {numbers} numbers with their causes")
    assert numbers > 60


@pytest.mark.parametrize(("parameter", "value"), [("depreciation_rate.2030", 0.3), ("beta", 1.3)])
def test_a_parameter_is_the_cause(
    dataset: Dataset, standing: dict[str, Any], parameter: str, value: float
) -> None:
    """Also one that base reads from a fact: the fact has not moved."""
    after = content(dataset, {parameter: value})
    found = {row["name"]: set(row["causes"]) for row in compare_builds(standing, after)["numbers"]}
    assert found["target_price"] == {f"param.{parameter}"}


def test_a_changed_equation_is_said_to_be_one(standing: dict[str, Any]) -> None:
    """No input differs and a computed line does: another version of the model made it."""
    after = {key: dict(value) for key, value in standing.items()}
    after["receipts"]["model.target_price"] = {
        **standing["receipts"]["model.target_price"],
        "value": 1.0,
    }
    name = "target_price"
    after["numbers"][name] = {**standing["numbers"][name], "value": 1.0}
    found = {row["name"]: set(row["causes"]) for row in compare_builds(standing, after)["numbers"]}
    assert found[name] == {"the formula of model.target_price"}
