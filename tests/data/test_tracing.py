"""What a run read from the data: recorded by name, and held against later data."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from thesisbook.data import Dataset, load_dataset
from thesisbook.data.tracing import _traced, access_log, digest, holds


@pytest.fixture
def project_data(project: Path) -> Dataset:
    return load_dataset(project)


def test_every_kind_of_look_up_is_recorded_once_and_answered_as_without_a_log(
    project: Path, project_data: Dataset
) -> None:
    plain = project_data
    with access_log() as log:
        read = load_dataset(project)
        assert log.records() == [], "reading the files is no look-up of a run"
        for _ in range(2):
            assert read.sources["004"] == plain.sources["004"]
        assert "gone" not in read.entities and "acme" in read.entities
        assert list(read.metrics) == list(plain.metrics)
        assert len(read.labels) == len(plain.labels) == 1
        assert read.patents == plain.patents
        assert read.fact("acme.revenue.2025").value == 1300.0
        assert read.facts("rival", period="2025") == plain.facts("rival", period="2025")
        assert read.sources.get("gone") is None
    told = {tuple(record[:3]): record[3] for record in log.records()}
    assert list(told) == sorted(told)
    assert set(told) == {
        ("facts", "_facts", "entity=rival&period=2025"),
        ("has", "entities", "acme"),
        ("has", "entities", "gone"),
        ("item", "_facts", "acme.revenue.2025"),
        ("item", "sources", "004"),
        ("item", "sources", "gone"),
        ("keys", "labels", ""),
        ("keys", "metrics", ""),
        ("rows", "patents", ""),
    }
    assert told["has", "entities", "gone"] == digest(False)
    assert told["item", "sources", "gone"] == digest("missing")
    assert all(holds(plain, record) for record in log.records())


def test_a_look_up_no_longer_holds_where_its_answer_is_another(
    project: Path, project_data: Dataset
) -> None:
    with access_log() as log:
        read = load_dataset(project)
        read.fact("acme.share_price.2026-06-02")
        read.facts("rival")
        list(read.metrics)
        "rate" in read.metrics  # noqa: B015
        read.metrics.get("rate")
        read.patents  # noqa: B018
        read.fact("acme.ticker.na")
    metrics = project / "data" / "metrics.csv"
    metrics.write_text(metrics.read_text("utf-8") + "rate,Rate,率,ratio\n", "utf-8")
    market = project / "data" / "facts" / "market.csv"
    market.write_text(market.read_text("utf-8").replace("1250,CNY", "1251,CNY"), "utf-8")
    later = load_dataset(project)
    changed = [tuple(record[:3]) for record in log.records() if not holds(later, record)]
    assert changed == [
        ("facts", "_facts", "entity=rival"),
        ("has", "metrics", "rate"),
        ("item", "metrics", "rate"),
        ("keys", "metrics", ""),
    ]
    rows = dataclasses.replace(later, patents=later.patents[:-1])
    assert [
        record[0] for record in log.records() if record[0] == "rows" and not holds(rows, record)
    ] == ["rows"]


def test_without_a_log_nothing_is_recorded_and_logs_do_not_mix(project: Path) -> None:
    assert type(load_dataset(project)) is Dataset
    with access_log() as outer:
        load_dataset(project).sources["004"]
        with access_log() as inner:
            load_dataset(project).sources["results-2026-03-30"]
        load_dataset(project).entities["acme"]
    assert [record[2] for record in outer.records()] == ["acme", "004"]
    assert [record[2] for record in inner.records()] == ["results-2026-03-30"]
    assert type(load_dataset(project)) is Dataset


def test_a_field_that_cannot_be_recorded_is_an_error(project_data: Dataset) -> None:
    with access_log() as log:
        _traced(project_data, log)
        with pytest.raises(TypeError, match=r"Dataset\.labels is a set, which cannot be traced"):
            _traced(dataclasses.replace(project_data, labels={"a"}), log)  # type: ignore[arg-type]
