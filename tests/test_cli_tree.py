"""The command `tree`, as a person types it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from thesisbook.cli import main


def said(*words: str) -> str:
    done = CliRunner().invoke(main, ["tree", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_it_says_branches_odds_and_grade() -> None:
    lines = said().splitlines()
    assert len([line for line in lines if "%" in line and "." in line]) >= 28
    assert "expected" in lines[28] and "28.38" in lines[28] and "100.00%" in lines[28]
    assert "expected return -17.6%, less the index -21.6%: Avoid" in "\n".join(lines)


def test_json_has_what_the_table_has() -> None:
    told = json.loads(said("--json"))
    assert len(told["branches"]) == 27
    assert sum(branch["probability"] for branch in told["branches"]) == pytest.approx(1)
    weighted = sum(b["probability"] * b["target_price"] for b in told["branches"])
    assert told["expected"]["target_price"] == pytest.approx(weighted)
    assert told["rating"] == "avoid"


def test_a_price_and_other_odds_move_the_grade() -> None:
    assert ": Buy" in said("-p", "price=24")
    timely = json.loads(said("--odds", "br20x=on_time:1,late:0,fails:0", "--json"))
    assert timely["expected"]["target_price"] > 40


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--odds", "br20x=on_time"], "says no odds; write DRIVER=STATE:P,STATE:P"),
        (["--odds", "br20x=on_time:1,late:1,fails:1"], "br20x: odds add to 3; 1 is allowed"),
        (["-p", "wac=0.1"], "wac: no such parameter; nearest: wacc"),
    ],
)
def test_what_is_wrong_is_one_line(words: list[str], message: str) -> None:
    done = CliRunner().invoke(main, ["tree", *words])
    assert done.exit_code == 2
    assert message in done.output
    assert "Traceback" not in done.output
