"""What has no closed formula: grids, tornado and break-evens, run for every scenario and stamped.

The workbook shows the stamp of the selected scenario and checks its centre against the live target.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from xlsxwriter.utility import xl_rowcol_to_cell

from thesisbook.model import Assumptions
from thesisbook.model.core import compute
from thesisbook.model.sensitivity import move
from thesisbook.outputs.workbook.layout import Cell, Sheet

LIVE_QUESTIONS = ("wacc", "terminal_growth", "ps_discount", "dcf_weight")


@dataclass(frozen=True)
class Grid:
    """Moves of two parameters, applied to the target."""

    name: str
    title: str
    rows: tuple[str, str, tuple[float, ...]]  # parameter, how it is moved, moves
    columns: tuple[str, str, tuple[float, ...]]


GRIDS = (
    Grid(
        "volume_margin",
        "Volume against plan and gross margin",
        ("volume_factor", "scale", (0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3)),
        ("gross_margin", "shift", (-0.06, -0.03, 0.0, 0.03, 0.06)),
    ),
    Grid(
        "price_volume",
        "Price against plan and volume",
        ("price_factor", "scale", (0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15)),
        ("volume_factor", "scale", (0.8, 0.9, 1.0, 1.1, 1.2)),
    ),
)


def stamped(
    sheet: Sheet,
    at: tuple[int, int],
    columns: tuple[int, int],
    scenarios: Sequence[str],
    held: Callable[[Any, str], Any],
    *,
    style: str,
    key: str = "",
) -> None:
    """The stamp of the selected scenario at `at`; those of all to its right.

    `columns` are the first column of those and how far they stand apart.
    """
    (row, _), (first, step) = at, columns
    for n, name in enumerate(scenarios):
        sheet.put(
            row, first + n * step, Cell(partial(_held, held=held, name=name), "plain:general")
        )
    places = ",".join(xl_rowcol_to_cell(row, first + n * step) for n in range(len(scenarios)))
    template = f"=CHOOSE({{scenario_number}},{places})"
    sheet.formula(*at, template, partial(_held, held=held, name=""), style, key=key)


def _held(values: Any, held: Callable[[Any, str], Any], name: str) -> Any:
    return held(values, name or values.scenario)


class Stamps:
    """Stamped results of one scenario's assumptions."""

    def __init__(self, assumptions: Assumptions) -> None:
        self.assumptions = assumptions

    def grid(self, grid: Grid) -> np.ndarray:
        """Target: rows down, columns across, moves held within allowed ranges."""
        p = self.assumptions
        down, across = np.array(grid.rows[2])[:, None], np.array(grid.columns[2])[None, :]
        moves = {
            **move(p, grid.rows[0], down, grid.rows[1], clip=True),
            **move(p, grid.columns[0], across, grid.columns[1], clip=True),
        }
        cells = compute(p.replace(moves))[1]["target_price"]
        return np.broadcast_to(cells, (down.size, across.size))

    def bar(self, parameter: str, how: str, by: float) -> float:
        """Target with a parameter moved."""
        moved = move(self.assumptions, parameter, by, how, clip=True)
        return float(compute(self.assumptions.replace(moved))[1]["target_price"])
