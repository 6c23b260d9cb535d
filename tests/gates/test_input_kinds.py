"""Fresh cases of every kind of wrong input: each is refused in one line that names its place."""

from __future__ import annotations

import random
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import judges
import pytest
from copies import Copy, NothingToSpoil, linked_copy
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from input_kinds import KINDS

from thesisbook.data import files

LINE = re.compile(r"data/[\w/.-]+:\d+:[\w. -]+: \S.*")


@pytest.fixture(scope="module", autouse=True)
def remembered() -> Iterator[None]:
    """Files that a case leaves alone are read once; undone for the tests after these."""
    names = ("read_records", "read_document", "read_edition", "validate_rows", "validate_entries")
    before = {name: getattr(files, name) for name in names}
    judges.remember_files()
    yield
    for name, work in before.items():
        setattr(files, name, work)


def refused(kind: str, seed: int) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        copy = Copy(linked_copy(folder), random.Random(seed))
        try:
            KINDS[kind](copy)
        except NothingToSpoil:
            reject()  # where no draw finds a place, hypothesis fails
        by, told = judges.judged(copy, "an input")
        assert by, f"passed: {copy.said}"
        assert LINE.fullmatch(told), told
        assert "Traceback" not in told
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=3)
@given(seed=st.integers(0, 2**32))
def test_every_kind_is_refused(kind: str, seed: int) -> None:
    refused(kind, seed)


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, derandomize=False)
@given(seed=st.integers(0, 2**32))
def test_many_of_every_kind_are_refused(kind: str, seed: int) -> None:
    refused(kind, seed)
