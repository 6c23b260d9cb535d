"""Printed strings as numbers: the closed list of forms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pydantic_core import PydanticCustomError

from thesisbook.data.figures import read_figure
from thesisbook.data.printed import prints_date, read_printed

READ = {
    "1,034,614": ("1034614", "0.5", None, ""),
    "-761,538": ("-761538", "0.5", None, ""),
    "(1,234)": ("-1234", "0.5", None, ""),
    "↓33%": ("-33", "0.5", "0.01", ""),
    "10.4": ("10.4", "0.05", None, ""),
    "10.40": ("10.4", "0.005", None, ""),
    "约10.4亿元": ("10.4", "0.05", "1e8", ""),
    "超12亿元": ("12", "0.5", "1e8", "over"),
    "400多项": ("400", "0.5", None, "over"),
    "近8成": ("8", "0.5", "0.1", "under"),
    "不超过3.3万股": ("3.3", "0.05", "1e4", "under"),
    "一千": ("1", "0.5", "1e3", ""),
    "三十二": ("32", "0.5", None, ""),
    "两倍": ("2", "0.5", None, ""),
    "113.3万亿": ("113.3", "0.05", "1e12", ""),
    "9.43T": ("9.43", "0.005", "1e12", ""),
    "US$1.2bn": ("1.2", "0.05", "1e9", ""),
    "HK$19.60": ("19.6", "0.005", None, ""),
    "576GB/s": ("576", "0.5", None, ""),
    "1.64TB/s": ("1.64", "0.005", None, ""),
    "~125": ("125", "0.5", None, ""),
    "more than 200 people": ("200", "0.5", None, "over"),
}


@pytest.mark.parametrize("text", READ)
def test_read(text: str) -> None:
    (printed,) = read_printed(text)
    number, half, scale, bound = READ[text]
    assert printed.number == Decimal(number)
    assert printed.half == Decimal(half)
    assert printed.scale == (Decimal(scale) if scale else None)
    assert printed.bound == bound


def test_a_range_has_two_ends_that_share_a_scale() -> None:
    low, high = read_printed("42.1至48.5亿港元")
    assert (low.number, low.scale) == (Decimal("42.1"), Decimal(10) ** 8)
    assert (high.number, high.scale) == (Decimal("48.5"), Decimal(10) ** 8)


REFUSED = [
    "", "-", "数万", "many", "2.5D", "1,23", "12,34,567", "９９", "1，234", "１２", "1.2.3", "1e5",
    "nan", "=1", "-2+3+cmd|' /C calc'!A0", "4.12 vs 2.94", "1 234", "(12", "12)", "12 parsecs",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a printed number; allowed"):
        read_printed(text)


@pytest.mark.parametrize(
    ("printed", "value", "unit", "low", "high"),
    [
        ("10.4", "10.4", "CNY_100mn", 1035.0, 1045.0),
        ("1,034,614", "1034614", "CNY_thousand", 1034.6135, 1034.6145),
        ("11.2%", "11.2", "percent", 0.1115, 0.1125),
        ("超过30%", "30", "percent", 0.295, 0.40),
        ("近8成", "80", "percent", 0.70, 0.85),
        ("8成", "0.8", "ratio", 0.75, 0.85),
        ("1.5万", "15000", "count", 14500.0, 15500.0),
    ],
)
def test_what_a_print_allows(printed: str, value: str, unit: str, low: float, high: float) -> None:
    figure = read_figure(printed, value, unit)
    assert figure.low == pytest.approx(low)
    assert figure.high == pytest.approx(high)


def test_a_turned_sign_turns_the_bound_too() -> None:
    figure = read_figure("超过5亿元", "-5", "CNY_100mn", "Sign turned: printed as a loss")
    assert figure.value == -500.0
    assert (figure.low, figure.high) == (-600.0, -450.0)


def test_a_sign_is_not_turned_without_saying_so() -> None:
    with pytest.raises(PydanticCustomError, match="the note begins 'Sign turned'"):
        read_figure("5.0", "-5.0", "CNY_100mn")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026年1月2日", date(2026, 1, 2)),
        ("12月22日", date(2025, 12, 22)),
        ("2026-03-30", date(2026, 3, 30)),
        ("2026/3/30", date(2026, 3, 30)),
    ],
)
def test_printed_days(text: str, day: date) -> None:
    assert prints_date(text, day)
    assert not prints_date(text, day.replace(day=day.day - 1))


def test_another_year_is_another_day() -> None:
    assert not prints_date("2026年1月2日", date(2025, 1, 2))
