"""The small language: what it computes, and what it refuses."""

from __future__ import annotations

import math
from typing import Any

import pytest

from thesisbook.data import Expression, ExpressionError
from thesisbook.data.expressions import cagr, flow_rate, npv, references

VALUES = {"a.x.2025": 12.0, "a.x.2024": 10.0, "a.y.2026-06-02": 3.0, "a.code.na": "688802 SH"}
VALUES |= {"a.x.2025@004:L6": 11.0}


def evaluate(text: str) -> object:
    return Expression(text).evaluate(VALUES.__getitem__)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a.x.2025} / {a.x.2024} - 1", 0.2),
        ("-{a.x.2024} + 2 * ({a.y.2026-06-02} - 1)", -6.0),
        ("{a.x.2024} ** 2", 100.0),
        ("sum({a.x.2025}, {a.x.2024}, 1)", 23.0),
        ("min(3, 1, 2) + max(3, 1, 2)", 4.0),
        ("mean(1, 2, 6)", 3.0),
        ("median(1, 2, 6)", 2.0),
        ("median(1, 2, 6, 8)", 4.0),
        ("harmonic_mean(1, 2, 4)", 12 / 7),
        ("abs(-4) + sqrt(9)", 7.0),
        ("round(2.347, 2)", 2.35),
        ("cagr(100, 121, 2)", 0.1),
        ("flow_rate(100, 110)", 0.1),
        ("flow_rate(npv(0.07, 5, 6, 90), 5, 6, 90)", 0.07),
        ("perpetuity_rate(100, 8, 0.02, 0)", 0.1),
        ("perpetuity_rate(100 / 1.1 ** 11, 8, 0.02, 11)", 0.1),
        ("{a.x.2025} > {a.x.2024} and not {a.x.2024} > 11", True),
        ("1 < 2 < 3", True),
        ("5 if {a.x.2025} > 100 else 7", 7),
        ("{a.code.na} == '688802 SH'", True),
        ("{a.x.2025@004:L6} != {a.x.2025}", True),
    ],
)
def test_value(text: str, expected: object) -> None:
    assert evaluate(text) == pytest.approx(expected)


def test_references_stand_in_order_of_first_appearance() -> None:
    text = "{model.wacc} + {b.z.2025} * {model.wacc} + {a.x.2025@004:L6}"
    assert Expression(text).references == ("model.wacc", "b.z.2025", "a.x.2025@004:L6")


MALICIOUS = [
    "__import__('os').system('true')",
    "().__class__.__bases__[0].__subclasses__()",
    "open('/etc/passwd')",
    "eval('1')",
    "exec('1')",
    "globals()",
    "[x for x in (1, 2)]",
    "(lambda: 1)()",
    "{a.x.2025}.__class__",
    "{a.x.2025}[0]",
    "f'{1}'",
    "x := 1",
    "import os",
    "1; 2",
    "abs(x=1)",
    "abs(*(1, 2))",
    "'a' % 1",
    "1 << 10",
    "b'bytes'",
    "1j",
    "None",
    "...",
    "{a.x.2025 + 1}",
    "{__import__('os')}",
    "{}",
    "r0_",
    "1 +",
    "",
    "(" * 300 + "1" + ")" * 300,
    "1 + " * 2000 + "1",
]


@pytest.mark.parametrize("text", MALICIOUS)
def test_what_is_not_in_the_language_is_refused_before_it_runs(text: str) -> None:
    def no_lookup(name: str) -> float:
        raise AssertionError(f"looked up {name}")

    with pytest.raises(ExpressionError):
        Expression(text).evaluate(no_lookup)


@pytest.mark.parametrize(
    "text",
    [
        "1 / 0",
        "{a.x.2025} / ({a.x.2024} - 10)",
        "sqrt(-1)",
        "(-8) ** 0.5",
        "10 ** 400",
        "9 ** 9 ** 9 ** 9",
        "'a' * 10 ** 9",
        "{a.code.na} + 1",
        "sum()/0",
        "mean()",
        "{a.x.2025}(3)",
        "abs(1, 2)",
        "-" * 3000 + "1",
    ],
)
def test_what_has_no_finite_value_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(text)


def test_an_unknown_function_names_those_allowed() -> None:
    with pytest.raises(ExpressionError, match=r"'log' is unknown; allowed .* cagr"):
        Expression("log({a.x.2025})")


def test_a_layer_may_hand_in_further_functions() -> None:
    functions = {"log": math.log}
    assert Expression("log(1)", functions).evaluate(VALUES.__getitem__) == 0


def test_what_the_lookup_raises_passes_through() -> None:
    with pytest.raises(KeyError, match=r"a\.z\.2025"):
        evaluate("{a.z.2025}")


def test_an_expression_is_shown_by_its_text() -> None:
    """What is read of the data is kept by a digest of what is shown: two texts, two digests."""
    assert repr(Expression("{a.x.2025} + 1")) == "Expression('{a.x.2025} + 1')"


@pytest.mark.parametrize(
    ("function", "given", "value"),
    [
        (cagr, (100.0, 121.0, 2.0), 0.1),
        (cagr, (100.0, 50.0, 1.0), -0.5),
        (npv, (0.1, 110.0), 100.0),
        (npv, (0.1, 0.0, 121.0), 100.0),
        (npv, (0.0, 1.0, 2.0), 3.0),
    ],
)
def test_rates_and_present_values(function: Any, given: tuple[float, ...], value: float) -> None:
    assert function(*given) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("present", [90.0, 200.0])
def test_a_rate_is_between_nothing_and_one_or_there_is_none(present: float) -> None:
    """A flow of 180 in a year is worth 180 at 0% and 90 at 100%: neither end counts."""
    with pytest.raises(ExpressionError, match=r"no rate between 0\.0000 and 1 gives that"):
        flow_rate(present, 180.0)
    assert flow_rate(90.01, 180.0) == pytest.approx(180 / 90.01 - 1)
    assert flow_rate(179.99, 180.0) == pytest.approx(180 / 179.99 - 1)


def test_an_expression_has_four_thousand_characters_at_most() -> None:
    assert Expression("1" + "+1" * 1999 + " ").text
    with pytest.raises(ExpressionError, match="expression of 4001 characters; at most 4000"):
        Expression("1" + "+1" * 2000)


@pytest.mark.parametrize("text", ["{a b}", "{}", "{a..b}", "{a.b@}", "{a.b@s:}", "{a.b}c}"])
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        Expression(text)


def test_references_are_read_whatever_is_called() -> None:
    assert references("unheard_of({a.b}, {c.d}) + {a.b}") == ("a.b", "c.d")
    with pytest.raises(ExpressionError, match="'other' is unknown"):
        Expression("other", functions=None)
    assert Expression("{a.b} + {c.d}").aliases == {"a.b": "r0_", "c.d": "r1_"}
