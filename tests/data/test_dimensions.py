"""Units carried through expressions: what mixes and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thesisbook.data import load_dataset
from thesisbook.data.dimensions import (
    RATIO,
    MixedUnits,
    format_measure,
    measure_of,
    same,
    shown_as,
    unit_measure,
)
from thesisbook.data.expressions import arithmetic
from thesisbook.data.units import UNITS
from thesisbook.model.number_units import NumberMeasures

UNIT_OF = {
    "cny": "CNY_mn",
    "hkd": "HKD_mn",
    "usd": "USD_mn",
    "rate": "HKD_per_CNY",
    "shares": "shares_mn",
    "price": "HKD_per_share",
    "cards": "count",
    "margin": "ratio",
    "multiple": "multiple",
    "days": "days",
    "years": "years",
    "day": "date",
    "year": "year",
    "power": "W",
    "word": "text",
}


def measured(text: str) -> object:
    return measure_of(arithmetic(text), lambda name: unit_measure(UNIT_OF[name]))


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("{cny} * {rate} / {shares}", "HKD_per_share"),
        ("({hkd} / {rate} + 2 * {cny}) * {rate}", "HKD_mn"),
        ("{price} * {shares} - {hkd}", "HKD_mn"),
        ("{cny} * {margin} + {cny} / {multiple}", "CNY_mn"),
        ("{cards} * {price} / 1000000 + {hkd}", "HKD_mn"),
        ("{cny} / {cny} - 1", "ratio"),
        ("cagr({cny}, {cny}, 3) + {margin}", "ratio"),
        ("max({cny}, 0) + 5", "CNY_mn"),
        ("{cny} if {hkd} > 3 else {cny}", "CNY_mn"),
        ("{day} - {day}", "days"),
        ("{day} + {days}", "date"),
        ("2026.5 - {year}", "years"),
        ("365 * {cny} / {cny} + {days}", "days"),
        ("sqrt(2) * 3", "CNY_mn"),
    ],
)
def test_what_goes_together(text: str, unit: str) -> None:
    assert same([measured(text), unit_measure(unit)], "is") == unit_measure(unit)


@pytest.mark.parametrize(
    "text",
    [
        "{usd} - {cny}",
        "{hkd} + {price}",
        "{cny} * {rate} - {cny}",
        "{cny} < {hkd}",
        "sum({cny}, {cny}, {usd})",
        "max({margin}, {cny})",
        "{cny} if {day} else {hkd}",
        "cagr({cny}, {hkd}, 3)",
        "{margin} + {cny}",
        "{power} - {cards}",
        "{word} == {cny}",
        "{days} < {cny}",
        "not {cny} < {usd}",
        "{cny} > 0 and {cny} > {hkd}",
    ],
)
def test_what_is_mixed(text: str) -> None:
    with pytest.raises(MixedUnits):
        measured(text)


MONEY = st.sampled_from(["CNY_mn", "HKD_mn", "USD_mn", "HKD_per_share", "W", "ratio", "shares_mn"])


@given(units=st.lists(MONEY, min_size=2, max_size=5), signs=st.randoms())
def test_a_sum_holds_one_unit_or_is_refused(units: list[str], signs: object) -> None:
    names = [f"{{f{n}}}" for n in range(len(units))]
    text = names[0] + "".join(f" {signs.choice('+-')} {n} * 2" for n in names[1:])  # type: ignore[attr-defined]
    expression = arithmetic(text)

    def reference(name: str) -> object:
        return unit_measure(units[int(name[1:])])

    if len({str(unit_measure(unit)) for unit in units}) > 1:
        with pytest.raises(MixedUnits):
            measure_of(expression, reference)  # type: ignore[arg-type]
    else:
        assert measure_of(expression, reference) == unit_measure(units[0])  # type: ignore[arg-type]


QUANTITIES = st.sampled_from(sorted(UNITS.keys() - {"text"}))  # words are never divided


@given(unit=QUANTITIES, other=QUANTITIES)
def test_what_is_divided_and_multiplied_again_is_as_it_was(unit: str, other: str) -> None:
    def reference(name: str) -> object:
        return unit_measure({"a": unit, "b": other}[name])

    back = measure_of(arithmetic("{a} / {b} * {b} - {a}"), reference)  # type: ignore[arg-type]
    assert isinstance(back, dict)


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        ("HKD_per_share", "hkd2"),
        ("CNY_mn", "cny_mn0"),
        ("USD_mn", "usd_bn1"),
        ("ratio", "+pct1"),
        ("multiple", "x1"),
        ("ratio", "bps0"),
        ("date", "month"),
        ("year", "year"),
        ("days", "days0"),
        ("shares_mn", "shares_mn1"),
        ("CNY_mn", "0"),
        ("HKD_mn", "words:a|b"),
        ("ratio", "days0"),
    ],
)
def test_a_format_that_fits(unit: str, code: str) -> None:
    shown_as(unit_measure(unit), code)


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        ("HKD_per_share", "cny2"),
        ("CNY_mn", "hkd_mn0"),
        ("CNY_mn", "pct1"),
        ("CNY_mn", "cny2"),
        ("HKD_per_share", "hkd_mn0"),
        ("count", "pct0"),
        ("years", "months0"),
        ("ratio", "hkd2"),
    ],
)
def test_a_format_that_shows_another_unit(unit: str, code: str) -> None:
    with pytest.raises(MixedUnits):
        shown_as(unit_measure(unit), code)


def test_most_named_numbers_of_the_project_have_a_unit() -> None:
    """The check would pass for nothing if references were of no known unit."""
    dataset = load_dataset(Path(__file__).parents[2])
    measures = NumberMeasures(dataset)
    found = [measures.number(row.name) for rows in dataset.numbers.values() for row in rows]
    known = [m for m in found if m or m is RATIO or type(m) is type(RATIO)]
    assert len(known) > 0.8 * len(found)
    assert format_measure("cny_mn0") in found
