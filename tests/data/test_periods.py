"""The grammar of periods."""

from __future__ import annotations

import pytest

from thesisbook.data.periods import is_period

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
