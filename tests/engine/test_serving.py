"""`serve` shows what was built; `watch` builds again on every change and the page follows."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from toy_project import PACKAGE, command, edit, environment_of, thesisbook

PAGE = "book/chapters/01_sales.html"
SECONDS = 240


class Running:
    """A server started by the command line, and what it has said."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process, self.said = process, ""
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                for line in stream:
                    self.said += line

    def wait_for(self, words: str) -> re.Match[str]:
        """Until it has said something that matches."""
        until = time.monotonic() + SECONDS
        while not (found := re.search(words, self.said)):
            assert self.process.poll() is None, self.said
            assert time.monotonic() < until, f"{words!r} is not in {self.said}"
            time.sleep(0.05)
        return found

    def get(self, name: str) -> str:
        address = self.wait_for(r"http://127\.0\.0\.1:\d+/")[0]
        with urllib.request.urlopen(address + name, timeout=SECONDS) as answer:
            return answer.read().decode("utf-8")

    def until_page_has(self, words: str, page: str = PAGE) -> None:
        until = time.monotonic() + SECONDS
        while words not in self.get(page):
            assert self.process.poll() is None, self.said
            assert time.monotonic() < until, f"{words!r} did not come: {self.said}"
            time.sleep(0.1)


@contextmanager
def running(root: Path, *arguments: str, package: Path = PACKAGE) -> Iterator[Running]:
    pipe = subprocess.STDOUT if arguments[0] == "serve" else subprocess.PIPE
    process = subprocess.Popen(
        command(root, *arguments, "--port", "0"),
        env=environment_of(package, PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE if arguments[0] == "serve" else subprocess.DEVNULL,
        stderr=pipe,
        text=True,
        # a shell without job control starts what it puts aside with Ctrl-C ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    try:
        yield Running(process)
    finally:
        process.kill()
        process.wait()


def test_serve_shows_the_built_site_and_ends_with_ctrl_c(built_toy: Path) -> None:
    with running(built_toy, "serve") as server:
        assert "Sales in English." in server.get(PAGE)
        with pytest.raises(urllib.error.HTTPError, match="404"):
            server.get("nothing.html")
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(SECONDS) == 130


def test_serve_without_a_site_says_what_to_do(toy: Path) -> None:
    done = thesisbook(toy, "serve", "--port", "0")
    assert done.returncode == 1
    assert "has no site yet: run thesisbook build" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_watch_follows_text_and_data_and_outlives_a_fault(copied_toy: Path) -> None:
    with running(copied_toy, "watch") as watch:
        watch.wait_for("nothing to do|replaced")
        version = watch.get("__version")
        assert "location.reload" in watch.get(PAGE)
        edit(copied_toy / "notebooks/01_sales.ipynb", "Sales in English.", "Sales, in English.")
        watch.until_page_has("Sales, in English.")
        watch.wait_for("01_sales: its text changed")
        edit(copied_toy / "data/facts/market.csv", ",1250,", ",1251,")
        watch.until_page_has("base {} en 1251.0")
        assert int(watch.get("__version")) > int(version)

        edit(copied_toy / "data/facts/market.csv", ",1251,", ",not a number,")
        watch.wait_for("the page still shows the last good build")
        assert "market.csv" in watch.said
        assert "base {} en 1251.0" in watch.get(PAGE)
        edit(copied_toy / "data/facts/market.csv", ",not a number,", ",1252,")
        watch.until_page_has("base {} en 1252.0")


def test_watch_shows_the_scenario_that_was_asked_for(copied_toy: Path) -> None:
    with running(copied_toy, "watch", "--scenario", "bull") as watch:
        watch.wait_for("nothing to do|replaced")
        assert "bull {} en 1250.0" in watch.get(PAGE)
    assert "base {} en 1250.0" in (copied_toy / "_build/html" / PAGE).read_text(encoding="utf-8")


def test_watch_starts_anew_when_the_package_changes(copied_toy: Path, tmp_path: Path) -> None:
    own = shutil.copytree(PACKAGE, tmp_path / "own" / "thesisbook")
    with running(copied_toy, "watch", package=own) as watch:
        watch.wait_for("nothing to do|replaced")
        edit(own / "engine" / "serving.py", "(Ctrl-C stops)", "(Ctrl-C ends it)")
        watch.wait_for("package code changed")
        watch.wait_for("Ctrl-C ends it")


@pytest.mark.browser
def test_the_open_page_reloads_itself(browser: Any, copied_toy: Path) -> None:
    with running(copied_toy, "watch") as watch:
        watch.wait_for("nothing to do|replaced")
        page = browser.new_page()
        page.goto(watch.wait_for(r"http://127\.0\.0\.1:\d+/")[0] + PAGE)
        page.get_by_text("Sales in English.").wait_for()
        edit(copied_toy / "notebooks/01_sales.ipynb", "Sales in English.", "Sales, in English.")
        page.get_by_text("Sales, in English.").wait_for(timeout=SECONDS * 1000)
        page.close()
