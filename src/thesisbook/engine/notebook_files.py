"""Read notebooks strictly, as people may edit them, and check the names they use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thesisbook.data import Fault
from thesisbook.data.faults import nearest

if TYPE_CHECKING:
    from thesisbook.data.schemas import NumberRow

_GLUE = re.compile(r"\{glue:[a-z]*\}`(\w+)`")
_GLUED = re.compile(r"""\bglue\(\s*["'](\w+)["']""")
COMMON = "common"  # the file of data/numbers that every chapter may use
HOLDS = "holds"  # the conditions of a cell, in its metadata
ALLOWED = "a notebook of nbformat 4 in UTF-8 is allowed"


class BadNotebook(ValueError):
    """A file that is no notebook. `row` is the line an editor shows, 1 where the whole is meant."""

    def __init__(self, message: str, row: int = 1) -> None:
        super().__init__(message)
        self.row = row


def notebook_cells(content: bytes) -> list[dict[str, Any]]:
    """The cells of a notebook. Raises BadNotebook."""
    try:
        text = content.decode("utf-8")
        notebook = json.loads(text)
    except UnicodeDecodeError as error:
        raise BadNotebook(f"found byte 0x{content[error.start]:02x}, no UTF-8; {ALLOWED}") from None
    except json.JSONDecodeError as error:
        line = text.split("\n")[error.lineno - 1][:40]
        if line.startswith(("<<<<<<<", "=======", ">>>>>>>")):
            message = f"found the merge-conflict marker {line[:7]}; resolve the conflict"
        else:
            message = f"found no JSON ({error.msg}); {ALLOWED}"
        raise BadNotebook(message, error.lineno) from None
    except RecursionError:
        raise BadNotebook(f"found nesting too deep; {ALLOWED}") from None
    version = notebook.get("nbformat") if isinstance(notebook, dict) else None
    if version != 4:
        raise BadNotebook(f"found nbformat {version}; {ALLOWED}")
    cells = notebook.get("cells")
    whole = isinstance(cells, list) and all(
        isinstance(cell, dict)
        and isinstance(cell.get("source"), (str, list))
        and isinstance(cell.get("metadata"), dict)
        for cell in cells
    )
    if not whole:
        raise BadNotebook(f"found cells without source or metadata; {ALLOWED}")
    return list(cells)


def read_notebook(path: Path, root: Path) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The cells of a notebook file, or no cells and the fault."""
    try:
        return notebook_cells(path.read_bytes()), []
    except BadNotebook as error:
        return [], [Fault(path.relative_to(root).as_posix(), error.row, "-", str(error))]


def conditions(notebook: Path, root: Path) -> Iterator[tuple[str, Any]]:
    """The id of each cell with a condition, and the condition."""
    cells, faults = read_notebook(notebook, root)
    for cell in () if faults else cells:
        for condition in cell["metadata"].get(HOLDS, ()):
            yield str(cell.get("id", "")), condition


def numbers_named(content: bytes) -> list[str]:
    """The names that the prose of a notebook asks for, each once, in order."""
    return list(dict.fromkeys(_GLUE.findall(content.decode("utf-8", "replace"))))


def unknown_numbers(
    path: Path, root: Path, numbers: Mapping[str, Iterable[NumberRow]]
) -> Iterator[Fault]:
    """A `{glue:}` in the prose of a notebook that names none of the numbers its cells glue.

    `numbers` are those of each file of data/numbers. A notebook that glues none is
    skipped. The row is the line of the file that the name stands on.
    """
    cells, faults = read_notebook(path, root)
    yield from faults
    code = "\n".join("".join(c["source"]) for c in cells if c.get("cell_type") == "code")
    files = [name for name in _GLUED.findall(code) if name in numbers]
    known = {row.name for name in (COMMON, *files) for row in numbers.get(name, ())}
    lines = path.read_text(encoding="utf-8").split("\n") if files else []
    for row, line in enumerate(lines, 1):
        for name in _GLUE.findall(line):
            if name not in known:
                near = ", ".join(nearest(name, known))
                message = f"found {{glue:}}`{name}`, an unknown number; nearest: {near}"
                yield Fault(path.relative_to(root).as_posix(), row, "-", message)
