"""Cost of capital and the discounted cash flow, on each of its timings side by side."""

from __future__ import annotations

from functools import partial
from typing import Any

from thesisbook.model import Assumptions, run
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, Sheet
from thesisbook.outputs.workbook.line_rows import Row, add_rows, years_sheet
from thesisbook.outputs.workbook.scalars import add_scalar, values_sheet
from thesisbook.outputs.workbook.values import Values

CHOSEN = 6  # column of the chosen timing, after the three
RELIEF = (
    '{param.loss_relief}="published",{param.tax_charge_share}*{param.tax_rate}*MAX({ebit},0),'
    "{param.tax_rate}*MAX({ebit}-{x.dcf_losses_brought},0)"
)


def plan_cost_of_capital(book: Book) -> None:
    sheet = values_sheet(book, "Cost of capital", "Cost of capital", colour="#2E7D6B")
    sheet.heading("Capital asset pricing model", 5)
    for name in ("risk_free", "beta", "equity_risk_premium"):
        _shown(sheet, name)
    add_scalar(sheet, "cost_of_equity",
               "={param.risk_free}+{param.beta}*{param.equity_risk_premium}",
               style=":total", shape="percent2")  # fmt: skip
    sheet.heading("Weighted average", 5)
    for name in ("cost_of_debt", "debt_to_equity", "tax_rate"):
        _shown(sheet, name)
    add_scalar(
        sheet, "wacc_built_up",
        "=({cost_of_equity}+{param.debt_to_equity}*{param.cost_of_debt}*(1-{param.tax_rate}))"
        "/(1+{param.debt_to_equity})", style=":total", shape="percent4",
    )  # fmt: skip
    _shown(sheet, "wacc", "percent4")
    _shown(sheet, "wacc_method")
    sheet.heading("Used", 5)
    add_scalar(sheet, "wacc", '=IF({param.wacc_method}="given",{param.wacc},{wacc_built_up})',
               style=":total", shape="percent4")  # fmt: skip
    add_scalar(sheet, "terminal_growth", "={param.terminal_growth}", shape="percent2")
    add_scalar(sheet, "x.spread", "={wacc}-{terminal_growth}", shape="percent2",
               label="Spread of WACC over growth", note="Must be above zero",
               cached=lambda v: v.scalar("wacc") - v.scalar("terminal_growth"))  # fmt: skip


def _shown(sheet: Sheet, name: str, shape: str = "") -> None:
    """A parameter shown where it is used."""
    shown = {"beta": "factor", "wacc_method": "word"}.get(name, "percent2")
    add_scalar(sheet, f"x.shown.{name}", f"={{param.{name}}}", lambda v: v.param(name),
               label=f"  {name.replace('_', ' ').capitalize()}", shape=shape or shown,
               note="Assumption")  # fmt: skip


def plan(book: Book, shape: Assumptions) -> None:
    sheet = years_sheet(book, "DCF", "Discounted cash flow", "#2E7D6B")
    _flows(sheet, shape)
    timings = shape.parameters["dcf_timing"].allowed
    _timing_table_keys(sheet, shape)
    for timing in timings:
        _discounting(sheet, shape, timing)
    _chosen(sheet, shape, timings)
    _values(sheet, shape, timings)


def _flow(row: str, driven: str, exhibit: str = "") -> Row:
    """A row of the flow: printed from `published_dcf_from` on; to 2028E the exhibit's if asked."""
    start = f"=IF({{year}}>={{param.published_dcf_from}},{{param.published_dcf_{row}}},"
    chosen = f'IF({{param.dcf_reinvestment}}="exhibit",{exhibit},{driven})' if exhibit else driven
    return Row(f"dcf_{row}", f"{start}{chosen})", later=f"{start}{driven})")


def _flows(sheet: Sheet, shape: Assumptions) -> None:
    def brought(v: Values, y: int) -> float:
        first = y == v.assumptions.years[0]
        return v.param("opening_tax_losses") if first else v.line("dcf_tax_losses", y - 1)

    def on_ebit(v: Values, y: int) -> float:
        ebit, rate = v.line("ebit", y), v.param("tax_rate")
        if v.param("loss_relief") == "published":
            return -v.param("tax_charge_share", y) * rate * max(ebit, 0.0)
        return -rate * max(ebit - brought(v, y), 0.0)

    charge = "{depreciation_amortisation}"
    summed = (
        "{dcf_ebit}+{dcf_depreciation_amortisation}+{dcf_tax}+{dcf_working_capital_change}"
        "+{dcf_capital_expenditure}+{dcf_lease_additions}"
    )
    add_rows(sheet, shape, [
        "Free cash flow",
        _flow("ebit", "{ebit}"),
        _flow("depreciation_amortisation", charge,
              f"{charge}+{{right_of_use_assets}}-{{right_of_use_assets@-1}}"),
        _flow("tax", 'IF({param.dcf_tax_base}="ebit",{x.tax_on_ebit},{income_tax})'),
        _flow("working_capital_change", "{working_capital_change}"),
        _flow("capital_expenditure", "{capital_expenditure}", "-{param.dcf_capex_ratio}*{revenue}"),
        Row("dcf_lease_additions", "=IF(OR({year}>={param.published_dcf_from},"
            "NOT({param.include_lease_additions})),0,{lease_additions})"),
        Row("dcf_free_cash_flow", "=IF({year}>={param.published_dcf_from},"
            f"{{param.published_dcf_free_cash_flow}},{summed})", style=":total"),
        "Tax on operating profit",
        Row("x.dcf_losses_brought", "={dcf_tax_losses@-1}", first="={param.opening_tax_losses}",
            label="Tax losses brought forward", value=brought),
        Row("dcf_tax_losses", "=MAX({x.dcf_losses_brought}-{ebit},0)"),
        Row("x.tax_on_ebit", f"=-IF({RELIEF})", label="Tax on EBIT", value=on_ebit,
            note="-Rate x max(EBIT - losses brought forward, 0)"),
    ])  # fmt: skip


def _timing_table_keys(sheet: Sheet, shape: Assumptions) -> None:
    sheet.heading("Valuation date")
    first = sheet.book.column(shape.years[0])
    year = f"DATE($G${HEADER_ROW + 1},12,31)"
    add_scalar(sheet, "stub", f"=({year}-{{param.valuation_date}})/365", shape="percent2",
               column=first, how=sheet.book.note_column)  # fmt: skip


def _discounting(sheet: Sheet, shape: Assumptions, timing: str) -> None:
    """Flows, years, factors and present values of one timing."""
    flow, years, factor, pv = (f"x.{part}.{timing}" for part in ("flow", "years", "factor", "pv"))

    def at(v: Values, y: int, line: str) -> float:
        return v.timings[timing].lines[line][y]

    whole, stubbed = "={dcf_free_cash_flow}", "={dcf_free_cash_flow}*{stub}"
    before, next_year = "={dcf_free_cash_flow@-1}", f"={{{years}@-1}}+1"
    flow_row, years_row = {
        "published": ((before, "={param.last_actual_fcf}"), (next_year, "=1")),
        "year_end": ((whole, stubbed), (next_year, "={stub}")),
        "mid_year": ((whole, stubbed), ("={x.years.year_end}-0.5", "={stub}/2")),
    }[timing]
    add_rows(sheet, shape, [
        f"Timing {timing}",
        Row(flow, flow_row[0], first=flow_row[1], label="Flow counted",
            value=partial(at, line="discounted_flow")),
        Row(years, years_row[0], first=years_row[1], label="Years of discounting", unit="years",
            value=partial(at, line="discount_periods")),
        Row(factor, f"=1/(1+{{wacc}})^{{{years}}}", label="Discount factor", unit="factor4",
            value=partial(at, line="discount_factor")),
        Row(pv, f"={{{flow}}}*{{{factor}}}", label="Present value", style=":total",
            value=partial(at, line="present_value")),
    ])  # fmt: skip


def _chosen(sheet: Sheet, shape: Assumptions, timings: tuple[str, ...]) -> None:
    """Flows and years of the chosen timing, which the sensitivities discount again."""

    def template(part: str) -> str:
        return "=CHOOSE({x.timing}," + ",".join(f"{{x.{part}.{t}}}" for t in timings) + ")"

    add_rows(sheet, shape, [
        "Chosen timing",
        Row("x.flow.chosen", template("flow"), label="Flow counted",
            value=lambda v, y: v.line("discounted_flow", y)),
        Row("x.years.chosen", template("years"), label="Years of discounting", unit="years",
            value=lambda v, y: v.line("discount_periods", y)),
    ])  # fmt: skip


def _values(sheet: Sheet, shape: Assumptions, timings: tuple[str, ...]) -> None:
    """From present values to value per share: one column a timing, then the chosen one."""
    last, book = shape.years[-1], sheet.book
    sheet.heading("From flows to equity")
    top = sheet.row - 1
    for k, timing in enumerate(timings):
        sheet.text(top, 3 + k, timing, "header_right")
    sheet.text(top, CHOSEN, "Chosen", "header_right")
    cases = f"$D${top + 1}:${'DEF'[len(timings) - 1]}${top + 1}"
    add_scalar(sheet, "x.timing", f"=MATCH({{param.dcf_timing}},{cases},0)", shape="year",
               label="Timing chosen", column=CHOSEN, how=book.note_column,
               cached=lambda v: timings.index(v.param("dcf_timing")) + 1)  # fmt: skip

    def row(key: str, templates: dict[str, str] | str, style: str = "") -> None:
        """A line of the table; `<t>` in a template is the timing."""
        for k, timing in enumerate(timings):
            text = templates if isinstance(templates, str) else templates[timing]
            scalar = partial(_of_timing, timing=timing, key=key)
            sheet.formula(sheet.row, 3 + k, text.replace("<t>", timing), scalar,
                          f"calc:{_shape(key)}{style}", key=_case(key, timing))  # fmt: skip
        span = f"$D{sheet.row + 1}:$F{sheet.row + 1}"
        labels = {"x.constant": "Terminal flow at no growth", "x.slope": "Terminal flow per growth",
                  "x.terminal_years": "Years of discounting of the terminal value"}  # fmt: skip
        add_scalar(sheet, key, f"=INDEX({span},{{x.timing}})", style=style or ":strong",
                   cached=partial(_of_timing, timing=None, key=key), shape=_shape(key),
                   label=labels.get(key, ""), column=CHOSEN, how=book.note_column)  # fmt: skip

    flow = f"{{dcf_free_cash_flow@{last}}}"
    profit = f"{{dcf_ebit@{last}}}*(1-{{param.tax_rate}})"
    capital = (f"({{fixed_assets@{last}}}+{{trade_receivables@{last}}}+{{inventories@{last}}}"
               f"-{{trade_payables@{last}}})")  # fmt: skip
    grows = '{param.terminal_reinvestment}="last_year"'
    end = f"{{x.years.year_end@{last}}}"
    elapsed = f"=(1-{{stub}})*{{dcf_free_cash_flow@{shape.years[0]}}}"
    pvs = f"{{x.pv.<t>@{shape.years[0]}:{last}}}"
    add_scalar(sheet, "net_cash",
               "={param.net_cash}+IF({param.include_financial_assets},{param.financial_assets},0)"
               "+IF({param.include_ipo_proceeds},{param.ipo_proceeds}/{param.fx},0)",
               column=CHOSEN, how=book.note_column)  # fmt: skip
    row("fcf_before_valuation_date", {"published": "=0", "year_end": elapsed, "mid_year": elapsed})
    row("pv_fcf", f"={{x.fcf_before_valuation_date.<t>}}+SUM({pvs})", ":total")
    steady = f"=IF({grows},{flow},{profit})"
    slope = f"=IF({grows},{flow},{profit}-{capital})"
    row("x.constant", {"published": f"={flow}", "year_end": steady, "mid_year": steady})
    row("x.slope", {"published": "=0", "year_end": slope, "mid_year": slope})
    row("terminal_flow", "={x.constant.<t>}+{x.slope.<t>}*{terminal_growth}")
    row("terminal_value", '=IF({param.terminal_method}="exit_multiple",{param.exit_multiple}'
        f"*({{dcf_ebit@{last}}}+{{dcf_depreciation_amortisation@{last}}}),"
        "{x.terminal_flow.<t>}/({wacc}-{terminal_growth}))")  # fmt: skip
    row("x.terminal_years", {
        "published": f"={{x.years.published@{last}}}+1", "year_end": f"={end}",
        "mid_year": f'=IF({{param.terminal_method}}="gordon",{{x.years.mid_year@{last}}},{end})',
    })  # fmt: skip
    row("pv_terminal", "={x.terminal_value.<t>}/(1+{wacc})^{x.terminal_years.<t>}",
        ":total")  # fmt: skip
    row("enterprise_value", "={x.pv_fcf.<t>}+{x.pv_terminal.<t>}", ":total")
    row("dcf_equity_reporting", "={x.enterprise_value.<t>}+{net_cash}")
    row("dcf_equity", "={x.dcf_equity_reporting.<t>}*{param.fx}", ":total")
    row("dcf_per_share", "={x.dcf_equity.<t>}/{shares_mn}", ":total")
    _built(sheet, shape)


def _built(sheet: Sheet, shape: Assumptions) -> None:
    """How far the published timing, an inference, misses the print."""
    year, how = shape.last_actual, sheet.book.note_column
    change = "".join(
        f"{sign}({{{line}@{year}}}-{{{line}@{year - 1}}})"
        for line, sign in (
            ("inventories", "-"),
            ("trade_receivables", "-"),
            ("trade_payables", "+"),
        )
    )
    sheet.heading("The inferred timing against the print")
    add_scalar(sheet, "last_actual_fcf_rebuilt",
               f"={{ebit@{year}}}+{{depreciation_amortisation@{year}}}{change}"
               f"+{{capital_expenditure@{year}}}", column=CHOSEN, how=how)  # fmt: skip
    add_scalar(sheet, "pv_fcf_rebuilt",
               '={pv_fcf}+IF({param.dcf_timing}="published",'
               "({last_actual_fcf_rebuilt}-{param.last_actual_fcf})/(1+{wacc}),0)",
               column=CHOSEN, how=how)  # fmt: skip


def _case(key: str, timing: str) -> str:
    return f"x.{key.removeprefix('x.')}.{timing}"


def _shape(key: str) -> str:
    return {"x.terminal_years": "factor4", "dcf_per_share": "per_share"}.get(key, "money")


def _of_timing(values: Values, timing: str | None, key: str) -> float:
    """A scalar of the run on a timing (None: the chosen one)."""
    result = values.timings[timing] if timing else values.result
    if key == "x.terminal_years":
        return float(result.scalars["terminal_periods"])
    if key in ("x.constant", "x.slope"):
        at = [_terminal_flow(result, growth) for growth in (0.0, 0.01)]
        return at[0] if key == "x.constant" else (at[1] - at[0]) / 0.01
    return float(result.scalars[key])


def _terminal_flow(result: Any, growth: float) -> float:
    p = result.assumptions.replace({"terminal_growth": growth})
    return float(run(p).scalars["terminal_flow"])
