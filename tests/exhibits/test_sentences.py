"""Functions of text numbers."""

from __future__ import annotations

import math

import pytest

from thesisbook.data import Expression
from thesisbook.exhibits.sentences import (
    SENTENCE_FUNCTIONS,
    Across,
    Series,
    sentence_functions,
)

PROFIT = Series({2025: -5.0, 2026: -1.0, 2027: 2.0, 2028: 9.0})
PEERS = Across([25.3, 71.9, 21.4], ["A", "B", "C"])
NEVER = Series({2026: -1.0})

CASES = [
    ("first_year_above({s}, 0)", 2027),
    ("last_year_below({s}, 0)", 2026),
    ("year_or(first_year_above({n}, 0), 'never')", "never"),
    ("year_or(first_year_above({s}, 0), 'never')", "2027"),
    ("total({s}, 2026, 2027)", 1.0),
    ("peak_year({s})", 2028),
    ("low_year({s})", 2025),
    ("largest(1, 'a', 3, 'b', 2, 'c')", "b"),
    ("smallest(1, 'a', 3, 'b')", "a"),
    ("rank(5, 7, 3, 9)", 3),
    ("ordinal(rank(5, 7, 3, 9))", "third"),
    ("ordinal(13)", "13th"),
    ("ordinal(22)", "22nd"),
    ("ordinal(111)", "111th"),
    ("spell(12)", "twelve"),
    ("spell(13)", "13"),
    ("join('a', 1, 'b')", "a1b"),
    ("median({p})", 25.3),
    ("mean(without_max({p}))", 23.35),
    ("name_of_max({p})", "B"),
    ("name_of_min({p})", "C"),
    ("count({p})", 3),
    ("count_below({p}, 30)", 2),
    ("show({nan}, 'pct1', 'none')", "none"),
    ("show(0.155, 'pct1', 'none')", "15.5%"),
    ("'up' if {x} > 1 else 'down'", "up"),
]


@pytest.mark.parametrize(("text", "value"), CASES)
def test_values(text: str, value: object) -> None:
    known = {"s": PROFIT, "n": NEVER, "p": PEERS, "nan": math.nan, "x": 2.0}
    assert Expression(text, SENTENCE_FUNCTIONS).evaluate(known.__getitem__) == pytest.approx(value)


def test_pairs_are_required() -> None:
    with pytest.raises(ValueError, match="pairs"):
        Expression("largest(1, 'a', 2)", SENTENCE_FUNCTIONS).evaluate(lambda _: 0.0)


def test_numbers_in_words_follow_the_language() -> None:
    functions = sentence_functions("zh")
    assert Expression("show(2, 'hkd0', '')", functions).evaluate(lambda _: 0.0) == "2港元"
