"""Histogram of many draws with the values that matter marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from thesisbook.exhibits import theme
from thesisbook.exhibits.charts.canvas import (
    Chart,
    axis_title,
    charted,
    new_chart,
    value_axis,
)
from thesisbook.exhibits.charts.ranges import reference_lines


@charted
def histogram(
    draws: Sequence[float] | np.ndarray | pd.Series,
    *,
    marks: Mapping[str, float] | None = None,
    threshold: float | None = None,
    bins: int = 50,
    clip: tuple[float, float] = (0.005, 0.995),
    fmt: str = "0",
    mark_fmt: str | None = None,
    unit: str = "",
    height: float = theme.HEIGHT,
) -> Chart:
    """How often each value occurs; bars at or above `threshold` are a gain, those below a loss.

    `clip`: quantiles beyond which draws are not shown; the shares in the data count all draws.
    The chart's data are the bins.
    """
    values = np.asarray(draws, dtype=float)
    if values.size == 0 or not np.isfinite(values).all():
        raise ValueError("draws must be finite and at least one")
    low, high = (float(q) for q in np.quantile(values, clip))
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, bins + 1)
    if threshold is not None and low < threshold < high:
        edges += threshold - edges[np.abs(edges - threshold).argmin()]
    counts, edges = np.histogram(values, edges)
    table = pd.DataFrame({"from": edges[:-1], "to": edges[1:], "share": counts / values.size})
    chart = new_chart(table, height)
    axes = chart.panel()

    def bar_colour(above: bool) -> str:
        if threshold is None:
            return theme.SERIES[0]
        return theme.POSITIVE if above else theme.NEGATIVE

    for start, end, share in table.itertuples(index=False):
        above = threshold is not None and start >= threshold - 1e-9 * abs(threshold)
        axes.bar(
            start,
            share,
            (end - start) * 0.94,
            align="edge",
            color=bar_colour(above),
        )
    value_axis(axes, fmt, "x", grid=False)
    axes.tick_params(axis="x", pad=8)
    value_axis(axes, "pct0" if table["share"].max() > 0.05 else "pct1")
    if unit:
        axes.set_xlabel(unit)
    axis_title(axes, "")
    reference_lines(chart, axes, marks or {}, mark_fmt or fmt)
    return chart
