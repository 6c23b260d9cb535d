"""Complete the tags of a PDF: which cells head which, that Typst itself cannot say.

The claim of PDF/UA in the file is Typst's; `complete` keeps it true, and refuses a file in which a
table has no headers, a figure no description or a formula no words.
"""

from __future__ import annotations

from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Pdf

from thesisbook.outputs.pdf.markup import PdfError

__all__ = ["complete", "elements"]

CELLS = (Name.TH, Name.TD)


def elements(item: object) -> Iterator[Dictionary]:
    """Every element of the structure below `item`, itself included, in reading order."""
    stack = [item]
    while stack:
        here = stack.pop()
        if isinstance(here, Array):
            stack += reversed(list(here))
        elif isinstance(here, Dictionary):
            if Name.S in here:
                yield here
            if Name.K in here:
                stack.append(here.K)


def complete(document: Pdf) -> None:
    """Give every table row and column headers with their scope; refuse what nobody could hear."""
    for element in elements(document.Root.StructTreeRoot):
        if Name.Table == element.S:
            head_cells(element)
        elif element.S in (Name.Figure, Name.Formula) and not str(element.get("/Alt", "")).strip():
            raise PdfError(f"a tag {element.S} without words for those who cannot see it")


def head_cells(table: Dictionary) -> None:
    """The first cell of each row of the body becomes the header of its row."""
    columns = rows = 0
    taken = 0  # rows that the first cell of an earlier row still covers
    for part in children(table):
        head = Name.THead == part.S
        for row in [part] if part.S == Name.TR else children(part):
            cells = [cell for cell in children(row) if cell.S in CELLS]
            if not head and len(cells) == 1 and attribute(cells[0], "/ColSpan"):
                continue  # the title of a group of rows
            for place, cell in enumerate(cells):
                if head or (cell.S == Name.TH and attribute(cell, "/Scope") == Name.Column):
                    cell.S, columns = Name.TH, columns + 1
                    set_scope(cell, Name.Column)
                elif place == 0 and not taken:
                    cell.S, rows = Name.TH, rows + 1
                    set_scope(cell, Name.Row)
                    taken = int(str(attribute(cell, "/RowSpan") or 1))
            taken = max(taken - 1, 0)
    if not columns or not rows:
        raise PdfError("a table without headers of its columns and rows")


def children(element: Dictionary) -> list[Dictionary]:
    below = element.get("/K")
    listed = list(below) if isinstance(below, Array) else [below]
    return [child for child in listed if isinstance(child, Dictionary) and Name.S in child]


def attributes(cell: Dictionary) -> list[Dictionary]:
    given = cell.get("/A")
    listed = list(given) if isinstance(given, Array) else [given]
    return [item for item in listed if isinstance(item, Dictionary)]


def attribute(cell: Dictionary, name: str) -> object:
    return next((item[name] for item in attributes(cell) if name in item), None)


def set_scope(cell: Dictionary, wanted: Name) -> None:
    own = next((item for item in attributes(cell) if item.get("/O") == Name.Table), None)
    if own is None:
        own = Dictionary(O=Name.Table)
        cell.A = Array([*attributes(cell), own])
    own.Scope = wanted
