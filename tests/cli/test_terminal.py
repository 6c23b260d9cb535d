"""Tables for a terminal: aligned, folded between words, and nothing cut."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from thesisbook.cli.terminal import table

ROOT = Path(__file__).parents[2]

LONG_ID = "moore_threads.revenue_of_the_first_nine_months_of_the_year.2026"


@pytest.mark.parametrize("width", ["80", "120", "200"])
@pytest.mark.parametrize("head", [("Id", "Fact:", "Why:"), ("Id", "Fact", "Why")])
def test_no_word_is_cut_or_broken(
    head: tuple[str, ...], width: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    reason = "The third quarter is not published before the end of the month, hence it waits"
    rows = [(LONG_ID, f"{LONG_ID}, {LONG_ID[::-1]}", reason), ("b", "", "")]
    told = table(head, rows)
    assert "…" not in told
    given = " ".join((*head, *rows[0])).replace(":", "").split()
    assert set(given) <= set(told.split())


def test_words_fold_within_the_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    told = table(("Id", "Short:", "Long:", "HKD"), [("a", "two words", "many words " * 20, "1.00")])
    lines = told.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) > 3 and "two words" in lines[1], "what is short takes no more than it needs"
    assert lines[0].rstrip().endswith("HKD") and lines[1].rstrip().endswith("1.00")


def test_a_reader_who_leaves_early_is_no_fault() -> None:
    """`thesisbook params --json | head`: the first lines are shown, and nothing is said."""
    words = [sys.executable, "-m", "thesisbook", "-C", str(ROOT), "params", "--json"]
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(words, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert done.stderr == ""
