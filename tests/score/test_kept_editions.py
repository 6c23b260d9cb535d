"""Kept assumptions through today's model give the kept numbers, or a named method says why not."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from thesisbook.data import Dataset
from thesisbook.data.kept_editions import KeptEdition
from thesisbook.data.ledger_rows import Changes
from thesisbook.model import ParameterError, resolve, run
from thesisbook.score.kept_results import as_dataset, edition_of, kept_faults, results

EDITION = "2026-06-02"


def with_kept(dataset: Dataset, **changed: Any) -> Dataset:
    kept = dataclasses.replace(dataset.kept[EDITION], **changed)
    return dataclasses.replace(dataset, kept={EDITION: kept})


@pytest.fixture(scope="module")
def kept(dataset: Dataset) -> KeptEdition:
    return dataset.kept[EDITION]


# What the pages of June printed.
PRINTED = {
    "published.target_price": 78.63,
    "base.target_price": 77.51,
    "bull.target_price": 97.12,
    "bear.target_price": 38.08,
    "weighted.target": 69.61,
    "simulation.mean": 58.19,
}


def test_todays_model_gives_what_june_printed(dataset: Dataset, kept: KeptEdition) -> None:
    found = results(dataset, kept)
    assert {name: round(found[name], 2) for name in PRINTED} == PRINTED
    assert {name: round(kept.headlines[name], 2) for name in PRINTED} == PRINTED
    assert found == pytest.approx(kept.headlines, abs=0.005)


def test_the_edition_of_june_is_graded_by_its_base(dataset: Dataset, kept: KeptEdition) -> None:
    result = run(resolve(as_dataset(dataset, kept)))
    row = next(row for row in dataset.editions if row.edition == EDITION)
    assert (result.rating, round(result.quantity("target_price"), 2)) == ("buy", 77.51)
    assert (row.rating, round(row.target, 2), row.price) == ("buy", 77.51, 61.65)


def test_named_numbers_are_kept_as_shown(kept: KeptEdition) -> None:
    shown = {row.name: row.shown for row in kept.numbers}
    assert len(shown) > 900
    assert shown["target_price"] == "HKD 77.51"
    assert shown["sum_trigger_h1_up"] == "RMB 976 mn"


def test_a_kept_number_that_moved_without_a_method_is_a_fault(dataset: Dataset) -> None:
    moved = {**dataset.kept[EDITION].headlines, "bear.target_price": 38.20}
    (fault,) = kept_faults(with_kept(dataset, headlines=moved), slow=False)
    assert str(fault) == (
        "data/editions/2026-06-02/headlines.csv:11:value: bear.target_price was 38.2000, today's "
        "model gives 38.0838; no method explains it"
    )


def method(value: float) -> Changes:
    return Changes.model_validate(
        {
            "methods": [
                {
                    "id": "leases",
                    "name": {"en": "Leases", "zh": "租赁"},
                    "reason": "Made up for this test",
                    "headlines": {"bear.target_price": value},
                }
            ]
        }
    )


def test_a_named_method_explains_a_moved_number_to_the_cent(dataset: Dataset) -> None:
    moved = {**dataset.kept[EDITION].headlines, "bear.target_price": 38.20}
    explained = with_kept(dataset, headlines=moved, changes=method(38.083758))
    assert list(kept_faults(explained, slow=False)) == []
    (fault,) = kept_faults(with_kept(dataset, headlines=moved, changes=method(38.10)), slow=False)
    assert "leases in changes.yaml says 38.1000" in str(fault)


def test_an_assumption_that_the_model_no_longer_takes_is_a_fault(dataset: Dataset) -> None:
    scenarios = dict(dataset.kept[EDITION].scenarios)
    scenarios["bear"] = {**scenarios["bear"], "wacccc": {"value": 0.1, "reason": "x"}}
    (fault,) = kept_faults(with_kept(dataset, scenarios=scenarios), slow=False)
    assert "today's model cannot run the kept assumptions" in str(fault)
    assert "wacccc: no such parameter" in str(fault)


def test_an_edition_that_is_not_kept_is_refused(dataset: Dataset) -> None:
    with pytest.raises(ParameterError, match="2026-06-01: no such edition; kept are 2026-06-02"):
        edition_of(dataset, "2026-06-01")
