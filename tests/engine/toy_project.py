"""A small project that exercises the build, and the command line run on it.

Its data are those of the data tests. Commands run in this process, so that the libraries and the
warm parent of builds are loaded once; what needs a process of its own takes `command`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

import thesisbook as package
from thesisbook.cli import main

HERE = Path(__file__).parent
PACKAGE = Path(package.__file__).parent


def make_toy(folder: Path) -> Path:
    """A fresh copy of the toy project in `folder`."""
    shutil.copytree(HERE / "toy", folder)
    shutil.copytree(HERE.parent / "data" / "good" / "data", folder / "data")
    return folder


def thesisbook(root: Path, *arguments: str) -> subprocess.CompletedProcess:
    """The command line on a project; what it does not tell in one line is raised."""
    words = ["-v", "-C", str(root), *arguments]
    done = CliRunner(env={"CI": "1"}).invoke(main, words)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)


def environment_of(package: Path = PACKAGE, **more: str) -> dict[str, str]:
    """For a process of its own that runs `package`."""
    return {**os.environ, "CI": "1", "PYTHONPATH": str(package.parent), **more}


def command(root: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "thesisbook", "-v", "-C", str(root), *arguments]


def build(root: Path, *options: str) -> subprocess.CompletedProcess:
    """Pages only: the other outputs have tests of their own."""
    done = thesisbook(root, "build", "--only", "html", *options)
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
