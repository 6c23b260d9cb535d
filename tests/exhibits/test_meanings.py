"""Each drawn series has the colour of its meaning, whatever its place among the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from lxml import etree

from exhibits.drawing import Drawing
from thesisbook.data import Dataset
from thesisbook.exhibits import Report, charts, meanings, theme
from thesisbook.exhibits.charts import Chart
from thesisbook.exhibits.svg import to_svg
from thesisbook.exhibits.tables import Traced

YEARS = ["2025", "2026E", "2027E"]


@pytest.fixture
def names(dataset: Dataset) -> dict[str, str]:
    """A name of each meaning, as the data have it."""
    meanings.use(dataset)
    found: dict[str, str] = {}
    for name, meaning in meanings.meanings_of(dataset).items():
        found.setdefault(meaning, name)
    return found


def paint(meaning: str) -> str:
    return theme.MEANING_ROLES[meaning]


def drawn(chart: Chart) -> Drawing:
    return Drawing(to_svg(chart, "picture", "words"))


def series(names: list[str]) -> pd.DataFrame:
    return pd.DataFrame({name: [3.0, 4.0, 5.0] for name in names}, YEARS)


SERIES_KINDS: dict[str, Callable[[pd.DataFrame], Chart]] = {
    "grouped_bars": charts.grouped_bars,
    "stacked_bars": charts.stacked_bars,
    "lying": lambda frame: charts.stacked_bars(frame, lying=True),
    "lines": charts.lines,
    "dots": charts.dots,
}


@pytest.mark.parametrize("kind", SERIES_KINDS)
@pytest.mark.parametrize("turned", [False, True])
def test_a_series_has_the_colour_of_its_meaning(
    kind: str, turned: bool, names: dict[str, str]
) -> None:
    order = ["company", "rival", "gain", "loss", "chip1", "chip4"]
    shown = [names[meaning] for meaning in order]
    frame = series([*shown, "No meaning"])
    picture = drawn(SERIES_KINDS[kind](frame[frame.columns[::-1]] if turned else frame))
    marks: list[Any] = [*picture.boxes, *picture.lines, *picture.points]
    seen = {mark.paint for mark in marks} - {"ink", "grid", "muted", "surface", "band"}
    free = next(role for role in theme.NEUTRAL if role not in map(paint, order))
    assert seen == {*map(paint, order), free}
    assert meanings.colours(shown) == [theme.MEANINGS[meaning] for meaning in order]


def test_what_is_not_known_is_hatched(names: dict[str, str]) -> None:
    chart = charts.stacked_bars(series([names["company"], names["unknown"]]))
    root = etree.fromstring(to_svg(chart, "picture", "words"))
    hatched = root.xpath("//*[local-name()='path'][starts-with(@fill, 'url(#picture-')]")
    assert len(hatched) >= len(YEARS)
    pattern = root.xpath("//*[local-name()='pattern']//*[local-name()='path']")
    assert pattern[0].get("class") == "f-muted s-muted", "it turns dark with the page"


def test_a_forecast_is_its_series_paler(names: dict[str, str]) -> None:
    frame = series([names["company"]])
    picture = to_svg(charts.grouped_bars(frame, forecast_from="2026E"), "picture", "words")
    root = etree.fromstring(picture)
    bars = root.xpath(f"//*[contains(@class, 'f-{paint('company')}')]")
    assert [bar.get("opacity") for bar in bars] == [None, "0.55", "0.55"]


def test_a_change_is_a_gain_or_a_loss_by_its_sign(names: dict[str, str]) -> None:
    changes = pd.Series([2.0, -1.0, 0.5], ["One", "Two", "Three"])
    boxes = sorted(drawn(charts.ranked_bars(changes)).boxes, key=lambda box: box.top)
    assert [box.paint for box in boxes] == [paint("gain"), paint("gain"), paint("loss")]


def test_rows_of_makers_are_the_company_and_its_rivals(names: dict[str, str]) -> None:
    rows = pd.Series([3.0, 2.0, 1.0], [names["company"], names["rival"], "Other"])
    boxes = sorted(drawn(charts.ranked_bars(rows)).boxes, key=lambda box: box.top)
    assert [box.paint for box in boxes] == [paint("company"), paint("rival"), theme.NEUTRAL[0]]


def test_every_product_of_the_company_has_a_colour_of_its_own(dataset: Dataset) -> None:
    known = meanings.meanings_of(dataset)
    products = [p["entity"] for p in dataset.company["products"]]
    told = [known[dataset.entities[each]["name_en"]] for each in products]
    assert told == [theme.CHIPS[place % len(theme.CHIPS)] for place in range(len(products))]


# ---------- marks ----------


def traced(values: list[float], name: str) -> list[Traced]:
    return [Traced(value, f"{name}.{year}") for value, year in zip(values, YEARS, strict=True)]


def frame_of_two() -> pd.DataFrame:
    cells = {"Sales": traced([10.0, 30.0, 20.0], "a.sales"), "Costs": traced([5, 6, 7], "a.costs")}
    return pd.DataFrame(cells, YEARS, dtype=object)


MARKED: dict[str, Callable[[pd.DataFrame], Chart]] = {
    **SERIES_KINDS,
    "bars": lambda frame: charts.bars(frame[["Sales"]]),
    "ranked_bars": lambda frame: charts.ranked_bars(frame[["Sales"]]),
    "bars_and_line": lambda frame: charts.bars_and_line(
        frame, bar="Sales", line="Costs", line_fmt="0"
    ),
    "small_multiples": charts.small_multiples,
    "slope": lambda frame: charts.slope(frame.T[["2025", "2026E"]]),
    "scatter": lambda frame: charts.scatter(frame, x="Sales", y="Costs"),
    "heatmap": lambda frame: charts.heatmap(frame, fmt="0"),
    "football_field": lambda frame: charts.football_field(
        frame.rename(columns={"Costs": "low", "Sales": "high"}), fmt="0"
    ),
    "tornado": lambda frame: charts.tornado(
        frame.rename(columns={"Costs": "low", "Sales": "high"}), centre=8.0, fmt="0"
    ),
    "waterfall": lambda frame: charts.waterfall(
        frame.rename_axis("name").reset_index(),
        start=("Start", Traced(1.0, "a.start")),
        end="End",
        delta="Sales",
        fmt="0",
    ),
}


def marks_of(chart: Chart) -> dict[str, str]:
    root = etree.fromstring(to_svg(chart, "picture", "words"))
    assert root.get("role") == "group"
    marks = root.xpath("//*[@class='chart-mark']")
    assert not root.xpath("//*[starts-with(@id, 'mark:')]")
    return {mark.get("data-receipt"): mark.get("aria-label") for mark in marks}


@pytest.mark.parametrize("kind", MARKED)
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_every_mark_carries_the_receipt_of_its_value(kind: str, width: str) -> None:
    frame = frame_of_two()
    chart = MARKED[kind](frame)
    found = marks_of(chart if width == "wide" else chart.narrow())
    used = {value.reference for value in chart.data.to_numpy().ravel() if isinstance(value, Traced)}
    if kind == "scatter":  # a point has two values; it carries the one that stands above the other
        used = {reference for reference in used if "costs" in reference}
    assert found.keys() == used
    assert len(used) >= 3
    for reference, name in found.items():
        value = next(
            v
            for v in [*frame.to_numpy().ravel(), Traced(1.0, "a.start")]
            if v.reference == reference
        )
        assert name.endswith((f": {value:.0f}", f": +{value:.0f}")), name


def test_a_value_without_a_reference_is_a_plain_picture() -> None:
    root = etree.fromstring(to_svg(charts.bars(series(["Sales"])), "picture", "words"))
    assert root.get("role") == "img"
    assert not root.xpath("//*[@data-receipt]")


def test_the_marks_of_a_report_are_those_of_its_data(report: Report) -> None:
    frame = report.frame("Revenue | model.revenue", range(2025, 2028)).T
    found = marks_of(charts.bars(frame))
    assert [*found] == [f"model.revenue.{year}" for year in (2025, 2026, 2027)]
