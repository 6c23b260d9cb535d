"""A small project that exercises the build, and the command line run on it.

Its data are those of the data tests. Builds run with a copy of the package: tests may edit it,
and edits elsewhere while the tests run do not count as changed code.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent

#: Where the copy of the package stands; set once per session.
PACKAGE: list[Path] = []


def make_toy(folder: Path) -> Path:
    """A fresh copy of the toy project in `folder`."""
    shutil.copytree(HERE / "toy", folder)
    shutil.copytree(HERE.parent / "data" / "good" / "data", folder / "data")
    return folder


def thesisbook(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """The command line on a project, in a process of its own."""
    return subprocess.run(
        command(root, *arguments),
        env=environment_of(**environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=900,  # against a hang; how fast a build is, is not told here
    )


def environment_of(**more: str) -> dict[str, str]:
    return {**os.environ, "CI": "1", "PYTHONPATH": str(PACKAGE[0].parent), **more}


def command(root: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "thesisbook", "-v", "-C", str(root), *arguments]


def build(root: Path, *options: str, **environment: str) -> subprocess.CompletedProcess:
    """Pages only: the other outputs have tests of their own."""
    done = thesisbook(root, "build", "--only", "html", *options, **environment)
    assert done.returncode == 0, done.stderr
    return done


def ran(done: subprocess.CompletedProcess) -> set[str]:
    """Names of the stages that a build ran."""
    rows = [line.split(" s  ") for line in done.stderr.splitlines() if " s  " in line]
    return {row[1] for row in rows if row[0].strip().replace(".", "").isdigit()}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
