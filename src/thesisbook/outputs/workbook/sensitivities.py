"""Sensitivities: two live grids, stamped ones whose centre is checked live, and the tornado."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from thesisbook.data import Dataset
from thesisbook.model import Assumptions
from thesisbook.model.graph import Graph
from thesisbook.model.terms import Term, cell, constant, leaf
from thesisbook.outputs.workbook.charts import described
from thesisbook.outputs.workbook.formulas import plus
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, Cell, Sheet
from thesisbook.outputs.workbook.stamps import GRIDS, Grid, stamped
from thesisbook.outputs.workbook.values import Values
from thesisbook.outputs.workbook.what_if import Moves, Table

LAST, LEFT = 9, 3
STAMPED = 12  # first column of the stamps, to the right of what is printed
RATES = tuple(k * 0.005 for k in range(-3, 4))
GROWTHS = (-0.01, -0.005, 0.0, 0.005, 0.01)
DISCOUNTS = (-0.2, -0.1, -0.05, 0.0, 0.05, 0.1, 0.2)


def plan(book: Book, shape: Assumptions, dataset: Dataset, graph: Graph) -> None:
    sheet = book.sheet(
        "Sensitivities",
        "Sensitivities of the target price",
        colour="#7A4FA3",
        freeze=(HEADER_ROW, 0),
        headed=False,
        printed=LAST,
        widths={0: 40, 1: 22, 2: 12, **dict.fromkeys(range(LEFT, LAST + 1), 12)},
        subtitle=f"{book.currencies['trading']} per share. Live grids are formulas on the sheet"
        " Workings; stamped ones were run by the model for each scenario, and their centre must"
        " equal the live target.",
    )
    sheet.row = HEADER_ROW
    years = shape.parameters[f"peer_ps.{shape.peers[0]}"].years
    _live(
        sheet,
        graph,
        Live(
            "rate_growth",
            "Live: cost of capital and terminal growth",
            ("wacc", "terminal_growth"),
            tuple(_shifted("wacc", step) for step in RATES),
            tuple(_shifted("terminal_growth", step) for step in GROWTHS),
        ),
    )
    _live(
        sheet,
        graph,
        Live(
            "discount_year",
            "Live: discount to the peers and year of the multiple",
            ("param.ps_discount", "param.ps_year"),
            tuple(_shifted("param.ps_discount", step) for step in DISCOUNTS),
            tuple(leaf(f"x.year.{year}") for year in years),
        ),
    )
    for grid in GRIDS:
        _stamped(sheet, grid, tuple(dataset.company["scenarios"]))
    _tornado(sheet, shape, dataset)


@dataclass(frozen=True)
class Live:
    """A grid of the target over two moved names: what they are, down and across."""

    name: str
    title: str
    moved: tuple[str, str]
    down: tuple[Term, ...]
    across: tuple[Term, ...]


def _shifted(name: str, step: float) -> Term:
    """A cell or leaf and a step, which stands in the grid as a constant."""
    given = leaf(name) if name.startswith("param.") else cell(name)
    return plus((given, constant(step)))


def _head(sheet: Sheet, title: str, rows: str, columns: str) -> None:
    sheet.heading(title, LAST)
    sheet.text(sheet.row, 0, f"Down: {rows}", "note")
    sheet.text(sheet.row, LEFT, f"Across: {columns}", "note")
    sheet.row += 1


def _live(sheet: Sheet, graph: Graph, grid: Live) -> None:
    """The grid, with the steps to the right of what is printed, and a case for each of its cells.

    A growth at or above the rate reads n/a; its case is calculated at the centre's spread.
    """
    _head(sheet, grid.title, *grid.moved)
    top, workings = sheet.row, sheet.book.sheets["Workings"]
    workings.heading(grid.title, sheet.book.note_column)
    table = Table(workings, grid.name, Moves(graph, grid.moved, "target_price"))
    for k, term in enumerate(grid.across):
        _axis(sheet, (top, LEFT + k), term, f"x.{grid.name}.across.{k}")
    for i, term in enumerate(grid.down):
        row = top + 1 + i
        _axis(sheet, (row, 2), term, f"x.{grid.name}.down.{i}")
        for k, across in enumerate(grid.across):
            moved = dict(
                zip(
                    grid.moved,
                    (cell(f"x.{grid.name}.{a}") for a in (f"down.{i}", f"across.{k}")),
                    strict=True,
                )
            )
            value = _case(table, f"{i}.{k}", moved)
            centre = not _step(term) and not _step(across)
            style = "calc:per_share:strong" if centre else "calc:per_share"
            key = f"x.centre.{grid.name}" if centre and across.op != "leaf" else ""
            sheet.term(row, LEFT + k, value, style, key=key)
    workings.row += 1
    sheet.row = top + len(grid.down) + 2
    if not any(key == f"x.centre.{grid.name}" for key in sheet.book.places):
        _centre_by_year(sheet, grid)


def _axis(sheet: Sheet, at: tuple[int, int], term: Term, key: str) -> None:
    """A head of a row or column: the live value and its step, which stands beside the grid."""
    shape = "year_forecast" if term.op == "leaf" else "calc:percent2:strong"
    if term.op == "+":
        row, column = at
        place = (row, STAMPED) if column == 2 else (row - 1, column + STAMPED)
        sheet.constant(*place, term.parts[1].args[0], "plain:percent2", f"{key}.step")
        term = plus((term.parts[0], leaf(f"{key}.step")))
    sheet.term(*at, term, shape, key=key)


def _step(term: Term) -> float:
    return float(term.parts[1].args[0]) if term.op == "+" else 0.0


def _case(table: Table, case: str, moved: Mapping[str, Term]) -> Term:
    """The value of a case; n/a where the growth is not below the rate."""
    given = dict(moved)
    if "terminal_growth" not in moved:
        return cell(table.add(case, case, given))
    rate, growth = (moved[name] for name in ("wacc", "terminal_growth"))
    below = Term("<", (growth, rate))
    spread = Term("-", (cell("wacc"), cell("terminal_growth")))
    given["terminal_growth"] = Term("if", (below, growth, Term("-", (rate, spread))))
    value = cell(table.add(case, case, given))
    return Term("if", (below, value, constant("n/a")))


def _centre_by_year(sheet: Sheet, grid: Live) -> None:
    """The target at no step and the year that is chosen."""
    middle = next(i for i, term in enumerate(grid.down) if not _step(term))
    year, table = leaf("param.ps_year"), grid.name
    values = [cell(f"x.case.{table}.{middle}.{k}.target_price") for k in range(len(grid.across))]
    term = values[-1]
    for across, value in list(zip(grid.across, values, strict=True))[-2::-1]:
        term = Term("if", (Term("=", (year, across)), value, term))
    sheet.row -= 1
    sheet.text(sheet.row, 0, "Centre: at the live discount and year", "note")
    sheet.term(sheet.row, LEFT, term, "calc:per_share:total", key=f"x.centre.{grid.name}")
    sheet.row += 2


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
            held = partial(_grid_cell, grid=grid, at=(i, k))
            style = "calc:per_share:strong" if centre else "calc:per_share"
            key = f"x.centre.{grid.name}" if centre else ""
            stamped(
                sheet,
                (row, LEFT + k),
                (STAMPED + k, len(columns) + 1),
                scenarios,
                held,
                style=style,
                key=key,
            )
    for n, name in enumerate(scenarios):
        sheet.text(top, STAMPED + n * (len(columns) + 1), name, "note")
    sheet.row = top + len(rows) + 2


def _grid_cell(values: Values, scenario: str, grid: Grid, at: tuple[int, int]) -> float:
    return float(values.stamped_grid(scenario, grid)[at])


def _tornado(sheet: Sheet, shape: Assumptions, dataset: Dataset) -> None:
    """Each parameter at the ends of its plausible range; order of the study."""
    sheet.breaks.append(sheet.row)
    sheet.heading("Stamped: tornado over plausible ranges", LAST)
    for column, words in enumerate(
        ("Parameter", "Name", "Moved by", "Low", "High", "At low", "At high", "Down", "Up", "Swing")
    ):
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
    ends = []
    for k, end in enumerate(("low", "high")):
        held = partial(_end, draw=draw, end=end)
        key = f"bar.{draw.parameter}.{end}"
        stamped(
            sheet, (row, 5 + k), (STAMPED + k, 2), scenarios, held, style="calc:per_share", key=key
        )
        ends.append(f"{{{key}}}")
    target = "{target_price}"
    for column, words, style in (
        (7, f"MIN({','.join(ends)})-{target}", "calc:signed"),
        (8, f"MAX({','.join(ends)})-{target}", "calc:signed"),
        (9, f"ABS({'-'.join(ends)})", "calc:per_share"),
    ):
        sheet.formula(row, column, f"={words}", partial(_bar_part, draw=draw, part=column), style)
    sheet.row += 1


def _bar_part(values: Values, draw: Any, part: int) -> float:
    """Fall (column 7), rise (8) and swing (9) of the target over a draw's range."""
    low, high = sorted(_end(values, values.scenario, draw, end) for end in ("low", "high"))
    target = values.scalar("target_price")
    return {7: low - target, 8: high - target, 9: high - low}[part]


def _end(values: Values, scenario: str, draw: Any, end: str) -> float:
    return values.stamped_end(scenario, draw, end)


def _tornado_chart(page: Any, styles: Any, values: Values, first: int, last: int) -> None:
    chart = styles.file.add_chart({"type": "bar", "subtype": "stacked"})
    for column, name, colour in ((7, "Down", "#B5452C"), (8, "Up", "#2E7D6B")):
        chart.add_series(
            {
                "name": name,
                "categories": ["Sensitivities", first, 0, last, 0],
                "values": ["Sensitivities", first, column, last, column],
                "fill": {"color": colour},
                "gap": 40,
            }
        )
    currency = values.dataset.company["currencies"]["trading"]
    title = f"Target price against the selected scenario, {currency} per share"
    chart.set_title({"name": title, "name_font": {"size": 11}})
    chart.set_y_axis({"reverse": True, "label_position": "low", "num_font": {"size": 8}})
    chart.set_x_axis({"num_format": "+0;-0;0", "major_gridlines": {"visible": True}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 900, "height": 620})
    swings = {d.parameter: _bar_part(values, d, 9) for d in values.dataset.studies["draws"]}
    widest = max(swings, key=lambda name: swings[name])
    said = f"{widest} moves it most, by {swings[widest]:.2f} between the ends of its range"
    described(page, last + 2, chart, title, said)
