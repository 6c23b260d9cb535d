"""Child processes forked from one warm parent, none of which outlives its build.

The parent is the standard library's fork server with the libraries of this project imported
once. Every stage of a build runs in a fork of it: fresh state, no import time. Each process of
the chain asks the kernel to be killed when its own parent dies (`PR_SET_PDEATHSIG`), so that even
`kill -9` of the build leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from thesisbook.engine.errors import BuildError

PR_SET_PDEATHSIG = 1
#: Tells the warm parent who wants it (a pid), and whether pages will be made by its children.
ASKED, WITH_SITE = "THESISBOOK_WARM_PARENT", " site"

#: Where bytes could differ by machine or mood, every child sees the same.
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "COLUMNS": "100",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


def die_with_parent(parent: int | None = None) -> None:
    """Asks Linux to kill this process with its parent; elsewhere ipykernel's poller has to do.

    `parent` is the expected parent's pid: if it has gone already, this process goes too.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


class ChildDied(BuildError):
    """A child was killed before it could answer."""


class Launcher:
    """Runs functions in children of a warm parent; `call` may be used from several threads.

    `forking=False` starts a fresh interpreter for each call instead: slower, same results.
    """

    def __init__(self, forking: bool = True) -> None:
        can_fork = "forkserver" in multiprocessing.get_all_start_methods()
        self.forking = forking and can_fork
        self.context: Any = multiprocessing.get_context("forkserver" if self.forking else "spawn")
        self.environment = dict(ENVIRONMENT)
        self._children: set[Any] = set()
        self._reserved: dict[str, tuple[Any, Connection]] = {}
        self._lock = threading.Lock()

    def warm(self, site: bool = True) -> None:
        """Starts the parent (in the background; calls wait for it), with what pages need or not."""
        if not self.forking:
            return
        from multiprocessing import forkserver  # noqa: PLC0415

        # Not spelled out: what is imported ahead is no part of what a chapter is made of.
        self.context.set_forkserver_preload([f"{__package__}.warm"])
        asked = str(os.getpid()) + (WITH_SITE if site else "")
        with environment({**self.environment, ASKED: asked}):
            forkserver.ensure_running()

    def reserve(self, module: str, prepare: str) -> None:
        """Starts a child that runs `prepare` (`module:function`) and awaits a call into `module`.

        So one core can import what pages need while the other still runs a chapter.
        """
        if self.forking:
            self._reserved[module] = self._start(prepare)

    def release(self) -> None:
        """Lets the children go that were reserved and never called."""
        while self._reserved:
            process, connection = self._reserved.popitem()[1]
            connection.close()
            self._ended(process)

    def call(self, target: str, log: Path, /, **arguments: Any) -> Any:
        """Result of `module:function(**arguments)` run in a child; its output goes to `log`.

        Raises BuildErrors of the function as they are, and BuildError with the end of the log for
        anything else, a killed child included.
        """
        with self._lock:
            reserved = self._reserved.pop(target.partition(":")[0], None)
        process, connection = reserved or self._start()
        try:
            connection.send((target, arguments, str(log), self.environment))
            succeeded, answer = connection.recv()
        except (EOFError, OSError):
            process.join()
            raise ChildDied(
                f"{target} died (exit code {process.exitcode}); end of its log:\n{tail(log)}"
            ) from None
        finally:
            connection.close()
            self._ended(process)
        if not succeeded:
            raise answer
        return answer

    def _start(self, prepare: str = "") -> tuple[Any, Connection]:
        connection, other = self.context.Pipe()
        process = self.context.Process(target=_child, args=(other, prepare, os.getpid()))
        with self._lock:
            with environment(self.environment):
                process.start()
            self._children.add(process)
        other.close()
        return process, connection

    def _ended(self, process: Any) -> None:
        process.join()
        with self._lock:
            self._children.discard(process)

    def stop(self) -> None:
        """Kills whatever still runs; calls that wait for it fail, new ones are welcome."""
        with self._lock:
            for process in self._children:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()


@contextlib.contextmanager
def environment(values: Mapping[str, str]) -> Any:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _child(connection: Connection, prepare: str, builder: int) -> None:
    """One call: waits for it, answers it, goes."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        if prepare:
            _function(prepare)()
        target, arguments, log, settings = connection.recv()
    except EOFError:  # reserved, and not needed after all
        return
    os.environ.update(settings)
    try:
        os.kill(builder, 0)
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(output, 1)
        os.dup2(output, 2)
        answer = (True, _function(target)(**arguments))
    except BuildError as error:
        answer = (False, error)
    except OSError as error:
        traceback.print_exc()
        answer = (False, OSError(error.errno, error.strerror, error.filename))
    except BaseException as error:  # the child must answer whatever happens
        traceback.print_exc()
        answer = (False, BuildError(f"{target}: {type(error).__name__}: {error}"))
    with contextlib.suppress(Exception):
        sys.stdout.flush()
        sys.stderr.flush()
    connection.send(answer)
    connection.close()


def _function(target: str) -> Any:
    module, _, function = target.partition(":")
    return getattr(importlib.import_module(module), function)


def tail(log: Path, lines: int = 40) -> str:
    """The last lines of a log, or a note that there is none."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return "(no log)"
    return "\n".join(text.splitlines()[-lines:])


def pid_record(path: Path) -> None:
    """Notes this process and its start time, so that a later build can tell it from another."""
    import psutil  # noqa: PLC0415

    me = psutil.Process()
    path.write_text(json.dumps([me.pid, me.create_time()]), encoding="ascii")


def clear_leftovers(records: list[Path]) -> int:
    """Kills processes noted by an earlier, dead build that still live; returns how many."""
    import psutil  # noqa: PLC0415

    killed = 0
    for record in records:
        with contextlib.suppress(psutil.Error, ValueError, OSError):
            pid, created = json.loads(record.read_text(encoding="ascii"))
            process = psutil.Process(pid)
            if abs(process.create_time() - created) < 0.01:
                process.kill()
                killed += 1
    return killed
