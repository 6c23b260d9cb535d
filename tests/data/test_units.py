"""Unit conversion against values known from outside this code."""

from __future__ import annotations

from decimal import Decimal

import pytest

from thesisbook.data.units import DIMENSIONS, MADE, UNITS, codes_beside, codes_of

# (value, unit, canonical value, canonical unit, origin of the equality)
KNOWN = [
    ("1034614", "CNY_thousand", 1034.614, "CNY_mn", "1 million is 1,000 thousand"),
    ("10.4", "CNY_100mn", 1040.0, "CNY_mn", "1 yi is 10^8"),
    ("499", "CNY_10k", 4.99, "CNY_mn", "1 wan is 10^4"),
    ("9466.4", "HKD_100mn", 946640.0, "HKD_mn", "1 yi is 10^8"),
    ("1.2", "USD_bn", 1200.0, "USD_mn", "1 billion (short scale) is 10^9"),
    ("17", "HKD", 0.000017, "HKD_mn", "1 million is 10^6"),
    ("2438858500", "shares", 2438.8585, "shares_mn", "1 million is 10^6"),
    ("2.4769", "shares_100mn", 247.69, "shares_mn", "1 yi is 10^8"),
    ("11.2", "percent", 0.112, "ratio", "per cent: of a hundred"),
    ("1.64", "TB_per_s", 1640.0, "GB_per_s", "SI tera and giga"),
    ("1", "EFLOPS", 1_000_000.0, "TFLOPS", "SI exa and tera"),
    ("1", "PFLOPS", 1000.0, "TFLOPS", "SI peta and tera"),
    ("1.3", "kW", 1300.0, "W", "SI kilo"),
    ("36", "hours", 1.5, "days", "a day is 24 hours"),
    ("2", "count_10k", 20000.0, "count", "1 wan is 10^4"),
    ("113.3", "tokens_trillion", 113.3, "tokens_trillion", "identity"),
]


@pytest.mark.parametrize(("value", "unit", "canonical", "canonical_unit", "origin"), KNOWN)
def test_conversion(
    value: str, unit: str, canonical: float, canonical_unit: str, origin: str
) -> None:
    assert UNITS[unit].canonical == canonical_unit, origin
    assert UNITS[unit].convert(Decimal(value)) == canonical, origin


def test_a_decimal_stays_exact() -> None:
    """0.1 + 0.2 in binary would print 30.000000000000004; conversion rounds once, at the end."""
    assert UNITS["percent"].convert(Decimal("28.9")) == 0.289


@pytest.mark.parametrize("code", UNITS)
def test_every_canonical_unit_is_its_own(code: str) -> None:
    unit, canonical = UNITS[code], UNITS[UNITS[code].canonical]
    assert canonical.canonical == canonical.code
    assert canonical.factor == 1
    assert canonical.dimension == unit.dimension


@pytest.mark.parametrize("currency", ["CNY", "HKD", "USD", "NOK", "AUD"])
def test_money_of_any_currency_is_canonical_in_itself(currency: str) -> None:
    units = [UNITS[code.replace("<currency>", currency)] for code in MADE["money"]]
    assert {unit.canonical for unit in units} == {f"{currency}_mn"}
    assert [unit.code for unit in units if unit.factor == 1] == [f"{currency}_mn"]
    assert UNITS[f"{currency}_per_share"].canonical == f"{currency}_per_share"
    assert UNITS[f"EUR_per_{currency}"].dimension == "exchange_rate"


@pytest.mark.parametrize(
    "code", ["XQX_mn", "CNY_trillion", "CNY_per_shares", "CNY_per_XQX", "cny_mn", "MW_mn", "CNY_"]
)
def test_no_unit_is_made_of_what_is_no_currency_or_scale(code: str) -> None:
    assert code not in UNITS


def test_a_mistyped_unit_of_money_is_shown_those_of_its_currency() -> None:
    assert {"NOK_mn", "NOK_per_share"} <= set(codes_beside("NOK_mio"))
    assert codes_of("exchange_rate") == ["<currency>_per_<currency>"]


def test_dimensions_are_those_of_the_units() -> None:
    assert set(DIMENSIONS) == {*MADE, *(unit.dimension for unit in UNITS.values())}
