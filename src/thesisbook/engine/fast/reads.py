"""What a stage really read: files through an audit hook, data cells through the data set's log.

The record of a stage holds when the same reads would give the same answers again; then its
output is still right and need not be made again.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

#: Below the project root, but made by builds or keyed otherwise (package code by its imports).
NOT_INPUTS = (".venv", "_build", ".git", "src", "__pycache__", "book/chapters")

#: Audit events that read.
EVENTS = frozenset(("open", "os.listdir", "os.scandir"))
#: A kernel starts here, so Python's import system lists it; modules found there are opened.
IMPORT_FOLDER = "notebooks"


@dataclass(frozen=True)
class Trace:
    """Reads of one run: file -> digest, directory -> digest of its names, data look-ups."""

    files: Mapping[str, str]
    listings: Mapping[str, str]
    lookups: tuple[tuple[str, ...], ...]

    def as_json(self) -> dict[str, Any]:
        return {"files": self.files, "listings": self.listings, "lookups": self.lookups}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Trace:
        lookups = tuple(tuple(row) for row in content["lookups"])
        return cls(content["files"], content["listings"], lookups)


class Recorder:
    """Collects the reads of this process below `root` while `active`."""

    def __init__(self, root: Path, log: Any) -> None:
        self.root, self.log = os.path.realpath(root), log
        self.files: set[str] = set()
        self.listings: set[str] = set()
        self.active = True
        self.outputs = os.environ.get("THESISBOOK_BUILD_FOLDER", "\0") + os.sep

    def hook(self, event: str, arguments: tuple) -> None:
        if event not in EVENTS or not self.active:  # most events are others, so this comes first
            return
        if self.log.loading or not isinstance(arguments[0], str | bytes | os.PathLike):
            return
        if event == "open" and _writes(arguments[2]):
            return
        path = self._inside(os.fsdecode(arguments[0]))
        if path is None:
            return
        if event == "open":
            self.files.add(path)
        elif path != IMPORT_FOLDER:
            self.listings.add(path)

    def _inside(self, path: str) -> str | None:
        full = os.path.normpath(path if os.path.isabs(path) else os.path.join(os.getcwd(), path))  # noqa: PTH118, PTH117, PTH109
        if not full.startswith(self.root + os.sep) or full.startswith(self.outputs):
            return None
        relative = full[len(self.root) + 1 :].replace(os.sep, "/")
        return None if excluded(relative) else relative

    def trace(self) -> Trace:
        root = Path(self.root)
        return Trace(
            {path: file_digest(root / path) for path in sorted(self.files)},
            {path: listing_digest(root / path) for path in sorted(self.listings)},
            tuple(tuple(row) for row in self.log.records()),
        )

    def write(self, path: Path) -> None:
        beside = path.with_suffix(".part")
        beside.write_text(json.dumps(self.trace().as_json()), encoding="utf-8")
        beside.replace(path)


def excluded(relative: str) -> bool:
    """Whether a path below the root is no input of a stage in its own right."""
    return "__pycache__" in relative or any(
        relative == name or relative.startswith(name + "/") for name in NOT_INPUTS
    )


def _writes(flags: Any) -> bool:
    return isinstance(flags, int) and flags & os.O_ACCMODE in (os.O_WRONLY, os.O_RDWR)


@contextmanager
def recording(root: Path) -> Iterator[Recorder]:
    """Records the reads of this process; an audit hook stays, so only for short-lived children."""
    from thesisbook.data.tracing import access_log  # noqa: PLC0415

    with access_log() as log:
        recorder = Recorder(root, log)
        sys.addaudithook(recorder.hook)
        try:
            yield recorder
        finally:
            recorder.active = False


def record_cells(root: str, trace: str) -> None:
    """For the start of an ordinary kernel: after each cell, file `trace` says what was read."""
    from IPython.core.getipython import get_ipython  # noqa: PLC0415

    stack = ExitStack()
    recorder = stack.enter_context(recording(Path(root)))
    atexit.register(stack.close)
    shell = get_ipython()
    assert shell is not None
    shell.events.register("post_run_cell", lambda _: recorder.write(Path(trace)))


def bytes_digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file, or "absent"."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return "absent"
    return _digest_of(str(path), status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8192)
def _digest_of(path: str, mtime_ns: int, size: int) -> str:
    return bytes_digest(Path(path).read_bytes())


def listing_digest(path: Path) -> str:
    """Digest of the names in a directory, or "absent"."""
    try:
        names = sorted(entry.name for entry in os.scandir(path))
    except (FileNotFoundError, NotADirectoryError):
        return "absent"
    return bytes_digest("\0".join(n for n in names if not n.startswith((".", "__py"))).encode())


def holding(root: Path, traces: Mapping[str, Trace]) -> dict[str, str]:
    """For each trace that no longer holds, the first read that differs (name -> reason)."""
    reasons: dict[str, str] = {}
    open_lookups = {}
    for name, trace in traces.items():
        changed = [p for p, d in trace.files.items() if file_digest(root / p) != d]
        changed += [p for p, d in trace.listings.items() if listing_digest(root / p) != d]
        if changed:
            reasons[name] = f"{changed[0]} changed"
        else:
            open_lookups[name] = trace.lookups
    if any(open_lookups.values()):
        reasons.update(_changed_lookups(root, open_lookups))
    return reasons


def _changed_lookups(root: Path, lookups: Mapping[str, tuple]) -> dict[str, str]:
    from thesisbook.data import load_dataset  # noqa: PLC0415
    from thesisbook.data.tracing import holds  # noqa: PLC0415

    dataset = load_dataset(root)
    answers: dict[tuple, bool] = {}
    reasons = {}
    for name, rows in lookups.items():
        for row in rows:
            if row not in answers:
                answers[row] = holds(dataset, list(row))
            if not answers[row]:
                reasons[name] = f"data: {row[1].strip('_')} {row[2] or '(whole table)'} changed"
                break
    return reasons
