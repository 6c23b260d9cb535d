"""Receipts in parts: nothing is lost, nothing is stored twice, scenarios share what is the same."""

from __future__ import annotations

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
