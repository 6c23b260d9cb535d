"""The day on which a fact was public, its grade, and that no edition uses a later fact."""

from __future__ import annotations

from pathlib import Path

import pytest

from thesisbook.data import load_dataset
from thesisbook.data.check import run_check
from thesisbook.data.periods import last_day

HEAD = "id,entity,metric,period,printed,value,unit,basis,source,locator,note"
ROW = 'acme.revenue.2026H1,acme,revenue,2026H1,"900,000",900000,CNY_thousand,reported,digest,p1,'


def add_later_fact(project: Path, columns: str = "", cells: str = "") -> None:
    """A fact of August 2026 that nothing uses, in a file of its own."""
    sources = project / "data" / "sources.csv"
    sources.write_text(sources.read_text() + "digest,D,Interim results,2026-08,press,C,en,,,\n")
    later = project / "data" / "facts" / "later.csv"
    later.write_text(f"{HEAD}{columns}\n{ROW}{cells}\n")


@pytest.mark.parametrize(
    ("date", "day"),
    [("2026", "2026-12-31"), ("2024-02", "2024-02-29"), ("2026-06-03", "2026-06-03")],
)
def test_a_source_is_public_on_the_last_day_its_date_allows(date: str, day: str) -> None:
    assert last_day(date) == day


def test_a_later_fact_may_stand_unused(project: Path) -> None:
    add_later_fact(project)
    assert run_check(project) == 0


@pytest.mark.parametrize(
    ("columns", "cells", "grade", "public"),
    [
        ("", "", "C", "2026-08-31"),
        (",grade", ",D", "D", "2026-08-31"),
        (",public", ",2026-08-29", "C", "2026-08-29"),
        (",grade,public", ",,", "C", "2026-08-31"),
    ],
)
def test_grade_and_day_come_from_the_source_unless_the_row_says_otherwise(
    project: Path, columns: str, cells: str, grade: str, public: str
) -> None:
    add_later_fact(project, columns, cells)
    fact = load_dataset(project).fact("acme.revenue.2026H1")
    assert (fact.grade, fact.public) == (grade, public)


def test_an_edition_of_a_later_day_may_use_it(project: Path) -> None:
    add_later_fact(project)
    numbers = project / "data" / "numbers" / "02_half.csv"
    numbers.write_text(
        "name,expression,format,label_en,label_zh\nhalf,{acme.revenue.2026H1},0,Half,上半年\n"
    )
    assert run_check(project) == 1
    company = project / "data" / "company.yaml"
    company.write_text(company.read_text().replace("edition: 2026-06-03", "edition: 2026-10-09"))
    assert run_check(project) == 0


def test_optional_columns_stand_in_their_order(project: Path) -> None:
    add_later_fact(project, ",public,grade", ",,")
    assert run_check(project) == 1
