"""The grammar of periods."""

from __future__ import annotations

import pytest

from thesisbook.data.periods import is_period, last_day, span

PERIODS = ["2025", "2025H1", "2025Q3", "2025-12", "2025-12-31", "2022-2024", "2022-2025H1", "na"]
NOT_PERIODS = [
    "",
    "2026E",
    "FY2025",
    "2025H3",
    "2025Q5",
    "2025-13",
    "2025-02-30",
    "2024-2022",
    "2025-2025",
    "1/2/2026",
    "2-Jan",
    "Jan-26",
    "46175",
    "２０２５",
    "2025 ",
    "25",
    "2025-1",
    "NA",
]


@pytest.mark.parametrize("text", PERIODS)
def test_period(text: str) -> None:
    assert is_period(text)


@pytest.mark.parametrize("text", NOT_PERIODS)
def test_not_a_period(text: str) -> None:
    assert not is_period(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("2025H1", "2025-01-01", "2025-06-30"),
        ("2025H2", "2025-07-01", "2025-12-31"),
        ("2025Q1", "2025-01-01", "2025-03-31"),
        ("2025Q2", "2025-04-01", "2025-06-30"),
        ("2025Q4", "2025-10-01", "2025-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-12", "2025-12-01", "2025-12-31"),
        ("2025-11", "2025-11-01", "2025-11-30"),
        ("2025-03-07", "2025-03-07", "2025-03-07"),
        ("2022-2024", "2022-01-01", "2024-12-31"),
        ("2022-2025H1", "2022-01-01", "2025-06-30"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(text: str, first: str, last: str) -> None:
    found = span(text)
    assert found is not None
    assert (found[0].isoformat(), found[1].isoformat()) == (first, last)


def test_a_fact_without_a_time_has_no_days() -> None:
    assert span("na") is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025", "2025-12-31"),
        ("2024-02", "2024-02-29"),
        ("2025-02", "2025-02-28"),
        ("2025-03-07", "2025-03-07"),
    ],
)
def test_a_date_known_roughly_ends_with_its_year_or_month(text: str, day: str) -> None:
    assert last_day(text) == day
