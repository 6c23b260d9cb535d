"""The scoreboard computes: results follow the data, and what does not tie is explained."""

from __future__ import annotations

import dataclasses
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from thesisbook.data import Dataset, load_dataset
from thesisbook.data.expressions import Value
from thesisbook.data.scoreboard import RESULTS, ScoreError, score, scoreboard

ROOT = Path(__file__).parents[2]
DATASET = load_dataset(ROOT)
SCORES, FAULTS = scoreboard(DATASET)
RESULT = {done.row.id: done.result for done in SCORES}


def _moved(reference: str, by: float) -> Dataset:
    """The data set with one fact moved, wherever it is looked up."""

    class Moved(Dataset):
        def lookup(self, name: str) -> Value:
            value = super().lookup(name)
            return float(value) + by if name == reference else value

    return Moved(**{f.name: getattr(DATASET, f.name) for f in dataclasses.fields(Dataset)})


def _turned(reference: str, by: float) -> set[str]:
    """Rows that no longer tie once the fact is moved."""
    after, _ = scoreboard(_moved(reference, by))
    return {done.row.id for done in after if done.result == "does_not_tie" != RESULT[done.row.id]}


def test_it_has_the_promised_size_and_no_unexplained_row() -> None:
    assert len(DATASET.scoreboard) >= 300
    assert len(SCORES) == len(DATASET.scoreboard)
    assert not FAULTS
    checked = [done for done in SCORES if done.result != "cannot_be_checked"]
    assert len(checked) >= 300


def test_every_result_occurs() -> None:
    counts = Counter(RESULT.values())
    assert set(counts) == set(RESULTS)
    assert counts["ties"] + counts["ties_within_rounding"] > 300


def test_what_does_not_tie_names_an_erratum_that_stands() -> None:
    for done in SCORES:
        if done.result == "does_not_tie":
            assert DATASET.errata[done.row.erratum].verdict != "rejected", done.row.id
        else:
            assert not done.row.erratum, done.row.id


def test_what_cannot_be_checked_says_why() -> None:
    for done in SCORES:
        if done.result == "cannot_be_checked":
            assert len(done.row.note) > 30, done.row.id


def test_no_two_rows_compute_the_same() -> None:
    seen = Counter(
        (row.left, row.function, row.right) for row in DATASET.scoreboard if row.tolerance != "-"
    )
    assert [sides for sides, count in seen.items() if count > 1] == []


def test_no_row_compares_a_number_with_itself() -> None:
    for row in DATASET.scoreboard:
        assert row.tolerance == "-" or row.left != row.right, row.id


@pytest.mark.parametrize(
    ("reference", "rows"),
    [
        ("biren.revenue.2027", {"is_gross_profit_2027", "cover_revenue_2027"}),
        ("biren.cash.2026", {"x_closing_cash_2026", "bs_current_assets_2026"}),
        ("biren.dcf_ebit.2031", {"dcf_free_cash_flow_2031"}),
        ("biren.pv_terminal_value.2026", {"val_enterprise_value"}),
        ("biren.target_price.2026-06-03", {"val_target"}),
        ("biren.blended_value_hkd.2026", {"val_blend"}),
        ("biren.offering_h_shares.2026-02-02", {"offer_total", "shares_by_class", "shares_h"}),
        ("cs_yeebo.cornerstone_shares.2025-12-31", {"cornerstone_sum"}),
        ("market_china_gpgpu.market_cagr.2024-2029", {"market_gpgpu_cagr"}),
        ("iluvatar.net_loss_to_revenue.2024", {"peer_iluvatar_loss_ratio_2024"}),
        ("biren.rnd_expense.2024@004:L211", {"txt_rnd_2024"}),
    ],
)
def test_ten_units_in_the_last_place_turn_rows(reference: str, rows: set[str]) -> None:
    assert rows <= _turned(reference, 20 * DATASET.tolerance(reference))


def test_most_facts_of_the_printed_model_are_held_by_a_row() -> None:
    """A digit misread in exhibits 45 to 49 is found: ten units of a statement turn a row."""
    lines = [
        fact
        for fact in DATASET.facts(entity=DATASET.company["entity"], source="004")
        if fact.printed_unit == "CNY_thousand"
        and fact.locator.split("exhibit ")[-1] in "45 46 47 49"
    ]
    assert len(lines) > 350
    reading: dict[str, list] = {}
    for row in DATASET.scoreboard:
        for fact in lines:
            if f"{{{fact.id}}}" in row.left + row.right:
                reading.setdefault(fact.id, []).append(row)
    unheld = [fact.id for fact in lines if fact.id not in reading]
    assert unheld == []
    for fact in lines[::9]:
        moved = _moved(fact.id, 20 * fact.tolerance)
        after = {row.id: score(moved, row).result for row in reading[fact.id]}
        assert any(r == "does_not_tie" != RESULT[name] for name, r in after.items()), fact.id


def test_function_rows_are_computed_from_the_facts() -> None:
    rows = [row for row in DATASET.scoreboard if row.function]
    assert len(rows) >= 4
    for row in rows:
        before = score(DATASET, row).left
        after = score(_moved("biren.wacc.2026", 0.001), row).left
        assert before != after, row.id


def test_an_explicit_tolerance_decides() -> None:
    row = next(row for row in DATASET.scoreboard if row.id == "val_ps_value")
    assert score(DATASET, row).result == "ties_within_rounding"
    strict = row.model_copy(update={"tolerance": "0.1"})
    assert score(DATASET, strict).result == "does_not_tie"
    assert Decimal(row.tolerance) == 1


def test_a_row_without_a_right_side_is_refused() -> None:
    row = DATASET.scoreboard[0].model_copy(update={"right": ""})
    with pytest.raises(ScoreError, match="right"):
        score(DATASET, row)
