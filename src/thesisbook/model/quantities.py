"""Every quantity of the model: name, label, unit, and a formula where words of its own read better.

What a quantity is made of stands in the graph (`thesisbook.model.graph`), not here. Units speak of
the roles of currencies: `reporting` is that of the statements, `trading` that of the share price;
`unit_in` names them.
"""

# ruff: noqa: E501 - one declaration, one line

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

_BY_YEAR = """
plan_revenue | Revenue, plan | reporting_mn
plan_revenue_products | Revenue, plan, all products | reporting_mn
plan_revenue_other | Other revenue, plan | reporting_mn
pool | Sales of all vendors in the pool | reporting_mn
revenue | Revenue | reporting_mn
revenue_other | Other revenue | reporting_mn
revenue_factor | Factor of volume and price | ratio
revenue_growth | Revenue growth | ratio
gross_margin | Gross margin | ratio
adjusted_margin | Adjusted margin | ratio
cost_of_sales | Cost of sales | reporting_mn
gross_profit | Gross profit | reporting_mn
cost_base | Revenue that operating costs follow | reporting_mn
selling_expense | Selling expense | reporting_mn
admin_expense | Administrative expense | reporting_mn
rnd_expense | Research and development | reporting_mn
special_asset_loss | Special loss on certain assets | reporting_mn
impairment_financial_assets | Impairment of financial assets | reporting_mn
other_income | Other income | reporting_mn
other_expenses | Other expenses | reporting_mn
other_gains | Other gains and losses | reporting_mn
ebit | Operating profit (EBIT) | reporting_mn
ebitda | EBITDA | reporting_mn
interest_bearing_funds | Funds that earn interest | reporting_mn
net_finance_income | Net finance income | reporting_mn
profit_before_tax | Profit before tax | reporting_mn
tax_losses_brought_forward | Tax losses brought forward | reporting_mn
tax_losses | Tax losses carried forward | reporting_mn
taxable_profit | Taxable profit | reporting_mn
income_tax | Income tax | reporting_mn
income_tax_deviation | Income tax beyond the published line | reporting_mn | Income tax less the published line, beyond the rounding of print; nil where statements are modelled
net_profit | Net profit | reporting_mn
adjusted_profit | Adjusted profit | reporting_mn | Net profit; nothing is adjusted after the redemption liability is gone
eps_diluted | Earnings per share, diluted | reporting_per_share
eps_basic | Earnings per share, basic | reporting_per_share
ppe | Property, plant and equipment | reporting_mn
right_of_use_assets | Right-of-use assets | reporting_mn
right_of_use_assets_deviation | Right-of-use assets beyond the published line | reporting_mn | Right-of-use assets less the published line, beyond the rounding of print; nil where statements are modelled
intangibles | Intangible assets | reporting_mn
fixed_assets | Fixed assets (property, intangibles, right-of-use) | reporting_mn
owned_fixed_assets | Property and intangibles, rolled forward | reporting_mn
fixed_assets_deviation | Additions to fixed assets beyond the published lines | reporting_mn
other_non_current_assets | Other non-current assets | reporting_mn
non_current_assets | Non-current assets | reporting_mn
inventories_by_days | Inventories at their days | reporting_mn
inventories | Inventories | reporting_mn
trade_receivables_by_days | Receivables at their days | reporting_mn
trade_receivables | Trade and bills receivable | reporting_mn
prepayments_before | Prepayments to suppliers, opening | reporting_mn
prepayments | Prepayments to suppliers | reporting_mn
prepayments_change | Increase of prepayments to suppliers | reporting_mn
cash | Cash and cash equivalents | reporting_mn
other_current_assets | Other current assets | reporting_mn
current_assets | Current assets | reporting_mn
total_assets | Total assets | reporting_mn
lease_liabilities | Lease liabilities | reporting_mn
other_non_current_liabilities | Other non-current liabilities | reporting_mn
non_current_liabilities | Non-current liabilities | reporting_mn
trade_payables_by_days | Payables at their days | reporting_mn
trade_payables | Trade and other payables | reporting_mn
other_current_liabilities | Other current liabilities | reporting_mn
current_liabilities | Current liabilities | reporting_mn
total_liabilities | Total liabilities | reporting_mn
total_equity | Total equity | reporting_mn
cf_profit_before_tax | Profit before tax, cash flow statement | reporting_mn
depreciation_amortisation | Depreciation and amortisation | reporting_mn
working_capital_change | Working-capital change | reporting_mn
other_operating_cash_flow | Other operating cash flow | reporting_mn
operating_cash_flow | Operating cash flow | reporting_mn
capital_expenditure | Capital expenditure | reporting_mn
capital_expenditure_deviation | Capital expenditure beyond the published line | reporting_mn | Capital expenditure less the published line, beyond the rounding of print; nil where statements are modelled
lease_additions | Lease additions | reporting_mn
lease_additions_deviation | Lease additions beyond the published line | reporting_mn | Lease additions less the published line, beyond the rounding of print; nil where statements are modelled
disposal_proceeds | Proceeds from disposals | reporting_mn
other_investing_cash_flow | Other investing cash flow | reporting_mn
investing_cash_flow | Investing cash flow | reporting_mn
convertible_bond_proceeds | Proceeds of convertible bonds | reporting_mn
listing_proceeds | Proceeds of the listing | reporting_mn
placing_proceeds | Proceeds of placings | reporting_mn
share_issue_proceeds | Proceeds of new shares | reporting_mn
other_financing_cash_flow | Other financing cash flow | reporting_mn
financing_cash_flow | Financing cash flow | reporting_mn
net_change_in_cash | Net change in cash | reporting_mn
opening_cash | Opening cash | reporting_mn
fx_effect_on_cash | Exchange differences on cash | reporting_mn
closing_cash | Closing cash | reporting_mn
dcf_ebit | EBIT in the discounted flow | reporting_mn
dcf_depreciation_amortisation | D&A in the discounted flow | reporting_mn
dcf_tax_losses_brought_forward | Tax losses brought forward, operating profit | reporting_mn
dcf_tax_losses | Tax losses carried forward, operating profit | reporting_mn
dcf_taxable_profit | Taxable operating profit | reporting_mn
dcf_tax_on_ebit | Tax on operating profit | reporting_mn
dcf_tax | Tax in the discounted flow | reporting_mn
dcf_working_capital_change | Working capital in the discounted flow | reporting_mn
dcf_capital_expenditure | Capital expenditure in the discounted flow | reporting_mn
dcf_lease_additions | Lease additions in the discounted flow | reporting_mn
dcf_free_cash_flow | Free cash flow | reporting_mn
years_to_year_end | Years from the valuation date to the year end | years
discounted_flow | Flow that is discounted | reporting_mn
discount_periods | Years of discounting | years
discount_factor | Discount factor | factor
present_value | Present value of the flow | reporting_mn
dcf_implied_ps | Implied price to sales, DCF | multiple
relative_implied_ps | Implied price to sales, P/S | multiple
blended_implied_ps | Implied price to sales, blended | multiple
market_implied_ps | Price to sales at the market price | multiple
price_to_earnings | Price to earnings at the market price | multiple
ev_to_sales | Enterprise value to sales at the market price | multiple
fcf_yield | Free cash flow to market value | ratio
"""

_SCALARS = """
price | Share price | trading_per_share
fx | Trading currency per unit of the reporting currency | trading_per_reporting
shares_mn | Shares | shares_mn
basic_shares_mn | Shares, basic | shares_mn
cost_of_equity | Cost of equity | ratio
wacc_built_up | Cost of capital from its parts | ratio
wacc | Cost of capital | ratio
terminal_growth | Terminal growth | ratio
delayed_share | Delayed share of the plan's growth | years
stub | Share of the first year after the valuation date | ratio
fcf_before_valuation_date | Flow of the first year before the valuation date | reporting_mn
pv_fcf | Present value of the forecast flows | reporting_mn | Flow of the first year before the valuation date + sum of the present values of the forecast flows
last_actual_working_capital_change | Working-capital change of the last reported year, from balances | reporting_mn
last_actual_fcf_rebuilt | Flow of the last reported year from its lines | reporting_mn
pv_fcf_rebuilt | Present value with the rebuilt flow of the last reported year | reporting_mn
terminal_capital | Operating capital at the horizon | reporting_mn
terminal_profit | Operating profit after tax of the year after the horizon | reporting_mn
terminal_tax_rate | Tax rate of the perpetuity | ratio
terminal_margin | Operating margin of the perpetuity | ratio
terminal_capped_profit | Operating profit after tax of the perpetuity, margin capped | reporting_mn
terminal_flow_steady | Flow after the horizon, capital growing with it | reporting_mn
terminal_flow_value_driver | Flow after the horizon, by return on new capital | reporting_mn
terminal_flow | Flow of the first year after the horizon | reporting_mn
terminal_value | Terminal value | reporting_mn
terminal_periods | Years of discounting of the terminal value | years
terminal_factor | Discount factor of the terminal value | factor
pv_terminal | Present value of the terminal value | reporting_mn
enterprise_value | Enterprise value | reporting_mn
net_cash | Net cash | reporting_mn
net_cash_at_valuation | Net cash at the valuation date | reporting_mn
net_cash_per_share | Net cash per share | trading_per_share
dcf_equity_reporting | Equity value, DCF, in the reporting currency | reporting_mn
dcf_equity | Equity value, DCF | trading_mn
dcf_per_share | DCF value per share | trading_per_share
relative_revenue | Revenue of the year of the multiple | reporting_mn
relative_revenue_next | Revenue of the year after that of the multiple | reporting_mn
valued_revenue | Revenue the multiple is applied to | reporting_mn
relative_growth | Growth of the peers between the two years, plus one | factor
relative_cash | Net cash added to the value from the multiple | reporting_mn
peer_ps_mean | Mean of the peers' price to sales | multiple | Arithmetic mean over the peers
peer_ps_rounded_mean | Mean of the peers' price to sales, to one decimal | multiple | Arithmetic mean over the peers, to one decimal, half up
peer_ps_median | Median of the peers' price to sales | multiple | Median over the peers
peer_ps_mean_without_outlier | Mean of the peers' price to sales without the highest | multiple | Arithmetic mean over the peers but the highest
peer_weights | Weights of the peers, sum | ratio
peer_inverses | Weights over multiples, sum | ratio
peer_ps_harmonic_mean | Harmonic mean of the peers' multiples | multiple
peer_ps_multiple | Multiple of sales of the peers | multiple
relative_multiple | Multiple of sales applied | multiple
relative_equity | Equity value, P/S | trading_mn
relative_per_share | P/S value per share | trading_per_share
blended_equity | Equity value, blended | trading_mn
value_per_share | Value per share | trading_per_share
target_price | Target price | trading_per_share
upside | Upside | ratio
relative_return | Return relative to the index | ratio
rating | Rating | text | Grade of the rating scale for the return relative to the index
market_cap | Market value | trading_mn
market_enterprise_value | Enterprise value at the market price | reporting_mn
"""

_OF_EACH = """
revenue_ | Revenue, {} | reporting_mn
plan_revenue_ | Revenue, plan, {} | reporting_mn
units_sold_ | Units sold, {} | count
peer_price_to_sales_ | Price to sales, {} | multiple
peer_inverse_ | Weight of {} over its multiple | ratio
peer_multiple_ | Multiple of {} after the discount of its listing | multiple
"""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A declared quantity. `formula` is empty unless its own words replace those of the graph."""

    name: str
    label: str
    unit: str
    formula: str
    by_year: bool


class Catalogue(dict[str, Quantity]):
    """Quantities by name. Those of a product or peer are made for any name when asked for."""

    def __missing__(self, name: str) -> Quantity:
        found = _of_each(name)
        if found is None:
            raise KeyError(name)
        return found

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (isinstance(name, str) and bool(_of_each(name)))


def split_year(name: str) -> tuple[str, int | None]:
    """`revenue.2027` is (`revenue`, 2027); `wacc` is (`wacc`, None)."""
    stem, _, last = name.rpartition(".")
    return (stem, int(last)) if stem and last.isdigit() and len(last) == 4 else (name, None)


def unit_in(unit: str, currencies: Mapping[str, str]) -> str:
    """A unit of a quantity in a company's currencies: `trading_per_share` is `HKD_per_share`.

    `currencies` are `reporting` and `trading`; a unit without a currency stays as it is.
    """
    return "_".join(currencies.get(part, part) for part in unit.split("_"))


def _rows(text: str, by_year: bool) -> dict[str, Quantity]:
    """Quantities from lines `name | label | unit | formula`; the formula may be left out."""
    found = {}
    for line in text.strip().splitlines():
        name, label, unit, *formula = (cell.strip() for cell in line.split(" | "))
        found[name] = Quantity(name, label, unit, "".join(formula), by_year)
    return found


def _of_each(name: str) -> Quantity | None:
    """The quantity of one product or peer."""
    for prefix, pattern in _PATTERNS.items():
        rest = name.removeprefix(prefix)
        if rest not in ("", name):
            return replace(
                pattern, name=name, label=pattern.label.format(rest.upper().replace("_", " "))
            )
    return None


_PATTERNS = {
    name: replace(row, by_year=not name.startswith("peer_"))
    for name, row in _rows(_OF_EACH, by_year=True).items()
}
QUANTITIES = Catalogue({**_rows(_BY_YEAR, by_year=True), **_rows(_SCALARS, by_year=False)})
