"""A copy of package and project that a recipe may edit, and what a row of CONTRIBUTING.md names.

The project is the made-up company: small, so that a recipe costs seconds.
"""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMPANY = ROOT / "tests" / "other_company"
_ROW = re.compile(r"^\| (?P<what>[^|]+) \| (?P<edit>.+) \| (?P<then>[^|]+) \|$", re.MULTILINE)


def table() -> dict[str, str]:
    """Each thing to add with the edits that CONTRIBUTING.md names for it."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rows = {row["what"]: row["edit"] for row in _ROW.finditer(text)}
    return {what: edit for what, edit in rows.items() if what not in ("to add", "---")}


def files_of(edits: str) -> list[str]:
    """The files that a row names, `<topic>` and the like as wildcards."""
    ticks = re.findall(r"`([^`]+)`", re.sub(r"``.*?``", "", edits))  # not the example of a glue
    named = [tick for tick in ticks if "/" in tick or tick.endswith(".yml")]
    return [re.sub(r"<\w+>", "*", name) for name in named]


@dataclass(frozen=True)
class Copy:
    """The copy in a folder: the company with our `src/` and `tests/exhibits/gallery.py`."""

    root: Path

    def read(self, file: str) -> str:
        return (self.root / file).read_text("utf-8")

    def write(self, file: str, text: str) -> None:
        (self.root / file).parent.mkdir(parents=True, exist_ok=True)
        (self.root / file).write_text(text, "utf-8")

    def append(self, file: str, *rows: str) -> None:
        self.write(file, self.read(file) + "".join(f"{row}\n" for row in rows))

    def replace(self, file: str, old: str, new: str) -> None:
        text = self.read(file)
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        self.write(file, text.replace(old, new))

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command line on the copy, by the copy of the package."""
        return self.python("-m", "thesisbook", "-C", str(self.root), *arguments)

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(self.root / "src"), "MPLBACKEND": "agg"},
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )

    def state(self) -> dict[str, bytes]:
        own = (p for p in self.root.rglob("*") if p.is_file() and "_build" not in p.parts)
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in own
            if "__pycache__" not in path.parts
        }

    @contextmanager
    def following(self, what: str) -> Iterator[None]:
        """Within it the recipe is followed: the files edited are those of its row, all of them."""
        named = files_of(table()[what])
        assert named, what
        before = self.state()
        yield
        after = self.state()
        edited = {name for name in {*before, *after} if before.get(name) != after.get(name)}
        beyond = [n for n in edited if not any(fnmatch.fnmatch(n, p) for p in named)]
        left = [pattern for pattern in named if not fnmatch.filter(edited, pattern)]
        assert not beyond, f"{what}: edited {beyond}, which CONTRIBUTING.md does not name"
        assert not left, f"{what}: CONTRIBUTING.md names {left}, which was not edited"


def copy_to(root: Path) -> Copy:
    shutil.copytree(COMPANY, root, ignore=shutil.ignore_patterns("_build"))
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(ROOT / "src" / "thesisbook", root / "src" / "thesisbook", ignore=ignore)
    gallery = Path("tests", "exhibits", "gallery.py")
    (root / gallery).parent.mkdir(parents=True)
    shutil.copyfile(ROOT / gallery, root / gallery)
    return Copy(root)
