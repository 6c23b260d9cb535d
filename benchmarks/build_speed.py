"""Times `thesisbook build` against plain `jupyter-book build .` that executes the same notebooks.

    python benchmarks/build_speed.py [--runs 5] [--sweep] [--watch] [--print] [--fresh]

Works on two copies of this project in a temporary folder, with interleaved runs; writes medians
and ratios, with the machine and the parts of a build, into its part of benchmarks/RESULTS.md.
`--print` times one print edition and all of them, `--fresh` times `make book` in a new clone with
whatever the package index's cache holds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import yaml

from thesisbook.data.languages import ENGLISH, speaks
from thesisbook.engine.reproduce import copy_project

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).with_name("RESULTS.md")
START, END = "<!-- build_speed -->", "<!-- /build_speed -->"
#: Edited in turn, one a run: a chapter takes between one and three seconds.
CHAPTERS = (
    "06_valuation", "01_team", "02_market", "03_technology",
    "04_supply_chain", "05_financials", "07_risks",
)  # fmt: skip
BOOKS = 20


def run(command: list[str], folder: Path) -> tuple[float, str]:
    """Wall time of a command in a project copy (whose own package it uses), and what it said."""
    environment = {**os.environ, "CI": "1", "PYTHONPATH": str(folder / "src")}
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return seconds, done.stderr


def plain_project(folder: Path) -> None:
    """A copy in which Jupyter Book itself executes the notebooks, of which it has the English."""
    copy_project(ROOT, folder)
    chapters = folder / "book/chapters"
    chapters.mkdir(parents=True, exist_ok=True)
    for path in (folder / "notebooks").glob("*.ipynb"):
        content = json.loads(path.read_text(encoding="utf-8"))
        content["cells"] = [cell for cell in content["cells"] if speaks(cell, ENGLISH)]
        (chapters / path.name).write_text(json.dumps(content), encoding="utf-8")
    settings = yaml.safe_load((folder / "_config.yml").read_text(encoding="utf-8"))
    settings["execute"] = {"execute_notebooks": "force", "timeout": -1}
    (folder / "_config.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")


def plain(folder: Path) -> float:
    shutil.rmtree(folder / "_build", ignore_errors=True)
    return run([str(Path(sys.executable).with_name("jupyter-book")), "build", "."], folder)[0]


def build(folder: Path, *options: str) -> tuple[float, str]:
    return run([sys.executable, "-m", "thesisbook", "build", "--only", "html", *options], folder)


def cold(folder: Path, *options: str) -> float:
    shutil.rmtree(folder / "_build", ignore_errors=True)
    shutil.rmtree(folder / "book/chapters", ignore_errors=True)
    return build(folder, *options)[0]


def edited(folder: Path, change: Callable[[], None]) -> float:
    """Time to a correct site after an edit that touches one chapter."""
    change()
    seconds, said = build(folder)
    chapters = re.findall(r"s  (\d\d_\w+)$", said, re.MULTILINE)
    if len(chapters) != 1 or not re.search(r"s  html$", said, re.MULTILINE):
        raise RuntimeError(f"the edit should touch one chapter, not {chapters}:\n{said}")
    return seconds


def new_word() -> str:
    """A word that stood nowhere yet; a number would be refused, since it has no receipt."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(time.time_ns()))


def data_cell(folder: Path, chapter: str) -> Callable[[], None]:
    """An edit of the first caption note of a chapter under data/: one cell of one table."""
    path = folder / f"data/captions/{chapter}.csv"

    def change() -> None:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        lines[1] = re.sub(r'(Edit \w+\.)?("?)\n', f"Edit {new_word()}.\\2\n", lines[1])
        path.write_text("".join(lines), encoding="utf-8")

    return change


def prose(folder: Path, chapter: str) -> Callable[[], None]:
    """An edit of a sentence in a chapter."""
    path = folder / f"notebooks/{chapter}.ipynb"

    def change() -> None:
        content = json.loads(path.read_text(encoding="utf-8"))
        cell = next(
            c for c in reversed(content["cells"])
            if c["cell_type"] == "markdown" and "en" in c["metadata"].get("tags", [])
        )  # fmt: skip
        text = "".join(cell["source"]).partition(" Edited ")[0]
        cell["source"] = f"{text} Edited {new_word()}."
        path.write_text(json.dumps(content), encoding="utf-8")

    return change


def nothing(folder: Path) -> tuple[float, float]:
    """Seconds of a build with nothing to do, after imports and in all."""
    seconds, said = build(folder)
    found = re.search(r"nothing to do \(([\d.]+) s\)", said)
    if found is None:
        raise RuntimeError(said)
    return float(found[1]), seconds


def watched(folder: Path, runs: int, make: Callable[[Path, str], Callable]) -> list[float]:
    """Seconds from an edit to the new page, while `thesisbook watch` is at work."""
    environment = {**os.environ, "CI": "1", "PYTHONPATH": str(folder / "src")}
    command = [sys.executable, "-m", "thesisbook", "watch", "--port", "0"]
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        address = ""
        for line in process.stderr:
            address = address or "".join(re.findall(r"http://[\d.:]+/", line))
            if "up to date" in line or "replaced" in line:
                break
        threading_reader(process)
        seconds = []
        for number in range(runs + 1):  # the first one warms up
            chapter = CHAPTERS[number % len(CHAPTERS)]
            page, change = f"{address}book/chapters/{chapter}.html", make(folder, chapter)
            before = fetch(page)
            change()
            started = time.perf_counter()
            while fetch(page) == before:
                time.sleep(0.02)
            seconds.append(time.perf_counter() - started)
            time.sleep(2)
        return seconds[1:]
    finally:
        process.kill()
        process.wait()


def threading_reader(process: subprocess.Popen) -> None:
    """Keeps reading what the process says, so that it never waits for us."""
    import threading  # noqa: PLC0415

    threading.Thread(target=process.stderr.read, daemon=True).start()  # type: ignore[union-attr]


def fetch(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.read()


def sweep(folder: Path) -> float:
    """Seconds for a sweep of whole books on two workers."""
    steps = f"{{from: 0.09, to: 0.13, steps: {BOOKS}}}"
    grid = folder / "grid.yaml"
    text = f"what: books\nparameters: {{wacc: {steps}}}\noutputs: [html]\n"
    grid.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "thesisbook", "sweep", str(grid), "-j2"]
    return run([*command, "--out", str(folder / "_build/sweeps/bench")], folder)[0]


def machine() -> str:
    model = platform.processor()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        found = re.search(r"model name\s*: (.*)", cpuinfo.read_text(encoding="ascii"))
        model = found[1] if found else model
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}; load averages at the end {load}"
    )


def table(times: dict[str, list[float]], goals: dict[str, str]) -> list[str]:
    whole = statistics.median(times["plain"])
    lines = ["| what | median s | min | max | runs | ratio to plain | goal |"]
    lines.append("|---" * 7 + "|")
    for name, seconds in times.items():
        middle = statistics.median(seconds)
        ratio = f"{middle / whole:.3f}"
        lines.append(
            f"| {name} | {middle:.2f} | {min(seconds):.2f} | {max(seconds):.2f} "
            f"| {len(seconds)} | {ratio} | {goals.get(name, '')} |"
        )
    return lines


#: Parts of a cold build, each with the mark that shows it in the bar.
PARTS = {"start and check": "░", "chapters": "█", "pages": "▓", "assembling and placing": "▒"}
WIDTH = 60


def parts(folder: Path) -> dict[str, float]:
    """Wall seconds of the parts of one cold build, told by when its stages end."""
    shutil.rmtree(folder / "_build", ignore_errors=True)
    shutil.rmtree(folder / "book/chapters", ignore_errors=True)
    environment = {**os.environ, "CI": "1", "PYTHONPATH": str(folder / "src")}
    command = [sys.executable, "-m", "thesisbook", "build", "--only", "html"]
    started, ends = time.perf_counter(), dict.fromkeys(PARTS, 0.0)
    with subprocess.Popen(
        command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            now = time.perf_counter() - started
            for part, pattern in (
                ("start and check", r"s  check$"), ("chapters", r"s  \d\d_\w+$"),
                ("pages", r"s  html$"),
            ):  # fmt: skip
                if re.search(pattern, line):
                    ends[part] = now
    ends["assembling and placing"] = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError("the build whose parts were to be timed failed")
    starts = [0.0, *list(ends.values())[:-1]]
    return {part: end - start for (part, end), start in zip(ends.items(), starts, strict=True)}


def bar(seconds: dict[str, float]) -> list[str]:
    """The parts as one bar, with what its marks mean."""
    whole = sum(seconds.values())
    line = "".join(PARTS[part] * round(WIDTH * s / whole) for part, s in seconds.items())
    legend = " · ".join(f"{PARTS[part]} {part} {s:.1f} s" for part, s in seconds.items())
    return ["```", line, legend, "```"]


def print_editions(folder: Path, *options: str) -> float:
    """Seconds of print editions whose chapters stand already."""
    for path in (folder / "_build/.cache").glob("*/pdf.json"):
        path.unlink()
    command = [sys.executable, "-m", "thesisbook", "build", "--only", "pdf", *options]
    return run(command, folder)[0]


def fresh(place: Path) -> float:
    """Seconds of `make book` in a new clone of what is committed."""
    clone = place / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    return run(["make", "book"], clone)[0]


GOALS = {
    "cold": "≤ 0.33",
    "one data cell": "≤ 0.12",
    "one chapter's prose": "≤ 0.07",
    "nothing changed, after imports": "≤ 0.3 s",
    "value": "≤ 1 s",
    "watch: edit of prose to page": "≤ 1.5 s",
    "watch: edit of data to page": "≤ 3 s",
    "all print editions": "≤ 1.6 × one",
    "make book in a new clone": "≤ 120 s",
    f"sweep of {BOOKS} books": "≤ 6",
}


def measure(place: Path, runs: int, options: argparse.Namespace) -> dict[str, list[float]]:
    ours, other = place / "ours", place / "plain"
    copy_project(ROOT, ours)
    plain_project(other)
    names = ("plain", "cold", "one data cell", "one chapter's prose",
             "nothing changed, after imports", "nothing changed, in all", "value",
             "cold, ordinary kernels")  # fmt: skip
    times: dict[str, list[float]] = {name: [] for name in names}
    for number in range(runs):
        times["plain"].append(plain(other))
        times["cold, ordinary kernels"].append(cold(ours, "--kernel"))
        times["cold"].append(cold(ours))
        chapter = CHAPTERS[number % len(CHAPTERS)]
        times["one data cell"].append(edited(ours, data_cell(ours, chapter)))
        times["one chapter's prose"].append(edited(ours, prose(ours, chapter)))
        inside, whole = nothing(ours)
        times["nothing changed, after imports"].append(inside)
        times["nothing changed, in all"].append(whole)
        command = [sys.executable, "-m", "thesisbook", "value", "--json"]
        times["value"].append(run(command, ours)[0])
        print(f"run {number + 1}:", {k: round(v[-1], 2) for k, v in times.items() if v}, flush=True)
    if options.watch:
        times["watch: edit of prose to page"] = watched(ours, runs, prose)
        times["watch: edit of data to page"] = watched(ours, runs, data_cell)
    if options.print:
        print_editions(ours, "--all")  # whose chapters then stand
        times["one print edition"] = [print_editions(ours) for _ in range(runs)]
        times["all print editions"] = [print_editions(ours, "--all") for _ in range(runs)]
    if options.sweep:
        times[f"sweep of {BOOKS} books"] = [sweep(ours)]
    if options.fresh:
        times["make book in a new clone"] = [fresh(place)]
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--sweep", action="store_true")
    parser.add_argument("--watch", action="store_true")
    parser.add_argument("--print", action="store_true")
    parser.add_argument("--fresh", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="thesisbook-speed-") as place:
        times = measure(Path(place), options.runs, options)
        found = [parts(Path(place) / "ours") for _ in range(options.runs)]
        middle = {part: statistics.median(one[part] for one in found) for part in PARTS}
    chapters = len(list((ROOT / "notebooks").glob("*.ipynb"))) + 1
    lines = [
        START, "## Build", "",
        f"`benchmarks/build_speed.py`, {chapters} chapters, HTML, two workers, interleaved.",
        "`plain` is `jupyter-book build .` executing the same notebooks in the same environment.",
        f"Machine: {machine()}.", "", *table(times, GOALS), "",
        "Where the wall seconds of a cold build go, medians:", "", *bar(middle), "", END,
    ]  # fmt: skip
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Results\n"
    section = "\n".join(lines)
    if START in text:
        head, _, rest = text.partition(START)
        text = head + section + rest.partition(END)[2]
    else:
        text = text.rstrip() + f"\n\n{section}\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(section)


if __name__ == "__main__":
    main()
