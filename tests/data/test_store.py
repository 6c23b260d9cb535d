"""Data sets kept between the processes of a build: never older than the files, never in the way."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from thesisbook.data import DataError, load_dataset, loading, store
from thesisbook.data.store import FOLDER, SUFFIX

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    shutil.copytree(ROOT / "data", root / "data")
    return root


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER, str(tmp_path / "kept"))
    return tmp_path / "kept"


def _edit(root: Path, old: str, new: str) -> None:
    path = root / "data/labels.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_second_process_reads_what_the_first_has_kept(
    project: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_dataset(project)
    monkeypatch.setattr(loading, "read_files", lambda _: pytest.fail("the files are read again"))
    assert load_dataset(project) == first


def test_an_edit_is_seen_and_the_oldest_sets_are_dropped(
    project: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "KEPT", 2)
    first = load_dataset(project)
    key, words = next(iter(first.labels.items()))
    _edit(project, words["en"], "Other words")
    assert load_dataset(project).labels[key]["en"] == "Other words"
    _edit(project, "Other words", "Again other words")
    load_dataset(project)
    assert len(list(kept.glob(f"*{SUFFIX}"))) == 2
    monkeypatch.setattr(loading, "read_files", lambda _: pytest.fail("the files are read again"))
    load_dataset(project)
    _edit(project, "Again other words", "Other words")
    assert load_dataset(project).labels[key]["en"] == "Other words"


def test_a_fault_is_told_although_a_good_set_is_kept(project: Path, kept: Path) -> None:
    load_dataset(project)
    (project / "data/stray.csv").write_text("a\n", encoding="ascii")
    with pytest.raises(DataError, match="stray"):
        load_dataset(project)


def test_what_was_cut_short_is_read_from_the_files(project: Path, kept: Path) -> None:
    first = load_dataset(project)
    (place,) = kept.glob(f"*{SUFFIX}")
    place.write_bytes(place.read_bytes()[:1000])
    assert load_dataset(project) == first
    assert place.stat().st_size > 1000, "kept again, whole"


def test_a_copy_of_the_project_has_its_own_root(project: Path, kept: Path, tmp_path: Path) -> None:
    load_dataset(project)
    shutil.copytree(project, tmp_path / "copy")
    assert load_dataset(tmp_path / "copy").root == tmp_path / "copy"


def test_nothing_is_kept_unless_a_folder_is_named(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(FOLDER, raising=False)
    load_dataset(project)
    assert not list(tmp_path.rglob(f"*{SUFFIX}"))
