"""Tables for a terminal."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Sequence

#: Width in characters if the output goes into a file or a pipe.
WIDTH = 120
#: Blanks between columns.
GAP = 2


def table(head: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> str:
    """Aligned columns under a head; the first `left` of them are aligned left, the others right.

    A column of words (its head ends in a colon, which is not shown) folds within the width. No word
    and no number is cut or broken: where they do not fit, the table is wider than the terminal.
    """
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    rows = list(rows)
    words = [name.endswith(":") for name in head]
    names = [name.rstrip(":") for name in head]
    room = max(shutil.get_terminal_size((WIDTH, 24)).columns, 80)
    widths = _widths(list(zip(names, *rows, strict=True)), words, room - GAP * len(head))
    shown = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0))
    for number, (name, width) in enumerate(zip(names, widths, strict=True)):
        left_aligned = number < left or words[number]
        shown.add_column(name, justify="left" if left_aligned else "right", width=width)
    for row in rows:
        shown.add_row(*row)
    out = io.StringIO()
    width = sum(widths) + GAP * len(head)
    Console(file=out, width=width, color_system=None, markup=False, highlight=False).print(shown)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def _widths(columns: Sequence[Sequence[str]], words: Sequence[bool], room: int) -> list[int]:
    """The width of each column: its longest cell, or, of words, at least its longest word.

    Columns of words share what is left of `room`; none takes more than it needs.
    """
    from rich.cells import cell_len  # noqa: PLC0415

    most = [max(map(cell_len, cells)) for cells in columns]
    widths = [
        max(cell_len(word) for cell in (*cells, "-") for word in cell.split()) if folds else full
        for cells, folds, full in zip(columns, words, most, strict=True)
    ]
    wanting = sorted(
        (number for number, folds in enumerate(words) if folds),
        key=lambda number: most[number] - widths[number],
    )
    spare = max(room - sum(widths), 0)
    for done, number in enumerate(wanting):
        share = min(most[number] - widths[number], spare // (len(wanting) - done))
        widths[number] += share
        spare -= share
    return widths
