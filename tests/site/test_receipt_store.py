"""Receipts in parts: nothing is lost, nothing is stored twice, scenarios share what is the same."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any

from thesisbook.engine.placing import assemble_site
from thesisbook.provenance import receipt_store
from thesisbook.provenance.receipt_store import FOLDER, INDEX

SOURCE = {"id": "s1", "publisher": "Press", "title": "News", "date": "2026", "url": ""}
OTHER = {**SOURCE, "id": "s2", "publisher": "Exchange"}


def quantity(run: str, year: int, value: float, **other: Any) -> dict[str, Any]:
    return {
        "kind": "quantity",
        "label": f"Revenue, {year}",
        "unit": "USD_mn",
        "value": value,
        "scenario": "bear" if run == "model" else run,
        "formula": "Units x Price",
        "inputs": [f"{run}.units.{year}" if run != "model" else f"model.units.{year}"],
        **other,
    }


def receipts(target: float) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for run in ("model", "base", "bear"):
        for year in range(2026, 2036):
            found[f"{run}.revenue.{year}"] = quantity(run, year, 7.0 * year)
            found[f"{run}.units.{year}"] = quantity(run, year, 3.0 * year, inputs=[])
    found["bear.revenue.2026"]["formula"] = "Nil"
    found["model.rating"] = {"kind": "quantity", "label": "Rating", "value": "Buy", "inputs": []}
    for number in range(300):
        found[f"acme.metric_{number}.2026"] = {
            "kind": "fact",
            "label": f"Acme, metric {number}",
            "value": number / 7,
            "source": SOURCE,
            "also": [{"source": OTHER, "printed": "9", "agrees": True}],
        }
    found["target"] = {
        "kind": "number",
        "label": "Target",
        "value": target,
        "inputs": ["model.revenue.2030", "num.step"],
    }
    found["num.step"] = {"kind": "number", "label": "Step", "value": 1.0, "inputs": []}
    return found


def slim(told: dict[str, Any]) -> dict[str, Any]:
    return receipt_store._slim(told)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    told = receipts(5.0)
    receipt_store.write(told, {"one": ["target"]}, tmp_path)
    found = receipt_store.read(tmp_path)
    assert found.keys() == {name.removeprefix("num.") for name in told}
    for name, one in told.items():
        expected = slim(one)
        known = found[name.removeprefix("num.")]
        assert slim(known) == expected, name


def test_parts_are_small_and_a_source_is_stored_once(tmp_path: Path) -> None:
    receipt_store.write(receipts(5.0), {"one": ["target"]}, tmp_path)
    parts = [path.read_text(encoding="utf-8") for path in (tmp_path / FOLDER).iterdir()]
    assert max(map(len, parts)) < 1.2 * receipt_store.PART_SIZE
    assert len(parts) > 5
    assert sum(part.count("Exchange") for part in parts) == 1
    assert sum(part.count("Units x Price") for part in parts) == 20, "once a year, not a run"


def test_a_part_that_is_no_longer_needed_goes(tmp_path: Path) -> None:
    receipt_store.write(receipts(5.0), {"one": ["target"]}, tmp_path)
    before = {path.name for path in (tmp_path / FOLDER).iterdir()}
    receipt_store.write(receipts(6.0), {"one": ["target"]}, tmp_path)
    after = {path.name for path in (tmp_path / FOLDER).iterdir()}
    assert len(before - after) == len(after - before) == 1, "only the page's own part differs"


def test_the_books_of_all_scenarios_share_their_parts(tmp_path: Path) -> None:
    targets = {"base": 5.0, "bear": 4.0, "bull": 6.0}
    for name, target in targets.items():
        (tmp_path / name).mkdir()
        receipt_store.write(receipts(target), {"one": ["target"]}, tmp_path / name)
    site = tmp_path / "site"
    others = {name: tmp_path / name for name in ("bear", "bull")}
    assemble_site(tmp_path / "base", others, site)
    alone = len([*(tmp_path / "base" / FOLDER).iterdir()])
    assert len([*(site / FOLDER).iterdir()]) == alone + 2
    assert not (site / "bear" / FOLDER).exists()
    assert (site / "bear" / INDEX).is_file()
    read = {name: receipt_store.read(site / name) for name in others}
    assert {name: told["target"]["value"] for name, told in read.items()} == {
        "bear": 4.0,
        "bull": 6.0,
    }
    assert receipt_store.read(site)["target"]["value"] == 5.0


def index_of(folder: Path) -> dict[str, Any]:
    text = (folder / INDEX).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text.removeprefix("window.RECEIPT_INDEX=").rstrip(";\n"))
    return found


def part_of(folder: Path, name: str) -> dict[str, Any]:
    text = (folder / FOLDER / f"{name}.js").read_text(encoding="utf-8")
    head = f'thesisReceipts("{name}",'
    assert text.startswith(head) and text.endswith(");\n")
    held = text.removeprefix(head).removesuffix(");\n")
    assert name == hashlib.sha256(held.encode()).hexdigest()[:12], "named by what it holds"
    found: dict[str, Any] = json.loads(held)
    return found


def test_a_page_has_the_numbers_it_names_and_those_behind_them(tmp_path: Path) -> None:
    told = receipts(5.0) | {"{a} + {b}": {"kind": "expression", "value": 3.0}}
    told["num.alone"] = {"kind": "number", "label": "Alone", "value": 2.0}
    pages = {"one": ["target"], "two": ["num.step", "acme.metric_1.2026"], "none": ["rating"]}
    receipt_store.write(told, pages, tmp_path, {"lang": "en"})
    index = index_of(tmp_path)
    assert index["lang"] == "en"
    held = {page: set(part_of(tmp_path, name)) for page, name in index["pages"].items()}
    assert held == {
        "one": {"target", "step"},
        "two": {"step"},
        "": {"alone", "{a} + {b}"},  # that no page shows
    }


def test_facts_and_results_of_studies_are_found_by_their_first_two_words(tmp_path: Path) -> None:
    told = receipts(5.0) | {
        "cases.late.target": {"kind": "study", "label": "Late", "value": 1.0},
        "peers.all.2027": {"kind": "list", "label": "Peers", "value": [1.0, 2.0]},
        "calc.growth": {"kind": "recomputation", "label": "Growth", "value": 0.1},
    }
    receipt_store.write(told, {}, tmp_path)
    index = index_of(tmp_path)
    firsts = [first for first, _ in index["facts"]]
    assert firsts == sorted(firsts)
    assert firsts[0] == "acme.metric_0" and all(len(one.split(".")) == 2 for one in firsts)
    held = {name for _, part in index["facts"] for name in part_of(tmp_path, part)}
    kinds = ("fact", "list", "recomputation")
    assert held == {name for name, one in told.items() if one["kind"] in kinds}
    assert [first for first, _ in index["studies"]] == ["cases.late"]


def test_a_part_begins_where_the_one_before_is_full(tmp_path: Path) -> None:
    """A group is never cut, and a part grows to its size before the next begins."""
    receipt_store.write(receipts(5.0), {}, tmp_path)
    parts = [part_of(tmp_path, part) for _, part in index_of(tmp_path)["facts"]]
    sizes = [len(receipt_store.json_text(part)) for part in parts]
    assert min(sizes[:-1]) > 0.9 * receipt_store.PART_SIZE
    large = {f"big.one.{year}": {"kind": "fact", "label": "x" * 900} for year in range(2000, 2020)}
    large["small.one.2026"] = {"kind": "fact", "label": "y"}
    receipt_store.write(large, {}, tmp_path / "large")
    assert [first for first, _ in index_of(tmp_path / "large")["facts"]] == [
        "big.one",
        "small.one",
    ]


def test_a_part_is_full_to_the_byte() -> None:
    def sized(size: int) -> dict[str, str]:
        return {"a": "x" * (size - len('{"a":""}'))}

    half = receipt_store.PART_SIZE // 2
    for more, parts in ((0, 1), (1, 2)):
        cut = receipt_store._cut({"a": sized(half)["a"], "b": sized(half + more)["a"]}, str)
        assert len(cut) == parts


def test_runs_share_a_shape_and_say_only_what_differs(tmp_path: Path) -> None:
    receipt_store.write(receipts(5.0), {}, tmp_path)
    index = index_of(tmp_path)
    shapes = {n: one for _, part in index["shapes"] for n, one in part_of(tmp_path, part).items()}
    assert shapes["revenue.2030"] == {
        "kind": "quantity",
        "label": "Revenue, 2030",
        "unit": "USD_mn",
        "formula": "Units x Price",
        "inputs": [".units.2030"],
    }
    assert shapes["revenue.2026"]["formula"] == "Units x Price"
    for run in ("base", "bear"):
        parts = [part_of(tmp_path, part) for _, part in index["runs"][run]]
        assert {part["scenario"] for part in parts} == {run}
        values = {name: one for part in parts for name, one in part["values"].items()}
        assert values["revenue.2030"] == 7.0 * 2030


def test_the_shape_is_that_of_the_first_run_by_name_but_never_the_readers_own() -> None:
    told = {
        f"{run}.price": {"kind": "parameter", "value": 1.0, "label": run, "scenario": run}
        for run in ("model", "zeta", "base")
    }
    shapes, values = receipt_store._shapes_and_values(told)
    assert shapes == {"price": {"kind": "parameter", "label": "base"}}
    assert values["base"]["values"] == {"price": 1.0}
    assert values["model"]["values"] == {"price": {"=": 1.0, "label": "model"}}


def test_what_a_run_lacks_of_the_shape_stays_lacking(tmp_path: Path) -> None:
    told: dict[str, Any] = {
        "base.price": {"kind": "parameter", "label": "Price", "value": 1.0, "unit": "HKD"},
        "bear.price": {"kind": "parameter", "label": "Price"},
        "param.wacc": {"kind": "parameter", "label": "Rate", "value": 0.1, "scenario": "bear"},
        "model.price": {
            "kind": "quantity",
            "label": "Price",
            "value": 2.0,
            "inputs": ["param.wacc", "base.price", "model.gone"],
            "used": ["param.wacc"],
            "scenario": "bear",
        },
    }
    for name in ("base.price", "bear.price"):
        told[name]["scenario"] = name.partition(".")[0]
    receipt_store.write(told, {}, tmp_path)
    assert receipt_store.read(tmp_path) == told


def test_names_of_runs_and_of_their_keys() -> None:
    assert receipt_store.run_and_key("base.revenue.2027") == ("base", "revenue.2027")
    assert receipt_store.run_and_key("base.param.wacc") == ("base", "param.wacc")
    assert receipt_store.run_and_key("param.wacc") == ("model", "param.wacc")
    for name in ("base.revenue.2027", "base.param.wacc", "param.wacc", "model.revenue.2027"):
        assert receipt_store._name_in(*receipt_store.run_and_key(name)) == name


def test_values_are_rounded_to_twelve_digits_and_what_is_no_number_stays() -> None:
    given = {"a": (1 / 3, 2e-20 / 3), 2027: [1, True, "x", None, math.inf]}
    assert receipt_store.rounded(given) == {
        "a": [0.333333333333, 6.66666666667e-21],
        "2027": [1, True, "x", None, math.inf],
    }
    slim = receipt_store._slim({"a": "", "b": None, "c": [], "d": 0, "e": 1 / 3, "f": False})
    assert slim == {"d": 0, "e": 0.333333333333, "f": False}


def test_a_line_of_text_cannot_end_a_script() -> None:
    text = receipt_store.json_text({"b": "\u2028\u2029", "a": "é"})
    assert text == '{"a":"é","b":"\\u2028\\u2029"}'
    assert json.loads(text) == {"a": "é", "b": "\u2028\u2029"}


def test_without_an_index_there_are_no_receipts(tmp_path: Path) -> None:
    assert receipt_store.read(tmp_path) == {}


def test_receipts_may_be_written_again_into_the_same_folder(tmp_path: Path) -> None:
    below = tmp_path / "not" / "there"
    for _ in range(2):
        receipt_store.write(receipts(5.0), {"one": ["target"]}, below)
    assert receipt_store.read(below)["target"]["value"] == 5.0


def test_shapes_and_values_of_runs_are_found_by_quantity_or_parameter(tmp_path: Path) -> None:
    one = {"kind": "parameter", "label": "x" * 5000, "value": 1.0, "scenario": "base"}
    names = ("base.param.beta.2027", "base.param.beta.2026", "base.alpha.2026", "base.gamma")
    receipt_store.write(dict.fromkeys(names, one), {}, tmp_path)
    index = index_of(tmp_path)
    assert [first for first, _ in index["shapes"]] == ["alpha", "beta", "gamma"]
    held = [sorted(part_of(tmp_path, part)) for _, part in index["shapes"]]
    assert held == [["alpha.2026"], ["param.beta.2026", "param.beta.2027"], ["gamma"]]
    assert [first for first, _ in index["runs"]["base"]] == ["alpha"], "values are short"
