"""A run with changed parameters says so, the same way everywhere."""

from __future__ import annotations

import pytest

from thesisbook.data import Dataset
from thesisbook.exhibits import Report
from thesisbook.exhibits.run_labels import run_label
from thesisbook.exhibits.unit_formats import shown
from thesisbook.model import resolve

RUNS = [
    ("base", {}, "Base"),
    ("base", {"wacc": 0.12}, "Base, changed: WACC 12.0%"),
    ("base", {"wacc": "12.345%"}, "Base, changed: WACC 12.345%"),
    ("bear", {"price": 40}, "Bear, changed: Share price HKD 40.00"),
    ("base", {"beta": 1.3}, "Base, changed: Beta 1.30"),
    ("base", {"wacc_method": "given"}, "Base, changed: Cost of capital given"),
    ("base", {"gross_margin": 0.5}, "Base, changed: Gross margin at plan prices 50.0%"),
    (
        "base",
        {"gross_margin.2027": 0.5, "gross_margin.2028": 0.5},
        "Base, changed: Gross margin at plan prices 2027-2028 50.0%",
    ),
    (
        "base",
        {"dso.2026": 100, "dso.2028": 90},
        "Base, changed: Days of sales in receivables 2026, 2028 by year",
    ),
    (
        "base",
        {"ps_basis": "mean", "include_ipo_proceeds": False, "fx": 1.2, "price": 50, "beta": 1.3},
        "Base, changed: Share price HKD 50.00, Hong Kong dollars per yuan 1.20 HKD/CNY, Beta 1.30"
        " and 2 more",
    ),
]


@pytest.mark.parametrize(("scenario", "overrides", "label"), RUNS)
def test_a_run_is_called_after_what_was_changed(
    dataset: Dataset, scenario: str, overrides: dict, label: str
) -> None:
    assert run_label(resolve(dataset, scenario, overrides), dataset) == label


def test_a_value_that_stands_already_changes_nothing(dataset: Dataset) -> None:
    same = resolve(dataset, "base", {"beta": resolve(dataset)("beta")})
    assert run_label(same, dataset) == "Base"


def test_a_run_is_named_in_chinese(dataset: Dataset) -> None:
    changed = resolve(dataset, "base", {"wacc": 0.12})
    assert run_label(changed, dataset, "zh") == "基准，已改：WACC 12.0%"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.116637, "ratio", "11.6637%"),
        (31234.2, "CNY_mn", "RMB 31,234.2 mn"),
        (77.51336, "HKD_per_share", "HKD 77.51336"),
        (2027.0, "year", "2027"),
        (12000.0, "count", "12,000"),
        (3.5, "multiple", "3.5x"),
        (True, "", "true"),
        ("2026-06-30", "date", "2026-06-30"),
    ],
)
def test_a_value_is_shown_to_the_digit_that_tells_it_from_others(
    value: object, unit: str, text: str
) -> None:
    assert shown(value, unit) == text


def test_a_report_calls_its_run_so_wherever_it_names_it(dataset: Dataset) -> None:
    changed = Report.open("base", {"wacc": 0.12}, dataset=dataset)
    label = "Base, changed: WACC 12.0%"
    assert changed.number("scenario_shown").text == label
    assert f"this report's model ({label})" in changed._sources("model").replace("&#x27;", "'")
    receipts = changed.numbers.book.gather(
        ["model.target_price", "param.wacc", "base.target_price"]
    )
    told = {name: receipts[name]["scenario"] for name in ("model.target_price", "param.wacc")}
    assert set(told.values()) == {label}
    assert receipts["base.target_price"]["scenario"] == "base"
