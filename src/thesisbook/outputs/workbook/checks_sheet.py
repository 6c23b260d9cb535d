"""Checks: identities on live cells, stamps against their centre, every line against the book.

OK, CHECK (red: a formula is damaged or an identity broken), or EDITED (an input is no longer the
book's, so that a comparison with the book says nothing).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from thesisbook.data import Dataset
from thesisbook.model import Assumptions
from thesisbook.model.bridge import bridge_ends
from thesisbook.model.graph import Graph
from thesisbook.model.identities import BALANCE, IDENTITIES, PRINTED, RELATIVE, size
from thesisbook.model.quantities import QUANTITIES
from thesisbook.model.result import HEADLINE_SCALARS
from thesisbook.model.terms import Term, leaf
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, Cached, Cell, Sheet
from thesisbook.outputs.workbook.stamps import GRIDS
from thesisbook.outputs.workbook.styles import BAD, GOOD, WARN
from thesisbook.outputs.workbook.values import Values

COLUMNS = {
    "Check": 74,
    "Name": 34,
    "Live": 16,
    "Against": 16,
    "Gap": 12,
    "Allowed": 12,
    "Status": 12,
}
LIVE, AGAINST, GAP, ALLOWED, STATUS, YEARS = 2, 3, 4, 5, 6, 9
DECIMALS = 7
PUBLISHED = '{param.statement_basis}="published"'


def plan(book: Book, shape: Assumptions, dataset: Dataset, graph: Graph) -> None:
    sheet = book.sheet(
        "Checks",
        "Checks",
        colour="#0B6B3A",
        freeze=(HEADER_ROW + 1, 1),
        widths=dict(enumerate(COLUMNS.values())),
        printed=STATUS,
        subtitle="OK, CHECK: an identity or a formula is broken, or EDITED: inputs are no longer"
        " those of the book, so that the comparison says nothing.",
    )
    for column, words in enumerate(COLUMNS):
        sheet.text(HEADER_ROW, column, words, "header")
    scenarios = tuple(dataset.company["scenarios"])
    _summary(sheet, shape)
    sheet.heading("Identities", STATUS)
    for k, year in enumerate(shape.years):
        sheet.term(sheet.row - 1, YEARS + k, leaf(f"x.year.{year}"), "year_forecast")
    heads = sheet.row
    for name, by_year in graph.identities.items():
        _identity(sheet, shape, name, by_year, heads)
    _live_parameters(sheet)
    sheet.heading("Stamps and sensitivities: their centre is the live target", STATUS)
    for key, words in (
        ("x.centre.rate_growth", "Cost of capital and growth"),
        ("x.centre.discount_year", "Discount and year"),
    ):
        _centre(sheet, key, words, always=True)
    for grid in GRIDS:
        _centre(sheet, f"x.centre.{grid.name}", grid.title)
    _bridge(sheet)
    sheet.heading("Values against the book", STATUS)
    for n, name in enumerate(scenarios):
        sheet.text(sheet.row - 1, YEARS + n, f"Book: {name}", "header")
    for name in (*HEADLINE_SCALARS, "cost_of_equity", "relative_return"):
        _against(
            sheet,
            name,
            QUANTITIES[name].label,
            f"={{{name}}}",
            partial(_scalar, name=name),
            scenarios=scenarios,
            stamped=True,
        )
    sheet.heading("Every line against the book: sums over the forecast years", STATUS)
    for name in dict.fromkeys(key.rpartition(".")[0] for key in book.places if _is_line(key, book)):
        years = [y for y in shape.years if f"{name}.{y}" in book.places]
        _against(
            sheet,
            name,
            QUANTITIES[name].label,
            f"=SUM({{{name}@{years[0]}:{years[-1]}}})",
            partial(_sum, name=name, years=tuple(years)),
            scenarios=scenarios,
        )
    sheet.finishers.append(_colour)


def _is_line(key: str, book: Book) -> bool:
    name, _, year = key.rpartition(".")
    ratios = ("revenue_growth", "gross_margin", "adjusted_margin")
    return year.isdigit() and name in QUANTITIES and "." not in name and name not in ratios


def _summary(sheet: Sheet, shape: Assumptions) -> None:
    status = "$G$6:$G$400"
    last, ends = (f"{{x.year.{years[-1]}}}" for years in (shape.years, shape.product_years))
    span = f"{shape.years[0]}:{shape.years[-1]}"
    rows = (
        ("x.failed", "Checks that fail", f'=COUNTIF({status},"CHECK")', lambda v: 0),
        (
            "x.compared",
            "Comparisons set aside because inputs are edited",
            f'=COUNTIF({status},"EDITED")',
            lambda v: 0,
        ),
        (
            "x.last_shown",
            "Last year of the statements",
            f"=IF({PUBLISHED},{ends},{last})",
            lambda v: v.assumptions.statement_years[-1],
        ),
        (
            "x.size",
            "Largest total assets, the scale of rounding",
            f"=MAX(1,SUMPRODUCT(MAX(ABS({{total_assets@{span}}})"
            f"*({{x.year@{span}}}<={{x.last_shown}}))))",
            lambda v: size(v.result),
        ),
    )
    for key, words, template, cached in rows:
        sheet.text(sheet.row, 0, words, "bold")
        style = "calc:money" if key == "x.size" else "calc:year"
        sheet.formula(sheet.row, LIVE, template, cached, style, key=key)
        sheet.row += 1
    for key, words, value in (
        ("x.relative", "What a gap may be, as a share", RELATIVE),
        ("x.balance", "What the balance sheet may miss, as a share of assets", BALANCE),
        ("x.published", "What rounding of published lines may add", PRINTED),
        ("x.decimals", "Decimals of a gap", DECIMALS),
    ):
        sheet.text(sheet.row, 0, words, "bold")
        sheet.constant(sheet.row, LIVE, value, "plain:general", key)
        sheet.row += 1


def _allowed(shape: Assumptions, name: str) -> str:
    """What the residuals of an identity may be; the model's own says it for a run."""
    flows = f"{{dcf_free_cash_flow@{shape.years[0]}:{shape.years[-1]}}}"
    last = f"{{x.year.{shape.years[-1]}}}"
    share = "{x.relative}"

    def of(name: str) -> str:
        return f"{share}*MAX(1,ABS({{{name}}}))"

    flow = f"{share}*MAX(1,SUMPRODUCT(MAX(ABS({flows}))))"
    if "published_dcf_from" in shape.parameters:
        flow = f"IF({last}>={{param.published_dcf_from}},{{x.published}},{flow})"
    rounding = (
        f"IF({PUBLISHED},{{x.published}},0)" if "statement_basis" in shape.parameters else "0"
    )
    return {
        "balance_sheet_balances": f"MAX({{x.balance}}*{{x.size}},{rounding})",
        "equity_rolls_forward": f"{share}*MAX({{x.size}},ABS({{param.redemption_conversion}}))",
        "free_cash_flow_adds_up": flow,
        "enterprise_value_adds_up": of("dcf_equity"),
        "net_cash_adds_up": of("net_cash"),
        "blend_between_parts": of("value_per_share"),
        "growth_below_cost_of_capital": "0",
    }.get(name, f"{share}*{{x.size}}")


def _identity(
    sheet: Sheet, shape: Assumptions, name: str, by_year: Mapping[int, tuple[Term, ...]], heads: int
) -> None:
    """A row for each residual: by year to the right, the largest of the years shown as the gap."""
    one = IDENTITIES[name]
    for k in range(len(next(iter(by_year.values())))):
        row, at = sheet.row, sheet.row + 1
        sheet.text(row, 0, one.title if k == 0 else "")
        sheet.text(row, 1, name, "muted")
        keys = {year: f"x.identity.{name}.{k}.{year}" for year in by_year}
        for year, terms in by_year.items():
            column = YEARS + year - shape.years[0]
            sheet.term(row, column, terms[k], "calc:gap", key=keys[year])
        columns = [xl_col_to_name(YEARS + y - shape.years[0]) for y in (min(by_year), max(by_year))]
        held, years = (":".join(f"{c}{r}" for c in columns) for r in (at, f"${heads}"))
        mask = f"*({years}<={{x.last_shown}})" if one.spans == "statements" else ""
        gap = f"=ROUND(SUMPRODUCT(MAX(ABS({held}){mask})),{{x.decimals}})"
        sheet.formula(row, GAP, gap, partial(_gap, name=name, keys=keys), "calc:gap")
        sheet.formula(
            row, ALLOWED, f"={_allowed(shape, name)}", partial(_allowance, name=name), "calc:gap"
        )
        sheet.formula(
            row,
            STATUS,
            f'=IF(E{at}<=F{at},"OK","CHECK")',
            lambda v: "OK",
            "status",
            key=f"x.check.{name}.{k}",
        )
        sheet.row += 1


def _gap(values: Values, name: str, keys: Mapping[int, str]) -> float:
    shown = IDENTITIES[name].years(values.assumptions)
    held = values.once(("evaluated",), dict)
    return round(max(abs(held[key]) for year, key in keys.items() if year in shown), DECIMALS)


def _allowance(values: Values, name: str) -> float:
    return IDENTITIES[name].allowed(values.result)


def _live_parameters(sheet: Sheet) -> None:
    """A live parameter that is no longer the selected scenario's would pass for an edited input."""
    row, at = sheet.row, sheet.row + 1
    sheet.text(row, 0, "Parameters: the live ones are those of the selected scenario")
    for column, key in ((LIVE, "x.edited"), (AGAINST, "x.own_edits")):
        sheet.formula(row, column, f"={{{key}}}", lambda v: 0, "calc:year")
    _status(sheet, at, True, lambda v: 0.0)


def _centre(sheet: Sheet, key: str, words: str, always: bool = False) -> None:
    row, at = sheet.row, sheet.row + 1
    sheet.text(row, 0, words)
    sheet.formula(
        row, LIVE, "={target_price}", lambda v: v.scalar("target_price"), "calc:per_share"
    )
    sheet.formula(row, AGAINST, f"={{{key}}}", lambda v: v.scalar("target_price"), "calc:per_share")
    _status(sheet, at, always, lambda v: v.scalar("target_price"))


def _status(sheet: Sheet, at: int, always: bool, against: Cached) -> None:
    """Gap, allowed and status of a comparison; set aside once inputs are edited, or `always`."""
    row = at - 1
    sheet.formula(row, GAP, f"=ROUND(ABS(C{at}-D{at}),{{x.decimals}})", lambda v: 0.0, "calc:gap")
    sheet.formula(
        row,
        ALLOWED,
        f"={{x.relative}}*MAX(1,ABS(D{at}))",
        lambda v: RELATIVE * max(1.0, abs(against(v))),
        "calc:gap",
    )
    status = f'IF(E{at}<=F{at},"OK","CHECK")'
    edited = status if always else f'IF({{x.edited}}>0,"EDITED",{status})'
    sheet.formula(row, STATUS, f"={edited}", lambda v: "OK", "status", key=f"x.status.{at}")
    sheet.row += 1


def _bridge(sheet: Sheet) -> None:
    """The bridge ends at the target of its last scenario as the book has it."""
    if "x.bridge.end" not in sheet.book.places:
        return
    row, at = sheet.row, sheet.row + 1
    sheet.text(row, 0, "Bridge: start and steps give the end, to the cent")

    def end(v: Values) -> float:
        return round(float(v.standing(bridge_ends(v.dataset)[1]).scalars["target_price"]), 2)

    sheet.formula(row, LIVE, "={x.bridge.end}", end, "calc:per_share")
    sheet.put(row, AGAINST, Cell(end, "constant:per_share"))
    _status(sheet, at, True, end)


def _against(
    sheet: Sheet,
    name: str,
    label: str,
    template: str,
    value: Any,
    *,
    scenarios: tuple[str, ...],
    stamped: bool = False,
) -> None:
    row, at = sheet.row, sheet.row + 1
    sheet.text(row, 0, label)
    sheet.text(row, 1, name, "muted")
    columns = (xl_col_to_name(column) for column in (YEARS, YEARS + len(scenarios) - 1))
    stamps = ":".join(f"{column}{at}" for column in columns)
    live, stamp = partial(value, scenario=None), f"=INDEX({stamps},{{scenario_number}})"
    sheet.formula(row, LIVE, template, live, "calc:general")
    sheet.formula(row, AGAINST, stamp, live, "calc:general")
    for n, scenario in enumerate(scenarios):
        held = partial(value, scenario=scenario)
        if stamped:
            sheet.constant(row, YEARS + n, held, "plain:general", f"stamp.{scenario}.{name}")
        else:
            sheet.put(row, YEARS + n, Cell(held, "plain:general"))
    _status(sheet, at, False, live)


def _scalar(values: Values, name: str, scenario: str | None) -> float:
    return float(values.results[scenario or values.scenario].scalars[name])


def _sum(values: Values, name: str, years: tuple[int, ...], scenario: str | None) -> float:
    lines = values.results[scenario or values.scenario].lines
    return float(sum(lines[name][year] for year in years))


def _colour(page: Any, styles: Any, values: Values) -> None:
    for word, (fill, ink) in (("OK", GOOD), ("CHECK", BAD), ("EDITED", WARN)):
        page.conditional_format(
            HEADER_ROW + 1,
            STATUS,
            400,
            STATUS,
            {
                "type": "cell",
                "criteria": "==",
                "value": f'"{word}"',
                "format": styles.extra({"bg_color": fill, "font_color": ink, "bold": True}),
            },
        )
