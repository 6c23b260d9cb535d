"""The drill of CONTRIBUTING: later data put in as an analyst would, and the book follows.

In a copy: a share price of December, a third placing, another peer set, a made-up third quarter of
2026, and a restated line of 2025. All of it is rows of data/. The scenarios of June stand still.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from book_copies import ROOT, Executed, append, copy_sources, edit, write_numbers
from click.testing import CliRunner

from thesisbook.cli import main
from thesisbook.data import load_dataset
from thesisbook.data.check import run_check
from thesisbook.model import edition_bridge, resolve, value_tree
from thesisbook.model import run as value

DAY = "2026-12-01"
SOURCE = "analyst-2026-12"
PRICE, SHARES, RAISED = 24.4, 250.0, 5600.0  # HKD, millions of new shares, HKD millions
QUARTER, HALF_SHARE = 980.0, 0.7  # CNY mn of revenue in the third quarter; its share of the half
RESTATED = 1061.424  # trade receivables at the end of 2025, CNY mn; 50 moved to other assets
EDITION = f"{load_dataset(ROOT).company['edition']}"
PROOF = ("06_valuation", "05_financials")


def fact(metric: str, period: str, printed: str, unit: str, entity: str = "biren") -> str:
    value, quoted = printed.replace(",", ""), f'"{printed}"'
    identity = f"{entity}.{metric}.{period}"
    return f"{identity},{entity},{metric},{period},{quoted},{value},{unit},reported,{SOURCE},p1,"


def with_new_data(project: Path) -> Path:
    """Every edit an analyst makes; what does not tie any more is decided at the end."""
    data = project / "data"
    if EDITION not in load_dataset(project).kept:  # what was published stays
        done = CliRunner().invoke(main, ["-C", str(project), "keep"])
        assert done.exit_code == 0, done.output
    subjects = "edited,biren,shares_mn HKD_mn CNY_mn CNY_thousand"
    append(
        data / "sources.csv", f"{SOURCE},Analyst,Made-up data,{DAY},press,B,en,,,Drill,{subjects}"
    )
    header = (data / "facts" / "ipo.csv").read_text(encoding="utf-8").splitlines()[0]
    rows = [
        fact("share_price", DAY, f"{PRICE:.2f}", "HKD_per_share"),
        fact("placing_shares", "2026-12", f"{SHARES:.0f}", "shares_mn"),
        fact("placing_net_proceeds", "2026-12", f"{RAISED:,.0f}", "HKD_mn"),
        fact("revenue", "2026Q3", f"{QUARTER:.1f}", "CNY_mn"),
    ]
    (data / "facts" / "update_2026_12.csv").write_text(
        "\n".join([header, *rows, ""]), encoding="utf-8"
    )
    company = load_dataset(ROOT).company
    for key in ("edition", "price_date"):
        edit(data / "company.yaml", f"\n{key}: {company[key]}\n", f"\n{key}: {DAY}\n")
    base = data / "assumptions" / "base.yaml"
    for name, given in NEW.items():
        _assume(base, name, given)
    append(  # the scenarios of June keep the peers of June
        data / "assumptions" / "audited.yaml",
        "peer_weight.metax: {value: 1.0, reason: All peers alike.}",
    )
    _restated(data)
    decide(project)
    return project


#: What the analyst assumes now, by parameter.
NEW = {
    "price": f"fact: biren.share_price.{DAY}",
    "valuation_date": f'value: "{DAY}"',
    "placing_shares.third": "fact: biren.placing_shares.2026-12",
    "placing_proceeds.third": "fact: biren.placing_net_proceeds.2026-12",
    "include_placing.third": "value: true",
    "second_half_revenue": f'expression: "{{biren.revenue.2026Q3}} / {HALF_SHARE}"',
    "peer_weight.metax": "value: 0",
    "peer_weight.hygon": "value: 1.0",
}


def _assume(path: Path, name: str, given: str) -> None:
    """Another fact, value or expression of one parameter, which has no years."""
    text = path.read_text(encoding="utf-8")
    place = re.compile(rf"(?m)^({re.escape(name)}:\n  label: .*\n)  (fact|value|expression): .*$")
    assert len(place.findall(text)) == 1, name
    path.write_text(place.sub(lambda found: f"{found[1]}  {given}", text), encoding="utf-8")


def _restated(data: Path) -> None:
    """50 moved between two lines of the balance sheet; the old print is kept and explained."""
    statements = data / "facts" / "statements.csv"
    rows = list(csv.reader(statements.open(encoding="utf-8")))
    old = {}
    for row in rows:
        for line, by in (("trade_receivables", -50_000), ("other_current_assets", 50_000)):
            if row[0] == f"biren.{line}.2025":
                old[row[0]] = row.copy()
                amount = int(row[5]) + by
                row[4:6] = f"{amount:,}", str(amount)
                row[8:11] = SOURCE, "p1", "Restated"
    assert len(old) == 2
    with statements.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    append(
        data / "corroborations.csv",
        *(f'{r[0]},"{r[4]}",{r[5]},{r[6]},{r[8]},{r[9]},r1,' for r in old.values()),
    )
    edit(  # what this erratum compares is what was printed
        data / "errata.yaml",
        "== {biren.other_current_assets.2025}",
        "== {biren.other_current_assets.2025@004}",
    )
    append(
        data / "errata.yaml",
        "- id: r1",
        "  title: Receivables of 2025 restated",
        "  where:",
        '    - {source: "004", locator: L716 exhibit 46, printed: "1,111,424"}',
        "  right: 50 mn of receivables now stand under other current assets.",
        "  why: A reclassification in the interim report; total assets are as they were.",
        "  severity: L",
        '  expect: "{biren.trade_receivables.2025} < {biren.trade_receivables.2025@004:L716}"',
        "  verdict: found",
    )


def decide(project: Path) -> None:
    """What no longer ties now rests on restated lines: the scoreboard names that erratum."""
    from thesisbook.data.scoreboard import scoreboard  # noqa: PLC0415

    _, faults = scoreboard(load_dataset(project))
    wrong = {str(f).rsplit("(", 1)[-1].split(":")[0] for f in faults if "required" in str(f)}
    for path in (project / "data" / "scoreboard").glob("*.csv"):
        rows = list(csv.reader(path.open(encoding="utf-8")))
        column = rows[0].index("erratum")
        for row in rows:
            if row[0] in wrong:
                assert "receivables" in "".join(row) or "other_current_assets" in "".join(row)
                row[column] = "r1"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


@pytest.fixture(scope="module")
def updated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_new_data(copy_sources(tmp_path_factory.mktemp("drill") / "new"))


def test_undecided_data_are_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A restated line without its erratum: check says what to look at, also where what the source
    prints is not at hand."""
    (project / "data" / "readings.csv").unlink()
    edit(
        project / "data/facts/statements.csv",
        '"1,111,424",1111424,CNY_thousand,reported,004',
        '"1,061,424",1061424,CNY_thousand,reported,004',
    )
    assert run_check(project) == 1
    assert "an erratum id is required" in capsys.readouterr().err


def test_check_accepts_what_was_decided(updated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_check(updated) == 0, capsys.readouterr().err


def test_values_and_rating_follow(updated: Path) -> None:
    datasets = [load_dataset(root) for root in (ROOT, updated)]
    old, new = (value(resolve(dataset)) for dataset in datasets)
    assert new.quantity("price") == PRICE
    assert new.quantity("basic_shares_mn") == pytest.approx(
        old.quantity("basic_shares_mn") + SHARES
    )
    assert new.quantity("revenue", 2026) == pytest.approx(
        resolve(datasets[1])("first_half_revenue") + QUARTER / HALF_SHARE
    )
    trees = [value_tree(dataset) for dataset in datasets]
    assert trees[0].expected("target_price") != trees[1].expected("target_price")
    assert trees[0].rating != trees[1].rating
    for scenario in ("published", "audited"):  # but for the restated balance, they stand still
        june = [value(resolve(dataset, scenario)).quantity("target_price") for dataset in datasets]
        assert june[1] == pytest.approx(june[0], abs=0.5), scenario


def test_the_bridge_adds_up_to_the_cent(updated: Path) -> None:
    editions = [resolve(load_dataset(root)) for root in (ROOT, updated)]
    first, last = (round(value(e).quantity("target_price"), 2) for e in editions)
    bridge = edition_bridge(*editions).set_index("step")
    assert bridge.loc["start", "target_after"] == first
    assert bridge["target_after"].iloc[-1] == last
    assert round(first + bridge["delta"].sum(), 2) == last
    assert set(bridge.index) == {
        "start",
        "reported.trade_receivables",
        "reported.other_current_assets",
        "price",
        "valuation_date",
        "second_half_revenue",
        "include_placing.third",
        "placing_shares.third",
        "placing_proceeds.third",
        "peer_weight.metax",
        "peer_weight.hygon",
        "financial_assets",  # as much as the restated balance leaves room for
    }
    assert bridge.loc["price", "delta"] == 0
    same = edition_bridge(editions[0], editions[0])
    assert list(same["step"]) == ["start"]


def test_chapters_follow_and_compare_says_why(
    updated: Path, unchanged: Path, base: dict[str, Executed], run: Callable[..., Executed]
) -> None:
    """Two chapters executed on the new data; numbers, sentences, rating, and their causes."""
    after = {chapter: run(updated, chapter) for chapter in PROOF}
    shown = after["06_valuation"].shown
    assert shown["price"] == f"HKD {PRICE:.2f}"
    assert shown["rating"] != base["06_valuation"].shown["rating"]
    assert shown["price_date"] != base["06_valuation"].shown["price_date"]
    for executed in after.values():
        assert [e["faults"] for e in executed.exhibits.values() if e["faults"]] == []

    runs = [
        run(project, "10_compare") for project in (unchanged, updated)
    ]  # tells what runs are of
    old = write_numbers([*(base[c] for c in PROOF), runs[0]], EDITION, unchanged / "_build")
    new = write_numbers([*after.values(), runs[1]], DAY, updated / "_build")
    done = CliRunner().invoke(main, ["compare", str(old.parent), str(new.parent), "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    causes = {row["name"]: set(row["causes"]) for row in found["numbers"]}
    assert [name for name, why in causes.items() if not why] == []
    assert any(f"biren.share_price.{DAY}" in cause for cause in causes["price"]), causes["price"]
    reasons = " ".join(causes["target_price"])
    for cause in ("placing_shares", "placing_net_proceeds", "revenue.2026Q3", "hygon"):
        assert cause in reasons, cause
    steps = found["bridge"]
    last = steps[-1]["target_after"]
    assert round(sum(step["delta"] for step in steps) + steps[0]["target_after"], 2) == last
    assert shown["base_target"] == f"HKD {last:.2f}"


@pytest.mark.soak
@pytest.mark.book
def test_the_whole_book_builds_on_the_new_data(tmp_path: Path) -> None:
    from thesisbook.engine.reproduce import copy_project  # noqa: PLC0415

    project = tmp_path / "whole"
    copy_project(ROOT, project)
    with_new_data(project)
    done = CliRunner().invoke(main, ["-C", str(project), "build", "--only", "html"])
    assert done.exit_code == 0, done.output
    page = (project / "_build/html/book/index.html").read_text(encoding="utf-8")
    assert f"HKD {PRICE:.2f}" in page and "HKD 34.44" not in page
