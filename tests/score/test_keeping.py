"""An edition is kept once, whole, and today's model then gives its numbers again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from thesisbook.data import DataError, Dataset, load_dataset
from thesisbook.data.keeping import inputs_digest, keep_edition
from thesisbook.score.actions import Effects
from thesisbook.score.kept_results import edition_results, kept_faults, results
from thesisbook.score.ledger import Ledger

ROOT = Path(__file__).parents[2]
NUMBERS = [{"name": "target_price", "value": "1.5", "shown": "+HKD 1.50", "label_en": "Target"}]


@pytest.fixture(scope="module")
def edition(dataset: Dataset) -> str:
    return str(dataset.company["edition"])


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's data with the edition in work kept, anew where it is kept already."""
    root = tmp_path_factory.mktemp("kept")
    shutil.copytree(ROOT / "data", root / "data")
    edition = load_dataset(ROOT).company["edition"]
    shutil.rmtree(root / "data" / "editions" / edition, ignore_errors=True)
    register = root / "data" / "editions.csv"
    rows = register.read_text("utf-8").splitlines(keepends=True)
    register.write_text("".join(r for r in rows if not r.startswith(f"{edition},")), "utf-8")
    dataset = load_dataset(root)
    result, headlines = edition_results(dataset)
    keep_edition(dataset, {**result, "commit": "abcdef1"}, headlines, NUMBERS)
    return root


def test_todays_model_gives_the_kept_tree_and_branches_again(kept: Path, edition: str) -> None:
    dataset = load_dataset(kept)
    found = results(dataset, dataset.kept[edition], slow=False)
    assert found == pytest.approx(
        {n: v for n, v in dataset.kept[edition].headlines.items() if n in found}, abs=1e-9
    )
    assert {"tree.target_price", "bear.target_price", "published.target_price"} <= found.keys()
    assert list(kept_faults(dataset, slow=False)) == []


def test_the_register_has_its_row_and_digests(kept: Path, edition: str) -> None:
    dataset = load_dataset(kept)
    row = dataset.editions[-1]
    assert row.edition == edition
    assert row.ledger == dataset.kept[edition].ledger
    assert row.digest == inputs_digest(kept) == inputs_digest(ROOT)
    assert row.target == pytest.approx(dataset.kept[edition].headlines["tree.target_price"])
    assert row.commit == "abcdef1"


def test_its_forecasts_are_frozen_without_judgements(kept: Path, edition: str) -> None:
    frozen = load_dataset(kept).kept[edition].forecasts.rows
    assert {row.edition for row in frozen} == {edition}
    assert not any(row.lesson_en or row.unsettled for row in frozen)
    ledger = kept / "data" / "forecasts.csv"
    text = ledger.read_text("utf-8")
    assert text.count(",0.45,higher,") == 2
    try:
        ledger.write_text(text.replace(",0.45,higher,", ",0.55,higher,"), "utf-8")
        with pytest.raises(DataError, match=r"probability: october_06_tape_out: found '0\.55'"):
            load_dataset(kept)
    finally:
        ledger.write_text(text, "utf-8")


def test_actions_of_a_kept_tree_are_valued_over_it(
    kept: Path, edition: str, dataset: Dataset
) -> None:
    row = next(row for row in dataset.forecasts if row.id == "october_06_tape_out")
    before = Effects(Ledger(dataset)).of(row.up_action, edition)
    after = Effects(Ledger(load_dataset(kept))).of(row.up_action, edition)
    assert after == pytest.approx(before)


def test_an_edition_is_kept_once(kept: Path, edition: str) -> None:
    before = {p: p.read_bytes() for p in kept.rglob("*") if p.is_file()}
    with pytest.raises(DataError, match=rf"data/editions/{edition}:0:-: is kept already"):
        keep_edition(load_dataset(kept), {}, {}, [])
    assert {p: p.read_bytes() for p in kept.rglob("*") if p.is_file()} == before


def test_the_digest_is_of_every_file_but_kept_editions(tmp_path: Path) -> None:
    (tmp_path / "data" / "editions" / "2026-01-31").mkdir(parents=True)
    (tmp_path / "data" / "facts.csv").write_text("a\n")
    one = inputs_digest(tmp_path)
    (tmp_path / "data" / "editions" / "2026-01-31" / "forecasts.csv").write_text("b\n")
    (tmp_path / "data" / "editions.csv").write_text("b\n")
    (tmp_path / "data" / ".hidden").write_text("b\n")
    assert inputs_digest(tmp_path) == one
    (tmp_path / "data" / "facts.csv").write_text("A\n")
    assert inputs_digest(tmp_path) != one
