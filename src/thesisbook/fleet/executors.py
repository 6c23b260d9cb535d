"""Executors of a sweep: processes of this machine, or the workers of a Dask scheduler.

Both are `concurrent.futures.Executor`s, so a sweep does not know which it has.
"""

from __future__ import annotations

import importlib.metadata
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from thesisbook.engine.errors import BuildError
from thesisbook.engine.fast.processes import ChildDied, Launcher

TRIES = 3


class LocalExecutor(Executor):
    """Each task in a process of its own, forked from a warm parent; a killed one is run again."""

    def __init__(self, jobs: int) -> None:
        self._threads = ThreadPoolExecutor(jobs)
        self._launcher = Launcher()
        self._launcher.warm()
        self._logs = tempfile.TemporaryDirectory(prefix="thesisbook-sweep-")

    def submit(self, function: Callable, /, *args: Any, **kwargs: Any) -> Future:
        return self._threads.submit(self._run, partial(function, *args), kwargs)

    def _run(self, function: Callable, arguments: dict[str, Any]) -> Any:
        log = Path(self._logs.name) / "log.txt"
        for attempt in range(1, TRIES + 1):
            try:
                return self._launcher.call(apply, log, function=function, arguments=arguments)
            except ChildDied:
                if attempt == TRIES:
                    raise
        return None

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        if cancel_futures:
            self._launcher.stop()
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        self._logs.cleanup()


def apply(function: Callable, arguments: dict[str, Any]) -> Any:
    """Calls a function in this process."""
    return function(**arguments)


@contextmanager
def executor(jobs: int, scheduler: str | None) -> Iterator[Executor]:
    """Local processes, or the workers of the Dask scheduler at that address."""
    if scheduler is None:
        with LocalExecutor(jobs) as local:
            yield local
    else:
        with _dask(scheduler) as remote:
            yield remote


@contextmanager
def _dask(scheduler: str) -> Iterator[Executor]:
    try:
        from distributed import Client  # noqa: PLC0415 - only with the extra `cluster`
    except ImportError:
        raise BuildError(
            "--scheduler needs the package distributed: pip install 'thesisbook[cluster]'"
        ) from None
    try:
        client = Client(scheduler, timeout="10s", set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise BuildError(f"no Dask scheduler answers at {scheduler}: {error}") from None
    try:
        _check_workers(client)
        yield client.get_executor(retries=TRIES - 1, pure=False)
    finally:
        client.close()


def _check_workers(client: Any) -> None:
    """Raise an error that names each worker without this version of the package."""
    here = importlib.metadata.version("thesisbook")
    found = client.run(worker_version)
    if not found:
        raise BuildError("the Dask scheduler has no workers")
    wrong = {worker: version for worker, version in found.items() if version != here}
    if wrong:
        told = ", ".join(f"{worker} has {version or 'none'}" for worker, version in wrong.items())
        raise BuildError(f"workers need thesisbook {here}: {told}")


def worker_version() -> str | None:
    """Version of the package on a worker, or None. Sent there by value, so self-contained."""
    import importlib.metadata  # noqa: PLC0415

    try:
        return importlib.metadata.version("thesisbook")
    except importlib.metadata.PackageNotFoundError:
        return None
