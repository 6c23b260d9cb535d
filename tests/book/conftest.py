from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from book_copies import CHAPTERS, Executed, copy_sources, read_chapter, run_chapter

from thesisbook.engine.command import settings_of
from thesisbook.engine.fast.processes import Launcher
from thesisbook.engine.project import Project, Variant

Runner = Callable[..., Executed]


@pytest.fixture(scope="session")
def launcher(unchanged: Path) -> Iterator[Launcher]:
    """The build's warm parent, from which every chapter of these tests is forked."""
    made = Launcher()
    made.environment |= settings_of(Project(unchanged))
    made.warm()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project as it stands: what it gives is not disturbed by edits meanwhile."""
    return copy_sources(tmp_path_factory.mktemp("unchanged") / "project")


@pytest.fixture(scope="session")
def run(launcher: Launcher) -> Runner:
    """Runs a chapter of a project, with a scenario and overrides."""

    def run(
        project: Path,
        chapter: str,
        scenario: str = "base",
        overrides: Mapping[str, Any] = {},
        kernel: bool = False,
    ) -> Executed:
        return run_chapter(launcher, project, chapter, Variant(scenario, overrides), kernel)

    return run


@pytest.fixture(scope="session")
def base(built_book: Path) -> dict[str, Executed]:
    """Every chapter in base, as the build of the whole book ran it."""
    place = built_book / "book" / "chapters"
    return {chapter: read_chapter(place / f"{chapter}.ipynb") for chapter in CHAPTERS}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project that a test may change."""
    return copy_sources(tmp_path / "project")
