"""Values as text."""

from __future__ import annotations

from datetime import date

import pytest

from thesisbook.data.currencies import money, unit_words, write_as
from thesisbook.exhibits.formats import KINDS, FormatError, format_value, is_format

CURRENCIES = {"written": {"CNY": {"en": "RMB {}", "zh": "{}元"}}}


@pytest.fixture(autouse=True)
def written() -> None:
    write_as(CURRENCIES)


CASES = [
    (78.634, "hkd2", "HKD 78.63"),
    (-1.1, "+hkd2", "−HKD 1.10"),
    (1.1, "+hkd2", "+HKD 1.10"),
    (1034.614, "cny_mn0", "RMB 1,035 mn"),
    (164907.4, "cny_bn1", "RMB 164.9 bn"),
    (0.2754, "pct1", "27.5%"),
    (-0.123, "+pct0", "−12%"),
    (0.0123, "pp1", "1.2 pp"),
    (0.0123, "bps0", "123 bp"),
    (33.75, "x1", "33.8x"),
    (2438.8585, "shares_mn1", "2,438.9 mn shares"),
    (4_000_000, "count0", "4,000,000"),
    (2_900_000, "count_mn1", "2.9 mn"),
    (1.0, "years0", "1 year"),
    (2027, "year", "2027"),
    (date(2026, 6, 2), "date", "2 June 2026"),
    ("2026-06-02", "month", "June 2026"),
    (date(2026, 6, 2).toordinal(), "date", "2 June 2026"),
    ("words", "text", "words"),
    (-0.001, "0", "0"),
    (-0.0004, "+pct1", "0.0%"),
    (0, "0", "0"),
    (1e15, "0", "1,000,000,000,000,000"),
]


@pytest.mark.parametrize(("value", "code", "text"), CASES)
def test_english(value: object, code: str, text: str) -> None:
    assert format_value(value, code) == text


def test_chinese() -> None:
    assert format_value(164907.4, "cny_bn1", "zh") == "1,649亿元"  # RMB 164.9 bn
    assert format_value(78.634, "hkd2", "zh") == "78.63港元"
    assert format_value(1034.6, "nok_mn1", "zh") == "10.346亿挪威克朗"
    assert format_value(61.66, "cny_mn1", "zh") == "6,170万元"
    assert format_value(2721.9, "shares_mn0", "zh") == "27.22亿股"
    assert format_value(47.57, "shares_mn0", "zh") == "4,800万股"
    assert format_value(0.0, "cny_mn0", "zh") == "0.00亿元"
    assert format_value(-12.5, "+cny0", "zh") == "−12元"
    assert format_value("2026-06-02", "date", "zh") == "2026年6月2日"


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (4_000_000, "count0", "400万"),
        (997_000, "count0", "99.7万"),
        (62_350, "count0", "62,350"),  # not to be lost: 6.235万 is no number a reader expects
        (1_328, "count0", "1,328"),
        (13_000_000, "count_mn0", "1,300万"),
        (2_900_000, "count_mn1", "290万"),
        (250_000_000, "count_mn0", "2.50亿"),
        (35_400, "cny0", "3.54万元"),
        (-110_000, "+cny0", "−11万元"),
        (9_900, "cny0", "9,900元"),
        (45_678, "cny0", "45,678元"),
        (45_678, "cny2", "45,678.00元"),
        (10_080.0, "cny_bn1", "101亿元"),  # RMB 10.1 bn
        (49.0, "cny_bn2", "5,000万元"),  # RMB 0.05 bn
        (12_400.0, "cny_bn0", "120亿元"),
        (2_500_000.0, "usd_tn0", "2万亿美元"),
        (4_000_000, "0", "4,000,000"),  # a cell of a table, with its unit in the head
    ],
)
def test_chinese_counts_in_ten_thousands(value: float, code: str, text: str) -> None:
    assert format_value(value, code, "zh") == text


@pytest.mark.parametrize(("value", "text"), [(2.0, "up"), (-2.0, "down"), (0.0, "flat")])
def test_words_follow_the_sign(value: float, text: str) -> None:
    assert format_value(value, "words:up|down|flat") == text


def test_zero_without_a_word_of_its_own_is_the_first() -> None:
    assert format_value(0.0, "words:up|down") == "up"


def test_money_of_any_currency_has_formats_and_none_of_what_is_no_currency() -> None:
    assert format_value(1034.6, "nok_bn2") == "NOK 1.03 bn"
    assert format_value(57.4, "+sek2") == "+SEK 57.40"
    assert money("SEK", "") == "SEK "
    assert not is_format("xqx_mn1")


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("NOK_mn", "NOK mn"),
        ("SEK_per_share", "SEK per share"),
        ("CNY_mn", "RMB mn"),
        ("SEK_per_NOK", "SEK per NOK"),
        ("HKD_per_CNY", "HKD per RMB"),
        ("CNY", "RMB"),
        ("shares_mn", "mn shares"),
        ("ratio", ""),
        ("multiple", ""),
        ("GB_per_s", "GB per s"),
    ],
)
def test_units_in_words(unit: str, words: str) -> None:
    assert unit_words(unit) == words


@pytest.mark.parametrize("code", ["", "pct", "hkd12", "furlong1", "words:one", "pct-1", "PCT1"])
def test_unknown_formats_are_refused(code: str) -> None:
    assert not is_format(code)
    with pytest.raises(FormatError):
        format_value(1.0, code)


def test_wrong_values_are_refused() -> None:
    for value, code in (("x", "0"), (float("nan"), "0"), ("x", "date"), ("x", "words:a|b")):
        with pytest.raises(FormatError):
            format_value(value, code)


def test_every_kind_is_a_format() -> None:
    assert all(is_format(f"{kind}1") and is_format(f"+{kind}1") for kind in KINDS)
