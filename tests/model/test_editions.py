"""The bridge between two editions: each change is one step, and the steps add up to the cent."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from thesisbook.data import Dataset
from thesisbook.model import Assumptions, resolve
from thesisbook.model.core import target
from thesisbook.model.editions import edition_bridge


def cents(p: Assumptions) -> float:
    return round(float(target(p)), 2)


def without(p: Assumptions, names: set[str]) -> Assumptions:
    """The assumptions without some parameters."""
    keys = {key for name in names for key in p.parameters[name].keys}
    return replace(
        p,
        parameters=MappingProxyType({n: x for n, x in p.parameters.items() if n not in names}),
        values=MappingProxyType({k: v for k, v in p.values.items() if k not in keys}),
    )


def test_an_edition_without_a_change_has_its_target_alone(dataset: Dataset) -> None:
    p = resolve(dataset)
    rows = edition_bridge(p, p)
    assert rows.to_dict("records") == [
        {"step": "start", "name": "base", "delta": 0.0, "target_after": cents(p)}
    ]


def test_each_parameter_that_differs_is_a_step_in_the_order_of_its_declaration(
    dataset: Dataset,
) -> None:
    first = resolve(dataset)
    second = first.replace({"ps_discount": 0.4, "beta": 1.3, "dso.2028": 100.0})
    rows = edition_bridge(first, second)
    declared = [n for n in first.parameters if n in ("ps_discount", "beta", "dso")]
    assert list(rows.step) == ["start", *declared]
    assert list(rows.name[1:]) == [first.parameters[name].label for name in declared]
    assert rows.target_after.iloc[-1] == cents(second)
    assert round(rows.delta.sum(), 2) == round(cents(second) - cents(first), 2)
    current = first
    for row in rows.iloc[1:].itertuples():
        keys = first.parameters[row.step].keys
        current = current.replace({key: second.values[key] for key in keys})
        assert row.target_after == cents(current), row.step


def test_a_restated_line_is_a_step_of_its_own_before_the_parameters(dataset: Dataset) -> None:
    first = resolve(dataset)
    less = {**first.history["trade_receivables"], first.last_actual: 0.0}
    history = MappingProxyType({**first.history, "trade_receivables": MappingProxyType(less)})
    second = replace(first.replace({"beta": 1.3}), history=history)
    rows = edition_bridge(first, second)
    assert list(rows.step) == ["start", "reported.trade_receivables", "beta"]
    assert rows.name[1] == "Restated: trade receivables"
    assert rows.target_after[1] == cents(replace(first, history=history))
    assert rows.target_after[2] == cents(second)
    assert rows.delta[1] < 0, "what customers do not owe is never paid"


def test_peers_that_only_one_edition_has_are_one_step_with_all_that_is_assumed_of_them(
    dataset: Dataset,
) -> None:
    second = resolve(dataset)
    gone = second.peers[-1]
    own = {n for n in second.parameters if n.partition(".")[2] == gone}
    assert len(own) > 1
    first = without(second, own)
    for start, end in ((first, second), (second, first)):
        rows = edition_bridge(start, end)
        assert list(rows.step) == ["start", "peer_ps"]
        assert rows.name[1] == "Peers"
        assert rows.target_after.iloc[-1] == cents(end)


def test_peers_that_both_editions_have_are_one_step_and_what_else_is_assumed_of_them_others(
    dataset: Dataset,
) -> None:
    first = resolve(dataset)
    other = next(
        name
        for name, one in first.parameters.items()
        if name.partition(".")[2] in first.peers
        and not name.startswith("peer_ps.")
        and first.values[one.keys[0]]
    )
    key = first.parameters[other].keys[0]
    multiples = {f"peer_ps.{peer}": 5.0 for peer in first.peers}
    rows = edition_bridge(first, first.replace({**multiples, key: 0.5 * float(first.values[key])}))
    assert sorted(rows.step) == sorted(["start", "peer_ps", other])


def test_a_parameter_that_is_gone_is_named_as_it_was(dataset: Dataset) -> None:
    second = resolve(dataset)
    spare = {**second.parameters, "spare": replace(second.parameters["beta"], name="spare")}
    first = replace(
        second,
        parameters=MappingProxyType(spare),
        values=MappingProxyType({**second.values, "spare": 1.0}),
    )
    rows = edition_bridge(first, second)
    assert rows.iloc[1].tolist() == ["spare", "spare", 0.0, cents(second)]
    rows = edition_bridge(second, first)
    assert rows.iloc[1].tolist()[:2] == ["spare", second.parameters["beta"].label]


def test_a_step_too_small_to_see_is_nil_and_never_minus_nil(dataset: Dataset) -> None:
    first = resolve(dataset)
    rows = edition_bridge(first, first.replace({"beta": first("beta") + 1e-12}))
    assert str(rows.delta[1]) == "0.0"
