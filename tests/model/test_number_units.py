"""Named numbers: what each reference measures, what mixes, and what a condition may compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from thesisbook.data import Dataset
from thesisbook.data.dimensions import (
    RATIO,
    UNKNOWN,
    WORDS,
    Measure,
    MixedUnits,
    measure_of,
    unit_measure,
)
from thesisbook.data.expressions import Expression
from thesisbook.model.number_units import (
    FUNCTIONS,
    NumberMeasures,
    check_condition,
    number_faults,
    score_unit,
)

COUNT, YEAR = Measure(count=1), Measure(year=1)
UNITS = {"cny": "CNY_mn", "usd": "USD_mn", "hkd": "HKD_per_share", "year": "year", "share": "ratio"}


def measured(text: str) -> Measure:
    expression = Expression(text, functions=None)
    return measure_of(expression, lambda name: unit_measure(UNITS[name]), FUNCTIONS)


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("first_year_above({cny}, {cny})", YEAR),
        ("last_year_below({usd}, 3)", YEAR),
        ("peak_year({cny})", YEAR),
        ("total({cny}, {year})", unit_measure("CNY_mn")),
        ("without_max({hkd})", unit_measure("HKD_per_share")),
        ("largest({cny}, 'a', {cny}, 'b')", WORDS),
        ("rank({cny}, {cny})", COUNT),
        ("count({cny}, {cny})", COUNT),
        ("count_below({usd}, 5)", COUNT),
        ("ordinal({year})", WORDS),
        ("join({cny}, {usd})", WORDS),
        ("name_of_max({cny})", WORDS),
        ("show({cny}, 'cny_mn0')", WORDS),
        ("show({cny})", WORDS),
        ("show({cny}, {share})", WORDS),
        ("max({cny}, 3)", unit_measure("CNY_mn")),
    ],
)
def test_a_function_over_numbers_has_the_measure_of_what_it_tells(
    text: str, measure: Measure
) -> None:
    found = measured(text)
    assert found == measure and type(found) is type(measure)


@pytest.mark.parametrize(
    "text",
    [
        "peak_year({cny}, {usd})",
        "first_year_above({cny}, {hkd})",
        "largest({cny}, 'a', {usd}, 'b')",
        "rank({cny}, {usd})",
        "count({cny}, {share})",
        "show({cny}, 'usd_mn0')",
        "show({cny}, 'pct1')",
        "rank({cny}, {cny}) + {cny}",
        "ordinal({year}) == {cny}",
    ],
)
def test_a_function_over_unlike_numbers_is_refused(text: str) -> None:
    with pytest.raises(MixedUnits):
        measured(text)


def test_each_reference_has_the_unit_of_what_it_names(dataset: Dataset) -> None:
    measures = NumberMeasures(dataset)
    reporting = dataset.company["currencies"]["reporting"]
    trading = dataset.company["currencies"]["trading"]
    per_share = unit_measure(f"{trading}_per_share")
    million = unit_measure(f"{reporting}_mn")
    expected: Mapping[str, Measure] = {
        "param.wacc": RATIO,
        "param.gross_margin.2027": RATIO,
        "param.dso.2027": unit_measure("days"),
        "param.nowhere": UNKNOWN,
        "base.revenue.2027": million,
        "base.target_price": per_share,
        "bear.param.dso.2027": unit_measure("days"),
        "base.rating": WORDS,
        "base.nowhere": UNKNOWN,
        "biren.revenue.2025": million,
        "biren.nowhere.2025": UNKNOWN,
        "name.biren": WORDS,
        "label.wacc": WORDS,
        "calc.nowhere": COUNT,
        "reverse.dcf.wacc": RATIO,
        "breakeven.target.dso": unit_measure("days"),
        "audit.errata": COUNT,
        "tree.branches": COUNT,
        "tree.revenue.2028": million,
        "tree.param.wacc": RATIO,
        "tree.target": per_share,
        "case.low.probability": RATIO,
        "case.low.reason": WORDS,
        "case.low.target": per_share,
        "simulation.draws": COUNT,
        "simulation.seed": UNKNOWN,
        "simulation.mean": per_share,
        "score.hits": RATIO,
        "score.brier_count": COUNT,
        "score.settled": COUNT,
        "revision.total": UNKNOWN,
        "ledger.nowhere.value": UNKNOWN,
        "ledger.nowhere.status": WORDS,
        "ledger.nowhere.base_rate": RATIO,
        "ledger.nowhere.target": per_share,
    }
    for reference, measure in expected.items():
        found = measures(reference)
        assert found == measure and type(found) is type(measure), reference


def test_a_forecast_of_the_ledger_has_its_own_unit(dataset: Dataset) -> None:
    measures = NumberMeasures(dataset)
    forecast = next(one for one in dataset.forecasts if one.unit.endswith(("_mn", "_bn")))
    currency = forecast.unit[:3]
    for column in ("value", "central", "low", "high", "last", "broker"):
        assert measures(f"ledger.{forecast.id}.{column}") == unit_measure(f"{currency}_mn"), column


def test_the_multiples_of_the_peers_share_a_unit(dataset: Dataset) -> None:
    measures = NumberMeasures(dataset)
    peers = set(dataset.company["peers"])
    fact = next(f for f in dataset.facts() if f.entity in peers and f.period and f.unit != "text")
    alike = {f.unit for f in dataset.facts(metric=fact.metric, period=fact.period)}
    assert len(alike) == 1
    found = measures(f"peers.{fact.metric}.{fact.period}")
    assert found == unit_measure(alike.pop())


@pytest.mark.parametrize(
    ("column", "unit"),
    [
        ("hits", "ratio"),
        ("hits_us", "ratio"),
        ("brier", "ratio"),
        ("interval_share", "ratio"),
        ("hits_count", "count"),
        ("settled", "count"),
    ],
)
def test_hit_rates_and_mean_scores_are_ratios(column: str, unit: str) -> None:
    assert score_unit(column) == unit


def with_numbers(dataset: Dataset, *rows: tuple[str, str, str]) -> Dataset:
    made = [SimpleNamespace(name=n, expression=e, format=f) for n, e, f in rows]
    chapters: Any = {"01_test": tuple(made)}
    return replace(dataset, numbers=chapters)


def test_a_mixed_number_is_told_with_its_line_and_column(dataset: Dataset) -> None:
    changed = with_numbers(
        dataset,
        ("good", "{base.target_price}", "hkd2"),
        ("mixed", "{base.target_price} + {base.revenue.2027}", "hkd2"),
        ("shown", "{base.target_price}", "pct1"),
        ("built", "{num.good} / {num.good}", "pct1"),
    )
    faults = list(number_faults(changed))
    assert [(fault.file, fault.row, fault.column) for fault in faults] == [
        ("data/numbers/01_test.csv", 3, "expression"),
        ("data/numbers/01_test.csv", 4, "format"),
    ]
    assert "HKD plus CNY mn in mixed; one unit is allowed" in faults[0].message
    assert "shown as" in faults[1].message and "in shown;" in faults[1].message


def test_a_circle_of_numbers_is_left_to_another_check(dataset: Dataset) -> None:
    changed = with_numbers(dataset, ("a", "{num.b} + 1", "0"), ("b", "{num.a} + 1", "0"))
    assert list(number_faults(changed)) == []


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("1000 * {hkd_mn} > {hkd_bn}", True),
        ("{hkd} > {hkd_mn}", True),  # sizes alone never differ in a condition
        ("{cny_mn} > {hkd_mn}", False),
        ("{cny_mn} > {share}", False),
        ("{share} > 0.5", True),
    ],
)
def test_a_condition_may_compare_other_sizes_but_no_other_units(text: str, fits: bool) -> None:
    units = {"hkd": "HKD", "hkd_mn": "HKD_mn", "hkd_bn": "HKD_mn"}
    units |= {"cny_mn": "CNY_mn", "share": "ratio"}
    measures: Any = lambda name: unit_measure(units[name])  # noqa: E731
    condition = Expression(text, functions=None)
    if fits:
        check_condition(condition, measures)
    else:
        with pytest.raises(MixedUnits):
            check_condition(condition, measures)
