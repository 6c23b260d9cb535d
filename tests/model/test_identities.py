"""Identities in every scenario, over the whole allowed range, and able to fail."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from thesisbook.model import Assumptions, ParameterError, resolve, run
from thesisbook.model.identities import IDENTITIES, run_checks

from .conftest import SCENARIOS

#: Forecasts with flows above zero in most years: below zero, more discounting adds value.
PLANNED = ("published", "audited")


def anywhere(p: Assumptions, seed: int) -> Assumptions:
    """Every parameter somewhere in its allowed range, one in ten at an end of it."""
    generator = np.random.default_rng(seed)
    overrides = {}
    for key in p.values:
        parameter = p.parameter(key)
        if parameter.kind == "published":
            continue
        if parameter.kind == "switch":
            overrides[key] = bool(generator.integers(2))
        elif parameter.kind == "choice":
            overrides[key] = str(generator.choice(parameter.allowed))
        elif parameter.kind == "date":
            overrides[key] = f"2026-{generator.integers(1, 13):02d}-{generator.integers(1, 29):02d}"
        else:
            share = generator.choice([0.0, 1.0]) if generator.random() < 0.1 else generator.random()
            within = parameter.low + share * (parameter.high - parameter.low)
            number = min(max(within, parameter.low), parameter.high)
            overrides[key] = float(round(number)) if parameter.unit == "year" else number
    return p.replace(overrides)


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("name", [*IDENTITIES, "listing_proceeds_counted_once"])
def test_identity_holds(name, scenario, results):
    check = next(c for c in results[scenario].checks() if c.name == name)
    assert check.ok, f"{check.title}: gap {check.gap}, allowed {check.allowed}"


@given(seed=st.integers(0, 2**32 - 1), scenario=st.sampled_from(SCENARIOS))
def test_identities_hold_over_the_whole_allowed_range(seed, scenario, resolved):
    p = anywhere(resolved(scenario), seed)
    try:
        result = run(p)
    except ParameterError as error:
        assert re.search("at or above wacc|a run needs some in every year", str(error))
        assume(False)
    failed = [check for check in result.checks() if not check.ok]
    assert not failed


DAMAGE = {
    "balance_sheet_balances": ("total_equity", 2027),
    "cash_ties": ("closing_cash", 2027),
    "income_statement_adds_up": ("profit_before_tax", 2027),
    "revenue_adds_up": ("revenue_other", 2027),
    "working_capital_ties": ("inventories", 2027),
    "equity_rolls_forward": ("net_profit", 2027),
    "fixed_assets_roll_forward": ("depreciation_amortisation", 2027),
    "free_cash_flow_adds_up": ("dcf_tax", 2027),
    "enterprise_value_adds_up": ("net_cash", None),
    "net_cash_adds_up": ("net_cash", None),
    "blend_between_parts": ("value_per_share", None),
    "growth_below_cost_of_capital": ("terminal_growth", None),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_run_fails_its_check(name, base):
    """One number wrong by one: the identity that holds it must not."""
    number, year = DAMAGE[name]
    if year is None:
        factor = 2.0 if name != "growth_below_cost_of_capital" else 100.0
        damaged = replace(base, scalars={**base.scalars, number: base.scalars[number] * factor})
    else:
        line = {**base.lines[number], year: base.lines[number][year] + 1.0}
        damaged = replace(base, lines={**base.lines, number: line})
    failed = {check.name for check in run_checks(damaged) if not check.ok}
    assert name in failed


def test_every_identity_can_fail():
    """The listing proceeds are held by their own test: that check runs the model itself."""
    assert set(DAMAGE) == set(IDENTITIES)


def test_listing_proceeds_counted_twice_are_found(base, monkeypatch):
    from thesisbook.model import dcf  # noqa: PLC0415 - patched below

    flows = dcf.flows

    def with_proceeds(p, out):
        flows(p, out)
        out["dcf_free_cash_flow"][2026] += out["share_issue_proceeds"][2026]

    monkeypatch.setattr(dcf, "flows", with_proceeds)
    assert "listing_proceeds_counted_once" in {c.name for c in base.checks() if not c.ok}


@given(
    rate=st.floats(0.05, 0.29),
    step=st.floats(0.0005, 0.01),
    terminal_growth=st.floats(-0.02, 0.06),
    dcf_timing=st.sampled_from(["published", "year_end", "mid_year"]),
    scenario=st.sampled_from(PLANNED),
)
def test_value_falls_as_the_cost_of_capital_rises(resolved, rate, step, **setting):
    assume(setting["terminal_growth"] < rate)
    p = resolved(setting.pop("scenario"), setting)
    low = run(p.replace({"wacc": rate})).quantity("value_per_share")
    high = run(p.replace({"wacc": rate + step})).quantity("value_per_share")
    assert high < low


@given(
    wacc=st.floats(0.07, 0.3),
    growth=st.floats(-0.02, 0.055),
    step=st.floats(0.0005, 0.005),
    dcf_timing=st.sampled_from(["published", "year_end", "mid_year"]),
    scenario=st.sampled_from(PLANNED),
)
def test_value_rises_with_terminal_growth(resolved, growth, step, **setting):
    """With the value driver only where new capital earns more than it costs."""
    setting |= {"return_on_new_capital": 3.0, "terminal_margin_cap": 1.0}
    p = resolved(setting.pop("scenario"), setting)
    low = run(p.replace({"terminal_growth": growth})).quantity("target_price")
    high = run(p.replace({"terminal_growth": growth + step})).quantity("target_price")
    assert high > low


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("beta", -1),
        ("tax_rate", -1),
        ("ps_discount", -1),
        ("dso", -1),
        ("rnd_amount", -1),
        ("dilution", -1),
        ("volume_factor", 1),
        ("price_factor", 1),
        ("gross_margin", 1),
        ("dpo", 1),
        ("launch_delay.br20x", -1),
        ("ipo_proceeds_received", 1),
    ],
)
def test_target_moves_the_way_the_driver_must(name, sign, dataset):
    p = resolve(dataset, "base")
    step = {key: p.values[key] + 0.05 * max(abs(p.values[key]), 0.2) for key in p.names(name)}
    change = run(p.replace(step)).quantity("target_price") - run(p).quantity("target_price")
    assert change * sign > 0.001


def test_a_delay_of_a_whole_year_moves_units_by_one_year(dataset):
    result = run(resolve(dataset, "base", {"launch_delay.br20x": 1}))
    p = result.assumptions
    for year in (2027, 2028):
        units, price = p("units.br20x", year - 1), p("average_price.br20x", year)
        assert result.quantity("revenue_br20x", year) == pytest.approx(units * price / 1e6)
    assert result.quantity("revenue_br20x.2026") == 0


def test_a_lower_price_leaves_unit_cost_as_it_is(dataset):
    plain = run(resolve(dataset, "base"))
    lower = run(resolve(dataset, "base", {"price_factor": 0.9}))
    assert lower.quantity("cost_of_sales.2030") == pytest.approx(
        plain.quantity("cost_of_sales.2030")
    )
    assert lower.quantity("revenue.2030") == pytest.approx(0.9 * plain.quantity("revenue.2030"))


def test_losses_are_used_before_tax_is_paid(base):
    """Tax to 2035E is the rate on what operating profit exceeds the losses brought forward."""
    p = base.assumptions
    earned = sum(base.quantity("dcf_ebit", year) for year in p.years)
    paid = -sum(base.quantity("dcf_tax", year) for year in p.years)
    assert paid == pytest.approx(p("tax_rate") * (earned - p("opening_tax_losses")))
    assert base.quantity("dcf_tax.2027") == 0
