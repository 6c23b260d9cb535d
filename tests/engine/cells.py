"""Notebooks of a few cells, and chapters made of them, run as a build runs a chapter."""

from __future__ import annotations

from pathlib import Path

import nbformat

from thesisbook.engine.execution import execute
from thesisbook.engine.fast.processes import Launcher

CHAPTER = "01_cells"
VALUES = {"scenario": "base", "overrides": {}, "language": "en"}
PARAMETERS = "scenario = 'base'\noverrides = {}\nlanguage = 'en'"


def notebook(*cells: str, **metadata: object) -> nbformat.NotebookNode:
    """A Python notebook of code cells."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nb = nbformat.v4.new_notebook(metadata={"kernelspec": kernel, **metadata})
    nb.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    return nb


def run_cells(
    launcher: Launcher, folder: Path, *cells: str, kernel: bool = False, seconds: float = 60.0
) -> nbformat.NotebookNode:
    """Runs a chapter of the parameters cell and these cells; the executed notebook."""
    (folder / "notebooks").mkdir(exist_ok=True)
    work = folder / "work"
    work.mkdir(exist_ok=True)
    nb = notebook(PARAMETERS, *cells)
    nb.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(nb, work / f"{CHAPTER}.source.ipynb")
    launcher.call(
        execute,
        work / "log",
        telling=True,
        root=str(folder),
        chapter=CHAPTER,
        parameters=VALUES,
        out=str(work / "done.ipynb"),
        work=str(work),
        kernel=kernel,
        cell_seconds=seconds,
    )
    return nbformat.read(work / "done.ipynb", as_version=4)
