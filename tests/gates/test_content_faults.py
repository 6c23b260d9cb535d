"""The gates of data, prose and outputs can fail: faults are put in, and they say so."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import harmless
import judges
import pytest
from catalogue import FAULTS, HARDER, Done, interval, read_kept, sampled
from copies import ROOT, Copy, linked_copy

LEAST = 0.97  # benchmarks/GATES.md says what is reached, by kind, and which faults live
FEWEST = 20  # kinds


def measured(file: Path, *options: str) -> list[Done]:
    """The catalogue run from a clean parent, as `make gates` runs it."""
    command = [sys.executable, str(Path(__file__).parent / "catalogue.py"), "--keep", str(file)]
    done = subprocess.run(
        [*command, *options], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    print(done.stdout)
    return list(read_kept(file).values())


def met(found: list[Done]) -> bool:
    """Whether the least rate lies within what the number of faults seen allows, or below it."""
    return interval(sum(done.killed for done in found), len(found))[1] >= LEAST


@pytest.mark.book
def test_a_sample_of_every_kind_is_refused(built_book: Path, tmp_path: Path) -> None:
    found = measured(tmp_path / "done.jsonl", "--sample", "60", "--harmless", "1", "-j", "1")
    faults = [done for done in found if done.kind in FAULTS]
    assert len(faults) == 60
    assert len({done.kind for done in faults}) >= FEWEST
    assert met(faults), [f"{d.kind}: {d.fault}" for d in faults if not d.killed]
    edits = [done for done in found if done.kind in harmless.KINDS]
    assert len(edits) == 1
    assert [f"{d.fault}: {d.told}" for d in edits if d.killed] == []


@pytest.mark.soak
@pytest.mark.book
def test_a_thousand_faults_are_refused(built_book: Path, tmp_path: Path) -> None:
    found = measured(tmp_path / "done.jsonl", "--each", "40", "--harmless", "200")
    faults = [done for done in found if done.kind in FAULTS]
    assert len(faults) >= 1000
    assert met(faults), [f"{d.kind}: {d.fault}" for d in faults if not d.killed]
    edits = [done for done in found if done.kind in harmless.KINDS]
    assert sum(d.killed for d in edits) <= len(edits) // 100


def test_every_kind_has_its_words_and_the_sample_holds_most_of_them() -> None:
    assert len(FAULTS) >= FEWEST
    for kind, make in {**FAULTS, **HARDER, **harmless.KINDS}.items():
        assert make.__doc__, kind
    assert len({kind for kind, _ in sampled(60)}) >= FEWEST
    assert set(judges.ASKED) <= {*FAULTS, *harmless.KINDS, "an input"}


@pytest.mark.parametrize("kind", ["digit swapped", "caption number typed", "peer dropped"])
def test_a_fault_changes_the_copy_and_not_the_project(kind: str, tmp_path: Path) -> None:
    files = [path for path in (ROOT / "data").rglob("*") if path.is_file()]
    before = {path: path.read_bytes() for path in files}
    copy = Copy(linked_copy(tmp_path), random.Random(5))
    FAULTS[kind](copy)
    moved = {p for p in files if (tmp_path / p.relative_to(ROOT)).read_bytes() != before[p]}
    assert len(moved) == 1
    assert copy.said.startswith("data/")
    assert {path: path.read_bytes() for path in files} == before


def test_the_same_dice_make_the_same_fault(tmp_path: Path) -> None:
    said = []
    for place in ("one", "other"):
        copy = Copy(linked_copy(tmp_path / place), random.Random(7))
        FAULTS["unit changed"](copy)
        said.append(copy.said)
    assert said[0] == said[1]


def test_a_gate_that_looked_at_nothing_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(judges.JUDGES, "blind", lambda copy: (0, ""))
    monkeypatch.setitem(judges.ASKED, "any kind", ("blind",))
    with pytest.raises(judges.LookedAtNothing, match="blind"):
        judges.judged(Copy(tmp_path, random.Random(1)), "any kind")


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (990, 1000, 0.9817, 0.9946)],
)
def test_the_interval_is_wilsons(hits: int, count: int, low: float, high: float) -> None:
    """The values that R's binom.confint(method = "wilson") gives."""
    assert interval(hits, count) == pytest.approx((low, high), abs=1e-4)


def test_kinds_drawn_in_the_sample_are_even() -> None:
    counts = Counter(kind for kind, _ in sampled(60))
    assert max(counts.values()) - min(counts.values()) <= 2
