"""A cell that does what no cell should: the build fails and names it, or nothing else feels it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from cells import run_cells
from toy_project import build, edit, ran, thesisbook

from thesisbook.engine.errors import BuildError
from thesisbook.engine.fast.processes import ChildDied, Launcher

FAULTS = {
    "leaves by sys.exit(0)": ("import sys\nsys.exit(0)", "SystemExit: 0"),
    "leaves by exit()": ("exit()", "SystemExit: the cell called exit()"),
    "ends its process": ("import os\nos._exit(0)", "its process ended (exit code 0)"),
    "is killed": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        "its process was killed (SIGKILL; out of memory, perhaps)",
    ),
    "never ends": ("while True:\n    pass", "the cell has not ended after 2 s"),
    "never ends and lets nothing stop it": (
        "import itertools\nsum(itertools.repeat(1))",
        "stopped, because nothing was heard of it for 3.5 s",
    ),
    "prints 100 MB": ("for _ in range(100):\n    print('x' * 10**6)", "more than 5 MB of output"),
    "prints 100 MB whatever is said": (
        "import contextlib\nfor _ in range(100):\n"
        "    with contextlib.suppress(Exception): print('x' * 10**6)",
        "more than 5 MB of output",
    ),
    "lets another program print 100 MB": (
        "import subprocess\nsubprocess.run('yes | head -c 100000000', shell=True)",
        "more than 5 MB of output",
    ),
    "shows 6 MB": (
        "from IPython.display import HTML, display\ndisplay(HTML('x' * 6 * 10**6))",
        "more than 5 MB of output",
    ),
    "warns": ("import warnings\nwarnings.warn('made up')", "UserWarning: made up"),
    "prints to standard error": (
        "import sys\nprint('made up', file=sys.stderr)",
        "wrote to standard error, which stands on no page: made up",
    ),
    "writes to the descriptor of standard error": (
        "import os\n_ = os.write(2, b'made up')",
        "wrote to standard error, which stands on no page: made up",
    ),
}


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    made = Launcher()
    made.warm(site=False)
    yield made
    made.stop()


@pytest.mark.parametrize("what", FAULTS)
def test_the_chapter_and_the_cell_are_named(launcher: Launcher, tmp_path: Path, what: str) -> None:
    cell, expected = FAULTS[what]
    with pytest.raises(BuildError) as caught:
        run_cells(launcher, tmp_path, "x = 1", cell, "print('on')", seconds=2)
    told = str(caught.value)
    assert "01_cells" in told and "cell 3 of 4" in told
    assert expected in told
    assert len(told) < 10_000
    assert not (tmp_path / "work/done.ipynb").exists()


@pytest.mark.parametrize("what", ["leaves by sys.exit(0)", "warns", "never ends", "is killed"])
def test_so_are_they_with_an_ordinary_kernel(launcher: Launcher, tmp_path: Path, what: str) -> None:
    seconds = 5 if what == "never ends" else 20
    with pytest.raises(BuildError) as caught:
        run_cells(launcher, tmp_path, "x = 1", FAULTS[what][0], kernel=True, seconds=seconds)
    assert "01_cells" in str(caught.value) and "cell 3 of 3" in str(caught.value)


def test_a_fork_of_a_cell_runs_no_other_cell(launcher: Launcher, tmp_path: Path) -> None:
    note = tmp_path / "ran"
    nb = run_cells(
        launcher,
        tmp_path,
        "import os, time\nif os.fork() == 0:\n    time.sleep(0.2)",
        f"with open({str(note)!r}, 'a') as file:\n    _ = file.write(f'{{os.getpid()}} ')\n"
        "time.sleep(1)",
        "print('end')",
    )
    assert len(note.read_text().split()) == 1
    assert nb.cells[-1].outputs[0]["text"] == "end\n"


def test_what_a_cell_started_ends_with_its_chapter(launcher: Launcher, tmp_path: Path) -> None:
    start = "import subprocess\nprint(subprocess.Popen(['sleep', '600']).pid)"
    nb = run_cells(launcher, tmp_path, start)
    assert gone(int(nb.cells[-1].outputs[0]["text"]))
    with pytest.raises(ChildDied):
        note = f"; open({str(tmp_path / 'pid')!r}, 'w').write(str(p.pid)); import os; os._exit(1)"
        run_cells(
            launcher, tmp_path, "import subprocess; p = subprocess.Popen(['sleep', '600'])" + note
        )
    assert gone(int((tmp_path / "pid").read_text()))


def gone(pid: int, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_settings_of_a_process_stay_in_their_chapter(copied_toy: Path) -> None:
    """A folder, a locale, a look of figures, an environment: the next chapter has its own."""
    change = (
        "import locale, os, matplotlib\\nos.chdir('..')\\nlocale.setlocale(locale.LC_ALL, 'C')\\n"
        "matplotlib.rcParams['font.size'] = 99\\nos.environ['LEFT'] = '1'\\n"
    )
    show = (
        "import locale, os, matplotlib\\nprint('seen', os.path.basename(os.getcwd()), "
        "matplotlib.rcParams['font.size'], os.environ.get('LEFT'))\\n"
    )
    edit(copied_toy / "notebooks/01_sales.ipynb", "data = load", change + "data = load")
    edit(copied_toy / "notebooks/02_price.ipynb", "data = load", show + "data = load")
    build(copied_toy, "-j1")
    page = (copied_toy / "book/chapters/02_price.ipynb").read_text(encoding="utf-8")
    assert "seen notebooks 10.0 None" in page


def test_a_bad_cell_leaves_the_published_book_and_the_next_build_alone(copied_toy: Path) -> None:
    published = sorted(copied_toy.glob("_build/html/**/*.html")) + sorted(
        copied_toy.glob("book/chapters/*")
    )
    before = {path: path.read_bytes() for path in published}
    notebook = copied_toy / "notebooks/01_sales.ipynb"
    bad = "import os; os.fork() or os._exit(3)\\nwhile True: pass\\ndata = load"
    edit(notebook, "data = load", bad)
    done = thesisbook(copied_toy, "build", "--only", "html", "--cell-seconds", "2")
    assert done.returncode == 1
    assert "chapter 01_sales failed in cell" in done.stderr
    assert "the cell has not ended after 2 s" in done.stderr
    assert "Traceback (most recent call last)" not in done.stderr.partition("chapter 01_sales")[0]
    assert {path: path.read_bytes() for path in published} == before
    edit(notebook, bad, "data = load")
    assert ran(build(copied_toy)) == {"check"}
    assert {path: path.read_bytes() for path in published} == before
