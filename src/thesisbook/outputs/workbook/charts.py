"""Native charts where an analyst looks for them."""

from __future__ import annotations

from functools import partial
from typing import Any

from thesisbook.model import Assumptions
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book
from thesisbook.outputs.workbook.values import Values

PALETTE = ("#12314F", "#2C5A8A", "#5C94C5", "#2E7D6B", "#8DBB9A", "#B5452C", "#D9A441")


def described(page: Any, row: int, chart: Any, title: str, said: str) -> None:
    """Places a chart with a text for those who do not see it: what it shows, with its numbers."""
    page.insert_chart(row, 0, chart, {"description": f"{title}. {said}."})


def plan(book: Book, shape: Assumptions) -> None:
    """Charts below the rows of their sheet."""
    history = sorted(shape.history["revenue"])
    statements = (history[0], shape.years[-1])
    unit = f"{book.currencies['reporting']} mn"
    products = tuple(f"revenue_{k}" for k in (*shape.products, "other"))
    _column(
        book,
        "Revenue build",
        f"Revenue by product, {unit}",
        products,
        (shape.product_years[0], shape.product_years[-1]),
        subtype="stacked",
    )
    _column(
        book,
        "Income statement",
        f"Gross profit and adjusted profit, {unit}",
        ("gross_profit", "adjusted_profit"),
        statements,
    )
    _column(
        book,
        "Balance sheet",
        f"Total assets and equity, {unit}",
        ("total_assets", "total_equity"),
        statements,
    )
    _column(
        book,
        "Cash flow",
        f"Closing cash and operating cash flow, {unit}",
        ("closing_cash", "operating_cash_flow"),
        statements,
    )
    _column(
        book,
        "DCF",
        f"Free cash flow and the flow that is discounted, {unit}",
        ("dcf_free_cash_flow", "discounted_flow"),
        (shape.years[0], shape.years[-1]),
    )


def _column(
    book: Book,
    name: str,
    title: str,
    keys: tuple[str, ...],
    years: tuple[int, int],
    *,
    subtype: str = "",
) -> None:
    sheet = book.sheets[name]
    sheet.charted = 20
    sheet.finishers.append(
        partial(_chart, book=book, name=name, title=title, keys=keys, years=years, subtype=subtype)
    )


def _chart(
    page: Any,
    styles: Any,
    values: Values,
    *,
    book: Book,
    name: str,
    title: str,
    keys: tuple[str, ...],
    years: tuple[int, int],
    subtype: str,
) -> None:
    kind = {"type": "column", "subtype": subtype} if subtype else {"type": "column"}
    chart = styles.file.add_chart(kind)
    first, last = (book.column(year) for year in years)
    for k, key in enumerate(keys):
        row = book.places[f"{key}.{years[0]}"].row
        chart.add_series(
            {
                "name": [name, row, 0],
                "categories": [name, HEADER_ROW, first, HEADER_ROW, last],
                "values": [name, row, first, row, last],
                "fill": {"color": PALETTE[k]},
                "gap": 60,
            }
        )
    chart.set_title({"name": title, "name_font": {"size": 11}})
    chart.set_y_axis(
        {"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#E3E3E3"}}}
    )
    chart.set_x_axis({"num_format": "0", "label_position": "low"})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 860, "height": 320})
    ends = []
    for key in keys:
        label = book.sheets[name].cells[book.places[f"{key}.{years[0]}"].row, 0].content
        shown = (f"{values.evaluated(book)[f'{key}.{y}']:,.0f} in {y}" for y in years)
        ends.append(f"{label} {', '.join(shown)}")
    described(page, book.sheets[name].row + 2, chart, title, "; ".join(ends))
