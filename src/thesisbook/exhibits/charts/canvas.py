"""What every chart kind shares: the figure with its data, measures of text, axes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Literal, ParamSpec

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator

from thesisbook.exhibits import theme
from thesisbook.exhibits.charts.marks import PLATE
from thesisbook.exhibits.formats import format_value
from thesisbook.exhibits.line_breaks import wrap

P = ParamSpec("P")
_page: ContextVar[float] = ContextVar("_page", default=theme.WIDTH)


class Chart(Figure):
    """A matplotlib figure with the data it shows (`data`), for the reader's CSV.

    `narrow()` draws the same data again, laid out for a phone.
    """

    data: pd.DataFrame
    narrow: Callable[[], Chart]

    def panel(self) -> Axes:
        return self.add_subplot()


def page_width() -> float:
    """Width in inches of the current page: `theme.WIDTH`, or `theme.NARROW` for a phone."""
    return _page.get()


def is_narrow() -> bool:
    """Whether the drawing is for a phone, where row names stand above bars, not beside."""
    return page_width() < theme.WIDTH


def new_chart(data: pd.DataFrame, height: float = theme.HEIGHT) -> Chart:
    """An empty chart as wide as the page and `height` inches tall, holding `data`."""
    layout = ConstrainedLayoutEngine(w_pad=0.06, h_pad=0.06)
    chart = Chart(figsize=(page_width(), height), layout=layout)
    FigureCanvasAgg(chart)
    chart.data = data
    return chart


def charted(kind: Callable[P, Chart]) -> Callable[P, Chart]:
    """Decorator of a chart kind: draw with the theme's settings, keep matplotlib's own."""

    @functools.wraps(kind)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Chart:
        def at(width: float) -> Chart:
            before = _page.set(width)
            try:
                with mpl.rc_context(theme.RC):
                    return kind(*args, **kwargs)
            finally:
                _page.reset(before)

        theme.register_fonts()
        chart = at(theme.WIDTH)
        chart.narrow = functools.partial(at, theme.NARROW)
        return chart

    return drawn


def table_of(values: pd.Series | pd.DataFrame) -> pd.DataFrame:
    """A frame for a frame or a series; refuses an empty one."""
    frame = values.to_frame(values.name or "value") if isinstance(values, pd.Series) else values
    if frame.empty:
        raise ValueError("nothing to draw: the frame is empty")
    return frame


def value_axis(axes: Axes, fmt: str, side: Literal["x", "y"] = "y", grid: bool = True) -> None:
    """Label the value axis with at most six numbers in format `fmt`, and draw a light grid."""
    axis = getattr(axes, f"{side}axis")
    axis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: format_value(float(value), fmt)))
    if grid:
        axes.grid(True, axis=side)


def hide_values(axes: Axes, side: str = "y") -> None:
    """Remove the value axis: every mark has its own label."""
    getattr(axes, f"{side}axis").set_visible(False)
    if side == "x":  # without values, a line below horizontal bars means nothing
        axes.spines["bottom"].set_visible(False)


ROW = 0.34  # inches per row if the name stands beside the bar
NARROW_ROW, NARROW_LINE = 0.5, 0.17  # inches per row with its name above; per further line


def rows_height(
    given: float | None, names: Sequence[object], around: float, row: float = ROW
) -> float:
    """Height in inches of a chart with a horizontal bar for each name, and `around` inches more.

    `given` is the height asked for; it holds for the wide page, where names stand beside bars.
    """
    if is_narrow():
        lines = max((_above(name).count("\n") for name in names), default=0)
        return around + len(names) * (NARROW_ROW + NARROW_LINE * lines)
    return given or around + len(names) * row


def row_bar(place: float, thickness: float = 0.62) -> tuple[float, float]:
    """Middle and thickness of the bar of a row; on a phone the lower half of its row."""
    return (place + 0.22, thickness * 0.56) if is_narrow() else (place, thickness)


def name_rows(axes: Axes, names: Sequence[object], width: int = 34) -> None:
    """Names of rows, first on top: beside the bars in lines of `width` characters, or above them.

    On a phone a name stands above its bar from the left edge, in one line where it can.
    """
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", labelcolor=theme.INK)
    if not is_narrow():
        axes.set_yticks(range(len(names)), [wrap(name, width) for name in names])
        return
    axes.set_yticks([])
    for place, name in enumerate(names):
        axes.annotate(
            _above(name),
            (0, place),
            xycoords=("axes fraction", "data"),
            va="bottom",
            fontsize=theme.SIZE["small"],
            zorder=6,
            bbox=PLATE,
        )


def _above(name: object) -> str:
    """The name of a row, wrapped into as few lines as the page's width allows."""
    return wrap_points(name, page_width() * 72 - 20, theme.SIZE["small"])


def value_label(axes: Axes, x: float, value: float, text: str) -> None:
    """`text` above a value, or under it where it is below zero."""
    axes.annotate(
        text,
        (x, value),
        xytext=(0, 3 if value >= 0 else -3),
        textcoords="offset points",
        ha="center",
        va="bottom" if value >= 0 else "top",
        fontsize=theme.SIZE["small"],
    )


def opacities(index: pd.Index, forecast_from: object) -> list[float]:
    """Opacity for each entry of `index`: lower from `forecast_from` on."""
    names = list(index)
    first = len(names) if forecast_from is None else names.index(forecast_from)
    return [1.0 if place < first else 0.55 for place in range(len(names))]


def zero_line(axes: Axes, side: str = "y") -> None:
    """A line at zero, when the data go below it."""
    low, high = axes.get_ylim() if side == "y" else axes.get_xlim()
    if min(low, high) < 0 < max(low, high):
        line = axes.axhline if side == "y" else axes.axvline
        line(0, color=theme.MUTED, linewidth=0.8, zorder=1.5)


def axis_title(axes: Axes, unit: str) -> None:
    """Write the unit above the value axis, where a reader starts."""
    if unit:
        axes.set_title(unit, fontsize=theme.SIZE["small"], color=theme.MUTED, fontweight="normal")


def legend_above(chart: Chart, handles: Sequence, labels: Sequence[str]) -> None:
    """One legend over the whole figure, wrapped to its width."""
    widths = [measure(label, theme.SIZE["small"])[0] + 40 for label in labels]
    room = chart.get_figwidth() * 72 - 20
    columns = len(labels)
    while columns > 1 and max(widths) * columns > room and sum(widths) > room:
        columns -= 1
    chart.legend(
        handles,
        labels,
        loc="outside upper left",
        ncols=columns,
        handlelength=0.9,
        handleheight=0.9,
        columnspacing=1.4,
        borderpad=0,
    )


@functools.lru_cache(maxsize=4096)
def measure(text: str, size: float, weight: str = "normal") -> tuple[float, float]:
    """Width and height of `text` in points as this theme draws it."""
    drawn, renderer = _blank()
    drawn.set(text=text, fontsize=size, fontweight=weight)
    with mpl.rc_context(theme.RC):
        box = drawn.get_window_extent(renderer)
    return box.width, box.height


@functools.cache
def _blank() -> tuple[Text, RendererAgg]:
    """A text that is drawn nowhere, and what measures it."""
    with mpl.rc_context(theme.RC):
        figure = Figure(dpi=72)
        return figure.text(0, 0, ""), FigureCanvasAgg(figure).get_renderer()


def wrap_points(text: object, points: float, size: float, weight: str = "normal") -> str:
    """`text` in lines that are at most `points` wide (a single long word may stand out)."""
    lines = [""]
    for word in str(text).split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and measure(longer, size, weight)[0] > points:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions near `wanted`, in the same order, at least `gap` apart, within [low, high].

    Least-squares in one dimension: neighbours that are too close move apart as one block about
    their mean. When all do not fit, the gap shrinks evenly.
    """
    count = len(wanted)
    if count == 0:
        return []
    gap = min(gap, (high - low) / max(count - 1, 1))
    order = sorted(range(count), key=lambda i: wanted[i])
    blocks: list[list[float]] = []  # [sum of (wanted - offset), count]
    for place in order:
        blocks.append([wanted[place], 1])
        while len(blocks) > 1:
            (sum_a, n_a), (sum_b, n_b) = blocks[-2], blocks[-1]
            if sum_a / n_a + n_a * gap <= sum_b / n_b:
                break
            blocks[-2:] = [[sum_a + sum_b - n_a * n_b * gap, n_a + n_b]]
    placed = [start / n + k * gap for start, n in blocks for k in range(int(n))]
    first, last = placed[0], placed[-1]
    if last > high:
        limit = high
        for k in range(count - 1, -1, -1):
            placed[k] = min(placed[k], limit)
            limit = placed[k] - gap
    if first < low or placed[0] < low:
        limit = low
        for k in range(count):
            placed[k] = max(placed[k], limit)
            limit = placed[k] + gap
    result = [0.0] * count
    for k, place in enumerate(order):
        result[place] = placed[k]
    return result


def side_room(texts: Sequence[str], names: Sequence[object], chart: Chart) -> float:
    """Share of the data's span to add on the left and right, so that `texts` fit beside the bars.

    `names` are the row names to the left, which take their own width.
    """
    lines = [line for name in names for line in wrap(name, 34).split("\n")]
    taken = max((measure(line, theme.SIZE["small"])[0] for line in lines), default=0.0)
    width = chart.get_figwidth() * 72 - taken - 24
    label = max((measure(text, theme.SIZE["small"])[0] for text in texts), default=0.0) + 8
    return label / max(width - 2 * label, 0.1 * width)


def settle(chart: Chart) -> None:
    """Run the layout, so that positions can be measured; it is run again when drawn."""
    chart.draw_without_rendering()
