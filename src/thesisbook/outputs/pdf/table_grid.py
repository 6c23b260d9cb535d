"""The cells of an HTML table, with the column that each begins in."""

from __future__ import annotations

from dataclasses import dataclass, field

from bs4 import Tag

from thesisbook.outputs.pdf.markup import PdfError

__all__ = ["Cell", "Grid", "grid_of"]

ROW_KINDS = {
    "section": "section",
    "group": "section",
    "summary": "sum",
    "strong": "sum",
    "total": "sum",
}


@dataclass
class Cell:
    tag: Tag
    column: int
    colspan: int
    rowspan: int

    @property
    def text(self) -> str:
        return " ".join(self.tag.get_text(" ").split())


@dataclass
class Grid:
    columns: int
    head: list[list[Cell]]
    body: list[list[Cell]]
    kinds: dict[int, str] = field(default_factory=dict)
    """Rows of the body that stand out: `section` is a heading of a group, `sum` a total."""

    @property
    def rows(self) -> list[list[Cell]]:
        return self.head + self.body


def grid_of(tag: Tag) -> Grid:
    """Cells of the table with the column each begins in."""
    head: list[list[Cell]] = []
    body: list[list[Cell]] = []
    kinds: dict[int, str] = {}
    has_head = tag.find("thead") is not None
    taken: dict[int, int] = {}
    width = 0
    for row in tag.find_all("tr"):
        cells, column = [], 0
        for item in row.find_all(["td", "th"], recursive=False):
            while taken.get(column, 0):
                column += 1
            cell = Cell(item, column, span(item, "colspan"), span(item, "rowspan"))
            cells.append(cell)
            column += cell.colspan
        width = max(width, column, *(c + 1 for c, n in taken.items() if n))
        taken = {c: n - 1 for c, n in taken.items() if n > 1}
        for cell in cells:
            if cell.rowspan > 1:
                taken.update({cell.column + k: cell.rowspan - 1 for k in range(cell.colspan)})
        is_head = row.find_parent("thead") is not None or (
            not has_head and not body and bool(cells) and all(c.tag.name == "th" for c in cells)
        )
        if is_head:
            if any(cell.text for cell in cells):
                head.append(cells)
        else:
            for name in row.get_attribute_list("class"):
                if name in ROW_KINDS:
                    kinds[len(body)] = ROW_KINDS[name]
            body.append(cells)
    if not width or not body:
        raise PdfError(f"a table without cells: {tag.get_text()[:60]!r}")
    return Grid(width, head, body, kinds)


def span(cell: Tag, name: str) -> int:
    return int(str(cell.get(name, "1")))
