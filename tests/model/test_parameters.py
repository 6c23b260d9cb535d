"""Resolving parameters: what is refused, how overrides are read, names for the workbook."""

import re
from dataclasses import replace

import pytest

from thesisbook.model import ParameterError, resolve, run
from thesisbook.model.commands import check_parameters
from this_project import DIFFERING

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
