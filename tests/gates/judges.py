"""The gates as the catalogue runs them on a copy, cheapest first.

Each answers with how much it looked at and, if it refuses the copy, the first line it says. None
compares a digest of the project's own files: a fault must be seen for what it says. A gate that
looked at nothing is an error, not a pass.
"""

from __future__ import annotations

import contextlib
import io
import math
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import harmless
import workbook_files
from book_faults import CALCULATING
from built_words import page_sentences
from copies import ROOT, Copy, link_tests
from pdf_reading import missing_sentences, page_texts

from thesisbook.data import DataError, Dataset, files, load_dataset
from thesisbook.data.check import checked
from thesisbook.engine.conditions import condition_faults
from thesisbook.engine.notebook_files import unknown_numbers
from thesisbook.exhibits import numbers
from thesisbook.model import ParameterError
from thesisbook.model.number_units import number_faults
from thesisbook.outputs.workbook.lint import lint
from thesisbook.provenance import receipt_store
from thesisbook.provenance.coverage import allowances, names_of
from thesisbook.provenance.page_reading import Reader
from thesisbook.provenance.typed_captions import typed_captions
from thesisbook.score.checks import score_faults

Answer = tuple[int, str]
Judge = Callable[[Copy], Answer]

#: Tests of the project that look at what it says, without building it.
PROSE = ("tests/book/test_notebooks.py", "tests/book/test_sentences.py")
CASES = (
    "tests/model/test_house_view_cases.py",
    "tests/model/test_cases.py",
    "tests/data/test_repository.py",
    "tests/data/test_later_facts.py",
    "tests/exhibits/test_grades.py",
)


def remember_files() -> None:
    """From now on a file under data/ that is as it was before is not read and validated again.

    A copy differs from the project in a file or two; without this most of the time of the catalogue
    goes into reading the same files a thousand times.
    """
    for name in ("read_records", "read_document", "read_edition"):
        setattr(files, name, _by_content(getattr(files, name)))
    for name in ("validate_rows", "validate_entries"):
        setattr(files, name, _by_identity(getattr(files, name)))


@cache
def as_it_is() -> Dataset:
    """The project's own data, of which a copy differs in prose alone."""
    return load_dataset(ROOT)


def value_once() -> None:
    """Value every scenario of the project's own data now, for all copies that differ in prose."""
    for fault in _conditions(sorted((ROOT / "notebooks").glob("*.ipynb")), ROOT, as_it_is()):
        raise AssertionError(fault)


def _conditions(notebooks: list[Path], root: Path, dataset: Dataset) -> list[Any]:
    """The conditions that do not hold; what the project's own data give is kept for the next."""
    made = numbers.Numbers

    def remembering(dataset: Dataset, results: Any) -> numbers.Numbers:
        if results.scenario not in _VALUED:
            _VALUED[results.scenario] = made(dataset, results)
        return _VALUED[results.scenario]

    if dataset is as_it_is():
        numbers.Numbers = remembering  # type: ignore[assignment,misc]
    try:
        return list(condition_faults(notebooks, root, dataset, dataset.scenarios))
    finally:
        numbers.Numbers = made  # type: ignore[misc]


_VALUED: dict[str, numbers.Numbers] = {}


def _by_content(work: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[Any, Any] = {}

    def remembering(path: Path, root: Path, *rest: Any) -> Any:
        held = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
        key = (path.relative_to(root), tuple(p.read_bytes() for p in held), repr(rest))
        if key not in known:
            known[key] = work(path, root, *rest)
        return known[key]

    return remembering


def _by_identity(work: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[int, Any] = {}

    def remembering(read: Any, kind: Any) -> Any:
        if id(read) not in known:
            known[id(read)] = (read, work(read, kind))  # kept, so that no other has its identity
        return known[id(read)][1]

    return remembering


#: Plugins that these tests do without, and tests that value the whole book.
CHEAP = (
    *(f"-pno:{name}" for name in ("xdist", "playwright", "regressions", "datadir")),
    "-k",
    "not every_number_says_something",
)


class LookedAtNothing(Exception):
    """A gate found nothing to look at."""


def data(copy: Copy) -> Answer:
    """`check`, first part: read, validate, join, recompute scoreboard and errata."""
    if not any(name.startswith("data/") for name in copy.written):
        copy.given["dataset"] = as_it_is()
        return 1, ""  # nothing to look at anew
    try:
        dataset = load_dataset(copy.root)
        copy.given["dataset"] = dataset
        return len(dataset.facts()) + len(checked(dataset)), ""
    except DataError as error:
        return 1, str(error.faults[0])


def model(copy: Copy) -> Answer:
    """`check`, second part: units of named numbers, ledger, kept editions, names in notebooks."""
    dataset: Dataset = copy.given["dataset"]
    try:
        captions = typed_captions(dataset, copy.root)
        for faults in (number_faults(dataset), captions, score_faults(dataset)):
            if told := next(iter(faults), None):
                return 1, str(told)
    except ParameterError as error:
        return 1, str(error)
    for name in copy.notebooks():
        for told in unknown_numbers(copy.root / name, copy.root, dataset.numbers):
            return 1, str(told)
    return sum(map(len, dataset.numbers.values())) + len(dataset.forecasts), ""


def conditions(copy: Copy) -> Answer:
    """`check`, third part: what sentences say must be true in every scenario."""
    dataset: Dataset = copy.given["dataset"]
    notebooks = [copy.root / name for name in copy.notebooks()]
    told = next(iter(_conditions(notebooks, copy.root, dataset)), None)
    held = sum(copy.text(name).count('"holds"') for name in copy.notebooks())
    return held, str(told or "")


def tests(*files: str) -> Judge:
    """Files of the project's own tests, run in the copy."""

    def judge(copy: Copy) -> Answer:
        import pytest  # noqa: PLC0415

        counted = _Counted()
        link_tests(copy.root)
        os.chdir(copy.root)
        options = ("-x", "-q", "-p", "no:cacheprovider", "-m", "not soak and not book", *CHEAP)
        with contextlib.redirect_stdout(io.StringIO()) as said:
            status = pytest.main([*options, *files], plugins=[counted])
        if status in (0, 1):
            failed = re.search(r"^(?:FAILED|ERROR) (.*)", said.getvalue(), flags=re.M)
            # where the data cannot be read, no test begins
            return (max(counted.run, 1), failed[1]) if failed else (counted.run, "")
        failed = re.search(r"^(?:E  |ERROR) .*", said.getvalue(), flags=re.M)
        return 1, failed[0] if failed else said.getvalue()[-300:]

    return judge


def page(copy: Copy) -> Answer:
    """Receipt coverage of one page, as the build measures it before it publishes."""
    name = copy.given["page"]
    text = copy.text(name)
    read = reader(copy.built).page(name, text)
    return read.tokens, str(read.unbound[0]) if read.unbound else ""


@cache
def reader(built: Path) -> Reader:
    site = built / "html"
    return Reader(receipt_store.read(site), site / "exhibits", allowances(ROOT), names_of(ROOT))


def build(copy: Copy) -> Answer:
    """The pages of base built: every chapter runs on the copy's data."""
    command = [sys.executable, "-m", "thesisbook", "-C", str(copy.root), "build", "--only", "html"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = (done.stderr or done.stdout).strip().splitlines()
    return len(copy.notebooks()), told[0] if done.returncode else ""


def workbook(copy: Copy) -> Answer:
    """The lint of workbooks."""
    told = lint(copy.root / copy.given["workbook"])
    return 1, told[0] if told else ""


def recalculation(copy: Copy) -> Answer:
    """The workbook recalculated from nothing by LibreOffice is what it says it is."""
    moved = copy.root / copy.given["workbook"]
    said = workbook_files.read(moved)
    spoilt = workbook_files.edit(moved, copy.root / "spoilt.xlsx")
    (done,) = workbook_files.recalculate([spoilt], copy.root)
    found = workbook_files.read(done)
    sheets = tuple(f"{name}!" for name in CALCULATING)
    asked = [cell for cell in workbook_files.formula_cells(moved) if cell.startswith(sheets)]
    for cell in asked:
        was, now = said.get(cell), found.get(cell)
        if isinstance(was, float) and not (
            isinstance(now, float) and math.isclose(was, now, rel_tol=1e-9, abs_tol=1e-9)
        ):
            return len(asked), f"{cell}: {now!r} when recalculated, {was!r} in the file"
    return len(asked), ""


def printed(copy: Copy) -> Answer:
    """Every sentence of the pages stands in the print edition."""
    wanted = page_sentences(copy.built)
    missing = missing_sentences(list(wanted), page_texts(copy.root / copy.given["pdf"]))
    return len(wanted), f"is not printed: {missing[0]}" if missing else ""


class _Counted:
    """Counts the tests that ran."""

    run = 0

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.run += report.when == "call" and not report.skipped


JUDGES: dict[str, Judge] = {
    "check: data": data,
    "check: model and ledger": model,
    "tests of prose and exhibits": tests(*PROSE),
    "tests of cases": tests(*CASES),
    "check: sentences": conditions,
    "build: every chapter": build,
    "build: receipts and exhibits of the page": page,
    "lint of the workbook": workbook,
    "recalculation of the workbook": recalculation,
    "tests of the print edition": printed,
}
CHECKED = tuple(JUDGES)[:4]
WRITTEN = (*CHECKED, "build: every chapter")
#: Conditions are valued in every scenario: half a minute on changed data, nothing where only prose
#: has changed. They are asked of faults in prose.
FIRST_PROSE = (CHECKED[2], *CHECKED[:2], "check: sentences", CHECKED[3])
#: What is asked of a kind, cheapest first; all of WRITTEN unless it stands here.
ASKED: dict[str, tuple[str, ...]] = {
    "an input": CHECKED[:2],
    **dict.fromkeys(harmless.KINDS, CHECKED),
    "table row hidden": ("build: receipts and exhibits of the page",),
    "receipt pointing at another number": ("build: receipts and exhibits of the page",),
    "workbook formula moved by a row": ("lint of the workbook", "recalculation of the workbook"),
    "PDF paragraph lost": ("tests of the print edition",),
    **dict.fromkeys(("exhibit swapped", "sentence false in one scenario"), FIRST_PROSE),
}


def asked(kind: str) -> tuple[str, ...]:
    """The gates that could see a fault of this kind, cheapest first."""
    return ASKED.get(kind, WRITTEN)


def judged(copy: Copy, kind: str = "") -> tuple[str, str]:
    """The gate that refuses the copy, and what it says; empty where all let it pass."""
    page = "page" in copy.given
    for name in ("build: receipts and exhibits of the page",) if page else asked(kind):
        looked, told = JUDGES[name](copy)
        if not looked:
            raise LookedAtNothing(f"{name} looked at nothing")
        if told:
            return name, told.splitlines()[0]
    return "", ""
