"""Progress of a build on the terminal: one line for each finished stage, and a bar if possible."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TextIO


@dataclass
class Progress:
    """Collects stages and their times; draws with rich on a terminal, else prints plain lines.

    Quiet in CI (environment variable CI) apart from one line per stage that ran.
    """

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    verbose: bool = False
    finished: list[tuple[str, float]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._bar: Any = None

    @property
    def lively(self) -> bool:
        return self.stream.isatty() and not os.environ.get("CI")

    @contextmanager
    def running(self) -> Iterator[Progress]:
        """Draws a live list of running stages while the build is at work."""
        if not self.lively:
            yield self
            return
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import Progress as Bar  # noqa: PLC0415
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Bar(*columns, console=Console(file=self.stream), transient=True) as bar:
            self._bar = bar
            try:
                yield self
            finally:
                self._bar = None

    @contextmanager
    def task(self, name: str, reason: str = "") -> Iterator[None]:
        """One stage at work."""
        bar, row, started = self._bar, None, time.perf_counter()
        if bar is not None:
            row = bar.add_task(name, total=None)
        if self.verbose and reason:
            self.say(f"{name}: {reason}")
        try:
            yield
        finally:
            if bar is not None and row is not None:
                bar.remove_task(row)
        seconds = time.perf_counter() - started
        with self._lock:
            self.finished.append((name, seconds))
        self.say(f"{seconds:7.1f} s  {name}")

    @contextmanager
    def counting(self, name: str, total: int) -> Iterator[Callable[[], None]]:
        """A bar over many equal tasks; yields the function that moves it on by one."""
        if not self.lively:
            yield lambda: None
            return
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import Progress as Bar  # noqa: PLC0415

        with Bar(console=Console(file=self.stream)) as bar:
            self._bar, row = bar, bar.add_task(name, total=total)
            try:
                yield lambda: bar.advance(row)
            finally:
                self._bar = None

    def kept(self, name: str) -> None:
        """Count a stage that is skipped because its record holds."""
        self.skipped.append(name)
        if self.verbose:
            self.say(f"   kept    {name}")

    def say(self, text: str) -> None:
        with self._lock:
            if self._bar is not None:
                self._bar.console.print(text, markup=False, highlight=False)
            else:
                print(text, file=self.stream, flush=True)
