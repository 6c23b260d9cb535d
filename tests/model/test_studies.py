"""Bridge, grids, tornado, reverse search, simulation, risks and weights."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from thesisbook.model import (
    Axis,
    Cases,
    ParameterError,
    breakevens,
    bridge,
    grid,
    rating_borders,
    resolve,
    reverse_dcf,
    run,
    simulate,
    tornado,
    tornado_allowed,
    tree_inputs,
    value_tree,
)
from thesisbook.model.reverse import Question, solve
from thesisbook.model.valuation import UNGRADED, rating


def target(dataset, overrides=None, scenario="base"):
    return run(resolve(dataset, scenario, overrides)).quantity("target_price")


def with_study(dataset, name, rows):
    return replace(dataset, studies={**dataset.studies, name: tuple(rows)})


def test_bridge_ends_at_the_target_to_the_cent(dataset):
    frame = bridge(dataset)
    assert frame.target_after.iloc[0] == 78.63  # source 004 L12
    assert frame.target_after.iloc[-1] == round(target(dataset, scenario="audited"), 2)
    moved = round(frame.target_after.iloc[-1] - frame.target_after.iloc[0], 2)
    assert round(frame.delta.sum(), 2) == moved
    assert ((frame.delta - frame.alone - frame.interaction).abs() < 0.005).all()


def test_bridge_step_alone_is_the_model_with_that_step(dataset):
    frame = bridge(dataset).set_index("step")
    proceeds = target(dataset, {"include_ipo_proceeds": True}, "published")
    assert frame.alone["listing_proceeds"] == round(round(proceeds, 2) - 78.63, 2)
    # 6,196.4 / 2,438.8585 = 2.54 a share in the discounted cash flow, half of it in the target
    assert frame.alone["listing_proceeds"] == pytest.approx(1.27, abs=0.011)


def test_bridge_refuses_a_residual(dataset):
    steps = dataset.studies["bridge"]
    with pytest.raises(ParameterError, match=r"no step takes .*include_ipo_proceeds"):
        left_out = [s for s in steps if s.id != "listing_proceeds"]
        bridge(with_study(dataset, "bridge", left_out))
    with pytest.raises(ParameterError, match="in two steps"):
        bridge(with_study(dataset, "bridge", [*steps, steps[0]]))


def test_grid_equals_single_runs(dataset):
    p = resolve(dataset)
    frame = grid(p, Axis("wacc", (0.1, 0.12)), Axis("terminal_growth", (0.01, 0.02, 0.03)))
    assert frame.shape == (2, 3)
    for rate in frame.index:
        for growth in frame.columns:
            single = target(dataset, {"wacc": rate, "terminal_growth": growth})
            assert frame.loc[rate, growth] == pytest.approx(single, rel=1e-12)


def test_grid_over_a_year_and_over_shifted_drivers(dataset):
    p = resolve(dataset)
    years = grid(p, Axis("ps_year", (2026, 2027)), Axis("ps_discount", (0.1, 0.3)))
    assert years.loc[2026, 0.1] == pytest.approx(
        target(dataset, {"ps_year": 2026, "ps_discount": 0.1}), rel=1e-12
    )
    moved = grid(p, Axis("gross_margin", (0.0, -0.02), "shift"), Axis("volume_factor", (1.0, 0.9)))
    lower = {key: p.values[key] - 0.02 for key in p.names("gross_margin")}
    assert moved.loc[-0.02, 0.9] == pytest.approx(
        target(dataset, {**lower, "volume_factor": 0.9}), rel=1e-12
    )


def test_grid_refuses_growth_at_the_cost_of_capital(dataset):
    axes = Axis("wacc", (0.05, 0.1)), Axis("terminal_growth", (0.02, 0.05))
    with pytest.raises(ParameterError, match="at or above wacc"):
        grid(resolve(dataset), *axes)


def test_tornado_equals_single_runs_and_is_sorted(dataset):
    frame = tornado(resolve(dataset), dataset.studies["draws"])
    assert len(frame) == len(dataset.studies["draws"])
    assert frame.swing.is_monotonic_decreasing
    row = frame[frame.parameter == "beta"].iloc[0]
    beta = resolve(dataset)("beta")
    assert row.target_low == pytest.approx(target(dataset, {"beta": beta + row.low}), rel=1e-12)
    assert row.target_high == pytest.approx(target(dataset, {"beta": beta + row.high}), rel=1e-12)


def test_tornado_over_allowed_ranges_has_every_number(dataset):
    p = resolve(dataset)
    frame = tornado_allowed(p)
    assert set(frame.parameter) == {n for n, x in p.parameters.items() if x.kind == "number"}
    row = frame[frame.parameter == "dso"].iloc[0]
    assert row.target_low > row.target_high


def test_reverse_search_lands_on_the_price(dataset):
    p = resolve(dataset, "audited")
    found = reverse_dcf(p).set_index("parameter")
    value = run(p.replace({"wacc": found.implied["wacc"]})).quantity("dcf_per_share")
    assert value == pytest.approx(p("price"), rel=1e-9)
    even = breakevens(p).set_index("parameter")
    discount = target(dataset, {"ps_discount": even.implied["ps_discount"]}, "audited")
    assert discount == pytest.approx(p("price"), rel=1e-9)


def test_reverse_search_says_when_nothing_is_found(dataset):
    question = Question("dcf_weight", "set", 0.0, 1.0)
    assert solve(resolve(dataset), question, "target_price", 1e9) is None


def test_rating_borders_are_where_the_rating_changes(dataset):
    expected = value_tree(dataset).expected("target_price")
    for row in rating_borders(resolve(dataset), expected).itertuples():
        assert value_tree(dataset, {"price": row.price_needed * 0.999}).rating == row.grade
        assert value_tree(dataset, {"price": row.price_needed * 1.001}).rating != row.grade


def test_no_single_scenario_has_a_grade_but_the_published_one(dataset):
    grades = {name: run(resolve(dataset, name)).rating for name in dataset.scenarios}
    assert grades.pop("published") == "strong_buy"
    assert set(grades.values()) == {UNGRADED}


@pytest.mark.parametrize(
    ("relative", "grade"),
    [
        (0.3, "strong_buy"),
        (0.2, "buy"),
        (0.1, "buy"),
        (0.0999, "neutral"),
        (-0.1, "neutral"),
        (-0.1001, "avoid"),
    ],
)
def test_rating_follows_the_printed_scale(relative, grade, base):
    assert rating(base.assumptions.grades, relative) == grade


def test_degenerate_simulation_is_the_point_value(dataset):
    still = [
        SimpleNamespace(parameter=name, how=how, low=by, mode=by, high=by)
        for name, how, by in (("beta", "shift", 0.0), ("volume_factor", "scale", 1.0))
    ]
    simulated = simulate(resolve(dataset), still, count=5000)
    assert simulated.mean == pytest.approx(target(dataset), rel=1e-12)
    assert simulated.target.std() == pytest.approx(0, abs=1e-9)


def test_simulation_is_seeded_and_equals_single_runs(dataset):
    p, draws = resolve(dataset), dataset.studies["draws"]
    first = simulate(p, draws, count=300, seed=7)
    again = simulate(p, draws, count=300, seed=7)
    other = simulate(p, draws, count=300, seed=8)
    assert np.array_equal(first.target, again.target)
    assert not np.array_equal(first.target, other.target)
    one = next(d for d in draws if d.parameter == "beta")
    alone = simulate(p, [one], count=50, seed=3)
    moves = np.random.default_rng(3).triangular(one.low, one.mode, one.high, 50)
    singles = [target(dataset, {"beta": p("beta") + move}) for move in moves]
    assert alone.target == pytest.approx(singles, rel=1e-12)


def test_simulation_answers(dataset):
    simulated = simulate(resolve(dataset), dataset.studies["draws"], count=4000)
    assert simulated.quantile(0.05) < simulated.quantile(0.5) < simulated.quantile(0.95)
    price = simulated.price
    assert simulated.probability_above_price == np.mean(simulated.target > price)
    assert simulated.histogram().share.sum() == pytest.approx(1)
    assert (simulated.dcf != simulated.relative).any()
    with pytest.raises(ParameterError, match="at least 2"):
        simulate(resolve(dataset), dataset.studies["draws"], count=1)


def test_draws_around_the_tree_land_on_its_branches(dataset):
    still = [SimpleNamespace(parameter="beta", how="shift", low=0.0, mode=0.0, high=0.0)]
    drawn = simulate(resolve(dataset), still, count=20_000, tree=tree_inputs(dataset))
    tree = value_tree(dataset)
    values = sorted({round(b.scalars["target_price"], 6) for b in tree.branches})
    assert sorted(set(np.round(drawn.target, 6))) == pytest.approx(values, abs=1e-5)
    assert drawn.mean == pytest.approx(tree.expected("target_price"), abs=5 * drawn.standard_error)


@pytest.mark.parametrize("study", ["risks", "cases"])
def test_cases_are_the_tree_valued_again(study, dataset):
    p, plain = resolve(dataset), value_tree(dataset)
    frame = Cases(dataset, p, study).frame().set_index("case")
    assert list(frame.index) == [case.id for case in dataset.studies[study]]
    for case in dataset.studies[study]:
        row = frame.loc[case.id]
        again = value_tree(dataset, case.parameters, case.odds, case.scale, case.shift)
        again = again.given(case.states) if case.states else again
        assert row.target == pytest.approx(again.expected("target_price"), rel=1e-12)
        assert row.delta == pytest.approx(row.target - plain.expected("target_price"))
        if case.states:
            assert row.probability == pytest.approx(plain.probability(case.states))
        if study == "risks":
            assert row.delta < 0


def test_the_risks_have_the_odds_of_the_tree(dataset):
    frame = Cases(dataset, resolve(dataset), "risks").frame().set_index("case")
    odds = {"br20x_late": 0.85, "br20x_fails": 0.25, "supply_short": 0.55, "supply_closed": 0.10}
    for risk, probability in odds.items():
        assert frame.probability[risk] == pytest.approx(probability)
    assert frame.probability["price_war"] == pytest.approx(0.27)


def test_scenarios_are_ordered(dataset):
    found = [target(dataset, None, name) for name in ("closed", "bear", "base", "bull")]
    assert found == sorted(found)
