"""The bridge from the published to the recalculated target: stamped steps, live sums, a chart."""

from __future__ import annotations

from functools import partial
from typing import Any

from thesisbook.data import Dataset
from thesisbook.model import bridge as model_bridge
from thesisbook.model.bridge import bridge_ends
from thesisbook.outputs.workbook.charts import described
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, Cell
from thesisbook.outputs.workbook.values import Values

COLUMNS = {
    "Step": 44,
    "Change": 12,
    "Alone": 12,
    "Interaction": 12,
    "Target after": 13,
    "Foot": 9,
    "Down": 9,
    "Up": 9,
    "Level": 9,
    "Reason": 110,
}


def plan(book: Book, dataset: Dataset) -> None:
    start, end_at = bridge_ends(dataset)
    sheet = book.sheet(
        "Bridge",
        "Bridge from the published target to the recalculated one",
        colour="#B5452C",
        widths=dict(enumerate(COLUMNS.values())),
        freeze=(HEADER_ROW + 1, 1),
        tall=1,
        subtitle=f"{book.currencies['trading']} per share, {start} to {end_at} as this edition"
        " has them. Each step was run by the model, in this order, and is stamped to the cent;"
        " sums are live.",
    )
    for column, words in enumerate(COLUMNS):
        sheet.text(HEADER_ROW, column, words, "header")
    steps = dataset.studies["bridge"]
    first = sheet.row
    for k in range(len(steps) + 1):
        row, at = sheet.row, sheet.row + 1
        sheet.text(
            row, 0, steps[k - 1].name.en if k else "Published target", "bold" if not k else "text"
        )
        sheet.text(row, 9, " ".join(steps[k - 1].reason.split()) if k else "", "note")
        if k:
            for column, name in ((1, "delta"), (2, "alone")):
                sheet.put(row, column, Cell(partial(_of, k=k, name=name), "constant:signed"))
            cached = partial(_of, k=k, name="interaction")
            sheet.formula(row, 3, f"=B{at}-C{at}", cached, "calc:signed")
            sheet.formula(
                row,
                4,
                f"=E{at - 1}+B{at}",
                partial(_of, k=k, name="target_after"),
                "calc:per_share",
            )
        else:
            sheet.put(
                row,
                4,
                Cell(partial(_of, k=0, name="target_after"), "constant:per_share"),
                "x.bridge.start",
            )
        _waterfall(sheet, row, k)
        sheet.row += 1
    end = sheet.row
    sheet.text(end, 0, "Recalculated target", "bold")
    sheet.formula(
        end,
        4,
        f"=E{end}",
        partial(_of, k=-1, name="target_after"),
        "calc:per_share:total",
        key="x.bridge.end",
    )
    sheet.formula(
        end,
        1,
        f"=SUM(B{first + 2}:B{end})",
        lambda v: _of(v, -1, "target_after") - _of(v, 0, "target_after"),
        "calc:signed:total",
    )
    sheet.formula(end, 8, f"=E{end + 1}", partial(_of, k=-1, name="target_after"), "calc:per_share")
    sheet.row += 1
    sheet.charted = 24
    sheet.finishers.append(partial(_chart, first=first, last=end))


def _waterfall(sheet: Any, row: int, k: int) -> None:
    """Foot, fall and rise of a step's bar; the level for the first."""
    at = row + 1
    if not k:
        sheet.formula(row, 8, f"=E{at}", partial(_of, k=0, name="target_after"), "calc:per_share")
        return

    def after(v: Values, n: int) -> float:
        return _of(v, n, "target_after")

    sheet.formula(
        row,
        5,
        f"=MIN(E{at - 1},E{at})",
        lambda v: min(after(v, k - 1), after(v, k)),
        "calc:per_share",
    )
    sheet.formula(
        row, 6, f"=MAX(-B{at},0)", lambda v: max(-_of(v, k, "delta"), 0), "calc:per_share"
    )
    sheet.formula(row, 7, f"=MAX(B{at},0)", lambda v: max(_of(v, k, "delta"), 0), "calc:per_share")


def _of(values: Values, k: int, name: str) -> float:
    frame = values.once(("bridge",), lambda: model_bridge(values.dataset))
    return float(frame[name].iloc[k])


def _chart(page: Any, styles: Any, values: Values, first: int, last: int) -> None:
    currency = values.dataset.company["currencies"]["trading"]
    chart = styles.file.add_chart({"type": "column", "subtype": "stacked"})
    series: tuple[tuple[int, str, dict[str, Any]], ...] = (
        (8, "Target", {"color": "#12314F"}),
        (5, "", {"none": True}),
        (6, "Down", {"color": "#B5452C"}),
        (7, "Up", {"color": "#2E7D6B"}),
    )
    for column, name, fill in series:
        chart.add_series(
            {
                "name": name,
                "categories": ["Bridge", first, 0, last, 0],
                "values": ["Bridge", first, column, last, column],
                "fill": fill,
                "gap": 30,
            }
        )
    title = f"From the published target to this book's, {currency} per share"
    chart.set_title({"name": title, "name_font": {"size": 11}})
    lowest = min(_of(values, k, "target_after") for k in range(last - first))
    chart.set_y_axis(
        {
            "min": int(lowest * 0.08) * 10,
            "num_format": "0",
            "major_gridlines": {"visible": True, "line": {"color": "#E3E3E3"}},
        }
    )
    chart.set_x_axis({"num_font": {"size": 8, "rotation": -40}})
    chart.set_legend({"position": "bottom", "delete_series": [1]})
    chart.set_size({"width": 1050, "height": 420})
    ends = (_of(values, k, "target_after") for k in (0, -1))
    described(page, last + 2, chart, title, "From {:.2f} to {:.2f}".format(*ends))
