"""Turn cells and YAML nodes into rows and entries with pydantic; faults name file, row, column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from thesisbook.data.faults import DataError, Fault
from thesisbook.data.fields import SPREADSHEET_DATE
from thesisbook.data.reading import Document, Records

RowT = TypeVar("RowT", bound=BaseModel)

# What a spreadsheet would run: = @ and tab always, + - unless a number follows; also full-width.
_FORMULA = re.compile(r"[=@＝＠]|[+\-＋－](?![\d.,\s]*\d[^|!]*$)")
_LONGEST_FOUND = 60
_SLASHES = re.compile(r"\b\d{1,2}/\d{1,2}/\d{4}\b", re.ASCII)
_PLAIN = {
    "string_too_short": "a value is required",
    "tuple_type": "a list is allowed",
    "dict_type": "keys with values are allowed",
    "model_type": "keys with values are allowed",
    "int_parsing": "a whole number is allowed",
}
# Columns that may hold a day, or that report a wrong one with a message of their own.
_OWN_DATES = {"printed", "value", "values", "period", "id", "fact"}
# These columns have a grammar of their own, in which a sign may come first.
_GRAMMAR = {"value", "values", "range", "above", "to", "format", "tolerance"}
_GRAMMAR |= {"expression", "expressions", "left", "right", "expect", "effect", "metric"}
_GRAMMAR |= {"central", "low", "high", "up", "down", "last", "broker", "shown"}


@dataclass(frozen=True, slots=True)
class Table(Generic[RowT]):
    """The rows of one file and the line each stands on."""

    file: str
    rows: tuple[RowT, ...]
    lines: tuple[int, ...]

    def __iter__(self) -> Iterator[tuple[int, RowT]]:
        return iter(zip(self.lines, self.rows, strict=True))


@cache
def _rows(model: type[BaseModel]) -> TypeAdapter:
    return TypeAdapter(list[model])  # type: ignore[valid-type]


def validate_rows(records: Records, model: type[RowT]) -> Table[RowT]:
    """The rows as `model`, whose fields are the columns. Raises DataError with every fault."""
    faults = [
        Fault(records.file, line, column, message)
        for line, row in zip(records.lines, records.rows, strict=True)
        for column, cell in zip(records.header, row, strict=True)
        if (message := _unclean(cell, column))
    ]
    if faults:
        raise DataError(faults)
    cells = [dict(zip(records.header, row, strict=True)) for row in records.rows]
    try:
        rows = _rows(model).validate_python(cells)
    except ValidationError as error:
        raise DataError(
            Fault(
                records.file,
                records.lines[int(detail["loc"][0])],
                str(detail.get("ctx", {}).get("column") or detail["loc"][1]),
                explain(detail),
            )
            for detail in error.errors(include_url=False)
        ) from None
    return Table(records.file, tuple(rows), records.lines)


def _unclean(cell: str, column: str) -> str | None:
    if cell == "":
        return None
    if cell[0].isspace() or cell[-1].isspace():
        return f"found {shorten(cell)} with blanks around it; none are allowed"
    if column not in _GRAMMAR and _FORMULA.match(cell):
        return f"found {shorten(cell)}, a spreadsheet formula; plain text is allowed"
    is_date = SPREADSHEET_DATE.fullmatch(cell) or (column == "note" and _SLASHES.search(cell))
    if column not in _OWN_DATES and is_date:
        return f"found {shorten(cell)}, a spreadsheet's date; the words are allowed, or 2025-12-31"
    return None


def validate_entries(document: Document, adapter: TypeAdapter) -> Any:
    """The content of a YAML file as the adapter's type. Raises DataError with every fault."""
    faults = [
        Fault(document.file, document.line(path), _named(document, path), message)
        for path, text in _leaves(document.content, ())
        if not _GRAMMAR.intersection(path) and (message := _unclean(text, ""))
    ]
    if faults:
        raise DataError(faults)
    try:
        return adapter.validate_python(document.content)
    except ValidationError as error:
        told: dict[tuple, ErrorDetails] = {}
        for detail in error.errors(include_url=False):
            told.setdefault(_path(detail), detail)
        raise DataError(
            Fault(document.file, document.line(path), _named(document, path), explain(detail))
            for path, detail in told.items()
            if not any(other[: len(path)] == path != other for other in told)
        ) from None


def _path(detail: ErrorDetails) -> tuple:
    """Path of keys to a fault; for an error of a whole entry, with the column it is shown at.

    Where a value may have one of two forms, pydantic tells a fault of each and names the form in
    the path, `dict[str,...]`; no key of ours has such brackets.
    """
    column = detail.get("ctx", {}).get("column")
    path = [part if isinstance(part, int) else str(part) for part in detail["loc"]]
    path = [part for part in path if isinstance(part, int) or "[" not in part]
    return tuple(path + [column] * (column is not None))


def _named(document: Document, path: tuple) -> str:
    """The path as text; an entry of a list by its id, where it has one."""
    names = list(map(str, path))
    if path and isinstance(document.content, list) and isinstance(document.content[path[0]], dict):
        names[0] = str(document.content[path[0]].get("id", path[0]))
    return ".".join(names) or "-"


def _leaves(node: object, path: tuple) -> Iterator[tuple[tuple, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _leaves(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _leaves(value, (*path, index))
    else:
        yield path, str(node)


def explain(detail: ErrorDetails) -> str:
    """A pydantic error as `found ...; allowed ...`."""
    context = detail.get("ctx", {})
    found: object = context.get("found", detail["input"])
    message = str(context.get("allowed", detail["msg"])).removeprefix("Value error, ")
    message = message.replace("Input should be ", "allowed: ")
    if detail["type"] == "missing":
        return "nothing found; it is required"
    if detail["type"] == "extra_forbidden":
        return "found an unknown key; see data/README.md for those allowed"
    message = _PLAIN.get(detail["type"], message)
    if detail["type"] == "literal_error":
        message = f"allowed: {detail['ctx']['expected']}"
    if found == "":
        return f"found an empty cell; {_lower(message)}"
    return f"found {shorten(found)}; {_lower(message)}"


def shorten(found: object) -> str:
    """What was found, quoted, cut to a length that fits a line."""
    text = repr(found)
    return text if len(text) <= _LONGEST_FOUND else f"{text[:_LONGEST_FOUND]}…"


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
