"""The good little project, and copies of it that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from thesisbook.data import Dataset, load_dataset

HERE = Path(__file__).parent


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the good project."""
    shutil.copytree(HERE / "good", tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture(scope="session")
def acme() -> Dataset:
    """The good project, loaded."""
    return load_dataset(HERE / "good")
