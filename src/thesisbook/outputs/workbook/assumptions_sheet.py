"""The Assumptions sheet: every parameter in every scenario, and the live one as the Cover chooses.

A scenario's cell that does not differ from `base` follows it by formula, as the scenario files do;
what differs is an input. The values as the book has them stand to the right, so that an edit shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from thesisbook.model import Assumptions, Parameter
from thesisbook.outputs.workbook.cell_rules import (
    allow,
    defined_name,
    shape_of,
    spreadsheet_value,
)
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, Cell, Sheet
from thesisbook.outputs.workbook.styles import MUTED, WARN, unit_text
from thesisbook.outputs.workbook.values import Values

NAME = "Assumptions"
LOW, HIGH, CASE, LIVE = 3, 4, 5, 6
REASON, SOURCE, EDITED = 16, 17, 18
STAMP = 14  # columns between a cell and its value in the book
SELECTOR_ROW = 2


def plan(book: Book, shape: Assumptions, scenarios: Mapping[str, Any]) -> None:
    """Places every parameter: first those without years, then those by year."""
    sheet = book.sheet(
        NAME,
        "Assumptions",
        freeze=(HEADER_ROW + 1, 3),
        colour="#0000FF",
        widths={
            0: 44,
            1: 30,
            2: 11,
            LOW: 9,
            HIGH: 9,
            CASE: 11,
            **dict.fromkeys(range(LIVE, REASON), 13),
            REASON: 70,
            SOURCE: 10,
            EDITED: 8,
        },
        printed=15,
        subtitle="Blue on yellow: an input. Black on yellow: follows base until it is overwritten.",
    )
    names = tuple(scenarios)
    if len(names) > REASON - LIVE - 1:
        raise ValueError(f"{len(names)} scenarios; {NAME} has columns for {REASON - LIVE - 1}")
    _selector(sheet, names)
    _header(sheet, names)
    plain = [p for p in shape.parameters.values() if not p.years]
    by_year = [p for p in shape.parameters.values() if p.years and p.kind != "published"]
    printed = [p for p in shape.parameters.values() if p.kind == "published"]
    sheet.heading("Without years", EDITED)
    for parameter in plain:
        _scalar(sheet, parameter, names)
    scalars = (HEADER_ROW + 1, sheet.row - 1)
    sheet.row += 1
    _by_year_header(sheet, shape)
    for parameter in by_year:
        _series(sheet, parameter, names)
    last = sheet.row - 1
    sheet.row += 1
    sheet.heading("Printed lines: facts, used where a switch asks for them", EDITED)
    for parameter in printed:
        _printed(sheet, parameter)
    edited = f"{_at(HEADER_ROW + 1, EDITED)}:{_at(last, EDITED)}"
    sheet.text(SELECTOR_ROW, SOURCE, "Edited inputs", "note")
    sheet.formula(
        SELECTOR_ROW, EDITED, f"=SUM({edited})", lambda v: 0, "calc:count", key="x.edited"
    )
    _own_edits(sheet, scalars, (scalars[1] + 1, last), len(names))
    sheet.finishers.append(partial(_finish, last=last))


def _own_edits(sheet: Sheet, scalars: tuple[int, int], series: tuple[int, int], count: int) -> None:
    """Edits counted on the selected scenario's own cells: as many as on the live ones."""

    def block(rows: tuple[int, int], first: int, last: int) -> str:
        return f"{_at(rows[0], first)}:{_at(rows[1], last)}"

    first, last = LIVE + 1, LIVE + count
    own = block(scalars, first, last), block(scalars, first + STAMP, last + STAMP)
    years = block(series, LIVE, LIVE + 9), block(series, LIVE + STAMP, LIVE + STAMP + 9)
    heads, cases = block((HEADER_ROW, HEADER_ROW), first, last), block(series, CASE, CASE)
    sheet.formula(
        SELECTOR_ROW,
        EDITED + 1,
        f"=SUMPRODUCT(({heads}=scenario)*({own[0]}<>{own[1]}))"
        f"+SUMPRODUCT(({cases}=scenario)*({years[0]}<>{years[1]}))",
        lambda v: 0,
        "calc:count",
        key="x.own_edits",
    )


def _at(row: int, column: int) -> str:
    return xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)


def _selector(sheet: Sheet, names: tuple[str, ...]) -> None:
    """The scenario chosen on the Cover, and its number among the columns."""
    sheet.text(SELECTOR_ROW, 0, "Scenario chosen on the Cover: the whole workbook follows", "bold")
    sheet.formula(
        SELECTOR_ROW,
        LIVE,
        "={scenario}",
        lambda v: v.scenario,
        "calc:word:strong",
        key="x.assumptions.scenario",
    )
    cases = f"{_at(HEADER_ROW, LIVE + 1)}:{_at(HEADER_ROW, LIVE + len(names))}"
    sheet.text(SELECTOR_ROW, LIVE + 1, "Number", "note")
    sheet.formula(
        SELECTOR_ROW,
        LIVE + 2,
        f"=MATCH(scenario,{cases},0)",
        lambda v: v.number,
        "calc:year",
        key="scenario_number",
        defined="scenario_number",
    )


def _header(sheet: Sheet, names: tuple[str, ...]) -> None:
    words = {
        0: "Parameter",
        1: "Name",
        2: "Unit",
        LOW: "Lowest",
        HIGH: "Highest",
        CASE: "",
        LIVE: "Live",
        REASON: "Reason",
        SOURCE: "Source",
        EDITED: "Edited",
    }
    words |= {LIVE + 1 + k: name for k, name in enumerate(names)}
    for column in range(EDITED + 1):
        sheet.text(HEADER_ROW, column, words.get(column, ""), "header")
    sheet.text(HEADER_ROW, LIVE + STAMP, "Values in the book", "header")


def _by_year_header(sheet: Sheet, shape: Assumptions) -> None:
    for column in range(EDITED + 1):
        sheet.text(sheet.row, column, {0: "By year", CASE: "Case"}.get(column, ""), "section")
    for year in shape.years:
        sheet.put(sheet.row, sheet.book.column(year), Cell(year, "year_forecast"))
    sheet.row += 1


def _describe(sheet: Sheet, parameter: Parameter, row: int) -> None:
    shape = shape_of(parameter)
    factor = shape == "factor" and parameter.unit == "ratio"
    unit = "factor" if factor else parameter.unit
    sheet.text(row, 0, parameter.label, "bold" if parameter.years else "text")
    sheet.text(row, 1, parameter.name, "muted")
    sheet.text(row, 2, unit_text(unit), "note")
    if parameter.kind == "number":
        sheet.put(row, LOW, Cell(parameter.low, f"plain:{shape}"))
        sheet.put(row, HIGH, Cell(parameter.high, f"plain:{shape}"))
    words = parameter.reason
    if parameter.allowed:
        words = f"{words} (One of {', '.join(parameter.allowed)}.)"
    sheet.text(row, REASON, words, "note")
    facts = ", ".join(dict.fromkeys(text for text in parameter.origin.values() if text))
    sheet.text(row, SOURCE, parameter.source or facts, "note")


def _scalar(sheet: Sheet, parameter: Parameter, names: tuple[str, ...]) -> None:
    row, key = sheet.row, parameter.name
    _describe(sheet, parameter, row)
    cells = f"{_at(row, LIVE + 1)}:{_at(row, LIVE + len(names))}"
    shape = shape_of(parameter)
    sheet.formula(
        row,
        LIVE,
        f"=INDEX({cells},scenario_number)",
        lambda v: spreadsheet_value(parameter, v.param(key)),
        f"calc:{shape}:strong",
        key=f"param.{key}",
        defined=defined_name(key),
    )
    base = LIVE + 1 + names.index("base")
    for k, name in enumerate(names):
        at = (row, LIVE + 1 + k)
        _input(sheet, at, (row, base), parameter, (name, key))
        allow(sheet, at, at[1], parameter, name)
    stamps = f"{_at(row, LIVE + STAMP + 1)}:{_at(row, LIVE + STAMP + len(names))}"
    sheet.formula(
        row,
        LIVE + STAMP,
        f"=INDEX({stamps},scenario_number)",
        lambda v: spreadsheet_value(parameter, v.param(key)),
        f"calc:{shape}",
    )
    _edited(sheet, row, LIVE, LIVE)
    sheet.row += 1


def _series(sheet: Sheet, parameter: Parameter, names: tuple[str, ...]) -> None:
    row, shape = sheet.row, shape_of(parameter)
    _describe(sheet, parameter, row)
    sheet.text(row, CASE, "live", "bold")
    first, last = (sheet.book.column(parameter.years[k]) for k in (0, -1))
    for year in parameter.years:
        column, key = sheet.book.column(year), f"{parameter.name}.{year}"
        cached = partial(Values.param, name=parameter.name, year=year)
        cells = f"{_at(row + 1, column)}:{_at(row + len(names), column)}".replace("$", "")
        sheet.formula(
            row,
            column,
            f"=INDEX({cells},scenario_number)",
            cached,
            f"calc:{shape}:strong",
            key=f"param.{key}",
        )
        for k, name in enumerate(names):
            base = row + 1 + names.index("base")
            _input(sheet, (row + 1 + k, column), (base, column), parameter, (name, key))
        c = column + STAMP
        stamps = f"{_at(row + 1, c)}:{_at(row + len(names), c)}".replace("$", "")
        sheet.formula(row, c, f"=INDEX({stamps},scenario_number)", cached, f"calc:{shape}")
    for k, name in enumerate(names):
        sheet.text(row + 1 + k, 1, parameter.name, "muted")
        sheet.text(row + 1 + k, CASE, name, "note")
        allow(sheet, (row + 1 + k, first), last, parameter, name)
    book = sheet.book
    span = f"{_at(row, first)}:{_at(row, last)}"
    book.names[defined_name(parameter.name)] = f"={NAME}!{span}"
    _edited(sheet, row, first, last)
    sheet.row += 1 + len(names)


def _printed(sheet: Sheet, parameter: Parameter) -> None:
    """A printed line: its facts, which only the data can change."""
    row = sheet.row
    _describe(sheet, parameter, row)
    for year in parameter.years:
        sheet.formula(
            row,
            sheet.book.column(year),
            f"={{fact.{parameter.origin[str(year)]}}}",
            partial(Values.param, name=parameter.name, year=year),
            f"calc:{shape_of(parameter)}",
            key=f"param.{parameter.name}.{year}",
        )
    first, last = (_at(row, sheet.book.column(parameter.years[k])) for k in (0, -1))
    sheet.book.names[defined_name(parameter.name)] = f"={NAME}!{first}:{last}"
    sheet.row += 1


def _input(
    sheet: Sheet,
    at: tuple[int, int],
    base: tuple[int, int],
    parameter: Parameter,
    named: tuple[str, str],
) -> None:
    """A scenario's own cell and its value in the book; what it holds is known when written."""
    scenario, key = named
    shape = shape_of(parameter)

    def held(values: Values, name: str = scenario) -> Any:
        return spreadsheet_value(parameter, values.assumptions_of(name).values[key])

    def follows(values: Values) -> bool:
        return scenario != "base" and held(values) == held(values, "base")

    template = f"={xl_rowcol_to_cell(*base)}"
    cell = Cell(held, f"input:{shape}", template, cached=held, follows=follows)
    sheet.put(*at, cell, f"input.{scenario}.{key}")
    sheet.put(at[0], at[1] + STAMP, Cell(held, f"plain:{shape}"))


def _edited(sheet: Sheet, row: int, first: int, last: int) -> None:
    """How many live values of the row are no longer those of the book."""
    here = f"{_at(row, first)}:{_at(row, last)}"
    book = f"{_at(row, first + STAMP)}:{_at(row, last + STAMP)}"
    sheet.formula(row, EDITED, f"=SUMPRODUCT(--({here}<>{book}))", lambda v: 0, "calc:count")


def _finish(page: Any, styles: Any, values: Values, last: int) -> None:
    page.set_column(LIVE + STAMP, LIVE + STAMP + 9, 10, None, {"level": 1, "hidden": True})
    own = xl_rowcol_to_cell(HEADER_ROW + 1, LIVE)
    book = xl_rowcol_to_cell(HEADER_ROW + 1, LIVE + STAMP)
    page.conditional_format(
        HEADER_ROW + 1,
        LIVE,
        last,
        LIVE + 9,
        {
            "type": "formula",
            "criteria": f"=AND(NOT(ISBLANK({book})),{own}<>{book})",
            "format": styles.extra({"bg_color": WARN[0], "bold": True}),
        },
    )
    page.conditional_format(
        HEADER_ROW + 1,
        EDITED,
        last,
        EDITED,
        {
            "type": "cell",
            "criteria": "==",
            "value": 0,
            "format": styles.extra({"font_color": MUTED}),
        },
    )
