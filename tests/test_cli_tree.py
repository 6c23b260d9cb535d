"""The command `tree`, as a person types it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from thesisbook.cli import main
from thesisbook.data import Dataset
from thesisbook.model import TreeValue, value_tree


@pytest.fixture(scope="module")
def house(dataset: Dataset) -> TreeValue:
    return value_tree(dataset)


def said(*words: str) -> str:
    done = CliRunner().invoke(main, ["tree", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_it_says_branches_odds_and_grade(house: TreeValue, dataset: Dataset) -> None:
    lines = said().splitlines()
    count = len(house.branches)
    assert len([line for line in lines if "%" in line and "." in line]) >= count + 1
    expected = lines[count + 1]
    assert expected.startswith("expected") and "100.00%" in expected
    assert expected.endswith(f"{house.expected('target_price'):.2f}")
    grades = {g["id"]: g["name"]["en"] for g in dataset.company["rating_scale"]["grades"]}
    graded = f"{house.upside:.1%}, less the index {house.relative_return:.1%}"
    assert f"expected return {graded}: {grades[house.rating]}" in "\n".join(lines)


def test_json_has_what_the_table_has(house: TreeValue) -> None:
    told = json.loads(said("--json"))
    assert len(told["branches"]) == len(house.branches)
    assert sum(branch["probability"] for branch in told["branches"]) == pytest.approx(1)
    weighted = sum(b["probability"] * b["target_price"] for b in told["branches"])
    assert told["expected"]["target_price"] == pytest.approx(weighted)
    assert told["rating"] == house.rating


def test_a_price_and_other_odds_move_the_grade(house: TreeValue) -> None:
    target = house.expected("target_price")
    assert ": Strong buy" in said("-p", f"price={target / 1.5:.2f}")
    assert ": Avoid" in said("-p", f"price={target * 1.5:.2f}")
    timely = json.loads(said("--odds", "br20x=on_time:1,late:0,fails:0", "--json"))
    alone = [b for b in house.branches if b.states["br20x"] == "on_time"]
    odds = sum(b.probability for b in alone)
    mean = sum(b.probability * b.scalars["target_price"] for b in alone) / odds
    assert timely["expected"]["target_price"] == pytest.approx(mean)


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
