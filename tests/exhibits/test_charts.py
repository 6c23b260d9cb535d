"""Every chart kind: fit to print, true to its frame, steady under extreme values."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from exhibits.gallery import (
    ENDS,
    EVENTS,
    FIELD,
    GALLERY,
    GRID,
    OWNERS,
    PEERS,
    REVENUE,
    STEPS,
    WORKING,
    YEARS,
)
from thesisbook.exhibits import charts, theme
from thesisbook.exhibits import drawing_checks as checks


def texts(chart: charts.Chart) -> list[str]:
    return [text for text, _ in checks.text_boxes(chart)]


def heights(chart: charts.Chart) -> list[float]:
    return [bar.get_height() for bar in chart.axes[0].patches if isinstance(bar, Rectangle)]


def widths(chart: charts.Chart) -> list[float]:
    return [bar.get_width() for bar in chart.axes[0].patches if isinstance(bar, Rectangle)]


@pytest.mark.parametrize("kind", GALLERY)
def test_fit_to_print(kind: str) -> None:
    assert checks.faults(GALLERY[kind]()) == []


@pytest.mark.parametrize("kind", GALLERY)
def test_fit_for_a_phone(kind: str) -> None:
    """On a phone the same data fit the narrow page, in words of 9 points or more."""
    wide = GALLERY[kind]()
    narrow = wide.narrow()
    assert narrow.get_figwidth() == theme.NARROW < wide.get_figwidth()
    assert checks.faults(narrow) == []
    assert narrow.data.equals(wide.data)
    sizes = [text.get_fontsize() for text in narrow.findobj(Text) if text.get_text().strip()]
    assert min(sizes) >= theme.SIZE["small"]


@pytest.mark.parametrize("lying", [False, True])
def test_a_part_of_nothing_on_top_takes_no_room_from_the_totals(lying: bool) -> None:
    parts = pd.DataFrame({"Old": [2536.0, 1854.0], "New": [0.0, 630.0]}, index=["2026E", "2027E"])
    chart = charts.stacked_bars(parts, fmt="bn1", unit="Revenue, RMB bn", lying=lying)
    for drawn in (chart, chart.narrow()):
        assert checks.faults(drawn) == []
        limits = drawn.axes[0].get_xlim() if lying else drawn.axes[0].get_ylim()
        assert limits[0] == 0.0 and limits[1] > 2536 * 1.05


@pytest.mark.parametrize("kind", ["bars", "grouped_bars", "bars_and_line", "stacked_bars"])
def test_long_names_under_columns_keep_to_their_column(kind: str) -> None:
    names = [f"A rather long name of column number {k}" for k in range(6)]
    values = pd.DataFrame({"One": range(1, 7), "Other": range(2, 8)}, index=names, dtype=float)
    chart = {
        "bars": lambda: charts.bars(values["One"]),
        "grouped_bars": lambda: charts.grouped_bars(values),
        "bars_and_line": lambda: charts.bars_and_line(
            values, bar="One", line="Other", line_fmt="0"
        ),
        "stacked_bars": lambda: charts.stacked_bars(values),
    }[kind]()
    assert checks.faults(chart) == []
    said = [text for text in texts(chart) if "rather" in text]
    assert len(said) == 6 and all("\n" in text for text in said)


def test_a_name_stands_above_its_bar_on_a_phone() -> None:
    chart = charts.ranked_bars(PEERS["P/S 2027E"], fmt="x1").narrow()
    boxes = dict(checks.text_boxes(chart))
    axes = chart.axes[0]
    for bar, (name, value) in zip(
        axes.patches, PEERS["P/S 2027E"].sort_values(ascending=False).items(), strict=True
    ):
        assert bar.get_width() == pytest.approx(value)
        top = axes.transData.transform((0, bar.get_y()))[1]
        assert boxes[str(name)].y0 >= top - 1
        assert boxes[str(name)].x0 < 20


def test_every_kind_is_in_the_gallery() -> None:
    drawn = {name for name in charts.__all__ if name != "Chart"}
    missing = {name for name in drawn if not any(key.startswith(name) for key in GALLERY)}
    assert missing <= {"stacked_bars"}
    assert "stacked_bars" in GALLERY


@pytest.mark.parametrize("kind", GALLERY)
def test_no_global_state(kind: str) -> None:
    before = dict(mpl.rcParams)
    GALLERY[kind]()
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("kind", GALLERY)
def test_carries_its_data(kind: str) -> None:
    chart = GALLERY[kind]()
    assert isinstance(chart.data, pd.DataFrame)
    assert len(chart.data) > 0


def test_bars_are_as_high_as_the_values() -> None:
    chart = charts.bars(REVENUE, forecast_from="2026E", highlight="2027E")
    assert heights(chart) == pytest.approx(list(REVENUE))
    bars = chart.axes[0].patches
    assert [bar.get_alpha() for bar in bars] == [1, 1, 1, 0.55, 0.55, 0.55]
    assert to_hex(bars[4].get_facecolor()) == theme.HIGHLIGHT
    assert "13,624" in texts(chart)


def test_bars_that_are_too_narrow_for_labels_get_an_axis() -> None:
    chart = charts.bars(pd.Series(range(100_000, 100_060), [f"{n}" for n in range(60)]))
    assert "100,059" not in texts(chart)
    assert chart.axes[0].yaxis.get_visible()


def test_ranked_bars_are_sorted() -> None:
    chart = charts.ranked_bars(PEERS["P/S 2027E"], fmt="x1")
    assert widths(chart) == sorted(PEERS["P/S 2027E"], reverse=True)


def test_grouped_bars_draw_every_value_once() -> None:
    chart = charts.grouped_bars(WORKING)
    assert sorted(heights(chart)) == sorted(WORKING.to_numpy().ravel())


def test_stacked_bars_end_at_the_total() -> None:
    chart = charts.stacked_bars(WORKING)
    tops = {}
    for bar in chart.axes[0].patches:
        x = round(bar.get_x(), 6)
        tops[x] = max(tops.get(x, 0.0), bar.get_y() + bar.get_height())
    assert sorted(tops.values()) == pytest.approx(sorted(WORKING.sum(axis=1)))


def test_shares_add_up_to_one_and_refuse_negatives() -> None:
    chart = charts.stacked_bars(WORKING, share=True)
    assert sum(heights(chart)) == pytest.approx(len(WORKING))
    with pytest.raises(ValueError, match="not negative"):
        charts.stacked_bars(-WORKING, share=True)


def test_negative_parts_hang_below_zero() -> None:
    frame = pd.DataFrame({"in": [3.0], "out": [-2.0]}, ["2025"])
    spans = sorted(
        tuple(sorted((bar.get_y(), bar.get_y() + bar.get_height())))
        for bar in charts.stacked_bars(frame).axes[0].patches
    )
    assert spans == [(-2.0, 0.0), (0.0, 3.0)]


def test_lines_are_dashed_from_the_forecast_on() -> None:
    chart = charts.lines(WORKING, forecast_from="2026E")
    solid, dashed = chart.axes[0].lines[:2]
    assert list(solid.get_xdata()) == [0, 1, 2]
    assert list(dashed.get_xdata()) == [2, 3, 4, 5]
    assert dashed.is_dashed()
    assert any(text.replace("\n", " ") == "Payables 2,200" for text in texts(chart))


def test_lines_refuse_a_logarithm_of_zero() -> None:
    with pytest.raises(ValueError, match="above zero"):
        charts.lines(WORKING * 0, log=True)


def test_lines_refuse_more_series_than_colours() -> None:
    with pytest.raises(ValueError, match="colours apart"):
        charts.lines(pd.DataFrame(np.ones((3, 9))))


def test_slope_wants_two_columns() -> None:
    with pytest.raises(ValueError, match="two columns"):
        charts.slope(WORKING)


def test_waterfall_adds_up() -> None:
    chart = charts.waterfall(STEPS, start=("Published", 78.63), end="Ours")
    assert chart.data["level"].iloc[-1] == pytest.approx(78.63 + STEPS["delta"].sum())
    assert [bar.get_width() for bar in chart.axes[0].patches[: len(STEPS)]] == pytest.approx(
        list(STEPS["delta"])
    )
    assert "67.61" in texts(chart)


def test_waterfall_says_when_its_axis_is_cut() -> None:
    cut = charts.waterfall(STEPS, start=("Published", 780.63), end="Ours", unit="HKD")
    whole = charts.waterfall(STEPS, start=("Published", 7.0), end="Ours", unit="HKD")
    assert any("does not start at zero" in text for text in texts(cut))
    assert not any("does not start at zero" in text for text in texts(whole))


def test_tornado_sorts_by_reach_and_keeps_the_top() -> None:
    chart = charts.tornado(ENDS, centre=68.2, top=2)
    assert list(chart.data.index) == ["Cost of capital", "Gross margin"]


def test_football_field_spans_low_to_high() -> None:
    chart = charts.football_field(FIELD, marks={"Price": 61.65})
    assert widths(chart) == pytest.approx(list(FIELD["high"] - FIELD["low"]))
    assert "Price 61.65" in texts(chart)


def test_heatmap_prints_every_cell_and_frames_the_marked_one() -> None:
    chart = charts.heatmap(GRID, fmt="1", mark=(0.112, 0.02))
    printed = texts(chart)
    assert all(f"{value:.1f}" in printed for value in GRID.to_numpy().ravel())
    framed = [p for p in chart.axes[0].patches if isinstance(p, Rectangle) and not p.get_fill()]
    assert [(p.get_x(), p.get_y()) for p in framed] == [(1, 1)]


def test_histogram_counts_all_draws_within_the_picture() -> None:
    draws = np.linspace(0, 100, 1001)
    chart = charts.histogram(draws, clip=(0, 1), threshold=50.0, bins=10)
    assert chart.data["share"].sum() == pytest.approx(1, abs=0.1)
    assert 50.0 in chart.data["from"].round(9).to_list()
    with pytest.raises(ValueError, match="finite"):
        charts.histogram([1.0, float("nan")])


def test_scatter_names_every_point() -> None:
    assert set(PEERS.index) <= set(texts(GALLERY["scatter"]()))


def test_timeline_keeps_the_order_of_dates() -> None:
    shuffled = EVENTS.sample(frac=1, random_state=3)
    chart = charts.timeline(shuffled)
    dates = [text for text in texts(chart) if text[:2] == "20" and len(text) == 10]
    assert dates == sorted(dates)


def test_gantt_refuses_a_bar_that_ends_before_it_starts() -> None:
    frame = pd.DataFrame(
        {"lane": ["a"], "start": ["2026-01-01"], "end": ["2025-01-01"], "label": ["x"]}
    )
    with pytest.raises(ValueError, match="before it starts"):
        charts.gantt(frame)


def test_tree_refuses_circles_and_unknown_parents() -> None:
    circle = OWNERS.assign(parent=["c", "top", "top", "a"])
    with pytest.raises(ValueError, match="ancestor"):
        charts.tree(circle)
    with pytest.raises(ValueError, match="no row"):
        charts.tree(OWNERS.assign(parent=["", "nobody", "top", "a"]))


EXTREMES = {
    "zeros": [0.0] * 6,
    "negative": [-1.0, -20.0, -300.0, -4000.0, -5.0, -6.0],
    "huge": [1e12, 5e12, 9e12, 2e13, 4e13, 9e13],
    "tiny": [1e-9, 2e-9, 3e-9, 1e-9, 1e-9, 1e-9],
    "mixed": [-1e9, 0.0, 1.0, 5.0, 1e9, 2e9],
    "flat": [7.0] * 6,
}


@pytest.mark.parametrize("values", EXTREMES.values(), ids=EXTREMES)
@pytest.mark.parametrize(
    "kind", ["bars", "ranked_bars", "grouped_bars", "stacked_bars", "lines", "small_multiples"]
)
def test_extreme_values_are_drawn_cleanly(kind: str, values: list[float]) -> None:
    frame = pd.DataFrame({"A": values, "B": values[::-1]}, YEARS)
    drawn = getattr(charts, kind)(frame["A"] if kind in ("bars", "ranked_bars") else frame)
    assert checks.faults(drawn) == []


@pytest.mark.parametrize("values", EXTREMES.values(), ids=EXTREMES)
def test_extreme_ranges_are_drawn_cleanly(values: list[float]) -> None:
    steps = pd.DataFrame({"name": YEARS, "delta": values})
    assert checks.faults(charts.waterfall(steps, start=("From", 10.0), end="To")) == []
    ends = pd.DataFrame({"low": values, "high": values[::-1]}, YEARS)
    assert checks.faults(charts.tornado(ends, centre=values[2])) == []
    assert checks.faults(charts.football_field(ends, marks={"Price": values[0]})) == []
    grid = pd.DataFrame(np.array(values).reshape(2, 3))
    assert checks.faults(charts.heatmap(grid, fmt="0", centre=values[0])) == []
    assert checks.faults(charts.histogram(values)) == []


@pytest.mark.parametrize("kind", ["bars", "lines", "heatmap", "dots", "timeline", "layers"])
def test_an_empty_frame_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        getattr(charts, kind)(pd.DataFrame())
