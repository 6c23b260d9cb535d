"""The cells of a saved workbook: what each holds, and what its formula last came to.

`.xlsx` and `.xlsm` are read by openpyxl. `.ods` is read here from its XML, because no library
gives both the formulas and the results of such a file (python-calamine and pandas give results
only; odfpy gives XML elements and leaves repeated cells to its caller).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from lxml import etree
from xlsxwriter.utility import xl_rowcol_to_cell

from thesisbook.model import ParameterError
from thesisbook.outputs.workbook.layout import serial

UNPACKED = 200_000_000  # bytes; a workbook of the model unpacks to about 3 MB
ROWS, COLUMNS = 5_000, 80  # what lies beyond is no part of the model
READABLE = "allowed are .xlsx, .xlsm and .ods"
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_PREFIX = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TABLE, _OFFICE, _TEXT = (_PREFIX % part for part in ("table", "office", "text"))
_REFERENCE = re.compile(r'"[^"]*"|\[([^\]]*)\]|(;)')
_SPELLING = re.compile(r'("[^"]*")|([0-9.]+(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9(]))|[\s$\']+|\(\)')


@dataclass(frozen=True)
class SavedCell:
    """A typed value, or a formula (from its equals sign) and its last result.

    A date is its serial number; a formula that no program calculated has the value None.
    """

    value: Any
    formula: str = ""


# LibreOffice writes a typed truth value as a formula.
_TYPED = {"=TRUE()": SavedCell(True), "=FALSE()": SavedCell(False)}
Cells = dict[str, SavedCell]  # by coordinate, such as B7


def read_cells(path: Path) -> dict[str, Cells]:
    """The cells of every sheet by its name, up to ROWS and COLUMNS.

    Raises ParameterError, one line, for any file that is no workbook of a kind in READABLE, is
    damaged or protected, or unpacks to more than UNPACKED bytes.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
            names = set(archive.namelist())
            kind = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ParameterError(f"{path.name}: is no workbook ({error}); {READABLE}") from None
    except Exception as error:  # a damaged archive fails in as many ways as it has bytes
        raise ParameterError(f"{path.name}: is a damaged file ({error}); {READABLE}") from None
    if size > UNPACKED:
        raise ParameterError(
            f"{path.name}: unpacks to {size / 1e6:,.0f} MB; at most {UNPACKED / 1e6:,.0f} MB are"
            " read"
        )
    if kind != _ODS and "xl/workbook.xml" not in names:
        raise ParameterError(f"{path.name}: is no workbook; {READABLE}")
    reader = _open_document if kind == _ODS else _office_open
    try:
        with path.open("rb") as file:
            return reader(file)
    except Exception as error:  # as above: a part cut short, a password, an index out of range
        told = " ".join(f"{type(error).__name__}: {error}".split())[:120]
        raise ParameterError(f"{path.name}: is a damaged workbook ({told})") from None


def _office_open(file: IO[bytes]) -> dict[str, Cells]:
    """An .xlsx: read once for what is written, once for the results."""
    import openpyxl  # noqa: PLC0415 - a third of a second that other commands do without

    found: list[dict[str, dict[str, Any]]] = []
    for results in (False, True):
        book = openpyxl.load_workbook(file, read_only=True, data_only=results)
        found.append({})
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some programs write A1 whatever the sheet holds
            rows = sheet.iter_rows(max_row=ROWS, max_col=COLUMNS)
            found[-1][sheet.title] = {
                cell.coordinate: _plain(cell.value)
                for row in rows
                for cell in row
                if cell.value is not None
            }
    written, last = found
    return {
        name: {at: _held(held, last[name].get(at)) for at, held in cells.items()}
        for name, cells in written.items()
    }


def _held(written: Any, result: Any) -> SavedCell:
    """A cell of what is written and its result; text that begins with `=` has itself as result."""
    if not isinstance(written, str) or not written.startswith("=") or result == written:
        return SavedCell(written)
    return _TYPED.get(written) or SavedCell(result, written)


def _plain(value: Any) -> Any:
    """A value as the model's workbook holds it: a date is a serial number, a formula its text."""
    if isinstance(value, datetime):
        return serial(value.date())
    if isinstance(value, date):
        return serial(value)
    return getattr(value, "text", value)  # an array formula


def _open_document(file: IO[bytes]) -> dict[str, Cells]:
    """An .ods: rows and cells say how often they are repeated."""
    with zipfile.ZipFile(file) as archive, archive.open("content.xml") as content:
        root = etree.parse(content, etree.XMLParser(resolve_entities=False)).getroot()
    found: dict[str, Cells] = {}
    for sheet in root.iter(f"{_TABLE}table"):
        cells = found[sheet.get(f"{_TABLE}name", "")] = {}
        for row, element in _repeated(sheet.iter(f"{_TABLE}table-row"), "rows", ROWS):
            kinds = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
            for column, cell in _repeated(element.iterchildren(*kinds), "columns", COLUMNS):
                formula = _spelt(cell.get(f"{_TABLE}formula", ""))
                held = _TYPED.get(formula) or SavedCell(_result(cell), formula)
                if formula or held.value is not None:
                    cells[xl_rowcol_to_cell(row, column)] = held
    return found


def _repeated(elements: Any, what: str, most: int) -> Iterator[tuple[int, Any]]:
    """Each element with its position, as often as it is repeated, up to `most`."""
    position = 0
    for element in elements:
        times = int(element.get(f"{_TABLE}number-{what}-repeated", "1"))
        for place in range(position, min(position + times, most)):
            yield place, element
        position += times


def _result(cell: Any) -> Any:
    kind = cell.get(f"{_OFFICE}value-type")
    if kind is None:
        return None
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    if kind == "date":
        return serial(cell.get(f"{_OFFICE}date-value")[:10])
    if kind == "string":
        return "\n".join("".join(p.itertext()) for p in cell.iter(f"{_TEXT}p"))
    return float(cell.get(f"{_OFFICE}value"))


def _spelt(formula: str) -> str:
    """A formula of an .ods as an .xlsx spells it: `of:=[.A1]+[$Facts.B2]` is `=A1+Facts!B2`."""

    def spell(match: re.Match[str]) -> str:
        if match[2]:
            return ","
        if match[1] is None:
            return match[0]
        ends = [end.rpartition(".") for end in match[1].split(":")]
        sheet = ends[0][0].lstrip("$")
        return (f"{sheet}!" if sheet else "") + ":".join(cell for _, _, cell in ends)

    return _REFERENCE.sub(spell, formula.removeprefix("of:"))


def same_formula(one: str, other: str) -> bool:
    """Whether two formulas say the same but for spaces, dollar signs, quotes and spelling."""
    return _standard(one) == _standard(other)


def _standard(formula: str) -> str:
    def standard(match: re.Match[str]) -> str:
        return match[1] or (repr(float(match[2])) if match[2] else "")

    return "".join(
        part if part.startswith('"') else part.upper()
        for part in re.split(r'("[^"]*")', _SPELLING.sub(standard, formula))
    )
