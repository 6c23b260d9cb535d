"""Revisions between editions: the target step by step, and each line and year by kind.

Old and new values and the changes are those of the model and are stamped; sums are live, and a
column shows that they leave no residual.
"""

from __future__ import annotations

from functools import partial

from xlsxwriter.utility import xl_rowcol_to_cell

from thesisbook.data import Dataset
from thesisbook.exhibits.score_tables import LINES
from thesisbook.model.quantities import QUANTITIES
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, Cell, Sheet
from thesisbook.outputs.workbook.values import Values
from thesisbook.score.revisions import STUDY, Revisions

NAME = "Revisions"


def plan(book: Book, dataset: Dataset) -> None:
    study = dataset.studies[STUDY]
    steps = study.steps  # type: ignore[attr-defined]
    kinds = tuple(dict.fromkeys(step.kind for step in steps))
    sheet = book.sheet(
        NAME,
        "What changed since the last edition",
        colour="#B5452C",
        widths={0: 44, **dict.fromkeys(range(1, len(kinds) + 5), 13)},
        freeze=(HEADER_ROW + 1, 1),
        subtitle=f"From the edition of {study.edition} to this one"  # type: ignore[attr-defined]
        f"; target in {book.currencies['trading']} per share, lines in"
        f" {book.currencies['reporting']} mn. Steps in a fixed order, stamped; sums are live.",
    )
    _target(sheet, len(steps) + 1 + bool(study.opening))  # type: ignore[attr-defined]
    _lines(sheet, book, kinds)


def _target(sheet: Sheet, rows: int) -> None:
    """The steps of the target, and their sum beside the difference of the ends."""
    for column, words in enumerate(("Step", "Kind", "Change", "Target after")):
        sheet.text(sheet.row, column, words, "header" if column < 2 else "header_right")
    first = sheet.row + 1
    for k in range(rows):
        sheet.row += 1
        for column, name, style in ((0, "name", "text"), (1, "kind", "note")):
            sheet.put(sheet.row, column, Cell(partial(_step, k=k, name=name), style))
        sheet.put(sheet.row, 2, Cell(partial(_step, k=k, name="delta"), "constant:signed"))
        after = partial(_step, k=k, name="target_after")
        if k:
            template = f"=D{sheet.row}+C{sheet.row + 1}"
            sheet.formula(sheet.row, 3, template, after, "calc:per_share")
        else:
            sheet.put(sheet.row, 3, Cell(after, "constant:per_share"))
    sheet.row += 1
    sheet.text(sheet.row, 0, "Sum of the changes", "bold")
    ends = xl_rowcol_to_cell(first, 2), xl_rowcol_to_cell(sheet.row - 1, 2)
    sheet.formula(
        sheet.row,
        2,
        f"=SUM({':'.join(ends)})",
        lambda v: _step(v, -1, "target_after") - _step(v, 0, "target_after"),
        "calc:signed:total",
    )
    sheet.row += 2


def _lines(sheet: Sheet, book: Book, kinds: tuple[str, ...]) -> None:
    """Old, the change of each kind, their sum, new, and what is left over."""
    heads = ("Line and year", "Old", *(kind.capitalize() for kind in kinds), "New", "Residual")
    for column, words in enumerate(heads):
        sheet.text(sheet.row, column, words, "header_right" if column else "header")
    years = [year for year in book.years if year > book.last_actual]
    last = len(kinds) + 2
    for line in LINES:
        for year in years:
            sheet.row += 1
            sheet.text(sheet.row, 0, f"{QUANTITIES[line].label}, {year}E")
            for column, part in enumerate(("old", *kinds, "new"), 1):
                held = partial(_revision, line=line, year=year, part=part)
                sheet.put(sheet.row, column, Cell(held, "constant:money"))
            ends = xl_rowcol_to_cell(sheet.row, 1), xl_rowcol_to_cell(sheet.row, last - 1)
            new = xl_rowcol_to_cell(sheet.row, last)
            template = f"=ROUND({new}-SUM({':'.join(ends)}),{{x.decimals}})"
            sheet.formula(sheet.row, last + 1, template, lambda v: 0.0, "calc:money")
    sheet.row += 1


def _of(values: Values) -> Revisions:
    return values.once(("revisions",), lambda: Revisions(values.dataset))


def _step(values: Values, k: int, name: str) -> float:
    steps = values.once(("revision steps",), lambda: _of(values).target())
    return steps[k][name]


def _revision(values: Values, line: str, year: int, part: str) -> float:
    found = _of(values).of(line, year)
    return getattr(found, part) if part in ("old", "new") else found.by_kind[part]
