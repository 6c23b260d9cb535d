"""Writes a planned book to a file: the same values give the same bytes."""

from __future__ import annotations

import hashlib
import math
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from thesisbook.outputs.workbook.formulas import ISO_DAY, Formula
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, Cell, Sheet, serial
from thesisbook.outputs.workbook.styles import Styles
from thesisbook.outputs.workbook.values import Values

OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": False,
}


# Sheet -> (row, column) -> formula ("" without one) and its result or the content of the cell.
Written = dict[str, dict[tuple[int, int], tuple[str, Any]]]


def render(book: Book, values: Values, out: Path) -> Path:
    """Writes `out` (its folder must exist)."""
    file = xlsxwriter.Workbook(str(out), OPTIONS)
    company = values.dataset.company
    file.set_properties(
        {
            "title": f"{company['name']['en']} ({company['ticker']}): model",
            "subject": f"Edition {company['edition']}, scenario {values.scenario}",
            "comments": "Independent reconstruction and audit; no investment advice.",
            "created": datetime.fromisoformat(str(company["edition"])),
        }
    )
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
    book: Book,
    sheet: Sheet,
    page: Any,
    *,
    styles: Styles,
    values: Values,
    at: tuple[int, int],
    cell: Cell,
) -> None:
    formula, content = written(book, values)[sheet.name][at]
    kind, _, rest = cell.style.partition(":")
    if formula:
        if kind == "calc":
            kind = "link" if "!" in formula else "formula"
        elif cell.follows is not None:
            kind = "follow"
        style = f"{kind}:{rest}" if rest else cell.style
        page.write_formula(*at, formula, styles(style), content)
    elif isinstance(content, bool):
        page.write_boolean(*at, content, styles(cell.style))
    elif isinstance(content, str):
        page.write_string(*at, content, styles(cell.style))
    else:
        page.write_number(*at, content, styles(cell.style))


def written(book: Book, values: Values) -> Written:
    """What stands in every cell but those of the Cover's origin: see `Written`; made once."""
    return values.once(
        ("written",),
        lambda: {
            name: {
                at: _content(book, sheet, values, cell) for at, cell in sorted(sheet.cells.items())
            }
            for name, sheet in book.sheets.items()
        },
    )


def _content(book: Book, sheet: Sheet, values: Values, cell: Cell) -> tuple[str, Any]:
    if cell.term is not None:
        formula = Formula(book, sheet.name, cell.year).write(cell.term)
        return f"={formula}", plain(values.evaluated(book)[cell.key])
    if cell.cached is not None and (cell.follows is None or cell.follows(values)):
        return book.expand(cell.template, sheet.name, cell.year), plain(cell.cached(values))
    return "", cell.content(values) if callable(cell.content) else cell.content


def digest(cells: Written) -> str:
    """Digest of every formula and constant: workbooks with the same one differ by edits only.

    Numbers count to nine digits: a stamped result may differ in the last one between machines.
    """
    held = hashlib.sha256()
    for name, sheet in cells.items():
        for at, (formula, content) in sheet.items():
            shown = f"{content:.9g}" if isinstance(content, float) else repr(content)
            held.update(f"{name}|{at}|{formula or shown}\n".encode())
    return held.hexdigest()[:16]


def plain(result: Any) -> Any:
    """A cached result as a file holds it; a number that is none is a fault of the model."""
    if isinstance(result, str) and ISO_DAY.fullmatch(result):
        return serial(result)
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
