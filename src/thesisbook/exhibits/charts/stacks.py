"""Stacked bars, upright or lying, as amounts or as shares of a whole."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from thesisbook.exhibits import theme
from thesisbook.exhibits.charts.bars import category_ticks, fits
from thesisbook.exhibits.charts.canvas import (
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
    table_of,
    value_axis,
    zero_line,
)
from thesisbook.exhibits.charts.marks import fill, mark, named, words_on
from thesisbook.exhibits.formats import format_value
from thesisbook.exhibits.meanings import colours


@charted
def stacked_bars(
    frame: pd.DataFrame,
    *,
    fmt: str = "0",
    unit: str = "",
    share: bool = False,
    totals: bool = True,
    lying: bool = False,
    height: float | None = None,
) -> Chart:
    """Series (columns) stacked in each category (index); parts below zero hang under the axis.

    `share`: each category as parts of one (all values must then be >= 0). `lying`: bars lie, for
    long names. A part has its value inside where it fits.
    """
    frame = table_of(frame)
    shown = frame.fillna(0.0).astype(float)
    fmt_given = fmt
    if share:
        if (shown < 0).any(axis=None):
            raise ValueError("shares of a whole need values that are not negative")
        shown = shown.div(shown.sum(axis=1), axis=0).fillna(0.0)
        fmt = fmt if fmt.startswith("pct") else "pct0"
    count = len(shown)
    chart = new_chart(
        frame, rows_height(height, shown.index, 0.9, 0.42) if lying else height or theme.HEIGHT
    )
    axes = chart.panel()
    palette = colours(shown.columns)
    up, down = [0.0] * count, [0.0] * count
    span = (shown.clip(lower=0).sum(axis=1).max() - shown.clip(upper=0).sum(axis=1).min()) or 1.0
    length = (chart.get_figwidth() * 72 - 120) if lying else (chart.get_figheight() * 72 - 60)
    slot = (chart.get_figwidth() * 72 - 30) / count
    for order, name in enumerate(shown.columns):
        for place, value in enumerate(shown[name]):
            base = (up if value >= 0 else down)[place]
            (up if value >= 0 else down)[place] += value
            at, thick = row_bar(place, 0.66) if lying else (place, 0.66)
            draw = axes.barh if lying else axes.bar
            bar = draw(at, value, thick, base, **fill(palette[order]))
            # The axis ends at a sticky edge. A part of size zero has one on top of its stack, where
            # the total is written; only the edge at zero is kept.
            edges = bar[0].sticky_edges
            (edges.x if lying else edges.y)[:] = [0.0]
            mark(bar, frame[name].iloc[place], named(name, shown.index[place]), fmt_given)
            text = format_value(float(value), fmt)
            wide, tall = measure(text, theme.SIZE["small"])
            room = abs(value) / span * length
            if value and (wide + 6 < room if lying else tall + 2 < room and wide < slot * 0.66):
                middle = base + value / 2
                x, y = (middle, at) if lying else (at, middle)
                axes.text(
                    x,
                    y,
                    text,
                    ha="center",
                    va="center",
                    fontsize=theme.SIZE["small"],
                    **words_on(palette[order]),
                )
    sums = [format_value(float(total), fmt) for total in shown.sum(axis=1)]
    slot -= 0 if lying else max(measure(t, theme.SIZE["small"])[0] for t in sums) / count
    if totals and not share and shown.shape[1] > 1 and (lying or fits(sums, slot * 0.9)):
        _totals(axes, shown, up, fmt, lying)
    if lying:
        name_rows(axes, shown.index, 30)
        hide_values(axes, "x")
    else:
        category_ticks(axes, shown.index, slot)
        axes.set_xlim(-0.6, count - 0.4)
        value_axis(axes, fmt)
    zero_line(axes, "x" if lying else "y")
    axis_title(axes, unit)
    legend_above(chart, [Patch(**fill(c)) for c in palette], [str(n) for n in shown.columns])
    return chart


def _totals(axes: Axes, shown: pd.DataFrame, tops: list[float], fmt: str, lying: bool) -> None:
    for place, total in enumerate(shown.sum(axis=1)):
        axes.annotate(
            format_value(float(total), fmt),
            (tops[place], row_bar(place)[0]) if lying else (place, tops[place]),
            xytext=(4, 0) if lying else (0, 3),
            textcoords="offset points",
            fontweight="bold",
            ha="left" if lying else "center",
            va="center" if lying else "bottom",
            fontsize=theme.SIZE["small"],
        )
    if lying:
        axes.margins(x=0.12)
    else:
        axes.margins(y=0.12)
