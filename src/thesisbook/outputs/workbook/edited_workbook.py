"""The way back: the Assumptions sheet of an edited workbook as overrides of its scenario."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thesisbook.model import Assumptions, Parameter, ParameterError, resolve, run
from thesisbook.outputs.workbook.assumptions_sheet import NAME

if TYPE_CHECKING:
    from thesisbook.data import Dataset

SAME = 1e-12  # spreadsheet programs keep fifteen digits
_FOLLOWS = re.compile(r"=\$?([A-Z]{1,3})\$?([0-9]+)", re.ASCII)
_EPOCH = date(1899, 12, 30)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LAST_COLUMN = 16  # the last year


@dataclass(frozen=True)
class Edited:
    """What a workbook asks for: a scenario, and the flat names that differ from it.

    `differences`: flat name -> (value of the scenario, value of the workbook).
    """

    scenario: str
    overrides: dict[str, Any]
    differences: dict[str, tuple[Any, Any]]


def read_assumptions(dataset: Dataset, path: Path) -> Edited:
    """The selected scenario of a workbook and its edited inputs, validated like any parameter.

    Only the sheet Assumptions is read. Raises ParameterError, one line with the cell: no workbook
    of this model, an unknown scenario, a parameter missing, a value not allowed.
    """
    sheet = _Inputs(path)
    scenario = sheet.scenario
    p = resolve(dataset, scenario)
    found: dict[str, tuple[Any, Any]] = {}
    for key, where, given in sheet.values(p):
        try:
            value = p.parameter(key).coerce(key, given)
        except ParameterError as error:
            raise ParameterError(f"{path.name}: {NAME}!{where}: {error}") from None
        if not _same(value, p.values[key]):
            found[key] = (p.values[key], value)
    overrides = {key: new for key, (_, new) in found.items()}
    if "wacc" in overrides:  # alone it would select the method `given`
        overrides.setdefault("wacc_method", p("wacc_method"))
    try:
        run(resolve(dataset, scenario, overrides))
    except ParameterError as error:
        raise ParameterError(f"{path.name}: {error}") from None
    return Edited(scenario, overrides, found)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= SAME * max(abs(one), abs(other))
    return bool(one == other)


class _Inputs:
    """The cells of the Assumptions sheet: as written, and as last calculated."""

    def __init__(self, path: Path) -> None:
        import openpyxl  # noqa: PLC0415 - a third of a second that other commands do without

        try:
            written = openpyxl.load_workbook(path, read_only=True)
            results = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except (zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
            raise ParameterError(f"{path.name}: is no workbook ({error})") from None
        if NAME not in written.sheetnames or "scenario" not in written.defined_names:
            raise ParameterError(f"{path.name}: has no sheet {NAME} of this model")
        self.file = path.name
        self.written, self.results = (_cells(book[NAME]) for book in (written, results))
        place = written.defined_names["scenario"].attr_text.rpartition("!")[2]
        self.scenario = str(self.content(place.replace("$", "")) or "").strip()
        written.close()
        results.close()

    def content(self, where: str) -> Any:
        """What a cell holds; a cell that follows another has its content."""
        for _ in range(4):
            held = self.written.get(where)
            match = _FOLLOWS.fullmatch(held) if isinstance(held, str) else None
            if not match:
                break
            where = match[1] + match[2]
        if isinstance(held, str) and held.startswith("="):
            return self.results.get(where)
        return held

    def values(self, p: Assumptions) -> Iterator[tuple[str, str, Any]]:
        """Flat name, cell and content of every input of the selected scenario."""
        pending = {n: q for n, q in p.parameters.items() if q.kind != "published"}
        columns: dict[Any, str] = {}
        for row in sorted({int(where.lstrip(_LETTERS)) for where in self.written}):
            name, case = self.written.get(f"B{row}"), self.written.get(f"F{row}")
            if self.written.get(f"A{row}") in ("Parameter", "By year"):
                columns = {self.written.get(f"{c}{row}"): c for c in _LETTERS[:LAST_COLUMN]}
            parameter = pending.get(name) if isinstance(name, str) else None
            if parameter is None or (parameter.years and case != self.scenario):
                continue
            del pending[parameter.name]
            for key, heading in _headings(parameter, self.scenario):
                if heading not in columns:
                    raise ParameterError(f"{self.file}: {NAME} has no column {heading}")
                where = f"{columns[heading]}{row}"
                yield key, where, self._plain(parameter, where)
        if pending:
            names = ", ".join(sorted(pending)[:3])
            raise ParameterError(f"{self.file}: {NAME} has no row for {names}")

    def _plain(self, parameter: Parameter, where: str) -> Any:
        content = self.content(where)
        if content is None or content == "":
            raise ParameterError(f"{self.file}: {NAME}!{where}: {parameter.name} is empty")
        if parameter.kind == "date":
            return _day(content)
        if isinstance(content, (datetime, date)):
            return str(content)
        return content


def _cells(sheet: Any) -> dict[str, Any]:
    """Contents by coordinate of the part of the sheet that holds inputs."""
    return {
        cell.coordinate: cell.value
        for row in sheet.iter_rows(max_col=LAST_COLUMN)
        for cell in row
        if cell.value is not None
    }


def _headings(parameter: Parameter, scenario: str) -> list[tuple[str, Any]]:
    """Flat names of a parameter and the heading of the column each stands in."""
    if not parameter.years:
        return [(parameter.name, scenario)]
    return [(f"{parameter.name}.{year}", year) for year in parameter.years]


def _day(content: Any) -> str:
    """A date as text, from a date or the serial number of one."""
    if isinstance(content, datetime):
        return content.date().isoformat()
    if isinstance(content, (int, float)) and not isinstance(content, bool):
        try:
            return (_EPOCH + timedelta(days=int(content))).isoformat()
        except OverflowError:
            return str(content)
    return str(content)


def differences_text(edited: Edited, target: tuple[float, float]) -> str:
    """The differences for a reader, and what they make of the target (before, after)."""
    if not edited.differences:
        return f"No input differs from the scenario {edited.scenario}."
    lines = [f"Scenario {edited.scenario}, {len(edited.differences)} inputs differ:"]
    lines += [
        f"  {key}: {_shown(old)} -> {_shown(new)}" for key, (old, new) in edited.differences.items()
    ]
    lines.append(f"Target price: {target[0]:.2f} -> {target[1]:.2f} a share")
    return "\n".join(lines)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
