"""What an auditor of workbooks looks for: faults of a file as it is, whoever wrote it."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.formula import Tokenizer
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from xlsxwriter.utility import xl_cell_to_rowcol

from thesisbook.outputs.workbook.layout import HEADER_ROW
from thesisbook.outputs.workbook.saved_cells import SavedCell, read_cells
from thesisbook.outputs.workbook.styles import GREEN, INK, INPUT_FILL

LONGEST = 200  # characters of a formula
ALLOWED = (0, 1, 12, 100, 365)  # numbers a formula may hold
HEADS, BANDS = HEADER_ROW + 1, HEADER_ROW  # rows of the years and of the parts of the horizon
RECORDS = ("Facts", "Errata", "Receipts")
OPAQUE = ("OFFSET", "INDIRECT", "NOW", "TODAY", "RAND", "RANDBETWEEN", "IFERROR", "HYPERLINK")
ERROR = re.compile(r"#(REF|DIV/0|VALUE|NAME|NUM|N/A|NULL)[!?]?")
CELL = re.compile(r"^(?:'?([^'!]+)'?!)?\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?$")
NUMERIC_TEXT = re.compile(r"^[\s(+-]*\d[\d,. ]*%?\)?\s*$")

Place = tuple[str, int, int]  # sheet, row and column, from 1


@cache
def tokens(formula: str) -> tuple[Any, ...]:
    """The tokens of a formula; rows and copies repeat many."""
    return tuple(Tokenizer(formula).items)


@dataclass
class Sheets:
    """A workbook as written, with its looks and rules, and as last calculated."""

    path: Path

    @cached_property
    def written(self) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(self.path)

    @cached_property
    def cells(self) -> dict[Place, SavedCell]:
        return {
            (name, row + 1, column + 1): held
            for name, cells in read_cells(self.path).items()
            for at, held in cells.items()
            for row, column in [xl_cell_to_rowcol(at)]
        }

    @cached_property
    def formulas(self) -> dict[Place, str]:
        return {place: held.formula for place, held in self.cells.items() if held.formula}

    def operands(self, formula: str, kind: str) -> list[str]:
        """The operands of a formula: NUMBER, RANGE (cells and names), or TEXT."""
        found = tokens(formula)
        return [t.value for t in found if t.type == "OPERAND" and t.subtype == kind]

    def functions(self, formula: str) -> set[str]:
        found = (t for t in tokens(formula) if t.type == "FUNC")
        return {t.value.rstrip("(") for t in found if t.value != ")"}

    @cached_property
    def names(self) -> dict[str, str]:
        return {name: found.attr_text for name, found in self.written.defined_names.items()}

    def reads(self, place: Place) -> Iterator[Place]:
        """The cells a formula reads, names and ranges spelt out."""
        for operand in self.operands(self.formulas[place], "RANGE"):
            match = CELL.match(self.names.get(operand, operand))
            if match:
                sheet, first, top, last, bottom = match.groups()
                left, right = (column_index_from_string(c) for c in (first, last or first))
                for row in range(int(top), int(bottom or top) + 1):
                    for column in range(left, right + 1):
                        yield sheet or place[0], row, column

    def pattern(self, place: Place) -> str:
        """A formula with its cells as distances; a plain link is the sheet it reads."""
        formula = self.formulas[place]
        operands = self.operands(formula, "RANGE")
        if len(operands) == 1 and formula == f"={operands[0]}" and "!" in formula:
            return formula.partition("!")[0]
        return re.sub(
            r"(\$?)([A-Z]{1,3})(\$?)(\d+)(?![\w(])",
            lambda m: (
                (m[2] if m[1] else f"C[{column_index_from_string(m[2]) - place[2]}]")
                + (m[4] if m[3] else f"R[{int(m[4]) - place[1]}]")
            ),
            formula,
        )

    def years(self, sheet: Any) -> list[int]:
        """The columns of the years, where the heads of a sheet are years."""
        heads = ((cell.column, cell.value) for cell in sheet[HEADS])
        return [c for c, held in heads if isinstance(held, int) and 1900 < held < 2200]


def lint(path: Path) -> list[str]:
    """Faults of a workbook, each `Sheet!A1: what is wrong`; empty for a sound one."""
    sheets = Sheets(path)
    if not sheets.formulas:
        return [f"{path.name}: holds no formula; nothing was looked at"]
    return [told for look in LOOKS for told in look(sheets)]


LOOKS: list[Callable[[Sheets], Iterator[str]]] = []


def looks(function: Callable[[Sheets], Iterator[str]]) -> Callable[[Sheets], Iterator[str]]:
    LOOKS.append(function)
    return function


def at(place: Place) -> str:
    return f"{place[0]}!{get_column_letter(place[2])}{place[1]}"


@looks
def formulas_one_by_one(book: Sheets) -> Iterator[str]:
    """Errors, other files, opaque functions, whole columns, typed numbers, length."""
    for place, formula in book.formulas.items():
        bare = re.sub(r'"[^"]*"', "", formula)
        if ERROR.search(bare):
            yield f"{at(place)}: refers to a cell that is gone"
        if "[" in bare or "file:" in bare or "|" in bare:
            yield f"{at(place)}: reads another file"
        for name in sorted(book.functions(formula).intersection(OPAQUE)):
            yield f"{at(place)}: uses {name}, which hides what it reads or changes by itself"
        if re.search(r"\$?[A-Z]{1,3}:\$?[A-Z]{1,3}(?!\d)", bare):
            yield f"{at(place)}: reads a whole column"
        if len(formula) > LONGEST:
            yield f"{at(place)}: {len(formula)} characters; at most {LONGEST}"
        if place[0] != "Receipts":  # these say the book's own expressions
            for number in book.operands(formula, "NUMBER"):
                if float(number) not in ALLOWED:
                    yield f"{at(place)}: {number} is typed into a formula"


@looks
def results(book: Sheets) -> Iterator[str]:
    """Errors and red checks in the last calculation, and formulas without a result."""
    for place in book.formulas:
        held = book.cells[place].value
        if isinstance(held, str) and ERROR.match(held):
            yield f"{at(place)}: the result is {held}"
        elif held is None:
            yield f"{at(place)}: the formula has no result"
        elif held == "CHECK":
            yield f"{at(place)}: a check fails"


@looks
def numbers_that_look_like_formulas(book: Sheets) -> Iterator[str]:
    """A pasted value keeps the black or green of the formula it replaced; text among numbers."""
    colours = {"FF" + colour.lstrip("#") for colour in (INK, GREEN)}
    for sheet in book.written.worksheets:
        for row in sheet.iter_rows(min_row=HEADS + 1 if sheet.title != "Cover" else 1):
            for cell in row:
                place = f"{sheet.title}!{cell.coordinate}"
                looks_made = cell.font.color is not None and cell.font.color.rgb in colours
                if isinstance(cell.value, (int, float)) and looks_made and not _is_input(cell):
                    yield f"{place}: a typed number where a formula stood"
                right = cell.alignment.horizontal == "right" and cell.number_format != "General"
                if isinstance(cell.value, str) and right and NUMERIC_TEXT.match(cell.value):
                    yield f"{place}: a number stored as text"


def _is_input(cell: Any) -> bool:
    return bool(cell.fill.fgColor.rgb == "FF" + INPUT_FILL.lstrip("#"))


@looks
def words_where_a_status_stood(book: Sheets) -> Iterator[str]:
    """A check that is typed: OK without a formula."""
    for sheet in book.written.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value in ("OK", "ALL OK", "AS IN THE BOOK"):
                    yield f"{sheet.title}!{cell.coordinate}: {cell.value} is typed, not calculated"


@looks
def rows(book: Sheets) -> Iterator[str]:
    """Along a row the formula and the format change only under a heading; names stand once."""
    for sheet in book.written.worksheets:
        years = book.years(sheet)
        if not years:
            continue
        bands = {cell.column for cell in sheet[BANDS] if cell.value}
        for row in range(HEADS + 1, sheet.max_row + 1):
            yield from _row(book, sheet, row, years, bands)
        names = Counter(c.value for c in sheet["B"][HEADS:] if c.value)
        for name, times in names.items():
            if times > 1 and sheet.title != "Assumptions":
                yield f"{sheet.title}: {name} stands in {times} rows"


def _row(book: Sheets, sheet: Any, row: int, years: list[int], bands: set[int]) -> Iterator[str]:
    held = [column for column in years if (sheet.title, row, column) in book.formulas]
    if held and not (sheet.cell(row, 1).value and sheet.cell(row, 3).value):
        yield f"{sheet.title}!A{row}: a row of numbers without label or unit"
    for before, column in pairwise(held):
        place = sheet.title, row, column
        ends = [sheet.cell(row, c).number_format for c in (before, column)]
        if ends[0] != ends[1]:
            yield f"{at(place)}: the format changes within the row"
        parted = bands.intersection(range(before + 1, column + 1))
        if not parted and book.pattern(place) != book.pattern((sheet.title, row, before)):
            yield f"{at(place)}: the formula changes within the row, without a heading"
        if not parted and column != before + 1:
            yield f"{at(place)}: a gap in the row"


@looks
def ranges(book: Sheets) -> Iterator[str]:
    """A sum takes a whole part of the horizon or a whole block of rows, of one unit."""
    for place, formula in book.formulas.items():
        for operand in book.operands(formula, "RANGE"):
            match = CELL.match(operand)
            if not match or not match[4] or place[0] in RECORDS:
                continue
            sheet = book.written[match[1] or place[0]]
            left, top, right, bottom = range_boundaries(operand.rpartition("!")[2].replace("$", ""))
            years = book.years(sheet)
            if top == bottom and left in years and top > HEADS and "SUM" in formula:
                lacks = {column for column in years if (sheet.title, top, column) in book.formulas}
                if right + 1 in lacks or (left - 1 in lacks and not _begins(sheet, left)):
                    yield f"{at(place)}: {operand} leaves out a year"
            elif left == right and bottom > top and formula == f"=SUM({operand})" and years:
                units = {sheet.cell(row, 3).value for row in range(top, bottom + 1)}
                if len(units) > 1:
                    yield f"{at(place)}: sums rows of different units"
                if (sheet.title == place[0] and place[1] > bottom) and (
                    place[1] != bottom + 1 or _continues(sheet, top - 1)
                ):
                    yield f"{at(place)}: {operand} leaves out a row"


def _begins(sheet: Any, column: int) -> bool:
    return bool(sheet.cell(BANDS, column).value)


def _continues(sheet: Any, row: int) -> bool:
    """Whether a row is an ordinary one: no heading, no total."""
    first = sheet.cell(row, 1)
    return bool(sheet.cell(row, 2).value) and not first.font.bold


@looks
def references(book: Sheets) -> Iterator[str]:
    """Empty cells that formulas read, names that lead nowhere, circles."""
    graph = {place: set(book.reads(place)) for place in book.formulas}
    for place, read in graph.items():
        alone = ":" not in book.formulas[place]
        for gone in sorted(p for p in read if alone and p not in book.cells):
            yield f"{at(place)}: reads the empty cell {at(gone)}"
    for name, text in book.names.items():
        sheet = text.rpartition("!")[0].strip("'=")
        if ERROR.search(text) or (sheet and sheet not in book.written.sheetnames):
            yield f"{name}: the name leads nowhere"
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield f"{at(error.args[1][0])}: depends on itself"


@looks
def sheets_and_looks(book: Sheets) -> Iterator[str]:
    """Hidden sheets and rows, sheets without a print area, inputs unguarded."""
    for sheet in book.written.worksheets:
        if sheet.sheet_state != "visible":
            yield f"{sheet.title}: the sheet is hidden"
        for row, dimension in sheet.row_dimensions.items():
            if dimension.hidden:
                yield f"{sheet.title}: row {row} is hidden"
        if not sheet.print_area:
            yield f"{sheet.title}: no print area"
        guarded = {
            c
            for rule in sheet.data_validations.dataValidation
            for r in rule.sqref.ranges
            for row in r.rows
            for c in row
        }
        for row in sheet.iter_rows():
            for cell in row:
                typed = isinstance(cell.value, (int, float)) and _is_input(cell)
                if typed and (cell.row, cell.column) not in guarded:
                    yield f"{sheet.title}!{cell.coordinate}: an input that takes any value"


@looks
def parts(book: Sheets) -> Iterator[str]:
    """Macros, links to other files, charts without words for those who do not see."""
    with zipfile.ZipFile(book.path) as archive:
        for name in archive.namelist():
            if "vba" in name.lower() or "externalLink" in name:
                yield f"{name}: macros or links to other files"
            if name.startswith("xl/drawings/drawing"):
                for frame in re.findall(r"<xdr:cNvPr [^>]*>", archive.read(name).decode()):
                    if 'descr="' not in frame:
                        yield f"{name}: a chart without alt text"
