"""Heat map: a two-way table whose colour says how far a cell lies from a centre."""

from __future__ import annotations

import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, TwoSlopeNorm
from matplotlib.patches import Rectangle

from thesisbook.exhibits import theme
from thesisbook.exhibits.charts import marks
from thesisbook.exhibits.charts.canvas import Chart, charted, measure, new_chart, table_of
from thesisbook.exhibits.formats import format_value
from thesisbook.exhibits.line_breaks import wrap


@charted
def heatmap(
    frame: pd.DataFrame,
    *,
    fmt: str = "1",
    row_fmt: str | None = None,
    column_fmt: str | None = None,
    row_title: str = "",
    column_title: str = "",
    centre: float | None = None,
    mark: tuple[object, object] | None = None,
    height: float | None = None,
) -> Chart:
    """A cell for each row (index) and column, coloured by its value, with the value written in it.

    `centre`: two colours part at this value; without it one colour deepens with the value.
    `row_fmt`, `column_fmt`: formats of numeric headers. `mark`: (row, column) framed as the case
    the rest of the report uses.
    """
    frame = table_of(frame)
    shown = frame.astype(float)
    rows, count = shown.shape
    chart = new_chart(frame, height or 0.95 + 0.32 * rows)
    axes = chart.panel()
    low, high = float(shown.min(axis=None)), float(shown.max(axis=None))
    if centre is None:
        shades = LinearSegmentedColormap.from_list("shades", theme.SHADES)
        norm = lambda value: (value - low) / ((high - low) or 1.0)  # noqa: E731
    else:
        shades = LinearSegmentedColormap.from_list("low_high", theme.LOW_HIGH)
        reach = max(high - centre, centre - low, 1e-12)
        norm = TwoSlopeNorm(centre, centre - reach, centre + reach)
    slot = (chart.get_figwidth() * 72 - 90) / count
    texts = [[format_value(float(v), fmt) if pd.notna(v) else "" for v in r] for r in shown.values]
    widest = max(measure(text, theme.SIZE["label"])[0] for row in texts for text in row)
    size = theme.SIZE["label"] * min(1.0, (slot - 3) / max(widest, 1.0))
    for r in range(rows):
        for c in range(count):
            value = shown.iat[r, c]
            if pd.isna(value):
                continue
            box = Rectangle((c, r), 0.97, 0.95, facecolor=shades(float(norm(value))))
            axes.add_patch(box)
            label = marks.named(_head(shown.index[r], row_fmt), _head(shown.columns[c], column_fmt))
            marks.mark(box, frame.iat[r, c], label, fmt)
            axes.text(
                c + 0.485,
                r + 0.475,
                texts[r][c],
                ha="center",
                va="center",
                color=theme.ON_TINT,
                fontsize=size,
            )
    if mark is not None:
        r, c = list(shown.index).index(mark[0]), list(shown.columns).index(mark[1])
        axes.add_patch(
            Rectangle((c, r), 0.97, 0.95, fill=False, edgecolor=theme.INK, linewidth=2, zorder=4)
        )
    axes.set_xlim(0, count)
    axes.set_ylim(rows, 0)
    heads = [_head(name, column_fmt) for name in shown.columns]
    axes.set_xticks(
        [c + 0.485 for c in range(count)], [wrap(head, max(5, int(slot / 5))) for head in heads]
    )
    axes.set_yticks(
        [r + 0.475 for r in range(rows)], [wrap(_head(name, row_fmt), 30) for name in shown.index]
    )
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(labelcolor=theme.INK)
    axes.set_xlabel(column_title)
    axes.set_ylabel(row_title)
    return chart


def _head(name: object, fmt: str | None) -> str:
    return str(name) if fmt is None else format_value(float(str(name)), fmt)
