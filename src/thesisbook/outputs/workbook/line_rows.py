"""Rows by year: one template for each part of the horizon, and where the cached result is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from thesisbook.model import Assumptions
from thesisbook.model.lines import HISTORY_LINES
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, Cached, Sheet
from thesisbook.outputs.workbook.styles import number_format, unit_text


@dataclass(frozen=True)
class Row:
    """A row by year. Templates by part: `actual` years (the facts, for a reported line), the
    `first` forecast year, `product` years (the first too, without its own), `later` years.
    Empty: no cell.

    `value` gives the cached result of (values, year); without it the model's line of that name.
    """

    key: str
    product: str = ""
    later: str | None = None  # None: as product
    first: str | None = None  # None: as product
    actual: str = ""
    label: str = ""
    unit: str = ""
    style: str = ""
    value: Any = None
    note: str = ""


def add_rows(sheet: Sheet, shape: Assumptions, rows: Iterable[Row | str]) -> None:
    """Rows in order; text is a heading."""
    for row in rows:
        if isinstance(row, str):
            sheet.heading(row)
        else:
            add_row(sheet, shape, row)


def add_row(sheet: Sheet, shape: Assumptions, row: Row) -> None:
    """One row with label, name and unit (those of the declared quantity where it is one)."""
    name = row.key.partition("@")[0]
    declared = sheet.book.declared(name)
    unit = sheet.book.unit(row.unit or (declared.unit if declared else "reporting_mn"))
    style = f"calc:{number_format(unit)}{row.style}"
    label = row.label or (declared.label if declared else name)
    sheet.text(sheet.row, 0, label, "bold" if ":total" in row.style else "text")
    sheet.text(sheet.row, 1, "" if name.startswith("x.") else name, "muted")
    sheet.text(sheet.row, 2, unit_text(unit), "note")
    how = row.note or (declared.formula if declared else "")
    sheet.text(sheet.row, sheet.book.note_column, how, "note")
    if "@" not in row.key:
        keys = (f"{name}.{year}" for year in sheet.book.years)
        named = [number for key in keys for number in sheet.book.receipts.get(key, ())]
        sheet.text(sheet.row, sheet.book.note_column + 1, ", ".join(named), "muted")
    for year in sheet.book.years:
        template = _template(row, shape, year)
        if template:
            cached = partial(row.value, y=year) if row.value else _line(name, year)
            sheet.formula(
                sheet.row, sheet.book.column(year), template, cached, style,
                key="" if "@" in row.key else f"{row.key}.{year}", year=year,
            )  # fmt: skip
    sheet.row += 1


def _template(row: Row, shape: Assumptions, year: int) -> str:
    if year == min(shape.history["revenue"]) and "@-1" in row.actual:
        return ""  # nothing before the first reported year
    if year <= shape.last_actual:
        if not row.actual and row.key in HISTORY_LINES:
            return f"={{fact.{shape.entity}.{row.key}.{year}}}"
        return row.actual
    if year == shape.years[0] and row.first is not None:
        return row.first
    if year in shape.product_years or row.later is None:
        return row.product
    return row.later


def _line(name: str, year: int) -> Cached:
    return lambda values: values.line(name, year)


def link(key: str, style: str = "") -> Row:
    """A row that shows a line living on another sheet."""
    template = f"={{{key}}}"
    return Row(f"{key}@", template, actual=template, style=style)


def years_sheet(book: Book, name: str, title: str, colour: str = "", **options: Any) -> Sheet:
    """A sheet whose columns are years: label, name, unit, the years, and how it comes about."""
    sheet = book.sheet(
        name, title, freeze=(5, 3), colour=colour, printed=book.note_column - 1, tall=1,
        widths={0: 42, 1: 24, 2: 11, **{book.column(y): 11.5 for y in book.years},
                book.note_column: 70, book.note_column + 1: 40},
        **options,
    )  # fmt: skip
    sheet.years_header()
    if name != "DCF":
        words = "Grey: years that a scenario on printed statements does not show."
        sheet.text(HEADER_ROW - 2, 0, words, "note")
    sheet.finishers.append(partial(_beyond_print, sheet=sheet))
    return sheet


def _beyond_print(page: Any, styles: Any, values: Any, sheet: Sheet) -> None:
    """Years a scenario on printed statements does not show are greyed."""
    book = sheet.book
    after = max(values.assumptions.product_years)
    first = xl_rowcol_to_cell(HEADER_ROW, book.years.index(after) + 4, row_abs=True)
    if sheet.name != "DCF":  # its rows run to the horizon in every scenario
        page.conditional_format(
            HEADER_ROW + 1, book.column(after + 1), sheet.row, book.column(book.years[-1]),
            {"type": "formula", "criteria": f'=AND(statement_basis="published",{first}>{after})',
             "format": styles.extra({"font_color": "#B5BDC6"})},
        )  # fmt: skip
