"""Which company, edition and inputs a workbook was written from: told on its Cover, read back.

Cells survive every spreadsheet program; properties of the file do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thesisbook.data import Dataset
from thesisbook.model import ParameterError
from thesisbook.outputs.workbook.layout import Book, Cell, Sheet
from thesisbook.outputs.workbook.render import digest, written
from thesisbook.outputs.workbook.saved_cells import Cells
from thesisbook.outputs.workbook.values import Values

COVER, LABELS, VALUES = "Cover", 1, 2  # sheet and columns
NONE = "none"
SELECTOR = "Scenario"


@dataclass(frozen=True)
class Origin:
    """What a workbook was written from, and the scenario `selected` in it since.

    `digest` is that of its formulas and constants as they were written.
    """

    ticker: str
    edition: str
    scenario: str
    parameters: dict[str, str]
    digest: str
    selected: str


ROWS = {
    "ticker": "Ticker",
    "edition": "Edition",
    "scenario": "Written for scenario",
    "parameters": "Parameters set",
    "digest": "Digest of inputs and formulas",
}


def plan(sheet: Sheet, book: Book, dataset: Dataset) -> None:
    """Adds the rows to the Cover; the digest, which covers all cells, is written after them."""
    company = dataset.company
    cells: dict[str, Any] = {
        "ticker": str(company["ticker"]),
        "edition": str(company["edition"]),
        "scenario": lambda v: v.scenario,
        "parameters": lambda v: parameters_text(v.overrides),
    }
    for column in range(LABELS, LABELS + 5):
        sheet.text(sheet.row, column, "Written from" if column == LABELS else "", "header")
    sheet.row += 1
    for name, words in ROWS.items():
        row = sheet.row
        sheet.text(row, LABELS, words, "note")
        if name in cells:
            sheet.put(row, VALUES, Cell(cells[name], "note"))
        sheet.row += 1

    def add_digest(page: Any, styles: Any, values: Values) -> None:
        page.write_string(row, VALUES, digest(written(book, values)), styles("note"))

    sheet.finishers.append(add_digest)


def parameters_text(overrides: Mapping[str, Any]) -> str:
    """`beta=1.4, include_ipo_proceeds=false`, with every digit of a number."""
    shown = {k: str(v).lower() if isinstance(v, bool) else v for k, v in overrides.items()}
    return ", ".join(f"{key}={value}" for key, value in shown.items()) or NONE


def read_origin(path: Path, sheets: Mapping[str, Cells], dataset: Dataset) -> Origin:
    """The origin that a workbook's Cover tells.

    Raises ParameterError where it tells none or that of another company.
    """
    cells = sheets.get(COVER, {})
    labelled = {
        cell.value: cells.get(at.replace("B", "C", 1)) for at, cell in cells.items() if at[0] == "B"
    }
    wanted = {**ROWS, "selected": SELECTOR}
    found = {name: held.value for name, words in wanted.items() if (held := labelled.get(words))}
    missing = [words for name, words in wanted.items() if name not in found]
    if missing:
        raise ParameterError(
            f"{path.name}: {COVER} has no {missing[0]}, so that it is no workbook of this model or"
            " one of an older program; write the workbook anew and edit that"
        )
    given = {name: str(value).strip() for name, value in found.items()}
    ticker = dataset.company["ticker"]
    if given["ticker"] != ticker:
        raise ParameterError(f"{path.name}: is a workbook of {given['ticker']}, not of {ticker}")
    pairs = [] if given["parameters"] == NONE else given["parameters"].split(", ")
    parameters = {key: value for key, _, value in (pair.partition("=") for pair in pairs)}
    return Origin(**{**given, "parameters": parameters})  # type: ignore[arg-type]
