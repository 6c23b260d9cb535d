"""What each part of thesisbook.engine.fast saves, in seconds of processor time.

    python benchmarks/fast_parts.py [--runs 5]

Processor time of whole processes, children included, so that other work on the machine matters
little; the median of the runs. Its rows stand in src/thesisbook/engine/fast/README.md.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from thesisbook.data import load_dataset
from thesisbook.data.store import FOLDER
from thesisbook.engine.execution import execute
from thesisbook.engine.project import Project, Variant
from thesisbook.engine.reproduce import copy_project

ROOT = Path(__file__).parents[1]


def cost(work: Callable[[], object]) -> float:
    """Processor seconds of `work` in a fork of this process, with all it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    if os.waitpid(child, 0)[1]:
        raise RuntimeError("a measured piece of work failed")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def interpreter(*modules: str) -> Callable[[], object]:
    code = "".join(f"import {module}\n" for module in modules)
    return lambda: os.execv(sys.executable, [sys.executable, "-c", code])


def chapter(project: Path, work: Path, name: str, kernel: bool) -> Callable[[], object]:
    folder = work / f"{name}-{kernel}"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.source.ipynb").write_bytes(Project(project).source(name))
    return lambda: execute(
        root=str(project), chapter=name, parameters=Variant().parameters(), work=str(folder),
        out=str(folder / "done.ipynb"), kernel=kernel, cell_seconds=600.0,
    )  # fmt: skip


def measure(runs: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="thesisbook-parts-") as place:
        work = Path(place)
        project = work / "project"
        copy_project(ROOT, project)
        stored = str(work / "data")

        def load(folder: str) -> Callable[[], object]:
            def loading() -> None:
                os.environ[FOLDER] = folder
                load_dataset(project)

            return loading

        os.environ[FOLDER] = stored
        load_dataset(project)
        import thesisbook.engine.fast.chapter_libraries  # noqa: F401, PLC0415

        parts = {
            "an interpreter": interpreter("sys"),
            "libraries of a chapter": interpreter("thesisbook.engine.fast.chapter_libraries"),
            "libraries of the pages": interpreter("thesisbook.engine.fast.site_libraries"),
            "data parsed": load(""),
            "data from the store": load(stored),
            "01_team in this process": chapter(project, work, "01_team", kernel=False),
            "01_team in a kernel": chapter(project, work, "01_team", kernel=True),
        }
        times: dict[str, list[float]] = {name: [] for name in parts}
        for _ in range(runs):
            for name, work_of in parts.items():
                times[name].append(cost(work_of))
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    for name, seconds in measure(parser.parse_args().runs).items():
        print(f"| {name} | {seconds:.2f} |", flush=True)


if __name__ == "__main__":
    main()
