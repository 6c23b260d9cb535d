"""Record what a run reads from a data set, so that a build re-runs only what a change touches.

While a log is active, `load_dataset` returns a data set that records every look-up: the entries
read, and the keys of each table that is iterated over. A look-up is kept with a digest of its
answer; it still holds when a later data set gives the same answer.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

from thesisbook.data.dataset import Dataset, Fact

TABLES: tuple[str, ...] = (
    "sources",
    "entities",
    "metrics",
    "labels",
    "words",
    "errata",
    "numbers",
    "captions",
)
TABLES += ("company", "scenarios", "studies", "_facts")
ROWS = ("exhibits", "patents", "scoreboard")
MISSING = "missing"

_active: AccessLog | None = None


def digest(answer: Any) -> str:
    """Digest of plain values, dataclasses, pydantic models and containers of them."""
    return hashlib.sha256(repr(answer).encode()).hexdigest()[:32]


class AccessLog:
    """The look-ups of one run: `(kind, table, key) -> digest of the answer`."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str, str], str] = {}
        self.loading = False

    def note(self, kind: str, table: str, key: str, answer: Any) -> None:
        """Record a look-up once: a data set does not change during a run."""
        if (kind, table, key) not in self.entries:
            self.entries[kind, table, key] = digest(answer)

    def records(self) -> list[list[str]]:
        """The look-ups as JSON-ready rows `[kind, table, key, digest]`, sorted."""
        return sorted([*key, value] for key, value in self.entries.items())


class _TracedTable(Mapping):
    """A read-only table of a data set that records its look-ups."""

    def __init__(self, name: str, table: Mapping, log: AccessLog) -> None:
        self._name, self._table, self._log = name, table, log

    def __getitem__(self, key: Any) -> Any:
        answer = self._table.get(key, MISSING)
        self._log.note("item", self._name, str(key), answer)
        return self._table[key]

    def __contains__(self, key: object) -> bool:
        self._log.note("has", self._name, str(key), key in self._table)
        return key in self._table

    def __iter__(self) -> Iterator:
        self._log.note("keys", self._name, "", list(self._table))
        return iter(self._table)

    def __len__(self) -> int:
        self._log.note("keys", self._name, "", list(self._table))
        return len(self._table)


class _TracedDataset(Dataset):
    """A data set whose tables and rows record their look-ups in `_log`."""

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if isinstance(value, tuple) and name in super().__getattribute__("__dict__"):
            super().__getattribute__("__dict__")["_log"].note("rows", name, "", value)
        return value

    def facts(self, *args: str | None, **filters: str | None) -> tuple[Fact, ...]:
        table, log = self.__dict__["_facts"]._table, self.__dict__["_log"]
        answer = Dataset.facts(dataclasses.replace(_untraced(self), _facts=table), *args, **filters)
        named = dict(zip(("entity", "metric", "period", "source", "basis"), args, strict=False))
        key = "&".join(f"{k}={v}" for k, v in sorted({**named, **filters}.items()) if v is not None)
        log.note("facts", "_facts", key, answer)
        return answer


def _untraced(dataset: Dataset) -> Dataset:
    fields = {f.name: dataset.__dict__[f.name] for f in dataclasses.fields(Dataset)}
    return Dataset(**fields)


def _traced(dataset: Dataset, log: AccessLog) -> Dataset:
    """Mappings are recorded by key, tuples as a whole. Any other kind of field raises an error."""
    fields = {f.name: dataset.__dict__[f.name] for f in dataclasses.fields(Dataset)}
    for name, value in fields.items():
        if isinstance(value, Mapping):
            fields[name] = _TracedTable(name, value, log)
        elif not isinstance(value, tuple | Path):
            raise TypeError(f"Dataset.{name} is a {type(value).__name__}, which cannot be traced")
    traced = _TracedDataset(**fields)
    traced.__dict__["_log"] = log
    return traced


@contextmanager
def access_log() -> Iterator[AccessLog]:
    """Context in which every data set that is loaded records its look-ups in the log yielded."""
    global _active  # noqa: PLW0603 - one log per process, switched on by the build only
    previous, _active = _active, AccessLog()
    try:
        yield _active
    finally:
        _active = previous


def traced(load: Callable[..., Dataset]) -> Callable[..., Dataset]:
    """Decorate a loading function: while a log is active, it returns a recording data set."""

    @wraps(load)
    def loading(*args: Any, **kwargs: Any) -> Dataset:
        if _active is None:
            return load(*args, **kwargs)
        outer, _active.loading = _active.loading, True
        try:
            dataset = load(*args, **kwargs)
        finally:
            _active.loading = outer
        return _traced(dataset, _active)

    return loading


def holds(dataset: Dataset, record: list[str]) -> bool:
    """Whether a recorded look-up has the same answer in this data set (not a recording one)."""
    kind, name, key, expected = record
    table = getattr(dataset, name)
    if kind == "rows":
        answer: Any = table
    elif kind == "keys":
        answer = list(table)
    elif kind == "has":
        answer = key in table
    elif kind == "facts":
        answer = dataset.facts(**dict(part.split("=", 1) for part in key.split("&") if part))
    else:
        answer = table.get(key, MISSING)
    return digest(answer) == expected
