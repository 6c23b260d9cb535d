"""The football field: ranges of value per share by method, beside price and target."""

from __future__ import annotations

from functools import partial
from typing import Any

from thesisbook.data import Dataset
from thesisbook.model import Assumptions
from thesisbook.outputs.workbook.closed import dcf_equity
from thesisbook.outputs.workbook.layout import Book, Cached, Cell
from thesisbook.outputs.workbook.values import Values, trading

RATE, GROWTH, DISCOUNT, MARK = 0.01, 0.005, 0.1, 0.6


def plan(book: Book, shape: Assumptions, dataset: Dataset) -> None:
    """Adds the table and the chart to the Valuation sheet."""
    sheet = book.sheets["Valuation"]
    sheet.row += 1
    sheet.heading(f"Football field, {book.words('trading_per_share')}", 7)
    for column, words in ((3, "Low"), (4, "High"), (5, "Width")):
        sheet.text(sheet.row - 1, column, words, "header_right")
    first = sheet.row
    for words, low, high, note in _ranges(shape, dataset):
        row = sheet.row
        sheet.text(row, 0, words)
        for column, (template, cached) in ((3, low), (4, high)):
            if template:
                sheet.formula(row, column, template, cached, "calc:per_share")
            else:
                sheet.put(row, column, Cell(cached, "constant:per_share"))
        cached = partial(_width, low=low[1], high=high[1])
        sheet.formula(row, 5, f"=E{row + 1}-D{row + 1}", cached, "calc:per_share")
        sheet.text(row, 6, note, "note")
        sheet.row += 1
    sheet.charted = 21
    sheet.finishers.append(partial(_chart, first=first, last=sheet.row - 1))


def _width(values: Values, low: Cached, high: Cached) -> float:
    return high(values) - low(values)


Range = tuple[str, tuple[str, Cached], tuple[str, Cached], str]


def _ranges(shape: Assumptions, dataset: Dataset) -> list[Range]:
    found: list[Range] = []
    weeks = [dataset.facts(shape.entity, metric) for metric in ("week52_low", "week52_high")]
    if all(weeks):
        ids = [facts[-1].id for facts in weeks]
        low, high = ((f"={{fact.{i}}}", lambda v, i=i: v.fact(i)) for i in ids)
        found.append(("52 weeks of trading", low, high, "From the Facts sheet"))
    found.append((
        "DCF: WACC 1 point and growth half a point either way",
        _dcf(shape, RATE, -GROWTH), _dcf(shape, -RATE, GROWTH), "Live",
    ))  # fmt: skip
    found.append((
        "P/S: discount 10 points either way", _relative(DISCOUNT), _relative(-DISCOUNT), "Live",
    ))  # fmt: skip
    scenarios = tuple(dataset.company["scenarios"])
    found.append((
        "Target across the scenarios",
        ("", lambda v: min(_targets(v, scenarios))), ("", lambda v: max(_targets(v, scenarios))),
        "Stamped: " + ", ".join(scenarios),
    ))  # fmt: skip
    for words, name in (("Share price", "price"), ("Target price", "target_price")):
        found.append((words, _mark(name, -MARK / 2), _mark(name, MARK / 2), "Live, a mark"))
    return found


def _dcf(shape: Assumptions, rate: float, growth: float) -> tuple[str, Cached]:
    w, g = f"({{wacc}}+{rate!r})", f"({{terminal_growth}}+{growth!r})"
    value = dcf_equity(shape, w, g)
    template = f"=IF({w}>{g},{value}/{{shares_mn}},{{dcf_per_share}})"

    def cached(v: Values) -> float:
        at, grown = v.scalar("wacc") + rate, v.scalar("terminal_growth") + growth
        return v.closed.dcf_per_share(at, grown) if at > grown else v.scalar("dcf_per_share")

    return template, cached


def _relative(step: float) -> tuple[str, Cached]:
    template = (
        f"={{peer_ps_multiple}}*(1-{{param.ps_discount}}-({step!r}))*{{x.ps_revenue}}"
        "*{param.fx}/{shares_mn}"
    )

    def cached(v: Values) -> float:
        discount = v.param("ps_discount") + step
        revenue = v.line("revenue", int(v.param("ps_year")))
        worth = v.closed.relative(v.scalar("peer_ps_multiple"), discount, revenue)
        return worth / v.scalar("shares_mn")

    return template, cached


def _mark(name: str, by: float) -> tuple[str, Cached]:
    return f"={{{name}}}+({by!r})", lambda v: v.scalar(name) + by


def _targets(values: Values, scenarios: tuple[str, ...]) -> list[float]:
    return [float(values.results[name].scalars["target_price"]) for name in scenarios]


def _chart(page: Any, styles: Any, values: Values, first: int, last: int) -> None:
    chart = styles.file.add_chart({"type": "bar", "subtype": "stacked"})
    colours = ["#2C5A8A"] * (last - first - 1) + ["#1F2328", "#B5452C"]  # price, target
    points = [{"fill": {"color": colour}} for colour in colours]
    for column, name, look in ((3, "Low", {"fill": {"none": True}}),
                               (5, "Range", {"points": points})):  # fmt: skip
        chart.add_series({
            "name": name, "categories": ["Valuation", first, 0, last, 0],
            "values": ["Valuation", first, column, last, column], "gap": 50, **look,
        })  # fmt: skip
    chart.set_title(
        {"name": "Value per share by method, " + trading(values), "name_font": {"size": 11}}
    )
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    chart.set_x_axis({"num_format": "0", "major_gridlines": {
        "visible": True, "line": {"color": "#E3E3E3"}}})  # fmt: skip
    chart.set_legend({"none": True})
    chart.set_size({"width": 980, "height": 360})
    page.insert_chart(last + 2, 0, chart)
