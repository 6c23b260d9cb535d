"""Notebook kernels: forked from the warm process a chapter runs in, else a plain one.

A forked kernel is prepared before the notebook client starts its event loop: the fork waits for
its connection file. It is a session of its own (`setsid`) before its process group is read.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from thesisbook.engine.fast import reads as tracing
from thesisbook.engine.fast.processes import die_with_parent, pid_record

NATIVE = "python3"
#: Nothing of the user's own IPython set-up may reach a chapter.
QUIET = ("--HistoryManager.enabled=False", "--IPKernelApp.exec_PYTHONSTARTUP=False")

_prepared: ForkedKernel | None = None


class ForkedKernel:
    """A kernel process that is this process's fork, seen through Popen's interface."""

    stdin = stdout = stderr = None

    def __init__(self, root: Path, trace: Path) -> None:
        reader, self._writer = os.pipe()
        parent = os.getpid()
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._writer)
            _become_kernel(reader, parent, root, trace)
        os.close(reader)

    def start(self, connection_file: str, cwd: str) -> None:
        os.write(self._writer, f"{connection_file}\n{cwd}\n".encode())
        os.close(self._writer)

    def poll(self) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self) -> int:
        if self.returncode is None:
            _, status = os.waitpid(self.pid, 0)
            self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def send_signal(self, signum: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def _become_kernel(reader: int, parent: int, root: Path, trace: Path) -> None:
    """In the fork: a session of its own, wait for orders, serve, note what was read, go."""
    status = 1
    try:
        os.setsid()
        die_with_parent(parent)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with os.fdopen(reader, encoding="utf-8") as orders:
            connection_file, cwd = orders.readline().strip("\n"), orders.readline().strip("\n")
        if connection_file:
            os.chdir(cwd)
            serve(connection_file, root, trace)
            status = 0
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def serve(connection_file: str, root: Path, trace: Path) -> None:
    """Runs a kernel to its shutdown and writes what it read below `root` to `trace`."""
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415

    pid_record(trace.with_suffix(".pid"))
    with tracing.recording(root) as recorder:
        app = IPKernelApp.instance()
        app.initialize(["-f", connection_file, *QUIET])
        app.start()
    recorder.write(trace)


def prepare(root: Path, trace: Path, forking: bool) -> None:
    """Forks the kernel of the chapter this process is about to run, if it may."""
    global _prepared  # noqa: PLW0603 - handed to the manager that nbclient makes
    _prepared = ForkedKernel(root, trace) if forking and hasattr(os, "fork") else None
    _PLAIN.update(root=root, trace=trace)


_PLAIN: dict[str, Path] = {}


class Provisioner(LocalProvisioner):
    """Hands out the prepared fork, or starts this module in a fresh interpreter."""

    parent: Any
    process: Any

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        global _prepared
        fork, _prepared = _prepared, None
        if fork is None:
            where = [str(_PLAIN["root"]), str(_PLAIN["trace"]), str(os.getpid())]
            module = [sys.executable, "-m", "thesisbook.engine.fast.kernels"]
            connection = self.parent.connection_file
            return await super().launch_kernel([*module, connection, *where], **kwargs)
        cwd = str(kwargs.get("cwd") or Path.cwd())
        fork.start(self.parent.connection_file, cwd)
        self.process, self.pid, self.cwd = fork, fork.pid, Path(cwd)
        self.pgid = fork.pid
        return self.connection_info


class Manager(AsyncKernelManager):
    """Kernel manager whose native Python kernels come from `Provisioner`."""

    async def _async_pre_start_kernel(self, **kw: Any) -> Any:
        if self.kernel_name in (NATIVE, "") and self.provisioner is None:
            self.shutdown_wait_time = 20.0
            self.provisioner = Provisioner(
                kernel_id=self.kernel_id or "thesisbook", kernel_spec=self.kernel_spec, parent=self
            )
        return await super()._async_pre_start_kernel(**kw)


if __name__ == "__main__":
    _connection, _root, _trace, _parent = sys.argv[1:]
    die_with_parent(int(_parent))
    serve(_connection, Path(_root), Path(_trace))
