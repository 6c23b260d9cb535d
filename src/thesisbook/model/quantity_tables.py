"""The declarations behind `quantities.QUANTITIES`, one line each.

`name | label | unit | formula | inputs`; the prefixes of inputs are explained in `quantities`.

Reported years are facts; a formula speaks of forecast years. Costs and outflows are negative.
"""
# ruff: noqa: E501 - one declaration, one line

OPERATIONS = """
plan_revenue | Revenue, plan | CNY_mn | Sum of units x average price + other revenue to the last product year; then plan of the year before x (1 + growth) | param.other_revenue param.revenue_growth previous.plan_revenue products.units products.average_price
revenue | Revenue | CNY_mn | Sum of product revenue + other revenue to the last product year; then (plan - delayed share x growth of plan) x volume factor x price factor | plan_revenue param.volume_factor param.price_factor products.revenue previous.plan_revenue products.launch_delay
revenue_other | Other revenue | CNY_mn | Other revenue x volume factor x price factor | param.other_revenue param.volume_factor param.price_factor
revenue_growth | Revenue growth | ratio | Revenue / revenue of the year before - 1 | revenue previous.revenue
gross_margin | Gross margin | ratio | Gross profit / revenue | gross_profit revenue
adjusted_margin | Adjusted margin | ratio | Adjusted profit / revenue | adjusted_profit revenue
cost_of_sales | Cost of sales | CNY_mn | -(1 - gross margin) x revenue / price factor | param.gross_margin revenue param.price_factor
gross_profit | Gross profit | CNY_mn | Revenue + cost of sales | revenue cost_of_sales
selling_expense | Selling expense | CNY_mn | -Ratio x (revenue + fixed share x (plan revenue - revenue)) | param.selling_ratio revenue plan_revenue param.fixed_cost_share
admin_expense | Administrative expense | CNY_mn | -Ratio x (revenue + fixed share x (plan revenue - revenue)) | param.admin_ratio revenue plan_revenue param.fixed_cost_share
rnd_expense | Research and development | CNY_mn | -Ratio x (revenue + fixed share x (plan revenue - revenue)) | param.rnd_ratio revenue plan_revenue param.fixed_cost_share
special_asset_loss | Special loss on certain assets | CNY_mn | Nil in the forecast |
impairment_financial_assets | Impairment of financial assets | CNY_mn | Nil in the forecast |
other_income | Other income | CNY_mn | Other income of the year before x (1 + growth); the printed line in `published` | param.other_income_growth param.published_other_income param.statement_basis previous.other_income
other_expenses | Other expenses | CNY_mn | Nil in the forecast |
other_gains | Other gains and losses | CNY_mn | Other gains of the year before x (1 + growth); the printed line in `published` | param.other_gains_growth param.published_other_gains param.statement_basis previous.other_gains
ebit | Operating profit (EBIT) | CNY_mn | Gross profit + operating costs + other income + other gains | gross_profit selling_expense admin_expense rnd_expense other_income other_gains
net_finance_income | Net finance income | CNY_mn | Interest rate x (opening cash + financial assets + listing proceeds of the year); the printed line in `published` | param.interest_on_cash opening_cash param.financial_assets share_issue_proceeds param.published_net_finance_income param.statement_basis
profit_before_tax | Profit before tax | CNY_mn | EBIT + net finance income | ebit net_finance_income
tax_losses | Tax losses carried forward, all profit | CNY_mn | max(losses brought forward - profit before tax, 0) | profit_before_tax param.opening_tax_losses previous.tax_losses
income_tax | Income tax | CNY_mn | -Rate x max(profit before tax - losses brought forward, 0); in `published` the printed share of the rate | profit_before_tax tax_losses param.tax_rate param.loss_relief param.tax_charge_share previous.tax_losses
net_profit | Net profit | CNY_mn | Profit before tax + income tax | profit_before_tax income_tax
adjusted_profit | Adjusted profit | CNY_mn | Net profit; nothing is adjusted after the redemption liability is gone | net_profit
"""

BALANCES = """
ppe | Property, plant and equipment | CNY_mn | (Fixed assets - right-of-use assets) x (1 - intangible share); the printed line in `published`, with what capital expenditure, leases and right-of-use assets depart from print | fixed_assets right_of_use_assets param.intangible_share param.published_ppe param.published_right_of_use_assets fixed_assets_deviation param.statement_basis
right_of_use_assets | Right-of-use assets | CNY_mn | Ratio x revenue | param.right_of_use_ratio revenue
intangibles | Intangible assets | CNY_mn | (Fixed assets - right-of-use assets) x intangible share; the printed line in `published` | fixed_assets right_of_use_assets param.intangible_share param.published_intangibles param.statement_basis
fixed_assets | Fixed assets (property, intangibles, right-of-use) | CNY_mn | Opening + capital expenditure + lease additions - depreciation | capital_expenditure disposal_proceeds depreciation_amortisation previous.fixed_assets
fixed_assets_deviation | Additions to fixed assets beyond print | CNY_mn | Before + capital expenditure and lease additions less the printed ones; only on printed statements | capital_expenditure disposal_proceeds param.published_capital_expenditure param.published_disposal_proceeds previous.fixed_assets_deviation
other_non_current_assets | Other non-current assets | CNY_mn | Ratio x revenue; the printed line in `published` | param.other_non_current_assets_ratio revenue param.published_other_non_current_assets param.statement_basis
non_current_assets | Non-current assets | CNY_mn | Sum of its lines | ppe right_of_use_assets intangibles other_non_current_assets
inventories | Inventories | CNY_mn | Days x cost of sales / 365, as an average to 2028E (2 x average - opening), then as the closing balance | param.dio cost_of_sales previous.inventories
trade_receivables | Trade and bills receivable | CNY_mn | Days x revenue / 365, as an average to 2028E (2 x average - opening), then as the closing balance | param.dso revenue previous.trade_receivables
trade_payables | Trade and other payables | CNY_mn | Days x cost of sales / 365, as an average to 2028E (2 x average - opening), then as the closing balance | param.dpo cost_of_sales previous.trade_payables
cash | Cash and cash equivalents | CNY_mn | Closing cash of the cash flow statement, the balancing item | closing_cash
other_current_assets | Other current assets | CNY_mn | Held at the last reported balance | reported.other_current_assets
current_assets | Current assets | CNY_mn | Sum of its lines | inventories trade_receivables cash other_current_assets
total_assets | Total assets | CNY_mn | Non-current + current assets | non_current_assets current_assets
lease_liabilities | Lease liabilities | CNY_mn | Held at the last reported balance | reported.lease_liabilities
other_non_current_liabilities | Other non-current liabilities | CNY_mn | Last reported balance less the redemption liability that became equity | reported.other_non_current_liabilities param.redemption_conversion
non_current_liabilities | Non-current liabilities | CNY_mn | Sum of its lines | lease_liabilities other_non_current_liabilities
other_current_liabilities | Other current liabilities | CNY_mn | Held at the last reported balance | reported.other_current_liabilities
current_liabilities | Current liabilities | CNY_mn | Sum of its lines | trade_payables other_current_liabilities
total_liabilities | Total liabilities | CNY_mn | Non-current + current liabilities | non_current_liabilities current_liabilities
total_equity | Total equity | CNY_mn | Opening + net profit + conversion of the redemption liability + share issue | net_profit param.redemption_conversion share_issue_proceeds previous.total_equity
"""

CASH = """
cf_profit_before_tax | Profit before tax | CNY_mn | As in the income statement | profit_before_tax
depreciation_amortisation | Depreciation and amortisation | CNY_mn | Rate x opening fixed assets; the printed line in `published` | param.depreciation_rate param.published_depreciation_amortisation param.statement_basis previous.fixed_assets
working_capital_change | Working-capital change | CNY_mn | -Change of inventories - change of receivables + change of payables | inventories trade_receivables trade_payables previous.inventories previous.trade_receivables previous.trade_payables
other_operating_cash_flow | Other operating cash flow | CNY_mn | Income tax - net finance income (received as an investing flow); the printed line in `published`, with what tax departs from print | income_tax net_finance_income param.published_other_operating_cash_flow param.published_income_tax param.statement_basis
operating_cash_flow | Operating cash flow | CNY_mn | Sum of its lines | cf_profit_before_tax depreciation_amortisation working_capital_change other_operating_cash_flow
capital_expenditure | Capital expenditure | CNY_mn | -Ratio x revenue | param.capex_ratio revenue
disposal_proceeds | Disposals (forecast: lease additions) | CNY_mn | -Ratio x revenue | param.lease_additions_ratio revenue
other_investing_cash_flow | Other investing cash flow | CNY_mn | Net finance income - growth of other non-current assets; the printed line in `published` | net_finance_income other_non_current_assets param.published_other_investing_cash_flow param.statement_basis previous.other_non_current_assets
investing_cash_flow | Investing cash flow | CNY_mn | Sum of its lines | capital_expenditure disposal_proceeds other_investing_cash_flow
convertible_bond_proceeds | Proceeds of convertible bonds | CNY_mn | Nil in the forecast |
share_issue_proceeds | Proceeds of the listing | CNY_mn | Net proceeds in HKD / exchange rate, in the first forecast year, where they are counted | param.ipo_proceeds param.fx param.include_ipo_proceeds
other_financing_cash_flow | Other financing cash flow | CNY_mn | Nil; the printed line in `published` | param.published_other_financing_cash_flow param.statement_basis
financing_cash_flow | Financing cash flow | CNY_mn | Sum of its lines | convertible_bond_proceeds share_issue_proceeds other_financing_cash_flow
net_change_in_cash | Net change in cash | CNY_mn | Operating + investing + financing cash flow | operating_cash_flow investing_cash_flow financing_cash_flow
opening_cash | Opening cash | CNY_mn | Closing cash of the year before | previous.cash
fx_effect_on_cash | Exchange differences on cash | CNY_mn | Nil; the printed line in `published` | param.published_fx_effect_on_cash param.statement_basis
closing_cash | Closing cash | CNY_mn | Opening cash + net change + exchange differences | opening_cash net_change_in_cash fx_effect_on_cash
"""

FLOWS = """
dcf_ebit | EBIT in the discounted flow | CNY_mn | EBIT; the printed row from the year published_dcf_from on | ebit param.published_dcf_from param.published_dcf_ebit
dcf_depreciation_amortisation | D&A in the discounted flow | CNY_mn | Depreciation (with `exhibit` reinvestment + increase of the right-of-use asset); the printed row from published_dcf_from on | depreciation_amortisation right_of_use_assets param.dcf_reinvestment param.published_dcf_from param.published_dcf_depreciation_amortisation previous.right_of_use_assets
dcf_tax_losses | Tax losses carried forward, operating profit | CNY_mn | max(losses brought forward - EBIT, 0) | ebit param.opening_tax_losses previous.dcf_tax_losses
dcf_tax | Tax in the discounted flow | CNY_mn | -Rate x max(EBIT - losses brought forward, 0); or income tax; the printed row from published_dcf_from on | ebit dcf_tax_losses param.tax_rate income_tax param.dcf_tax_base param.published_dcf_from param.published_dcf_tax previous.dcf_tax_losses
dcf_working_capital_change | Working capital in the discounted flow | CNY_mn | Working-capital change; the printed row from published_dcf_from on | working_capital_change param.published_dcf_from param.published_dcf_working_capital_change
dcf_capital_expenditure | Capital expenditure in the discounted flow | CNY_mn | Capital expenditure (with `exhibit` reinvestment -ratio x revenue); the printed row from published_dcf_from on | capital_expenditure param.dcf_reinvestment param.dcf_capex_ratio param.published_dcf_from param.published_dcf_capital_expenditure
dcf_lease_additions | Lease additions in the discounted flow | CNY_mn | Lease additions where they are deducted | disposal_proceeds param.include_lease_additions
dcf_free_cash_flow | Free cash flow | CNY_mn | EBIT + D&A + tax + working capital + capital expenditure + lease additions; the printed row from published_dcf_from on | dcf_ebit dcf_depreciation_amortisation dcf_tax dcf_working_capital_change dcf_capital_expenditure dcf_lease_additions
"""

VALUES = """
price | Share price | HKD_per_share | As observed | param.price
fx | Hong Kong dollars per yuan | HKD_per_CNY | As implied by the audited report | param.fx
shares_mn | Shares | shares_mn | Shares in issue x (1 + dilution) | param.shares_mn param.dilution
cost_of_equity | Cost of equity | ratio | Risk-free rate + beta x equity risk premium | param.risk_free param.beta param.equity_risk_premium
wacc_built_up | Cost of capital from its parts | ratio | (Cost of equity + D/E x cost of debt x (1 - tax rate)) / (1 + D/E) | cost_of_equity param.debt_to_equity param.cost_of_debt param.tax_rate
wacc | Cost of capital | ratio | Built up from its parts, or given | param.wacc_method wacc_built_up param.wacc
terminal_growth | Terminal growth | ratio | As assumed | param.terminal_growth
stub | Share of the first year after the valuation date | ratio | Days from the valuation date to the year end / 365 | param.valuation_date
fcf_before_valuation_date | Flow of the first year before the valuation date | CNY_mn | (1 - stub) x free cash flow of the first year, undiscounted; nil on the published timing | first.dcf_free_cash_flow stub param.dcf_timing
pv_fcf | Present value of the forecast flows | CNY_mn | Elapsed flow + sum of flow / (1 + WACC)^years. On the published timing (convention B, inferred from the printed values, not proven) the flows are those of the last reported year to the last forecast year but one, as years 1 to 10 | fcf_before_valuation_date every.dcf_free_cash_flow wacc param.dcf_timing param.last_actual_fcf stub
last_actual_fcf_rebuilt | Flow of the last reported year from printed lines | CNY_mn | EBIT + D&A - change of inventories and receivables + change of payables + capital expenditure | actual.ebit actual.depreciation_amortisation actual.inventories actual.trade_receivables actual.trade_payables actual.capital_expenditure
pv_fcf_rebuilt | Present value with that flow instead of the calibrated one | CNY_mn | Present value of the forecast flows + (flow from printed lines - calibrated flow) / (1 + WACC); only on the published timing | pv_fcf last_actual_fcf_rebuilt param.last_actual_fcf wacc param.dcf_timing
terminal_flow | Flow of the first year after the horizon | CNY_mn | EBIT x (1 + g) x (1 - tax rate) - g x (fixed assets + working capital); or free cash flow x (1 + g); on the published timing the last flow itself | last.dcf_ebit last.fixed_assets last.trade_receivables last.inventories last.trade_payables last.dcf_free_cash_flow terminal_growth param.tax_rate param.terminal_reinvestment
terminal_value | Terminal value | CNY_mn | Terminal flow / (WACC - g); or exit multiple x EBITDA of the last year | terminal_flow wacc terminal_growth param.terminal_method param.exit_multiple
pv_terminal | Present value of the terminal value | CNY_mn | Terminal value / (1 + WACC)^years; 11 years on the published timing (inferred, not proven) | terminal_value wacc param.dcf_timing stub
enterprise_value | Enterprise value | CNY_mn | Present value of the flows + of the terminal value | pv_fcf pv_terminal
net_cash | Net cash | CNY_mn | Printed net cash + financial assets + listing proceeds, where they are counted | param.net_cash param.include_financial_assets param.financial_assets param.include_ipo_proceeds param.ipo_proceeds param.fx
dcf_equity_reporting | Equity value, DCF | CNY_mn | Enterprise value + net cash | enterprise_value net_cash
dcf_equity | Equity value, DCF | HKD_mn | Equity value in CNY x exchange rate | dcf_equity_reporting fx
dcf_per_share | DCF value per share | HKD_per_share | Equity value / shares | dcf_equity shares_mn
peer_ps_multiple | Price to sales of the peers | multiple | Statistic of the peer multiples | param.ps_basis param.ps_year peers.peer_ps
relative_multiple | Price to sales applied | multiple | Price to sales of the peers x (1 - discount) | peer_ps_multiple param.ps_discount
relative_equity | Equity value, P/S | HKD_mn | Multiple x revenue of its year x exchange rate | relative_multiple chosen.revenue fx param.ps_year
relative_per_share | P/S value per share | HKD_per_share | Equity value / shares | relative_equity shares_mn
blended_equity | Equity value, blended | HKD_mn | Weight x DCF + (1 - weight) x P/S | param.dcf_weight dcf_equity relative_equity
value_per_share | Value per share | HKD_per_share | Blended equity / shares | blended_equity shares_mn
target_price | Target price | HKD_per_share | Value per share x (1 + cost of equity)^roll-forward | value_per_share cost_of_equity param.roll_forward_years
upside | Upside | ratio | Target price / share price - 1 | target_price price
relative_return | Return relative to the index | ratio | Upside - assumed return of the index | upside param.index_return
rating | Rating | text | Grade of the printed scale for the return relative to the index | relative_return
market_cap | Market value | HKD_mn | Share price x shares | price shares_mn
"""

IMPLIED = """
dcf_implied_ps | Implied price to sales, DCF | multiple | DCF equity / (revenue x exchange rate) | dcf_equity revenue fx
relative_implied_ps | Implied price to sales, P/S | multiple | P/S equity / (revenue x exchange rate) | relative_equity revenue fx
blended_implied_ps | Implied price to sales, blended | multiple | Blended equity / (revenue x exchange rate) | blended_equity revenue fx
market_implied_ps | Price to sales at the market price | multiple | Market value / (revenue x exchange rate) | market_cap revenue fx
"""
