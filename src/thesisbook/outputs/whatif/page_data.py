"""What the page "What if" knows besides the model: names, reasons, the tree, the grades."""

from __future__ import annotations

from collections.abc import Mapping
from math import isinf
from typing import Any

from thesisbook.data import Dataset
from thesisbook.data.trees import Driver, State, Tree
from thesisbook.exhibits.unit_formats import FACTOR, unit_shown
from thesisbook.model.assumptions import Assumptions
from thesisbook.model.branches import state_changes
from thesisbook.model.graph import Graph
from thesisbook.model.quantities import QUANTITIES, split_year, unit_in

TEXT = "en"


def page_data(dataset: Dataset, p: Assumptions, graph: Graph) -> dict[str, Any]:
    """Names, labels, reasons, grades, levers and tree, ready for JSON; `p` is the first scenario.

    A tree is `None` where the data have none.
    """
    scale, tree = dataset.company["rating_scale"], dataset.studies.get("tree")
    names = {g["id"]: g["name"][TEXT] for g in scale["grades"]}
    grades = sorted(p.grades, key=lambda grade: grade.above, reverse=True)
    stems = dict.fromkeys(split_year(name)[0] for name in graph.cells)
    known = {name: QUANTITIES[name] for name in stems}
    return {
        "company": dataset.company["name"][TEXT],
        "edition": dataset.company["edition"],
        "trading": p.currencies["trading"],
        "reporting": p.currencies["reporting"],
        "benchmark": scale["benchmark"][TEXT],
        "months": scale["horizon_months"],
        "grades": [[names[g.id], None if isinf(g.above) else g.above] for g in grades],
        "scenarios": {name: given[TEXT] for name, given in dataset.company["scenarios"].items()},
        "years": list(p.years),
        "labels": {name: parameter.label for name, parameter in p.parameters.items()},
        "reasons": {name: parameter.reason for name, parameter in p.parameters.items()},
        "factors": [n for n, one in p.parameters.items() if unit_shown(one) == FACTOR],
        "quantities": {n: [q.label, unit_in(q.unit, p.currencies)] for n, q in known.items()},
        "levers": [_lever(lever) for lever in dataset.studies.get("what_if", ())],
        "tree": _tree(dataset, tree) if isinstance(tree, Tree) else None,
    }


def _lever(lever: Any) -> dict[str, Any]:
    given = lever.model_dump(exclude_none=True, exclude={"name"})
    return {**given, "name": lever.name.en}


def _tree(dataset: Dataset, tree: Tree) -> dict[str, Any]:
    return {
        "start": tree.start,
        "drivers": [_driver(dataset, driver) for driver in tree.drivers],
    }


def _driver(dataset: Dataset, driver: Driver) -> Mapping[str, Any]:
    return {
        "id": driver.id,
        "name": driver.name.en,
        "given": driver.given,
        "states": [_state(dataset, state) for state in driver.states],
    }


def _state(dataset: Dataset, state: State) -> Mapping[str, Any]:
    alone = state.model_copy(update={"add": {}, "at_most": {}})
    set_alone = state_changes(dataset, {}, [alone])
    return {
        "id": state.id,
        "name": state.name.en,
        "odds": state.probability,
        "reason": state.reason,
        "set": {name: found.value for name, found in set_alone.items()},
        "add": state.add,
        "most": state.at_most,
    }
