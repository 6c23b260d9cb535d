"""Copies of the project that a test may change, chapters run as the build runs them, and numbers.

Chapters run as in a build: each in a process forked from one warm parent, which imports once.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from thesisbook.data import load_dataset
from thesisbook.engine.execution import execute
from thesisbook.engine.fast.processes import Launcher
from thesisbook.engine.numbers_json import numbers_of
from thesisbook.engine.project import Project, Variant
from thesisbook.exhibits import Report
from thesisbook.exhibits.report import EXHIBIT_MIME
from thesisbook.provenance.receipt_store import rounded

ROOT = Path(__file__).parents[2]
SOURCES = ("data", "notebooks", "book", "_config.yml", "_toc.yml")
CHAPTERS = Project(ROOT).chapters
NOTEBOOKS = tuple(sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb")))
TABLES_ONLY = ("10_compare",)  # sets scenarios side by side and argues nothing
WRITTEN = tuple(name for name in NOTEBOOKS if name not in TABLES_ONLY)


def copy_sources(to: Path) -> Path:
    """What a book is made of, without anything built: quick, and without the package."""
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=shutil.ignore_patterns("chapters", ".ipynb*"))
        else:
            to.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, to / name)
    return to


def edit(path: Path, old: str, new: str) -> None:
    """Replaces what stands there exactly once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def append(path: Path, *rows: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{row}\n" for row in rows)


@dataclass(frozen=True)
class Executed:
    """What one executed chapter carries."""

    notebook: Path
    numbers: Mapping[str, Any]
    receipts: Mapping[str, Any]
    exhibits: Mapping[str, Any]  # by id, in the order shown
    trace: Mapping[str, Any] = field(default_factory=dict)  # what it read

    @property
    def shown(self) -> dict[str, str]:
        """Named numbers as they are written on the page."""
        return {name: number["text"] for name, number in self.numbers.items()}


def run_chapter(
    launcher: Launcher, project: Path, chapter: str, variant: Variant, kernel: bool = False
) -> Executed:
    """Executes a chapter of the project in the folder's own work place, through the build."""
    work = project / "_build" / ("kernel" if kernel else "chapters") / variant.key
    work.mkdir(parents=True, exist_ok=True)
    (work / f"{chapter}.source.ipynb").write_bytes(Project(project).source(chapter))
    out = work / f"{chapter}.done.ipynb"
    trace = launcher.call(
        execute,
        work / f"{chapter}.log",
        root=str(project),
        chapter=chapter,
        parameters=variant.parameters(),
        out=str(out),
        work=str(work),
        kernel=kernel,
        cell_seconds=600.0,
    )
    return replace(read_chapter(out), trace=trace)


def read_chapter(path: Path) -> Executed:
    found = numbers_of(path)
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    exhibits = [output["data"] for output in outputs if EXHIBIT_MIME in output.get("data", {})]
    by_id = {e[EXHIBIT_MIME]["id"]: {**e[EXHIBIT_MIME], "html": e["text/html"]} for e in exhibits}
    assert len(by_id) == len(exhibits), f"{path.name} shows an exhibit twice"
    return Executed(path, found["numbers"], found["receipts"], by_id)


def all_numbers(
    project: Path, scenario: str = "base", overrides: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """`numbers` and `receipts` of every chapter without running one: what numbers.json holds."""
    dataset = load_dataset(project)
    report = Report.open(scenario, overrides, dataset=dataset)
    names: list[str] = []
    for chapter in dataset.numbers:
        names = report.numbers.open_chapter(chapter)
    return rounded(report.numbers.payload(names))


@cache
def standing() -> dict[str, Any]:
    """All numbers of base as the project stands."""
    return all_numbers(ROOT)


def write_numbers(executed: Iterable[Executed], edition: str, folder: Path) -> Path:
    """The numbers of executed chapters in the form of a build's numbers.json."""
    found: dict[str, Any] = {"scenario": "base", "overrides": {}, "language": "en"}
    found |= {"edition": edition, "numbers": {}, "receipts": {}}
    for chapter in executed:
        found["numbers"].update(chapter.numbers)
        found["receipts"].update(chapter.receipts)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "numbers.json"
    path.write_text(json.dumps(rounded(found)), encoding="utf-8")
    return path


def behind(payload: Mapping[str, Any], inputs: Iterable[str]) -> frozenset[str]:
    """Every reference that these rest on, by following the receipts."""
    seen: set[str] = set()
    waiting = list(inputs)
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting += payload["receipts"].get(current, {}).get("inputs", ())
    return frozenset(seen)


def resting_on(payload: Mapping[str, Any], reference: str) -> set[str]:
    """Named numbers whose receipts lead to a fact or parameter."""
    return {
        name
        for name, number in payload["numbers"].items()
        if reference in behind(payload, number["inputs"])
    }


def moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """Named numbers whose value or wording is not the same."""
    one, other = before["numbers"], after["numbers"]
    assert one.keys() == other.keys()
    return {
        n
        for n in one
        if [one[n][k] for k in ("value", "text")] != [other[n][k] for k in ("value", "text")]
    }
