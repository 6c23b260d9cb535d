"""The data of this project: they pass, quickly, and point to exhibits that exist."""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path

import pytest

from thesisbook.data import Dataset
from thesisbook.data.check import checked, run_check
from thesisbook.data.expressions import references

ROOT = Path(__file__).parents[2]
BUDGET = 2.0  # seconds of processor time, after imports


def test_the_check_passes_within_its_time_and_shows_its_counts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    began = time.process_time()
    assert run_check(ROOT) == 0
    assert time.process_time() - began < BUDGET
    out, err = capsys.readouterr()
    assert err == ""
    for title in ("Facts ", "Exhibits of the audited report ", "Errata ", "Scoreboard "):
        assert f"{title}" in out


def test_the_summary_counts_what_is_there(
    dataset: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    run_check(ROOT)
    lines = capsys.readouterr().out.splitlines()
    by_result = Counter(done.result for done in checked(dataset))
    for result, count in by_result.items():
        assert f"  {result.replace('_', ' '):<34}{count:>6}" in lines
    audited = dataset.company["audited_source"]
    assert f"  {audited:<34}{len(dataset.facts(source=audited)):>6}" in lines


def test_at_least_forty_exhibits_are_rebuilt_or_derived(dataset: Dataset) -> None:
    status = Counter(row.status for row in dataset.exhibits)
    assert [row.number for row in dataset.exhibits] == list(range(1, len(dataset.exhibits) + 1))
    assert status["rebuilt"] + status["derived"] >= 40


def test_every_exhibit_stands_where_it_is_said_to(dataset: Dataset) -> None:
    known = {f"{chapter}:{row.id}" for chapter, rows in dataset.captions.items() for row in rows}
    said = {place.strip() for row in dataset.exhibits for place in row.where.split(";") if place}
    assert sorted(said - known) == []


def test_every_entity_metric_and_source_is_used(dataset: Dataset) -> None:
    """What nothing names is a leftover."""
    facts = dataset.facts()
    products = {product["entity"] for product in dataset.company["products"]}
    sources = {fact.source for fact in facts} | {w.source for f in facts for w in f.corroborations}
    sources |= {place.source for erratum in dataset.errata.values() for place in erratum.where}
    for chapter in (ROOT / "notebooks").glob("*.ipynb"):  # a sentence names its source
        sources |= set(re.findall(r'data-source=\\"([\w-]+)', chapter.read_text()))
    coming = {name for row in dataset.forecasts for name in references(row.metric)}
    awaited = {name.split(".")[1] for name in coming}
    assert set(dataset.metrics) - {fact.metric for fact in facts} - awaited == set()
    assert set(dataset.entities) - {fact.entity for fact in facts} - products == set()
    assert set(dataset.sources) - sources == set()
