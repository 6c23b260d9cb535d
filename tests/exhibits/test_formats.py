"""Values as text."""

from __future__ import annotations

from datetime import date

import pytest

from thesisbook.exhibits.formats import KINDS, FormatError, format_value, is_format

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
    assert format_value(164907.4, "cny_bn1", "zh") == "人民币 1,649.1 亿元"
    assert format_value(78.634, "hkd2", "zh") == "78.63 港元"
    assert format_value("2026-06-02", "date", "zh") == "2026 年 6 月 2 日"


@pytest.mark.parametrize(("value", "text"), [(2.0, "up"), (-2.0, "down"), (0.0, "flat")])
def test_words_follow_the_sign(value: float, text: str) -> None:
    assert format_value(value, "words:up|down|flat") == text


def test_zero_without_a_word_of_its_own_is_the_first() -> None:
    assert format_value(0.0, "words:up|down") == "up"


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
