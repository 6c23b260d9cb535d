"""Ranges: tornado, football field, dots on a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from thesisbook.exhibits import theme
from thesisbook.exhibits.charts.canvas import (
    PLATE,
    Chart,
    axis_title,
    charted,
    hide_values,
    legend_above,
    measure,
    name_rows,
    new_chart,
    row_bar,
    rows_height,
    settle,
    side_room,
    table_of,
    value_axis,
    zero_line,
)
from thesisbook.exhibits.charts.marks import mark, named, point
from thesisbook.exhibits.formats import format_value
from thesisbook.exhibits.meanings import colours

LABEL = theme.SIZE["small"]
ENDS = ("low", "high")


def _beside(axes: Axes, x: float, y: float, text: str, right: bool, **style: Any) -> None:
    axes.annotate(
        text,
        (x, y),
        xytext=(4 if right else -4, 0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="center",
        fontsize=LABEL,
        zorder=5,
        **style,
    )


def reference_lines(chart: Chart, axes: Axes, marks: Mapping[str, float], fmt: str) -> None:
    """Upright lines over all rows, named on top, names moved apart where they would touch."""
    if not marks:
        return
    texts = [f"{name} {format_value(float(value), fmt)}" for name, value in marks.items()]
    for value in marks.values():
        axes.axvline(value, color=theme.INK, linewidth=1, linestyle=(0, (2, 2)), zorder=3)
    settle(chart)
    widths = [measure(text, LABEL, "bold")[0] for text in texts]
    at = [axes.transData.transform((value, 0))[0] for value in marks.values()]
    order = sorted(range(len(at)), key=lambda i: at[i])
    ends: list[float] = []  # where the last name of each storey ends
    for i in order:
        left = min(max(at[i] - widths[i] / 2, axes.bbox.x0), chart.bbox.x1 - widths[i] - 4)
        storey = next((s for s, end in enumerate(ends) if left > end + 6), len(ends))
        ends[storey : storey + 1] = [left + widths[i]]
        axes.annotate(
            texts[i],
            (list(marks.values())[i], 1),
            xycoords=("data", "axes fraction"),
            xytext=(left + widths[i] / 2 - at[i], 3 + storey * 13),
            ha="center",
            va="bottom",
            textcoords="offset points",
            fontsize=LABEL,
            fontweight="bold",
        )


@charted
def tornado(
    frame: pd.DataFrame,
    *,
    centre: float,
    fmt: str = "2",
    unit: str = "",
    top: int = 12,
    height: float | None = None,
) -> Chart:
    """What each parameter does to a result over its range, widest first.

    `frame`: index the parameter's name; columns `low` and `high` = the result at the low and the
    high end of the parameter, and, if given, `low_input` and `high_input` = those ends as text,
    which is written at each bar. `centre`: the result as it stands; a higher one is a gain.
    """
    frame = table_of(frame)
    order = (frame["high"] - frame["low"]).abs().sort_values(ascending=False).index[:top]
    shown = frame.loc[order]
    chart = new_chart(shown, rows_height(height, shown.index, 1.0))
    axes = chart.panel()
    for row_place, (row_name, row) in enumerate(shown.iterrows()):
        place, thick = row_bar(row_place)
        for end in ENDS:
            value = float(row[end])
            colour = theme.POSITIVE if value >= centre else theme.NEGATIVE
            bar = axes.barh(place, value - centre, thick, centre, color=colour)
            mark(bar, row[end], named(row_name, f"at its {end} end"), fmt)
        for value in dict.fromkeys((float(row["low"]), float(row["high"]))):
            end = "low" if value == float(row["low"]) else "high"
            given = row.get(f"{end}_input") or end
            text = f"{format_value(value, fmt)} ({given})"
            other = float(row["high" if end == "low" else "low"])
            right = value > centre or (value == centre and other < centre)
            if value == other:
                right = True
            if (value > centre) == (other > centre) and abs(value - centre) < abs(other - centre):
                continue  # both ends on one side: the inner one would stand on the bar
            _beside(axes, value, place, text, right)
    axes.axvline(centre, color=theme.INK, linewidth=1)
    name_rows(axes, shown.index)
    span = max(abs(shown[["low", "high"]].to_numpy(dtype=float) - centre).max(), 1e-9)
    axes.set_xlim(centre - span * 1.45, centre + span * 1.45)
    hide_values(axes, "x")
    axis_title(axes, unit)
    handles = [
        Line2D([], [], color=c, linewidth=7, solid_capstyle="butt")
        for c in (theme.NEGATIVE, theme.POSITIVE)
    ]
    legend_above(chart, handles, ["lower result", "higher result"])
    return chart


@charted
def football_field(
    frame: pd.DataFrame,
    *,
    marks: Mapping[str, float] | None = None,
    fmt: str = "2",
    unit: str = "",
    height: float | None = None,
) -> Chart:
    """A range of values for each method, with the lines that matter across.

    `frame`: index the method; columns `low`, `high` and, if given, `mid` (a white tick; may be
    missing). `marks`: named values drawn as upright lines (price, target).
    """
    frame = table_of(frame)
    chart = new_chart(frame, rows_height(height, frame.index, 1.0, 0.42))
    axes = chart.panel()
    for row_place, (row_name, row) in enumerate(frame.iterrows()):
        place, thick = row_bar(row_place, 0.5)
        low, high = sorted((float(row["low"]), float(row["high"])))
        axes.barh(place, high - low, thick, low, color=theme.SERIES[0])
        for end in ENDS:
            target = named(row_name, end)
            point(axes, float(row[end]), place, value=row[end], name=target, fmt=fmt)
        middle = row.get("mid")
        if middle is not None and pd.notna(middle):
            tick = [place - thick / 2, place + thick / 2]
            axes.plot([middle] * 2, tick, color=theme.INSIDE, linewidth=2)
        _beside(axes, low, place, format_value(low, fmt), False, bbox=PLATE)
        _beside(axes, high, place, format_value(high, fmt), True, bbox=PLATE)
    name_rows(axes, frame.index)
    values = [*frame["low"].astype(float), *frame["high"].astype(float), *(marks or {}).values()]
    span = (max(values) - min(values)) or abs(max(values)) or 1.0
    ends = [format_value(v, fmt) for v in (*frame["low"], *frame["high"])]
    room = side_room(ends, frame.index, chart) * span
    axes.set_xlim(min(values) - room, max(values) + room)
    hide_values(axes, "x")
    if unit:
        chart.supxlabel(unit, fontsize=LABEL, color=theme.MUTED, x=0.99, ha="right")
    reference_lines(chart, axes, marks or {}, fmt)
    return chart


@charted
def dots(
    frame: pd.DataFrame,
    *,
    fmt: str = "0",
    unit: str = "",
    marks: Mapping[str, float] | None = None,
    log: bool = False,
    height: float | None = None,
) -> Chart:
    """A dot for each column on each row's line: before and after, we and they, low and high."""
    frame = table_of(frame)
    shown = frame.astype(float)
    chart = new_chart(frame, rows_height(height, shown.index, 1.1, 0.38))
    axes = chart.panel()
    if log:
        axes.set_xscale("log")
    palette = colours(shown.columns)
    for row_place, (row_name, row) in enumerate(shown.iterrows()):
        place, _ = row_bar(row_place)
        present = row.dropna()
        if len(present) > 1:
            axes.plot([present.min(), present.max()], [place] * 2, color=theme.GRID, linewidth=3)
        for order, (colour, value) in enumerate(zip(palette, row, strict=True)):
            axes.plot([value], [place], marker="o", markersize=8, color=colour, linestyle="none")
            given, label = frame.iloc[row_place, order], named(row_name, shown.columns[order])
            point(axes, value, place, value=given, name=label, fmt=fmt)
    name_rows(axes, shown.index)
    if not log:
        axes.margins(x=0.1)
    value_axis(axes, fmt, "x") if not log else axes.grid(True, axis="x")
    if log:
        axes.xaxis.set_major_formatter(lambda value, _: format_value(float(value), fmt))
    zero_line(axes, "x")
    if unit:
        axes.set_xlabel(unit)
    reference_lines(chart, axes, marks or {}, fmt)
    if shown.shape[1] > 1:
        handles = [Line2D([], [], color=c, marker="o", linestyle="none") for c in palette]
        legend_above(chart, handles, [str(name) for name in shown.columns])
    return chart
