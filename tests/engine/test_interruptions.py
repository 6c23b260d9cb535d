"""Whatever happens to a build, the last good outputs stay whole and the next build is right."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from toy_project import build, command, edit, environment_of, make_toy, ran, thesisbook

root_only = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to mount a small disk"
)


def outputs(root: Path) -> dict[str, bytes]:
    """Everything published, by name."""
    found = [*(root / "_build/html").rglob("*"), *(root / "book/chapters").rglob("*")]
    return {str(p.relative_to(root)): p.read_bytes() for p in found if p.is_file()}


def processes_of(root: Path) -> list[psutil.Process]:
    """Live processes whose working folder or command line lies in the project."""
    found = []
    for process in psutil.process_iter():
        try:
            place = process.cwd() + " ".join(process.cmdline())
            if str(root) in place and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def outliving(root: Path, seconds: float = 20) -> list[psutil.Process]:
    """Processes of the project that are still there after a while; the dying get their time."""
    until = time.monotonic() + seconds
    while (left := processes_of(root)) and time.monotonic() < until:
        time.sleep(0.05)
    return left


def start(root: Path, *options: str) -> subprocess.Popen:
    return subprocess.Popen(
        command(root, "build", "--only", "html", *options),
        env=environment_of(),
        stderr=subprocess.PIPE,
        text=True,
        cwd=root,
        # a shell without job control starts what it puts aside with Ctrl-C ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )


def wait_for(path: Path, seconds: float = 240) -> None:
    until = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < until, f"{path} did not appear"
        time.sleep(0.02)


def test_failing_cell_is_shown_and_set_apart(copied_toy: Path) -> None:
    before = outputs(copied_toy)
    edit(copied_toy / "notebooks/01_sales.ipynb", "sales = data", "1 / 0\\nsales = data")
    done = thesisbook(copied_toy, "build", "--only", "html")
    assert done.returncode == 1
    assert "chapter 01_sales failed in cell" in done.stderr
    assert "scenario='base', overrides={}, language='en'" in done.stderr
    assert "sales = data.value(" in done.stderr
    assert "ZeroDivisionError: division by zero" in done.stderr
    assert (copied_toy / "_build/failed/base/01_sales.ipynb").is_file()
    assert outputs(copied_toy) == before
    edit(copied_toy / "notebooks/01_sales.ipynb", "1 / 0\\nsales = data", "sales = data")
    build(copied_toy)
    assert outputs(copied_toy) == before
    assert not (copied_toy / "_build/failed/base/01_sales.ipynb").exists()


def test_warning_of_sphinx_fails_and_keeps_the_site(copied_toy: Path) -> None:
    before = outputs(copied_toy)
    edit(copied_toy / "book/method.md", "By hand.", "[gone](nowhere.md)")
    done = thesisbook(copied_toy, "build", "--only", "html")
    assert done.returncode == 1
    assert "nowhere.md" in done.stderr
    assert outputs(copied_toy) == before


def test_faulty_data_start_nothing(copied_toy: Path) -> None:
    before = outputs(copied_toy)
    edit(copied_toy / "data/facts/market.csv", ",1250,", ",many,")
    done = thesisbook(copied_toy, "build", "--only", "html")
    assert done.returncode == 1
    assert "data/facts/market.csv:6:value" in done.stderr
    assert ran(done) == set()
    assert outputs(copied_toy) == before


def test_missing_kernel_is_named(copied_toy: Path) -> None:
    edit(copied_toy / "notebooks/01_sales.ipynb", '"name": "python3"', '"name": "nosuch"')
    done = thesisbook(copied_toy, "build", "--only", "html", "--kernel")
    assert done.returncode == 1
    assert "chapter 01_sales wants the kernel 'nosuch', which is not installed" in done.stderr


def kill_at_random(root: Path, dice: random.Random) -> None:
    edit(root / "data/facts/market.csv", ",1250,", ",1251,")
    shutil.rmtree(root / "_build/.cache")
    before = outputs(root)
    started = start(root)
    time.sleep(dice.uniform(0.2, 6.0))
    started.kill()
    started.wait()
    assert outliving(root) == []
    after = outputs(root)
    if started.returncode != 0:
        assert after == before or _one_of_two(after, before, root)
    build(root)
    assert "base {} en 1251.0" in (root / "_build/html/book/chapters/01_sales.html").read_text(
        encoding="utf-8"
    )
    edit(root / "data/facts/market.csv", ",1251,", ",1250,")
    build(root)


def _one_of_two(after: dict[str, bytes], before: dict[str, bytes], root: Path) -> bool:
    """Killed while publishing: the site and each chapter are whole, old or new."""
    build(root)
    new = outputs(root)
    site_old = {n: b for n, b in before.items() if n.startswith("_build")}
    site_new = {n: b for n, b in new.items() if n.startswith("_build")}
    site = {n: b for n, b in after.items() if n.startswith("_build")}
    chapters = {n: b for n, b in after.items() if not n.startswith("_build")}
    whole = all(b in (before[n], new[n]) for n, b in chapters.items() if not n.endswith(".part"))
    return whole and site in (site_old, site_new)


def test_killed_build_leaves_nothing_behind(copied_toy: Path) -> None:
    dice = random.Random(1)
    for _ in range(2):
        kill_at_random(copied_toy, dice)


@pytest.mark.soak
def test_twenty_kills(copied_toy: Path) -> None:
    dice = random.Random(20)
    for _ in range(20):
        kill_at_random(copied_toy, dice)


def test_chapters_die_with_a_killed_build(toy: Path) -> None:
    edit(toy / "notebooks/01_sales.ipynb", "sales = data", _touch_and_sleep(toy))
    started = start(toy)
    wait_for(toy / "in-cell")
    assert len(processes_of(toy)) >= 2  # the build and the chapter, which stands in notebooks/
    started.kill()
    started.wait()
    assert outliving(toy) == []


def test_interrupt_stops_soon_and_says_so(toy: Path) -> None:
    edit(toy / "notebooks/01_sales.ipynb", "sales = data", _touch_and_sleep(toy))
    started = start(toy)
    wait_for(toy / "in-cell")
    started.send_signal(signal.SIGINT)
    _, said = started.communicate(timeout=30)  # the cell sleeps for twice as long
    assert started.returncode == 130
    assert "stopped; the last good outputs are untouched" in said
    assert outliving(toy) == []
    assert not (toy / "_build/html").exists()


def _touch_and_sleep(root: Path) -> str:
    return (
        f"import pathlib, time\\npathlib.Path('{root}/in-cell').touch()\\n"
        "time.sleep(60)\\nsales = data"
    )


def test_second_build_waits_or_refuses(copied_toy: Path) -> None:
    go_on = copied_toy / "go-on"
    until_told = f"while not os.path.exists('{go_on}'): time.sleep(0.05)"
    slow = _touch_and_sleep(copied_toy).replace("time.sleep(60)", until_told)
    edit(copied_toy / "notebooks/01_sales.ipynb", "sales = data", "import os\\n" + slow)
    first = start(copied_toy)
    wait_for(copied_toy / "in-cell")
    refused = thesisbook(copied_toy, "build", "--only", "html", "--no-wait")
    assert refused.returncode == 1
    assert f"another build (process {first.pid}) is at work" in refused.stderr
    second = start(copied_toy)
    assert second.stderr is not None
    assert any("waiting for it" in line for line in second.stderr)
    go_on.touch()
    _, said = second.communicate(timeout=240)
    assert second.returncode == 0
    assert "nothing to do" in said
    first.communicate(timeout=240)
    assert first.returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(place)], check=False
    )
    if mounted.returncode:
        pytest.skip("this system lets nobody mount a small disk")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@root_only
def test_full_disk_is_told_and_publishes_nothing(toy: Path, small_disk: Path) -> None:
    folder = small_disk / "build"
    done = thesisbook(toy, "build", "--only", "html", "--build-folder", str(folder))
    assert done.returncode == 1
    assert "disk full while writing" in done.stderr
    assert "last good outputs are untouched" in done.stderr
    assert not (folder / "html").exists()
    assert not (toy / "book/chapters").exists()


@root_only
def test_read_only_output_is_told(copied_toy: Path) -> None:
    build_folder = copied_toy / "_build"
    before = outputs(copied_toy)
    edit(copied_toy / "book/method.md", "By hand.", "Changed.")
    bind = ["mount", "--bind", str(build_folder), str(build_folder)]
    if subprocess.run(bind, check=False).returncode:
        pytest.skip("this system lets nobody mount")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(build_folder)], check=True)
        done = thesisbook(copied_toy, "build", "--only", "html")
    finally:
        subprocess.run(["umount", "--lazy", str(build_folder)], check=True)
    assert done.returncode == 1
    assert "make the output folder writable" in done.stderr
    assert "Traceback" not in done.stderr
    assert outputs(copied_toy) == before


def test_path_with_blanks_braces_and_chinese(tmp_path: Path) -> None:
    root = make_toy(tmp_path / "my {book} 壁仞 (1)")
    build(root)
    assert "nothing to do" in build(root).stderr
