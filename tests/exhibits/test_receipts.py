"""Receipts: every number can be asked down to facts and parameters."""

from __future__ import annotations

import json
from typing import Any

import pytest

from thesisbook.data import Dataset
from thesisbook.exhibits import Report

LEAVES = {"fact", "parameter", "word", "count"}
NEEDED = {
    "fact": {"label", "printed", "value", "unit", "period", "basis", "source", "locator"},
    "quantity": {"label", "value", "unit", "formula", "inputs", "scenario", "cell"},
    "parameter": {"label", "value", "unit", "reason", "scenario", "inputs", "cell"},
    "study": {"label", "value", "formula", "inputs"},
    "recomputation": {"label", "value", "formula", "inputs"},
    "count": {"label", "value", "formula"},
    "list": {"label", "value", "inputs"},
    "word": {"label", "value"},
    "expression": {"label", "value", "formula", "inputs"},
    "number": {"label", "text", "value", "formula", "inputs", "format"},
}


@pytest.fixture(scope="module")
def payload(dataset: Dataset) -> dict[str, Any]:
    report = Report.open("bear", {"beta": 1.2}, dataset=dataset)
    names = report.numbers.open_chapter("06_valuation")
    return report.numbers.payload(names)


def test_complete(payload: dict[str, Any]) -> None:
    receipts = payload["receipts"]
    assert len(receipts) > 200
    for reference, receipt in {**receipts, **payload["numbers"]}.items():
        assert NEEDED[receipt["kind"]] <= set(receipt), reference
        assert receipt["label"], reference
        for given in receipt.get("inputs", ()):
            known = given.removeprefix("num.") in payload["numbers"] or given in receipts
            assert known, f"{reference} -> {given}"


def test_every_calculation_ends_in_leaves(payload: dict[str, Any]) -> None:
    receipts = payload["receipts"]
    for reference, receipt in receipts.items():
        if receipt["kind"] in ("quantity", "recomputation", "list"):
            formula = receipt.get("formula", "")
            assert receipt["inputs"] or "Nil" in formula or "year before" in formula, reference


def test_it_is_plain_json(payload: dict[str, Any]) -> None:
    text = json.dumps(payload, allow_nan=False)
    assert json.loads(text) == payload


def test_a_fact_says_where_it_was_read(report: Report) -> None:
    report.numbers.book.add("biren.revenue.2025")
    receipt = report.numbers.book.receipts["biren.revenue.2025"]
    assert receipt["printed"] == "1,034,614"
    assert receipt["source"]["id"] == "004"
    assert receipt["source"]["kind"] == "secondary, research"
    assert "45" in receipt["locator"]


def test_a_primary_source_is_called_so(report: Report) -> None:
    report.numbers.book.add("biren.shares_issued.2026-02-02")
    receipt = report.numbers.book.receipts["biren.shares_issued.2026-02-02"]
    assert receipt["source"]["kind"] == "primary"


def test_a_reported_year_of_a_quantity_rests_on_its_fact(report: Report) -> None:
    report.numbers.book.add("model.revenue.2025")
    assert report.numbers.book.receipts["model.revenue.2025"]["inputs"] == ["biren.revenue.2025"]


def test_parameters_tell_their_reason_and_who_set_them(dataset: Dataset) -> None:
    book = Report.open("bear", {"beta": 1.2}, dataset=dataset).numbers.book
    receipts = book.gather(["param.beta", "audited.param.beta", "bear.param.units.br20x.2027"])
    assert receipts["param.beta"]["reason"] == "set for this run"
    assert receipts["param.beta"]["inputs"] == []
    assert receipts["audited.param.beta"]["inputs"] == ["biren.beta.2026"]
    states = dataset.company["scenarios"]["bear"]["branch"]
    tree: Any = dataset.studies["tree"]
    driver = next(driver for driver in tree.drivers if driver.id == "br20x")
    state = next(state for state in driver.states if state.id == states["br20x"])
    assert receipts["bear.param.units.br20x.2027"]["reason"] == state.reason


def test_a_value_of_one_scenario_does_not_point_at_the_fact_of_another(dataset: Dataset) -> None:
    """The discount to the peers is typed in base, and read from a fact in June's base."""
    book = Report.open("bear", dataset=dataset).numbers.book
    receipts = book.gather([f"{name}.param.ps_discount" for name in ("bear", "base", "audited")])
    assert receipts["bear.param.ps_discount"]["inputs"] == []
    assert receipts["base.param.ps_discount"]["inputs"] == []
    assert receipts["audited.param.ps_discount"]["inputs"] == ["biren.ps_discount.2026"]


def test_a_multiple_rests_on_every_peer_and_revenue_on_every_product(report: Report) -> None:
    book = report.numbers.book
    book.add("base.target_price")
    seen, waiting = set(), ["base.target_price"]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting += book.receipts[current].get("inputs", ())
    assert {f"{peer}.forward_ps.2027" for peer in report.dataset.company["peers"]} <= seen
    assert {"base.param.units.br20x.2027", "biren.inventories.2025"} <= seen


@pytest.mark.parametrize(
    ("scenario", "number", "fact"),
    [
        ("base", "price", "biren.share_price.2026-10-07"),
        ("bear", "price", "biren.share_price.2026-10-07"),
        ("base", "upside", "biren.share_price.2026-10-07"),
        ("base", "rating", "biren.share_price.2026-10-07"),
        ("bear", "shares_mn", "biren.shares_issued.2026-02-02"),
        ("base", "param.fx", "hkd_cny.exchange_rate.2026-09-07"),
    ],
)
def test_a_number_of_the_tree_leads_to_what_it_is_made_from(
    dataset: Dataset, scenario: str, number: str, fact: str
) -> None:
    report = Report.open(scenario, dataset=dataset)
    receipts = report.numbers.book.gather([f"tree.{number}"], runs=True)
    seen, waiting = set(), [f"tree.{number}"]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting += receipts[current].get("inputs", ())
    assert fact in seen
    if number == "price":
        assert "target_price" not in " ".join(seen), "the price is no result"


def test_a_number_of_the_tree_tells_how_it_is_worked_out(dataset: Dataset) -> None:
    report = Report.open("base", dataset=dataset)
    names = ("target", "price", "upside", "relative_return", "rating", "above_price", "branches")
    names = (*names, "target_p10", "param.index_return")
    told = report.numbers.book.gather([f"tree.{name}" for name in names], runs=True)
    formulas = {name: told[f"tree.{name}"].get("formula") for name in names}
    mean = formulas.pop("target")
    assert "Sum over the branches" in mean and formulas.pop("price") == mean
    assert mean not in formulas.values() and len(set(formulas.values())) == len(formulas)
    asked = ("target", "price", "param.index_return", "upside")
    target, price, index, upside = (told[f"tree.{name}"]["value"] for name in asked)
    assert upside == pytest.approx(target / price - 1)
    assert told["tree.relative_return"]["value"] == pytest.approx(upside - index)
    for name in ("upside", "relative_return", "rating"):
        assert told[f"tree.{name}"]["inputs"][:2] == ["tree.target", "tree.price"]
    assert "reach 10%" in formulas["target_p10"]
