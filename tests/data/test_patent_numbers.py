"""Chinese patent numbers: the check character and what the list of exhibit 54 holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from thesisbook.data import load_dataset
from thesisbook.data.patent_numbers import COUNTS, check_character

PATENTS = load_dataset(Path(__file__).parents[2]).patents


@dataclass(frozen=True)
class Listed:
    registration: str
    title_zh: str = ""


@pytest.mark.parametrize(
    ("number", "check"),
    [("200310102344", "5"), ("202011132750", "6"), ("202110456687", "X"), ("202430144992", "X")],
)
def test_check_character(number: str, check: str) -> None:
    assert check_character(number) == check  # the first is the example of the standard


@pytest.mark.parametrize("wrong", ["20031010234", "2003101023445", "20031010234X", ""])
def test_only_twelve_digits(wrong: str) -> None:
    with pytest.raises(ValueError, match="twelve digits"):
        check_character(wrong)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        ("patents_entries", 65),
        ("patents_granted", 60),
        ("patents_distinct", 59),
        ("patents_checked", 60),
        ("patents_inventions", 47),
        ("patents_utility_models", 10),
        ("patents_designs", 2),
    ],
)
def test_the_list(count: str, expected: int) -> None:
    assert COUNTS[count](PATENTS) == expected


def test_a_wrong_digit_is_noticed() -> None:
    good = [Listed("ZL202011132750.6"), Listed("2020SR1579133")]
    bad = [Listed("ZL202011132751.6")]
    assert COUNTS["patents_checked"](good) == 1
    assert COUNTS["patents_granted"](good) == 1
    assert COUNTS["patents_checked"](bad) == 0


def test_shared_titles() -> None:
    listed = [Listed("ZL1", "board"), Listed("ZL2", "board"), Listed("ZL3", "card")]
    assert COUNTS["patents_sharing_a_title"](listed) == 2
    assert COUNTS["patents_sharing_a_title"]([listed[0], listed[0]]) == 0
