"""One change, everywhere it shows and nowhere else.

The receipts say what a number rests on. So after one fact or parameter has changed, the numbers
that move must be among those whose receipts lead to it, and a number that shows it directly must
move. (One that rests on it may stand still: a median, a ratio of days, a word.)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from book_copies import (
    Executed,
    all_numbers,
    behind,
    copy_sources,
    edit,
    moved,
    resting_on,
    standing,
)

PRICE = "biren.share_price.2026-10-07"
#: A fact: its file, the printed figure and value as they stand, and as they are after the change.
FACTS = {
    PRICE: ("since_june", ",,34.44,", ",,31.88,"),
    "biren.revenue.2025": ("statements", '"1,034,614",1034614', '"1,034,714",1034714'),
    "biren.ppe.2025": ("statements", '"497,987",497987', '"995,974",995974'),
    "hygon.forward_ps.2027": ("valuation", "21.4,21.4", "24.4,24.4"),
    "moore_threads.forward_ps.2027": ("valuation", "71.9,71.9", "81.9,81.9"),
    "cs_ping_an_life.cornerstone_shares.2025-12-31": ("ipo", "5956800,5956800", "5966800,5966800"),
}
Follow = Callable[[str], dict[str, Any]]
#: Any erratum: that it fits is for `check`, which these tests go round.
ERRATUM = "a13"


def change(project: Path, fact: str) -> None:
    """The fact in its row; further prints of the old figure are named by an erratum.

    What the source prints there is no longer at hand: this is a source that says something else.
    """
    (project / "data" / "readings.csv").unlink()
    file, old, new = FACTS[fact]
    path = project / "data" / "facts" / f"{file}.csv"
    row = next(r for r in path.read_text(encoding="utf-8").splitlines() if r.startswith(f"{fact},"))
    assert old in row, row
    edit(path, row, row.replace(old, new))
    corroborations = project / "data" / "corroborations.csv"
    rows = corroborations.read_text(encoding="utf-8").splitlines(keepends=True)
    told = [r[: -len(",,\n")] + f",{ERRATUM},\n" if r.endswith(",,\n") else r for r in rows]
    kept = [new if r.startswith(f"{fact},") else r for r, new in zip(rows, told, strict=True)]
    corroborations.write_text("".join(kept), encoding="utf-8")


def hold(before: Mapping[str, Any], after: Mapping[str, Any], reference: str) -> set[str]:
    """Asserts that exactly what rests on `reference` followed; the numbers that did."""
    changed, resting = moved(before, after), resting_on(before, reference)
    resting |= resting_on(after, reference)  # a receipt may name it only now: a new largest, say
    counted = {n for n in changed if any(r.startswith("audit.") for r in of(before, n))}
    assert changed - counted <= resting, "moved without a receipt that says why"
    direct = {n for n in resting if before["numbers"][n]["formula"] == f"{{{reference}}}"}
    assert direct <= changed
    return changed


def of(payload: Mapping[str, Any], name: str) -> frozenset[str]:
    return behind(payload, payload["numbers"][name]["inputs"])


@pytest.fixture(scope="module")
def follow(tmp_path_factory: pytest.TempPathFactory) -> Follow:
    """All numbers after a change of a fact, worked out once for each."""

    @cache
    def numbers(fact: str) -> dict[str, Any]:
        project = copy_sources(tmp_path_factory.mktemp("changed") / "project")
        change(project, fact)
        return all_numbers(project)

    return numbers


@pytest.mark.parametrize("fact", FACTS)
def test_a_fact(follow: Follow, fact: str) -> None:
    assert hold(standing(), follow(fact), fact)


def test_the_price_moves_the_verdict_and_no_forecast(follow: Follow) -> None:
    after = follow(PRICE)
    changed = moved(standing(), after)
    assert {"price", "upside", "market_cap", "relative_return"} <= changed
    assert not changed & {
        "target_price",
        "dcf_value",
        "revenue_2027",
        "published_target",
    }
    assert after["numbers"]["price"]["text"] == "HKD 31.88"
    assert after["numbers"]["upside"]["value"] == pytest.approx(
        after["numbers"]["target_price"]["value"] / 31.88 - 1
    )


def test_a_cell_of_2025_reaches_forecast_and_prose(follow: Follow) -> None:
    after = follow("biren.revenue.2025")["numbers"]
    assert after["revenue_2025"]["value"] == pytest.approx(1034.714)
    assert after["audited_target"]["value"] != standing()["numbers"]["audited_target"]["value"]


def test_a_peer_reaches_the_target_of_every_scenario(follow: Follow) -> None:
    """Each in whose peer set it is: one of June's six, and one of both."""
    ours = {"target_price", "base_target", "bear_target", "bull_target"}
    old = moved(standing(), follow("hygon.forward_ps.2027"))
    assert "audited_target" in old and not old & ours
    both = moved(standing(), follow("moore_threads.forward_ps.2027"))
    assert both >= ours
    for changed in (old, both):
        assert not changed & {"dcf_value", "price"}


def test_a_lockup_share_count_reaches_its_own_sentences_only(follow: Follow) -> None:
    changed = moved(standing(), follow("cs_ping_an_life.cornerstone_shares.2025-12-31"))
    assert "risk_pa_total" in changed
    assert not changed & {"target_price", "upside", "shares", "market_cap", "revenue_2025"}


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("wacc", 0.13), ("price", 40.0), ("gross_margin.2027", 0.5), ("shares_mn", 2500.0)],
)
def test_a_parameter(parameter: str, value: float) -> None:
    before, after = standing(), all_numbers_with(parameter, value)
    changed, resting = moved(before, after), resting_on(after, f"param.{parameter}")
    allowed = resting | resting_on(before, f"param.{parameter}")
    if parameter == "wacc":  # it also says how the cost of capital is made
        allowed |= resting_on(before, "param.wacc_method")
    named = {"scenario_shown"}  # the run says what was changed in it
    if parameter == "price":  # a price that is no fact has no day
        named.add("price_date")
        assert after["numbers"]["price_date"]["text"] == "a day not given"
    assert changed - allowed == named
    assert "changed: " in after["numbers"]["scenario_shown"]["text"]
    assert {"target_price", "upside"} & changed
    untouched = {"base_target", "published_target", "bear_target", "bull_target"}
    assert not changed & untouched, "scenarios stand as they stand"


def all_numbers_with(parameter: str, value: float) -> dict[str, Any]:
    from book_copies import ROOT  # noqa: PLC0415

    return all_numbers(ROOT, "base", {parameter: value})


def shows(executed: Executed, number: str) -> bool:
    return number in executed.notebook.read_text(encoding="utf-8")


def test_an_executed_chapter_follows(
    run: Callable[..., Executed], base: dict[str, Executed], project: Path
) -> None:
    """The risks chapter for real: numbers, and exhibits, that rest on the fact and no others."""
    fact = "cs_ping_an_life.cornerstone_shares.2025-12-31"
    change(project, fact)
    before, after = base["07_risks"], run(project, "07_risks")
    one = {"numbers": before.numbers, "receipts": before.receipts}
    other = {"numbers": after.numbers, "receipts": after.receipts}
    changed = hold(one, other, fact)
    assert changed
    for name, exhibit in before.exhibits.items():
        if exhibit["html"] == after.exhibits[name]["html"]:
            continue
        spoken = set(re.findall(r'data-receipt="([^"]+)"', exhibit["html"]))
        words = {other["numbers"][number]["text"] for number in changed}
        told = any(text in after.exhibits[name]["html"] for text in words)
        rests = told or any(
            fact == r or fact in behind(one, [r]) for r in (*exhibit["references"], *spoken)
        )
        assert rests, f"{name} moved"


def test_an_executed_chapter_shows_the_new_price(
    run: Callable[..., Executed], base: dict[str, Executed], project: Path
) -> None:
    change(project, PRICE)
    before, after = base["06_valuation"], run(project, "06_valuation")
    assert shows(before, "HKD 34.44") and not shows(before, "HKD 31.88")
    assert shows(after, "HKD 31.88")
    now = {**after.shown, **{n: e["title"] for n, e in after.exhibits.items()}}
    assert [n for n, text in now.items() if "34.44" in text] == [], "the old price still shows"
    kept = {n for n, e in before.exhibits.items() if e["html"] == after.exhibits[n]["html"]}
    assert {"dcf", "peer_multiples", "cost_of_capital_parts"} <= kept
    assert not {"value_ranges", "grade_borders"} & kept
