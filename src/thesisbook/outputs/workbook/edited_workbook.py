"""The way back: the edited inputs of a workbook as overrides of its scenario, and all else told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

from thesisbook.model import Assumptions, Parameter, ParameterError, resolve, run
from thesisbook.outputs.workbook.assumptions_sheet import CASE, LIVE, NAME, STAMP
from thesisbook.outputs.workbook.origin import Origin, read_origin
from thesisbook.outputs.workbook.saved_cells import Cells, SavedCell, read_cells
from thesisbook.outputs.workbook.untaken import Comparison, Untaken, same_value

if TYPE_CHECKING:
    from thesisbook.data import Dataset

_FOLLOWS = re.compile(r"=\$?([A-Z]{1,3})\$?([0-9]+)", re.ASCII)
_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True)
class Edited:
    """What a workbook asks for: a scenario, the flat names that differ from it, and what is told.

    `differences`: flat name -> (value of the scenario, value of the workbook). `untaken`: what was
    changed and is not taken. `compared` is false for a workbook written from other data than the
    project has now: its cells outside the inputs cannot be compared.
    """

    scenario: str
    overrides: dict[str, Any]
    differences: dict[str, tuple[Any, Any]]
    origin: Origin
    untaken: Untaken
    compared: bool


def read_assumptions(dataset: Dataset, path: Path) -> Edited:
    """The selected scenario of a workbook and its edited inputs, validated like any parameter.

    A workbook written from other data than the project has now is compared with the values stamped
    into the file itself, so that only what was typed counts as an edit. Raises ParameterError, one
    line with the cell: no workbook of this model or one of another company, an unknown scenario, a
    parameter missing, a value not allowed, a formula that no program calculated.
    """
    sheets = read_cells(path)
    origin = read_origin(path, sheets, dataset)
    inputs = Inputs(path, sheets.get(NAME, {}))
    p = resolve(dataset, origin.selected)
    compared = Comparison.of(dataset, origin, sheets)
    found: dict[str, tuple[Any, Any]] = {}
    typed_formulas: list[str] = []
    for key, where, given in inputs.values(p, p.scenario):
        value = _allowed(path, p, key, where, given)
        stands = p.values[key]
        if compared is None:
            stands = _allowed(path, p, key, where, inputs.content(inputs.stamp(where)))
        if same_value(value, stands):
            continue
        found[key] = (p.values[key], value)
        if given.formula:
            typed_formulas.append(f"{NAME}!{where} ({key})")
            if not same_value(given.value, inputs.content(inputs.live(p, key, where)).value):
                raise ParameterError(_not_calculated(path, typed_formulas[-1]))
    overrides = {key: new for key, (_, new) in found.items()}
    if "wacc" in overrides:  # alone it would select the method `given`
        overrides.setdefault("wacc_method", p("wacc_method"))
    try:
        result = run(resolve(dataset, p.scenario, overrides))
    except ParameterError as error:
        raise ParameterError(f"{path.name}: {error}") from None
    untaken = Untaken(tuple(inputs.twice))
    if compared is not None:
        untaken = compared.untaken(inputs, p.scenario, result)
        if typed_formulas and untaken.target and not untaken.outside:
            raise ParameterError(_not_calculated(path, ", ".join(typed_formulas)))
    return Edited(p.scenario, overrides, found, origin, untaken, compared is not None)


def _allowed(path: Path, p: Assumptions, key: str, where: str, given: SavedCell) -> Any:
    """The value of a cell as the parameter takes it."""
    parameter, content = p.parameter(key), given.value
    if content is None or content == "":
        if given.formula:
            raise ParameterError(_not_calculated(path, f"{NAME}!{where} ({key})"))
        raise ParameterError(f"{path.name}: {NAME}!{where}: {parameter.name} is empty")
    try:
        return parameter.coerce(key, _day(content) if parameter.kind == "date" else content)
    except ParameterError as error:
        raise ParameterError(f"{path.name}: {NAME}!{where}: {error}") from None


def _not_calculated(path: Path, where: str) -> str:
    return (
        f"{path.name}: {where}: a formula without a result of a calculation; type the number, or"
        " open and save the file in a spreadsheet program"
    )


def _day(content: Any) -> str:
    """A date as text, from its serial number."""
    if isinstance(content, (int, float)) and not isinstance(content, bool):
        try:
            return (_EPOCH + timedelta(days=int(content))).isoformat()
        except OverflowError:
            return str(content)
    return str(content)


class Inputs:
    """The inputs of an Assumptions sheet, found by parameter, scenario and heading."""

    def __init__(self, path: Path, cells: Cells) -> None:
        self.file, self.cells = path.name, cells
        self.rows: dict[tuple[str, str], int] = {}
        self.twice: list[str] = []  # names that stand in a second row, each with both places
        self._columns: dict[int, dict[Any, int]] = {}  # row of a table's head -> heading -> column
        for row in sorted({xl_cell_to_rowcol(at)[0] for at in cells}):
            label, name, case = (self._typed(row, column) for column in (0, 1, CASE))
            if label in ("Parameter", "By year"):
                at = ((c, self._typed(row, c)) for c in range(LIVE + STAMP))
                self._columns[row] = {held: c for c, held in at if held not in (None, "")}
            elif isinstance(name, str) and name and self._columns:
                self._row(name, case or "", row)
        if not self.rows:
            raise ParameterError(f"{path.name}: has no sheet {NAME} of this model")

    def _row(self, name: str, case: str, row: int) -> None:
        first = self.rows.setdefault((name, case), row)
        if first != row:
            of = f"{name} of {case}" if case else name
            self.twice.append(f"{NAME}!B{row + 1}: {of} stands twice; row {first + 1} counts")

    def _typed(self, row: int, column: int) -> Any:
        cell = self.cells.get(xl_rowcol_to_cell(row, column))
        return cell.value if cell and not cell.formula else None

    def content(self, where: str) -> SavedCell:
        """What a cell holds; a cell that follows another has its content."""
        held = self.cells.get(where, SavedCell(None))
        for _ in range(4):
            match = _FOLLOWS.fullmatch(held.formula)
            if not match:
                break
            held = self.cells.get(match[1] + match[2], SavedCell(None))
        return held

    def values(self, p: Assumptions, scenario: str) -> Iterator[tuple[str, str, SavedCell]]:
        """Flat name, cell and content of every input of a scenario."""
        missing = []
        for parameter in p.parameters.values():
            if parameter.kind == "published":
                continue
            row = self.rows.get((parameter.name, scenario if parameter.years else ""))
            if row is None:
                missing.append(parameter.name)
                continue
            for key, heading in _headings(parameter, scenario):
                where = xl_rowcol_to_cell(row, self._column(row, heading))
                yield key, where, self.content(where)
        if missing:
            names = ", ".join(sorted(missing)[:3])
            raise ParameterError(f"{self.file}: {NAME} has no row for {names}")

    def _column(self, row: int, heading: Any) -> int:
        columns = self._columns[max(head for head in self._columns if head < row)]
        if heading not in columns:
            raise ParameterError(f"{self.file}: {NAME} has no column {heading}")
        return columns[heading]

    def stamp(self, where: str) -> str:
        """The cell that holds the value the workbook was written with."""
        row, column = xl_cell_to_rowcol(where)
        return xl_rowcol_to_cell(row, column + STAMP)

    def live(self, p: Assumptions, key: str, where: str) -> str:
        """The cell that shows the value in use beside an input of the selected scenario."""
        parameter = p.parameter(key)
        row, column = xl_cell_to_rowcol(where)
        if not parameter.years:
            return xl_rowcol_to_cell(row, self._column(row, "Live"))
        return xl_rowcol_to_cell(self.rows.get((parameter.name, "live"), row), column)


def _headings(parameter: Parameter, scenario: str) -> list[tuple[str, Any]]:
    """Flat names of a parameter and the heading of the column each stands in."""
    if not parameter.years:
        return [(parameter.name, scenario)]
    return [(f"{parameter.name}.{year}", year) for year in parameter.years]
