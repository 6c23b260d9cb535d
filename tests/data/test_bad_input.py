"""Every kind of bad input: a folder of bad files beside a good project, and what is said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from thesisbook.data import DataError, load_dataset
from thesisbook.data.check import run_check
from thesisbook.data.files import ENTRIES, FOLDERS, OPTIONAL, SINGLE

HERE = Path(__file__).parent
BAD = HERE / "bad"

# Folder in bad/: how the first line begins that the check prints.
MESSAGES: dict[str, str] = yaml.safe_load((HERE / "bad_messages.yaml").read_text("utf-8"))


def files_below(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_good_project_passes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_check(project) == 0
    out, err = capsys.readouterr()
    assert "Facts 11, further prints 2" in out
    assert err == ""


def test_every_bad_folder_has_its_message() -> None:
    assert sorted(MESSAGES) == sorted(path.name for path in BAD.iterdir())


@pytest.mark.parametrize("case", MESSAGES)
def test_bad_input_is_refused_in_one_clear_line(
    case: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(BAD / case, project, dirs_exist_ok=True)
    before = files_below(project)

    assert run_check(project) == 1

    out, err = capsys.readouterr()
    assert out == ""
    first, *_, last = err.splitlines()
    assert first.startswith(MESSAGES[case])
    assert last.endswith("nothing was written")
    assert files_below(project) == before


def test_all_faults_of_the_first_class_are_listed(project: Path) -> None:
    statements = project / "data" / "facts" / "statements.csv"
    market = project / "data" / "facts" / "market.csv"
    statements.write_text(statements.read_text().replace("reported,004,L12", "actual,004,L12"))
    market.write_text(market.read_text().replace("consensus", "guess").replace("rival.", "rivel."))

    with pytest.raises(DataError) as refused:
        load_dataset(project)

    assert [(f.file, f.row, f.column) for f in refused.value.faults] == [
        ("data/facts/market.csv", 5, "basis"),
        ("data/facts/statements.csv", 5, "basis"),
    ]


REQUIRED = [
    *(f"{name}.csv" for name in SINGLE if name not in OPTIONAL),
    *(f"{name}.yaml" for name in ENTRIES if name not in OPTIONAL),
    "assumptions/base.yaml",
]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_file_is_named(name: str, project: Path) -> None:
    (project / "data" / name).unlink()

    with pytest.raises(DataError, match=rf"^data/{name}:0:-: no such file; it is required"):
        load_dataset(project)


def test_what_a_company_may_do_without_may_be_absent(project: Path) -> None:
    for name in OPTIONAL:
        for path in (project / "data").glob(f"{name}*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    dataset = load_dataset(project)

    assert dataset.facts()
    for name in ("exhibits", "patents", "errata", "recomputations", "scoreboard", "numbers"):
        assert not getattr(dataset, name), name
    assert all(rows == () for rows in dataset.studies.values())
    assert run_check(project) == 0


def test_what_is_named_in_an_absent_file_is_unknown(project: Path) -> None:
    (project / "data" / "errata.yaml").unlink()

    with pytest.raises(DataError, match="an unknown erratum; none are known"):
        load_dataset(project)


@pytest.mark.parametrize("folder", [*FOLDERS, "assumptions"])
def test_an_empty_folder_is_named(folder: str, project: Path) -> None:
    for path in (project / "data" / folder).iterdir():
        path.unlink()

    with pytest.raises(DataError, match=rf"^data/{folder}\S*:0:-: (found no file|no such file)"):
        load_dataset(project)


def test_a_huge_file_is_refused_unread(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    huge = project / "data" / "facts" / "statements.csv"
    with huge.open("r+b") as file:
        file.truncate(50_000_000)
    read = Path.read_bytes
    opened: list[Path] = []

    def reading(path: Path) -> bytes:
        opened.append(path)
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", reading)

    with pytest.raises(DataError, match="50,000,000 bytes; at most 10,000,000 are allowed"):
        load_dataset(project)

    assert opened
    assert huge not in opened
