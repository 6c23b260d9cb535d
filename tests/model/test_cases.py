"""Golden cases: equations and whole valuations whose expected values come from elsewhere."""

import numpy_financial
import pytest

from thesisbook.model import dcf, relative, resolve, run
from this_project import MODELLED

from .cases import read_cases

EQUATIONS = {
    "cost_of_equity": dcf.cost_of_equity,
    "wacc": dcf.wacc,
    "gordon_value": dcf.gordon_value,
    "present_value": dcf.present_value,
    "peer_statistic": lambda multiples, basis: relative.peer_statistics(multiples)[basis],
}


@pytest.mark.parametrize("case", [*read_cases("equations"), *read_cases("valuations")])
def test_every_case_names_an_outside_origin(case):
    assert len(case["origin"]) > 20
    assert "thesisbook" not in case["origin"]


@pytest.mark.parametrize("case", read_cases("equations"), ids=lambda c: c["origin"][:40])
def test_equation(case):
    found = EQUATIONS[case["equation"]](**case["inputs"])
    assert found == pytest.approx(case["expected"], rel=0, abs=case["tolerance"])


@pytest.mark.parametrize("case", read_cases("valuations"), ids=lambda c: c["name"])
def test_valuation(case, dataset):
    result = run(resolve(dataset, case["scenario"], case.get("overrides")))
    found = result.quantity(case["quantity"])
    assert found == pytest.approx(case["expected"], rel=0, abs=case["tolerance"])


@pytest.mark.parametrize("scenario", MODELLED)
def test_discounting_equals_numpy_financial(scenario, dataset):
    """At the last balance sheet date the stub is a whole year and npv of period 0 to 10 applies."""
    changed = {"valuation_date": "2025-12-31", "dcf_timing": "year_end"}
    p = resolve(dataset, scenario, changed)
    result = run(p)
    flows = [result.quantity("dcf_free_cash_flow", year) for year in p.years]
    rate = result.quantity("wacc")
    assert result.quantity("pv_fcf") == pytest.approx(
        numpy_financial.npv(rate, [0, *flows]), rel=1e-12
    )
    terminal = result.quantity("terminal_value")
    assert result.quantity("pv_terminal") == pytest.approx(
        -numpy_financial.pv(rate, len(flows), 0, terminal), rel=1e-12
    )


def test_published_timing_equals_numpy_financial(published):
    """Convention B is npv over the spent flow and nine forecast flows, and eleven years after."""
    flows = [published.quantity("dcf_free_cash_flow", year) for year in range(2026, 2035)]
    rate = published.quantity("wacc")
    spent = published.assumptions("last_actual_fcf")
    assert published.quantity("pv_fcf") == pytest.approx(
        numpy_financial.npv(rate, [0, spent, *flows]), rel=1e-12
    )
    last = published.quantity("dcf_free_cash_flow.2035")
    growth = published.quantity("terminal_growth")
    assert published.quantity("pv_terminal") == pytest.approx(
        -numpy_financial.pv(rate, 11, 0, last / (rate - growth)), rel=1e-12
    )


def test_stub_and_middle_of_the_year(dataset):
    """2 June to 31 December 2026 is 212 days; half a year and half the stub for the mid-year."""
    end = run(resolve(dataset, "audited"))
    assert end.quantity("stub") == pytest.approx(212 / 365)
    assert end.quantity("discount_periods.2026") == pytest.approx(212 / 365)
    assert end.quantity("discount_periods.2027") == pytest.approx(1 + 212 / 365)
    assert end.quantity("discount_periods.2035") == pytest.approx(9 + 212 / 365)
    assert end.quantity("terminal_periods") == end.quantity("discount_periods.2035")
    overrides = {"dcf_timing": "mid_year"}
    middle = run(resolve(dataset, "audited", overrides))
    assert middle.quantity("discount_periods.2026") == pytest.approx(106 / 365)
    assert middle.quantity("discount_periods.2027") == pytest.approx(0.5 + 212 / 365)
    assert middle.quantity("terminal_periods") == middle.quantity("discount_periods.2035")
    multiple = run(resolve(dataset, "audited", {**overrides, "terminal_method": "exit_multiple"}))
    assert multiple.quantity("terminal_periods") == pytest.approx(9 + 212 / 365)


def test_exit_multiple_is_applied_to_ebitda(dataset):
    result = run(
        resolve(dataset, "audited", {"terminal_method": "exit_multiple", "exit_multiple": 7})
    )
    ebitda = result.quantity("dcf_ebit.2035") + result.quantity(
        "dcf_depreciation_amortisation.2035"
    )
    assert result.quantity("terminal_value") == pytest.approx(7 * ebitda, rel=1e-12)
