"""Prove that a book depends on its inputs alone: two clean builds under different conditions."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from thesisbook.engine.errors import BuildError
from thesisbook.engine.progress import Progress
from thesisbook.engine.project import Project
from thesisbook.score.verifying import SUMS, read_sums

LEFT_OUT = ("_build", ".venv", ".git", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache")

#: Folder, environment and worker count of each build.
CONDITIONS = (
    ("one", {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}, 1),
    ("a deeper/folder 二", {"TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONHASHSEED": "77"}, 3),
)


@dataclass(frozen=True)
class Proof:
    """How many files were compared, and the names of those that differ or stand on one side."""

    compared: int
    different: tuple[str, ...]


def reproduce(project: Project, options: Sequence[str], progress: Progress) -> Proof:
    """Builds clean copies of the project under every condition and compares SHA-256 sums."""
    with tempfile.TemporaryDirectory(prefix="thesisbook-") as place:
        sums = []
        for folder, environment, jobs in CONDITIONS:
            copy = Path(place) / folder / "project"
            copy_project(project.root, copy)
            shown = " ".join(f"{name}={value}" for name, value in environment.items())
            with progress.task(f"clean build, {jobs} jobs, {shown}"):
                _build(copy, environment, [*options, f"-j{jobs}"])
            sums.append(read_sums((copy / "_build" / SUMS).read_text(encoding="utf-8")))
    one, other = sums
    names = sorted(one.keys() | other.keys())
    return Proof(len(names), tuple(n for n in names if one.get(n) != other.get(n)))


def copy_project(root: Path, to: Path) -> None:
    """Copy what a clone would have, and files not committed yet, without anything built."""
    listing = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "-co", "--exclude-standard"],
        capture_output=True,
        check=False,
    )
    top = (root / ".git").exists()
    if listing.returncode or not top:
        shutil.copytree(root, to, ignore=shutil.ignore_patterns(*LEFT_OUT, "chapters"))
        return
    for name in filter(None, listing.stdout.decode().split("\0")):
        if (root / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / name, to / name)


def _build(copy: Path, environment: dict[str, str], options: Sequence[str]) -> None:
    env = {**os.environ, **environment, "CI": "1"}
    if (copy / "src").is_dir():
        env["PYTHONPATH"] = str(copy / "src")
    command = [sys.executable, "-m", "thesisbook", "build", *options]
    done = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"the build in {copy} failed:\n{done.stderr.strip()}")
