"""Any mutation of the real data is refused with its place, or changes exactly what it should."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thesisbook.data import DataError, Dataset, Fact, Fault, load_dataset

ROOT = Path(__file__).parents[2]
TABLES = sorted(path.relative_to(ROOT) for path in (ROOT / "data" / "facts").glob("*.csv"))
TABLES += [
    Path("data") / f"{name}.csv" for name in ("corroborations", "sources", "metrics", "entities")
]
ENTRIES = [Path("data/errata.yaml"), Path("data/company.yaml"), Path("data/assumptions/base.yaml")]
AS_PRINTED = ("id", "entity", "metric", "period", "printed", "basis", "source", "locator", "note")

QUICK = settings(max_examples=15)
THOROUGH = settings(max_examples=1000, derandomize=False)


class Repository:
    """A copy of the project's data, spoiled and put right again by each example."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.before = facts_of(load_dataset(root))


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "data", root / "data")
    return Repository(root)


def facts_of(dataset: Dataset) -> dict[str, Fact]:
    """Facts by id; where a row stands in its file is no part of the fact."""
    return {fact.id: replace(fact, line=0) for fact in dataset.facts()}


def changed(before: dict[str, Fact], after: dict[str, Fact]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


@contextmanager
def spoiled(path: Path, content: bytes) -> Iterator[None]:
    original = path.read_bytes()
    path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(original)


def outcome(root: Path) -> tuple[dict[str, Fact], tuple[Fault, ...]]:
    try:
        return facts_of(load_dataset(root)), ()
    except DataError as error:
        return {}, error.faults


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8"))))


def written(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def fact_id(table: Path, row: list[str]) -> set[str]:
    """The fact a row is about: its own, or that of the corroboration; none for other tables."""
    is_about_a_fact = "facts" in table.parts or table.stem == "corroborations"
    return {row[0]} if is_about_a_fact and row else set()


def names_the_place(faults: tuple[Fault, ...], table: Path, row: int, words: set[str]) -> bool:
    """Whether a fault stands on that row, or names what was taken away from it elsewhere."""
    return any(
        (fault.file == table.as_posix() and fault.row == row)
        or re.search(rf"{table.as_posix()}:{row}\b", fault.message)
        or any(word and word in fault.message for word in words)
        or any(fnmatch(word, named) for word in words for named in quoted(fault.message))
        for fault in faults
    )


def quoted(message: str) -> list[str]:
    """What a message quotes, such as a pattern of fact ids that matches none any more."""
    return re.findall(r"'([^']+)'", message)


CELLS = st.one_of(
    st.sampled_from(
        ["", "0", "-1", "4", "NaN", "１２", "1,2", "na", "2025", "=1+1", "text", "x", "ratio"]
    ),
    st.text(max_size=6),
    st.text(alphabet="0123456789.,-%亿", max_size=8),
)


def a_changed_cell(data: st.DataObject, repository: Repository) -> None:
    copy, before = repository.root, repository.before
    table = data.draw(st.sampled_from(TABLES))
    rows = rows_of(copy / table)
    at = data.draw(st.integers(1, len(rows) - 1))
    column = data.draw(st.integers(0, len(rows[0]) - 1))
    other = data.draw(st.integers(1, len(rows) - 1))
    old = list(rows[at])
    cell = data.draw(st.one_of(CELLS, st.just(rows[other][column]), st.just(old[column] + "0")))
    rows[at][column] = cell

    with spoiled(copy / table, written(rows)):
        after, faults = outcome(copy)

    if faults:
        assert names_the_place(faults, table, at + 1, {old[0], old[column]})
        return
    touched = fact_id(table, old) | fact_id(table, rows[at])
    assert changed(before, after) <= touched
    if "facts" in table.parts:
        fact = after[rows[at][0]]
        new = dict(zip(rows[0], rows[at], strict=True))
        assert {name: getattr(fact, name) for name in AS_PRINTED} == {n: new[n] for n in AS_PRINTED}
        assert fact.printed_unit == new["unit"]


def a_row_taken_away_or_doubled(data: st.DataObject, repository: Repository) -> None:
    copy, before = repository.root, repository.before
    table = data.draw(st.sampled_from(TABLES))
    rows = rows_of(copy / table)
    at = data.draw(st.integers(1, len(rows) - 1))
    row = rows[at]
    doubled = data.draw(st.booleans())
    rows = [*rows[:at], *[row] * (2 * doubled), *rows[at + 1 :]]

    with spoiled(copy / table, written(rows)):
        after, faults = outcome(copy)

    if faults:  # the data dictionary may quote any cell that stood only in the row taken away
        said = {cell for cell in row if len(cell) > 2}
        assert names_the_place(faults, table, at + 2, {row[0]} if doubled else said)
        return
    assert not doubled, "a doubled key passed"
    assert changed(before, after) <= fact_id(table, row)
    if "facts" in table.parts:
        assert changed(before, after) == {row[0]}


def a_changed_byte(data: st.DataObject, repository: Repository) -> None:
    copy, before = repository.root, repository.before
    table = data.draw(st.sampled_from([*TABLES, *ENTRIES]))
    raw = (copy / table).read_bytes()
    at = data.draw(st.integers(0, len(raw) - 1))
    byte = data.draw(st.binary(min_size=0, max_size=1))
    keep = data.draw(st.booleans())
    content = raw[:at] + byte + raw[at + (not keep) :]

    with spoiled(copy / table, content):
        after, faults = outcome(copy)

    line = raw[:at].count(b"\n")
    if faults:
        # A quote or an indent taken away is noticed where the row ends or the entry begins; a key
        # taken away, where it is named.
        near = set(re.findall(r"[\w.-]+", b" ".join(raw.split(b"\n")[line : line + 2]).decode()))
        in_file = any(f.file == table.as_posix() and reaches(f.row, line, table) for f in faults)
        assert in_file or names_the_place(faults, table, line + 1, near)
    elif table.suffix == ".csv":
        touched = [next(csv.reader([text.decode().split("\n")[line]])) for text in (raw, content)]
        assert changed(before, after) <= fact_id(table, touched[0]) | fact_id(table, touched[1])
    else:
        assert not changed(before, after)


def reaches(row: int, line: int, table: Path) -> bool:
    """Whether a fault on `row` points to a byte of the line before it, or to what it belongs to."""
    return row > 0 if table.suffix == ".yaml" else row >= line or row <= 1


MUTATIONS = [a_changed_cell, a_row_taken_away_or_doubled, a_changed_byte]


@pytest.mark.parametrize("mutation", MUTATIONS)
@QUICK
@given(data=st.data())
def test_a_mutation_is_refused_or_changes_exactly_what_it_should(
    mutation: Callable[[st.DataObject, Repository], None],
    data: st.DataObject,
    repository: Repository,
) -> None:
    mutation(data, repository)


@pytest.mark.soak
@pytest.mark.parametrize("mutation", MUTATIONS)
@THOROUGH
@given(data=st.data())
def test_a_thousand_mutations(
    mutation: Callable[[st.DataObject, Repository], None],
    data: st.DataObject,
    repository: Repository,
) -> None:
    mutation(data, repository)
