"""The first stage on what people hand over: notebooks, the table of contents, saved tables."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_project import edit, thesisbook

from thesisbook.data.spreadsheets import put_right
from thesisbook.engine import checking
from thesisbook.engine.checking import check_data, check_project
from thesisbook.engine.errors import DataFault
from thesisbook.engine.notebook_files import BadNotebook, notebook_cells
from thesisbook.engine.project import Project, Variant

ROOT = Path(__file__).parents[2]

BROKEN = {
    "empty": b"",
    "merge conflict": b'{\n "cells": [\n<<<<<<< HEAD\n',
    "no notebook": b"{}",
    "a list": b"[]",
    "nbformat 3": b'{"nbformat": 3, "worksheets": []}',
    "utf-16": '{"nbformat": 4}'.encode("utf-16"),
    "cells of text": b'{"nbformat": 4, "cells": ["x"]}',
    "cells without metadata": b'{"nbformat": 4, "cells": [{"source": ""}]}',
    "nested deep": b"[" * 200_000,
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_that_is_no_notebook_is_one_line(case: str, toy: Path) -> None:
    (toy / "notebooks" / "02_price.ipynb").write_bytes(BROKEN[case])
    with pytest.raises(DataFault, match=r"^notebooks/02_price.ipynb:\d+:-: found [^\n]+$"):
        check_project(Project(toy), Variant())


@given(content=st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_no_bytes_are_a_notebook_by_chance_and_none_a_traceback(content: bytes) -> None:
    with pytest.raises(BadNotebook):
        notebook_cells(content)


def test_a_broken_notebook_stops_the_command_in_one_line(toy: Path) -> None:
    (toy / "notebooks" / "02_price.ipynb").write_bytes(b"<<<<<<< HEAD\n")
    done = thesisbook(toy, "build", "--only", "html")
    assert done.returncode == 1
    told = "notebooks/02_price.ipynb:1:-: found the merge-conflict marker <<<<<<<"
    assert done.stderr.splitlines()[-1] == f"{told}; resolve the conflict"
    assert not (toy / "_build" / "html").exists()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("_toc.yml", "format: jb-book\n\troot: book/index\n", r"_toc.yml:2:-: found no YAML"),
        ("_toc.yml", "- a\n", r"_toc.yml:1:-: found no keys"),
        ("_toc.yml", "", r"_toc.yml:1:-: found no keys"),
        ("_config.yml", "[x", r"_config.yml:1:-: found no YAML"),
    ],
)
def test_a_broken_file_beside_the_book_is_one_line(
    name: str, text: str, said: str, toy: Path
) -> None:
    (toy / name).write_text(text, encoding="utf-8")
    done = thesisbook(toy, "build", "--only", "html")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(said)


def with_prose(toy: Path, text: str, code: str) -> Path:
    path = toy / "notebooks" / "02_price.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"] += [
        {
            "cell_type": "code",
            "id": "c",
            "metadata": {},
            "outputs": [],
            "source": code,
            "execution_count": None,
        },
        {"cell_type": "markdown", "id": "m", "metadata": {}, "source": ["One.\n", text]},
    ]
    path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")
    return path


def test_an_unknown_number_in_prose_is_told_with_its_line_and_the_nearest(
    toy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = with_prose(toy, "It is {glue:}`target_prise`.", 'report.glue("common")')
    assert check_data(Project(toy)) == 1
    first = capsys.readouterr().err.splitlines()[0]
    row = next(
        n for n, line in enumerate(path.read_text("utf-8").split("\n"), 1) if "prise" in line
    )
    assert first == (
        f"notebooks/02_price.ipynb:{row}:-: found {{glue:}}`target_prise`, an unknown number; "
        "nearest: target_price, growth"
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("It is {glue:}`target_price`.", 'report.glue("common")'),
        ("It is {glue:}`of_its_own`.", 'glue("of_its_own", 3)'),
    ],
)
def test_numbers_that_are_glued_pass(
    text: str, code: str, toy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_prose(toy, text, code)
    assert check_data(Project(toy)) == 0, capsys.readouterr().err


def test_a_number_in_another_currency_than_its_format_is_told(
    toy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(
        toy / "data" / "numbers" / "common.csv",
        "{model.target_price},hkd2",
        "{model.target_price},cny2",
    )
    assert check_data(Project(toy)) == 1
    assert capsys.readouterr().err.startswith(
        "data/numbers/common.csv:3:format: found HKD shown as CNY in target_price"
    )


SAVED = {
    "byte order mark": lambda raw: b"\xef\xbb\xbf" + raw,
    "Windows line ends": lambda raw: raw.replace(b"\n", b"\r\n"),
    "empty columns": lambda raw: raw.replace(b"\n", b",,\n"),
    "empty rows": lambda raw: raw + b",,,,\n,,,,\n",
    "all at once": lambda raw: b"\xef\xbb\xbf" + raw.replace(b"\n", b",\r\n") + b",,\r\n",
}


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """Data and chapters of the book itself: `check` asks for a whole model, which no toy has."""
    root = tmp_path / "whole"
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("_toc.yml", "_config.yml"):
        shutil.copy(ROOT / name, root / name)
    return root


@pytest.mark.parametrize(
    "case",
    ["all at once", *(pytest.param(name, marks=pytest.mark.soak) for name in list(SAVED)[:-1])],
)
def test_what_a_spreadsheet_does_to_a_table_is_undone(case: str, whole: Path) -> None:
    table = whole / "data" / "entities.csv"
    before = table.read_bytes()
    table.write_bytes(SAVED[case](before))
    refused = thesisbook(whole, "check")
    assert refused.returncode == 1
    assert refused.stderr.startswith("data/entities.csv:")
    fixed = thesisbook(whole, "check", "--fix")
    assert fixed.returncode == 0, fixed.stderr
    assert fixed.stderr == "data/entities.csv: written anew\n"
    assert table.read_bytes() == before


def test_what_is_right_is_not_written_anew(whole: Path) -> None:
    table = whole / "data" / "captions" / "05_financials.csv"
    quoted = table.read_bytes().replace(b"\nhalf_years,", b'\n"half_years",')
    assert quoted != table.read_bytes()
    table.write_bytes(quoted)
    assert list(put_right(whole)) == []
    assert table.read_bytes() == quoted


def test_a_name_that_is_unknown_is_told_before_any_scenario_is_valued(
    whole: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chapter = whole / "notebooks" / "00_summary.ipynb"
    text = chapter.read_text(encoding="utf-8")
    chapter.write_text(text.replace("{glue:}`rating`", "{glue:}`ratimg`", 1), encoding="utf-8")
    valued = (pytest.fail(why) for why in ("every scenario was valued",))  # once it is asked
    monkeypatch.setattr(checking, "condition_faults", lambda *given: valued)
    assert check_data(Project(whole)) == 1
    assert "an unknown number; nearest: rating" in capsys.readouterr().err
