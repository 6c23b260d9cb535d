"""Tables for a terminal."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Sequence

#: Width in characters if the output goes into a file or a pipe.
WIDTH = 120


def table(head: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> str:
    """Aligned columns under a head; the first `left` of them are aligned left, the others right.

    A last column of words (its head ends in a colon, which is not shown) folds within the width.
    """
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for number, name in enumerate(head):
        words = name.endswith(":")
        shown.add_column(
            name.rstrip(":"),
            justify="left" if number < left or words else "right",
            no_wrap=not words,
        )
    for row in rows:
        shown.add_row(*row)
    out = io.StringIO()
    width = max(shutil.get_terminal_size((WIDTH, 24)).columns, 80)
    Console(file=out, width=width, color_system=None, markup=False, highlight=False).print(shown)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())
