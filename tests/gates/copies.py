"""A copy of the project that one fault may change: files are links until they are written."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SOURCES = ("data", "notebooks", "book")
TESTS = ("tests/book", "tests/data", "tests/model", "tests/exhibits")
SINGLE = ("_config.yml", "_toc.yml", "pyproject.toml", "README.md")
LEFT_OUT = ("chapters", "__pycache__", ".*", "bad", "test_pictures")

Row = dict[str, str]


class NothingToSpoil(Exception):
    """The dice found no place where this fault could be made."""


class Copy:
    """A folder with links to the project's files; `write` puts a file of its own in place of one.

    `dice` decides where the fault is made, `said` tells what was done.
    """

    def __init__(self, root: Path, dice: random.Random, built: Path | None = None) -> None:
        self.root, self.dice, self.built = root, dice, built
        self.said = ""
        self.written: set[str] = set()
        self.given: dict[str, Any] = {}  # what a fault hands to its gate besides files

    def text(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def write(self, name: str, content: str | bytes) -> None:
        self.written.add(name)
        path = self.root / name
        path.unlink(missing_ok=True)  # a link: the project's own file stays as it is
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def replace(self, name: str, old: str, new: str, at: int | None = None) -> None:
        """Replaces the text that begins at `at`, or else the only or first `old`."""
        text = self.text(name)
        start = text.index(old) if at is None else at
        assert text[start : start + len(old)] == old
        self.write(name, text[:start] + new + text[start + len(old) :])
        line = text[:start].count("\n") + 1
        self.said = self.said or f"{name}:{line}: {_short(old)} -> {_short(new)}"

    def rows(self, name: str) -> list[Row]:
        return list(csv.DictReader(io.StringIO(self.text(name))))

    def write_rows(self, name: str, rows: list[Row]) -> None:
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        self.write(name, out.getvalue())

    def tables(self, *patterns: str) -> list[str]:
        found = {p.relative_to(self.root).as_posix() for o in patterns for p in self.root.glob(o)}
        return sorted(found)

    def a_row(self, tables: list[str], fits: Callable[[Row], Any]) -> tuple[str, list[Row], int]:
        """A random row that fits, of all rows of these tables: file, its rows, place."""
        held = {name: self.rows(name) for name in tables}
        places = [(n, k) for n, rows in held.items() for k, row in enumerate(rows) if fits(row)]
        name, place = self.pick(places)
        return name, held[name], place

    def set_cells(self, name: str, rows: list[Row], place: int, **cells: str) -> None:
        was = {column: rows[place][column] for column in cells}
        rows[place].update(cells)
        self.write_rows(name, rows)
        told = ", ".join(f"{c} {_short(was[c])} -> {_short(cells[c])}" for c in cells)
        self.said = self.said or f"{name}:{place + 2}: {told}"

    def pick(self, among: Any) -> Any:
        """One of these at random."""
        among = sorted(among) if isinstance(among, set | frozenset) else list(among)
        if not among:
            raise NothingToSpoil
        return self.dice.choice(among)

    def notebooks(self) -> list[str]:
        return self.tables("notebooks/*.ipynb")

    def cells(self, notebook: str, kind: str = "markdown") -> Iterator[tuple[int, str]]:
        """Place and text of the cells of a kind; of prose, the English."""
        for place, cell in enumerate(json.loads(self.text(notebook))["cells"]):
            tags = cell["metadata"].get("tags", ())
            if cell["cell_type"] == kind and "zh" not in tags:
                yield place, "".join(cell["source"])

    def write_cell(self, notebook: str, place: int, text: str, **metadata: Any) -> None:
        content = json.loads(self.text(notebook))
        cell = content["cells"][place]
        cell["source"] = text.splitlines(keepends=True)
        cell["metadata"].update(metadata)
        self.write(notebook, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def _short(text: str, most: int = 60) -> str:
    flat = " ".join(text.split())
    return repr(flat if len(flat) <= most else flat[:most] + "…")


def linked_copy(to: Path) -> Path:
    """Links to every file that a book is made of."""
    _link_all(to, SOURCES)
    for name in SINGLE:
        link(str(ROOT / name), str(to / name))
    return to


def link_tests(to: Path) -> None:
    """Links to the tests that look at what the project says."""
    if not (to / "tests").exists():
        _link_all(to, TESTS)
        for path in (ROOT / "tests").glob("*.py"):
            link(str(path), str(to / "tests" / path.name))


def _link_all(to: Path, folders: tuple[str, ...]) -> None:
    for name in folders:
        leave = shutil.ignore_patterns(*LEFT_OUT)
        shutil.copytree(ROOT / name, to / name, copy_function=link, ignore=leave)


def link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copyfile(source, target)
    return target
