"""Lines with direct labels, slopes between two dates, and small multiples."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from thesisbook.exhibits import theme
from thesisbook.exhibits.charts.canvas import (
    Chart,
    axis_title,
    charted,
    is_narrow,
    measure,
    new_chart,
    opacities,
    settle,
    spread,
    table_of,
    value_axis,
    value_label,
    zero_line,
)
from thesisbook.exhibits.charts.marks import mark, named, point
from thesisbook.exhibits.formats import format_value
from thesisbook.exhibits.line_breaks import wrap
from thesisbook.exhibits.meanings import colour_of, colours

LABEL = theme.SIZE["small"]


@charted
def lines(
    frame: pd.Series | pd.DataFrame,
    *,
    fmt: str = "0",
    unit: str = "",
    forecast_from: object = None,
    highlight: str | None = None,
    log: bool = False,
    height: float = theme.HEIGHT,
) -> Chart:
    """A line for each column over the index (years, quarters), named and valued at its end.

    `forecast_from`: dashed from this index value on. `highlight`: this column in colour, the others
    grey. `log`: logarithmic value axis (all values must be above zero).
    """
    frame = table_of(frame)
    shown = frame.astype(float)
    chart = new_chart(frame, height)
    axes = chart.panel()
    palette = colours(shown.columns) if highlight is None else []
    if highlight is not None:
        palette = [theme.HIGHLIGHT if n == highlight else theme.MUTED for n in shown.columns]
    if log:
        if (shown <= 0).any(axis=None):
            raise ValueError("a logarithmic axis needs values above zero")
        axes.set_yscale("log")
    x = list(range(len(shown)))
    start = None if forecast_from is None else list(shown.index).index(forecast_from)
    for name, colour in zip(shown.columns, palette, strict=True):
        values = shown[name].to_numpy()
        solid = len(x) if start is None else start
        axes.plot(x[:solid], values[:solid], color=colour)
        if start is not None:
            back = max(start - 1, 0)
            axes.plot(x[back:], values[back:], color=colour, linestyle=(0, (3, 2)))
        axes.plot(x[-1:], values[-1:], color=colour, marker="o", markersize=4)
        for place, given in enumerate(frame[name]):
            label = named(name, shown.index[place])
            point(axes, place, values[place], value=given, name=label, fmt=fmt)
    value_axis(axes, fmt)
    step = max(1, round(len(x) / (6 if is_narrow() else 12)))
    axes.set_xticks(x[::step], [str(name) for name in shown.index][::step])
    zero_line(axes)
    axis_title(axes, unit)
    _end_labels(chart, axes, shown, palette, fmt)
    return chart


def _end_labels(
    chart: Chart, axes: Axes, shown: pd.DataFrame, palette: list[str], fmt: str
) -> None:
    ends = {name: shown[name].dropna() for name in shown.columns}
    texts = [
        wrap(f"{name} {format_value(float(line.iloc[-1]), fmt)}", 22) if len(line) else str(name)
        for name, line in ends.items()
    ]
    widest = max(measure(text, LABEL)[0] for text in texts)
    last = len(shown) - 1
    room = widest + 14
    axes.set_xlim(-0.2, max(last, 1) + 0.1)
    width = chart.get_figwidth() * 72 - 60
    axes.set_xlim(-0.2, last + (last + 0.2) * room / max(width - room, 50))
    settle(chart)
    at = [
        axes.transData.transform((last, line.iloc[-1]))[1] if len(line) else axes.bbox.y0
        for line in ends.values()
    ]
    tall = max(measure(text, LABEL)[1] for text in texts)
    places = spread(at, tall + 1, axes.bbox.y0 + tall / 2, axes.bbox.y1)
    for text, colour, true, place in zip(texts, palette, at, places, strict=True):
        axes.annotate(
            text,
            (last, axes.transData.inverted().transform((0, true))[1]),
            xytext=(8, place - true),
            textcoords="offset points",
            va="center",
            fontsize=LABEL,
            color=colour,
            fontweight="bold",
            annotation_clip=False,
        )


@charted
def slope(
    frame: pd.DataFrame,
    *,
    fmt: str = "0",
    unit: str = "",
    highlight: object = None,
    height: float = 4.2,
) -> Chart:
    """Each row as a line from the first column to the second, named at both ends."""
    frame = table_of(frame)
    if frame.shape[1] != 2:
        raise ValueError(f"a slope has two columns, not {frame.shape[1]}")
    shown = frame.astype(float)
    chart = new_chart(frame, height)
    axes = chart.panel()
    for name, row in shown.iterrows():
        other = theme.SERIES[0] if highlight is None else theme.MEANINGS["rival"]
        colour = theme.HIGHLIGHT if name == highlight else colour_of(name) or other
        axes.plot([0, 1], row, color=colour, marker="o", markersize=5)
        for side, given in enumerate(frame.loc[name]):
            label = named(name, frame.columns[side])
            point(axes, side, row.iloc[side], value=given, name=label, fmt=fmt)
    left, right = (
        [f"{name}  {format_value(float(v), fmt)}" for name, v in shown.iloc[:, side].items()]
        for side in (0, 1)
    )
    widest = max(measure(text, LABEL)[0] for text in (*left, *right))
    share = min(1.2, (widest + 16) / max(chart.get_figwidth() * 72 - 2 * widest - 40, 80))
    axes.set_xlim(-share, 1 + share)
    axes.set_xticks([0, 1], [str(name) for name in shown.columns])
    axes.tick_params(axis="x", labelcolor=theme.INK)
    axes.yaxis.set_visible(False)
    axis_title(axes, unit)
    settle(chart)
    tall = measure("Xg", LABEL)[1]
    for side, texts, align in ((0, left, "right"), (1, right, "left")):
        at = [axes.transData.transform((0, value))[1] for value in shown.iloc[:, side]]
        places = spread(at, tall + 1, axes.bbox.y0 + tall / 2, axes.bbox.y1)
        for text, value, true, place in zip(texts, shown.iloc[:, side], at, places, strict=True):
            axes.annotate(
                text,
                (side, value),
                xytext=(-8 if side == 0 else 8, place - true),
                ha=align,
                textcoords="offset points",
                va="center",
                fontsize=LABEL,
            )
    return chart


@charted
def small_multiples(
    frame: pd.DataFrame,
    *,
    fmt: str = "0",
    unit: str = "",
    columns: int = 3,
    kind: str = "bar",
    same_scale: bool = False,
    forecast_from: object = None,
    row_height: float = 1.55,
) -> Chart:
    """A small panel for each column over the index; `kind` is `bar` or `line`.

    First and last value are written; `same_scale` gives all panels one value axis.
    """
    frame = table_of(frame)
    if kind not in ("bar", "line"):
        raise ValueError(f"kind is 'bar' or 'line', not {kind!r}")
    shown = frame.astype(float)
    columns = min(columns, 2) if is_narrow() else columns
    rows = -(-shown.shape[1] // columns)
    chart = new_chart(frame, 0.3 + row_height * rows)
    grid = chart.subplots(rows, columns, squeeze=False, sharey=same_scale)
    alphas = opacities(shown.index, forecast_from)
    wide = int((chart.get_figwidth() * 72 / columns - 16) / 5.2)
    for axes, name in zip(grid.flat, shown.columns, strict=False):
        line = shown[name]
        for place, value in enumerate(line):
            if kind == "bar" and pd.notna(value):
                bar = axes.bar(place, value, 0.7, color=theme.SERIES[0], alpha=alphas[place])
                mark(bar, frame[name].iloc[place], named(name, line.index[place]), fmt)
        if kind == "line":
            axes.plot(range(len(line)), line, color=theme.SERIES[0])
        for place in sorted({0, len(line) - 1}):
            value = line.iloc[place]
            if pd.notna(value):
                value_label(axes, place, value, format_value(float(value), fmt))
        axes.set_title(wrap(name, wide), fontsize=LABEL, color=theme.INK)
        axes.yaxis.set_visible(False)
        axes.margins(x=0.12, y=0.25)
        ends = sorted({0, len(line) - 1})
        axes.set_xticks(ends, [str(line.index[place]) for place in ends])
        zero_line(axes)
    for axes in list(grid.flat)[shown.shape[1] :]:
        axes.axis("off")
    if unit:
        chart.suptitle(unit, fontsize=LABEL, color=theme.MUTED, x=0.01, ha="left")
    return chart
