"""What pages say of the share price is read from the fact that the run uses."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from thesisbook.data import Dataset, load_dataset
from thesisbook.data.edits import Edits, Print, add_source, set_figure
from thesisbook.exhibits import Report

ROOT = Path(__file__).parents[2]
SOURCE = "exchange-later"


def in_words(day: str) -> str:
    given = date.fromisoformat(day)
    return f"{given.day} {given:%B %Y}"


@pytest.fixture(scope="module")
def repriced(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The project with the close of the day of its edition, from another source."""
    place = tmp_path_factory.mktemp("repriced")
    shutil.copytree(ROOT / "data", place / "data")
    day = dataset.company["edition"]
    edits = Edits(load_dataset(place))
    add_source(
        edits,
        {
            "id": SOURCE,
            "publisher": "Exchange",
            "title": "Daily quotations",
            "date": day,
            "kind": "primary",
            "chain": "origin",
            "grade": "A",
            "language": "en",
        },
    )
    set_figure(edits, "price", Print("65.00", day, SOURCE, "page 1"))
    for name, text in edits.texts.items():
        (place / name).write_text(text, "utf-8")
    return Report.open(dataset=load_dataset(place))


def source_lines(report: Report) -> dict[str, str]:
    """The line of sources of each exhibit that says it shows the price."""
    found = {}
    for chapter, rows in report.dataset.captions.items():
        report.numbers.open_chapter(chapter)
        for row in rows:
            if "{price}" in row.source.split(";"):
                found[row.id] = report._sources(row.source)
    return found


def test_a_new_price_brings_its_own_day(repriced: Report) -> None:
    assert repriced.number("price").text == "HKD 65.00"
    day = repriced.dataset.company["price_date"]
    assert repriced.number("price_date").text == in_words(day)
    assert repriced.number("valuation_date").text == in_words(day)


def test_a_new_price_is_credited_to_its_own_source(repriced: Report, dataset: Dataset) -> None:
    lines = source_lines(repriced)
    assert lines
    before = dataset.fact(dataset.scenarios["base"]["price"]["fact"]).source
    for exhibit, line in lines.items():
        assert line.count(f'data-source="{SOURCE}"') == 1, exhibit
        assert f'data-source="{before}"' not in line, exhibit


def test_a_price_is_credited_to_its_source_alone(dataset: Dataset) -> None:
    """Once, whether or not the exhibit names the source too; and no source of the value is."""
    report = Report.open(dataset=dataset)
    fact = dataset.fact(dataset.scenarios["base"]["price"]["fact"])
    assert report.number("price_date").text == in_words(fact.period)
    assert report._behind("{price}") == [fact.source]
    assert report._sources(f"{fact.source};{{price}}").count("data-source=") == 1


def test_a_price_set_by_hand_has_no_day_and_no_source() -> None:
    report = Report.open("bear", {"price": 40})
    assert report.number("price_date").text == "a day not given"
    lines = source_lines(report)
    assert lines
    for line in lines.values():
        assert "Bear, changed: Share price HKD 40.00" in line
    assert report._behind("{price}") == []


def test_values_are_as_of_the_valuation_date(dataset: Dataset) -> None:
    """A price set by hand moves no flow: the value stays one of the valuation date."""
    report = Report.open("base", {"price": 65}, dataset=dataset)
    dated = dataset.scenarios["base"]["valuation_date"]["value"]
    assert report.number("valuation_date").text == in_words(dated)
