"""Scatter with every point named."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from thesisbook.exhibits import theme
from thesisbook.exhibits.charts.canvas import (
    Chart,
    charted,
    measure,
    new_chart,
    settle,
    table_of,
    value_axis,
)
from thesisbook.exhibits.charts.marks import named, point
from thesisbook.exhibits.formats import format_value
from thesisbook.exhibits.meanings import colour_of

_LABEL = theme.SIZE["small"]


@charted
def scatter(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    fmt_x: str = "0",
    fmt_y: str = "0",
    highlight: object = None,
    log_x: bool = False,
    log_y: bool = False,
    height: float = 4.2,
) -> Chart:
    """A named point for each row; `x`, `y` are columns and their names the axis titles."""
    frame = table_of(frame)[[x, y]]
    shown = frame.dropna().astype(float)
    if shown.empty:
        raise ValueError("no row has both values")
    chart = new_chart(frame, height)
    axes = chart.panel()
    other = theme.SERIES[0] if highlight is None else theme.MEANINGS["rival"]
    for name, row in shown.iterrows():
        colour = theme.HIGHLIGHT if name == highlight else colour_of(name) or other
        axes.plot([row[x]], [row[y]], marker="o", markersize=8, color=colour, linestyle="none")
        point(axes, row[x], row[y], value=frame.at[name, y], name=named(name, y), fmt=fmt_y)
    scales: tuple[tuple[Literal["x", "y"], bool, str], ...] = (
        ("x", log_x, fmt_x),
        ("y", log_y, fmt_y),
    )
    for side, log, fmt in scales:
        if log:
            getattr(axes, f"set_{side}scale")("log")
            getattr(axes, f"{side}axis").set_major_formatter(
                lambda value, _, fmt=fmt: format_value(float(value), fmt)
            )
            getattr(axes, f"{side}axis").set_minor_formatter("")
            axes.grid(True, axis=side)
        else:
            value_axis(axes, fmt, side)
    axes.set_xlabel(x)
    axes.set_title(y, fontsize=_LABEL, color=theme.MUTED, fontweight="normal")
    axes.margins(0.14)
    _name_points(chart, axes, shown, x=x, y=y, highlight=highlight)
    return chart


def _name_points(
    chart: Chart, axes: Axes, shown: pd.DataFrame, *, x: str, y: str, highlight: object
) -> None:
    """Each name at the free place nearest to its point, tried on rings around it."""
    settle(chart)
    points = axes.transData.transform(shown[[x, y]].to_numpy())
    taken = [(px - 5, py - 5, px + 5, py + 5) for px, py in points]
    edge = axes.bbox
    for (name, _), (px, py) in zip(shown.iterrows(), points, strict=True):
        wide, tall = measure(str(name), _LABEL)
        best = None
        for ring in (9, 16, 26, 38, 52):
            for angle in np.deg2rad([0, 180, 45, 135, 315, 225, 90, 270]):
                cx = px + np.cos(angle) * (ring + wide / 2)
                cy = py + np.sin(angle) * (ring + tall / 2)
                box = (cx - wide / 2, cy - tall / 2, cx + wide / 2, cy + tall / 2)
                inside = box[0] >= edge.x0 and box[2] <= edge.x1 + 4
                inside = inside and box[1] >= edge.y0 and box[3] <= edge.y1
                if inside and not any(_touch(box, other) for other in taken):
                    best = box
                    break
            if best:
                break
        if best is None:
            raise ValueError(f"no room for the name {name!r}; draw fewer points or more height")
        taken.append(best)
        cx, cy = (best[0] + best[2]) / 2, (best[1] + best[3]) / 2
        far = np.hypot(cx - px, cy - py) > wide / 2 + 20
        axes.annotate(
            str(name),
            (shown.at[name, x], shown.at[name, y]),
            xytext=(cx - px, cy - py),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=_LABEL,
            fontweight="bold" if name == highlight else "normal",
            arrowprops={"arrowstyle": "-", "color": theme.GRID} if far else None,
        )


def _touch(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
