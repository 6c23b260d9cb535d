"""`value`, `compare` and `params` answer in a few lines what was asked."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from thesisbook.data import Dataset
from thesisbook.engine.comparison import compare_builds
from thesisbook.model import bridge, resolve, run
from thesisbook.model.bridge import bridge_ends
from thesisbook.model.commands import parameter_table
from thesisbook.model.graph import graph_of

Typed = Callable[..., Result]


def lines_of(done: Result) -> list[str]:
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


def test_value_is_eight_lines_with_units_then_years_as_columns(
    typed: Typed, dataset: Dataset
) -> None:
    lines = lines_of(typed("value"))
    target = run(resolve(dataset)).quantity("target_price")
    assert lines[0] == "Base"
    assert re.fullmatch(rf"Target price +HKD {target:.2f}", lines[1])
    assert lines[9] == ""
    assert [word for word in lines[10].split() if word[:4].isdigit()] == [
        "2025A",
        "2026E",
        "2027E",
        "2028E",
        "2029E",
        "2030E",
        "2035E",
    ]
    assert len(lines) == 15


def test_a_fresh_process_writes_currencies_as_the_pages_do(dataset: Dataset) -> None:
    """As `company.yaml` says; nothing but the data need be read before."""
    reporting = dataset.company["currencies"]["reporting"]
    words = dataset.company["currencies"]["written"][reporting]["en"].replace("{}", "").strip()
    command = [sys.executable, "-m", "thesisbook", "-C", str(dataset.root), "value"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert re.search(rf"^{words} mn +\d", done.stdout, re.M)


def test_value_says_what_was_changed_and_by_how_much(typed: Typed, dataset: Dataset) -> None:
    was, now = (
        run(resolve(dataset, "base", o)).quantity("target_price") for o in (None, {"wacc": 0.12})
    )
    lines = lines_of(typed("value", "-p", "wacc=0.12"))
    assert lines[0] == "Base, changed: WACC 12.0% (against Base)"
    assert f"HKD {was:.2f} → {now:.2f} (−{was - now:.2f})" in lines[1]
    assert re.search(r"→ 12\.00% \(\+\d\.\d\d pp\)", "\n".join(lines))


def test_value_of_another_scenario_stands_beside_base(typed: Typed, dataset: Dataset) -> None:
    lines = lines_of(typed("value", "-s", "bear"))
    assert lines[0] == "Bear (against Base)"
    was, now = (run(resolve(dataset, s)).quantity("target_price") for s in ("base", "bear"))
    assert f"HKD {was:.2f} → {now:.2f}" in lines[1]


def test_where_the_tree_is_graded_only_what_was_published_has_a_grade(
    typed: Typed, dataset: Dataset
) -> None:
    for scenario in dataset.scenarios:
        shown = next(x for x in lines_of(typed("value", "-s", scenario)) if x.startswith("Rating"))
        assert shown.endswith("none") == (scenario != "published"), scenario


def test_value_of_an_overridden_scenario_stands_beside_that_scenario(typed: Typed) -> None:
    lines = lines_of(typed("value", "-s", "bear", "-p", "price=40"))
    assert lines[0] == "Bear, changed: Share price HKD 40.00 (against Bear)"
    assert "→" in lines[3] and "→" not in lines[1]


def test_all_of_value_shows_every_headline_number(typed: Typed) -> None:
    text = typed("value", "--all").output
    assert "Enterprise value" in text and "2033E" in text and "2023A" in text


def test_json_of_value_carries_the_label(typed: Typed) -> None:
    found = json.loads(typed("value", "-p", "wacc=0.12", "--json").output)
    assert found["label"] == "Base, changed: WACC 12.0%"
    assert found["parameters"]["wacc"] == 0.12


def test_compare_opens_with_the_bridge_of_the_study(typed: Typed, dataset: Dataset) -> None:
    start, end = bridge_ends(dataset)
    lines = lines_of(typed("compare", start, end))
    steps = bridge(dataset)
    largest = steps.loc[steps["delta"].abs().idxmax()]
    assert lines[2] == "Target price"
    shown = next(line for line in lines if line.startswith(largest["name"]))
    assert f"{abs(largest['delta']):.2f}" in shown
    assert lines.index("Numbers") > lines.index(shown)
    target = next(line for line in lines if line.startswith("Target price  "))
    assert lines.index(target) == lines.index("Numbers") + 2


def test_compare_shows_no_effect_that_no_one_could_see(typed: Typed) -> None:
    text = typed("compare", "base", "bear,price=40").output
    assert "Assumptions, each set alone" in text
    assert not re.search(r"\d\.\d{4,}|e-\d", text)
    assert "do not move the target by a cent" in text


def test_compare_of_equals_says_so(typed: Typed) -> None:
    assert "no numbers differ" in lines_of(typed("compare", "base", "base"))[0]


@pytest.mark.parametrize("content", ["", '{"numbers": {"a": ', "[]", "{}", '{"numbers": []}'])
def test_compare_with_a_cut_file_is_one_line(typed: Typed, tmp_path: Path, content: str) -> None:
    whole, cut = tmp_path / "whole.json", tmp_path / "cut.json"
    whole.write_text('{"numbers": {}, "receipts": {}, "scenario": "base"}', encoding="utf-8")
    cut.write_text(content, encoding="utf-8")
    done = typed("compare", str(whole), str(cut))
    assert done.exit_code == 2
    assert f"{cut} is no numbers.json of a build, or was cut short" in done.output
    assert len(done.output.strip().splitlines()) == 1


def build_of(fact: str, value: float, path: Path) -> Path:
    receipts = {
        "param.price": {"label": "Share price", "inputs": [fact], "value": value},
        fact: {"label": f"Share price, {fact[-10:]}", "value": value},
    }
    number = {"label": "Price", "value": value, "text": f"HKD {value}", "inputs": ["param.price"]}
    content = {"scenario": "base", "numbers": {"price": number}, "receipts": receipts}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_a_fact_in_place_of_another_is_told_as_replaced(typed: Typed, tmp_path: Path) -> None:
    one = build_of("acme.share_price.2026-06-02", 61.65, tmp_path / "one.json")
    other = build_of("acme.share_price.2026-06-30", 70.0, tmp_path / "other.json")
    assert compare_builds(*(json.loads(p.read_text("utf-8")) for p in (one, other)))["numbers"]
    text = typed("compare", str(one), str(other)).output
    assert "None" not in text
    row = next(line for line in text.splitlines() if "fact replaced" in line)
    assert "61.65 of 2026-06-02" in row and "70.00 of 2026-06-30" in row


def test_params_list_what_can_be_set_without_infinite_ranges(
    typed: Typed, dataset: Dataset
) -> None:
    text = typed("params").output
    assert "None" not in text and "16.0000" not in text
    assert re.search(r"^wacc +11\.2% +5% to 30% +WACC$", text, re.M)
    assert re.search(rf"^beta +{resolve(dataset)('beta'):.2f} +0\.5 to 2\.5 ", text, re.M)


def test_params_asked_for_say_where_they_are_used(typed: Typed) -> None:
    text = typed("params", "gross_margin.2027", "terminal_growth").output
    assert "used in   Cost of sales" in text
    assert re.search(r"told in +0\d_\w+", text)
    assert text.count("  allowed ") == 2


@pytest.mark.parametrize("scenario", ["bear", "audited"])
def test_params_mark_what_is_not_as_in_base(typed: Typed, dataset: Dataset, scenario: str) -> None:
    run_of, base = resolve(dataset, scenario), resolve(dataset)
    differing = list(run_of.differences(base))
    text = typed("params", "-s", scenario).output
    marked = set(re.findall(r"^(\S+)\* ", text, re.M))
    assert marked and "* not as in base" in text
    of_years = {re.sub(r"\.\d{4}$", "", name) for name in differing}
    assert marked <= of_years
    name = next(n for n in differing if n in ("terminal_growth", "gross_margin.2030"))
    shown = typed("params", name, "-s", scenario).output
    told = re.search(r"^  in base   (.+)$", shown, re.M)
    assert told and "%" in told[1]


def test_every_settable_parameter_is_used_by_an_equation(dataset: Dataset) -> None:
    from thesisbook.cli.parameter_list import used_in  # noqa: PLC0415

    graph = graph_of(resolve(dataset))
    unused = {
        row["name"]
        for row in parameter_table(dataset)
        if row["kind"] != "published" and not used_in(row["name"], graph)
    }
    assert unused == set()


def test_params_of_an_unknown_name_give_the_nearest(typed: Typed) -> None:
    done = typed("params", "terminal_grwth")
    assert done.exit_code == 2
    assert "terminal_grwth: no such parameter; nearest: terminal_growth" in done.output


def test_help_texts_are_not_cut(typed: Typed) -> None:
    text = typed("--help").output
    assert "..." not in text.partition("Commands:")[2]
