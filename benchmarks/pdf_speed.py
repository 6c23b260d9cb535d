"""How long the print edition takes, against Jupyter Book's own `--builder pdflatex`.

    python benchmarks/pdf_speed.py [--chapters 10] [--exhibits 7] [--runs 3]

Both print the same made-up book (tests/outputs/pdf_sample.py: ten chapters of prose with seven
exhibits each beside the constructs of the sample). Measured are the Sphinx run to one page and the
step to PDF, every run in a process of its own (Typst keeps what it has laid out: a second run in
the same process would flatter), the best of the runs. The second way needs TeX; without `latexmk`
and `xelatex` it is named as skipped, never guessed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
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


def seconds(step: Callable[[], object]) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def print_once(html: Path, out: Path) -> None:
    """One PDF in a fresh process, imports included."""
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=write_pdf, args=(html, out, META))
    process.start()
    process.join()
    if process.exitcode != 0:
        raise RuntimeError(f"write_pdf ended with {process.exitcode}")


def with_latex(root: Path) -> float | None:
    """Seconds of the book's own LaTeX way, None where TeX is not installed."""
    if not (shutil.which("latexmk") and shutil.which("xelatex")):
        return None
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(root)]
    latex = [*command, "--builder", "pdflatex"]
    return seconds(lambda: subprocess.run(latex, check=True, capture_output=True))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--chapters", type=int, default=10)
    parser.add_argument("--exhibits", type=int, default=7)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = pdf_sample.write_book(Path(folder) / "book", given.chapters, given.exhibits)
        html = root / "_build/singlehtml/index.html"
        sphinx = seconds(lambda: pdf_sample.build_html(root))
        out = Path(folder) / "book.pdf"
        step = min(seconds(lambda: print_once(html, out)) for _ in range(given.runs))
        pages, size = len(pypdfium2.PdfDocument(out)), out.stat().st_size
        latex = with_latex(root)
    result = {
        "pages": pages,
        "megabytes": round(size / 1e6, 2),
        "sphinx_seconds": round(sphinx, 2),
        "pdf_seconds": round(step, 2),
        "total_seconds": round(sphinx + step, 2),
        "pdflatex_seconds": None if latex is None else round(latex, 2),
        "ratio_to_pdflatex": None if latex is None else round((sphinx + step) / latex, 3),
    }
    print(json.dumps(result, indent=1))
    if latex is None:
        print("pdflatex: SKIPPED, latexmk or xelatex is not installed", file=sys.stderr)
    if sphinx + step > TARGET:
        print(f"over the target of {TARGET:.0f} s", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
