"""Time: dated events on a line, and plans as bars in lanes."""

from __future__ import annotations

from datetime import date

import pandas as pd
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, YearLocator, date2num
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from thesisbook.exhibits import theme
from thesisbook.exhibits.charts.canvas import (
    Chart,
    charted,
    is_narrow,
    legend_above,
    measure,
    name_rows,
    new_chart,
    page_width,
    row_bar,
    rows_height,
    settle,
    spread,
    table_of,
    wrap_points,
)
from thesisbook.exhibits.charts.marks import fill, words_on
from thesisbook.exhibits.meanings import colours

_LABEL = theme.SIZE["small"]


def _day(value: object) -> float:
    if isinstance(value, (int, float)):
        raise ValueError(f"{value!r} is no date; give ISO text or a date")
    return date2num(value if isinstance(value, date) else pd.Timestamp(str(value)))


def _groups(frame: pd.DataFrame) -> dict[str, str]:
    if "group" not in frame:
        return {}
    names = list(dict.fromkeys(frame["group"].astype(str)))
    return dict(zip(names, colours(names), strict=True))


@charted
def timeline(frame: pd.DataFrame, *, height: float | None = None) -> Chart:
    """Dated events, earliest on top, on an upright axis true to scale; words to its right.

    `frame`: columns `date` (ISO text), `event`, optional `group` (coloured, in the legend) and
    `when` (the date as it should be written, when it is not known to the day).
    """
    frame = table_of(frame)
    shown = frame.assign(_at=[_day(value) for value in frame["date"]]).sort_values("_at")
    chart_width = page_width() * 72
    words = chart_width - 150
    lines = [wrap_points(text, words, _LABEL) for text in shown["event"]]
    tall = [measure(text, _LABEL)[1] + 5 for text in lines]
    free = (sum(tall) + 60) / 72
    chart = new_chart(frame, free if is_narrow() else height or free)
    axes = chart.panel()
    axes.set_xlim(0, chart_width)
    first, last = shown["_at"].min(), shown["_at"].max()
    reach = max(last - first, 30.0)
    axes.set_ylim(last + 0.04 * reach, first - 0.04 * reach)
    axes.plot([18, 18], [first, last], color=theme.GRID, linewidth=3)
    axes.axis("off")
    groups = _groups(frame)
    if groups:
        handles = [Line2D([], [], color=c, marker="o", linestyle="none") for c in groups.values()]
        legend_above(chart, handles, list(groups))
    settle(chart)
    scale = axes.bbox.height / (1.08 * reach)
    middle = []
    top = 0.0
    at = [(value - first + 0.04 * reach) * scale for value in shown["_at"]]
    offsets = [sum(tall[:i]) + tall[i] / 2 for i in range(len(tall))]
    # equal gaps after taking each row's own height out
    room = axes.bbox.height - sum(tall)
    placed = spread([a - o for a, o in zip(at, offsets, strict=True)], 0.0, top, max(room, 0.0))
    middle = [p + o for p, o in zip(_rising(placed), offsets, strict=True)]
    for (_, row), true, place, text in zip(shown.iterrows(), at, middle, lines, strict=True):
        colour = groups.get(str(row.get("group")), theme.SERIES[0])
        y = [first - 0.04 * reach + value / scale for value in (true, place)]
        axes.plot([18, 34, 42], [y[0], y[1], y[1]], color=theme.GRID, linewidth=0.8)
        axes.plot([18], [y[0]], marker="o", markersize=6, color=colour)
        when = row.get("when") or str(row["date"])[:10]
        axes.text(46, y[1], str(when), va="center", fontsize=_LABEL, color=theme.MUTED)
        axes.text(112, y[1], text, va="center", fontsize=_LABEL)
    return chart


def _rising(values: list[float]) -> list[float]:
    out: list[float] = []
    for value in values:
        out.append(max(value, out[-1]) if out else value)
    return out


@charted
def gantt(
    frame: pd.DataFrame, *, today: object = None, today_label: str = "", height: float | None = None
) -> Chart:
    """Plans as bars: one lane a row, in the order given.

    `frame`: columns `lane`, `start`, `end` (ISO text), `label`, optional `group` (coloured). Rows
    of one lane share a line and should not overlap in time. `today`: a date drawn as a line.
    """
    frame = table_of(frame)
    lanes = list(dict.fromkeys(frame["lane"].astype(str)))
    chart = new_chart(frame, rows_height(height, lanes, 0.9, 0.46))
    axes = chart.panel()
    groups = _groups(frame)
    bars = [
        (str(row["lane"]), _day(row["start"]), _day(row["end"]), str(row["label"]))
        for _, row in frame.iterrows()
    ]
    if any(end < start for _, start, end, _ in bars):
        raise ValueError("a bar ends before it starts")
    first, last = min(bar[1] for bar in bars), max(bar[2] for bar in bars)
    reach = last - first or 1.0
    axes.set_xlim(first - 0.02 * reach, last + 0.12 * reach)
    name_rows(axes, lanes)
    axes.grid(True, axis="x")
    # few ticks, so that years do not touch
    years = max(1, round(reach / 365 / (4 if is_narrow() else 6)))
    locator = YearLocator(years) if reach > 900 else AutoDateLocator(maxticks=8)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
    if groups:
        legend_above(chart, [Patch(**fill(c)) for c in groups.values()], list(groups))
    if today is not None:
        axes.axvline(_day(today), color=theme.INK, linewidth=1, linestyle=(0, (2, 2)))
        axes.annotate(
            today_label or str(today),
            (_day(today), 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=_LABEL,
        )
    settle(chart)
    scale = axes.bbox.width / (axes.get_xlim()[1] - axes.get_xlim()[0])
    named = list(lanes)
    for (lane, start, end, label), (_, row) in zip(bars, frame.iterrows(), strict=True):
        at = lanes.index(lane)
        place, thick = row_bar(at, 0.56)
        colour = groups.get(str(row.get("group")), theme.SERIES[0])
        axes.barh(place, max(end - start, 4 / scale), thick, start, **fill(colour))
        wide = measure(label, _LABEL)[0] + 8
        inside = wide < (end - start) * scale
        followed = any(bar[0] == lane and start < bar[1] < end + wide / scale for bar in bars)
        if is_narrow() and not inside and followed:  # the words go to the lane's name above
            named[at] += f": {label}" if named[at] == lane else f", {label}"
            continue
        axes.annotate(
            label,
            (start if inside else end, place),
            xytext=(4, 0),
            va="center",
            textcoords="offset points",
            fontsize=_LABEL,
            **(words_on(colour) if inside else {"color": theme.INK}),
        )
    if named != lanes:
        for text in [text for text in axes.texts if text.get_text() in lanes]:
            text.set_text(named[lanes.index(text.get_text())])
    return chart
