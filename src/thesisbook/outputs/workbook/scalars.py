"""Sheets of single values: label, name, unit, value, how it comes about, and its receipt."""

from __future__ import annotations

from typing import Any

from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, Cached, Sheet
from thesisbook.outputs.workbook.styles import number_format, unit_text

VALUE, HOW, RECEIPT = 3, 4, 5


def values_sheet(book: Book, name: str, title: str, **options: Any) -> Sheet:
    """A sheet whose fourth column holds the values."""
    widths = {0: 44, 1: 24, 2: 11, VALUE: 15, HOW: 70, RECEIPT: 24} | options.pop("widths", {})
    sheet = book.sheet(name, title, widths=widths, freeze=(HEADER_ROW + 1, 0), **options)
    for column, words in enumerate(("Item", "Name", "Unit", "Value", "How", "Receipt")):
        sheet.text(HEADER_ROW, column, words, "header_right" if column == VALUE else "header")
    return sheet


def add_scalar(
    sheet: Sheet, key: str, template: str, cached: Cached | None = None, *, style: str = "",
    shape: str = "", label: str = "", unit: str = "", note: str = "", column: int = VALUE,
    how: int | None = HOW, defined: str = "",
) -> None:  # fmt: skip
    """One value; a declared quantity brings its label, unit and formula, and the run its result."""
    declared = sheet.book.declared(key)
    unit = sheet.book.unit(unit or (declared.unit if declared else ""))
    words = label or (declared.label if declared else key)
    sheet.text(sheet.row, 0, words, "bold" if style else "text")
    sheet.text(sheet.row, 1, "" if key.startswith("x.") else key, "muted")
    sheet.text(sheet.row, 2, unit_text(unit), "note")
    if how is not None:
        sheet.text(sheet.row, how, note or (declared.formula if declared else ""), "note")
        named = sheet.book.receipts.get(key, ())
        sheet.text(sheet.row, how + 1, ", ".join(named), "muted")
    sheet.formula(
        sheet.row, column, template, cached or (lambda values: values.scalar(key)),
        f"calc:{shape or number_format(unit)}{style}", key=key, defined=defined,
    )  # fmt: skip
    sheet.row += 1
