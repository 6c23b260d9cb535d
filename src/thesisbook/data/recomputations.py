"""Recomputations that need more than an expression: the printed valuation done again.

Each takes the resolver of references and the id of the company, so that a changed fact changes the
result. Money in CNY mn, values per share in HKD, rates as decimals. Expressions reach them as
`{calc.<name>}`, the scoreboard also by its column `function`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from thesisbook.data import patent_numbers
from thesisbook.data.patent_numbers import Registered

Resolve = Callable[[str], float | str | bool]
Recomputation = Callable[[Resolve, str], float]

FIRST = 2026
YEARS = tuple(range(FIRST, FIRST + 10))
BOTH_TABLES = YEARS[:3]  # the years that the statements print beside the DCF


@dataclass(frozen=True)
class Valuation:
    """The inputs of the printed valuation; `flows` are the free cash flows by year, CNY mn."""

    flows: tuple[float, ...]
    wacc: float
    growth: float
    net_cash: float
    fx: float  # HKD per CNY, from the printed equity value in both currencies
    shares: float  # mn
    dcf_weight: float
    ps_value: float  # HKD mn

    def pv_flows(self) -> float:
        """Flows discounted at the end of each year, the first by one year."""
        return sum(flow / (1 + self.wacc) ** n for n, flow in enumerate(self.flows, 1))

    def pv_terminal(self) -> float:
        """Gordon growth on the last flow, discounted with it (Brealey, Myers, Allen, ch. 4)."""
        terminal = self.flows[-1] * (1 + self.growth) / (self.wacc - self.growth)
        return terminal / (1 + self.wacc) ** len(self.flows)

    def dcf_per_share(self) -> float:
        """Equity value in HKD per share: both present values and net cash."""
        return (self.pv_flows() + self.pv_terminal() + self.net_cash) * self.fx / self.shares

    def target(self) -> float:
        """The weighted mean of the DCF and the price-to-sales value, HKD per share."""
        ps_per_share = self.ps_value / self.shares
        return self.dcf_weight * self.dcf_per_share() + (1 - self.dcf_weight) * ps_per_share

    def with_wacc_shift(self, shift: float) -> Valuation:
        return replace(self, wacc=self.wacc + shift)

    def with_added_flows(self, additions: Iterable[float]) -> Valuation:
        """The first flows raised by `additions`, the others as they are."""
        added = list(additions)
        padded = [*added, *[0.0] * (len(self.flows) - len(added))]
        flows = tuple(flow + more for flow, more in zip(self.flows, padded, strict=True))
        return replace(self, flows=flows)


def _reader(resolve: Resolve, entity: str) -> Callable[..., float]:
    """A lookup of the company's printed numbers by metric and year."""

    def get(metric: str, year: int = FIRST) -> float:
        return float(resolve(f"{entity}.{metric}.{year}"))

    return get


def printed_valuation(resolve: Resolve, entity: str) -> Valuation:
    """The printed inputs, with the printed free cash flows."""
    get = _reader(resolve, entity)
    return Valuation(
        flows=tuple(get("dcf_free_cash_flow", year) for year in YEARS),
        wacc=get("wacc"),
        growth=get("terminal_growth"),
        net_cash=get("net_cash"),
        fx=get("equity_value_hkd") / get("equity_value"),
        shares=float(resolve(f"{entity}.shares_issued.2026-02-02")),
        dcf_weight=get("dcf_weight"),
        ps_value=get("relative_value_hkd"),
    )


def textbook_pv_flows(resolve: Resolve, entity: str) -> float:
    """Present value of the printed flows at the printed WACC, CNY mn."""
    return printed_valuation(resolve, entity).pv_flows()


def textbook_pv_terminal(resolve: Resolve, entity: str) -> float:
    """Present value of the terminal value on the printed flows, CNY mn."""
    return printed_valuation(resolve, entity).pv_terminal()


def textbook_dcf_per_share(resolve: Resolve, entity: str) -> float:
    """DCF value per share on the printed flows, HKD."""
    return printed_valuation(resolve, entity).dcf_per_share()


def textbook_target(resolve: Resolve, entity: str) -> float:
    """Target price with the textbook DCF and the printed price-to-sales value, HKD."""
    return printed_valuation(resolve, entity).target()


def _pv_ratio(resolve: Resolve, entity: str, offset: float) -> float:
    """PV of flows over PV of terminal value, at a WACC `offset` beside the printed one.

    The valuation date multiplies both present values alike, so it cannot change this ratio.
    """
    case = printed_valuation(resolve, entity).with_wacc_shift(offset)
    return case.pv_flows() / case.pv_terminal()


def lowest_pv_ratio(resolve: Resolve, entity: str) -> float:
    """That ratio at the lowest WACC that prints as the printed one."""
    return _pv_ratio(resolve, entity, -0.0005)


def highest_pv_ratio(resolve: Resolve, entity: str) -> float:
    """That ratio at the highest WACC that prints as the printed one."""
    return _pv_ratio(resolve, entity, 0.0005)


def late_pv_terminal(resolve: Resolve, entity: str) -> float:
    """Terminal value without growth in its numerator and discounted a year too long, CNY mn.

    With a WACC that prints as the printed one this meets the printed present value.
    """
    case = printed_valuation(resolve, entity)
    return case.pv_terminal() / (1 + case.growth) / (1 + case.wacc)


def early_pv_flows(resolve: Resolve, entity: str) -> float:
    """Present value of ten flows of which the first is the past year and the last printed one is
    missing, CNY mn.

    The past flow is built like the forecast columns: result before finance cost and tax,
    depreciation, working capital from the balance sheet, capital expenditure.
    """
    get = _reader(resolve, entity)
    past = FIRST - 1

    def working_capital(year: int) -> float:
        return (
            get("inventories", year) + get("trade_receivables", year) - get("trade_payables", year)
        )

    spent = (
        get("profit_before_tax", past)
        - get("net_finance_income", past)
        + get("depreciation_amortisation", past)
        - (working_capital(past) - working_capital(past - 1))
        + get("capital_expenditure", past)
    )
    case = printed_valuation(resolve, entity)
    return replace(case, flows=(spent, *case.flows[:-1])).pv_flows()


def capm_cost_of_equity(resolve: Resolve, entity: str) -> float:
    """Cost of equity from the printed inputs, market risk read as the equity risk premium."""
    get = _reader(resolve, entity)
    return get("risk_free_rate") + get("beta") * get("market_risk")


def _capital_cost(resolve: Resolve, entity: str, **given: float) -> float:
    """WACC after tax from the printed inputs, those of `given` replaced."""
    get = _reader(resolve, entity)
    names = ("cost_of_equity", "cost_of_debt", "debt_to_equity", "tax_rate")
    equity, debt, gearing, tax = (given.get(name, get(name)) for name in names)
    return (equity + debt * (1 - tax) * gearing) / (1 + gearing)


def printed_wacc(resolve: Resolve, entity: str) -> float:
    """WACC from the printed cost of equity, cost of debt, debt to equity and tax rate."""
    return _capital_cost(resolve, entity)


def capm_wacc(resolve: Resolve, entity: str) -> float:
    """The same with the cost of equity that the printed CAPM inputs give."""
    equity = capm_cost_of_equity(resolve, entity)
    return _capital_cost(resolve, entity, cost_of_equity=equity)


def _wacc_effect(resolve: Resolve, entity: str, wacc: float) -> float:
    """Change of the textbook target when the WACC moves from `printed_wacc` to `wacc`, HKD."""
    case = printed_valuation(resolve, entity)
    shift = wacc - printed_wacc(resolve, entity)
    return case.with_wacc_shift(shift).target() - case.target()


def effect_of_capm(resolve: Resolve, entity: str) -> float:
    """With the cost of equity that the printed CAPM inputs give, HKD on the textbook target."""
    return _wacc_effect(resolve, entity, capm_wacc(resolve, entity))


def effect_of_cost_of_debt(resolve: Resolve, entity: str) -> float:
    """With a cost of debt of the printed size but positive, HKD on the textbook target."""
    positive = abs(_reader(resolve, entity)("cost_of_debt"))
    return _wacc_effect(resolve, entity, _capital_cost(resolve, entity, cost_of_debt=positive))


def effect_of_gearing(resolve: Resolve, entity: str) -> float:
    """With the debt that cash less the printed net cash leaves, over the market value of equity,
    HKD on the textbook target."""
    get = _reader(resolve, entity)
    debt = get("cash", FIRST - 1) - get("net_cash")
    equity = (
        float(resolve(f"{entity}.market_cap.2026-06-02")) / printed_valuation(resolve, entity).fx
    )
    wacc = _capital_cost(resolve, entity, debt_to_equity=debt / equity)
    return _wacc_effect(resolve, entity, wacc)


def _flow_effect(resolve: Resolve, entity: str, additions: Iterable[float]) -> float:
    """Change of the textbook target when the first flows rise by `additions`, HKD."""
    case = printed_valuation(resolve, entity)
    return case.with_added_flows(additions).target() - case.target()


def _line_effect(resolve: Resolve, entity: str, line: str) -> float:
    get = _reader(resolve, entity)
    gaps = [get(line, year) - get(f"dcf_{line}", year) for year in BOTH_TABLES]
    return _flow_effect(resolve, entity, gaps)


def effect_of_depreciation(resolve: Resolve, entity: str) -> float:
    """Depreciation of the cash flow statement in the DCF, HKD on the textbook target."""
    return _line_effect(resolve, entity, "depreciation_amortisation")


def effect_of_capital_expenditure(resolve: Resolve, entity: str) -> float:
    """Capital expenditure of the cash flow statement in the DCF, HKD on the textbook target."""
    return _line_effect(resolve, entity, "capital_expenditure")


def effect_of_disposal_line(resolve: Resolve, entity: str) -> float:
    """The negative disposal line taken into the DCF, HKD on the textbook target."""
    get = _reader(resolve, entity)
    return _flow_effect(resolve, entity, [get("disposal_proceeds", year) for year in BOTH_TABLES])


def effect_of_tax_on_ebit(resolve: Resolve, entity: str) -> float:
    """Tax on EBIT, not on profit with interest, where tax is paid; HKD on the textbook target."""
    get = _reader(resolve, entity)
    taxes = [(get("dcf_ebit", year), get("dcf_tax", year)) for year in YEARS]
    saved = [-get("tax_rate") * ebit - tax if tax else 0.0 for ebit, tax in taxes]
    return _flow_effect(resolve, entity, saved)


def effect_of_growth_at_risk_free(resolve: Resolve, entity: str) -> float:
    """Terminal growth at most the printed risk-free rate, HKD on the textbook target."""
    case = printed_valuation(resolve, entity)
    capped = min(case.growth, _reader(resolve, entity)("risk_free_rate"))
    return replace(case, growth=capped).target() - case.target()


RECOMPUTATIONS: dict[str, Recomputation] = {
    function.__name__: function
    for function in (
        textbook_pv_flows, textbook_pv_terminal, textbook_dcf_per_share, textbook_target,
        lowest_pv_ratio, highest_pv_ratio, late_pv_terminal, early_pv_flows, capm_cost_of_equity,
        printed_wacc, capm_wacc, effect_of_capm, effect_of_cost_of_debt, effect_of_gearing,
        effect_of_depreciation, effect_of_capital_expenditure, effect_of_disposal_line,
        effect_of_tax_on_ebit, effect_of_growth_at_risk_free,
    )
}  # fmt: skip


def compute(name: str, resolve: Resolve, entity: str, patents: Sequence[Registered] = ()) -> float:
    """The recomputation of that name, of the valuation or of the patent list; KeyError without."""
    if name in patent_numbers.COUNTS:
        return patent_numbers.COUNTS[name](patents)
    return RECOMPUTATIONS[name](resolve, entity)
