"""papermill and jupyter-book by hand, after one build, as the README says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from toy_project import build, environment_of, thesisbook

from thesisbook.data import Dataset
from thesisbook.engine.reproduce import copy_project
from thesisbook.exhibits import Report
from thesisbook.exhibits import by_hand as refusals
from thesisbook.model import ParameterError

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent


def by_hand(root: Path, notebook: str, scenario: str) -> str:
    """Runs the two commands in the project; returns the chapter's page."""
    chapter = f"book/chapters/{notebook}.ipynb"
    commands = (
        [
            PROGRAMS / "papermill",
            f"notebooks/{notebook}.ipynb",
            chapter,
            "-p",
            "scenario",
            scenario,
        ],
        [PROGRAMS / "jupyter-book", "build", "."],
    )
    for command in commands:
        done = subprocess.run(
            command, cwd=root, env=environment_of(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    return (root / f"_build/html/book/chapters/{notebook}.html").read_text(encoding="utf-8")


def test_toy(copied_toy: Path) -> None:
    page = by_hand(copied_toy, "01_sales", "bull")
    assert "bull {} en 1250.0" in page
    build(copied_toy)
    page = copied_toy / "_build/html/book/chapters/01_sales.html"
    assert "base {} en 1250.0" in page.read_text(encoding="utf-8")


@pytest.mark.book
def test_bear_number_is_on_the_page(tmp_path: Path, built_book: Path) -> None:
    """With the pages that a reader would open; the other chapters need not be drawn again."""
    root = tmp_path / "project"
    copy_project(built_book, root)
    contents = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    shown = {"root": contents["root"], "chapters": [{"file": "book/chapters/06_valuation"}]}
    (root / "_toc.yml").write_text(yaml.safe_dump({"format": "jb-book", **shown}), "utf-8")
    shutil.copytree(built_book / "book/chapters", root / "book/chapters")
    before = (built_book / "_build/html/book/chapters/06_valuation.html").read_text("utf-8")
    report = thesisbook(root, "value", "--scenario", "bear", "--json")
    shown = f">{json.loads(report.stdout)['dcf_per_share']:.1f}<"  # in a grid around it
    page = by_hand(root, "06_valuation", "bear")
    assert page.count(shown) > before.count(shown)
    assert page.count("(Bear)") > 10 and "(Base)" not in page


@pytest.mark.book
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-p", "wacc", "0.14"), "use -y 'overrides: {wacc: 0.14}'"),
        (("-y", "{overrides: {wacx: 0.14}}"), "wacx: no such parameter; nearest: wacc"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_chapter_refuses_what_it_would_not_read(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    line = [PROGRAMS / "papermill", "notebooks/01_team.ipynb", tmp_path / "out.ipynb", *words]
    done = subprocess.run(
        line, cwd=ROOT, env=environment_of(), capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert said in done.stderr.strip().splitlines()[-1]


def test_so_are_a_misspelt_name_and_overrides_given_as_text(
    monkeypatch: pytest.MonkeyPatch, dataset: Dataset
) -> None:
    monkeypatch.setattr(refusals, "injected", lambda: [("scenrio", "'bear'")])
    told = "scenrio: no such parameter of a chapter; nearest: scenario"
    with pytest.raises(ParameterError, match=told):
        Report.open(dataset=dataset)
    with pytest.raises(ParameterError, match="papermill's -p gives text, use -y"):
        Report.open(overrides='{"wacc": 0.14}', dataset=dataset)
