"""Values of single days on a true scale of time, with the events between them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

from thesisbook.exhibits import theme
from thesisbook.exhibits.charts.canvas import (
    Chart,
    axis_title,
    charted,
    is_narrow,
    measure,
    new_chart,
    settle,
    spread,
    table_of,
    value_axis,
)
from thesisbook.exhibits.formats import format_value

LABEL = theme.SIZE["small"]
GAP = 4.0  # points between words


@charted
def dated_points(
    values: pd.Series,
    *,
    fmt: str = "2",
    unit: str = "",
    events: Mapping[str, str] | None = None,
    height: float = 4.2,
) -> Chart:
    """A point for each day in the index (ISO text), joined by a dashed line: what lies between two
    days is not known. `events`: words by day, upright above the points.

    The first, the last and the extreme values are written beside their points, and others where
    there is room.
    """
    frame = table_of(values)
    shown = frame.iloc[:, 0].astype(float).sort_index()
    days = [date2num(pd.Timestamp(str(day))) for day in shown.index]
    marks = {date2num(pd.Timestamp(day)): words for day, words in sorted((events or {}).items())}
    chart = new_chart(frame, height)
    axes = chart.panel()
    axes.plot(days, shown.to_list(), color=theme.SERIES[0], linewidth=1, linestyle=(0, (3, 2)))
    axes.plot(days, shown.to_list(), color=theme.SERIES[0], marker="o", linestyle="none")
    value_axis(axes, fmt if fmt.endswith("0") else f"{fmt[:-1]}0")
    first, last = min([*days, *marks]), max([*days, *marks])
    axes.set_xlim(first - 0.04 * (last - first), last + 0.1 * (last - first))
    locator = AutoDateLocator(maxticks=5 if is_narrow() else 8)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
    axis_title(axes, unit)
    settle(chart)
    _stand_events(axes, marks, low=min(shown), high=max(shown))
    _write_values(axes, days, shown.to_list(), fmt)
    return chart


def _stand_events(axes: Axes, marks: Mapping[float, str], *, low: float, high: float) -> None:
    """Words upright over a dotted line at their day, in room made above the values."""
    tall = max((measure(words, LABEL)[0] for words in marks.values()), default=0.0) + GAP
    free = 1 - tall / axes.bbox.height if marks else 1.0
    if free < 0.3:
        raise ValueError("the words of an event are longer than the chart is tall")
    span = (high - low) or abs(high) or 1.0
    axes.set_ylim(low - 0.1 * span, low - 0.1 * span + 1.4 * span / free)
    left, right = axes.get_xlim()
    scale = axes.bbox.width / (right - left)
    wanted = [(day - left) * scale for day in marks]
    places = spread(wanted, LABEL + GAP, 0.0, axes.bbox.width) if marks else []
    for (day, words), place in zip(marks.items(), places, strict=True):
        foot, at = axes.get_ylim()[0], place / scale + left
        top = foot + (axes.get_ylim()[1] - foot) * (free - GAP / axes.bbox.height)
        axes.plot(
            [day, day, at], [foot, top * 0.97 + foot * 0.03, top],
            color=theme.MUTED, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1,
        )  # fmt: skip
        axes.text(at, top, words, rotation=90, va="bottom", ha="center", fontsize=LABEL)


def _write_values(axes: Axes, days: list[float], values: list[float], fmt: str) -> None:
    """Values beside their points; those that matter first, others where none is in the way."""
    first, last = 0, len(days) - 1
    extremes = [values.index(max(values)), values.index(min(values))]
    taken: list[tuple[float, float]] = []
    for number in dict.fromkeys([last, first, *extremes, *range(len(days))]):
        text = format_value(values[number], fmt)
        wide, tall = measure(text, LABEL)
        x, y = axes.transData.transform((days[number], values[number]))
        middle = x + wide / 2 + 2 * GAP if number == last else x
        rise = y if number == last else y - tall if values[number] == min(values) else y + tall
        if any(abs(middle - a) < wide + GAP and abs(rise - b) < tall for a, b in taken):
            continue
        taken.append((middle, rise))
        beside, under = number == last, values[number] == min(values)
        axes.annotate(
            text,
            (days[number], values[number]),
            xytext=(8, 0) if beside else (0, -5 if under else 5),
            textcoords="offset points",
            ha="left" if beside else "center",
            va="center" if beside else "top" if under else "bottom",
            fontsize=LABEL,
            fontweight="bold" if beside else "normal",
        )
