"""How long and how widely hypothesis looks, the project's own data, and the browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from thesisbook.data import Dataset, load_dataset
from thesisbook.data.store import FOLDER

ROOT = Path(__file__).parents[1]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

# Ordinary runs try the same examples every time and on a machine of any speed: they tell whether
# this change broke something. The long run (`make soak`) looks elsewhere each time.
settings.register_profile(
    "same",
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("soak", settings.get_profile("same"), derandomize=False, max_examples=500)
settings.load_profile("same")
# Fixtures behind which the book is built.
BOOKS = frozenset({"built_book", "both_languages", "site"})


def pytest_configure(config: pytest.Config) -> None:
    """Parse a data set once for all workers of a run, as a build does for its processes."""
    if FOLDER not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="datasets-")
        config.add_cleanup(folder.cleanup)
        os.environ[FOLDER] = folder.name


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the built book come first: its worker builds it while the others do the rest."""
    items.sort(key=lambda item: BOOKS.isdisjoint(getattr(item, "fixturenames", ())))


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    """The project's own data set, read once."""
    return load_dataset(ROOT)


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Makes a file or folder, of which it gives the place, once for all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base

    def made(name: str, make: Callable[[Path], object]) -> Path:
        place, ready = shared / name, shared / f"{name}.ready"
        with FileLock(f"{ready}.lock"):
            if not ready.exists():
                make(place)
                ready.touch()
        return place

    return made


@pytest.fixture(scope="session")
def built_book(made_once: Callable[..., Path]) -> Path:
    """The project with every scenario's site and print edition up to date in its own _build.

    It is built once for all tests and workers of a run, and not at all where `make book` did.
    """
    # what `make book` made in another language stays beside the English
    languages = ["--lang", "all"] if (ROOT / "_build" / "html" / "zh").is_dir() else []
    made_once("book", lambda _: build(["--all", *languages]))
    return ROOT


@pytest.fixture(scope="session")
def both_languages(built_book: Path, made_once: Callable[..., Path]) -> Path:
    """A folder with base in each language: one site, and print editions."""
    options = ["--lang", "all", "--only", "html", "--only", "pdf"]
    return made_once("both-languages", lambda out: build([*options, "--out", str(out)]))


def build(options: list[str]) -> None:
    """Build the project with `options`."""
    command = [sys.executable, "-m", "thesisbook", "build", *options]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-3000:]


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Debian's Chromium through Playwright; tests that want it are skipped where it is missing."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield launched
        launched.close()
