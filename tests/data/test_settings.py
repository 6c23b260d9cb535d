"""What a parameter may be set to, and what is said where it may not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import TypeAdapter

from thesisbook.data.entries import Assumption
from thesisbook.data.settings import split_name, why_not, yearly_faults, years_of

WORDS = {"label": "x", "reason": "x"}
BASE = TypeAdapter(dict[str, Assumption]).validate_python(
    {
        "rate": {"value": 0.1, "unit": "ratio", "range": [0.0, 0.5], **WORDS},
        "days": {
            "values": {2028: 1.0, 2026: 2.0, 2025: 3.0},
            "unit": "days",
            "range": [0, 9],
            **WORDS,
        },
        "peer.2026": {"value": 1.0, "unit": "multiple", "range": [0, 9], **WORDS},
        "switch": {"value": True, **WORDS},
        "method": {"value": "a", "allowed": ["a", "b"], **WORDS},
        "day": {"value": "2026-01-01", "unit": "date", **WORDS},
        "line": {"facts": {2026: "acme.revenue.2026"}, "unit": "CNY_mn", **WORDS},
    }
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rate", 0.0),  # both ends are allowed
        ("rate", 0.5),
        ("days", 9),
        ("days.2026", 3.0),
        ("peer.2026", 3.0),
        ("switch", False),
        ("method", "b"),
        ("day", "2026-02-28"),
    ],
)
def test_what_is_allowed_has_nothing_against_it(name: str, value: object) -> None:
    assert why_not(BASE, name, value) == ""


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("rate", 0.51, "found 0.51; 0 to 0.5 is allowed"),
        ("rate", -0.01, "found -0.01; 0 to 0.5 is allowed"),
        ("rate", "high", "found 'high'; a plain number like -1234.5 is allowed"),
        ("rate", True, "found True; a plain number like -1234.5 is allowed"),
        ("rate.2026", 0.1, "found rate of 2026; rate without a year is allowed"),
        ("days.2030", 1.0, "found days of 2030; 2025 to 2028 are allowed"),
        ("days.2027", 1.0, "found days of 2027; 2025 to 2028 are allowed"),
        ("switch", 1.0, "found 1.0; true or false is allowed"),
        ("method", "c", "found 'c'; one of a, b is allowed"),
        ("day", "2026-02-30", "found '2026-02-30'; a day like 2025-12-31 is allowed"),
        ("line.2026", 5.0, "found 5.0; line is a published line, only its fact can change it"),
        ("ratee", 0.1, "found 'ratee', an unknown parameter; "),
    ],
)
def test_what_is_not_allowed_is_told_with_what_is(name: str, value: object, says: str) -> None:
    assert why_not(BASE, name, value).startswith(says)


def test_a_scenario_may_have_a_range_of_its_own() -> None:
    assert why_not(BASE, "rate", 0.9, (0.0, 1.0)) == ""
    assert why_not(BASE, "rate", 0.3, (0.0, 0.2)) == "found 0.3; 0 to 0.2 is allowed"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("days.2027", ("days", 2027)),
        ("days", ("days", None)),
        ("peer.2026", ("peer.2026", None)),  # a parameter whose own name has a point
        ("gone.2027", ("gone.2027", None)),
        ("days.soon", ("days.soon", None)),
    ],
)
def test_a_name_is_a_parameter_and_perhaps_a_year(name: str, parts: tuple[str, int | None]) -> None:
    assert split_name(name, BASE) == parts


def test_years_stand_in_their_order() -> None:
    assert years_of(BASE["days"]) == (2025, 2026, 2028)
    assert years_of(BASE["line"]) == (2026,)
    assert years_of(BASE["rate"]) == ()


def years(**series: tuple[int, ...]) -> list[str]:
    """What is said of parameters by year; a name with `__` is a member of a family."""
    entries = {
        name.replace("__", "."): {"values": dict.fromkeys(map(str, given), 1.0), **NUMBER}
        for name, given in series.items()
    }
    document = SimpleNamespace(file="base.yaml", line=lambda _: 1)
    base = TypeAdapter(dict[str, Assumption]).validate_python(entries)
    files: Any = SimpleNamespace(scenarios={"base": (document, base)})
    return [fault.message for fault in yearly_faults(files)]


NUMBER = {"unit": "ratio", "range": [0.0, 2.0], **WORDS}
ALL, EARLY, LATE = (2026, 2027, 2028, 2029), (2026, 2027), (2028, 2029)


@pytest.mark.parametrize(
    "series",
    [
        {},
        {"a": ALL, "b": ALL},
        {"a": ALL, "b": ALL, "c": EARLY, "d": EARLY, "e": LATE},  # a group that ends early
        {"a": ALL, "b": ALL, "peer__x": (2026,), "peer__y": (2026,)},  # a family by itself
        {"a": ALL, "b": ALL, "peer__x": (2029,), "peer__y": (2029,)},
        {"a": ALL, "b": ALL, "peer__x": (2027, 2028), "peer__y": (2027, 2028)},
    ],
    ids=str,
)
def test_parameters_by_year_begin_and_end_together_but_for_groups(series: dict[str, Any]) -> None:
    assert years(**series) == []


@pytest.mark.parametrize(
    ("series", "says"),
    [
        (
            {"c": (2026, 2027, 2029)},
            "found 2026 without 2028; 2026 to 2029 is allowed, as of a",
        ),
        ({"c": (2027, 2028, 2029)}, "found 2027 to 2029; 2026 to 2029 is allowed"),
        ({"c": (2026, 2027, 2028)}, "found 2026 to 2028; 2026 to 2029 is allowed"),
        ({"c": (*ALL, 2030)}, "found 2026 to 2030; 2026 to 2029 is allowed, as of a"),
        ({"peer__x": (2026,)}, "found 2026 to 2026; "),  # alone it is no family
    ],
)
def test_a_parameter_with_other_years_is_told_with_those_of_the_others(
    series: dict[str, Any], says: str
) -> None:
    found = years(a=ALL, b=ALL, **series)
    assert any(message.startswith(says) for message in found), found
