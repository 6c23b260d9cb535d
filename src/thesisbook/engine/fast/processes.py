"""Child processes forked from one warm parent, none of which outlives its build.

The parent is the standard library's fork server with the libraries of this project imported
once. Every stage of a build runs in a fork of it: fresh state, no import time. Each child leads a
process group and ends it when the build has gone, so that even `kill -9` of the build leaves
nothing behind, and neither does a child that forked.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from thesisbook.engine.errors import BuildError

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
#: Seconds a child that has answered may take to end.
PARTING = 5.0


class ChildDied(BuildError):
    """A child ended, or was ended, before it could answer. `where` is what it told last."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(message)
        self.where = where


@dataclass(frozen=True)
class Told:
    """What a child is doing now, and the seconds it may take until it tells more (None: any)."""

    where: str
    seconds: float | None = None


Tell = Callable[[Told], None]


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
        self._reserved: tuple[Any, Connection] | None = None
        self._lock = threading.Lock()

    def warm(self, site: bool = True) -> None:
        """Starts the parent (in the background; calls wait for it), with what pages need or not."""
        if not self.forking:
            return
        from multiprocessing import forkserver  # noqa: PLC0415

        # Not spelled out: what is imported ahead is no part of what a chapter is made of.
        names = ["chapter_libraries", *(["site_libraries"] if site else [])]
        self.context.set_forkserver_preload([f"{__package__}.{name}" for name in names])
        with environment(self.environment):
            forkserver.ensure_running()

    def reserve(self, prepare: Callable[[], None]) -> None:
        """Starts a child that runs `prepare` and awaits the call with `reserved=True`.

        So one core can import what pages need while the other still runs a chapter.
        """
        if self.forking:
            self._reserved = self._start(prepare)

    def release(self) -> None:
        """Lets the child go that was reserved and never called."""
        if (reserved := self._take_reserved()) is not None:
            process, connection = reserved
            connection.close()
            _kill(process)
            self._end(process)

    def call(
        self,
        function: Callable[..., Any],
        log: Path,
        /,
        *,
        telling: bool = False,
        reserved: bool = False,
        **arguments: Any,
    ) -> Any:
        """Result of `function(**arguments)` run in a child; its output goes to `log`.

        A function that is `telling` gets a further argument `tell`: what it tells is named when it
        dies, and it is ended when it tells nothing for the time that it asked for. Raises
        BuildErrors of the function as they are, ChildDied for a child that ended, and BuildError
        for anything else.
        """
        taken = self._take_reserved() if reserved else None
        process, connection = taken or self._start()
        told = Told(f"{function.__module__}.{function.__qualname__}")
        try:
            connection.send((function, arguments, telling, str(log), self.environment))
            answer = told
            while isinstance(answer, Told):
                told = answer
                # a fork of the child may hold the connection open, so its end is awaited as well
                ready = wait([connection, process.sentinel], told.seconds)
                if not ready:
                    raise TimeoutError
                if connection not in ready:
                    raise EOFError
                answer = connection.recv()
            succeeded, result = answer
        except TimeoutError:
            seconds = f"{told.seconds:g} s"
            message = f"{told.where}: stopped, because nothing was heard of it for {seconds}"
            raise ChildDied(message, told.where) from None
        except (EOFError, OSError):
            process.join()
            message = f"{told.where}: its process {_ending(process.exitcode)}"
            raise ChildDied(f"{message}; end of its log:\n{tail(log)}", told.where) from None
        finally:
            connection.close()
            self._end(process)
        if not succeeded:
            raise result
        return result

    def stop(self) -> None:
        """Kills whatever still runs; calls that wait for it fail, new ones are welcome."""
        with self._lock:
            for process in self._children:
                _kill(process)

    def _take_reserved(self) -> tuple[Any, Connection] | None:
        with self._lock:
            reserved, self._reserved = self._reserved, None
        return reserved

    def _start(self, prepare: Callable[[], None] | None = None) -> tuple[Any, Connection]:
        connection, other = self.context.Pipe()
        process = self.context.Process(target=_child, args=(other, prepare))
        with self._lock:
            with environment(self.environment):
                process.start()
            self._children.add(process)
        other.close()
        return process, connection

    def _end(self, process: Any) -> None:
        """Waits for a child that has answered to end; then whatever it started is ended too."""
        wait([process.sentinel], PARTING if process.exitcode is None else 0)
        _kill(process)
        process.join()
        with self._lock:
            self._children.discard(process)


def _kill(process: Any) -> None:
    """Ends a child with its whole group, or the child alone while it leads none yet."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        process.kill()


def _ending(status: int | None) -> str:
    if status is not None and status < 0:
        return f"was killed ({signal.Signals(-status).name}; out of memory, perhaps)"
    return f"ended (exit code {status})"


@contextlib.contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Within it the environment has these values."""
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


def _child(connection: Connection, prepare: Callable[[], None] | None) -> None:
    """Child entry point: run one request, send the result, exit."""
    os.setsid()
    threading.Thread(target=_end_with_builder, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        if prepare is not None:
            prepare()
        function, arguments, telling, log, settings = connection.recv()
    except EOFError:  # reserved, and not needed after all
        return
    os.environ.update(settings)
    if telling:
        arguments["tell"] = partial(_tell, connection, os.getpid())
    try:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.close(output)
        answer = (True, function(**arguments))
    except BuildError as error:
        answer = (False, error)
    except OSError as error:
        traceback.print_exc()
        answer = (False, OSError(error.errno, error.strerror, error.filename))
    except BaseException as error:  # the child must answer whatever happens
        traceback.print_exc()
        name = f"{function.__module__}.{function.__qualname__}"
        answer = (False, BuildError(f"{name}: {type(error).__name__}: {error}"))
    with contextlib.suppress(Exception):
        sys.stdout.flush()
        sys.stderr.flush()
    connection.send(answer)
    connection.close()


def _tell(connection: Connection, process: int, told: Told) -> None:
    if os.getpid() == process:  # a fork of the child does not speak for it
        connection.send(told)


def _end_with_builder() -> None:
    """Ends this process and all that it started when the build has gone."""
    builder = multiprocessing.parent_process()
    if builder is not None:
        wait([builder.sentinel])
        os.killpg(0, signal.SIGKILL)


def tail(log: Path, lines: int = 40) -> str:
    """The last lines of a log, or a note that there is none."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return "(no log)"
    return "\n".join(text.splitlines()[-lines:])
