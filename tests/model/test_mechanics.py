"""Single mechanics of the model, worked by hand from its own inputs."""

from types import SimpleNamespace

import pytest

from thesisbook.model import bridge, resolve, run, simulate


def test_half_of_the_costs_stay_when_volume_misses_plan(dataset):
    plain = run(resolve(dataset, "audited"))
    short = run(resolve(dataset, "audited", {"volume_factor": 0.8, "fixed_cost_share": 0.5}))
    for line in ("selling_expense", "admin_expense", "rnd_expense"):
        assert short.quantity(line, 2027) == pytest.approx(0.9 * plain.quantity(line, 2027))
    free = run(resolve(dataset, "audited", {"volume_factor": 0.8, "fixed_cost_share": 0}))
    assert free.quantity("rnd_expense.2027") == pytest.approx(
        0.8 * plain.quantity("rnd_expense.2027")
    )


def test_interest_is_earned_on_opening_cash(audited):
    """1.4% on 1,037.701 + 1,858.299 + 6,196.4 / 1.154639, and on the closing cash a year later."""
    proceeds = 6196.4 / 1.154639
    assert audited.quantity("net_finance_income.2026") == pytest.approx(0.014 * (2896 + proceeds))
    later = 0.014 * (audited.quantity("cash.2026") + 1858.299)
    assert audited.quantity("net_finance_income.2027") == pytest.approx(later)


def test_intangibles_are_their_share_of_owned_assets(audited):
    owned = audited.quantity("ppe.2030") + audited.quantity("intangibles.2030")
    assert audited.quantity("intangibles.2030") == pytest.approx(0.28 * owned)


def test_terminal_flow_pays_for_its_growth(audited):
    """A year after the horizon in which every operating balance grows by 2%, written out."""
    growth, tax_rate = 0.02, 0.15
    ebit = audited.quantity("dcf_ebit.2035") * (1 + growth)
    balances = sum(
        sign * audited.quantity(line, 2035)
        for line, sign in (
            ("ppe", 1),
            ("intangibles", 1),
            ("right_of_use_assets", 1),
            ("inventories", 1),
            ("trade_receivables", 1),
            ("trade_payables", -1),
        )
    )
    expected = ebit - tax_rate * ebit - (balances * (1 + growth) - balances)
    assert audited.quantity("terminal_flow") == pytest.approx(expected)


def test_last_year_flow_grows_by_terminal_growth(dataset):
    result = run(resolve(dataset, "audited", {"terminal_reinvestment": "last_year"}))
    last = result.quantity("dcf_free_cash_flow.2035")
    assert result.quantity("terminal_flow") == pytest.approx(1.02 * last)


@pytest.mark.parametrize(
    ("switch", "worth"),
    [("include_financial_assets", 2896 - 1037.701), ("include_ipo_proceeds", 6196.4 / 1.154639)],
)
def test_what_is_added_to_net_cash(switch, worth, dataset, audited):
    without = run(resolve(dataset, "audited", {switch: False}))
    gained = audited.quantity("net_cash") - without.quantity("net_cash")
    assert gained == pytest.approx(worth)


def test_multiple_and_revenue_are_of_the_same_year(dataset):
    """2026: median of exhibit 50 is (37.3 + 46.3) / 2 = 41.8; revenue is the printed 2,168.956."""
    result = run(resolve(dataset, "audited", {"ps_year": 2026}))
    by_hand = 41.8 * 0.7 * 2168.956 * 1.154639
    assert result.quantity("relative_equity") == pytest.approx(by_hand, rel=1e-9)


def test_roll_forward_is_at_the_cost_of_equity(dataset, audited):
    ahead = run(resolve(dataset, "audited", {"roll_forward_years": 1}))
    assert ahead.quantity("target_price") == pytest.approx(
        1.1174 * audited.quantity("target_price")
    )
    assert ahead.quantity("value_per_share") == audited.quantity("value_per_share")


def test_delayed_revenue_lags_by_its_share_of_growth(dataset, audited):
    """BR20X is 80,000 x 110,000 = CNY 8,800 mn of 13,624.016 in 2028E."""
    late = run(resolve(dataset, "audited", {"launch_delay.br20x": 0.5}))
    plan, before = audited.quantity("revenue.2030"), audited.quantity("revenue.2029")
    lagging = 0.5 * 8800 / 13624.016
    assert late.quantity("revenue.2030") == pytest.approx(plan - lagging * (plan - before))


def test_a_step_alone_is_taken_from_the_start(dataset):
    frame = bridge(dataset).set_index("step")
    by_hand = run(resolve(dataset, "published", {"dcf_timing": "year_end"}))
    alone = round(round(by_hand.quantity("target_price"), 2) - 78.63, 2)
    assert frame.alone["timing"] == alone
    assert frame.alone["timing"] != frame.delta["timing"]


def test_draws_are_held_within_the_allowed_range(dataset):
    p = resolve(dataset, "audited")
    high = p.parameters["tax_rate"].high
    beyond = SimpleNamespace(parameter="tax_rate", how="shift", low=5.0, mode=5.0, high=5.0)
    at_the_end = run(p.replace({"tax_rate": high})).quantity("target_price")
    assert simulate(p, [beyond], count=3).target == pytest.approx(at_the_end, rel=1e-12)


@pytest.mark.parametrize("changed", [{}, {"fx": 0.9, "dilution": 0.1, "price": 20.0}], ids=str)
def test_measures_at_the_price_are_of_the_market_value_and_of_all_shares(changed, dataset):
    """None of them moves the target, so each is worked out here from what it is made of."""
    result = run(resolve(dataset, "base", changed))
    q, p = result.quantity, result.assumptions
    shares, fx, price = q("shares_mn"), q("fx"), q("price")
    assert shares == pytest.approx(q("basic_shares_mn") * (1 + p("dilution")))
    assert q("market_cap") == pytest.approx(price * shares)
    net_cash = q("net_cash_at_valuation")
    assert q("market_enterprise_value") == pytest.approx(price * shares / fx - net_cash)
    assert q("net_cash_per_share") == pytest.approx(net_cash * fx / shares)
    for year in (2027, 2030):
        earned = q("adjusted_profit", year)
        assert q("eps_diluted", year) == pytest.approx(earned / shares)
        assert q("eps_basic", year) == pytest.approx(earned / q("basic_shares_mn"))
        assert q("price_to_earnings", year) == pytest.approx(price * shares / (earned * fx))
        sales = q("revenue", year)
        assert q("ev_to_sales", year) == pytest.approx(q("market_enterprise_value") / sales)
        paid = q("dcf_free_cash_flow", year) * fx
        assert q("fcf_yield", year) == pytest.approx(paid / (price * shares))
        written_off = q("depreciation_amortisation", year)
        assert q("ebitda", year) == pytest.approx(q("ebit", year) + written_off)
    sales = q("revenue", 2027) * fx
    for name, equity in (
        ("dcf_implied_ps", q("dcf_equity")),
        ("relative_implied_ps", q("relative_equity")),
        ("blended_implied_ps", q("blended_equity")),
        ("market_implied_ps", q("market_cap")),
    ):
        assert q(name, 2027) == pytest.approx(equity / sales), name
    assert q("upside") == pytest.approx(q("target_price") / price - 1)
    assert q("relative_return") == pytest.approx(q("upside") - p("index_return"))
