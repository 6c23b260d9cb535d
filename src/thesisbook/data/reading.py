"""Strict reading of the files under `data/`: bytes, encoding, header, rows. The only opener of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from thesisbook.data.faults import DataError, Fault

MAX_BYTES = 10_000_000
RowT = TypeVar("RowT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Table(Generic[RowT]):
    """The rows of one file with the line each begins on."""

    file: str
    rows: tuple[RowT, ...]
    lines: tuple[int, ...]

    def fault(self, index: int, column: str, message: str) -> Fault:
        return Fault(self.file, self.lines[index], column, message)


def relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def read_text(path: Path, root: Path) -> str:
    """The text of a file: UTF-8 without BOM, LF line ends, no merge-conflict marker, small.

    Raises DataError with one fault per offending line.
    """
    name = relative(path, root)

    def refuse(row: int, message: str) -> DataError:
        return DataError([Fault(name, row, "-", message)])

    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise refuse(0, "no such file; it is required") from None
    if size > MAX_BYTES:
        raise refuse(0, f"{size:,} bytes; at most {MAX_BYTES:,} are allowed")
    raw = path.read_bytes()
    if raw.startswith(b"\xef\xbb\xbf"):
        raise refuse(1, "begins with a byte order mark (BOM); save as UTF-8 without BOM")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        raise refuse(row, f"byte 0x{raw[error.start]:02x} is not UTF-8; save as UTF-8") from None
    faults = []
    for row, line in enumerate(text.split("\n"), 1):
        if line.endswith("\r"):
            faults.append(Fault(name, row, "-", "Windows line end (CRLF); save with LF line ends"))
        elif line.startswith(("<<<<<<<", ">>>>>>>", "|||||||")) or line.startswith("======="):
            faults.append(Fault(name, row, "-", f"merge-conflict marker {line[:7]!r}; resolve it"))
        elif "\x00" in line or "\r" in line:
            faults.append(Fault(name, row, "-", "control character; allowed is plain text"))
    if faults:
        raise DataError(faults)
    return text


@cache
def _adapter(model: type[BaseModel]) -> TypeAdapter:
    return TypeAdapter(list[model])  # type: ignore[valid-type]


def read_csv(path: Path, root: Path, model: type[RowT]) -> Table[RowT]:
    """The rows of a CSV file, validated as `model`, whose field names are its header."""
    name = relative(path, root)
    header = list(model.model_fields)
    records, lines = _records(read_text(path, root), name, header)
    try:
        rows = _adapter(model).validate_python(
            [dict(zip(header, record, strict=True)) for record in records]
        )
    except ValidationError as error:
        raise DataError(
            Fault(name, lines[int(detail["loc"][0])], _column(detail), explain(detail))
            for detail in error.errors(include_url=False)
        ) from None
    return Table(name, tuple(rows), tuple(lines))


def explain(detail: ErrorDetails) -> str:
    """A pydantic error as `what was found; what is allowed`."""
    found, message = detail["input"], detail["msg"].removeprefix("Value error, ")
    context = detail.get("ctx", {})
    if "allowed" in context:
        found, message = context["found"], context["allowed"]
    if found == "" or detail["type"] == "missing":
        return "empty; a value is required"
    return f"found {found!r}; {message[0].lower()}{message[1:]}"


def _column(detail: ErrorDetails) -> str:
    return str(detail.get("ctx", {}).get("column") or detail["loc"][1])


def _records(text: str, name: str, header: Sequence[str]) -> tuple[list[list[str]], list[int]]:
    reader = csv.reader(io.StringIO(text), strict=True)
    records: list[list[str]] = []
    lines: list[int] = []
    faults: list[Fault] = []
    try:
        found = next(reader, [])
        _check_header(found, name, header)
        start = reader.line_num + 1
        for record in reader:
            if len(record) != len(header):
                message = f"{len(record)} cells; {len(header)} are allowed"
                faults.append(Fault(name, start, "-", message))
            records.append(record)
            lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        raise DataError([Fault(name, reader.line_num, "-", f"not a CSV row: {error}")]) from None
    if faults:
        raise DataError(faults)
    return records, lines


def _check_header(found: Sequence[str], name: str, header: Sequence[str]) -> None:
    if list(found) == list(header):
        return
    allowed = f"the header must be {','.join(header)}"
    if len(found) == 1 and ";" in found[0]:
        raise DataError([Fault(name, 1, "-", f"semicolons between the columns; {allowed}")])
    faults = [Fault(name, 1, c, f"column is missing; {allowed}") for c in header if c not in found]
    faults += [
        Fault(name, 1, c or "-", f"extra column; {allowed}") for c in found if c not in header
    ]
    if not faults:
        faults = [Fault(name, 1, "-", f"columns repeated or in another order; {allowed}")]
    raise DataError(faults)


class _Strings(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]
    """YAML with every scalar as the text it was written as: 004 stays 004, no is not false."""


def read_yaml(path: Path, root: Path) -> tuple[object, dict[tuple, int]]:
    """The content of a YAML file, scalars as text, and the line of every node by its path of keys."""
    name = relative(path, root)
    text = read_text(path, root)
    try:
        node = yaml.compose(text, Loader=_Strings)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark else 1
        raise DataError(
            [Fault(name, row, "-", f"not YAML: {getattr(error, 'problem', error)}")]
        ) from None
    lines: dict[tuple, int] = {}
    faults: list[Fault] = []

    def build(current: yaml.Node | None, where: tuple) -> object:
        if current is None:
            return {}
        lines[where] = current.start_mark.line + 1
        if isinstance(current, yaml.MappingNode):
            content: dict[str, object] = {}
            for key, value in current.value:
                if key.value in content:
                    row = key.start_mark.line + 1
                    faults.append(
                        Fault(name, row, str(key.value), "key given twice; once is allowed")
                    )
                content[key.value] = build(value, (*where, key.value))
                lines[(*where, key.value)] = key.start_mark.line + 1
            return content
        if isinstance(current, yaml.SequenceNode):
            return [build(item, (*where, index)) for index, item in enumerate(current.value)]
        return current.value

    content = build(node, ())
    if faults:
        raise DataError(faults)
    return content, lines
