"""The shell of an ordinary notebook kernel, run in this process: same messages, no sockets.

`ipykernel`'s own shell, display hook and display publisher do the work. They speak to a session
that hands each message over at once instead of sending it to another process.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from ipykernel.compiler import XCachingCompiler
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.interactiveshell import ExecutionResult
from jupyter_client.session import Session, json_packer, json_unpacker
from nbclient.exceptions import CellTimeoutError
from traitlets import observe
from traitlets.config import Config

from thesisbook.engine.fast.process_state import (
    caught,
    interruptible,
    kept_state,
    limited,
    own_event_loop,
)

Message = dict[str, Any]
Sink = Callable[[Message], None]

INLINE = "module://matplotlib_inline.backend_inline"


class TooMuchOutput(Exception):
    """A cell printed or displayed more than is allowed."""


class _HandedOver(Session):
    """A session whose messages go to the `stream` (a function), through JSON as over a socket."""

    def send(
        self, stream: Any, msg_or_type: Any, content: Any = None, *args: Any, **kw: Any
    ) -> Any:
        named = isinstance(msg_or_type, str)
        message = self.msg(msg_or_type, content) if named else msg_or_type
        packed = json_packer(message["content"])
        stream({**message, "content": json_unpacker(packed)}, len(packed))
        return message


class _Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a cell; `fileno` is that of the process, caught as well."""

    encoding, errors = "utf-8", "strict"  # type: ignore[assignment]

    def __init__(self, name: str, descriptor: int, write: Callable[[str, str], None]) -> None:
        self.name, self._descriptor, self._write = name, descriptor, write
        self._parts: list[str] = []
        self._process = os.getpid()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if os.getpid() == self._process:
            self._write(self.name, text)
        else:  # a fork of the cell: its words reach the page by way of the process's own output
            os.write(self._descriptor, text.encode())
        return len(text)


class _Shell(ZMQInteractiveShell):
    """The kernel's shell without a kernel."""

    @observe("exit_now")
    def _update_exit_now(self, change: Any) -> None:
        """There is no event loop to stop."""


def _draw_inline(shell: Any) -> None:
    """Figures of cells are shown, also where this process loaded matplotlib for other uses or
    another shell: matplotlib reads the backend only once, and joins the shell of that moment."""
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is None or os.environ["MPLBACKEND"] != INLINE:
        return
    joined = INLINE.removeprefix("module://") in sys.modules
    if joined or matplotlib.get_backend(auto_select=False) != INLINE:
        from IPython.core.pylabtools import activate_matplotlib  # noqa: PLC0415
        from matplotlib_inline.backend_inline import configure_inline_support  # noqa: PLC0415

        activate_matplotlib(INLINE)
        join: Any = configure_inline_support
        join.current_backend = "unset"  # this shell's formats are not set
        join(shell, INLINE)


# What looks for the shell of a notebook by its name shall find it.
_Shell.__name__ = ZMQInteractiveShell.__name__


class Shell:
    """Runs cells one after another in one namespace; use as a context manager.

    Within it this process is the notebook's: standard output and error, working folder's imports
    and `__main__` are the cells'. All of it is put back at the end. Only one can be at work, in
    the main thread if cells have a time limit.
    """

    def __init__(self, output_limit: int) -> None:
        self.output_limit = output_limit
        self._sink: Sink = lambda message: None
        self._used = 0
        self._streams: list[tuple[str, list[str]]] = []

    def __enter__(self) -> Shell:
        if ZMQInteractiveShell.initialized():
            raise RuntimeError("an IPython shell is at work in this process already")
        self._stack = contextlib.ExitStack()
        with self._stack as stack:
            stack.enter_context(kept_state())
            self._files = [stack.enter_context(caught(number)) for number in (1, 2)]
            self._shell = stack.enter_context(self._ipython())
            for name, descriptor in (("stdout", 1), ("stderr", 2)):
                stream = _Stream(name, descriptor, self._write)
                stream.flush = self._flush  # type: ignore[method-assign]
                setattr(sys, name, stream)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    @contextlib.contextmanager
    def _ipython(self) -> Iterator[_Shell]:
        os.environ.setdefault("MPLBACKEND", INLINE)
        settings = Config({"HistoryManager": {"enabled": False}})
        shell = _Shell.instance(config=settings, user_ns={}, compiler_class=XCachingCompiler)
        self._session = _HandedOver()
        for part in (shell.displayhook, shell.display_pub):
            part.session, part.pub_socket = self._session, self._send
        shell.displayhook.topic = b"execute_result"
        try:
            _draw_inline(shell)
            yield shell
        finally:
            shell.restore_sys_module_state()
            atexit.unregister(shell.atexit_operations)
            shell.atexit_operations()
            _Shell.clear_instance()

    def run(self, source: str, sink: Sink, seconds: float | None = None) -> Message | None:
        """Runs a cell; `sink` gets each message of it in order. Returns the error, if it failed.

        `seconds` is the time it may take. The error is the content of a kernel's reply: `ename`,
        `evalue`, `traceback`.
        """
        self._sink, self._used = sink, 0
        self._tell("execute_input", execution_count=self._shell.execution_count)
        with limited(seconds) as late, interruptible() as interrupted, own_event_loop():
            process = os.getpid()
            result = self._shell.run_cell(source, store_history=True)
            if os.getpid() != process:
                os._exit(0)  # the cell forked, and this is the fork: the notebook is not its own
        self._flush()
        if interrupted:
            raise KeyboardInterrupt
        if error := self._error(result) or self._left():
            return error
        return self._told(CellTimeoutError.__name__, late[0]) if late else self._rest()

    def _error(self, result: ExecutionResult) -> Message | None:
        error = result.error_before_exec or result.error_in_exec
        shell: Any = self._shell
        if error is None and not shell._last_traceback_during_displayhook:
            return None
        trace = shell._last_traceback or []
        return {"ename": type(error).__name__, "evalue": str(error), "traceback": trace}

    def _left(self) -> Message | None:
        """The fault of a cell that called `exit()`, after which a kernel would be gone."""
        if not self._shell.exit_now:
            return None
        return self._told("SystemExit", "the cell called exit()")

    def _rest(self) -> Message | None:
        """Takes what other programs wrote last; the fault of a cell with too much output."""
        with contextlib.suppress(TooMuchOutput):
            self._past_python()
        self._flush()
        if self._used > self.output_limit:
            return self._told(TooMuchOutput.__name__, self._too_much())
        return None

    def _past_python(self) -> None:
        """Takes what libraries and other programs wrote to the descriptors of the process."""
        for name, file in zip(("stdout", "stderr"), self._files, strict=True):
            if text := file.read(self.output_limit + 1):
                self._take(name, text.decode("utf-8", "replace"))

    def _told(self, name: str, message: str) -> Message:
        """A fault that no line of the cell raised, as an output of it."""
        content = {"ename": name, "evalue": message, "traceback": [f"{name}: {message}"]}
        self._tell("error", **content)
        return content

    def _too_much(self) -> str:
        return f"more than {self.output_limit / 1e6:g} MB of output"

    def _write(self, name: str, text: str) -> None:
        self._past_python()
        self._take(name, text)

    def _take(self, name: str, text: str) -> None:
        self._used += len(text)
        if self._used > self.output_limit:
            raise TooMuchOutput(self._too_much())
        if not self._streams or self._streams[-1][0] != name:
            self._streams.append((name, []))
        self._streams[-1][1].append(text)

    def _flush(self) -> None:
        waiting, self._streams = self._streams, []
        for name, parts in waiting:
            self._tell("stream", name=name, text="".join(parts))

    def _tell(self, kind: str, **content: Any) -> None:
        self._sink(self._session.msg(kind, content))

    def _send(self, message: Message, length: int) -> None:
        """Takes a message of the shell; `length` is that of its content."""
        self._used += length
        if self._used > self.output_limit and message["msg_type"] != "error":
            raise TooMuchOutput(self._too_much())
        self._sink(message)
