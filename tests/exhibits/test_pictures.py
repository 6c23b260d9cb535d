"""What is drawn is what the data say, read back from the SVG, and it looks as it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import date2num
from pytest_regressions.file_regression import FileRegressionFixture

from exhibits.drawing import Box, Drawing, on_one_scale
from exhibits.gallery import (
    CLOSES,
    ENDS,
    EVENTS,
    FIELD,
    GALLERY,
    GRID,
    PEERS,
    PLANS,
    REVENUE,
    WORKING,
)
from thesisbook.exhibits import meanings, theme
from thesisbook.exhibits.charts import Chart
from thesisbook.exhibits.svg import to_svg

SERIES = theme.NEUTRAL


def drawn(chart: Chart) -> Drawing:
    return Drawing(to_svg(chart, "picture", "words"))


def pages(kind: str) -> dict[str, Drawing]:
    chart = GALLERY[kind]()
    return {"wide": drawn(chart), "narrow": drawn(chart.narrow())}


@pytest.fixture(autouse=True)
def no_name_means_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """A report that another test opened would give names of the gallery their colours."""
    monkeypatch.setattr(meanings, "_meanings", {})


@pytest.fixture(params=["wide", "narrow"])
def page(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("kind", GALLERY)
def test_looks_as_it_did(kind: str, page: str, file_regression: FileRegressionFixture) -> None:
    file_regression.check(pages(kind)[page].listing(), extension=".txt")


def heights_follow(boxes: list[Box], values: list[float]) -> None:
    """Upright bars stand on one line, in order, as high as their values."""
    assert [box.left for box in boxes] == sorted(box.left for box in boxes)
    on_one_scale([box.top for box in boxes], values)
    assert np.ptp([box.bottom for box in boxes]) < 0.1
    ratio = [box.height / value for box, value in zip(boxes, values, strict=True)]
    assert max(ratio) - min(ratio) < 0.01 * max(ratio) + 0.4 / min(values)


def widths_follow(boxes: list[Box], values: list[float]) -> None:
    """Lying bars start on one line, first on top, as long as their values."""
    assert [box.top for box in boxes] == sorted(box.top for box in boxes)
    assert np.ptp([box.left for box in boxes]) < 0.1
    assert on_one_scale([box.right for box in boxes], values) > 0
    on_one_scale([box.width for box in boxes] + [0.0], [*values, 0.0])


def in_order(drawing: Drawing, names: list[str], *, down: bool) -> None:
    """Each name is written once, and in this order down the page or across it."""
    places = []
    for name in names:
        found = [w for w in drawing.words if w.text == name]
        assert found, f"{name!r} is not written"
        places.append(found[0].y if down else found[0].x)
    assert places == sorted(places), names


def bars(d: Drawing) -> None:
    heights_follow(d.boxes, list(REVENUE))
    in_order(d, list(REVENUE.index), down=False)
    assert {w.text for w in d.words} >= {f"{v:,.0f}" for v in REVENUE}


def ranked_bars(d: Drawing) -> None:
    values = PEERS["P/S 2027E"].sort_values(ascending=False)
    widths_follow(d.boxes, list(values))
    in_order(d, list(values.index), down=True)
    assert [box.paint for box in d.boxes] == ["blue"] * 4 + ["orange"]


def grouped_bars(d: Drawing) -> None:
    for colour, name in zip(SERIES, WORKING, strict=False):
        heights_follow([b for b in d.boxes if b.paint == colour], list(WORKING[name]))
    in_order(d, list(WORKING.index), down=False)
    in_order(d, list(WORKING.columns), down=True)


def stacked(d: Drawing, frame: pd.DataFrame, lying: bool = False) -> None:
    """Each part begins where the one before it ends, and is as long as its value."""
    lengths, values = [], []
    ends = [None] * len(frame)
    for colour, name in zip(SERIES, frame, strict=False):
        part = [b for b in d.boxes if b.paint == colour]
        assert len(part) == len(frame)
        for place, box in enumerate(part):
            start, end = (box.left, box.right) if lying else (box.bottom, box.top)
            if ends[place] is not None:
                assert start == pytest.approx(ends[place], abs=0.1)
            ends[place] = end
            lengths.append(abs(end - start))
            values.append(float(frame[name].iloc[place]))
    on_one_scale(lengths, values)


def share(d: Drawing) -> None:
    stacked(d, WORKING.div(WORKING.sum(axis=1), axis=0))


def bars_and_line(d: Drawing) -> None:
    heights_follow(d.boxes, list(REVENUE))
    on_one_scale([point.y for point in d.points], [0.76, 0.53, 0.54, 0.54, 0.54, 0.55])


def lines(d: Drawing, scale: Callable = float) -> None:
    places, values = [], []
    for colour, name in zip(SERIES, WORKING, strict=False):
        solid, dashed = (
            [
                ln
                for ln in d.lines
                if ln.paint == colour and ln.dashed == dash and len(ln.points) > 1
            ]
            for dash in (False, True)
        )
        run = [*solid[0].points, *(dashed[0].points[1:] if dashed else ())]
        assert len(run) == len(WORKING)
        places += [y for _, y in run]
        values += [scale(v) for v in WORKING[name]]
    assert on_one_scale(places, values) < 0
    for name in WORKING:
        assert any(w.text.startswith(f"{name} ") for w in d.words)


def slope(d: Drawing) -> None:
    runs = [ln.points for ln in d.lines if len(ln.points) == 2]
    on_one_scale([y for run in runs for _, y in run], list(PEERS.to_numpy().ravel()))
    assert [ln.paint for ln in d.lines] == ["slate"] * 4 + ["orange"]


def small_multiples(d: Drawing) -> None:
    for order, name in enumerate(WORKING):
        count = len(WORKING)
        heights_follow(d.boxes[order * count : (order + 1) * count], list(WORKING[name]))


def small_lines(d: Drawing) -> None:
    runs = [ln for ln in d.lines if ln.paint == "blue"]
    for run, name in zip(runs, WORKING, strict=True):
        on_one_scale([y for _, y in run.points], list(WORKING[name]))


def waterfall(d: Drawing) -> None:
    """Steps hang from the level before them: right for more, left for less, green-blue or red."""
    first, *steps, last = sorted(d.boxes, key=lambda box: box.top)
    level = first.right
    edges, values, total = [first.right], [78.63], 78.63
    for box, change in zip(steps, [8.68, -0.8, -6.5, -12.4], strict=True):
        start, end = (box.left, box.right) if change > 0 else (box.right, box.left)
        assert start == pytest.approx(level, abs=0.1)
        assert box.paint == ("teal" if change > 0 else "rust")
        level, total = end, total + change
        edges.append(end)
        values.append(total)
    assert last.right == pytest.approx(level, abs=0.1)
    assert on_one_scale(edges, values) > 0


def tornado(d: Drawing) -> None:
    order = (ENDS["high"] - ENDS["low"]).abs().sort_values(ascending=False).index
    in_order(d, list(order), down=True)
    centre = next(ln.points[0][0] for ln in d.lines if ln.paint == "ink")
    edges, values = [], []
    for name, pair in zip(order, zip(d.boxes[::2], d.boxes[1::2], strict=True), strict=True):
        for box, end in zip(pair, ("low", "high"), strict=True):
            value = float(ENDS.at[name, end])
            assert box.paint == ("teal" if value >= 68.2 else "rust")
            edges.append(box.right if value > 68.2 else box.left)
            values.append(value)
    assert on_one_scale([*edges, centre], [*values, 68.2]) > 0


def football_field(d: Drawing) -> None:
    edges = [x for box in d.boxes for x in (box.left, box.right)]
    marks = [ln.points[0][0] for ln in d.lines if ln.dashed]
    values = [*FIELD[["low", "high"]].to_numpy().ravel(), 61.65, 78.63, 68.2]
    assert on_one_scale(edges + marks, values) > 0
    in_order(d, list(FIELD.index), down=True)


def dots(d: Drawing, scale: Callable = float) -> None:
    shown = WORKING.head(4)
    rows = [p for p in d.points if p.y > 20][: shown.size]
    for colour, name in zip(SERIES, shown, strict=False):
        row = [p.x for p in rows if p.paint == colour][: len(shown)]
        assert on_one_scale(row, [scale(v) for v in shown[name]]) > 0


def heatmap(d: Drawing) -> None:
    cells = d.boxes[: GRID.size]
    values = GRID.to_numpy()
    assert np.ptp([cell.width for cell in cells]) < 0.1
    assert np.ptp([cell.height for cell in cells]) < 0.1
    for r in range(values.shape[0]):
        for c in range(values.shape[1]):
            box = cells[r * values.shape[1] + c]
            inside = [
                w for w in d.words if box.left < w.x < box.right and box.top < w.y < box.bottom
            ]
            assert [w.text for w in inside] == [f"{values[r, c]:.1f}"]
    red_less_blue = [int(b.paint[1:3], 16) - int(b.paint[5:7], 16) for b in cells]
    order = np.argsort(values.ravel())
    assert list(np.diff(np.array(red_less_blue)[order]) <= 0) == [True] * (GRID.size - 1)


def histogram(d: Drawing) -> None:
    table = GALLERY["histogram"]().data
    heights = [box.height for box in d.boxes]
    on_one_scale(heights, list(table["share"]))
    on_one_scale([box.left for box in d.boxes], list(table["from"]))
    colours = ["teal" if start >= 61.65 - 1e-6 else "rust" for start in table["from"]]
    assert [box.paint for box in d.boxes] == colours


def scatter(d: Drawing) -> None:
    assert on_one_scale([p.x for p in d.points], list(PEERS["Growth"])) > 0
    assert on_one_scale([p.y for p in d.points], list(PEERS["P/S 2027E"])) < 0
    assert [p.paint for p in d.points] == ["slate"] * 4 + ["orange"]


def dated_points(d: Drawing) -> None:
    days = [date2num(pd.Timestamp(day)) for day in CLOSES.index]
    assert on_one_scale([p.x for p in d.points], days) > 0
    assert on_one_scale([p.y for p in d.points], list(CLOSES)) < 0


def timeline(d: Drawing) -> None:
    days = [date2num(pd.Timestamp(day)) for day in EVENTS["date"]]
    points = d.points[: len(days)]
    assert on_one_scale([p.y for p in points], days) > 0
    assert [p.paint for p in points] == ["blue", "ochre", "ochre", "blue", "blue"]


def gantt(d: Drawing) -> None:
    edges = [x for box in d.boxes for x in (box.left, box.right)]
    days = [date2num(pd.Timestamp(v)) for v in PLANS[["start", "end"]].to_numpy().ravel()]
    assert on_one_scale(edges, days) > 0
    assert [box.paint for box in d.boxes] == ["blue", "ochre", "blue"]
    assert d.boxes[0].top == d.boxes[1].top < d.boxes[2].top


READ: dict[str, Callable[[Drawing], None]] = {
    "bars": bars,
    "ranked_bars": ranked_bars,
    "grouped_bars": grouped_bars,
    "stacked_bars": lambda d: stacked(d, WORKING),
    "stacked_share": share,
    "stacked_lying": lambda d: stacked(d, WORKING, lying=True),
    "bars_and_line": bars_and_line,
    "lines": lines,
    "lines_log": lambda d: lines(d, np.log),
    "slope": slope,
    "small_multiples": small_multiples,
    "small_lines": small_lines,
    "waterfall": waterfall,
    "tornado": tornado,
    "football_field": football_field,
    "dots": dots,
    "dots_log": lambda d: dots(d, np.log),
    "heatmap": heatmap,
    "histogram": histogram,
    "scatter": scatter,
    "dated_points": dated_points,
    "timeline": timeline,
    "gantt": gantt,
}
WORDS_ONLY = {"layers", "tree"}  # boxes of words: nothing is drawn to scale


def test_every_kind_is_read_back() -> None:
    assert set(READ) | WORDS_ONLY == set(GALLERY)


@pytest.mark.parametrize("kind", READ)
def test_what_is_drawn_is_what_the_data_say(kind: str, page: str) -> None:
    READ[kind](pages(kind)[page])


def exchanged(things: list, *fields: str) -> list:
    """`things` with one field of the first and of the last that differ exchanged."""
    first, last = things[0], next(t for t in reversed(things) if _differ(things[0], t, fields))
    swapped = {
        id(first): replace(first, **{f: getattr(last, f) for f in fields}),
        id(last): replace(last, **{f: getattr(first, f) for f in fields}),
    }
    return [swapped.get(id(thing), thing) for thing in things]


def _differ(one: Any, other: Any, fields: tuple[str, ...]) -> bool:
    return any(getattr(one, field) != getattr(other, field) for field in fields)


def wrong_drawings(kind: str) -> Iterator[tuple[str, Drawing]]:
    """The drawing of a kind with ends, places or colours of two marks exchanged, or one moved."""
    drawing = pages(kind)["wide"]
    if drawing.boxes:
        upright = np.ptp([box.bottom for box in drawing.boxes]) < 0.1 or kind.startswith("small")
        end = "top" if upright or kind in ("stacked_bars", "stacked_share") else "right"
        yield "ends", _with(drawing, boxes=exchanged(drawing.boxes, end))
        moved = replace(drawing.boxes[0], **{end: getattr(drawing.boxes[0], end) + 2})
        yield "one end", _with(drawing, boxes=[moved, *drawing.boxes[1:]])
        if len({box.paint for box in drawing.boxes}) > 1 and kind != "waterfall":
            yield "colours", _with(drawing, boxes=exchanged(drawing.boxes, "paint"))
    elif kind in ("dots", "dots_log", "scatter", "dated_points", "timeline"):
        yield "places", _with(drawing, points=exchanged(drawing.points, "x", "y"))
    else:
        series = [line for line in drawing.lines if line.paint in SERIES and len(line.points) > 1]
        rest = [line for line in drawing.lines if line not in series]
        yield "series", _with(drawing, lines=rest + exchanged(series, "points"))


def _with(drawing: Drawing, **changed: Any) -> Drawing:
    out = Drawing.__new__(Drawing)
    out.root = drawing.root
    out.__dict__.update(changed)
    return out


@pytest.mark.parametrize("kind", READ)
def test_another_drawing_is_told(kind: str) -> None:
    """A swapped series, a wrong end or colour, a mark that is off: none of them passes."""
    count = 0
    for what, wrong in wrong_drawings(kind):
        count += 1
        with pytest.raises(AssertionError):
            READ[kind](wrong)
            pytest.fail(f"{kind}: {what} exchanged, and nothing was said", pytrace=False)
    assert count


def test_the_colours_of_the_series_are_the_themes() -> None:
    assert [theme.ROLES[role][0] for role in SERIES] == list(theme.SERIES)
