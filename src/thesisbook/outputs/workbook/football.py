"""The football field: ranges of value per share by method, beside price and target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from thesisbook.data import Dataset
from thesisbook.model import Assumptions
from thesisbook.model.graph import Graph
from thesisbook.model.terms import Term, cell, leaf
from thesisbook.outputs.workbook.charts import described
from thesisbook.outputs.workbook.layout import Book, Sheet
from thesisbook.outputs.workbook.model_sheets import RECEIPT
from thesisbook.outputs.workbook.values import Values
from thesisbook.outputs.workbook.what_if import Moves, Table

RATE, GROWTH, DISCOUNT, MARK = 0.01, 0.005, 0.1, 0.3
LOW, HIGH, WIDTH = 6, 7, 8  # beside the values and how they come about


def plan(book: Book, shape: Assumptions, dataset: Dataset, graph: Graph) -> None:
    """Adds the table and the chart to the Valuation sheet."""
    sheet = book.sheets["Valuation"]
    currency = book.currencies["trading"]
    sheet.row += 1
    sheet.heading(f"Football field, {currency} per share", RECEIPT)
    for column, words in ((LOW, "Low"), (HIGH, "High"), (WIDTH, "Width")):
        sheet.text(sheet.row - 1, column, words, "header_right")
    first = sheet.row
    weeks = [dataset.facts(shape.entity, metric) for metric in ("week52_low", "week52_high")]
    if all(weeks):
        ends = [leaf(facts[-1].id) for facts in weeks]
        _bar(sheet, "52 weeks of trading", ends, "From the Facts sheet")
    for words, moves, steps in _methods(graph):
        _bar(sheet, words, _cases(book, words, moves, steps), "Live, on the sheet Workings")
    scenarios = tuple(dataset.company["scenarios"])
    targets = tuple(leaf(f"stamp.{name}.target_price") for name in scenarios)
    ends = [Term(op, targets) for op in ("min", "max")]
    _bar(sheet, "Target across the scenarios", ends, "Stamped: " + ", ".join(scenarios))
    for words, name in (("Share price", "price"), ("Target price", "target_price")):
        mark = leaf("football.mark")
        ends = [Term("-", (cell(name), mark)), Term("+", (cell(name), mark))]
        _bar(sheet, words, ends, "Live, a mark")
    last = sheet.row - 1
    sheet.text(sheet.row, 0, "Half the width of a mark", "note")
    sheet.constant(sheet.row, LOW, MARK, "plain:per_share", "football.mark")
    sheet.row += 1
    sheet.charted = 21
    sheet.finishers.append(partial(_chart, first=first, last=last))


def _methods(graph: Graph) -> Iterator[tuple[str, Moves, tuple[dict[str, float], ...]]]:
    """Each method, what it moves, and by how much for the low and the high end."""
    yield (
        "DCF: cost of capital 1 point and growth half a point either way",
        Moves(graph, ("wacc", "terminal_growth"), "dcf_per_share"),
        ({"wacc": RATE, "terminal_growth": -GROWTH}, {"wacc": -RATE, "terminal_growth": GROWTH}),
    )
    yield (
        "P/S: discount 10 points either way",
        Moves(graph, ("param.ps_discount",), "relative_per_share"),
        ({"param.ps_discount": DISCOUNT}, {"param.ps_discount": -DISCOUNT}),
    )


def _cases(book: Book, words: str, moves: Moves, ends: tuple[dict[str, float], ...]) -> list[Term]:
    """The two ends of a method; as it stands where growth would not be below the rate."""
    sheet = book.sheets["Workings"]
    sheet.heading(f"Football field: {words}", book.note_column)
    steps = tuple(f"step of {name}" for name in moves.moved)
    table = Table(sheet, f"football.{moves.result}", moves, steps)
    found = []
    for case, by in zip(("low", "high"), ends, strict=True):
        given = {name: leaf(name) if name.startswith("param.") else cell(name) for name in by}
        stepped = {}
        for k, (name, step) in enumerate(by.items()):
            key = f"football.{moves.result}.{case}.{name}"
            sheet.constant(sheet.row, 1 + k, step, "plain:percent2", key)
            stepped[name] = Term("+", (given[name], leaf(key)))
        if "wacc" in by:
            below = Term("<", (stepped["terminal_growth"], stepped["wacc"]))
            stepped = {n: Term("if", (below, term, given[n])) for n, term in stepped.items()}
        found.append(cell(table.add(case, f"{case.capitalize()} end", stepped)))
    sheet.row += 1
    return found


def _bar(sheet: Sheet, words: str, ends: Sequence[Term], note: str) -> None:
    low, high = (f"x.football.{sheet.row}.{end}" for end in ("low", "high"))
    sheet.text(sheet.row, 0, words)
    sheet.term(sheet.row, LOW, ends[0], "calc:per_share", key=low)
    sheet.term(sheet.row, HIGH, ends[1], "calc:per_share", key=high)
    sheet.term(sheet.row, WIDTH, Term("-", (cell(high), cell(low))), "calc:per_share")
    sheet.text(sheet.row, RECEIPT, note, "note")
    sheet.row += 1


def _chart(page: Any, styles: Any, values: Values, *, first: int, last: int) -> None:
    currency = values.dataset.company["currencies"]["trading"]
    chart = styles.file.add_chart({"type": "bar", "subtype": "stacked"})
    colours = ["#2C5A8A"] * (last - first - 1) + ["#1F2328", "#B5452C"]  # price, target
    points = [{"fill": {"color": colour}} for colour in colours]
    for column, name, look in (
        (LOW, "Low", {"fill": {"none": True}}),
        (WIDTH, "Range", {"points": points}),
    ):
        chart.add_series(
            {
                "name": name,
                "categories": ["Valuation", first, 0, last, 0],
                "values": ["Valuation", first, column, last, column],
                "gap": 50,
                **look,
            }
        )
    chart.set_title({"name": f"Value per share by method, {currency}", "name_font": {"size": 11}})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    chart.set_x_axis(
        {"num_format": "0", "major_gridlines": {"visible": True, "line": {"color": "#E3E3E3"}}}
    )
    chart.set_legend({"none": True})
    chart.set_size({"width": 980, "height": 360})
    price, target = (values.scalar(name) for name in ("price", "target_price"))
    title = f"Value per share by method, {currency}"
    described(page, last + 2, chart, title, f"Share price {price:.2f}, target {target:.2f}")
