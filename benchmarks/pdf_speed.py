"""How long the print edition takes, against Jupyter Book's own `--builder pdflatex`.

    python benchmarks/pdf_speed.py [--chapters 10] [--exhibits 7] [--runs 3]

Both are given the same made-up book (tests/outputs/pdf_sample.py: ten chapters of prose with seven
exhibits each); LaTeX leaves out the exhibits, since it drops all HTML, and so has the lighter work.
Where the chapters of the book itself are executed, its own print edition is measured too.
Measured are the Sphinx run to one page and the
step to PDF, every run in a process of its own (Typst keeps what it has laid out: a second run in
the same process would flatter), the best of the runs. The second way needs TeX; without `latexmk`
and `xelatex` it is named as skipped, never guessed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "outputs"))

import pdf_sample  # noqa: E402
import pypdfium2  # noqa: E402

from thesisbook.outputs.pdf import write_pdf  # noqa: E402

META = {
    "title": "Sample Chip",
    "ticker": "9999.HK",
    "edition": "2026-06-02",
    "numbers": pdf_sample.NUMBERS,
}
TARGET = 12.0  # seconds for Sphinx and PDF together


@dataclass(frozen=True)
class Cost:
    """Seconds of a step in child processes: by the clock, and of processor time."""

    clock: float
    processor: float


def cost(step: Callable[[], object]) -> Cost:
    def used() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    started, before = time.perf_counter(), used()
    step()
    return Cost(round(time.perf_counter() - started, 2), round(used() - before, 2))


def print_once(html: Path, out: Path) -> None:
    """One PDF in a fresh process, imports included."""
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=write_pdf, args=(html, out, META))
    process.start()
    process.join()
    if process.exitcode != 0:
        raise RuntimeError(f"write_pdf ended with {process.exitcode}")


def with_latex(root: Path) -> Cost | None:
    """The cost of the book's own LaTeX way, None where TeX is not installed."""
    if not (shutil.which("latexmk") and shutil.which("xelatex")):
        return None
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(root)]
    latex = [*command, "--builder", "pdflatex"]
    return cost(lambda: subprocess.run(latex, check=True, capture_output=True))


BOOK = """
import sys
from pathlib import Path
from thesisbook.engine.project import Project, Variant
from thesisbook.engine.site_stage import make_edition, stage_sources
root, folder = map(Path, sys.argv[1:])
project = Project.find(root)
stage_sources(project, root / "book" / "chapters", folder / "source")
make_edition(
    root=str(root), source=str(folder / "source"), out=str(folder / "single"),
    builder="singlehtml", scenario="base", strict=True, known=[],
    pdf=str(folder / "book.pdf"), meta=project.imprint(Variant(), ""),
)
"""


def of_the_book(runs: int) -> Cost | None:
    """The cost of the book's print edition, staged sources to PDF, imports included; the best of
    the runs. None where its chapters are not executed."""
    if not (ROOT / "book" / "chapters").is_dir():
        return None
    costs = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-c", BOOK, str(ROOT), folder]
            costs.append(cost(lambda c=command: subprocess.run(c, check=True, capture_output=True)))
    return min(costs, key=lambda one: one.processor)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--chapters", type=int, default=10)
    parser.add_argument("--exhibits", type=int, default=7)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = pdf_sample.write_book(Path(folder) / "book", given.chapters, given.exhibits, False)
        html = root / "_build/singlehtml/index.html"
        sphinx = cost(lambda: pdf_sample.build_html(root))
        out = Path(folder) / "book.pdf"
        steps = [cost(lambda: print_once(html, out)) for _ in range(given.runs)]
        step = min(steps, key=lambda one: one.clock)
        pages, size = len(pypdfium2.PdfDocument(out)), out.stat().st_size
        latex = with_latex(root)
        latex_pages = [len(pypdfium2.PdfDocument(p)) for p in root.glob("_build/latex/*.pdf")]
    book = of_the_book(given.runs)
    total = Cost(round(sphinx.clock + step.clock, 2), round(sphinx.processor + step.processor, 2))
    result = {
        "pages": pages,
        "megabytes": round(size / 1e6, 2),
        "sphinx": asdict(sphinx),
        "pdf": asdict(step),
        "total": asdict(total),
        "book": None if book is None else asdict(book),
        "pdflatex": None if latex is None else asdict(latex),
        "pdflatex_pages": latex_pages[0] if latex_pages else None,
        "ratio_to_pdflatex": None if latex is None else round(total.clock / latex.clock, 2),
        "load": [round(x, 1) for x in os.getloadavg()],
    }
    print(json.dumps(result, indent=1))
    if latex is None:
        print("pdflatex: SKIPPED, latexmk or xelatex is not installed", file=sys.stderr)
    if max(total.processor, book.processor if book else 0.0) > TARGET:
        print(f"over the target of {TARGET:.0f} s of processor time", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
