"""What a result answers: headline, series, declared quantities, comparison."""

import json

import pytest

from thesisbook.model import ParameterError, resolve, run
from thesisbook.model.commands import (
    compare_results,
    effects_alone,
    parameter_table,
    published_inputs,
    value_report,
)
from thesisbook.model.formula_words import formula_words
from thesisbook.model.quantities import QUANTITIES, split_year, unit_in

HEADLINE = (
    "scenario",
    "parameters",
    "price",
    "shares_mn",
    "fx",
    "wacc",
    "terminal_growth",
    "currencies",
    "pv_fcf",
    "pv_terminal",
    "enterprise_value",
    "net_cash",
    "dcf_equity",
    "dcf_per_share",
    "relative_multiple",
    "relative_equity",
    "relative_per_share",
    "blended_equity",
    "target_price",
    "upside",
    "rating",
    "revenue",
    "gross_profit",
    "adjusted_profit",
    "cash",
)


def test_headline_has_the_keys_of_the_command_line(dataset):
    report = value_report(dataset, "audited", {"wacc": "10%"})
    assert list(report) and set(HEADLINE) == set(report)
    currencies = dataset.company["currencies"]
    assert report["currencies"] == {role: currencies[role] for role in ("reporting", "trading")}
    assert report["parameters"] == {"wacc": 0.1, "wacc_method": "given"}
    assert report["revenue"][2027] == pytest.approx(7029.736)
    assert json.loads(json.dumps(report))["target_price"] == report["target_price"]


def test_quantity_by_name_and_year(base):
    assert base.quantity("revenue", 2027) == base.quantity("revenue.2027")
    assert base.quantity("revenue.2027") == base.quantity("revenue.2027")
    assert base.quantity("rating") == base.rating
    assert list(base.quantity("cash").index) == list(range(2023, 2036))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("revenu.2027", "no such quantity; nearest: revenue"),
        ("revenue.2036", "outside the horizon 2023 to 2035"),
        ("revenue.soon", "'soon' is not a year"),
        ("wacc.2027", "has no years"),
    ],
)
def test_unknown_quantities_are_refused(name, says, base):
    with pytest.raises(ParameterError) as refusal:
        base.quantity(name)
    assert says in str(refusal.value)


def test_published_statement_has_no_year_beyond_print(published):
    with pytest.raises(ParameterError, match="outside the horizon 2023 to 2028"):
        published.quantity("cash.2029")


def test_every_line_and_scalar_is_declared(results):
    for result in results.values():
        for name in (*result.lines, *result.scalars, "rating"):
            quantity = QUANTITIES[name]
            assert quantity.by_year == (name in result.lines)
            assert quantity.label and quantity.unit


def test_every_declared_quantity_can_be_asked_for(results):
    for result in results.values():
        for name, quantity in QUANTITIES.items():
            assert quantity.name == name
            result.quantity(name)


def test_every_cell_is_declared_and_said_in_words(results):
    """Label, unit and words of every cell, without an operation or name left in them."""
    for result in results.values():
        p = result.assumptions
        for name in result.graph.graph.cells:
            stem, year = split_year(name)
            quantity = QUANTITIES[stem]
            assert quantity.by_year == (year is not None), name
            words = formula_words(name, result.graph.live(name), p)
            assert words and "param." not in words and "_" not in words, words


def test_inputs_reach_last_year_products_and_peers(base):
    inputs = base.graph.inputs
    assert "cash.2026" in inputs("opening_cash.2027")
    assert "biren.cash.2025" in inputs("cash.2025")
    assert inputs("revenue.2025") == ("biren.revenue.2025",)
    assert "revenue_br166.2026" in inputs("revenue.2026")
    price = inputs("peer_price_to_sales_hygon")
    assert {"param.peer_ps.hygon.2027", "param.ps_year"} == {*price}
    assert "peer_price_to_sales_hygon" in inputs("peer_multiple_hygon")
    assert "revenue.2027" in inputs("relative_revenue")
    assert "present_value.2035" in inputs("pv_fcf")


def test_units_name_the_currencies_of_the_company():
    yen = {"reporting": "JPY", "trading": "USD"}
    assert unit_in("trading_per_reporting", yen) == "USD_per_JPY"
    assert unit_in("reporting_mn", yen) == "JPY_mn"
    assert unit_in("shares_mn", yen) == "shares_mn"
    assert not [q.name for q in QUANTITIES.values() if {"CNY", "HKD"} & {*q.unit.split("_")}]


def test_parameter_table_shows_scenario_values_and_reasons(dataset):
    base = {row["name"]: row for row in parameter_table(dataset, "audited")}
    published = {row["name"]: row for row in parameter_table(dataset, "published")}
    assert base["gross_margin"]["value"][2035] == 0.52
    assert base["beta"]["origin"] == {"": "biren.beta.2026"}
    assert base["ps_basis"]["value"] == "median" and published["ps_basis"]["value"] != "median"
    assert published["ps_basis"]["reason"] != base["ps_basis"]["reason"]
    json.dumps(list(base.values()))


def test_comparison_names_the_cause_of_each_difference(dataset):
    first = run(resolve(dataset, "audited"))
    second = run(resolve(dataset, "audited", {"beta": 1.3, "ps_discount": 0.4}))
    report = compare_results(first, second)
    numbers = {row["name"]: row for row in report["numbers"]}
    assert set(numbers["wacc"]["causes"]) == {"beta"}
    assert set(numbers["relative_per_share"]["causes"]) == {"ps_discount"}
    assert set(numbers["target_price"]["causes"]) == {"beta", "ps_discount"}
    assert "revenue.2027" not in numbers
    effects = {row["name"]: row["effect"] for row in report["parameters"]}
    moved = second.quantity("target_price") - first.quantity("target_price")
    assert sum(effects.values()) + report["interaction"] == pytest.approx(moved)
    assert report["interaction"] == pytest.approx(0, abs=1e-9)  # they touch different legs


def test_comparison_of_a_run_with_itself_is_empty(base):
    report = compare_results(base, base)
    assert report["numbers"] == [] and report["parameters"] == [] and report["interaction"] == 0


def test_comparison_of_scenarios_of_different_length(published, base):
    names = {row["name"] for row in compare_results(published, base)["numbers"]}
    assert "cash.2035" in names  # a year only one of them has
    assert "rating" in names


def test_a_quantity_of_a_product_or_peer_is_known_by_any_name():
    for name in ("revenue", "target_price", "revenue_br106", "peer_multiple_hygon"):
        assert name in QUANTITIES, name
    for name in ("revenu", "revenue_", "", 2027, None):
        assert name not in QUANTITIES, name
    made = QUANTITIES["units_sold_br_9"]
    assert (made.label, made.unit, made.by_year) == ("Units sold, BR 9", "count", True)
    assert not QUANTITIES["peer_price_to_sales_x"].by_year
    with pytest.raises(KeyError):
        QUANTITIES["revenu"]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("revenue.2027", ("revenue", 2027)),
        ("wacc", ("wacc", None)),
        ("acme.revenue.2027", ("acme.revenue", 2027)),
        (".2027", (".2027", None)),
        ("version.12", ("version.12", None)),  # four digits are a year
        ("revenue.soon", ("revenue.soon", None)),
    ],
)
def test_the_year_of_a_name_is_its_last_four_digits(name, parts):
    assert split_year(name) == parts


def test_an_open_end_of_a_range_is_none(dataset):
    rows = {row["name"]: row for row in parameter_table(dataset, "audited")}
    beta = resolve(dataset).parameters["beta"]
    assert (rows["beta"]["low"], rows["beta"]["high"]) == (beta.low, beta.high)
    line = next(row for row in rows.values() if row["kind"] == "published")
    assert (line["low"], line["high"]) == (None, None)
    assert rows["wacc"]["reason"] and rows["wacc"]["label"]
    assert rows["beta"]["is_factor"] and not rows["wacc"]["is_factor"]


def test_published_lines_that_are_inputs_name_their_facts(dataset):
    rows = published_inputs(dataset)
    parameters = resolve(dataset).parameters
    assert rows
    for row in rows:
        declared = parameters[f"published_{row['line']}"]
        assert row["label"] == declared.label
        assert row["facts"] == dict(declared.origin)
        assert all(fact in dataset.ids for fact in row["facts"].values())


def test_the_effect_of_a_parameter_alone_is_a_run_with_it_alone(dataset):
    first = run(resolve(dataset, "audited"))
    second = run(resolve(dataset, "audited", {"beta": 1.3, "wacc": 0.1}))
    start = first.quantity("target_price")
    effects = effects_alone(first, second)
    assert set(effects) == {"beta", "wacc", "wacc_method"}
    alone = run(resolve(dataset, "audited", {"beta": 1.3})).quantity("target_price") - start
    assert effects["beta"] == pytest.approx(alone, rel=1e-12)
    assert effects["wacc"] == 0  # it counts only once the method is "given"
    report = compare_results(first, second)
    told = {row["name"]: row["effect"] for row in report["parameters"]}
    assert told == pytest.approx(effects)
    both = second.quantity("target_price") - start
    assert report["interaction"] == pytest.approx(both - sum(effects.values()))
    numbers = {row["name"]: row for row in report["numbers"]}
    assert numbers["target_price"]["difference"] == pytest.approx(both)
    assert numbers["target_price"]["causes"]["beta"] == pytest.approx(alone)
    assert {"scenario", "parameters"}.isdisjoint(numbers)


def test_a_change_that_is_not_allowed_alone_has_no_effect_of_its_own(dataset):
    """Growth of 9% needs the cost of capital of 15% with it."""
    first = run(resolve(dataset, "audited", {"wacc": 0.05, "terminal_growth": 0.02}))
    second = run(resolve(dataset, "audited", {"wacc": 0.15, "terminal_growth": 0.055}))
    effects = effects_alone(first, second)
    assert effects["terminal_growth"] is None
    assert effects["wacc"] < 0
    report = compare_results(first, second)
    rows = {row["name"]: row for row in report["parameters"]}
    assert rows["terminal_growth"]["effect"] is None
    assert (rows["terminal_growth"]["first"], rows["terminal_growth"]["second"]) == (0.02, 0.055)
    moved = second.quantity("target_price") - first.quantity("target_price")
    assert report["interaction"] == pytest.approx(moved - effects["wacc"])


def test_each_parameter_of_a_comparison_has_a_reason_and_its_years(published, audited):
    report = compare_results(published, audited)
    rows = {row["name"]: row for row in report["parameters"]}
    assert all(len(row["reason"]) > 5 for row in rows.values())
    own = audited.assumptions.reasons
    for name, row in rows.items():
        keys = audited.assumptions.parameters[name].keys
        if own.get(keys[0]):
            assert row["reason"] == own[keys[0]], name
        assert isinstance(row["first"], dict) == (len(keys) > 1), name
    late = next(row for row in report["numbers"] if row["name"] == "cash.2035")
    assert late["first"] is None and late["difference"] == late["second"]


def test_a_rating_is_caused_by_what_moves_the_return(published, dataset):
    cheap = run(resolve(dataset, "published", {"ps_discount": 0.8, "dcf_weight": 0.0}))
    rows = {row["name"]: row for row in compare_results(published, cheap)["numbers"]}
    rating = rows["rating"]
    assert rating["difference"] == rating["second"] != rating["first"]
    assert set(rating["causes"]) == {"ps_discount", "dcf_weight"}
