"""Sensitivities: two live grids, stamped ones whose centre is checked live, and the tornado."""

from __future__ import annotations

from functools import partial
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from thesisbook.data import Dataset
from thesisbook.model import Assumptions
from thesisbook.model.relative import peer_statistics
from thesisbook.outputs.workbook.closed import dcf_equity, target
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, Cell, Sheet
from thesisbook.outputs.workbook.stamps import GRIDS, Grid
from thesisbook.outputs.workbook.values import Values, trading

LAST, LEFT = 9, 3
STAMPED = 12  # first column of the stamps, to the right of what is printed
RATES = tuple(k * 0.005 for k in range(-3, 4))
GROWTHS = (-0.01, -0.005, 0.0, 0.005, 0.01)
DISCOUNTS = (-0.2, -0.1, -0.05, 0.0, 0.05, 0.1, 0.2)


def plan(book: Book, shape: Assumptions, dataset: Dataset) -> None:
    sheet = book.sheet(
        "Sensitivities", "Sensitivities of the target price", colour="#7A4FA3",
        freeze=(HEADER_ROW, 0), headed=False,
        printed=LAST, widths={0: 40, 1: 22, 2: 12, **dict.fromkeys(range(LEFT, LAST + 1), 12)},
        subtitle=f"{book.words('trading_per_share')}. Live grids are formulas; stamped ones were"
        " run by the model for each scenario, and their centre must equal the live target.",
    )  # fmt: skip
    sheet.row = HEADER_ROW
    _rate_and_growth(sheet, shape)
    _discount_and_year(sheet, shape)
    for grid in GRIDS:
        _stamped(sheet, grid, tuple(dataset.company["scenarios"]))
    _tornado(sheet, shape, dataset)


def _head(sheet: Sheet, title: str, rows: str, columns: str) -> None:
    sheet.heading(title, LAST)
    sheet.text(sheet.row, 0, f"Down: {rows}", "note")
    sheet.text(sheet.row, LEFT, f"Across: {columns}", "note")
    sheet.row += 1


def _rate_and_growth(sheet: Sheet, shape: Assumptions) -> None:
    _head(sheet, "Live: cost of capital and terminal growth", "cost of capital", "terminal growth")
    top = sheet.row
    for k, step in enumerate(GROWTHS):
        cached = partial(_moved, name="terminal_growth", step=step)
        template = f"={{terminal_growth}}+{step!r}"
        sheet.formula(top, LEFT + k, template, cached, "calc:percent2:strong")
    for i, step in enumerate(RATES):
        row = top + 1 + i
        cached = partial(_moved, name="wacc", step=step)
        sheet.formula(row, 2, f"={{wacc}}+{step!r}", cached, "calc:percent2:strong")
        for k, growth in enumerate(GROWTHS):
            w = f"$C{row + 1}"
            g = f"{xl_rowcol_to_cell(top, LEFT + k, row_abs=True)}"
            formula = target(dcf_equity(shape, w, g), "{relative_equity}")
            sheet.formula(row, LEFT + k, f'=IF({w}>{g},{formula},"n/a")',
                          partial(_at_rate, step=step, growth=growth), _style(step or growth),
                          key="" if step or growth else "x.centre.rate_growth")  # fmt: skip
    sheet.row = top + len(RATES) + 2


def _moved(values: Values, name: str, step: float) -> float:
    """A scalar, or a parameter, and a step."""
    stem = name.removeprefix("param.")
    return (values.scalar(name) if stem == name else values.param(stem)) + step


def _style(off_centre: float) -> str:
    return "calc:per_share" if off_centre else "calc:per_share:strong"


def _at_rate(values: Values, step: float, growth: float) -> Any:
    rate, grown = values.scalar("wacc") + step, values.scalar("terminal_growth") + growth
    if rate <= grown:
        return "n/a"
    return values.closed.target(dcf=values.closed.dcf_equity(rate, grown))


def _discount_and_year(sheet: Sheet, shape: Assumptions) -> None:
    _head(sheet, "Live: discount to the peers and year of the multiple", "discount",
          "year of the multiple and of revenue")  # fmt: skip
    top = sheet.row
    years = shape.parameters[f"peer_ps.{shape.peers[0]}"].years
    for k, year in enumerate(years):
        sheet.put(top, LEFT + k, Cell(year, "year_forecast"))
    for i, step in enumerate(DISCOUNTS):
        row = top + 1 + i
        cached = partial(_moved, name="param.ps_discount", step=step)
        template = f"={{param.ps_discount}}+{step!r}"
        sheet.formula(row, 2, template, cached, "calc:percent2:strong")
        for k, year in enumerate(years):
            relative = (f"{{x.ps_chosen.{year}}}*(1-$C{row + 1})*{{revenue.{year}}}"
                        "*{param.fx}")  # fmt: skip
            sheet.formula(row, LEFT + k, "=" + target("{dcf_equity}", relative),
                          partial(_at_discount, step=step, year=year), _style(step),
                          key="" if step else f"x.centre.discount_{year}")  # fmt: skip
    sheet.row = top + len(DISCOUNTS) + 1
    first, last = (f"{{x.centre.discount_{year}}}" for year in years)
    sheet.text(sheet.row, 0, "Centre: at the live discount and year", "note")
    sheet.formula(sheet.row, LEFT, f"=IF({{param.ps_year}}={years[0]},{first},{last})",
                  lambda v: v.scalar("target_price"), "calc:per_share:total",
                  key="x.centre.discount_year")  # fmt: skip
    sheet.row += 2


def _at_discount(values: Values, step: float, year: int) -> float:
    p = values.assumptions
    multiple = peer_statistics([p(f"peer_ps.{k}", year) for k in p.peers])[p("ps_basis")]
    discount, revenue = values.param("ps_discount") + step, values.line("revenue", year)
    return values.closed.target(relative=values.closed.relative(float(multiple), discount, revenue))


def _words(how: str, move: float) -> str:
    return f"{move:+.0%}" if how == "shift" else f"x {move:.2f}"


def _stamped(sheet: Sheet, grid: Grid, scenarios: tuple[str, ...]) -> None:
    (down, down_how, rows), (across, across_how, columns) = grid.rows, grid.columns
    _head(sheet, f"Stamped: {grid.title}", down, across)
    top = sheet.row
    for k, by in enumerate(columns):
        sheet.text(top, LEFT + k, _words(across_how, by), "header_right")
    for i, move in enumerate(rows):
        row = top + 1 + i
        sheet.text(row, 2, _words(down_how, move), "header_right")
        for k in range(len(columns)):
            centre = move == 1.0 and columns[k] in (0.0, 1.0)
            places = []
            for n, name in enumerate(scenarios):
                column = STAMPED + n * (len(columns) + 1) + k
                places.append(xl_rowcol_to_cell(row, column))
                sheet.put(row, column,
                          Cell(partial(_grid_cell, grid=grid, name=name, at=(i, k)),
                               "plain:per_share"))  # fmt: skip
            cached = partial(_grid_cell, grid=grid, name=None, at=(i, k))
            key = f"x.centre.{grid.name}" if centre else ""
            template = f"=CHOOSE({{scenario_number}},{','.join(places)})"
            sheet.formula(row, LEFT + k, template, cached, _style(not centre), key=key)
    for n, name in enumerate(scenarios):
        sheet.text(top, STAMPED + n * (len(columns) + 1), name, "note")
    sheet.row = top + len(rows) + 2


def _grid_cell(values: Values, grid: Grid, name: str | None, at: tuple[int, int]) -> float:
    return float(values.stamped_grid(name or values.scenario, grid)[at])


def _tornado(sheet: Sheet, shape: Assumptions, dataset: Dataset) -> None:
    """Each parameter at the ends of its plausible range; order of the study."""
    sheet.breaks.append(sheet.row)
    sheet.heading("Stamped: tornado over plausible ranges", LAST)
    for column, words in enumerate(("Parameter", "Name", "Moved by", "Low", "High", "At low",
                                    "At high", "Down", "Up", "Swing")):  # fmt: skip
        sheet.text(sheet.row, column, words, "header")
    sheet.row += 1
    first = sheet.row
    scenarios = tuple(dataset.company["scenarios"])
    for draw in dataset.studies["draws"]:
        _bar(sheet, shape, draw, scenarios)
    last = sheet.row - 1
    sheet.charted = 34
    sheet.breaks.append(last + 2)
    sheet.finishers.append(partial(_tornado_chart, first=first, last=last))


def _bar(sheet: Sheet, shape: Assumptions, draw: Any, scenarios: tuple[str, ...]) -> None:
    row = sheet.row
    sheet.text(row, 0, shape.parameter(draw.parameter).label)
    sheet.text(row, 1, draw.parameter, "muted")
    sheet.text(row, 2, draw.how, "note")
    sheet.put(row, 3, Cell(draw.low, "plain:factor"))
    sheet.put(row, 4, Cell(draw.high, "plain:factor"))
    for k, end in enumerate(("low", "high")):
        places = []
        for n, name in enumerate(scenarios):
            column = STAMPED + 2 * n + k
            places.append(xl_rowcol_to_cell(row, column))
            sheet.put(row, column, Cell(partial(_end, draw=draw, end=end, name=name),
                                        "plain:per_share"))  # fmt: skip
        sheet.formula(row, 5 + k, f"=CHOOSE({{scenario_number}},{','.join(places)})",
                      partial(_end, draw=draw, end=end, name=None), "calc:per_share")  # fmt: skip
    a, b = f"F{row + 1}", f"G{row + 1}"

    def ends(v: Values) -> tuple[float, float, float]:
        return _end(v, draw, "low", None), _end(v, draw, "high", None), v.scalar("target_price")

    sheet.formula(row, 7, f"=MIN({a},{b})-{{target_price}}",
                  lambda v: min(ends(v)[:2]) - ends(v)[2], "calc:signed")  # fmt: skip
    sheet.formula(row, 8, f"=MAX({a},{b})-{{target_price}}",
                  lambda v: max(ends(v)[:2]) - ends(v)[2], "calc:signed")  # fmt: skip
    sheet.formula(row, 9, f"=ABS({a}-{b})", lambda v: abs(ends(v)[0] - ends(v)[1]),
                  "calc:per_share")  # fmt: skip
    sheet.row += 1


def _end(values: Values, draw: Any, end: str, name: str | None) -> float:
    return values.stamped_end(name or values.scenario, draw, end)


def _tornado_chart(page: Any, styles: Any, values: Values, first: int, last: int) -> None:
    chart = styles.file.add_chart({"type": "bar", "subtype": "stacked"})
    for column, name, colour in ((7, "Down", "#B5452C"), (8, "Up", "#2E7D6B")):
        chart.add_series({
            "name": name, "categories": ["Sensitivities", first, 0, last, 0],
            "values": ["Sensitivities", first, column, last, column],
            "fill": {"color": colour}, "gap": 40,
        })  # fmt: skip
    chart.set_title({"name": "Target price against the selected scenario, " + trading(values),
                     "name_font": {"size": 11}})  # fmt: skip
    chart.set_y_axis({"reverse": True, "label_position": "low", "num_font": {"size": 8}})
    chart.set_x_axis({"num_format": "+0;-0;0", "major_gridlines": {"visible": True}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 900, "height": 620})
    page.insert_chart(last + 2, 0, chart)
