"""Runs one chapter by papermill, in this process or an ordinary kernel, and judges what it gave."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from thesisbook.engine.chapters import literal, normalised
from thesisbook.engine.errors import BuildError, ChapterFailed
from thesisbook.engine.fast import reads
from thesisbook.engine.fast.processes import Tell, Told

ANSI = re.compile(r"\x1b\[[0-9;]*m")
#: A cell that does not let itself be stopped is ended with its process after its limit times this.
PATIENCE = 1.25
#: Set-up of an ordinary kernel: it notes what it reads; nothing of the user's own reaches it.
KERNEL_SETTINGS = "c.HistoryManager.enabled = False\nc.IPKernelApp.exec_PYTHONSTARTUP = False\n"
KERNEL_START = """from thesisbook.engine.fast.reads import record_cells as _record_cells
_record_cells({root!r}, {trace!r})
del _record_cells
"""


def execute(
    *,
    root: str,
    chapter: str,
    parameters: dict[str, Any],
    out: str,
    work: str,
    kernel: bool,
    cell_seconds: float,
    tell: Tell = lambda told: None,
) -> dict[str, Any]:
    """Runs a chapter in this (short-lived) process; returns the trace of what it read.

    The notebook is the copy `work`/chapter.source.ipynb that the plan hashed. With `kernel` its
    cells run in an ordinary kernel, which needs no more of this package than that it is installed;
    a cell may take `cell_seconds`. The executed notebook is written to `out` only when every cell
    has run without a fault. Raises ChapterFailed with cell, traceback and parameters; the half-run
    notebook then stands in `work`.
    """
    import papermill  # noqa: PLC0415 - only builds need jupyter
    from jupyter_client.kernelspec import NoSuchKernel  # noqa: PLC0415
    from nbclient.exceptions import CellTimeoutError, DeadKernelError  # noqa: PLC0415

    logging.getLogger("papermill").setLevel(logging.WARNING)
    project, folder = Path(root), Path(work)
    source, half_run = folder / f"{chapter}.source.ipynb", folder / f"{chapter}.ipynb"
    cells = _Cells(chapter, source, parameters, tell, cell_seconds * PATIENCE + 1)
    run = partial(
        papermill.execute_notebook,
        literal(source),
        literal(half_run),
        parameters=parameters,
        progress_bar=False,
        request_save_on_cell_execute=False,
        record_timing=False,
        cwd=project / "notebooks",
        execution_timeout=cell_seconds,
        on_cell_start=cells.starts,
    )
    try:
        nb, trace = (_in_kernel if kernel else _here)(run, project, folder / f"{chapter}.trace")
    except papermill.PapermillExecutionError as error:
        told = "\n".join(error.traceback or [f"{error.ename}: {error.evalue}"])
        raise cells.failed(error.cell_index, told, half_run) from None
    except CellTimeoutError:
        raise cells.failed(cells.last, f"no end after {cell_seconds:g} s", half_run) from None
    except DeadKernelError:
        raise cells.failed(cells.last, "its kernel died", half_run) from None
    except NoSuchKernel as error:
        raise BuildError(
            f"chapter {chapter} wants the kernel {error.name!r}, which is not installed: "
            "set its kernelspec to python3"
        ) from None
    except papermill.exceptions.PapermillException as error:
        raise BuildError(f"chapter {chapter}: {error}") from None
    tell(Told(f"chapter {chapter}, after its last cell"))
    for index, cell in enumerate(nb.cells):
        if fault := _fault(cell):
            raise cells.failed(index, fault, half_run)
    Path(out).write_bytes(normalised(nb, parameters))
    return trace


class _Cells:
    """Which cell is at work, in the words of the one who wrote the notebook."""

    def __init__(
        self, chapter: str, source: Path, parameters: Mapping[str, Any], tell: Tell, seconds: float
    ) -> None:
        self.chapter, self.parameters = chapter, parameters
        self.last = 0
        self._tell, self._seconds = tell, seconds
        self._cells = json.loads(source.read_text(encoding="utf-8"))["cells"]

    def starts(self, cell: Any, cell_index: int) -> None:
        self.last = cell_index
        self._tell(Told(f"chapter {self.chapter}, {self._name(cell_index)}", self._seconds))

    def _number(self, index: int) -> int:
        """Place of a cell in the source, from 1; of the injected one, that of the defaults."""
        tags = [cell["metadata"].get("tags", []) for cell in self._cells]
        injected = next((n + 1 for n, given in enumerate(tags) if "parameters" in given), None)
        return index + 1 if injected is None or index < injected else index

    def _name(self, index: int) -> str:
        return f"cell {self._number(index)} of {len(self._cells)}"

    def failed(self, index: int, fault: str, half_run: Path) -> ChapterFailed:
        source = self._cells[self._number(index) - 1]["source"]
        code = "\n".join(f"    {line}" for line in "".join(source).splitlines())
        shown = ", ".join(f"{name}={value!r}" for name, value in self.parameters.items())
        return ChapterFailed(
            self.chapter,
            f"chapter {self.chapter} failed in {self._name(index)} with {shown}\n{code}\n"
            f"{ANSI.sub('', fault)}",
            half_run,
        )


def _fault(cell: Any) -> str:
    """Why a cell may not be published, although papermill was content; or nothing.

    A cell that left by `sys.exit(0)` stops papermill without an error. What a cell wrote to
    standard error, a warning most of all, is no part of a page, and is not hidden either.
    """
    from thesisbook.engine.fast.papermill_engine import OUTPUT_LIMIT  # noqa: PLC0415

    if cell.cell_type != "code":
        return ""
    for output in cell.outputs:
        if output.output_type == "error":
            return f"{output.ename}: {output.evalue}\nthe cells after it did not run"
    if len(json.dumps(cell.outputs, ensure_ascii=False)) > OUTPUT_LIMIT:
        return f"more than {OUTPUT_LIMIT / 1e6:g} MB of output"
    complaint = "".join(o.text for o in cell.outputs if o.get("name") == "stderr")
    if complaint:
        return f"wrote to standard error, which stands on no page: {complaint.strip()}"
    if cell.source.strip() and cell.execution_count is None:
        return "did not run"
    return ""


def _here(run: Callable[..., Any], project: Path, trace: Path) -> tuple[Any, dict[str, Any]]:
    """Runs the cells in this process; the executed notebook and what it read."""
    from thesisbook.engine.fast import papermill_engine  # noqa: PLC0415

    _own_settings(trace)
    with reads.recording(project) as recorder:
        nb = run(engine_name=papermill_engine.register())
    return nb, recorder.trace().as_json()


def _in_kernel(run: Callable[..., Any], project: Path, trace: Path) -> tuple[Any, dict[str, Any]]:
    """The same with the cells in an ordinary kernel."""
    profile = _own_settings(trace)
    (profile / "ipython_kernel_config.py").write_text(KERNEL_SETTINGS, encoding="utf-8")
    begin = KERNEL_START.format(root=str(project), trace=str(trace))
    (profile / "startup/reads.py").write_text(begin, encoding="utf-8")
    try:
        nb = run()
    except RuntimeError as error:
        if "before replying" not in str(error):
            raise
        nb = run()  # another process took one of the ports between their choice and the start
    if not trace.exists():
        raise BuildError(f"{trace.stem}: its kernel left no record of what it read")
    return nb, json.loads(trace.read_text(encoding="utf-8"))


def _own_settings(trace: Path) -> Path:
    """Gives this process an empty profile of IPython's, so that nobody's own reaches a chapter."""
    settings = trace.with_suffix(".ipython")
    profile = settings / "profile_default"
    (profile / "startup").mkdir(parents=True, exist_ok=True)
    os.environ["IPYTHONDIR"] = str(settings)
    return profile
