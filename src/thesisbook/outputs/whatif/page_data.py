"""What the page "What if" knows besides the model: names, reasons, the tree, the grades."""

from __future__ import annotations

from collections.abc import Mapping
from math import isinf
from typing import Any

from thesisbook.data import Dataset
from thesisbook.data.currencies import money
from thesisbook.data.trees import Driver, State
from thesisbook.exhibits.translation import Translation
from thesisbook.exhibits.unit_formats import FACTOR, unit_shown
from thesisbook.model.assumptions import Assumptions
from thesisbook.model.branches import state_changes
from thesisbook.model.graph import Graph
from thesisbook.model.parameters import Parameter
from thesisbook.model.quantities import QUANTITIES, split_year, unit_in

TEXT = "en"


def page_data(
    dataset: Dataset, p: Assumptions, graph: Graph, say: Translation | None = None
) -> dict[str, Any]:
    """Names, labels, reasons, grades, levers and tree, ready for JSON; `p` is the first scenario.

    Data without a tree have no drivers, and no scenario that is a branch. What a reader reads is in
    the language of `say`.
    """
    say = say or Translation({}, TEXT)
    scale = dataset.company["rating_scale"]
    tree: Any = dataset.studies.get("tree")
    names = {g["id"]: say(g["name"][TEXT]) for g in scale["grades"]}
    grades = sorted(p.grades, key=lambda grade: grade.above, reverse=True)
    drivers = {
        driver.id: _driver(dataset, p.values, driver, say)
        for driver in (tree.drivers if tree else ())
    }
    levers = [_lever(lever, p, drivers, say) for lever in dataset.studies.get("what_if", ())]
    why = {one["target"]: one["reason"] for one in levers if one["kind"] == "set"}
    return {
        "company": dataset.company["name"][TEXT],
        "edition": dataset.company["edition"],
        "trading": p.currencies["trading"],
        "money": money(p.currencies["trading"], "{}", say.language),
        "grades": [[names[g.id], None if isinf(g.above) else g.above] for g in grades],
        "scenarios": {
            name: _scenario(one, say) for name, one in dataset.company["scenarios"].items()
        },
        "words": _words(p, graph, say),
        "hints": {name: _hint(p, one, why.get(name), say) for name, one in p.parameters.items()},
        "reasons": {name: say(parameter.reason) for name, parameter in p.parameters.items()},
        "levers": {lever["id"]: lever for lever in levers},
        "start": tree.start if tree else p.scenario,
        "drivers": drivers,
    }


def unit_typed(p: Assumptions, name: str) -> str:
    """The unit a value of the parameter is typed in: none for a factor, though it is a ratio."""
    parameter = p.parameter(name)
    return "" if unit_shown(parameter) == FACTOR else parameter.unit


def _words(p: Assumptions, graph: Graph, say: Translation) -> dict[str, tuple[str, str]]:
    """Label and unit of each parameter and quantity by its name without a year."""
    stems = dict.fromkeys(split_year(name)[0] for name in graph.cells)
    known = {name: QUANTITIES[name] for name in stems}
    return {
        **{
            name: (say(parameter.label), unit_typed(p, name))
            for name, parameter in p.parameters.items()
        },
        **{name: (say(one.label), unit_in(one.unit, p.currencies)) for name, one in known.items()},
    }


def _hint(p: Assumptions, parameter: Parameter, why: str | None, say: Translation) -> str:
    """What is allowed, and why one would move it or why it is what it is; `{}` is for a range."""
    unit = unit_typed(p, parameter.name)
    allowed = {
        "number": say("{}" if unit in ("", "ratio") else f"{{}} ({unit.replace('_', ' ')})"),
        "choice": ", ".join(parameter.allowed or ()),
        "switch": "true, false",
        "date": say("a date, YYYY-MM-DD"),
        "published": say("a published line, fixed"),
    }
    reason = why or say(parameter.reason)
    return say("Allowed: {}. {}").format(allowed[parameter.kind], reason)


def _scenario(named: Mapping[str, Any], say: Translation) -> dict[str, Any]:
    as_of = named.get("as_of")
    return {
        "name": say(named[TEXT]),
        "branch": named.get("branch"),
        "as_of": None if as_of is None else str(as_of),
    }


def _lever(
    lever: Any, p: Assumptions, drivers: Mapping[str, Any], say: Translation
) -> dict[str, Any]:
    """A lever with the kind and name of the moves it makes, and the ends of its bar."""
    kind = "state" if lever.tree else lever.how
    target = {"state": lever.tree, "scale": lever.id, "set": "".join(lever.parameters[:1])}[kind]
    return {
        "id": lever.id,
        "name": say(lever.name.en),
        "reason": say(lever.reason),
        "kind": kind,
        "target": target,
        "parameters": lever.parameters,
        "unit": unit_typed(p, target) if kind == "set" else "ratio",
        "ends": list(drivers[target]["states"]) if lever.tree else [lever.low, lever.high],
    }


def _driver(
    dataset: Dataset, values: Mapping[str, Any], driver: Driver, say: Translation
) -> dict[str, Any]:
    states = {state.id: _state(dataset, values, state, say) for state in driver.states}
    return {"name": say(driver.name.en), "given": driver.given, "states": states}


def _state(
    dataset: Dataset, values: Mapping[str, Any], state: State, say: Translation
) -> dict[str, Any]:
    alone = state.model_copy(update={"add": {}, "at_most": {}})
    set_alone = state_changes(dataset, values, [alone])
    return {
        "name": say(state.name.en),
        "odds": state.probability,
        "reason": say(state.reason),
        "set": {name: found.value for name, found in set_alone.items()},
        "add": state.add,
        "most": state.at_most,
    }
