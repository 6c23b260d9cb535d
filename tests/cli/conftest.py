"""The command line as a person types it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from thesisbook.cli import main
from thesisbook.cli.terminal import WIDTH

ROOT = Path(__file__).parents[2]


@pytest.fixture
def typed() -> Callable[..., Result]:
    """Runs `thesisbook -C <project> ...`; a fault that is not told in one line is raised."""

    def run(*words: str, project: Path = ROOT) -> Result:
        done = CliRunner(env={"COLUMNS": str(WIDTH)}).invoke(main, ["-C", str(project), *words])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run
