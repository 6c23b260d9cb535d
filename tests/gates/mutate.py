"""Put faults into the package, one at a time, and run the tests of its room: `make mutate`.

Why an own runner: mutmut 3 copies the project into `mutants/` and puts every variant of a function
behind a trampoline in one file. Tests that read the source (imports, sizes, words), digests of the
code that keep caches honest, processes forked from a warm parent and commands run as programs of
their own then see another package than the one that is tested. cosmic-ray changes the working
files in place and starts a new interpreter for each mutant, three seconds of imports, and cannot
run beside anything else. Here each mutant lies in a folder of links to the source, with one file
that is its own, at the head of the path of a process forked from a parent that has imported the
libraries; the working files are never touched.

    python tests/gates/mutate.py [--each 40] [--rooms model data ...] [--minutes 60] [-j 2]

Seeded, and resumable: what was done stands in `_build/gates/mutants.jsonl`.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import hashlib
import json
import multiprocessing
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from copies import ROOT, link  # noqa: E402
from mutants import mutant_at, places_of  # noqa: E402

SRC = ROOT / "src"
KEPT = ROOT / "_build" / "gates" / "mutants.jsonl"
EQUIVALENT = HERE / "equivalent.csv"
GOALS = {"model": 0.95, "data": 0.95, "provenance": 0.95}
OTHER_GOAL = 0.90
SECONDS = 60  # at least, before a mutant is said never to end; four times as long as without one
#: Where the tests of a room are. What builds a book or wants another program is left out.
ROOMS: dict[str, tuple[str, ...]] = {
    "model": ("tests/model", "tests/data/test_recomputations.py"),
    "data": ("tests/data",),
    "provenance": (
        "tests/site/test_site_coverage.py",
        "tests/site/test_receipt_store.py",
        "tests/site/test_kept.py",
        "tests/engine/test_pairs.py",
        "tests/exhibits/test_receipts.py",
    ),
    "exhibits": ("tests/exhibits",),
    "score": ("tests/score",),
    "outputs": (
        "tests/outputs",
        "tests/site/test_site_pages.py",
        "tests/site/test_opening.py",
        "tests/site/test_site_notebooks.py",
        "tests/site/test_site_receipts.py",
    ),
    "engine": ("tests/engine",),
    "fleet": ("tests/engine/test_sweep.py",),
    "cli": ("tests/cli", "tests/test_cli_tree.py"),
}
MARKS = "not soak and not book and not browser and not libreoffice"


@dataclass(frozen=True)
class Tried:
    """A mutant: its room and place, what was changed, whether it was killed, and by which test."""

    room: str
    module: str
    place: int
    line: int
    what: str
    status: str  # killed, survived, timeout
    by: str
    seconds: float

    @property
    def killed(self) -> bool:
        return self.status != "survived"


def overlay(src: Path, to: Path, module: str, source: str) -> Path:
    """A folder of links to a source folder, in which one module is another."""
    shutil.copytree(src, to, copy_function=link, ignore=shutil.ignore_patterns("__pycache__"))
    (to / module).unlink()
    (to / module).write_text(source, encoding="utf-8")
    return to


def files_for(room: str, module: str) -> list[str]:
    """The files with tests of a room: first those that name the module, then the others."""
    found = [
        path
        for place in ROOMS[room]
        for path in ([ROOT / place] if place.endswith(".py") else (ROOT / place).glob("test_*.py"))
    ]
    dotted = module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    own = re.compile(rf"\b{re.escape(dotted)}\b|test_{dotted.rpartition('.')[2]}\b")

    def distance(path: Path) -> tuple[bool, int]:
        text = path.name + "\n" + path.read_text("utf-8")
        return not own.search(text), path.stat().st_size

    return [path.relative_to(ROOT).as_posix() for path in sorted(found, key=distance)]


def run_tests(
    src: Path,
    files: Sequence[str],
    passed_over: Iterable[str] = (),
    *,
    root: Path = ROOT,
    stop: bool = True,
    seconds: float = SECONDS,
) -> tuple[str, list[str]]:
    """`passed`, `failed` or `timeout`, and the tests that failed, with this source at the head of
    the path of a forked process."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(
        target=_child, args=(theirs, src, files, passed_over), kwargs={"root": root, "stop": stop}
    )
    child.start()
    theirs.close()
    told: tuple[str, list[str]] = ("timeout", [])
    try:
        if ours.poll(seconds):
            told = ours.recv()
    except EOFError:
        told = ("failed", ["its process ended"])
    finally:
        for kill in (lambda: os.killpg(child.pid or 0, signal.SIGKILL), child.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill()
        child.join()
    return told


def _child(
    pipe: Any,
    src: Path,
    files: Sequence[str],
    passed_over: Iterable[str],
    *,
    root: Path,
    stop: bool,
) -> None:
    import pytest  # noqa: PLC0415

    os.setsid()
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silent, stream)
    os.chdir(root)
    sys.path.insert(0, str(src))
    os.environ["PYTHONPATH"] = str(src)
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    watch = _Failed()
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", MARKS]
    options += [f"--deselect={name}" for name in passed_over] + ["-x"] * stop
    status = pytest.main([*options, *files], plugins=[watch])
    failed = [*watch.names] or ([f"pytest ended with {int(status)}"] if status else [])
    pipe.send(("failed" if status else "passed", failed))


class _Failed:
    """The tests that failed, or files that could not be collected."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.names.append(report.nodeid)

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.names.append(report.nodeid)


def drawn(room: str, count: int, seed: int) -> list[tuple[str, int]]:
    """So many mutants of a room at random: module and place."""
    paths = sorted((SRC / "thesisbook" / room).rglob("*.py"))
    places = [
        (path.relative_to(SRC).as_posix(), place)
        for path in paths
        for place in places_of(path.read_text("utf-8"))
    ]
    return random.Random(f"{seed} {room}").sample(places, min(count, len(places)))


def tried(room: str, module: str, place: int, before: Before) -> Tried:
    """Make one mutant and run the tests of its room until one fails."""
    mutant = mutant_at((SRC / module).read_text("utf-8"), place)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        src = overlay(SRC, Path(folder) / "src", module, mutant.source)
        longest = max(SECONDS, 4 * before.seconds)
        files = files_for(room, module)
        status, failed = run_tests(src, files, before.failing, seconds=longest)
    word = {"passed": "survived", "failed": "killed"}.get(status, status)
    by = failed[0] if failed else ""
    seconds = round(time.monotonic() - begun, 1)
    return Tried(room, module, place, mutant.line, mutant.what, word, by, seconds)


@dataclass(frozen=True)
class Before:
    """How long the tests of a room take without a mutant, and which fail: they cannot tell one."""

    seconds: float
    failing: tuple[str, ...]


def without_mutant(room: str) -> Before:
    """Run the tests of a room as it is."""
    begun = time.monotonic()
    status, failed = run_tests(SRC, files_for(room, ""), stop=False, seconds=3600)
    if status == "timeout":
        raise TimeoutError(f"the tests of {room} did not end")
    before = Before(time.monotonic() - begun, tuple(failed))
    told = f"fail and are passed over: {', '.join(failed)}" if failed else "pass"
    print(f"{room}: without a mutant the tests {told} ({before.seconds:.0f} s)", flush=True)
    return before


def warm() -> None:
    """Import what the tests import, and nothing of the package: each child has its own."""
    import hypothesis  # noqa: F401, PLC0415
    import matplotlib.pyplot  # noqa: F401, PLC0415
    import openpyxl  # noqa: F401, PLC0415
    import pandas  # noqa: F401, PLC0415
    import pydantic  # noqa: F401, PLC0415
    import pytest  # noqa: F401, PLC0415

    found = sorted(name for name in sys.modules if name.partition(".")[0] == "thesisbook")
    assert not found, f"a child would not see its mutant of {found[0]}"


def read_kept(path: Path = KEPT) -> list[Tried]:
    """What was tried of the sources as they now are; of a changed module nothing counts."""
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    rows = [json.loads(line) for line in lines]
    return [Tried(**row) for row in rows if row.pop("source") == _digest(row["module"])]


def _digest(module: str) -> str:
    path = SRC / module
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.is_file() else ""


def equivalents() -> dict[tuple[str, str], str]:
    """Mutants that behave as the source does, by module and change, with the reason."""
    with EQUIVALENT.open(encoding="utf-8") as file:
        return {(row["module"], row["what"]): row["reason"] for row in csv.DictReader(file)}


def chapter(found: list[Tried]) -> Iterator[str]:
    """The part of the report on faults of the package."""
    from report import cell, rate, table  # noqa: PLC0415

    same = equivalents()
    counted = [one for one in found if (one.module, one.what) not in same]
    yield "## Faults of the package\n"
    yield "One operator, constant, condition or result is changed, and the tests of the room run"
    yield "until one fails. What builds a book, or wants a browser or LibreOffice, is left out.\n"
    rooms = Counter(one.room for one in counted)
    rows = []
    for room in [name for name in ROOMS if rooms[name]]:
        here = [one for one in counted if one.room == room]
        goal = GOALS.get(room, OTHER_GOAL)
        rows.append(f"{room} | {rate(sum(o.killed for o in here), len(here))} | {goal:.0%}")
    yield from table("Room | Killed | Rate | 95% interval | Goal", rows)
    yield "### Survivors of the package\n"
    lived = [one for one in counted if not one.killed]
    yield from (f"* `{o.module}:{o.line}`: `{cell(o.what)}`" for o in lived)
    yield "" if lived else "None.\n"
    yield "### Equivalent\n"
    alike = [one for one in found if (one.module, one.what) in same]
    yield from (
        f"* `{o.module}:{o.line}`: `{cell(o.what)}`. {same[o.module, o.what]}" for o in alike
    )
    yield "" if alike else "None.\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=40, help="mutants of every room")
    parser.add_argument("--rooms", nargs="*", default=list(ROOMS), choices=list(ROOMS))
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-j", "--workers", type=int, default=2)
    given = parser.parse_args()
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    warm()
    until = time.monotonic() + 60 * given.minutes
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    done = {(one.module, one.place) for one in read_kept()}
    samples = {room: drawn(room, given.each, given.seed) for room in given.rooms}
    jobs = [  # a mutant of each room in turn: a run cut short has looked at all of them
        (room, *samples[room][n])
        for n in range(given.each)
        for room in given.rooms
        if n < len(samples[room]) and samples[room][n] not in done
    ]
    print(f"{len(jobs)} mutants to try, {len(done)} were tried before", flush=True)
    before = {room: without_mutant(room) for room in dict.fromkeys(room for room, _, _ in jobs)}

    def work(job: tuple[str, str, int]) -> None:
        if time.monotonic() > until:
            return
        one = tried(*job, before[job[0]])
        row = {**asdict(one), "source": _digest(one.module)}
        with KEPT.open("a", encoding="utf-8") as out:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
        print(f"{one.status} {one.module}:{one.line} {one.what} {one.by}", flush=True)

    with ThreadPoolExecutor(given.workers) as pool:
        list(pool.map(work, jobs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
