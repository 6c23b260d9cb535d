"""The printed valuation done again, against values worked out elsewhere by hand or by others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from thesisbook.data import load_dataset
from thesisbook.data.recomputations import RECOMPUTATIONS, Valuation, compute, printed_valuation

DATASET = load_dataset(Path(__file__).parents[2])
ENTITY = DATASET.company["entity"]
# Ten flows of 100 growing at nothing, 10%, no growth: an annuity and a perpetuity from any table.
SIMPLE = Valuation(
    flows=(100.0,) * 10, wacc=0.1, growth=0.0, net_cash=0.0, fx=1.0, shares=10.0, dcf_weight=0.5,
    ps_value=2000.0,
)  # fmt: skip


def _result(name: str) -> float:
    return compute(name, DATASET.lookup, ENTITY, DATASET.patents)


def test_annuity_and_perpetuity() -> None:
    assert SIMPLE.pv_flows() == pytest.approx(614.457, abs=0.001)
    assert SIMPLE.pv_flows() + SIMPLE.pv_terminal() == pytest.approx(1000.0)
    assert SIMPLE.dcf_per_share() == pytest.approx(100.0)
    assert SIMPLE.target() == pytest.approx(150.0)


def test_net_cash_and_exchange_rate_reach_the_share() -> None:
    assert replace(SIMPLE, net_cash=500.0, fx=1.2).dcf_per_share() == pytest.approx(180.0)


def test_growing_perpetuity() -> None:
    growing = replace(SIMPLE, flows=tuple(100 * 1.02**n for n in range(10)), growth=0.02)
    assert growing.pv_flows() + growing.pv_terminal() == pytest.approx(100 / (0.1 - 0.02))


@pytest.mark.parametrize(
    ("name", "elsewhere", "within"),
    [  # from the first reading's own recomputation, which shares no code with this one
        ("textbook_pv_flows", 60262.134, 0.001),
        ("textbook_pv_terminal", 141303.988, 0.001),
        ("textbook_dcf_per_share", 95.88, 0.005),
        ("textbook_target", 87.31, 0.005),
        ("lowest_pv_ratio", 0.424, 0.0005),
        ("highest_pv_ratio", 0.429, 0.0005),
        ("capm_cost_of_equity", 0.1174, 1e-9),
        ("capm_wacc", 0.1162, 0.00005),
        ("printed_wacc", 0.1118, 0.00005),
    ],
)
def test_against_the_first_reading(name: str, elsewhere: float, within: float) -> None:
    assert _result(name) == pytest.approx(elsewhere, abs=within)


def test_the_slipped_range_meets_the_printed_values_at_the_fitted_rate() -> None:
    def fitted(name: str) -> float | str | bool:
        return 0.1120897183 if name == f"{ENTITY}.wacc.2026" else DATASET.lookup(name)

    late = compute("late_pv_terminal", fitted, ENTITY)
    assert late == pytest.approx(DATASET.value(f"{ENTITY}.pv_terminal_value.2026"), abs=0.01)
    early = compute("early_pv_flows", fitted, ENTITY)
    printed = DATASET.value(f"{ENTITY}.pv_free_cash_flow.2026")
    assert early / printed - 1 == pytest.approx(-0.00029, abs=0.00001)


def test_a_flow_more_is_worth_its_discounted_half() -> None:
    case = printed_valuation(DATASET.lookup, ENTITY)
    change = case.with_added_flows([100.0]).target() - case.target()
    assert change == pytest.approx(0.5 * 100 / 1.112 * case.fx / case.shares)


def test_the_last_flow_moves_the_terminal_value_too() -> None:
    more = SIMPLE.with_added_flows([0.0] * 9 + [10.0])
    assert more.pv_terminal() == pytest.approx(1.1 * SIMPLE.pv_terminal())


def test_effects_have_the_sign_of_their_cause() -> None:
    assert _result("effect_of_capm") < 0  # a higher rate
    assert _result("effect_of_gearing") < 0  # less of the cheap debt
    assert _result("effect_of_disposal_line") < 0  # an outlay more
    assert _result("effect_of_tax_on_ebit") > 0  # less tax
    assert _result("effect_of_growth_at_risk_free") < 0  # less growth
    assert abs(_result("effect_of_depreciation")) < 0.01
    assert abs(_result("effect_of_capital_expenditure")) < 0.01


def test_every_recomputation_is_used() -> None:
    used = " ".join(
        [f"{row.left} {row.right} {{calc.{row.function}}}" for row in DATASET.scoreboard]
        + [f"{e.expect} {e.effect}" for e in DATASET.errata.values()]
    )
    idle = {name for name in RECOMPUTATIONS if f"{{calc.{name}}}" not in used}
    assert idle <= {"textbook_dcf_per_share", "capm_cost_of_equity", "capm_wacc"}


def test_an_unknown_name_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        compute("no_such_thing", DATASET.lookup, ENTITY)
