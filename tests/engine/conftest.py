from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from toy_project import build, make_toy

from thesisbook.engine.fast.processes import Launcher


@pytest.fixture(scope="session", autouse=True)
def warm_parent() -> None:
    """Every build of these tests forks from one parent that holds the libraries of all stages."""
    Launcher().warm()


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    return make_toy(tmp_path / "toy")


@pytest.fixture(scope="session")
def built_toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy that has been built; for tests that only read, or copy it."""
    root = make_toy(tmp_path_factory.mktemp("built") / "toy")
    build(root)
    return root


@pytest.fixture
def copied_toy(built_toy: Path, tmp_path: Path) -> Path:
    """A built toy of one's own, to edit. Copied with times, so that its records still hold."""
    return shutil.copytree(built_toy, tmp_path / "toy")
