"""Sheets as addressed cells: named places, formula templates and their cached results.

A template is a formula with names in braces: `={revenue}*{param.gross_margin}`. A name is that of
a quantity, of a helper row (`x.` before it), of a parameter (`param.`) or of a fact (`fact.`).
In a year's column a name by year stands for the same year; `{cash@-1}` is a year earlier,
`{cash@2028}` that year wherever it is used, `{cash@2026:2035}` a range of years.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from xlsxwriter.utility import quote_sheetname, xl_col_to_name, xl_rowcol_to_cell

from thesisbook.data.currencies import unit_words
from thesisbook.model.graph import Graph, ordered
from thesisbook.model.quantities import split_year, unit_in
from thesisbook.model.terms import Term

HEADER_ROW = 4  # of every sheet, from 0: the row of the years
FIRST_YEAR_COLUMN = 3
_NAME = re.compile(r"\{([a-z][A-Za-z0-9_.\-]*)(?:@([0-9:+\-]+))?\}", re.ASCII)

Cached = Callable[[Any], Any]  # of the values of a run


@dataclass(frozen=True)
class Cell:
    """Text or a number (`content`, or a function of the values); or a formula.

    A formula is a `term` of the model, whose value is the cached result; or, where a spreadsheet
    looks something up, a `template` and what it comes to (`cached`). With `follows`, the template
    is written where that is true of the values and the content elsewhere.
    """

    content: Any
    style: str = "text"
    template: str = ""
    cached: Cached | None = None
    year: int | None = None
    follows: Cached | None = None
    term: Term | None = None
    key: str = ""


@dataclass(frozen=True)
class Place:
    """Where a name lives; rows and columns from 0."""

    sheet: str
    row: int
    column: int
    defined: str = ""

    @property
    def address(self) -> str:
        """`'Income statement'!G7`."""
        cell = xl_rowcol_to_cell(self.row, self.column)
        return f"{quote_sheetname(self.sheet)}!{cell}"

    @property
    def fixed(self) -> str:
        """The same as a defined name wants it, `'Income statement'!$G$7`."""
        return f"{quote_sheetname(self.sheet)}!{_absolute(self.row, self.column)}"


@dataclass
class Sheet:
    """One sheet under construction. `row` is the next free row."""

    book: Book
    name: str
    title: str
    subtitle: str = ""
    widths: Mapping[int, float] = field(default_factory=dict)
    freeze: tuple[int, int] = (HEADER_ROW + 1, 0)
    colour: str = ""
    portrait: bool = False
    headed: bool = True  # the header row is repeated on paper
    breaks: list[int] = field(default_factory=list)  # rows a new page starts at
    printed: int | None = None  # last column on paper; all without it
    tall: int = 0  # pages it may be high; 0 for as many as it needs
    charted: int = 0  # rows below that a chart takes
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    row: int = HEADER_ROW + 1
    finishers: list[Callable[[Any, Any, Any], None]] = field(default_factory=list)

    def put(self, row: int, column: int, cell: Cell, key: str = "", defined: str = "") -> None:
        """Places a cell, under a name where it has one."""
        self.cells[row, column] = cell
        if key:
            self.book.register(key, Place(self.name, row, column, defined))

    def text(self, row: int, column: int, words: str, style: str = "text") -> None:
        """Words, whatever they begin with."""
        self.put(row, column, Cell(words, style))

    def formula(
        self,
        row: int,
        column: int,
        template: str,
        cached: Cached,
        style: str,
        *,
        key: str = "",
        year: int | None = None,
        defined: str = "",
    ) -> None:
        """A formula, with what it comes to, under a name where it has one."""
        self.put(row, column, Cell(None, style, template, cached, year), key, defined)

    def term(
        self,
        row: int,
        column: int,
        term: Term,
        style: str,
        *,
        key: str = "",
        year: int | None = None,
        defined: str = "",
    ) -> None:
        """A formula that is a term; without a key it is named by its place."""
        key = key or f"x.{self.name}.{row}.{column}"
        self.put(row, column, Cell(None, style, year=year, term=term, key=key), key, defined)
        self.book.terms.setdefault(key, term)

    def constant(self, row: int, column: int, value: Any, style: str, key: str) -> None:
        """A number or date that terms name as a leaf; no input."""
        shown = serial(value) if isinstance(value, str) else value
        self.put(row, column, Cell(shown, style), key)
        self.book.constants[key] = value

    def heading(self, words: str, last: int | None = None) -> None:
        """A band over the columns of the sheet, then the next row."""
        for column in range((self.book.last_column if last is None else last) + 1):
            self.text(self.row, column, words if column == 0 else "", "section")
        self.row += 1

    def years_header(self, name: str = "", note: str = "How") -> None:
        """The header row of a sheet by year: numbers, so that formulas can read the year."""
        name = name or self.book.words("reporting_mn")
        for column, words in enumerate((name, "Name", "Unit")):
            self.text(HEADER_ROW, column, words, "header")
        for year in self.book.years:
            style = "year_actual" if year <= self.book.last_actual else "year_forecast"
            key = f"x.year.{year}"  # that of the first sheet serves every formula
            at = (HEADER_ROW, self.book.column(year))
            if key in self.book.places:
                self.put(*at, Cell(year, style))
            else:
                self.constant(*at, year, style, key)
        self.text(HEADER_ROW, self.book.note_column, note, "header")
        self.text(HEADER_ROW, self.book.note_column + 1, "Receipts", "header")


class Book:
    """All sheets and the one address book of every name."""

    def __init__(
        self,
        years: Sequence[int],
        last_actual: int,
        receipts: Mapping[str, Sequence[str]],
        terms: Mapping[str, Term],
        currencies: Mapping[str, str],
    ) -> None:
        self.years = tuple(years)
        self.terms = dict(terms)  # every formula that is a term, by name
        self.constants: dict[str, Any] = {}
        self.currencies = currencies
        self.receipts = receipts  # named numbers of the book by the cell they are
        self.last_actual = last_actual
        self.sheets: dict[str, Sheet] = {}
        self.places: dict[str, Place] = {}
        self.names: dict[str, str] = {}  # further defined names -> absolute range

    @property
    def note_column(self) -> int:
        return FIRST_YEAR_COLUMN + len(self.years)

    @property
    def last_column(self) -> int:
        return self.note_column

    def column(self, year: int) -> int:
        return FIRST_YEAR_COLUMN + year - self.years[0]

    def sheet(self, name: str, title: str, **options: Any) -> Sheet:
        self.sheets[name] = made = Sheet(self, name, title, **options)
        return made

    def unit(self, unit: str) -> str:
        """A unit of a quantity in the company's currencies."""
        return unit_in(unit, self.currencies)

    def words(self, unit: str) -> str:
        """A unit of a quantity for a heading: `trading_per_share` is `USD per share`."""
        return unit_words(self.unit(unit))

    def order(self, names: Sequence[str]) -> None:
        """Sheets in the order they are shown."""
        self.sheets = {name: self.sheets[name] for name in names}

    def register(self, key: str, place: Place) -> None:
        if key in self.places:
            raise ValueError(f"{key} already lives at {self.places[key].address}")
        self.places[key] = place

    def range(self, first: str, last: str, sheet: str = "") -> str:
        """Absolute range between two names of one sheet, without its sheet where it is `sheet`."""
        a, b = self.places[first], self.places[last]
        cells = f"{_absolute(a.row, a.column)}:{_absolute(b.row, b.column)}"
        return cells if a.sheet == sheet else f"{quote_sheetname(a.sheet)}!{cells}"

    @cached_property
    def graph(self) -> Graph:
        """Every term of the book, in an order in which they can be evaluated."""
        return Graph(ordered(self.terms))

    def reference(self, name: str, sheet: str, year: int | None) -> str:
        """How a formula in `sheet`, in the column of `year`, calls a cell."""
        column, named = self.places[name].column, split_year(name)[1]
        in_grid = named is not None and column == self.column(named)
        relative = year is not None and in_grid and not name.startswith("fact.")
        return self._cell(name, sheet, not relative)

    def year_reference(self, value: int, sheet: str, year: int | None) -> str:
        """The header that holds a year: of the own column if it is that of the cell."""
        if value == year:
            return f"{xl_col_to_name(self.column(value))}${HEADER_ROW + 1}"
        return self._cell(f"x.year.{value}", sheet, True)

    def expand(self, template: str, sheet: str, year: int | None) -> str:
        """The formula of a template as it stands in a column of a sheet."""
        return _NAME.sub(lambda m: self._reference(m[1], m[2], sheet, year), template)

    def _reference(self, name: str, at: str | None, sheet: str, year: int | None) -> str:
        if name == "year" and year is not None:
            return f"{xl_col_to_name(self.column(year))}${HEADER_ROW + 1}"
        if at and ":" in at:
            first, _, last = at.partition(":")
            return self.range(f"{name}.{first}", f"{name}.{last}", sheet)
        if at and at[0] in "+-":
            return self._cell(f"{name}.{(year or 0) + int(at)}", sheet, False)
        if at:
            return self._cell(f"{name}.{at}", sheet, True)
        if year is not None and f"{name}.{year}" in self.places:
            return self._cell(f"{name}.{year}", sheet, False)
        return self._cell(name, sheet, True)

    def _cell(self, key: str, sheet: str, fixed: bool) -> str:
        place = self.places[key]
        if place.defined:
            return place.defined
        cell = (
            _absolute(place.row, place.column)
            if fixed
            else xl_rowcol_to_cell(place.row, place.column)
        )
        return cell if place.sheet == sheet else f"{quote_sheetname(place.sheet)}!{cell}"


def _absolute(row: int, column: int) -> str:
    return xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)


def serial(day: date | str) -> int:
    """The day number of a spreadsheet: 1 is 1900-01-01, with the 29th of February it invents."""
    found = date.fromisoformat(day) if isinstance(day, str) else day
    return found.toordinal() - date(1899, 12, 30).toordinal()
