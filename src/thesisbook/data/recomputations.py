"""Recomputations that need more than an expression: the printed valuation done again, patent numbers.

Each takes the resolver of references and the id of the company, so that a changed fact changes the
result. Money in CNY mn, values per share in HKD, rates as decimals. Expressions reach them as
`{calc.<name>}`, the scoreboard also by its column `function`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

Resolve = Callable[[str], float | str | bool]

YEARS = tuple(range(2026, 2036))
_LINES = ("ebit", "depreciation_amortisation", "tax", "working_capital_change", "capital_expenditure")


class Patent(Protocol):
    """What the patent checks need of a row of data/patents.csv."""

    registration: str


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


def _number(resolve: Resolve, reference: str) -> float:
    return float(resolve(reference))


def printed_line(resolve: Resolve, entity: str, line: str) -> tuple[float, ...]:
    """A line of the printed cash flow table by year, CNY mn."""
    return tuple(_number(resolve, f"{entity}.dcf_{line}.{year}") for year in YEARS)


def printed_valuation(resolve: Resolve, entity: str) -> Valuation:
    """The printed inputs, with the printed free cash flows."""

    def get(metric: str) -> float:
        return _number(resolve, f"{entity}.{metric}.{YEARS[0]}")

    return Valuation(
        flows=printed_line(resolve, entity, "free_cash_flow"),
        wacc=get("wacc"),
        growth=get("terminal_growth"),
        net_cash=get("net_cash"),
        fx=get("equity_value_hkd") / get("equity_value"),
        shares=_number(resolve, f"{entity}.shares_issued.2026-02-02"),
        dcf_weight=get("dcf_weight"),
        ps_value=get("ps_value_hkd"),
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
    """PV of flows over PV of terminal value at a WACC `offset` beside the printed one.

    The valuation date multiplies both present values alike, so it cannot change this ratio.
    """
    case = printed_valuation(resolve, entity)
    case = replace(case, wacc=case.wacc + offset)
    return case.pv_flows() / case.pv_terminal()


def lowest_pv_ratio(resolve: Resolve, entity: str) -> float:
    """The ratio at the lowest WACC that prints as the printed one."""
    return _pv_ratio(resolve, entity, -0.0005)


def highest_pv_ratio(resolve: Resolve, entity: str) -> float:
    """The ratio at the highest WACC that prints as the printed one."""
    return _pv_ratio(resolve, entity, 0.0005)


def late_pv_terminal(resolve: Resolve, entity: str) -> float:
    """The convention that fits the printed terminal value: no growth in the numerator and one
    year of discounting too many, CNY mn."""
    case = printed_valuation(resolve, entity)
    late = case.pv_terminal() / (1 + case.growth) / (1 + case.wacc)
    return late


def early_pv_flows(resolve: Resolve, entity: str) -> float:
    """The convention that fits the printed present value of flows: 2025 as year one, 2035 left
    out, CNY mn. The 2025 flow is built from the reported year like the forecast columns: operating
    result before finance cost, depreciation, working capital from the balance sheet, capital
    expenditure."""

    def get(metric: str, year: int) -> float:
        return _number(resolve, f"{entity}.{metric}.{year}")

    capital = {
        year: get("inventories", year) + get("trade_receivables", year) - get("trade_payables", year)
        for year in (2024, 2025)
    }
    spent = (
        get("profit_before_tax", 2025)
        - get("finance_cost_net", 2025)
        + get("depreciation_amortisation", 2025)
        - (capital[2025] - capital[2024])
        + get("capital_expenditure", 2025)
    )
    case = printed_valuation(resolve, entity)
    return replace(case, flows=(spent, *case.flows[:-1])).pv_flows()


def printed_capm(resolve: Resolve, entity: str) -> float:
    """Cost of equity from the printed inputs, market risk read as the equity risk premium."""
    get = [_number(resolve, f"{entity}.{m}.{YEARS[0]}") for m in ("risk_free_rate", "beta", "market_risk")]
    return get[0] + get[1] * get[2]


def weighted_capital_cost(
    resolve: Resolve,
    entity: str,
    cost_of_equity: float | None = None,
    cost_of_debt: float | None = None,
    debt_to_equity: float | None = None,
) -> float:
    """WACC after tax from the printed inputs, any of them replaced."""

    def get(given: float | None, metric: str) -> float:
        return _number(resolve, f"{entity}.{metric}.{YEARS[0]}") if given is None else given

    equity, debt = get(cost_of_equity, "cost_of_equity"), get(cost_of_debt, "cost_of_debt")
    gearing = get(debt_to_equity, "debt_to_equity")
    return (equity + debt * (1 - get(None, "tax_rate")) * gearing) / (1 + gearing)


def printed_wacc(resolve: Resolve, entity: str) -> float:
    """WACC from the printed cost of equity, cost of debt, debt to equity and tax rate."""
    return weighted_capital_cost(resolve, entity)


def capm_wacc(resolve: Resolve, entity: str) -> float:
    """The same with the cost of equity that the printed CAPM inputs give."""
    return weighted_capital_cost(resolve, entity, cost_of_equity=printed_capm(resolve, entity))


def _target_change(resolve: Resolve, entity: str, changed: Valuation) -> float:
    return changed.target() - textbook_target(resolve, entity)


def effect_of_capm(resolve: Resolve, entity: str) -> float:
    """Change of the textbook target with the WACC that the printed CAPM inputs give, HKD."""
    case = printed_valuation(resolve, entity)
    shift = capm_wacc(resolve, entity) - printed_wacc(resolve, entity)
    return _target_change(resolve, entity, replace(case, wacc=case.wacc + shift))


def effect_of_cost_of_debt(resolve: Resolve, entity: str) -> float:
    """Change of the textbook target with a cost of debt of the same size but positive, HKD."""
    positive = abs(_number(resolve, f"{entity}.cost_of_debt.{YEARS[0]}"))
    shift = weighted_capital_cost(resolve, entity, cost_of_debt=positive) - printed_wacc(resolve, entity)
    case = printed_valuation(resolve, entity)
    return _target_change(resolve, entity, replace(case, wacc=case.wacc + shift))


def _adding(flows: Sequence[float], additions: Sequence[float]) -> tuple[float, ...]:
    padded = (*additions, *[0.0] * (len(flows) - len(additions)))
    return tuple(flow + addition for flow, addition in zip(flows, padded, strict=True))


def _effect_of_line(resolve: Resolve, entity: str, line: str) -> float:
    """Change of the textbook target with a line of the cash flow statement in place of the line
    of the DCF, in the years that both print, HKD."""
    gaps = [
        _number(resolve, f"{entity}.{line}.{year}") - _number(resolve, f"{entity}.dcf_{line}.{year}")
        for year in YEARS[:3]
    ]
    case = printed_valuation(resolve, entity)
    return _target_change(resolve, entity, replace(case, flows=_adding(case.flows, gaps)))


def effect_of_depreciation(resolve: Resolve, entity: str) -> float:
    """Depreciation of the cash flow statement in the DCF, HKD."""
    return _effect_of_line(resolve, entity, "depreciation_amortisation")


def effect_of_capital_expenditure(resolve: Resolve, entity: str) -> float:
    """Capital expenditure of the cash flow statement in the DCF, HKD."""
    return _effect_of_line(resolve, entity, "capital_expenditure")


def effect_of_disposal_line(resolve: Resolve, entity: str) -> float:
    """The negative disposal line taken into the DCF, HKD."""
    case = printed_valuation(resolve, entity)
    spent = [_number(resolve, f"{entity}.disposal_proceeds.{year}") for year in YEARS[:3]]
    return _target_change(resolve, entity, replace(case, flows=_adding(case.flows, spent)))


def effect_of_tax_on_ebit(resolve: Resolve, entity: str) -> float:
    """Tax on EBIT instead of on profit with interest, in the years that pay tax, HKD."""
    rate = _number(resolve, f"{entity}.tax_rate.{YEARS[0]}")
    ebit, tax = (printed_line(resolve, entity, line) for line in ("ebit", "tax"))
    saved = [-rate * e - t if t else 0.0 for e, t in zip(ebit, tax, strict=True)]
    case = printed_valuation(resolve, entity)
    return _target_change(resolve, entity, replace(case, flows=_adding(case.flows, saved)))


def effect_of_growth_at_risk_free(resolve: Resolve, entity: str) -> float:
    """Terminal growth no higher than the printed risk-free rate, HKD."""
    case = printed_valuation(resolve, entity)
    capped = min(case.growth, _number(resolve, f"{entity}.risk_free_rate.{YEARS[0]}"))
    return _target_change(resolve, entity, replace(case, growth=capped))


def check_digit(application: str) -> str:
    """Check character of a Chinese patent application number of twelve digits.

    Weights 2 to 9 and again, sum modulo 11, ten printed as X (State Intellectual Property Office,
    standard ZC 0006-2003).
    """
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    if len(application) != len(weights) or not application.isdigit():
        raise ValueError(f"{application!r} is not an application number of twelve digits")
    rest = sum(int(d) * w for d, w in zip(application, weights, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def _applications(patents: Sequence[Patent]) -> list[str]:
    return [p.registration.removeprefix("ZL") for p in patents if p.registration.startswith("ZL")]


def patents_listed(patents: Sequence[Patent]) -> float:
    """Entries that are patents."""
    return float(len(_applications(patents)))


def patents_distinct(patents: Sequence[Patent]) -> float:
    """Patents with different numbers."""
    return float(len(set(_applications(patents))))


def patents_with_valid_check_digit(patents: Sequence[Patent]) -> float:
    """Patents whose number ends in the check character of its digits."""
    split = (number.split(".") for number in _applications(patents))
    return float(sum(check_digit(digits) == check for digits, check in split))


def _of_kind(kind: str) -> Callable[[Sequence[Patent]], float]:
    def count(patents: Sequence[Patent]) -> float:
        return float(sum(number[4] == kind for number in _applications(patents)))

    return count


def copyrights_listed(patents: Sequence[Patent]) -> float:
    """Entries that are registered software copyrights."""
    return float(len(patents) - len(_applications(patents)))
