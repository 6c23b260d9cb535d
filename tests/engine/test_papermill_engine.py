"""The engine gives what an ordinary kernel gives, and leaves the process as it found it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import locale
import os
import signal
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from cells import notebook

from thesisbook.engine.chapters import normalised
from thesisbook.engine.execution import ANSI
from thesisbook.engine.fast.papermill_engine import InProcessEngine, register

CELLS = (
    "x = 1\nprint('one')\nx",
    "from IPython.display import HTML, Image, Markdown, clear_output, display, update_display\n"
    "display(HTML('<b>b</b>'), metadata={'a': 1})\nprint('after')",
    "shown = display(1, display_id='one')\nprint(2)\nshown.update(3)",
    "update_display(4, display_id='one')\n'result'",
    "print(1)\nclear_output(wait=True)\nprint(2)",
    "print('gone')\nclear_output()",
    "display({'application/json': {'a': [1, float(2)]}, 'text/plain': '中文'}, raw=True)",
    "import matplotlib.pyplot as plt\nplt.rcParams['svg.hashsalt'] = 'x'\n_ = plt.plot([1, 2])",
    "plt.figure(figsize=(1, 1)); plt.plot([2, 1]); plt.show(); print('drawn')",
    "import asyncio\nawait asyncio.sleep(0)\n'awaited'",
    "!echo shell",
    "%%bash\necho magic",
    "import os, sys\n_ = os.system('echo beside'); print('python')",
    "get_ipython().__class__.__name__, __name__, In[2], '' in sys.path",
    "os.path.basename(os.getcwd())",
    "import pandas as pd\npd.DataFrame({'a': [1, 2]})",
    "class Shown:\n    def _repr_markdown_(self): return '*m*'\nShown()",
    "None",
    "   ",
    "_",
)
FAILING = (
    "def f():\n    return 1 / 0\nf()",
    "x = (",
    "%nosuch",
    "print('before')\nraise ValueError('行')",
    "class Bad:\n    def __repr__(self): raise KeyError('r')\nBad()",
    "raise KeyboardInterrupt",
)


def executed(nb: nbformat.NotebookNode, folder: Path, engine: str | None) -> bytes:
    """The notebook after papermill, in the form a build gives it."""
    nbformat.write(nb, folder / "in.ipynb")
    out = folder / f"{engine}.ipynb"
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("PYTEST_CURRENT_TEST")  # by which a kernel would catch less
        with contextlib.suppress(papermill.PapermillExecutionError):
            papermill.execute_notebook(
                folder / "in.ipynb", out, engine_name=engine, progress_bar=False, cwd=folder
            )
    return normalised(nbformat.read(out, as_version=4), {})


def outputs(content: bytes) -> list[Any]:
    return [cell.get("outputs") for cell in json.loads(content)["cells"]]


@pytest.fixture(autouse=True)
def registered() -> None:
    assert register() == "thesisbook"


def test_outputs_are_those_of_a_kernel(tmp_path: Path) -> None:
    nb = notebook(*CELLS)
    ours = executed(nb, tmp_path, "thesisbook")
    assert outputs(ours) == outputs(executed(nb, tmp_path, None))
    assert [len(found) for found in outputs(ours)] == [
        2,
        2,
        2,
        1,
        1,
        0,
        1,
        1,
        2,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        0,
        0,
        1,
    ]


def test_cells_may_await_where_a_loop_runs_already(tmp_path: Path) -> None:
    nb = notebook("import asyncio\nawait asyncio.sleep(0)\n'awaited'")

    async def within() -> list[Any]:
        found = outputs(executed(nb, tmp_path, "thesisbook"))
        assert asyncio.get_running_loop() is loop
        return found

    with contextlib.closing(asyncio.new_event_loop()) as loop:
        (shown,) = loop.run_until_complete(within())[0]
    assert shown["data"] == {"text/plain": "'awaited'"}


def test_figures_are_shown_whatever_loaded_matplotlib_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import matplotlib.pyplot as plt  # noqa: PLC0415

    monkeypatch.delenv("MPLBACKEND", raising=False)
    plt.switch_backend("agg")
    nb = notebook("import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])")
    for _ in range(2):  # a second shell in this process is joined as well
        (shown,) = outputs(executed(nb, tmp_path, "thesisbook"))[0]
        assert "image/png" in shown["data"]


def test_errors_are_those_of_a_kernel(tmp_path: Path) -> None:
    """All in one notebook of cells that may fail: papermill goes on to the last."""
    nb = notebook("x = 1", *FAILING)
    for cell in nb.cells:
        cell.metadata["tags"] = ["raises-exception"]
    ours = executed(nb, tmp_path, "thesisbook")
    assert outputs(ours) == outputs(executed(nb, tmp_path, None))
    names = [found[-1].get("ename") for found in outputs(ours) if found]
    assert names[-1] == "KeyboardInterrupt" and "SyntaxError" in names and "KeyError" in names


def test_the_first_error_ends_the_notebook(tmp_path: Path) -> None:
    nbformat.write(notebook("1 / 0", "open('ran', 'w')"), tmp_path / "in.ipynb")
    with pytest.raises(papermill.PapermillExecutionError, match="ZeroDivisionError") as caught:
        papermill.execute_notebook(
            tmp_path / "in.ipynb",
            tmp_path / "out.ipynb",
            engine_name="thesisbook",
            progress_bar=False,
            cwd=tmp_path,
        )
    assert caught.value.cell_index == 0
    assert not (tmp_path / "ran").exists()


def state() -> tuple:
    """What of this process a cell might change for those that come after."""
    return (
        Path.cwd(),
        list(sys.path),
        dict(os.environ),
        sys.stdout,
        sys.stderr,
        sys.stdin,
        sys.displayhook,
        sys.excepthook,
        sys.modules["__main__"],
        signal.getsignal(signal.SIGALRM),
        signal.getsignal(signal.SIGINT),
        os.fstat(1).st_ino,
        os.fstat(2).st_ino,
        locale.setlocale(locale.LC_ALL),
    )


def test_the_process_is_left_as_it_was(tmp_path: Path) -> None:
    before = state()
    cell = (
        "import locale, os, sys, warnings\nos.chdir('/')\nsys.path.insert(0, '/nowhere')\n"
        "os.environ['LEFT'] = '1'\nlocale.setlocale(locale.LC_ALL, 'C')\n"
        "sys.stdout = sys.__stdout__"
    )
    for _ in range(2):
        executed(notebook(cell, "1"), tmp_path, "thesisbook")
        assert state() == before


def test_a_time_limit_shows_where_the_cell_was(tmp_path: Path) -> None:
    nbformat.write(notebook("while True:\n    pass"), tmp_path / "in.ipynb")
    started = time.monotonic()
    with pytest.raises(papermill.PapermillExecutionError) as caught:
        papermill.execute_notebook(
            tmp_path / "in.ipynb",
            tmp_path / "out.ipynb",
            engine_name="thesisbook",
            progress_bar=False,
            execution_timeout=1,
        )
    assert time.monotonic() - started < 30
    assert "the cell has not ended after 1 s" in str(caught.value)
    assert "while True" in ANSI.sub("", "\n".join(caught.value.traceback))


def test_a_cell_that_swallows_its_time_limit_is_late_all_the_same(tmp_path: Path) -> None:
    cell = "import time\ntry: time.sleep(60)\nexcept BaseException: pass"
    nbformat.write(notebook(cell), tmp_path / "in.ipynb")
    with pytest.raises(papermill.PapermillExecutionError, match="has not ended after 1 s"):
        papermill.execute_notebook(
            tmp_path / "in.ipynb",
            tmp_path / "out.ipynb",
            engine_name="thesisbook",
            progress_bar=False,
            execution_timeout=1,
        )


@pytest.fixture
def heeding_ctrl_c() -> Iterator[None]:
    """Ctrl-C as in a terminal: a test run in the background is started so that it is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_stops_papermill_and_is_no_fault_of_the_cell(
    tmp_path: Path, heeding_ctrl_c: None
) -> None:
    begun = tmp_path / "begun"
    cell = f"import pathlib, time\npathlib.Path({str(begun)!r}).touch()\ntime.sleep(60)"
    nbformat.write(notebook(cell), tmp_path / "in.ipynb")

    def interrupt() -> None:
        while not begun.exists():
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        papermill.execute_notebook(
            tmp_path / "in.ipynb",
            tmp_path / "out.ipynb",
            engine_name="thesisbook",
            progress_bar=False,
        )


def test_another_language_is_refused(tmp_path: Path) -> None:
    kernel = {"display_name": "R", "language": "R", "name": "ir"}
    nbformat.write(notebook("1", kernelspec=kernel), tmp_path / "in.ipynb")
    with pytest.raises(papermill.exceptions.PapermillException, match="the notebook is in R"):
        papermill.execute_notebook(
            tmp_path / "in.ipynb",
            tmp_path / "out.ipynb",
            engine_name="thesisbook",
            progress_bar=False,
        )


def test_papermill_finds_the_engine_by_its_entry_point() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    (entry,) = project["project"]["entry-points"]["papermill.engine"].items()
    assert entry[0] == "thesisbook"
    assert EntryPoint(*entry, "papermill.engine").load() is InProcessEngine
