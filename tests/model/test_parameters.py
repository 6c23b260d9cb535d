"""Resolving parameters: what is refused, how overrides are read, names for the workbook."""

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from thesisbook.model import ParameterError, resolve, run
from thesisbook.model.commands import check_parameters
from thesisbook.model.parameters import declare, suggestion
from this_project import DIFFERING, changeable, slim

from .cases import read_cases
from .conftest import SCENARIOS


@pytest.mark.parametrize("case", read_cases("refused"), ids=lambda c: c["why"])
def test_bad_input_is_refused_in_one_line(case, dataset):
    with pytest.raises(ParameterError) as refusal:
        run(resolve(dataset, case.get("scenario", "base"), case["overrides"]))
    message = str(refusal.value)
    assert "\n" not in message
    for words in case["says"]:
        assert words in message


def damaged(dataset, scenario, **entries):
    changed = {**dataset.scenarios[scenario], **entries}
    return replace(dataset, scenarios={**dataset.scenarios, scenario: changed})


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ({"gross_margn": {"value": 0.5}}, "gross_margn: no such parameter; nearest: gross_margin"),
        ({"beta": {"value": "high"}}, "beta: 'high' is not a number"),
        ({"beta": {"value": 99}}, "beta: 99 is out of range"),
        ({"dso": {"values": {2040: 100}}}, "dso.2040: no such year"),
        ({"beta": {"fact": "biren.betta.2026"}}, "beta: no fact 'biren.betta.2026'"),
        ({"beta": {"expression": "1 / 0"}}, "cannot be evaluated"),
    ],
)
def test_a_typo_in_a_scenario_file_names_the_file(entries, says, dataset):
    with pytest.raises(ParameterError) as refusal:
        resolve(damaged(dataset, "bear", **entries), "bear")
    assert str(refusal.value).startswith("data/assumptions/bear.yaml: ")
    assert says in str(refusal.value)


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ({"wacc": "10%"}, "wacc", 0.1),
        ({"wacc": "0.1"}, "wacc", 0.1),
        ({"beta": 1}, "beta", 1.0),
        ({"include_ipo_proceeds": "false"}, "include_ipo_proceeds", False),
        ({"dcf_timing": "mid_year"}, "dcf_timing", "mid_year"),
        ({"valuation_date": "2026-03-31"}, "valuation_date", "2026-03-31"),
        ({"gross_margin": 0.5}, "gross_margin.2033", 0.5),
        ({"gross_margin": 0.5, "gross_margin.2027": 0.6}, "gross_margin.2027", 0.6),
        ({"wacc": 0.1}, "wacc_method", "given"),
        ({"wacc": 0.1, "wacc_method": "built_up"}, "wacc_method", "built_up"),
        ({"ps_year": "2026"}, "ps_year", 2026.0),
    ],
)
def test_overrides_are_read_as_on_the_command_line(given, name, value, dataset):
    assert resolve(dataset, "base", given).values[name] == value


def test_the_order_of_overrides_does_not_matter(dataset):
    given = {"gross_margin": 0.5, "gross_margin.2027": 0.6}
    turned = dict(reversed(given.items()))
    assert resolve(dataset, "base", given).values == resolve(dataset, "base", turned).values


def test_assumptions_are_frozen(dataset):
    p = resolve(dataset)
    with pytest.raises(TypeError):
        p.values["wacc"] = 0.1
    changed = p.replace({"beta": 1.3})
    assert p("beta") != 1.3
    assert changed.overrides == {"beta": 1.3}


def test_every_parameter_is_declared_in_full(dataset):
    for name, parameter in resolve(dataset).parameters.items():
        assert len(parameter.label) > 3, name
        assert len(parameter.reason) > 5, name
        if parameter.kind == "number":
            assert parameter.low < parameter.high, name
            assert parameter.unit, name
            assert parameter.high < float("inf"), name


@pytest.mark.parametrize("scenario", DIFFERING)
def test_every_difference_has_its_reason(scenario, dataset):
    base, other = resolve(dataset), resolve(dataset, scenario)
    different = set(base.differences(other))
    assert different
    for key in different:
        assert len(other.reasons[key]) > 10, key


@pytest.mark.parametrize("scenario", ["audited"])
def test_a_scenario_file_holds_only_differences(scenario, dataset):
    base, other = resolve(dataset), resolve(dataset, scenario)
    different = {base.parameter(key).name for key in base.differences(other)}
    stated = {base.parameter(base.names(n)[0]).name for n in dataset.scenarios[scenario]}
    assert stated == different


def test_names_are_valid_and_unique_as_excel_names(dataset):
    """Letters, digits and underscores, no cell address, unique whatever the case."""
    names = [key.replace(".", "_") for key in resolve(dataset).values]
    for name in names:
        assert re.fullmatch(r"[a-z_][a-z0-9_]*", name)
        assert not re.fullmatch(r"[a-z]{1,3}[0-9]{1,7}", name)
        assert name not in ("r", "c")
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_required_command_line_parameters_exist(scenario, dataset):
    p = resolve(dataset, scenario)
    for name in (
        "price",
        "shares_mn",
        "fx",
        "wacc",
        "risk_free",
        "beta",
        "equity_risk_premium",
        "cost_of_debt",
        "debt_to_equity",
        "tax_rate",
        "terminal_growth",
        "dcf_timing",
        "dcf_weight",
        "ps_discount",
        "ps_basis",
        "include_ipo_proceeds",
        "gross_margin.2027",
    ):
        assert name in p.values


def with_base(dataset, base):
    return replace(dataset, scenarios={**dataset.scenarios, "base": base})


def test_every_parameter_is_in_an_equation(dataset):
    check_parameters(dataset)


def test_a_parameter_that_no_equation_uses_is_named(dataset):
    base = dataset.scenarios["base"]
    spare = {"label": "Spare", "value": 1.0, "unit": "ratio", "range": [0, 2], "reason": "none"}
    late = {**base["capex_ratio"], "values": {**base["capex_ratio"]["values"], 2036: 0.1}}
    for name, entry, says in (
        ("spare", spare, "base.yaml: spare: no equation of the model uses it"),
        ("capex_ratio", late, r"base.yaml: capex_ratio.2036: no equation of the model uses it"),
    ):
        with pytest.raises(ParameterError, match=says):
            check_parameters(with_base(dataset, {**base, name: entry}))


@pytest.mark.parametrize("name", ["interest_on_cash", "dso", "dcf_timing", "other_revenue"])
def test_an_equation_without_its_parameter_names_it(dataset, name):
    base = {key: entry for key, entry in dataset.scenarios["base"].items() if key != name}
    with pytest.raises(ParameterError, match=rf"^{name}(\.2026)?: an equation uses it, and data/"):
        check_parameters(with_base(dataset, base))


def test_only_the_path_of_a_trace_may_be_changed_once_it_is_made():
    assert changeable("model") == {"Path"}


def parameter(**changed):
    entry = {"label": "Rate", "value": 0.1, "unit": "ratio", "range": [0, 2], "reason": "why"}
    return declare("rate", {**entry, **changed}, {})


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ({}, "number"),
        ({"value": True, "range": None}, "switch"),
        ({"value": "a", "allowed": ["a", "b"], "range": None}, "choice"),
        ({"value": "2026-01-01", "unit": "date", "range": None}, "date"),
        ({"range": None}, "published"),
    ],
)
def test_the_kind_of_a_parameter_is_told_by_its_entry(entry, kind):
    assert parameter(**entry).kind == kind


@pytest.mark.parametrize("years", ["values", "facts", "expressions"])
def test_a_parameter_by_year_has_a_name_for_each(years):
    assert parameter(**{years: {2028: 1, 2027: 2}}).keys == ("rate.2027", "rate.2028")
    assert parameter().keys == ("rate",)
    assert (parameter(range=None).low, parameter(range=None).high) == (-np.inf, np.inf)


@pytest.mark.parametrize(
    ("unit", "low", "high", "factor"),
    [
        ("ratio", 0.1, 1.5, True),
        ("ratio", 0.1, 1.4, False),
        ("ratio", 0.0, 2.0, False),
        ("multiple", 0.1, 2.0, False),
    ],
)
def test_a_factor_is_a_ratio_that_may_be_well_above_one_and_never_nil(unit, low, high, factor):
    assert parameter(unit=unit, range=[low, high]).is_factor is factor


@pytest.mark.parametrize(
    ("entry", "given", "value"),
    [
        ({}, 0, 0.0),  # both ends are allowed
        ({}, 2, 2.0),
        ({}, "150%", 1.5),
        ({}, " +1.5e-1 ", 0.15),
        ({"unit": "percent", "range": [0, 100]}, "50%", 0.5),
        ({}, np.float64(0.5), 0.5),
        ({}, np.int64(1), 1.0),
        ({"unit": "year", "range": [2026, 2030]}, "2027", 2027.0),
        ({"value": True}, "TRUE", True),
        ({"value": True}, 1.0, True),
        ({"value": True}, "0", False),
        ({"value": True}, 0.0, False),
        ({"allowed": ["a", "b"], "value": "a"}, "b", "b"),
        ({"unit": "date", "value": "x"}, "2026-02-28", "2026-02-28"),
    ],
)
def test_what_is_given_becomes_a_value(entry, given, value):
    found = parameter(**entry).coerce("rate", given)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("entry", "given", "says"),
    [
        ({}, -0.001, "rate: -0.001 is out of range; allowed is 0 to 2 (ratio)"),
        ({}, 2.001, "rate: 2.001 is out of range; allowed is 0 to 2 (ratio)"),
        ({"unit": ""}, 3, "rate: 3 is out of range; allowed is 0 to 2"),
        ({}, float("nan"), "rate: nan is out of range"),
        ({}, np.array([1.0, 3.0]), "rate: 3 is out of range"),
        ({}, True, "rate: True is not a number"),
        ({}, "one", "rate: 'one' is not a number"),
        ({}, None, "rate: None is not a number"),
        ({"unit": "days"}, "1%", "rate: 1% is for ratios, rate is in days"),
        ({"unit": ""}, "1%", "rate: 1% is for ratios, rate is without a unit"),
        ({"unit": "year", "range": [2026, 2030]}, 2026.5, "rate: 2026.5 is not a whole year"),
        ({"value": True}, "yes", "rate: 'yes' is not allowed; true or false"),
        ({"allowed": ["given"], "value": "given"}, "givn", "one of given; nearest: given"),
        ({"unit": "date", "value": "x"}, "2026-02-30", "'2026-02-30' is no date; write YYYY-MM-DD"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_is_allowed(entry, given, says):
    with pytest.raises(ParameterError) as refusal:
        parameter(**entry).coerce("rate", given)
    assert says in str(refusal.value)


def test_an_array_is_a_value_for_each_of_its_places():
    found = parameter().coerce("rate", np.array([0, 1, 2]))
    assert found.dtype == float and found.tolist() == [0.0, 1.0, 2.0]


def test_a_name_means_one_value_or_one_for_each_year(dataset):
    p = resolve(dataset, "audited")
    assert p.names("wacc") == ("wacc",)
    assert p.names("dso")[0] == f"dso.{p.years[0]}" and len(p.names("dso")) == len(p.years)
    series = p.value("dso")
    assert series.name == "dso" and series[2027] == p.values["dso.2027"] == p.value("dso", 2027)
    assert p.value("wacc") == p.values["wacc"]
    assert p.has("dso", 2027) and not p.has("dso", 2040) and not p.has("wacc", 2027)
    assert p.declares("wacc") and not p.declares("waccc")
    assert (p.given("wacc", 9), p.given("waccc", 9)) == (p("wacc"), 9)
    assert p.parameter("dso.2027") is p.parameter("dso")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("wacc.2027", "wacc.2027: no such year; it has no years"),
        ("dso.2040", "dso.2040: no such year; 2026 to 2035"),
        ("dsoo", "dsoo: no such parameter; nearest: dso"),
    ],
)
def test_a_name_that_is_not_there_says_what_is(name, says, dataset):
    with pytest.raises(ParameterError) as refusal:
        resolve(dataset).names(name)
    assert says in str(refusal.value)


def test_the_valuation_date_lies_in_the_first_forecast_year(dataset):
    """From the last day of the last reported year to the day before that of the first forecast."""
    p = resolve(dataset)
    first, last = p.valuation_dates
    assert first == f"{p.last_actual}-{p.fiscal_year_end}" == p.year_end(p.years[0] - 1)
    assert (date.fromisoformat(p.year_end(p.years[0])) - date.fromisoformat(last)).days == 1
    for day in (first, last):
        assert p.replace({"valuation_date": day})("valuation_date") == day
    for day in (p.year_end(p.years[0]), f"{p.last_actual}-{p.fiscal_year_end[:-2]}01"):
        with pytest.raises(ParameterError, match=f"{day} is out of range; {first} to {last}"):
            p.replace({"valuation_date": day})


def test_a_published_line_is_changed_by_its_fact_only(dataset):
    with pytest.raises(ParameterError, match="is a published line; only its fact can change it"):
        name = next(n for n, x in resolve(dataset).parameters.items() if x.kind == "published")
        resolve(dataset, overrides={name: 1.0})


def test_a_hint_names_three_at_most_and_nothing_unlike():
    assert suggestion("wac", ["wacc", "wacc_method", "waccs", "wackk", "beta"]).count(",") == 2
    assert suggestion("qqqq", ["wacc"]) == ""


def test_records_of_which_there_may_be_thousands_hold_their_fields_alone():
    assert slim("model") == {"Check", "Identity", "Parameter", "Quantity", "Term"}
