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
from thesisbook.model.cases import branch_values, probability_of, state_values
from thesisbook.model.core import compute
from thesisbook.model.montecarlo import Simulation
from thesisbook.model.reverse import Question, _bracket, questions_of, reverse, solve
from thesisbook.model.scenario_effects import scenario_effects
from thesisbook.model.sensitivity import move
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
    assert row.swing == row.target_low - row.target_high
    swings = frame.swing.dropna()
    assert swings.is_monotonic_decreasing and len(swings) < len(
        frame
    )  # nan where there is no value


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


def case(**changed):
    empty = {"parameters": {}, "states": {}, "odds": {}, "scale": {}, "shift": {}}
    named = {"id": "one", "name": SimpleNamespace(en="One", zh="一"), "group": "g", "reason": "r"}
    return SimpleNamespace(**{**named, "probability": None, **empty, **changed})


TREE_CHANGES = {
    "states": {"supply": ("closed",)},
    "odds": {"br20x": {"on_time": 0.1, "late": 0.5, "fails": 0.4}},
    "scale": {"volume_factor": 0.9},
    "shift": {"beta": 0.1},
}


@pytest.mark.parametrize("part", TREE_CHANGES)
def test_without_a_tree_a_case_that_changes_one_is_refused(part, dataset):
    alone = replace(dataset, studies={**dataset.studies, "tree": None})
    changed = with_study(alone, "own", [case(**{part: TREE_CHANGES[part]})])
    with pytest.raises(ParameterError, match="one: it changes a tree, and there is none"):
        Cases(changed, resolve(changed), "own").row("one")


def test_without_a_tree_a_case_changes_the_run(dataset):
    alone = replace(dataset, studies={**dataset.studies, "tree": None})
    own = case(parameters={"beta": 1.5}, probability=0.25)
    changed = with_study(alone, "own", [own])
    row = Cases(changed, resolve(changed), "own").row("one")
    plain, moved = run(resolve(changed)), run(resolve(changed, overrides={"beta": 1.5}))
    assert row["target"] == pytest.approx(moved.quantity("target_price"), rel=1e-12)
    assert row["today"] == pytest.approx(moved.quantity("value_per_share"), rel=1e-12)
    delta = moved.quantity("target_price") - plain.quantity("target_price")
    assert row["delta"] == pytest.approx(delta)
    assert row["expected"] == pytest.approx(0.25 * delta)
    assert row["delta_share"] == pytest.approx(delta / plain.quantity("target_price"))
    assert row["rating"] == moved.rating
    assert (row["probability"], row["name"], row["reason"]) == (0.25, "One", "r")


@pytest.mark.parametrize("part", ["parameters", "odds", "scale", "shift"])
def test_a_settled_state_does_not_hide_what_else_a_case_changes(part, dataset):
    """It comes with one change beside it: that one counts as well."""
    states = {"supply": ("closed",)}
    other = {"parameters": {"beta": 1.5}, **TREE_CHANGES}[part]
    changed = with_study(dataset, "own", [case(states=states, **{part: other})])
    row = Cases(changed, resolve(dataset), "own").row("one")
    valued = {"parameters": "overrides"}.get(part, part)
    again = value_tree(dataset, **{valued: other}).given(states)
    assert row["target"] == pytest.approx(again.expected("target_price"), rel=1e-12)
    assert row["target"] != pytest.approx(
        value_tree(dataset).given(states).expected("target_price")
    )


def test_a_case_is_rated_at_its_own_price_and_index(dataset):
    own = case(parameters={"price": 5.0, "index_return": 0.3})
    changed = with_study(dataset, "own", [own])
    row = Cases(changed, resolve(dataset), "own", "zh").row("one")
    p = resolve(dataset)
    assert row["rating"] == rating(p.grades, row["target"] / 5.0 - 1 - 0.3)
    assert row["name"] == "一" and row["expected"] is None


def test_states_and_branches_are_the_tree_by_parts(dataset):
    tree = value_tree(dataset)
    states = state_values(dataset, tree).set_index("state")
    drivers = dataset.studies["tree"].drivers
    for driver in drivers:
        own = states.loc[[f"{driver.id}.{state.id}" for state in driver.states]]
        assert own.probability.sum() == pytest.approx(1)
        assert set(own.driver) == {driver.name.en}
    supply = states.loc["supply.closed"]
    given = tree.given({"supply": ("closed",)})
    assert supply.target == pytest.approx(given.expected("target_price"), rel=1e-12)
    assert supply["name"] == next(s.name.en for d in drivers for s in d.states if s.id == "closed")
    branches = branch_values(dataset, tree, "zh")
    assert branches.probability.sum() == pytest.approx(1)
    mean = (branches.probability * branches.target).sum()
    assert mean == pytest.approx(tree.expected("target_price"), rel=1e-12)
    assert list(branches.columns[1:4]) == [driver.id for driver in drivers]
    likely = tree.most_likely
    assert ".".join(likely.states.values()) in set(branches.branch)
    assert probability_of(tree, likely.states) == likely.probability
    assert probability_of(tree, {**likely.states, "supply": "gone"}) == 0


def test_a_state_without_odds_has_no_row(dataset):
    certain = value_tree(dataset, odds={"br20x": {"on_time": 0, "late": 1, "fails": 0}})
    named = [name for name in state_values(dataset, certain).state if name.startswith("br20x")]
    assert named == ["br20x.late"]


# What each question may find: a discount may be a premium, growth may be a decline.
FOUND_BETWEEN = {
    "wacc": (0.06, 0.28),
    "terminal_growth": (-0.019, 0.03),
    "gross_margin": (-0.3, 0.25),
    "volume_factor": (0.25, 1.9),
    "price_factor": (0.55, 1.45),
    "revenue_growth": (-0.4, 0.25),
    "pool_share": (0.15, 9.0),
    "ps_discount": (-0.45, 0.85),
    "dcf_weight": (0.05, 0.95),
}


@pytest.mark.parametrize("name", FOUND_BETWEEN)
def test_a_question_finds_every_value_that_could_be_meant(name, dataset, monkeypatch):
    monkeypatch.setattr("thesisbook.model.reverse.STEPS", 12)  # roughly
    p = resolve(dataset, "base" if name == "pool_share" else "audited")
    question = next((one for one in questions_of(p) if one.name == name), None)
    if question is None:
        pytest.skip("the company has no such parameter")
    for by in FOUND_BETWEEN[name]:
        moved = p.replace(move(p, name, by, question.how, clip=True))
        goal = float(compute(moved)[1]["target_price"])
        found = solve(p, question, "target_price", goal)
        assert found == pytest.approx(by, abs=(question.high - question.low) / 2**12)


def test_a_goal_met_at_an_end_of_the_question_is_that_end(dataset):
    p = resolve(dataset, "audited")
    question = Question("dcf_weight", "set", 0.25, 0.75)
    for end in (question.low, question.high):
        goal = float(compute(p.replace({"dcf_weight": end}))[1]["target_price"])
        assert solve(p, question, "target_price", goal) == end


def test_the_ends_of_a_question_move_inwards_until_there_is_a_value():
    def between(low, high):
        def gap(by):
            if not low <= by <= high:
                raise ParameterError("no value")
            return by

        return gap

    question = Question("growth", "set", 0.0, 1.0)
    assert _bracket(between(0, 1), question) == (0.0, 1.0)
    low, high = _bracket(between(0.0999, 0.9001), question)
    assert (low, high) == pytest.approx((0.1, 0.9))  # in steps of a two-hundredth
    assert _bracket(between(0.0, 0.5001), question) == pytest.approx((0.0, 0.5))
    assert _bracket(between(0.9999, 1.0), question) == pytest.approx((1.0, 1.0))


def test_a_search_without_questions_asks_all_and_says_which_are_met(dataset, monkeypatch):
    p = resolve(dataset, "audited")
    asked = (Question("dcf_weight", "set", 0.0, 1.0), Question("ps_discount", "set", -0.5, 0.9))
    high = run(p.replace({"ps_discount": -0.4})).quantity("target_price")
    frame = reverse(p, "target_price", high, asked).set_index("parameter")
    assert not frame.found["dcf_weight"] and np.isnan(frame.implied["dcf_weight"])
    assert frame.found["ps_discount"]
    assert frame.implied["ps_discount"] == pytest.approx(-0.4, abs=1e-9)
    assert frame.label["ps_discount"] == p.parameter("ps_discount").label
    monkeypatch.setattr("thesisbook.model.reverse.solve", lambda *_: 0.0)
    every = [question.name for question in questions_of(p)]
    assert list(breakevens(p).parameter) == every
    legs = {"ps_discount", "dcf_weight"}
    assert list(reverse_dcf(p).parameter) == [name for name in every if name not in legs]


def test_a_border_of_the_scale_is_met_at_todays_price_or_at_todays_target(dataset):
    p = resolve(dataset)
    frame = rating_borders(p, 50.0)
    assert len(frame) == len(p.grades) - 1  # the lowest grade has no border below
    for row in frame.itertuples():
        border = row.target_needed / p("price") - 1 - p("index_return")
        assert border == pytest.approx(row.border)
        assert 50.0 / row.price_needed == pytest.approx(row.target_needed / p("price"))


def test_a_grid_looks_at_years_in_rows_or_columns_alike(dataset):
    p = resolve(dataset)
    years, shares = Axis("ps_year", (2026, 2027)), Axis("ps_discount", (0.1, 0.3))
    down = grid(p, years, shares, "relative_per_share")
    across = grid(p, shares, years, "relative_per_share")
    assert (down == across.T).all(axis=None)
    assert (down.index.name, down.columns.name) == ("ps_year", "ps_discount")


def test_the_ends_of_a_bar_are_runs_and_its_swing_their_distance(dataset):
    p = resolve(dataset)
    frame = tornado(p, [SimpleNamespace(parameter="beta", how="scale", low=0.9, high=1.2)])
    row = frame.iloc[0]
    for by, found in ((0.9, row.target_low), (1.2, row.target_high)):
        assert found == pytest.approx(target(dataset, {"beta": p("beta") * by}), rel=1e-12)
    assert row.swing == pytest.approx(row.target_low - row.target_high)  # a higher beta costs value
    assert (row.low, row.high, row.how, row.label) == (0.9, 1.2, "scale", p.parameter("beta").label)


def test_only_numbers_can_be_moved(dataset):
    p = resolve(dataset)
    with pytest.raises(ParameterError, match="dcf_timing: is no number and cannot be moved"):
        move(p, "dcf_timing", 1.0, "set")
    beta = p.parameter("beta")
    assert move(p, "beta", 1e6, "shift", clip=True) == {"beta": beta.high}
    assert move(p, "beta", 1e6, "shift") == {"beta": p("beta") + 1e6}
    assert set(move(p, "dso", 1.1, "scale")) == set(p.names("dso"))


def test_a_simulation_tells_its_spread_and_its_shares():
    targets = np.array([10.0, 20.0, 30.0, 40.0])
    told = Simulation(1, 30.0, targets, targets, targets)
    # 12.909944 is the deviation of 10, 20, 30, 40 over three degrees of freedom
    assert told.standard_error == pytest.approx(12.909944 / 2)
    assert told.probability_above_price == 0.25  # the price itself is not above
    assert told.probability_above(9.0) == 1.0
    assert told.quantile(0.5) == 25.0
    bars = told.histogram(bins=3)
    assert list(bars.share) == [0.25, 0.25, 0.5]
    assert (bars.low.iloc[0], bars.high.iloc[-1]) == (10.0, 40.0)
    assert len(told.histogram()) == 60


def test_two_draws_are_enough_and_an_edition_keeps_its_seed(dataset):
    beta = SimpleNamespace(parameter="beta", how="shift", low=-0.1, mode=0.0, high=0.2)
    two = simulate(resolve(dataset), [beta], count=2)
    assert len(two.target) == 2 and two.seed == 2026
    assert np.array_equal(two.target, simulate(resolve(dataset), [beta], 2, 2026).target)


def test_a_long_simulation_is_the_same_in_chunks(dataset, monkeypatch):
    beta = SimpleNamespace(parameter="beta", how="shift", low=-0.1, mode=0.0, high=0.2)
    whole = simulate(resolve(dataset), [beta], count=10)
    monkeypatch.setattr("thesisbook.model.montecarlo.CHUNK", 4)
    assert np.allclose(
        simulate(resolve(dataset), [beta], count=10).target, whole.target, rtol=1e-12
    )


def test_effects_of_a_scenario_are_each_parameter_set_alone(dataset):
    scenarios = {name: dataset.company["scenarios"][name] for name in ("base", "bear", "closed")}
    few = replace(dataset, company={**dataset.company, "scenarios": scenarios})
    frame = scenario_effects(few).set_index("parameter")
    assert list(frame.columns) == ["name", "bear", "closed"]
    start, other = target(dataset), resolve(dataset, "bear")
    name = frame.bear.abs().idxmax()
    alone = {key: other.values[key] for key in other.parameters[name].keys}
    assert frame.bear[name] == pytest.approx(target(dataset, alone) - start)
    assert frame["name"][name] == other.parameters[name].label
    largest = frame[["bear", "closed"]].abs().max(axis=1).fillna(0)
    assert largest.is_monotonic_decreasing
    assert scenario_effects(few, "bear").columns[2:].tolist() == ["base", "closed"]
