"""How long and how widely hypothesis looks, the project's own data, and the browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from thesisbook.data import Dataset, load_dataset

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


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    """The project's own data set, read once."""
    return load_dataset(ROOT)


@pytest.fixture(scope="session")
def built_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with every scenario's site and print edition up to date in its own _build.

    It is built once for all tests and workers of a run, and not at all where `make book` did.
    """
    base = tmp_path_factory.getbasetemp()
    place = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    ready = place / "built-book"
    with FileLock(f"{ready}.lock"):
        if not ready.exists():
            command = [sys.executable, "-m", "thesisbook", "build", "--all"]
            run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            assert run.returncode == 0, run.stderr[-3000:]
            ready.touch()
    return ROOT


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
