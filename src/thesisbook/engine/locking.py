"""One build at a time in a project."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from thesisbook.engine.errors import BuildError


@contextmanager
def build_lock(folder: Path, wait: bool, say: Callable[[str], None]) -> Iterator[None]:
    """Holds the lock of a build folder; waits for another build, or refuses with `wait=False`.

    The operating system frees the lock of a killed build.
    """
    folder.mkdir(parents=True, exist_ok=True)
    holder = folder / ".lock.pid"
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        other = "unknown"
        with suppress(FileNotFoundError):  # the other build may have ended since the first try
            other = holder.read_text(encoding="ascii") or other
        if not wait:
            raise BuildError(f"another build (process {other}) is at work in {folder}") from None
        say(f"another build (process {other}) is at work; waiting for it")
        lock.acquire()
    try:
        holder.write_text(str(os.getpid()), encoding="ascii")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()
