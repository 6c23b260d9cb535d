"""Run the assumptions of a kept edition through today's model, and account for what differs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from thesisbook.data.faults import Fault, nearest
from thesisbook.model.core import compute
from thesisbook.model.montecarlo import simulate
from thesisbook.model.parameters import ParameterError
from thesisbook.model.resolving import resolve
from thesisbook.model.result import run
from thesisbook.model.scenario_tree import tree_inputs, value_tree

if TYPE_CHECKING:
    from thesisbook.data import Dataset
    from thesisbook.data.kept_editions import KeptEdition

CENT = 0.005
SLOW = "simulation"
TARGET = "target_price"
VALUES = (TARGET, "dcf_per_share", "relative_per_share")


def as_dataset(dataset: Dataset, kept: KeptEdition) -> Dataset:
    """Today's facts with the scenarios and studies of a kept edition."""
    studies: dict[str, Any] = {"draws": kept.draws}
    if kept.tree:
        studies["tree"] = kept.tree
    company = {**dataset.company, "scenarios": kept.named}
    return replace(dataset, scenarios=kept.scenarios, studies=studies, company=company)


def edition_of(dataset: Dataset, name: str) -> KeptEdition:
    """The kept edition of that day. Raises ParameterError with the nearest."""
    if name not in dataset.kept:
        hint = f"; kept are {', '.join(nearest(name, dataset.kept))}" if dataset.kept else ""
        raise ParameterError(f"{name}: no such edition{hint}")
    return dataset.kept[name]


def results(dataset: Dataset, kept: KeptEdition, slow: bool = True) -> dict[str, float]:
    """What today's model gives for each kept headline; without `slow`, none of the simulation."""
    old = as_dataset(dataset, kept)
    found: dict[str, float] = {}
    scalars: dict[str, Mapping[str, Any]] = {}

    def value(scenario: str, name: str) -> float:
        if scenario not in scalars:
            scalars[scenario] = compute(resolve(old, scenario))[1]
        return float(scalars[scenario][name])

    for name in kept.headlines:
        space, _, rest = name.partition(".")
        if space == "tree":
            found[name] = value_tree(old).expected(rest)
        elif space == "weighted":
            parts = (w.probability * value(w.scenario, TARGET) for w in kept.weights)
            found[name] = math.fsum(parts)
        elif space == SLOW:
            if slow:
                tree = tree_inputs(old) if kept.tree else None
                drawn = simulate(resolve(old), old.studies["draws"], tree=tree)
                values = {"mean": drawn.mean, "above_price": drawn.probability_above_price}
                found |= {f"{SLOW}.{key}": value for key, value in values.items()}
                slow = False
        else:
            found[name] = value(space, rest)
    return {name: found[name] for name in kept.headlines if name in found}


def edition_results(dataset: Dataset) -> tuple[dict[str, Any], dict[str, float]]:
    """What the edition in work stands for: `rating`, `target`, `price`; and its headlines by name.

    Headlines are values of the tree, of every scenario, and of the simulation. Raises
    ParameterError.
    """
    found: dict[str, float] = {}
    has_tree = bool(dataset.studies.get("tree"))
    if has_tree:
        tree = value_tree(dataset)
        found = {f"tree.{name}": tree.expected(name) for name in VALUES}
        result = {"rating": tree.rating, "target": tree.expected(TARGET)}
        result["price"] = float(tree.assumptions("price"))
    for scenario in dataset.scenarios:
        scalars = compute(resolve(dataset, scenario))[1]
        found |= {f"{scenario}.{name}": float(scalars[name]) for name in VALUES}
    if not has_tree:
        base = run(resolve(dataset))
        result = {"rating": base.rating, "target": base.quantity(TARGET)}
        result["price"] = float(base.assumptions("price"))
    if draws := dataset.studies.get("draws"):
        drawn = simulate(resolve(dataset), draws, tree=tree_inputs(dataset) if has_tree else None)
        found[f"{SLOW}.mean"] = drawn.mean
        found[f"{SLOW}.above_price"] = drawn.probability_above_price
    return result, found


def kept_faults(dataset: Dataset, slow: bool = True) -> Iterator[Fault]:
    """Kept headlines that today's model does not give to the cent, and that no method explains."""
    for edition, kept in dataset.kept.items():
        file = f"data/editions/{edition}/headlines.csv"
        explained = {
            name: (change.id, value)
            for change in kept.changes.methods
            for name, value in change.headlines.items()
        }
        for name in explained.keys() - kept.headlines.keys():
            message = (
                f"{name} is no kept headline; nearest: {', '.join(nearest(name, kept.headlines))}"
            )
            yield Fault(f"data/editions/{edition}/changes.yaml", 0, "methods", message)
        try:
            today = results(dataset, kept, slow)
        except (ParameterError, KeyError) as error:
            message = f"today's model cannot run the kept assumptions: {error}"
            yield Fault(f"data/editions/{edition}/changes.yaml", 0, "renamed", message)
            continue
        for line, (name, published) in enumerate(kept.headlines.items(), 2):
            if name not in today:
                continue
            method, wanted = explained.get(name, ("", published))
            if abs(today[name] - wanted) < CENT:
                continue
            why = (
                f"{method} in changes.yaml says {wanted:.4f}" if method else "no method explains it"
            )
            message = f"{name} was {published:.4f}, today's model gives {today[name]:.4f}; {why}"
            yield Fault(file, line, "value", message)
