"""`source` goes from a place to its print, and to the line of a copy whose checksum fits."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from thesisbook.data import Dataset

Typed = Callable[..., Result]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path, dataset: Dataset) -> tuple[Path, Path, str, int]:
    """A copy of the data whose first fact with a line has a text at hand: project, folder of
    texts, source and line."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    for name in ("_toc.yml", "_config.yml"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    fact = next(f for f in dataset.facts() if f.locator.startswith("L") and f.printed)
    line = int(fact.locator.partition(" ")[0][1:])
    lines = [f"text of line {number}" for number in range(1, line + 10)]
    lines[line - 1] = f"the words with {fact.printed} in them"
    text = "\n".join(lines).encode()
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "under any name.txt").write_bytes(text)
    (folder / "another.txt").write_bytes(b"another text")
    path = tmp_path / "data" / "sources.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    for row in rows:
        if row["id"] == fact.source:
            row["sha256"] = hashlib.sha256(text).hexdigest()
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return tmp_path, folder, fact.source, line


def test_a_place_shows_its_print_and_its_line(
    typed: Typed, project: tuple[Path, Path, str, int], dataset: Dataset
) -> None:
    root, folder, source, line = project
    done = typed("source", f"{source}:L{line}", "--folder", str(folder), project=root)
    assert done.exit_code == 0
    text = done.output
    assert text.startswith(f"[{source}] {dataset.sources[source].publisher}")
    printed = next(
        f.printed for f in dataset.facts(source=source) if f.locator.startswith(f"L{line} ")
    )
    assert f"> L{line}  the words with {printed} in them" in text
    assert f"  L{line - 1}  text of line {line - 1}" in text
    assert f"L{line + 3} " not in text


def test_a_copy_that_is_another_text_is_not_shown(
    typed: Typed, project: tuple[Path, Path, str, int]
) -> None:
    root, folder, source, line = project
    (folder / "under any name.txt").write_text("edited", encoding="utf-8")
    done = typed("source", f"{source}:L{line}", "--folder", str(folder), project=root)
    assert done.exit_code == 0
    last = done.output.splitlines()[-1]
    assert last.startswith(f"No local copy: no file in {folder} is the text of {source} (sha256 ")


def test_the_folder_may_stand_in_the_settings(
    typed: Typed, project: tuple[Path, Path, str, int]
) -> None:
    root, _, source, line = project
    settings = root / "data" / "company.yaml"
    words = settings.read_text(encoding="utf-8") + "source_texts: texts\n"
    settings.write_text(words, encoding="utf-8")
    assert f"> L{line}  the words" in typed("source", f"{source}:L{line}", project=root).output


def test_without_a_folder_one_line_says_so(typed: Typed, dataset: Dataset) -> None:
    source = next(iter(dataset.sources))
    lines = typed("source", source).output.splitlines()
    assert lines[-1] == "No local copy: give --folder, or set source_texts in data/company.yaml."


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("nowhere:L1", "no source 'nowhere'"),
        ("{}:L0", "a line like L835 is allowed"),
        ("{}:page 4", "found 'page 4'"),
        ("{}:L999999", "lines, found L999999"),
    ],
)
def test_a_place_that_is_none_is_one_line(
    typed: Typed, project: tuple[Path, Path, str, int], place: str, words: str
) -> None:
    root, folder, source, _ = project
    done = typed("source", place.format(source), "--folder", str(folder), project=root)
    assert done.exit_code == 2
    assert words in done.output


def test_a_folder_that_is_none_is_one_line(typed: Typed, dataset: Dataset, tmp_path: Path) -> None:
    source = next(iter(dataset.sources))
    done = typed("source", source, "--folder", str(tmp_path / "none"))
    assert done.exit_code == 2
    assert "no folder" in done.output
