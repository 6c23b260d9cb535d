"""What forecasts would have us do, and what that is worth: against the note of the house view."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from thesisbook.data import Dataset
from thesisbook.model import ParameterError
from thesisbook.score.actions import Effects, read_action
from thesisbook.score.ledger import Ledger

from .conftest import Later

ON = "2026-10-09"


@pytest.fixture(scope="module")
def effects(dataset: Dataset) -> Effects:
    return Effects(Ledger(dataset, ON))


# The last column of the note's ledger, HKD on the target, printed to the dime; a dash is nothing.
NOTE = [
    ("october_01_shares", None, 28.15 - 28.38),
    ("october_02_moore", 2.6, -2.6),
    ("october_03_metax", 2.6, -2.6),
    ("october_04_cambricon", 0.4, -0.4),
    ("october_05_h200", None, -0.9),
    ("october_06_tape_out", 3.5, -2.9),
    ("october_07_memory", 1.0, -1.2),
    ("october_11_revenue", 2.6, -2.6),
    ("october_12_margin", 0.4, -0.6),
    ("october_15_receivables", 0.3, -0.3),
    ("october_16_stock", 0.9, -0.9),
    ("october_17_funds", 1.1 * 0.46, -1.3 * 0.46),
    ("october_18_no_br20x", None, 6.4),
    ("october_22_rule", -5.2, 0.9),
    ("october_24_on_time", 43.9 - 28.38, None),
    # of the first edition: its own rule on the margin, 77.51 to 62.89, and prices into its base
    ("june_h1_margin", None, 62.89 - 77.51),
    ("june_h200_two_groups", None, -12.99),
]


@pytest.mark.parametrize(("name", "up", "down"), NOTE, ids=[row[0] for row in NOTE])
def test_the_effect_is_that_of_the_note(
    name: str, up: float | None, down: float | None, dataset: Dataset, effects: Effects
) -> None:
    row = next(row for row in dataset.forecasts if row.id == name)
    for action, wanted in ((row.up_action, up), (row.down_action, down)):
        if wanted is not None:
            assert effects.of(action, row.edition) == pytest.approx(wanted, abs=0.07)


def test_no_action_has_no_effect(effects: Effects) -> None:
    assert effects.of("", "2026-10-09") is None


def test_an_action_that_waits_for_a_fact_has_no_effect_yet(dataset: Dataset, later: Later) -> None:
    action = "gross_margin+={biren.gross_margin.2027H1} - 0.445"
    assert Effects(Ledger(dataset, ON)).of(action, ON) is None
    known = Effects(Ledger(later({"biren.gross_margin.2027H1": 0.465}), ON))
    assert known.of(action, ON) == pytest.approx(known.of("gross_margin+=0.02", ON))


def test_odds_alone_give_what_a_new_valuation_gives(dataset: Dataset, effects: Effects) -> None:
    """The same branches weighted anew, and all branches valued again with nothing changed."""
    odds = "supply=flows:0.45,constrained:0.46,closed:0.09"
    valued = effects.of(f"{odds}; dilution+=0", ON)
    assert effects.of(odds, ON) == pytest.approx(valued, abs=1e-9)


def test_odds_given_a_state_change_those_branches_alone(effects: Effects) -> None:
    told = {
        "flows": "firm:0.15,middle:0.45,war:0.4",
        "constrained": "firm:0.3,middle:0.5,war:0.2",
        "closed": "firm:0.3,middle:0.5,war:0.2",
    }
    same = "; ".join(f"prices@{given}={odds}" for given, odds in told.items())
    assert effects.of(same, ON) == pytest.approx(0.0, abs=1e-9)
    one = effects.of("prices@closed=firm:0,middle:0,war:1", ON)
    assert one is not None
    assert -0.3 < one < 0


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("wacc", "'wacc' is no action; NAME=VALUE"),
        ("rnd_amount*=much", r"'much' is no number"),
        ("br20x=on_time:half,late:0.5", "says no odds"),
        ("br20x=on_time:0.5,late:0.3", r"br20x: odds add to 0\.8; 1 is allowed"),
        ("br20=late:1.0", "br20: no such driver; nearest: br20x"),
        ("br20x=later:1.0", r"br20x\.later: no such state; nearest: late"),
        ("prices@flow=war:1.0", "prices: depends on no state flow; nearest: flows"),
        ("gross_margins+=0.01", "gross_margins: no such parameter; nearest: gross_margin"),
    ],
)
def test_what_an_action_refuses(action: str, message: str, effects: Effects) -> None:
    with pytest.raises(ParameterError, match=message):
        effects.of(action, ON)


def test_odds_of_a_kept_edition_are_refused(effects: Effects) -> None:
    with pytest.raises(ParameterError, match="the edition of 2026-06-02 has no tree"):
        effects.of("br20x=late:1.0", "2026-06-02")


def test_the_check_names_the_row_of_a_wrong_action(dataset: Dataset) -> None:
    rows = tuple(
        r.model_copy(update={"up_action": "gross_margins+=0.01"})
        if r.id == "october_12_margin"
        else r
        for r in dataset.forecasts
    )
    changed: Any = dataclasses.replace(dataset, forecasts=rows)
    (fault,) = Effects(Ledger(changed, ON)).faults()
    file, line = dataset.places["forecasts.october_12_margin"]
    assert str(fault).startswith(
        f"{file}:{line}:up_action: october_12_margin: gross_margins: no such parameter"
    )
    assert list(Effects(Ledger(dataset, ON)).faults()) == []


def test_an_action_is_read_whole() -> None:
    found = read_action("wacc=11%; units.br166*=1.1; dso+=-40; a=x:0.5,y:0.5; b@x=u:1", lambda _: 0)
    assert found.set == {"wacc": "11%"}
    assert found.scale == {"units.br166": 1.1}
    assert found.shift == {"dso": -40.0}
    assert found.odds == {"a": {"x": 0.5, "y": 0.5}, "b": {"x": {"u": 1.0}}}
