"""The published valuation done again, against values worked out elsewhere by hand or by others."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from thesisbook.data import Dataset, ExpressionError, load_dataset
from thesisbook.data.entries import Recomputation
from thesisbook.data.expressions import arithmetic
from thesisbook.data.recomputations import recompute

DATASET = load_dataset(Path(__file__).parents[2])
ENTITY = DATASET.company["entity"]
WACC, TARGET = f"{ENTITY}.wacc.2026", f"{ENTITY}.target_price.2026-06-03"


def _result(name: str, **changed: float) -> float:
    """The recomputation with some facts (by their name without the entity) replaced."""
    facts = {f"{ENTITY}.{name.replace('__', '.')}": value for name, value in changed.items()}
    return recompute(
        DATASET, name, lambda fact: facts[fact] if fact in facts else DATASET.lookup(fact)
    )


def _effect(name: str) -> float:
    return _result(f"target_with_{name}") - _result("textbook_target")


def _with(rows: Mapping[str, Recomputation]) -> Dataset:
    return dataclasses.replace(DATASET, recomputations=rows)


def test_net_present_value_of_an_annuity_from_any_table() -> None:
    flows = ", ".join(["100"] * 10)
    value = arithmetic(f"npv(0.1, {flows})").evaluate(DATASET.resolve)
    assert value == pytest.approx(614.457, abs=0.001)
    perpetuity = arithmetic(f"npv(0.1, {flows}) + 100 / 0.1 / 1.1 ** 10").evaluate(DATASET.resolve)
    assert perpetuity == pytest.approx(1000.0)


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


def test_the_model_on_the_same_flows_gives_the_same_present_values() -> None:
    """One equation, one value: the model's own present value and Gordon value of these flows."""
    from thesisbook.model.dcf import gordon_value, present_value  # noqa: PLC0415

    flows = [DATASET.value(f.id) for f in DATASET.facts(ENTITY, metric="dcf_free_cash_flow")]
    years = [float(n) for n in range(1, len(flows) + 1)]
    rate, growth = DATASET.value(WACC), DATASET.value(f"{ENTITY}.terminal_growth.2026")
    assert _result("textbook_pv_flows") == pytest.approx(present_value(flows, years, rate))
    terminal = gordon_value(flows[-1] * (1 + growth), rate, growth)
    assert _result("textbook_pv_terminal") == pytest.approx(
        present_value([terminal], [years[-1]], rate)
    )


def test_the_slipped_range_meets_the_printed_values_at_the_fitted_rate() -> None:
    late = _result("late_pv_terminal", wacc__2026=0.1120897183)
    assert late == pytest.approx(DATASET.value(f"{ENTITY}.pv_terminal_value.2026"), abs=0.01)
    early = _result("early_pv_flows", wacc__2026=0.1120897183)
    printed = DATASET.value(f"{ENTITY}.pv_free_cash_flow.2026")
    assert early / printed - 1 == pytest.approx(-0.00029, abs=0.00001)


def test_a_flow_more_is_worth_its_discounted_half() -> None:
    first = "dcf_free_cash_flow.2026"
    more = DATASET.value(f"{ENTITY}.{first}") + 100.0
    moved = _result("textbook_target", **{first.replace(".", "__"): more})
    fx = DATASET.value(f"{ENTITY}.equity_value_hkd.2026") / DATASET.value(
        f"{ENTITY}.equity_value.2026"
    )
    shares = DATASET.value(f"{ENTITY}.shares_issued.2026-02-02")
    assert moved - _result("textbook_target") == pytest.approx(0.5 * 100 / 1.112 * fx / shares)


def test_effects_have_the_sign_of_their_cause() -> None:
    assert _effect("capm") < 0  # a higher rate
    assert _effect("gearing") < 0  # less of the cheap debt
    assert _effect("disposal_line") < 0  # an outlay more
    assert _effect("tax_on_ebit") > 0  # less tax
    assert _effect("growth_at_risk_free") < 0  # less growth
    assert abs(_effect("depreciation")) < 0.01
    assert abs(_effect("capital_expenditure")) < 0.01


def test_a_change_is_worked_out_on_the_facts_as_they_are() -> None:
    """`change` may name the fact it changes, and a row that is used twice is changed once."""
    half = Recomputation(
        id="half", what="x", expression="{calc.textbook_target}", change={WACC: f"{{{WACC}}} / 2"}
    )
    data = _with({**DATASET.recomputations, "half": half})
    direct = _result("textbook_target", wacc__2026=DATASET.value(WACC) / 2)
    assert recompute(data, "half", data.lookup) == pytest.approx(direct)


def test_every_recomputation_is_used() -> None:
    """By another row of the data, or by a cell of a chapter."""
    chapters = "".join(p.read_text() for p in (DATASET.root / "notebooks").glob("*.ipynb"))
    used = " ".join(
        [f"{row.left} {row.right} {{calc.{row.function}}}" for row in DATASET.scoreboard]
        + [f"{e.expect} {e.effect}" for e in DATASET.errata.values()]
        + [row.expression for rows in DATASET.numbers.values() for row in rows]
        + [f"{r.expression} {r.change}" for r in DATASET.recomputations.values()]
    )
    named = set(re.findall(r"\{calc\.(\w+)\}", used)) | set(re.findall(r"\bcalc\.(\w+)", chapters))
    assert set(DATASET.recomputations) - named == set()


def test_what_cannot_be_worked_out_says_so() -> None:
    with pytest.raises(KeyError):
        _result("no_such_thing")
    broken = Recomputation(id="broken", what="x", expression=f"1 / ({{{WACC}}} - {{{WACC}}})")
    data = _with({"broken": broken})
    with pytest.raises(ExpressionError, match="zero"):
        recompute(data, "broken", data.lookup)
