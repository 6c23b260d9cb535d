"""Writes a planned book to a file: the same values give the same bytes."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, Cell, Sheet
from thesisbook.outputs.workbook.styles import Styles
from thesisbook.outputs.workbook.values import Values

OPTIONS = {
    "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False,
    "nan_inf_to_errors": False,
}  # fmt: skip


def render(book: Book, values: Values, out: Path) -> Path:
    """Writes `out` (its folder must exist)."""
    file = xlsxwriter.Workbook(str(out), OPTIONS)
    company = values.dataset.company
    file.set_properties({
        "title": f"{company['name']['en']} ({company['ticker']}): model",
        "subject": f"Edition {company['edition']}, scenario {values.scenario}",
        "comments": "Independent reconstruction and audit; no investment advice.",
        "created": datetime.fromisoformat(str(company["edition"])),
    })  # fmt: skip
    file.set_calc_mode("auto")
    styles = Styles(file)
    pages = {name: file.add_worksheet(name) for name in book.sheets}
    for name, sheet in book.sheets.items():
        _write(book, sheet, pages[name], styles, values)
    for place in book.places.values():
        if place.defined:
            file.define_name(place.defined, f"={place.fixed}")
    for name, span in book.names.items():
        file.define_name(name, span)
    for sheet in book.sheets.values():
        for finish in sheet.finishers:
            finish(pages[sheet.name], styles, values)
    file.close()
    return out


def _write(book: Book, sheet: Sheet, page: Any, styles: Styles, values: Values) -> None:
    page.hide_gridlines(2)
    page.set_zoom(90)
    if sheet.colour:
        page.set_tab_color(sheet.colour)
    for column, width in sheet.widths.items():
        page.set_column(column, column, width, styles("text"))
    if sheet.title:
        page.write_string(0, 0, sheet.title, styles("title"))
        page.set_row(0, 24)
        page.write_string(1, 0, sheet.subtitle or _subtitle(book, values), styles("subtitle"))
    for (row, column), cell in sorted(sheet.cells.items()):
        _cell(book, sheet, page, styles=styles, values=values, at=(row, column), cell=cell)
    _print(sheet, page, values)


def _subtitle(book: Book, values: Values) -> str:
    company = values.dataset.company
    return (
        f"{company['name']['en']} ({company['ticker']}), edition {company['edition']}."
        f" {book.words('reporting_mn')} unless stated; costs and outflows negative."
    )


def _cell(
    book: Book, sheet: Sheet, page: Any, *, styles: Styles, values: Values, at: tuple[int, int],
    cell: Cell,
) -> None:  # fmt: skip
    content = cell.content(values) if callable(cell.content) else cell.content
    follows = cell.follows is not None and cell.follows(values)
    if cell.cached is not None and (cell.follows is None or follows):
        formula = book.expand(cell.template, sheet.name, cell.year)
        kind, _, rest = cell.style.partition(":")
        if kind == "calc":
            linked = "!" in formula or "{param." in cell.template
            kind = "link" if linked else "formula"
        elif follows:
            kind = "follow"
        style = f"{kind}:{rest}" if rest else cell.style
        page.write_formula(*at, formula, styles(style), plain(cell.cached(values)))
    elif isinstance(content, bool):
        page.write_boolean(*at, content, styles(cell.style))
    elif isinstance(content, str):
        page.write_string(*at, content, styles(cell.style))
    else:
        page.write_number(*at, content, styles(cell.style))


def plain(result: Any) -> Any:
    """A cached result as a file holds it; a number that is none is a fault of the model."""
    if isinstance(result, (bool, str)):
        return result
    number = float(result)
    if not math.isfinite(number):
        raise ValueError("a cached result is no finite number")
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _print(sheet: Sheet, page: Any, values: Values) -> None:
    page.freeze_panes(*sheet.freeze)
    page.set_paper(9)
    if not sheet.portrait:
        page.set_landscape()
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.fit_to_pages(1, sheet.tall)
    if sheet.headed and not sheet.portrait:
        page.repeat_rows(HEADER_ROW)
    page.set_h_pagebreaks(sheet.breaks)
    last = max(row for row, _ in sheet.cells) + sheet.charted
    page.print_area(0, 0, last, sheet.printed or max(sheet.widths))
    page.set_footer(
        f"&L&8 {values.dataset.company['ticker']}  &A&C&8Independent reconstruction; no investment"
        " advice&R&8&P of &N"
    )
