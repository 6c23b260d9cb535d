"""What a cell may change in the process that runs it, put back afterwards; its time; Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import locale
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from IPython.core.shellapp import InteractiveShellApp
from nbclient.exceptions import CellTimeoutError


@contextlib.contextmanager
def caught(descriptor: int) -> Iterator[Any]:
    """What is written to a descriptor of the process, as a file to read from."""
    with tempfile.NamedTemporaryFile(prefix="cell-output-") as file:
        kept = os.dup(descriptor)
        # opened anew, so that reading here does not move where others write
        taking = os.open(file.name, os.O_WRONLY | os.O_APPEND)
        os.dup2(taking, descriptor)
        os.close(taking)
        try:
            yield file
        finally:
            os.dup2(kept, descriptor)
            os.close(kept)


@contextlib.contextmanager
def kept_state() -> Iterator[None]:
    """Puts back what a shell or a cell changes in the process itself."""
    names = ("stdin", "stdout", "stderr", "displayhook", "excepthook")
    kept = {name: getattr(sys, name) for name in names}
    folder, path, variables = Path.cwd(), list(sys.path), dict(os.environ)
    words = locale.setlocale(locale.LC_ALL)
    sys.stdout.flush()
    sys.stderr.flush()
    InteractiveShellApp().init_path()
    with open(os.devnull, encoding="utf-8") as nothing:  # noqa: PTH123 - no file of the project
        sys.stdin = nothing
        try:
            yield
        finally:
            for name, value in kept.items():
                setattr(sys, name, value)
            os.chdir(folder)
            locale.setlocale(locale.LC_ALL, words)
            sys.path[:] = path
            os.environ.clear()
            os.environ.update(variables)


@contextlib.contextmanager
def limited(seconds: float | None) -> Iterator[list[str]]:
    """Raises CellTimeoutError, once, in the code within when its time is over, and notes it.

    Code that lets nothing stop it goes on: who started this process has to see to that.
    """
    late: list[str] = []
    if not seconds:
        yield late
        return
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("cells have a time limit only in the main thread of a process")

    def over(*_: Any) -> None:
        late.append(f"the cell has not ended after {seconds:g} s")
        raise CellTimeoutError(late[0])

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield late
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def own_event_loop() -> Iterator[None]:
    """Lets code within start an event loop of its own where one runs in this thread already."""
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(running)


@contextlib.contextmanager
def interruptible() -> Iterator[list[bool]]:
    """Notes Ctrl-C, which the shell would take for a fault of the cell."""
    noted: list[bool] = []
    ours = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGINT)
    if not ours or before in (signal.SIG_IGN, None):
        yield noted
        return

    def interrupt(*_: Any) -> None:
        noted.append(True)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)
