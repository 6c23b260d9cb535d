"""References that a sentence may pin, whatever run is shown."""

from __future__ import annotations

import pytest

from thesisbook.exhibits import Report
from thesisbook.exhibits.tables import Traced

RUNS = {name: Report.open(name) for name in ("base", "bear")}


@pytest.mark.parametrize("study", ["reverse", "breakeven"])
def test_what_a_named_scenario_implies_is_the_same_beside_every_run(study: str) -> None:
    pinned = {name: run.value(f"{study}.base.pool_share") for name, run in RUNS.items()}
    assert pinned["base"] == pinned["bear"] == RUNS["base"].value(f"{study}.pool_share")


def test_an_unknown_parameter_of_a_named_scenario_is_told() -> None:
    with pytest.raises(KeyError, match=r"reverse\.pool_shape: nearest pool_share"):
        RUNS["base"].value("reverse.base.pool_shape")


@pytest.mark.parametrize("name", RUNS)
def test_every_cell_of_the_tree_can_be_asked_again(name: str) -> None:
    frame = RUNS[name].study("tree")
    cells = [cell for cell in frame.to_numpy().ravel() if isinstance(cell, Traced)]
    assert len(cells) == len(frame) * 5, "probability and four values of each branch"
    for cell in cells:
        assert RUNS[name].value(cell.reference) == cell


def test_a_branch_that_is_not_there_is_told() -> None:
    with pytest.raises(KeyError, match=r"tree\.late\.flows\.peace\.target: nearest"):
        RUNS["base"].value("tree.late.flows.peace.target")
