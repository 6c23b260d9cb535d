"""Run the catalogue of faults: each in a copy of its own, in a process forked from a warm parent.

    python tests/gates/catalogue.py [--each 40 | --sample 60] [--harmless 200] [-j 2] [--report]

What was done is kept in `_build/gates/` under a digest of what is judged, so that a run which was
stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "outputs")]

import book_faults  # noqa: E402
import data_faults  # noqa: E402
import harmless  # noqa: E402
import judges  # noqa: E402
from built_words import page_sentences  # noqa: E402
from copies import ROOT, Copy, NothingToSpoil, linked_copy  # noqa: E402

BUILT = ROOT / "_build"
FAULTS: dict[str, Callable[[Copy], None]] = {**data_faults.KINDS, **book_faults.KINDS}
HARDER = data_faults.HARDER
TRIES = 20
SLOW = (
    "workbook formula moved by a row",
    "sentence false in one scenario",
    "stale figure kept",
    "exhibit swapped",
)


@dataclass(frozen=True)
class Done:
    """One fault: its kind and number, what was done, the gate that refused it, what it said."""

    kind: str
    number: int
    fault: str
    by: str
    told: str
    seconds: float

    @property
    def killed(self) -> bool:
        return bool(self.by)


def one(kind: str, number: int, seed: int, keep: Path) -> Done:
    """Make a fault in a copy and ask the gates. Draws again where the dice find no place for it,
    or where what was drawn changes nothing."""
    make = {**FAULTS, **HARDER, **harmless.KINDS}[kind]
    for attempt in range(TRIES):
        folder = Path(tempfile.mkdtemp(dir=keep))
        copy = Copy(linked_copy(folder), random.Random(f"{seed} {kind} {number} {attempt}"), BUILT)
        try:
            make(copy)
            begun = time.perf_counter()
            by, told = judges.judged(copy, kind)
            seconds = round(time.perf_counter() - begun, 2)
            return Done(kind, number, copy.said, by, told[:300], seconds)
        except NothingToSpoil:
            continue
        finally:
            shutil.rmtree(folder)
    raise NothingToSpoil(f"{kind}: no place found in {TRIES} tries")


def _one(job: tuple[str, int], seed: int, keep: Path) -> Done | str:
    try:
        return one(*job, seed, keep)
    except Exception:  # a fault of the catalogue itself stops the run, with its place
        return f"{job}: {traceback.format_exc()}"


def run(jobs: list[tuple[str, int]], workers: int, seed: int) -> Iterator[Done]:
    """Every job, each in a fresh process forked from this one, which has read everything once."""
    warm()
    if any(kind == "sentence false in one scenario" for kind, _ in jobs):
        judges.value_once()
    with tempfile.TemporaryDirectory(prefix="gates-") as keep:
        work = partial(_one, seed=seed, keep=Path(keep))
        context = multiprocessing.get_context("fork")
        with context.Pool(workers, maxtasksperchild=1) as pool:
            for done in pool.imap_unordered(work, jobs):
                if isinstance(done, str):
                    raise RuntimeError(done)
                yield done


def warm() -> None:
    """What every child would otherwise do for itself: imports, data, receipts, sentences."""
    import click.testing  # noqa: F401, PLC0415
    import hypothesis  # noqa: F401, PLC0415
    import pytest  # noqa: F401, PLC0415

    judges.remember_files()
    judges.as_it_is()
    if (BUILT / "numbers.json").is_file():
        judges.reader(BUILT)
        page_sentences(BUILT)


def sampled(count: int) -> list[tuple[str, int]]:
    """So many faults, of every kind about as many; of the slow ones one, and none that starts
    another program or values every scenario."""
    quick = [kind for kind in FAULTS if kind not in SLOW]
    jobs = [(kind, 0) for kind in SLOW[2:]]
    return jobs + [(quick[k % len(quick)], k // len(quick)) for k in range(count - len(jobs))]


def interval(hits: int, count: int, z: float = 1.959964) -> tuple[float, float]:
    """Wilson's interval of a rate, 95%."""
    share, scale = hits / count, 1 + z * z / count
    middle = (share + z * z / (2 * count)) / scale
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / scale
    return max(0.0, middle - half), min(1.0, middle + half)


def kept() -> Path:
    """Where the results of this state of data, prose, package and catalogue are kept."""
    found = hashlib.sha256()
    for folder in ("data", "notebooks", "book", "src", "tests/gates", "tests/book"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".csv", ".yaml", ".ipynb", ".py", ".md") and path.is_file():
                found.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return BUILT / "gates" / f"{found.hexdigest()[:16]}.jsonl"


def read_kept(path: Path) -> dict[tuple[str, int], Done]:
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    return {(d.kind, d.number): d for d in (Done(**json.loads(line)) for line in lines)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=40, help="faults of every kind")
    parser.add_argument("--sample", type=int, help="so many over all kinds instead")
    parser.add_argument("--harmless", type=int, default=200, help="edits that change nothing")
    parser.add_argument("--slow", type=int, default=40, help="at most so many of the slow kinds")
    parser.add_argument("--harder", type=int, default=20, help="of each kind told apart")
    parser.add_argument("--kinds", nargs="*", help="only these")
    # Not 1: rules of the data were written in sight of the places that it draws.
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("-j", "--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="file of results, in place of that in _build")
    given = parser.parse_args()
    jobs = (
        sampled(given.sample)
        if given.sample
        else [(k, n) for n in range(given.each) for k in FAULTS if k not in SLOW or n < given.slow]
        + [(kind, n) for n in range(given.harder) for kind in HARDER]
    )
    kinds = list(harmless.KINDS)
    jobs += [(kinds[k % len(kinds)], k // len(kinds)) for k in range(given.harmless)]
    if given.kinds:
        jobs = [job for job in jobs if job[0] in given.kinds]
    file = given.keep or kept()
    file.parent.mkdir(parents=True, exist_ok=True)
    known = read_kept(file)
    todo = [job for job in jobs if job not in known]
    print(f"{len(jobs)} edits, {len(jobs) - len(todo)} of them judged before ({file})", flush=True)
    with file.open("a", encoding="utf-8") as out:
        for done in run(todo, given.workers, given.seed):
            out.write(json.dumps(asdict(done), ensure_ascii=False) + "\n")
            out.flush()
            if done.killed == (done.kind in harmless.KINDS):
                word = "FALSE ALARM" if done.killed else "SURVIVED"
                print(f"{word} {done.kind} {done.number}: {done.fault} | {done.told}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
