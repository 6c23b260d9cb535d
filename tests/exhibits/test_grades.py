"""Each number of a chapter has the grade of its weakest source; the chapter says the shares."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from thesisbook.data import Dataset
from thesisbook.exhibits import Report
from thesisbook.exhibits.grades import Grades, grade_line, worded
from thesisbook.exhibits.report import NUMBERS_MIME, ExhibitError

Shown = list[tuple[dict[str, Any], dict[str, Any]]]


def test_a_receipt_shows_the_grade_of_its_fact(report: Report) -> None:
    book = report.numbers.book
    for reference, grade in (
        ("biren.ipo_net_proceeds.2026-01-28", "A"),
        ("biren.revenue.2025", "B"),
        ("biren.revenue.2026H1", "C"),
    ):
        receipt = book.gather([reference])[reference]
        assert receipt["grade"] == worded(grade, "en")
        assert receipt["grade"].startswith(f"{grade}, ")


@pytest.mark.parametrize(
    ("reference", "grade"),
    [
        ("biren.ipo_net_proceeds.2026-01-28", "A"),
        ("{biren.ipo_net_proceeds.2026-01-28} / {biren.revenue.2025}", "B"),
        ("{biren.revenue.2025} + {biren.revenue.2026H1}", "C"),
        ("model.revenue.2025", "B"),  # as reported: the fact behind it
        ("model.revenue.2027", "D"),  # forecast
        ("model.target_price", "D"),
        ("{biren.revenue.2025} * {model.target_price}", "D"),
        ("audited.param.price", "B"),
        ("param.roll_forward_years", "D"),
        ("risk.br20x_late.target", "D"),
        ("name.biren", ""),
        ("{name.biren}", ""),
    ],
)
def test_a_number_is_as_good_as_its_weakest_source(
    report: Report, reference: str, grade: str
) -> None:
    assert Grades(report.numbers.book).of(reference) == grade


def test_a_number_has_its_grade_in_every_language(dataset: Dataset) -> None:
    names = [f"num.{row.name}" for rows in dataset.numbers.values() for row in rows]
    books = [Report.open("base", language=each, dataset=dataset) for each in ("en", "zh")]
    for each in books:
        for chapter in dataset.numbers:
            each.numbers.open_chapter(chapter)
    english, chinese = (Grades(each.numbers.book) for each in books)
    assert [n for n in names if english.of(n) != chinese.of(n)] == []
    assert english.count(names)["B"] > 100


def test_the_line_gives_every_share_with_its_receipt() -> None:
    html, receipts = grade_line({"B": 3, "D": 1}, "06_valuation", "en")
    assert re.findall(r">([\d%]+)<", html) == ["4", "75%", "25%"]
    assert re.findall(r'data-receipt="([^"]+)"', html) == list(receipts)
    assert receipts["grades_06_valuation_b"]["formula"] == "3 of 4 numbers"
    assert receipts["grades_06_valuation_b"]["value"] == 0.75
    assert "A (" not in html


def test_a_small_share_is_not_told_as_none() -> None:
    html, receipts = grade_line({"B": 999, "C": 1}, "05_financials", "en")
    assert receipts["grades_05_financials_c"]["text"] == "<1%"
    assert "&lt;1%</span> C (file that retells" in html


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_chapter_ends_with_its_grades(dataset: Dataset, shown: Shown, language: str) -> None:
    report = Report.open("base", language=language, dataset=dataset)
    report.glue("06_valuation")
    frame = report.frame({"Cash": "biren.cash_and_financial_assets"}, ["2025"])
    before = Grades(report.numbers.book).count(report._used)
    report.table("valuation_summary", frame)
    report.grades()
    last = shown[-1][0]
    after = Grades(report.numbers.book).count(report._used)
    assert after["C"] == before["C"] + 1  # what an exhibit shows counts
    numbers = last[NUMBERS_MIME]["numbers"]
    assert numbers["grades_06_valuation_total"]["value"] == sum(after.values())
    told = {n[-1].upper(): r["value"] for n, r in numbers.items() if not n.endswith("total")}
    assert told == {g: count / sum(after.values()) for g, count in after.items()}
    assert all(worded(g, language).partition(", ")[2] in last["text/html"] for g in after)


def test_an_exhibit_of_a_later_fact_is_refused(dataset: Dataset, shown: Shown) -> None:
    """An edition shows nothing that became known after its day."""
    june = replace(dataset, company={**dataset.company, "edition": "2026-06-03"})
    report = Report.open("audited", dataset=june)
    report.numbers.open_chapter("06_valuation")
    report.chapter = "06_valuation"
    frame = report.frame({"Half": "biren.revenue"}, ["2026H1"])
    with pytest.raises(
        ExhibitError, match=r"biren\.revenue\.2026H1 was public on 2026-08-29 .*csv"
    ):
        report.table("valuation_summary", frame)
    assert shown == []


def test_a_chapter_without_numbers_says_nothing(dataset: Dataset, shown: Shown) -> None:
    Report.open("base", dataset=dataset).grades()
    assert shown == []
