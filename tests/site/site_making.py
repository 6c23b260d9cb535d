"""Builds a book with nothing but jupyter-book, as a reader would by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def build(source: Path) -> Path:
    """Build the book in `source`; returns the folder of its pages."""
    command = [Path(sys.executable).with_name("jupyter-book"), "build", source, "-n", "-W"]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    run = subprocess.run(
        [*map(str, command), "--keep-going"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-4000:]
    return source / "_build" / "html"
