"""The model's own sheets: every line of the graph in its row, its formula written from its term."""

from __future__ import annotations

from functools import partial
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from thesisbook.data.dataset import PUBLISHED
from thesisbook.model import Assumptions
from thesisbook.model.formula_words import formula_words
from thesisbook.model.graph import Graph
from thesisbook.model.quantities import QUANTITIES, split_year, unit_in
from thesisbook.model.terms import Term, cell, constant, leaf
from thesisbook.model.valuation import UNGRADED
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, Sheet
from thesisbook.outputs.workbook.model_lines import BY_YEAR, VALUES, Row, check_complete, rows_of
from thesisbook.outputs.workbook.styles import number_format, unit_text

VALUE, HOW, RECEIPT = 3, 4, 5
COLOURS = {"DCF": "#2E7D6B", "Valuation": "#B5452C"} | dict.fromkeys(
    ("Cost of capital", "DCF value", "Comparables"), "#2E7D6B"
)
STATEMENTS = "#1F6FB2"
# Formats that say more digits than their unit does.
DIGITS = {
    "wacc": "percent4",
    "wacc_built_up": "percent4",
    "terminal_periods": "factor4",
    "discount_periods": "factor4",
    "discount_factor": "factor4",
    "revenue_factor": "factor4",
    "peer_ps_multiple": "multiple2",
    "relative_multiple": "multiple2",
}


def plan(book: Book, shape: Assumptions, graph: Graph) -> None:
    """Every sheet of the layouts. Raises ValueError where layout and model do not agree."""
    for name in BY_YEAR:
        _by_year(book, shape, graph, name)
    for name in VALUES:
        _values(book, shape, graph, name)
    _rating(book.sheets["Valuation"], shape)
    book.sheets["Valuation"].widths = {0: 52, 1: 24, 2: 11, VALUE: 15, HOW: 66, RECEIPT: 26} | (
        dict.fromkeys(range(RECEIPT + 1, RECEIPT + 4), 11)  # the football field
    )
    check_complete(book.places, graph)


def _by_year(book: Book, shape: Assumptions, graph: Graph, name: str) -> None:
    """A sheet whose columns are years: label, name, unit, the years, and how it comes about."""
    sheet = book.sheet(
        name,
        name,
        freeze=(HEADER_ROW + 1, 3),
        colour=COLOURS.get(name, STATEMENTS),
        tall=1,
        printed=book.note_column - 1,
        widths={
            0: 42,
            1: 24,
            2: 11,
            **{book.column(y): 11.5 for y in book.years},
            book.note_column: 70,
            book.note_column + 1: 40,
        },
    )
    sheet.years_header()
    _bands(sheet, shape)
    for row in rows_of(name, shape, graph):
        if row.mark == "#":
            sheet.heading(row.name)
        else:
            _year_row(sheet, shape, graph, row)
    if name != "DCF":  # its rows run to the horizon in every scenario
        words = "Grey: years that a scenario on published statements does not show."
        sheet.text(HEADER_ROW - 2, 0, words, "note")
        sheet.finishers.append(partial(_beyond_print, sheet=sheet))


def _bands(sheet: Sheet, shape: Assumptions) -> None:
    """Headings of the parts of the horizon: along a row a formula changes only where one begins."""
    later = shape.years[len(shape.product_years) :]
    bands = {sheet.book.years[0]: "Reported", shape.years[0]: "First year"}
    bands |= dict.fromkeys(shape.product_years[1:2], "Product years")
    bands |= dict.fromkeys(later[:1], "Later years")
    for year, words in bands.items():
        sheet.text(HEADER_ROW - 1, sheet.book.column(year), words, "band")


def _describe(sheet: Sheet, row: Row, shape: Assumptions, how: tuple[int, str]) -> str:
    """Label, name, unit and formula words of a line or parameter; its number format."""
    if row.name.startswith("param."):
        parameter = shape.parameters[row.name.removeprefix("param.")]
        label, unit, kind = parameter.label, parameter.unit, parameter.kind
        low, high = parameter.low, parameter.high
    else:
        quantity = QUANTITIES[row.name]
        label, unit, kind, low, high = quantity.label, quantity.unit, "", 0.0, 1.0
    unit = unit_in(unit, sheet.book.currencies)
    shape_of = "switch" if kind == "switch" else number_format(unit, low, high)
    shape_of = DIGITS.get(row.name, "percent2" if shape_of == "percent" else shape_of)
    sheet.text(sheet.row, 0, label, "bold" if row.mark == "=" else "text")
    sheet.text(sheet.row, 1, row.name, "muted")
    sheet.text(sheet.row, 2, unit_text(unit), "note")
    sheet.text(sheet.row, how[0], how[1], "note")
    return shape_of


def _year_row(sheet: Sheet, shape: Assumptions, graph: Graph, row: Row) -> None:
    book, name = sheet.book, row.name
    here = [
        y for y in book.years if f"{name}.{y}" in (book.places if row.mark == ">" else graph.cells)
    ]
    words = "As on its own sheet"
    if row.mark != ">":
        last = f"{name}.{here[-1]}" if here else name
        words = QUANTITIES[name].formula or formula_words(last, graph.cells[last], shape)
    number = _describe(sheet, row, shape, (book.note_column, words))
    style = f"calc:{number}{':total' if row.mark == '=' else ''}"
    receipts = [n for y in here for n in book.receipts.get(f"{name}.{y}", ())]
    sheet.text(sheet.row, book.note_column + 1, ", ".join(receipts), "muted")
    for year in here:
        at, key = (sheet.row, book.column(year)), f"{name}.{year}"
        if row.mark == ">":
            link = leaf(key) if name.startswith("param.") else cell(key)
            sheet.term(*at, link, style, year=year)
        else:
            sheet.term(*at, graph.cells[key], style, key=key, year=year)
    if not here:  # a scalar that is read on this sheet
        column = book.column(shape.product_years[-1])
        sheet.term(sheet.row, column, graph.cells[name], style, key=name)
    if row.mark == "~":
        for year in range(book.years[0] + 1, here[0]):
            moved = _moved(graph.cells[f"{name}.{here[0]}"], year - here[0])
            sheet.term(sheet.row, book.column(year), moved, style, year=year)
    sheet.row += 1


def _moved(term: Term, years: int) -> Term:
    """The same expression some years earlier or later."""
    if term.op == "cell":
        name, year = split_year(term.name)
        return cell(f"{name}.{year + years}") if year else term
    return Term(term.op, tuple(_moved(part, years) for part in term.parts)) if term.parts else term


def _values(book: Book, shape: Assumptions, graph: Graph, name: str) -> None:
    """A sheet of single values: label, name, unit, value, how it comes about, its receipt."""
    sheet = book.sheet(
        name,
        name,
        freeze=(HEADER_ROW + 1, 0),
        colour=COLOURS[name],
        tall=1,
        widths={0: 52, 1: 28, 2: 11, VALUE: 15, HOW: 80, RECEIPT: 30},
    )
    for column, words in enumerate(("Item", "Name", "Unit", "Value", "How", "Receipt")):
        sheet.text(HEADER_ROW, column, words, "header_right" if column == VALUE else "header")
    for row in rows_of(name, shape, graph):
        if row.mark == "#":
            sheet.heading(row.name, RECEIPT)
        else:
            _value_row(sheet, shape, graph, row)


def _value_row(sheet: Sheet, shape: Assumptions, graph: Graph, row: Row) -> None:
    book, name = sheet.book, row.name
    given = name.startswith("param.")
    words = "Assumption"
    if not given:
        words = QUANTITIES[name].formula or formula_words(name, graph.cells[name], shape)
    number = _describe(sheet, row, shape, (HOW, words))
    sheet.text(sheet.row, RECEIPT, ", ".join(book.receipts.get(name, ())), "muted")
    style = f"calc:{number}{':total' if row.mark == '=' else ''}"
    term = leaf(name) if given else graph.cells[name]
    defined = name if name == "target_price" else ""
    sheet.term(sheet.row, VALUE, term, style, key="" if given else name, defined=defined)
    sheet.row += 1


def _rating(sheet: Sheet, shape: Assumptions) -> None:
    """The rating and its scale: the best grade must be exceeded, others include their bound."""
    sheet.heading("Rating", RECEIPT)
    grades = sorted(shape.grades, key=lambda grade: grade.above, reverse=True)
    top = sheet.row
    term = constant(grades[-1].id)
    for k, grade in reversed(list(enumerate(grades[:-1]))):
        sheet.text(top + 1 + k, 0, f"  {grade.id}: relative return above")
        key = f"grade.{grade.id}"
        sheet.constant(top + 1 + k, VALUE, grade.above, "plain:percent", key)
        sign = ">" if k == 0 else ">="
        reached = Term(sign, (cell("relative_return"), leaf(key)))
        term = Term("if", (reached, constant(grade.id), term))
    sheet.text(top, 0, QUANTITIES["rating"].label, "bold")
    sheet.text(top, 1, "rating", "muted")
    sheet.text(top, HOW, QUANTITIES["rating"].formula, "note")
    sheet.text(top, RECEIPT, ", ".join(sheet.book.receipts.get("rating", ())), "muted")
    if shape.graded:
        sheet.term(top, VALUE, term, "calc:word:strong", key="rating")
    else:
        _published_only(sheet, top, term, len(grades))
    sheet.row = top + len(grades) + 1 + (not shape.graded)


def _published_only(sheet: Sheet, top: int, term: Term, grades: int) -> None:
    """The rating where a tree is graded: no scenario has one but the published report."""
    sheet.text(top + grades, 0, "  Grade that the return would have")
    sheet.term(top + grades, VALUE, term, "calc:word", key="x.grade")
    sheet.formula(
        top,
        VALUE,
        f'=IF({{scenario}}="{PUBLISHED}",{{x.grade}},"{UNGRADED}")',
        lambda v: v.result.rating,
        "calc:word:strong",
        key="rating",
    )


def _beyond_print(page: Any, styles: Any, values: Any, sheet: Sheet) -> None:
    """Years a scenario on published statements does not show are greyed."""
    book = sheet.book
    after = max(values.assumptions.product_years)
    first = xl_rowcol_to_cell(HEADER_ROW, book.column(after + 1), row_abs=True)
    page.conditional_format(
        HEADER_ROW + 1,
        book.column(after + 1),
        sheet.row,
        book.column(book.years[-1]),
        {
            "type": "formula",
            "criteria": f'=AND(statement_basis="published",{first}>{after})',
            "format": styles.extra({"font_color": "#B5BDC6"}),
        },
    )


def plan_constants(sheet: Sheet, graph: Graph, last: int) -> None:
    """The model's own constants, below the assumptions: named ones and dates."""
    from thesisbook.outputs.workbook.formulas import constant_key, needs_cell  # noqa: PLC0415

    sheet.row += 1
    sheet.heading("Constants of the model: no inputs", last)
    parts = (part for term in graph.cells.values() for part in term.walk())
    for value, name in dict.fromkeys(part.args for part in parts if part.op == "constant"):
        if needs_cell(value, name):
            sheet.text(sheet.row, 0, (name or "year_end").replace("_", " ").capitalize())
            style = "plain:date" if isinstance(value, str) else "plain:general"
            sheet.constant(sheet.row, VALUE, value, style, constant_key(value, name))
            sheet.row += 1
