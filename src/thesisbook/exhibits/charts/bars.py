"""Bars: one series, several side by side, stacked, and bars under a line."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from thesisbook.exhibits import theme
from thesisbook.exhibits.charts.canvas import (
    Chart,
    axis_title,
    charted,
    hide_values,
    legend_above,
    measure,
    name_rows,
    new_chart,
    opacities,
    row_bar,
    rows_height,
    table_of,
    value_axis,
    value_label,
    zero_line,
)
from thesisbook.exhibits.charts.marks import fill, mark, named, point
from thesisbook.exhibits.formats import format_value
from thesisbook.exhibits.meanings import colours, of_rows


def category_ticks(axes: Axes, index: pd.Index, room: float) -> None:
    """Category names under the bars, wrapped to their slot (`room` points each)."""
    names = [str(name) for name in index]
    widest = max(measure(name, theme.SIZE["small"])[0] for name in names)
    if widest > room * 0.95:
        characters = max(4, int(room * 0.95 / 4.6))
        names = [
            "\n".join(textwrap.wrap(name, characters, break_long_words=False)) for name in names
        ]
        line = max(measure(part, theme.SIZE["small"])[0] for n in names for part in n.split("\n"))
        if line > room * 1.05:
            axes.set_xticks(range(len(names)), [str(n) for n in index], rotation=40, ha="right")
            return
    axes.set_xticks(range(len(names)), names)


def fits(texts: Sequence[str], room: float) -> bool:
    return max(measure(text, theme.SIZE["small"])[0] for text in texts) <= room


@charted
def bars(
    values: pd.Series | pd.DataFrame,
    *,
    fmt: str = "0",
    unit: str = "",
    highlight: object = None,
    forecast_from: object = None,
    height: float = theme.HEIGHT,
) -> Chart:
    """One series of upright bars with their values on top.

    `values`: series (or one-column frame) by category. `highlight`: a category (or list of them)
    in the accent colour. `forecast_from`: this category and all after it are drawn paler.
    """
    frame = table_of(values)
    series = frame.iloc[:, 0].astype(float)
    chart = new_chart(frame, height)
    axes = chart.panel()
    alphas = opacities(series.index, forecast_from)
    for place, colour in enumerate(of_rows(series.index, highlight)):
        bar = axes.bar(place, series.iloc[place], 0.66, alpha=alphas[place], **fill(colour))
        mark(bar, frame.iloc[place, 0], str(series.index[place]), fmt)
    room = (chart.get_figwidth() * 72 - 30) / len(series)
    texts = [format_value(float(value), fmt) for value in series]
    if fits(texts, room):
        for place, text in enumerate(texts):
            value_label(axes, place, series.iloc[place], text)
        hide_values(axes)
        axes.margins(y=0.12)
    else:
        value_axis(axes, fmt)
    category_ticks(axes, series.index, room)
    axes.set_xlim(-0.6, len(series) - 0.4)
    zero_line(axes)
    axis_title(axes, unit)
    return chart


@charted
def ranked_bars(
    values: pd.Series | pd.DataFrame,
    *,
    fmt: str = "0",
    unit: str = "",
    highlight: object = None,
    sort: bool = True,
    height: float | None = None,
) -> Chart:
    """One series of horizontal bars, largest on top, for categories with long names."""
    frame = table_of(values)
    series = frame.iloc[:, 0].astype(float)
    if sort:
        frame = frame.loc[series.sort_values(ascending=False).index]
        series = frame.iloc[:, 0].astype(float)
    chart = new_chart(frame, rows_height(height, series.index, 0.7, 0.3))
    axes = chart.panel()
    palette = of_rows(series.index, highlight)
    if series.min() < 0 and highlight is None:
        palette = [theme.POSITIVE if value >= 0 else theme.NEGATIVE for value in series]
    for place, value in enumerate(series):
        middle, thick = row_bar(place, 0.66)
        bar = axes.barh(middle, value, thick, **fill(palette[place]))
        mark(bar, frame.iloc[place, 0], str(series.index[place]), fmt)
        axes.annotate(
            format_value(float(value), fmt),
            (value, middle),
            ha="left" if value >= 0 else "right",
            xytext=(3 if value >= 0 else -3, 0),
            textcoords="offset points",
            va="center",
            fontsize=theme.SIZE["small"],
        )
    name_rows(axes, series.index)
    hide_values(axes, "x")
    axes.margins(x=0.14)
    if series.min() >= 0:
        axes.set_xlim(left=0)
    zero_line(axes, "x")
    axis_title(axes, unit)
    return chart


@charted
def grouped_bars(
    frame: pd.DataFrame,
    *,
    fmt: str = "0",
    unit: str = "",
    forecast_from: object = None,
    height: float = theme.HEIGHT,
) -> Chart:
    """Series (columns) side by side in each category (index)."""
    frame = table_of(frame)
    chart = new_chart(frame, height)
    axes = chart.panel()
    palette = colours(frame.columns)
    width = 0.8 / frame.shape[1]
    alphas = opacities(frame.index, forecast_from)
    texts = [[format_value(float(v), fmt) if pd.notna(v) else "" for v in frame[c]] for c in frame]
    room = (chart.get_figwidth() * 72 - 30) / len(frame)
    labelled = fits([text for column in texts for text in column], room * width * 1.02)
    for order, name in enumerate(frame.columns):
        for place, value in enumerate(frame[name]):
            if pd.isna(value):
                continue
            x = place + (order - (frame.shape[1] - 1) / 2) * width
            bar = axes.bar(x, value, width * 0.92, alpha=alphas[place], **fill(palette[order]))
            mark(bar, value, named(name, frame.index[place]), fmt)
            if labelled:
                value_label(axes, x, value, texts[order][place])
    if labelled:
        hide_values(axes)
        axes.margins(y=0.12)
    else:
        value_axis(axes, fmt)
    category_ticks(axes, frame.index, room)
    axes.set_xlim(-0.6, len(frame) - 0.4)
    zero_line(axes)
    axis_title(axes, unit)
    if frame.shape[1] > 1:
        legend_above(chart, [Patch(**fill(c)) for c in palette], [str(n) for n in frame.columns])
    return chart


@charted
def bars_and_line(
    frame: pd.DataFrame,
    *,
    bar: str,
    line: str,
    fmt: str = "0",
    line_fmt: str = "pct0",
    forecast_from: object = None,
    height: float = 4.0,
) -> Chart:
    """Bars of column `bar` and, in a strip above on its own scale, column `line` with its values.

    Two strips instead of two scales in one panel, where lines would cross without a meaning.
    """
    frame = table_of(frame)[[bar, line]]
    chart = new_chart(frame, height)
    upper, lower = chart.subplots(2, 1, sharex=True, height_ratios=[1, 2.2])
    room = (chart.get_figwidth() * 72 - 30) / len(frame)
    alphas = opacities(frame.index, forecast_from)
    for place, value in enumerate(frame[bar].astype(float)):
        if pd.notna(value):
            drawn = lower.bar(place, value, 0.62, color=theme.SERIES[0], alpha=alphas[place])
            mark(drawn, frame[bar].iloc[place], named(bar, frame.index[place]), fmt)
            value_label(lower, place, value, format_value(float(value), fmt))
    points = frame[line].astype(float)
    upper.plot(range(len(frame)), points, color=theme.SERIES[1], marker="o", markersize=4)
    for place, value in enumerate(points):
        if pd.notna(value):
            given = frame[line].iloc[place]
            label = named(line, frame.index[place])
            point(upper, place, value, value=given, name=label, fmt=line_fmt)
            upper.annotate(
                format_value(float(value), line_fmt),
                (place, value),
                xytext=(0, 6),
                ha="center",
                textcoords="offset points",
                va="bottom",
                fontsize=theme.SIZE["small"],
            )
    upper.margins(y=0.45)
    lower.margins(y=0.14)
    for axes, title in ((upper, line), (lower, bar)):
        hide_values(axes)
        axis_title(axes, title)
        zero_line(axes)
    upper.spines["bottom"].set_visible(False)
    category_ticks(lower, frame.index, room)
    lower.set_xlim(-0.6, len(frame) - 0.4)
    return chart
