"""What pages say of the share price is read from the fact that the run uses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from thesisbook.data import load_dataset
from thesisbook.exhibits import Report

ROOT = Path(__file__).parents[2]
DAY = "2026-06-30"
SOURCE = "exchange-2026-06-30"
FACT = f"biren.share_price.{DAY}"
SHOWN_WITH_PRICE = (("00_summary", "summary_key_data"), ("00_summary", "football_field"),
                    ("06_valuation", "value_ranges"))  # fmt: skip


@pytest.fixture(scope="module")
def repriced(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The project with a later close from another source."""
    place = tmp_path_factory.mktemp("repriced")
    shutil.copytree(ROOT / "data", place / "data")
    sources = place / "data/sources.csv"
    document = f"{SOURCE},Exchange,Daily quotations,{DAY},primary,A,en,,,\n"
    sources.write_text(sources.read_text("utf-8") + document, "utf-8")
    facts = place / "data/facts/share_price.csv"
    row = f"{FACT},biren,share_price,{DAY},65.00,65.00,HKD_per_share,reported,{SOURCE},article,\n"
    facts.write_text(facts.read_text("utf-8") + row, "utf-8")
    base = place / "data/assumptions/base.yaml"
    base.write_text(
        base.read_text("utf-8").replace("biren.share_price.2026-06-02", FACT, 1), "utf-8"
    )
    published = place / "data/assumptions/published.yaml"
    own = "price:\n  fact: biren.share_price.2026-06-02\n  reason: As published.\n"
    published.write_text(published.read_text("utf-8").rstrip("\n") + "\n" + own, "utf-8")
    company = place / "data/company.yaml"
    dated = company.read_text("utf-8").replace("price_date: 2026-06-02", f"price_date: {DAY}")
    company.write_text(dated.replace("edition: 2026-06-03", f"edition: {DAY}"), "utf-8")
    return Report.open(dataset=load_dataset(place))


def source_line(report: Report, chapter: str, exhibit: str) -> str:
    row = next(row for row in report.dataset.captions[chapter] if row.id == exhibit)
    return report._sources(row.source)


def test_a_new_price_brings_its_own_day(repriced: Report) -> None:
    assert repriced.number("price").text == "HKD 65.00"
    assert repriced.number("price_date").text == "30 June 2026"


@pytest.mark.parametrize(("chapter", "exhibit"), SHOWN_WITH_PRICE)
def test_a_new_price_is_credited_to_its_own_source(
    repriced: Report, chapter: str, exhibit: str
) -> None:
    line = source_line(repriced, chapter, exhibit)
    assert f'data-source="{SOURCE}"' in line
    assert line.count('data-source="004"') == 1


def test_a_price_of_the_first_source_is_not_credited_twice() -> None:
    report = Report.open()
    assert report.number("price_date").text == "2 June 2026"
    assert source_line(report, *SHOWN_WITH_PRICE[0]).count('data-source="004"') == 1


def test_a_price_set_by_hand_has_no_day_and_no_source() -> None:
    report = Report.open("bear", {"price": 40})
    assert report.number("price_date").text == "a day not given"
    line = source_line(report, *SHOWN_WITH_PRICE[0])
    assert "Bear, changed: Share price HKD 40.00" in line


def test_values_are_as_of_the_valuation_date(repriced: Report) -> None:
    """A later price moves no flow: the value stays one of the valuation date."""
    assert repriced.number("valuation_date").text == "2 June 2026"
