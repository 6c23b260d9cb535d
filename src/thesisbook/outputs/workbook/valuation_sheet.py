"""Comparables and the way from two values to a target, an upside and a rating."""

from __future__ import annotations

from functools import partial
from typing import Any

from thesisbook.data import Dataset
from thesisbook.model import Assumptions
from thesisbook.model.operations import TIE
from thesisbook.model.quantities import QUANTITIES
from thesisbook.model.relative import peer_statistics
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, Cell, Sheet
from thesisbook.outputs.workbook.scalars import VALUE, add_scalar, values_sheet
from thesisbook.outputs.workbook.values import Values


def plan_comparables(book: Book, shape: Assumptions, dataset: Dataset) -> None:
    sheet = book.sheet(
        "Comparables", "Peers and relative value", colour="#2E7D6B", freeze=(HEADER_ROW + 1, 0),
        widths={0: 44, 1: 24, 2: 11, 3: 15, 4: 15, 5: 17, 6: 60},
    )  # fmt: skip
    years = shape.parameters[f"peer_ps.{shape.peers[0]}"].years
    for column, words in enumerate(("Peer", "Name", "Unit", "", "", "Market value", "How")):
        sheet.text(HEADER_ROW, column, words, "header")
    for k, year in enumerate(years):
        sheet.put(HEADER_ROW, 3 + k, Cell(year, "year_forecast"))
    sheet.heading("Forward price to sales", 6)
    first = sheet.row
    for peer in shape.peers:
        _peer(sheet, dataset, peer, years)
    spans = [f"{'DE'[k]}{first + 1}:{'DE'[k]}{sheet.row}" for k in range(len(years))]
    sheet.heading("Statistics", 6)
    statistics = sheet.row
    mean = "AVERAGE(<s>)"
    formulas = {
        "rounded_mean": f"=INT({mean}*10+0.5+{TIE!r})/10", "mean": f"={mean}",
        "median": "=MEDIAN(<s>)",
        "mean_without_outlier": "=(SUM(<s>)-MAX(<s>))/(COUNT(<s>)-1)",
    }  # fmt: skip
    for basis in shape.parameters["ps_basis"].allowed:
        sheet.text(sheet.row, 0, basis.replace("_", " ").capitalize())
        sheet.text(sheet.row, 1, basis, "muted")
        sheet.text(sheet.row, 2, "x", "note")
        for k, year in enumerate(years):
            cached = partial(_statistic, basis=basis, year=year)
            sheet.formula(sheet.row, 3 + k, formulas[basis].replace("<s>", spans[k]), cached,
                          "calc:multiple2", key=f"x.ps.{basis}.{year}")  # fmt: skip
        sheet.row += 1
    sheet.text(sheet.row, 0, "Chosen statistic", "bold")
    sheet.text(sheet.row, 2, "x", "note")
    names = f"$B${statistics + 1}:$B${sheet.row}"
    for k, year in enumerate(years):
        letter = "DE"[k]
        sheet.formula(
            sheet.row, 3 + k,
            f"=INDEX({letter}{statistics + 1}:{letter}{sheet.row},"
            f"MATCH({{param.ps_basis}},{names},0))",
            partial(_statistic, basis=None, year=year), "calc:multiple2:total",
            key=f"x.ps_chosen.{year}",
        )  # fmt: skip
    chosen = sheet.row
    sheet.row += 1
    sheet.heading("Relative value", 6)
    head = f"$D${HEADER_ROW + 1}:$E${HEADER_ROW + 1}"
    here = f"MATCH({{param.ps_year}},{head},0)"
    span = f"$D${chosen + 1}:$E${chosen + 1}"
    add_scalar(sheet, "peer_ps_multiple", f"=INDEX({span},{here})", shape="multiple2", how=6)
    add_scalar(sheet, "relative_multiple", "={peer_ps_multiple}*(1-{param.ps_discount})",
               shape="multiple2", how=6)  # fmt: skip
    add_scalar(sheet, "x.ps_revenue", f"=INDEX({{revenue@{years[0]}:{years[-1]}}},{here})",
               lambda v: v.line("revenue", int(v.param("ps_year"))), unit="reporting_mn",
               label="Revenue of that year", how=6)  # fmt: skip
    add_scalar(sheet, "relative_equity", "={relative_multiple}*{x.ps_revenue}*{param.fx}",
               style=":total", how=6)  # fmt: skip


def _peer(sheet: Sheet, dataset: Dataset, peer: str, years: tuple[int, ...]) -> None:
    sheet.text(sheet.row, 0, dataset.entities[peer]["name_en"])
    sheet.text(sheet.row, 1, peer, "muted")
    sheet.text(sheet.row, 2, "x", "note")
    for k, year in enumerate(years):
        name = f"peer_ps.{peer}"
        sheet.formula(sheet.row, 3 + k, f"={{param.{name}.{year}}}",
                      partial(_param, name=name, year=year), "calc:multiple")  # fmt: skip
    caps = [
        f
        for f in dataset.facts(entity=peer, metric="market_cap")
        if f.unit == sheet.book.unit("trading_mn")
    ]
    if caps:
        fact = caps[-1].id
        sheet.formula(sheet.row, 5, f"={{fact.{fact}}}", lambda v: v.fact(fact), "calc:money0")
        sheet.text(
            sheet.row,
            6,
            f"Market value in {sheet.book.words('trading_mn')}, {caps[-1].period}",
            "note",
        )
    sheet.row += 1


def _param(values: Values, name: str, year: int) -> Any:
    return values.param(name, year)


def _statistic(values: Values, basis: str | None, year: int) -> float:
    p = values.assumptions
    multiples = [p(f"peer_ps.{peer}", year) for peer in p.peers]
    return float(peer_statistics(multiples)[basis or p("ps_basis")])  # type: ignore[arg-type]


def plan_valuation(book: Book, shape: Assumptions, dataset: Dataset) -> None:
    sheet = values_sheet(book, "Valuation", "Valuation and football field", colour="#B5452C",
                         widths={4: 15, 5: 15, 6: 56, 7: 24}, tall=1)  # fmt: skip
    for column, words in enumerate(("Value", "", "", "How", "Receipt"), start=VALUE):
        sheet.text(HEADER_ROW, column, words, "header_right" if column == VALUE else "header")
    how = 6
    sheet.heading("Shares and price", how + 1)
    add_scalar(sheet, "price", "={param.price}", how=how)
    add_scalar(sheet, "fx", "={param.fx}", how=how)
    add_scalar(sheet, "shares_mn", "={param.shares_mn}*(1+{param.dilution})", how=how)
    add_scalar(sheet, "market_cap", "={price}*{shares_mn}", how=how)
    sheet.heading("Two values, one target", how + 1)
    add_scalar(sheet, "x.dcf", "={dcf_per_share}", lambda v: v.scalar("dcf_per_share"),
               label="DCF value per share", unit="trading_per_share", how=how,
               note="From the DCF sheet")  # fmt: skip
    add_scalar(sheet, "relative_per_share", "={relative_equity}/{shares_mn}", how=how)
    add_scalar(sheet, "x.weight", "={param.dcf_weight}", lambda v: v.param("dcf_weight"),
               label="Weight of the DCF", unit="ratio", how=how, note="Assumption")  # fmt: skip
    weight = "{param.dcf_weight}"
    blend = f"={weight}*{{dcf_equity}}+(1-{weight})*{{relative_equity}}"
    add_scalar(sheet, "blended_equity", blend, how=how, style=":total")
    add_scalar(sheet, "value_per_share", "={blended_equity}/{shares_mn}", how=how)
    rolled = "={value_per_share}*(1+{cost_of_equity})^{param.roll_forward_years}"
    add_scalar(sheet, "target_price", rolled, how=how, style=":total",
               defined="target_price")  # fmt: skip
    add_scalar(sheet, "upside", "={target_price}/{price}-1", how=how, style=":total")
    add_scalar(sheet, "relative_return", "={upside}-{param.index_return}", how=how)
    _rating(sheet, shape, how)
    _implied(sheet, shape)


def _rating(sheet: Sheet, shape: Assumptions, how: int) -> None:
    """The best grade must be exceeded, every other includes its lower bound."""
    grades = sorted(shape.grades, key=lambda grade: grade.above, reverse=True)
    row = sheet.row
    borders = {g.id: row + 1 + k for k, g in enumerate(grades)}
    template = f'"{grades[-1].id}"'
    for grade in reversed(grades[:-1]):
        sign = ">" if grade is grades[0] else ">="
        cell = f"$D${borders[grade.id] + 1}"
        template = f'IF({{relative_return}}{sign}{cell},"{grade.id}",{template})'
    add_scalar(sheet, "rating", f"={template}", lambda v: v.result.rating, shape="word",
               style=":strong", how=how)  # fmt: skip
    for grade in grades:
        sheet.text(sheet.row, 0, f"  {grade.id}: relative return above")
        if grade is not grades[-1]:
            sheet.put(sheet.row, VALUE, Cell(grade.above, "plain:percent"))
        sheet.row += 1


def _implied(sheet: Sheet, shape: Assumptions) -> None:
    sheet.heading("Implied price to sales", 7)
    for k, year in enumerate(shape.product_years):
        sheet.put(sheet.row - 1, VALUE + k, Cell(year, "year_forecast"))
    for key, equity in (("dcf_implied_ps", "dcf_equity"),
                        ("relative_implied_ps", "relative_equity"),
                        ("blended_implied_ps", "blended_equity"),
                        ("market_implied_ps", "market_cap")):  # fmt: skip
        sheet.text(sheet.row, 0, QUANTITIES[key].label)
        sheet.text(sheet.row, 1, key, "muted")
        sheet.text(sheet.row, 2, "x", "note")
        for k, year in enumerate(shape.product_years):
            sheet.formula(
                sheet.row, VALUE + k,
                f"={{{equity}}}/({{revenue@{year}}}*{{param.fx}})",
                partial(_line, name=key, year=year), "calc:multiple2", key=f"{key}.{year}",
            )  # fmt: skip
        sheet.row += 1


def _line(values: Values, name: str, year: int) -> float:
    return values.line(name, year)
