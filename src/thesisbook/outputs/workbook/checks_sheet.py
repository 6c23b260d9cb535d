"""Checks: identities on live cells, stamps against their centre, every line against the book.

OK, CHECK (red: a formula is damaged or an identity broken), or EDITED (an input is no longer the
book's, so that a comparison with the book says nothing).
"""

from __future__ import annotations

from functools import partial
from typing import Any

from thesisbook.data import Dataset
from thesisbook.model import Assumptions
from thesisbook.model.identities import BALANCE, CHECKS, PRINTED, RELATIVE
from thesisbook.model.quantities import QUANTITIES
from thesisbook.model.result import HEADLINE_SCALARS
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, Cached, Cell, Sheet
from thesisbook.outputs.workbook.stamps import GRIDS
from thesisbook.outputs.workbook.styles import BAD, GOOD, WARN
from thesisbook.outputs.workbook.values import Values

COLUMNS = {"Check": 74, "Name": 34, "Live": 16, "Against": 16, "Gap": 12, "Allowed": 12,
           "Status": 12}  # fmt: skip
LIVE, AGAINST, GAP, ALLOWED, STATUS, STAMPS = 2, 3, 4, 5, 6, 9
ON_PRINT = '{param.statement_basis}="published"'


def identities(shape: Assumptions) -> dict[str, tuple[str, str]]:
    """Gap and what it may be, by the name of the model's check."""
    first, last = shape.years[0], shape.years[-1]
    mask = f"({{x.year@{first}:{last}}}<={{x.last_shown}})"
    size = f"{RELATIVE!r}*{{x.size}}"

    def now(name: str) -> str:
        return f"{{{name}@{first}:{last}}}"

    def before(name: str) -> str:
        return f"{{{name}@{first - 1}:{last - 1}}}"

    def widest(gap: str, masked: str = mask) -> str:
        return f"SUMPRODUCT(MAX(ABS({gap})*{masked}))"

    def summed(total: str, *parts: str) -> str:
        return widest(f"{now(total)}-({'+'.join(now(part) for part in parts)})")

    change = "-".join(f"({now(k)}-{before(k)})" for k in ("inventories", "trade_receivables"))
    change = f"-{change}+({now('trade_payables')}-{before('trade_payables')})"
    released = f"({before('other_non_current_liabilities')}-{now('other_non_current_liabilities')})"
    equity = (f"{now('total_equity')}-{before('total_equity')}-{now('net_profit')}-{released}"
              f"-{now('share_issue_proceeds')}")  # fmt: skip
    assets = (f"{now('fixed_assets')}-{before('fixed_assets')}+{now('capital_expenditure')}"
              f"+{now('lease_additions')}+{now('depreciation_amortisation')}")  # fmt: skip
    span = f"{shape.product_years[0]}:{shape.product_years[-1]}"
    parts = "+".join(f"{{revenue_{k}@{span}}}" for k in (*shape.products, "other"))
    flow = "dcf_free_cash_flow"
    rows = "+".join(
        now(f"dcf_{row}")
        for row in ("ebit", "depreciation_amortisation", "tax", "working_capital_change",
                    "capital_expenditure", "lease_additions")
    )  # fmt: skip
    values = "{pv_fcf}+{pv_terminal}"
    held = "{param.net_cash}+IF({param.include_financial_assets},{param.financial_assets},0)"
    listed = "IF({param.include_ipo_proceeds},{param.ipo_proceeds},0)"
    share, ends = "{value_per_share}", "{dcf_per_share},{relative_per_share}"
    value_size = f"{RELATIVE!r}*MAX(1,ABS({{dcf_equity}}))"
    before_tax = ("gross_profit", "selling_expense", "admin_expense", "rnd_expense",
                  "special_asset_loss", "impairment_financial_assets", "other_income",
                  "other_expenses", "other_gains", "net_finance_income")  # fmt: skip
    return {
        "balance_sheet_balances": (
            summed("total_assets", "total_liabilities", "total_equity"),
            f"MAX({BALANCE!r}*{{x.size}},IF({ON_PRINT},{PRINTED!r},0))"),
        "cash_ties": (f"MAX({summed('cash', 'closing_cash')},"
                      f"{widest(now('opening_cash') + '-' + before('cash'))})", size),
        "income_statement_adds_up": (
            f"MAX({summed('gross_profit', 'revenue', 'cost_of_sales')},"
            f"{summed('profit_before_tax', *before_tax)},"
            f"{summed('net_profit', 'profit_before_tax', 'income_tax')})", size),
        "revenue_adds_up": (widest(f"{{revenue@{span}}}-({parts})", "1"), size),
        "working_capital_ties": (widest(f"{change}-{now('working_capital_change')}"), size),
        "equity_rolls_forward": (
            widest(equity), f"{RELATIVE!r}*MAX({{x.size}},ABS({{param.redemption_conversion}}))"),
        "fixed_assets_roll_forward": (f"IF({ON_PRINT},0,{widest(assets)})", size),
        "free_cash_flow_adds_up": (
            widest(f"{now(flow)}-({rows})", "1"),
            f"IF({{x.year@{last}}}>={{param.published_dcf_from}},{PRINTED!r},"
            f"{RELATIVE!r}*MAX(1,SUMPRODUCT(MAX(ABS({now(flow)})))))"),
        "enterprise_value_adds_up": (
            f"ABS(({values}+{{net_cash}})*{{fx}}-{{dcf_equity}})",
            value_size),
        "listing_proceeds_counted_once": (
            f"ABS({{dcf_equity}}-({values}+{held})*{{fx}}-{listed})",
            value_size),
        "blend_between_parts": (f"MAX(MIN({ends})-{share},{share}-MAX({ends}),0)",
                                f"{RELATIVE!r}*MAX(1,ABS({share}))"),
        "growth_below_cost_of_capital": ("MAX({terminal_growth}-{wacc},0)", "0"),
    }  # fmt: skip


def plan(book: Book, shape: Assumptions, dataset: Dataset) -> None:
    sheet = book.sheet(
        "Checks", "Checks", colour="#0B6B3A", freeze=(HEADER_ROW + 1, 1),
        widths=dict(enumerate(COLUMNS.values())), printed=STATUS,
        subtitle="OK, CHECK: an identity or a formula is broken, or EDITED: inputs are no longer"
        " those of the book, so that the comparison says nothing.",
    )  # fmt: skip
    for column, words in enumerate(COLUMNS):
        sheet.text(HEADER_ROW, column, words, "header")
    scenarios = tuple(dataset.company["scenarios"])
    for n, name in enumerate(scenarios):
        sheet.text(HEADER_ROW, STAMPS + n, f"Book: {name}", "header")
    _summary(sheet, shape)
    sheet.heading("Identities", STATUS)
    for name, (gap, allowed) in identities(shape).items():
        _identity(sheet, name, gap, allowed)
    _live_parameters(sheet)
    sheet.heading("Stamps and sensitivities: their centre is the live target", STATUS)
    for key, words in (("x.centre.rate_growth", "Cost of capital x growth"),
                       ("x.centre.discount_year", "Discount x year")):  # fmt: skip
        _centre(sheet, key, words, always=True)
    for grid in GRIDS:
        _centre(sheet, f"x.centre.{grid.name}", grid.title)
    _bridge(sheet)
    sheet.heading("Values against the book", STATUS)
    for name in (*HEADLINE_SCALARS, "cost_of_equity", "relative_return"):
        _against(sheet, name, QUANTITIES[name].label, f"={{{name}}}", partial(_scalar, name=name),
                 scenarios=scenarios, stamped=True)  # fmt: skip
    sheet.heading("Every line against the book: sums over the forecast years", STATUS)
    for name in dict.fromkeys(key.rpartition(".")[0] for key in book.places if _is_line(key, book)):
        years = [y for y in shape.years if f"{name}.{y}" in book.places]
        _against(sheet, name, QUANTITIES[name].label,
                 f"=SUM({{{name}@{years[0]}:{years[-1]}}})",
                 partial(_sum, name=name, years=tuple(years)), scenarios=scenarios)  # fmt: skip
    sheet.finishers.append(_colour)


def _is_line(key: str, book: Book) -> bool:
    name, _, year = key.rpartition(".")
    ratios = ("revenue_growth", "gross_margin", "adjusted_margin")
    return year.isdigit() and name in QUANTITIES and "." not in name and name not in ratios


def _summary(sheet: Sheet, shape: Assumptions) -> None:
    status = "$G$6:$G$400"
    last, ends = shape.years[-1], shape.product_years[-1]
    rows = (
        ("x.failed", "Checks that fail", f'=COUNTIF({status},"CHECK")', lambda v: 0),
        ("x.compared", "Comparisons set aside because inputs are edited",
         f'=COUNTIF({status},"EDITED")', lambda v: 0),
        ("x.last_shown", "Last year of the statements", f"=IF({ON_PRINT},{ends},{last})",
         lambda v: v.assumptions.statement_years[-1]),
        ("x.size", "Largest total assets, the scale of rounding",
         f"=MAX(1,SUMPRODUCT(MAX(ABS({{total_assets@{shape.years[0]}:{last}}})"
         f"*({{x.year@{shape.years[0]}:{last}}}<={{x.last_shown}}))))",
         lambda v: max(1.0, *(abs(v.line("total_assets", y))
                              for y in v.assumptions.statement_years))),
    )  # fmt: skip
    for key, words, template, cached in rows:
        sheet.text(sheet.row, 0, words, "bold")
        style = "calc:money" if key == "x.size" else "calc:year"
        sheet.formula(sheet.row, LIVE, template, cached, style, key=key)
        sheet.row += 1


def _identity(sheet: Sheet, name: str, gap: str, allowed: str) -> None:
    row, at = sheet.row, sheet.row + 1
    sheet.text(row, 0, CHECKS[name][0])
    sheet.text(row, 1, name, "muted")
    sheet.formula(row, GAP, f"=ROUND({gap},7)", partial(_check, name=name, part="gap"), "calc:gap")
    sheet.formula(row, ALLOWED, f"={allowed}", partial(_check, name=name, part="allowed"),
                  "calc:gap", key=f"x.allowed.{name}")  # fmt: skip
    sheet.formula(row, STATUS, f'=IF(E{at}<=F{at},"OK","CHECK")', lambda v: "OK", "status",
                  key=f"x.check.{name}")  # fmt: skip
    sheet.row += 1


def _live_parameters(sheet: Sheet) -> None:
    """A live parameter that is no longer the selected scenario's would pass for an edited input."""
    row, at = sheet.row, sheet.row + 1
    sheet.text(row, 0, "Parameters: the live ones are those of the selected scenario")
    for column, key in ((LIVE, "x.edited"), (AGAINST, "x.own_edits")):
        sheet.formula(row, column, f"={{{key}}}", lambda v: 0, "calc:year")
    _status(sheet, at, True, lambda v: 0.0)


def _check(values: Values, name: str, part: str) -> float:
    """Gap as shown; what is allowed follows the formula, which is simpler than the model's."""
    found = {c.name: c for c in values.once(("checks",), values.result.checks)}[name]
    if part == "gap":
        return round(found.gap, 7)
    size = max(1.0, *(abs(values.line("total_assets", y))
                      for y in values.assumptions.statement_years))  # fmt: skip
    if name == "balance_sheet_balances":
        printed = values.param("statement_basis") == "published"
        return max(BALANCE * size, PRINTED if printed else 0.0)
    return RELATIVE * size if name == "fixed_assets_roll_forward" else found.allowed


def _centre(sheet: Sheet, key: str, words: str, always: bool = False) -> None:
    row, at = sheet.row, sheet.row + 1
    sheet.text(row, 0, words)
    sheet.formula(row, LIVE, "={target_price}", lambda v: v.scalar("target_price"),
                  "calc:per_share")  # fmt: skip
    sheet.formula(row, AGAINST, f"={{{key}}}", lambda v: v.scalar("target_price"),
                  "calc:per_share")  # fmt: skip
    _status(sheet, at, always, lambda v: v.scalar("target_price"))


def _status(sheet: Sheet, at: int, always: bool, against: Cached) -> None:
    """Gap, allowed and status of a comparison; set aside once inputs are edited, or `always`."""
    row = at - 1
    sheet.formula(row, GAP, f"=ROUND(ABS(C{at}-D{at}),7)", lambda v: 0.0, "calc:gap")
    sheet.formula(row, ALLOWED, f"=1E-9*MAX(1,ABS(D{at}))",
                  lambda v: 1e-9 * max(1.0, abs(against(v))), "calc:gap")  # fmt: skip
    status = f'IF(E{at}<=F{at},"OK","CHECK")'
    edited = status if always else f'IF({{x.edited}}>0,"EDITED",{status})'
    sheet.formula(row, STATUS, f"={edited}", lambda v: "OK", "status", key=f"x.status.{at}")
    sheet.row += 1


def _bridge(sheet: Sheet) -> None:
    """The bridge ends at the target of base as the book has it."""
    row, at = sheet.row, sheet.row + 1
    sheet.text(row, 0, "Bridge: start and steps give the end, to the cent")

    def end(v: Values) -> float:
        return round(float(v.standing("base").scalars["target_price"]), 2)

    sheet.formula(row, LIVE, "={x.bridge.end}", end, "calc:per_share")
    sheet.put(row, AGAINST, Cell(end, "constant:per_share"))
    _status(sheet, at, True, end)


def _against(
    sheet: Sheet, name: str, label: str, template: str, value: Any, *, scenarios: tuple[str, ...],
    stamped: bool = False,
) -> None:  # fmt: skip
    row, at = sheet.row, sheet.row + 1
    sheet.text(row, 0, label)
    sheet.text(row, 1, name, "muted")
    sheet.formula(row, LIVE, template, partial(value, scenario=None), "calc:general")
    sheet.formula(row, AGAINST, f"=INDEX(J{at}:M{at},{{scenario_number}})",
                  partial(value, scenario=None), "calc:general")  # fmt: skip
    for n, scenario in enumerate(scenarios):
        stamp = Cell(partial(value, scenario=scenario), "plain:general")
        sheet.put(row, STAMPS + n, stamp, f"stamp.{scenario}.{name}" if stamped else "")
    _status(sheet, at, False, partial(value, scenario=None))


def _scalar(values: Values, name: str, scenario: str | None) -> float:
    return float(values.results[scenario or values.scenario].scalars[name])


def _sum(values: Values, name: str, years: tuple[int, ...], scenario: str | None) -> float:
    lines = values.results[scenario or values.scenario].lines
    return float(sum(lines[name][year] for year in years))


def _colour(page: Any, styles: Any, values: Values) -> None:
    for word, (fill, ink) in (("OK", GOOD), ("CHECK", BAD), ("EDITED", WARN)):
        page.conditional_format(
            HEADER_ROW + 1, STATUS, 400, STATUS,
            {"type": "cell", "criteria": "==", "value": f'"{word}"',
             "format": styles.extra({"bg_color": fill, "font_color": ink, "bold": True})},
        )  # fmt: skip
