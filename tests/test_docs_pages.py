"""The pages of docs/ say what is so: outputs, charts, messages, rooms, jobs, commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

import renew_docs
from exhibits.drawing import Drawing
from exhibits.gallery import GALLERY
from thesisbook.cli import main
from thesisbook.exhibits import charts, meanings

ROOT = Path(__file__).parents[1]
DOCS = {path.stem: path for path in sorted((ROOT / "docs").glob("*.md"))}
BASELINES = ROOT / "tests" / "exhibits" / "test_pictures"
SOURCES = [*(ROOT / "src").rglob("*.py"), ROOT / "Makefile", ROOT / "tests" / "conftest.py"]
RENEW = "renew it: make pictures"
OUTSIDE = ("ensurepip is not available",)  # said by others


def text(name: str) -> str:
    return DOCS[name].read_text(encoding="utf-8")


def test_a_page_that_is_made_is_as_made() -> None:
    made = dict(renew_docs.pages())
    assert len(made) == 3
    for path, page in made.items():
        assert page == text(path.stem), f"{path.name}: {RENEW}"


def test_every_kind_of_chart_is_shown_with_its_drawing() -> None:
    shown = text("charts")
    assert re.findall(r"^## (\w+)", shown, re.M) == [n for n in charts.__all__ if n != "Chart"]
    assert set(re.findall(r"\(charts/(\w+)\.svg\)", shown)) == set(GALLERY)
    assert {path.stem for path in (ROOT / "docs" / "charts").glob("*.svg")} == set(GALLERY)


@pytest.mark.parametrize("kind", GALLERY)
def test_a_drawing_is_the_kept_one(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meanings, "_meanings", {})
    kept = BASELINES / f"test_looks_as_it_did_wide_{kind}_.txt"
    svg = (ROOT / "docs" / "charts" / f"{kind}.svg").read_text(encoding="utf-8")
    assert Drawing(svg).listing() == kept.read_text(encoding="utf-8"), RENEW


def test_messages_are_those_of_the_code() -> None:
    rows = re.findall(r"^\| `([^`]+)`", text("troubleshooting"), re.M)
    assert len(rows) >= 10
    said = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    assert [row for row in rows if row not in said and row not in OUTSIDE] == []


def test_the_rooms_are_those_of_the_package() -> None:
    told = re.findall(r"^\| `(\w+)`", text("architecture"), re.M)
    package = ROOT / "src" / "thesisbook"
    assert set(told) == {path.parent.name for path in package.glob("*/__init__.py")}
    drawn = text("architecture").split("```")[1]
    assert all(re.search(rf"\b{room}\b", drawn) for room in told)


def test_the_jobs_are_those_of_the_workflow() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/book.yml").read_text(encoding="utf-8"))
    assert re.findall(r"^\| `(\w+)`", text("publishing"), re.M) == list(workflow["jobs"])


@pytest.mark.parametrize("name", DOCS)
def test_commands_options_targets_and_paths_exist(name: str) -> None:
    page = text(name)
    lines = re.findall(r"`thesisbook ([^`\n]+)`", page)
    lines += re.findall(r"^(?:\$ )?thesisbook (.+)", page, re.M)
    for line in lines:
        command, *rest = shlex.split(line)
        told = CliRunner().invoke(main, [command, "--help"])
        assert told.exit_code == 0, line
        for option in (word for word in rest if word.startswith("-")):
            assert re.search(rf"(?<!\S){option}\b", told.output), line
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:`|^)make ([a-z]+)\b", page, re.M):
        assert re.search(rf"^{target}:", rules, re.M), target
    for link in re.findall(r"\]\(([^)#\s]+)", page):
        assert "://" in link or (ROOT / "docs" / link).exists(), link


def test_every_page_is_listed() -> None:
    links = set(re.findall(r"\]\((\w+)\.md\)", text("README")))
    assert links == set(DOCS) - {"README"}
