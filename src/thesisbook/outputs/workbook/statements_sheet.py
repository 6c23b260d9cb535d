"""The operating model as formulas: revenue build and the three statements.

Each template says in cells what `thesisbook.model.revenue` and `.statements` say in Python; the
parity tests hold the two together.
"""

from __future__ import annotations

from functools import partial

from thesisbook.model import Assumptions
from thesisbook.model.published_lines import PRINT_ROUNDING
from thesisbook.outputs.workbook.layout import Book, Cell
from thesisbook.outputs.workbook.line_rows import Row, add_row, add_rows, link, years_sheet
from thesisbook.outputs.workbook.values import Values

TOTAL = ":total"
PRINTED = '{param.statement_basis}="published"'


def printed_or(driven: str, line: str, plus: str = "") -> str:
    """The printed line where the scenario stands on printed statements, else the driven one."""
    return f"=IF({PRINTED},{{param.published_{line}}}{plus},{driven})"


def deviation(line: str) -> str:
    """A driven line less its print, beyond the rounding of the print."""
    gap = f"({{{line}}}-{{param.published_{line}}})"
    return f"IF(ABS{gap}>{{x.print_rounding}},{gap},0)"


def plan_revenue(book: Book, shape: Assumptions) -> None:
    sheet = years_sheet(book, "Revenue build", "Revenue build", "#1F6FB2")
    products = shape.products
    add_rows(sheet, shape, ["Units sold, after delay of launch"])
    for k in products:
        delay = f"{{param.launch_delay.{k}}}"
        now = f"=(1-{delay})*{{param.units.{k}}}"
        add_row(sheet, shape, Row(
            f"x.units.{k}", f"{now}+{delay}*{{param.units.{k}@-1}}", first=now, later="",
            label=f"Units, {k.upper()}", unit="count",
            value=lambda v, y, k=k: v.line(f"units_sold_{k}", y),
            note="(1 - delay) x units + delay x units of the year before",
        ))  # fmt: skip
    sheet.heading(f"Average price, {book.words('reporting')}")
    for k in products:
        add_row(sheet, shape, Row(
            f"x.price.{k}", f"={{param.average_price.{k}}}", later="", unit="reporting",
            label=f"Average price, {k.upper()}",
            value=lambda v, y, k=k: v.param(f"average_price.{k}", y), note="Assumption",
        ))  # fmt: skip
    sheet.heading("Plan: no delay, no shock")

    def plan_sales(v: Values, y: int, k: str) -> float:
        return v.param(f"units.{k}", y) * v.param(f"average_price.{k}", y) / 1e6

    for k in products:
        add_row(sheet, shape, Row(
            f"x.plan.{k}", f"={{param.units.{k}}}*{{x.price.{k}}}/1000000", later="",
            label=f"Plan, {k.upper()}", note="Units x average price",
            value=partial(plan_sales, k=k),
        ))  # fmt: skip
    summed = "+".join(f"{{x.plan.{k}}}" for k in products)
    last = shape.product_years[-1]
    lagging = "+".join(f"{{param.launch_delay.{k}}}*{{x.plan.{k}@{last}}}" for k in products)
    sold = "+".join(f"{{revenue_{k}}}" for k in products)
    add_rows(sheet, shape, [
        Row("plan_revenue", f"={summed}+{{param.other_revenue}}", actual="={revenue}", style=TOTAL,
            later="={plan_revenue@-1}*(1+{param.revenue_growth})"),
        "Shocks",
        Row("x.shock", "={param.volume_factor}*{param.price_factor}", unit="ratio",
            label="Volume factor x price factor",
            value=lambda v, y: v.param("volume_factor", y) * v.param("price_factor", y)),
        Row("x.lag", "", label="Delayed share of the plan's growth", unit="ratio",
            later=f"=({lagging})/{{plan_revenue@{last}}}",
            note="Years of delay x share of plan revenue in the last product year",
            value=lambda v, y: v.scalar("delayed_share")),
        "Revenue",
        *(Row(f"revenue_{k}", f"={{x.units.{k}}}*{{x.price.{k}}}/1000000*{{x.shock}}", later="")
          for k in products),
        Row("revenue_other", "={param.other_revenue}*{x.shock}", later=""),
        Row("revenue", f"={sold}+{{revenue_other}}", style=TOTAL,
            later="=({plan_revenue}-{x.lag}*({plan_revenue}-{plan_revenue@-1}))*{x.shock}"),
        _ratio("revenue_growth", "={revenue}/{revenue@-1}-1",
               lambda v, y: v.line("revenue", y) / v.line("revenue", y - 1) - 1),
    ])  # fmt: skip


def _ratio(key: str, template: str, value: object) -> Row:
    return Row(key, template, actual=template, value=value)


def plan_income_statement(book: Book, shape: Assumptions) -> None:
    sheet = years_sheet(book, "Income statement", "Income statement", "#1F6FB2")
    interest = (
        "{param.interest_on_cash}*({cash@-1}"
        "+IF({param.include_financial_assets},{param.financial_assets},0)+{share_issue_proceeds})"
    )

    def cost(line: str, ratio: str) -> Row:
        return Row(line, f"=-{{param.{ratio}}}*{{x.covered}}")

    def grown(line: str) -> Row:
        driven = f"{{{line}@-1}}*(1+{{param.{line}_growth}})"
        return Row(line, printed_or(driven, line), later=f"={driven}")

    def covered(v: Values, y: int) -> float:
        plan, revenue = v.line("plan_revenue", y), v.line("revenue", y)
        return revenue + v.param("fixed_cost_share") * (plan - revenue)

    def brought(v: Values, y: int) -> float:
        first = y == v.assumptions.years[0]
        return v.param("opening_tax_losses") if first else v.line("tax_losses", y - 1)

    add_rows(sheet, shape, [
        "To operating profit",
        link("revenue", TOTAL),
        Row("cost_of_sales", "=-(1-{param.gross_margin})*{revenue}/{param.price_factor}"),
        Row("gross_profit", "={revenue}+{cost_of_sales}", style=TOTAL),
        cost("selling_expense", "selling_ratio"),
        cost("admin_expense", "admin_ratio"),
        cost("rnd_expense", "rnd_ratio"),
        Row("special_asset_loss", "=0"),
        Row("impairment_financial_assets", "=0"),
        grown("other_income"),
        Row("other_expenses", "=0"),
        grown("other_gains"),
        Row("ebit", "={gross_profit}+{selling_expense}+{admin_expense}+{rnd_expense}"
            "+{other_income}+{other_gains}", style=TOTAL,
            actual="={profit_before_tax}-{net_finance_income}"),
        "To net profit",
        Row("net_finance_income", printed_or(interest, "net_finance_income"), later=f"={interest}"),
        Row("profit_before_tax", "={ebit}+{net_finance_income}", style=TOTAL),
        Row("income_tax", '=-IF({param.loss_relief}="published",{param.tax_charge_share}'
            "*{param.tax_rate}*MAX({profit_before_tax},0),"
            "{param.tax_rate}*MAX({profit_before_tax}-{x.losses_brought},0))"),
        Row("net_profit", "={profit_before_tax}+{income_tax}", style=TOTAL),
        Row("adjusted_profit", "={net_profit}", style=TOTAL),
        "Tax losses and cost base",
        Row("x.losses_brought", "={tax_losses@-1}", first="={param.opening_tax_losses}",
            label="Tax losses brought forward", value=brought),
        Row("tax_losses", "=MAX({x.losses_brought}-{profit_before_tax},0)"),
        Row("x.covered", "={revenue}+{param.fixed_cost_share}*({plan_revenue}-{revenue})",
            label="Revenue that operating costs follow", value=covered,
            note="Revenue + fixed share x (plan - revenue)"),
        "Ratios",
        _ratio("gross_margin", "={gross_profit}/{revenue}",
               lambda v, y: v.line("gross_profit", y) / v.line("revenue", y)),
        _ratio("adjusted_margin", "={adjusted_profit}/{revenue}",
               lambda v, y: v.line("adjusted_profit", y) / v.line("revenue", y)),
    ])  # fmt: skip


def _balance(line: str, sign: str, days: str, flow: str) -> Row:
    """To the last product year the days hold for the average balance, later for the closing one."""
    at_days = f"{{param.{days}}}*{flow}/365"
    return Row(line, f"{sign}2*{at_days}-{{{line}@-1}}", later=f"{sign}{at_days}")


def _sum(total: str, *parts: str) -> Row:
    return Row(total, "=" + "+".join(f"{{{part}}}" for part in parts), style=TOTAL)


def plan_balance_sheet(book: Book, shape: Assumptions) -> None:
    sheet = years_sheet(book, "Balance sheet", "Balance sheet", "#1F6FB2")

    def held(line: str) -> Row:
        return Row(line, f"={{{line}@-1}}")

    def balance_gap(v: Values, y: int) -> float:
        sides = v.line("total_liabilities", y) + v.line("total_equity", y)
        return round(v.line("total_assets", y) - sides, 6)

    def owned(v: Values, y: int) -> float:
        return v.line("owned_fixed_assets", y)

    ppe = "{x.owned}-{intangibles}"
    split = "{param.intangible_share}*{x.owned}"
    other = "{param.other_non_current_assets_ratio}*{revenue}"
    released = "{other_non_current_liabilities@-1}"
    equity = "={total_equity@-1}+{net_profit}+{share_issue_proceeds}"
    conversion = "{param.redemption_conversion}"
    gap = "=ROUND({total_assets}-{total_liabilities}-{total_equity},6)"
    deviated = f"-{deviation('capital_expenditure')}-{deviation('lease_additions')}"
    add_rows(sheet, shape, [
        "Assets",
        Row("ppe", printed_or(ppe, "ppe", "+{fixed_assets_deviation}-"
                              + deviation("right_of_use_assets")), later=f"={ppe}"),
        Row("right_of_use_assets", "={param.right_of_use_ratio}*{revenue}"),
        Row("intangibles", printed_or(split, "intangibles"), later=f"={split}"),
        Row("other_non_current_assets", printed_or(other, "other_non_current_assets"),
            later=f"={other}"),
        _sum("non_current_assets", "ppe", "right_of_use_assets", "intangibles",
             "other_non_current_assets"),
        _balance("inventories", "=-", "dio", "{cost_of_sales}"),
        _balance("trade_receivables", "=", "dso", "{revenue}"),
        Row("cash", "={closing_cash}"),
        held("other_current_assets"),
        _sum("current_assets", "inventories", "trade_receivables", "cash", "other_current_assets"),
        _sum("total_assets", "non_current_assets", "current_assets"),
        "Liabilities and equity",
        held("lease_liabilities"),
        Row("other_non_current_liabilities", f"={released}", first=f"={released}-{conversion}"),
        _sum("non_current_liabilities", "lease_liabilities", "other_non_current_liabilities"),
        _balance("trade_payables", "=-", "dpo", "{cost_of_sales}"),
        held("other_current_liabilities"),
        _sum("current_liabilities", "trade_payables", "other_current_liabilities"),
        _sum("total_liabilities", "non_current_liabilities", "current_liabilities"),
        Row("total_equity", equity, first=f"{equity}+{conversion}", style=TOTAL),
        "Workings",
        Row("x.balance_gap", gap, actual=gap, label="Assets less liabilities and equity",
            value=balance_gap, note="Zero but for the rounding of printed lines"),
        Row("fixed_assets", "={ppe}+{intangibles}+{right_of_use_assets}",
            actual="={ppe}+{intangibles}+{right_of_use_assets}"),
        Row("x.owned", "={fixed_assets@-1}-{capital_expenditure}-{lease_additions}"
            "-{depreciation_amortisation}-{right_of_use_assets}", value=owned,
            label="Property and intangibles, driven",
            note="Opening fixed assets + additions - depreciation - right-of-use assets"),
        Row("fixed_assets_deviation",
            f"=IF({PRINTED},{{fixed_assets_deviation@-1}}{deviated},0)",
            first=f"=IF({PRINTED},0{deviated},0)", later="=0"),
    ])  # fmt: skip
    row, column = sheet.row, book.column(shape.years[0])
    sheet.text(row, 0, "Rounding of a printed line")
    sheet.text(row, 2, book.words("reporting_mn"), "note")
    sheet.put(row, column, Cell(PRINT_ROUNDING, "plain:general"), "x.print_rounding")


def plan_cash_flow(book: Book, shape: Assumptions) -> None:
    sheet = years_sheet(book, "Cash flow", "Cash flow statement", "#1F6FB2")
    charge = "{param.depreciation_rate}*{fixed_assets@-1}"
    operating = "{income_tax}-{net_finance_income}"
    investing = "{net_finance_income}-({other_non_current_assets}-{other_non_current_assets@-1})"
    add_rows(sheet, shape, [
        "Operating",
        Row("cf_profit_before_tax", "={profit_before_tax}"),
        Row("depreciation_amortisation", printed_or(charge, "depreciation_amortisation"),
            later=f"={charge}"),
        Row("working_capital_change", "={inventories@-1}-{inventories}+{trade_receivables@-1}"
            "-{trade_receivables}+{trade_payables}-{trade_payables@-1}"),
        Row("other_operating_cash_flow", printed_or(operating, "other_operating_cash_flow",
                                                    "+" + deviation("income_tax")),
            later=f"={operating}"),
        _sum("operating_cash_flow", "cf_profit_before_tax", "depreciation_amortisation",
             "working_capital_change", "other_operating_cash_flow"),
        "Investing",
        Row("capital_expenditure", "=-{param.capex_ratio}*{revenue}"),
        Row("lease_additions", "=-{param.lease_additions_ratio}*{revenue}", actual="=0"),
        Row("disposal_proceeds", "=0"),
        Row("other_investing_cash_flow", printed_or(investing, "other_investing_cash_flow"),
            later=f"={investing}"),
        _sum("investing_cash_flow", "capital_expenditure", "lease_additions",
             "disposal_proceeds", "other_investing_cash_flow"),
        "Financing",
        Row("convertible_bond_proceeds", "=0"),
        Row("share_issue_proceeds", "=0", actual="=0",
            first="=IF({param.include_ipo_proceeds},{param.ipo_proceeds}/{param.fx},0)"),
        Row("other_financing_cash_flow", printed_or("0", "other_financing_cash_flow"), later="=0"),
        _sum("financing_cash_flow", "convertible_bond_proceeds", "share_issue_proceeds",
             "other_financing_cash_flow"),
        "Cash",
        _sum("net_change_in_cash", "operating_cash_flow", "investing_cash_flow",
             "financing_cash_flow"),
        Row("opening_cash", "={cash@-1}"),
        Row("fx_effect_on_cash", printed_or("0", "fx_effect_on_cash"), later="=0"),
        _sum("closing_cash", "opening_cash", "net_change_in_cash", "fx_effect_on_cash"),
    ])  # fmt: skip
