"""Waterfall: from one total to another through named steps."""

from __future__ import annotations

import pandas as pd

from thesisbook.exhibits import theme
from thesisbook.exhibits.charts.canvas import (
    Chart,
    axis_title,
    charted,
    hide_values,
    name_rows,
    new_chart,
    row_bar,
    rows_height,
    table_of,
)
from thesisbook.exhibits.charts.marks import mark
from thesisbook.exhibits.formats import format_value


@charted
def waterfall(
    frame: pd.DataFrame,
    *,
    start: tuple[str, float],
    end: str,
    fmt: str = "2",
    unit: str = "",
    label: str = "name",
    delta: str = "delta",
    height: float | None = None,
) -> Chart:
    """Lying waterfall, read from the top: the start, one bar a step, the end.

    `frame`: a row a step in order, with columns `label` and `delta` (in the unit of `start`).
    `start`: its name and value. `end`: its name; its value is start plus all steps.
    Rises and falls differ in colour and in sign. The zero stays in view only when it is near.
    """
    frame = table_of(frame)
    name, value = start
    steps = [(str(row[label]), row[delta]) for _, row in frame.iterrows()]
    levels = [value]
    for _, change in steps:
        levels.append(levels[-1] + change)
    rows = [(name, 0.0, value), *((n, 0.0, 0.0) for n, _ in steps), (end, 0.0, levels[-1])]
    table = pd.DataFrame(
        {
            "step": [row[0] for row in rows],
            "change": [None, *(change for _, change in steps), None],
            "level": [levels[0], *levels[1:], levels[-1]],
        },
        dtype=object,  # a change keeps its reference
    )
    chart = new_chart(table, rows_height(height, table["step"], 0.8))
    axes = chart.panel()
    low, high = min(*levels, levels[0]), max(*levels, levels[0])
    span = (high - low) or abs(high) or 1.0
    floor = low - 0.35 * span
    base = 0.0 if low <= 0 or floor <= 0.25 * low else floor
    signed = f"+{fmt}"
    for place, (step, change) in enumerate(steps, start=1):
        before, after = levels[place - 1], levels[place]
        colour = theme.POSITIVE if change >= 0 else theme.NEGATIVE
        middle, thick = row_bar(place)
        bar = axes.barh(middle, change, thick, before, color=colour)
        mark(bar, change, step, signed)
        axes.annotate(
            format_value(change, signed),
            (max(before, after), middle),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=theme.SIZE["small"],
        )
    for place in range(len(steps) + 1):
        middle, thick = row_bar(place)
        ends = [middle - thick / 2, middle + 1 + thick / 2]
        axes.plot([levels[place]] * 2, ends, color=theme.MUTED, linewidth=0.7)
    for place, level in ((0, levels[0]), (len(rows) - 1, levels[-1])):
        middle, thick = row_bar(place)
        bar = axes.barh(middle, level - base, thick, base, color=theme.TOTAL)
        mark(bar, value if place == 0 else level, rows[place][0], fmt)
        axes.annotate(
            format_value(level, fmt),
            (max(level, base), middle),
            xytext=(4, 0),
            va="center",
            textcoords="offset points",
            fontweight="bold",
            fontsize=theme.SIZE["small"],
        )
    axes.set_xlim(min(base, low - 0.02 * span), high + 0.16 * span + 0.02 * (high - base))
    name_rows(axes, [row[0] for row in rows], 46)
    hide_values(axes, "x")
    axis_title(axes, unit if base == 0 else f"{unit} (the axis does not start at zero)")
    return chart
