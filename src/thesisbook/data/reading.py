"""Strict reading of the files under `data/`: bytes, encoding, lines, header, cells.

No other module opens them. Every refusal names file, line and column.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from thesisbook.data.faults import DataError, Fault

MAX_BYTES = 10_000_000
_MARKER = re.compile(r"(<{7}|>{7}|\|{7}|={7})(\s|$)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028\u2029\u2060\ufeff\ufffd]")


@dataclass(frozen=True, slots=True)
class Records:
    """The cells of a CSV file by row, and the line each row stands on."""

    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The content of a YAML file, scalars as text, and the line of every node by its path."""

    file: str
    content: object
    lines: dict[tuple, int]

    def line(self, path: tuple) -> int:
        """The line of the node at `path`, or of the nearest node above it."""
        return next(
            (self.lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.lines),
            1,
        )


def relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def read_text(path: Path, root: Path) -> str:
    """The text of a file: UTF-8 without BOM, LF line ends, no merge-conflict marker, small.

    A file over MAX_BYTES is refused unread. Raises DataError.
    """
    name = relative(path, root)

    def refuse(row: int, message: str) -> DataError:
        return DataError([Fault(name, row, "-", message)])

    if not path.is_file():
        raise refuse(0, "no such file; it is required")
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise refuse(0, f"found {size:,} bytes; at most {MAX_BYTES:,} are allowed")
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise refuse(0, f"cannot be read ({error.strerror}); a readable file is required") from None
    if raw.startswith(b"\xef\xbb\xbf"):
        raise refuse(1, "found a byte order mark (BOM); UTF-8 without BOM is allowed")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        raise refuse(
            row,
            f"found byte 0x{raw[error.start]:02x}, which is not UTF-8; UTF-8 is allowed",
        ) from None
    faults = []
    for row, line in enumerate(text.split("\n"), 1):
        if line.endswith("\r"):
            message = "found a Windows line end (CRLF); LF is allowed"
        elif _MARKER.match(line):
            message = f"found the merge-conflict marker {line[:7]}; resolve the conflict"
        elif control := _CONTROL.search(line):
            message = f"found the control character U+{ord(control[0]):04X}; plain text is allowed"
        else:
            continue
        faults.append(Fault(name, row, "-", message))
    if faults:
        raise DataError(faults)
    return text


def read_records(
    path: Path, root: Path, header: Sequence[str], optional: Sequence[str] = ()
) -> Records:
    """The cells of a CSV file: comma-separated, exactly the columns of `header`, a row a line.

    Those of them that are `optional` may be missing.
    """
    name = relative(path, root)
    reader = csv.reader(io.StringIO(read_text(path, root)), strict=True)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    faults: list[Fault] = []
    line = 1
    try:
        found = next(reader, [])
        header = [column for column in header if column not in optional or column in found]
        _check_header(found, name, header)
        line = reader.line_num + 1
        for row in reader:
            if len(row) != len(header):
                allowed = f"{len(header)} are allowed ({','.join(header)})"
                faults.append(Fault(name, line, "-", f"found {len(row)} cells; {allowed}"))
            elif reader.line_num > line:
                message = "found a line break within a cell; one line a row is allowed"
                faults.append(Fault(name, line, "-", message))
            rows.append(tuple(row))
            lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        message = f"found no CSV row ({error}); quotes around a cell must be closed"
        raise DataError([*faults, Fault(name, line, "-", message)]) from None
    if not rows:
        faults.append(Fault(name, 1, "-", "found no rows; at least one is required"))
    if faults:
        raise DataError(faults)
    return Records(name, tuple(header), tuple(rows), tuple(lines))


def _check_header(found: Sequence[str], name: str, header: Sequence[str]) -> None:
    if list(found) == list(header):
        return
    allowed = f"the header must be {','.join(header)}"
    if len(found) < 2 and any(separator in "".join(found) for separator in ";\t"):
        raise DataError([Fault(name, 1, "-", f"found no commas between the columns; {allowed}")])
    faults = [Fault(name, 1, c, f"column is missing; {allowed}") for c in header if c not in found]
    faults += [
        Fault(name, 1, c or "-", f"found an extra column; {allowed}")
        for c in found
        if c not in header
    ]
    if not faults:
        faults = [Fault(name, 1, "-", f"found columns repeated or in another order; {allowed}")]
    raise DataError(faults)


class _Strings(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]
    """YAML with every scalar as the text it was written as: 004 stays 004, no is not false."""


def read_document(path: Path, root: Path) -> Document:
    """The content of a YAML file. Refuses a key given twice and aliases."""
    name = relative(path, root)
    text = read_text(path, root)
    lines: dict[tuple, int] = {}
    seen: set[int] = set()
    faults: list[Fault] = []

    def build(node: yaml.Node, where: tuple) -> object:
        row = node.start_mark.line + 1
        lines.setdefault(where, row)
        if id(node) in seen:
            raise DataError([Fault(name, row, "-", "found an alias; writing it out is allowed")])
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            return [build(item, (*where, index)) for index, item in enumerate(node.value)]
        if not isinstance(node, yaml.MappingNode):
            return node.value
        content: dict[str, object] = {}
        for key, value in node.value:
            label, row = str(key.value), key.start_mark.line + 1
            if label in content:
                faults.append(Fault(name, row, label, "found the key twice; once is allowed"))
            lines[*where, label] = row
            content[label] = build(value, (*where, label))
        return content

    try:
        node = yaml.compose(text, Loader=_Strings)
        content = None if node is None else build(node, ())
    except RecursionError:
        raise DataError(
            [Fault(name, 1, "-", "found nesting too deep; lists of entries are allowed")]
        ) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or error
        row = mark.line + 1 if mark else 1
        raise DataError([Fault(name, row, "-", f"found no YAML ({problem})")]) from None
    if content is None:
        raise DataError([Fault(name, 1, "-", "found nothing; at least one entry is required")])
    if faults:
        raise DataError(faults)
    return Document(name, content, lines)
