from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from toy_project import PACKAGE, build, make_toy

import thesisbook


@pytest.fixture(scope="session", autouse=True)
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy of the package that builds run with."""
    source = tmp_path_factory.mktemp("package")
    shutil.copytree(Path(thesisbook.__file__).parent, source / "thesisbook")
    PACKAGE[:] = [source / "thesisbook"]
    return PACKAGE[0]


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
