"""Printed strings as numbers: the closed list of forms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pydantic_core import PydanticCustomError

from thesisbook.data.figures import read_figure
from thesisbook.data.printed import read_printed
from thesisbook.data.printed_days import printed_month, prints_day
from thesisbook.data.units import UNITS

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
    "两倍": ("2", "0.5", "1", ""),
    "113.3万亿": ("113.3", "0.05", "1e12", ""),
    "9.43T": ("9.43", "0.005", "1e12", ""),
    "US$1.2bn": ("1.2", "0.05", "1e9", ""),
    "HK$19.60": ("19.6", "0.005", None, ""),
    "576GB/s": ("576", "0.5", "1", ""),
    "1.64TB/s": ("1.64", "0.005", "1000", ""),
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
    "",
    "-",
    "数万",
    "many",
    "2.5D",
    "1,23",
    "12,34,567",
    "９９",
    "1，234",
    "１２",
    "1.2.3",
    "1e5",
    "nan",
    "=1",
    "-2+3+cmd|' /C calc'!A0",
    "4.12 vs 2.94",
    "1 234",
    "(12",
    "12)",
    "12 parsecs",
]


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
        ("1月2日2026年", date(2026, 1, 2)),
        ("2 January 2026", date(2026, 1, 2)),
        ("on the 2nd of January, 2026", date(2026, 1, 2)),
        ("Jan. 12, 2026", date(2026, 1, 12)),
        ("12/1/2026", date(2026, 1, 12)),
        ("1/12/2026", date(2026, 1, 12)),
        ("2026.1.12", date(2026, 1, 12)),
    ],
)
def test_printed_days(text: str, day: date) -> None:
    assert prints_day(text, day)
    assert not prints_day(text, day.replace(day=day.day - 1))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026年1月2日", date(2025, 1, 2)),
        ("1月2日2027年", date(2026, 1, 2)),
        ("1/12/2025", date(2026, 1, 12)),
        ("2 January 2027", date(2026, 1, 2)),
        ("版本1.2.3", date(2026, 1, 2)),
        ("1.2", date(2026, 1, 2)),
        ("2026", date(2026, 1, 2)),
    ],
)
def test_another_year_or_a_version_is_another_day(text: str, day: date) -> None:
    assert not prints_day(text, day)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2019年9月", "2019-09"),
        ("2022 年 8 月", "2022-08"),
        ("2025-01", "2025-01"),
        ("March 2023", "2023-03"),
        ("2018-2019", ""),
        ("earliest 2026", ""),
        ("2026年1月2日", ""),
    ],
)
def test_printed_months(text: str, month: str) -> None:
    assert printed_month(text) == month


# What a word may stand beside, said once more and independently of the code.
FITS = {
    "600W": "MW W kW",
    "2 PFLOPS": "EFLOPS PFLOPS TFLOPS",
    "1.6TB/s": "GB_per_s TB_per_s",
    "96GB": "GB TB",
    "7nm": "nm",
    "人民币42.1亿元": "CNY*",
    "HK$42": "HKD*",
    "US$1": "USD*",
    "17.00港元": "HKD*",
    "12亿元": "CNY* HKD* USD*",
    "25%": "percent ratio",
    "两倍": "multiple percent ratio",
    "200 people": "count* persons*",
    "3.3万股": "shares*",
    "400多项": "count*",
    "五天": "days hours minutes",
    "3个月": "months",
    "10年": "year years",
}


@pytest.mark.parametrize("print_", FITS)
@pytest.mark.parametrize(
    "code", [code for code, u in UNITS.items() if u.dimension not in ("text", "date")]
)
def test_a_word_stands_beside_its_own_units_only(print_: str, code: str) -> None:
    """Refused for the word where the unit is another; else only the size may be wrong."""
    fits = any(
        code == unit or (unit.endswith("*") and code.startswith(unit[:-1]))
        for unit in FITS[print_].split()
    )
    try:
        read_figure(print_, "1", code)
        refused = ""
    except PydanticCustomError as error:
        refused = str(error)
    assert ("a word of" not in refused) == fits, refused


@pytest.mark.parametrize(
    ("printed", "value", "unit", "canonical"),
    [
        ("600W", "0.6", "kW", 600.0),
        ("1.6TB/s", "1600", "GB_per_s", 1600.0),
        ("2 PFLOPS", "2000", "TFLOPS", 2000.0),
        ("36小时", "1.5", "days", 1.5),
        ("两倍", "200", "percent", 2.0),
        ("HK$42亿元", "42", "HKD_100mn", 4200.0),
        ("17.00至19.60港元", "17.00", "HKD_per_share", 17.0),
    ],
)
def test_the_size_of_a_unit_word_is_read(
    printed: str, value: str, unit: str, canonical: float
) -> None:
    assert read_figure(printed, value, unit).value == pytest.approx(canonical)


@pytest.mark.parametrize(
    ("printed", "value", "unit"), [("600W", "600", "kW"), ("25", "25", "ratio")]
)
def test_a_lost_or_wrong_size_is_refused(printed: str, value: str, unit: str) -> None:
    with pytest.raises(PydanticCustomError):
        read_figure(printed, value, unit)


def test_a_figure_that_is_not_printed_is_exact() -> None:
    figure = read_figure("", "1250.5", "CNY_mn")
    assert (figure.value, figure.low, figure.high, figure.tolerance) == (1250.5, 1250.5, 1250.5, 0)
    day = read_figure("", "2026-01-02", "date")
    assert (day.value, day.low, day.high, day.tolerance) == (739618.0, 739618.0, 739618.0, 0)
    assert date.fromordinal(739618) == date(2026, 1, 2)
    words = read_figure("0700 HK", "", "text")
    assert (words.value, words.printed_value, words.tolerance, words.low) == (None, None, 0, 0)


def test_a_year_is_exact_though_it_is_printed() -> None:
    assert read_figure("2026", "2026", "year").tolerance == 0
    assert read_figure("2,026", "2026", "count").tolerance == 0.5


@pytest.mark.parametrize(
    ("printed", "value", "unit", "fits"),
    [
        ("2", "2", "ratio", True),  # a ratio up to two needs no percent sign
        ("2.1", "2.1", "ratio", False),
        ("-2.1", "-2.1", "ratio", False),
        ("210%", "2.1", "ratio", True),
        ("2.1", "2.1", "multiple", True),
    ],
)
def test_a_ratio_above_two_is_printed_with_its_percent_sign(
    printed: str, value: str, unit: str, fits: bool
) -> None:
    if fits:
        assert read_figure(printed, value, unit).printed_value == float(value)
    else:
        with pytest.raises(PydanticCustomError, match="printed with its percent sign"):
            read_figure(printed, value, unit)


@pytest.mark.parametrize(
    ("printed", "note", "low", "high"),
    [
        ("超过5亿元", "", 450.0, 600.0),
        ("不到5亿元", "", 400.0, 550.0),
        ("5亿元", "", 450.0, 550.0),
        ("不到5亿元", "Sign turned", -550.0, -400.0),
        ("超过30亿元", "", 2950.0, 4000.0),  # a unit of the last digit that is not nil
        ("超过2.5亿元", "", 245.0, 260.0),
    ],
)
def test_a_bound_reaches_one_unit_of_its_last_digit(
    printed: str, note: str, low: float, high: float
) -> None:
    number = "".join(c for c in printed if c.isdigit() or c == ".")
    figure = read_figure(printed, f"-{number}" if note else number, "CNY_100mn", note)
    assert (figure.low, figure.high) == pytest.approx((low, high))
