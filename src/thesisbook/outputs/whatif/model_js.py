"""The model as one JavaScript module: tables of names and values, equations, and `runtime.js`.

The equations are those of the graph. Cells and parameters are places of two arrays, so that the
module stays small; the tables give the places their names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from itertools import groupby
from typing import Any, ClassVar

from thesisbook.model import operations
from thesisbook.model.assumptions import SELECTS, Assumptions
from thesisbook.model.graph import PARAMETER, Graph, leaf_values
from thesisbook.model.parameters import Parameter
from thesisbook.model.quantities import split_year
from thesisbook.model.writing import Writer

PART = 250  # equations in one function: browsers do not optimise a function that is very long


class JavaScript(Writer):
    """Expressions over the arrays `p` (parameters) and `c` (cells); facts are written as numbers.

    A minus sign has a blank before it: `a--b` would be something else.
    """

    signs: ClassVar[dict[str, str]] = {**Writer.signs, "=": "===", "neg": " -"}
    calls: ClassVar[dict[str, str]] = {
        "^": "Math.pow({all})",
        "max": "Math.max({all})",
        "min": "Math.min({all})",
        "abs": "Math.abs({0})",
        "if": "({0}?{1}:{2})",
        "mean": "mean({all})",
        "median": "median({all})",
        "mean_without_largest": "meanWithoutLargest({all})",
        "round": "roundHalfUp({all})",
        "days": "daysBetween({all})",
    }

    def __init__(self, cells: Iterable[str], p: Assumptions) -> None:
        self._cells = {name: place for place, name in enumerate(cells)}
        self._parameters = {f"{PARAMETER}{key}": place for place, key in enumerate(keys_of(p))}
        self._facts = leaf_values(p)

    def cell(self, name: str) -> str:
        return f"c[{self._cells[name]}]"

    def leaf(self, name: str) -> str:
        if name in self._parameters:
            return f"p[{self._parameters[name]}]"
        return self.constant(float(self._facts[name]), "")

    def constant(self, value: Any, name: str) -> str:
        if isinstance(value, str | bool):
            return json.dumps(value)
        text = super().constant(value, name)
        return f" {text}" if text.startswith("-") else text


def model_module(
    graph: Graph,
    scenarios: Mapping[str, Assumptions],
    default: str = "base",
    say: Callable[[str], str] = str,
) -> str:
    """The text of an ES module that exports `evaluate` (see `runtime.js`).

    Parameters
    ----------
    graph : the graph of the model, the same for every scenario
    scenarios : the assumptions of each scenario by name
    default : the scenario that is meant where none is named
    say : gives what is said where the model has no value, in another language
    """
    first = scenarios[default]
    runs = _runs(graph.cells)
    cells = [f"{stem}.{year}" if year else stem for stem, *ends in runs for year in _years(*ends)]
    write = JavaScript(cells, first)
    tables = {
        "parameters": {name: _declared(first, one) for name, one in first.parameters.items()},
        "values": [first.values[key] for key in keys_of(first)],
        "scenarios": {
            name: _differences(first, p) for name, p in {default: first, **scenarios}.items()
        },
        "selects": SELECTS,
        "cells": runs,
        "tie": operations.TIE,
    }
    lines = [f"{write.cell(n)}={write.write(term)}" for n, term in graph.cells.items()]
    parts = ["\n".join(lines[k : k + PART]) for k in range(0, len(lines), PART)]
    equations = ",\n".join(f"(p,c)=>{{\n{part}\n}}" for part in parts)
    requirements = ",\n".join(
        f"[{json.dumps(name)},{json.dumps(say(one.message))},(p,c)=>{write.write(one.condition)}]"
        for name, one in graph.requirements.items()
    )
    told = json.dumps(tables, separators=(",", ":"), ensure_ascii=False)
    return (
        "/* The valuation model, written from its equations by thesisbook. */\n"
        f"/** @type {{any}} */\nconst tables={told};\n"
        f"const equationParts=[\n{equations}\n];\n"
        f"/** @type {{any[]}} */\nconst requirements=[\n{requirements}\n];\n"
        + files(__package__).joinpath("runtime.js").read_text("utf-8")
    )


def keys_of(p: Assumptions) -> list[str]:
    """Flat names of the parameters, in the order of the array `p`."""
    return [key for one in p.parameters.values() for key in one.keys]


def _runs(names: Iterable[str]) -> list[tuple[str] | tuple[str, int, int]]:
    """Cells by line, each with its first and last year; a line with a gap stands twice."""
    found: list[tuple[str] | tuple[str, int, int]] = []
    ordered = sorted((stem, year or 0) for stem, year in map(split_year, names))
    spans = groupby(enumerate(ordered), key=lambda one: (one[1][0], one[1][1] - one[0]))
    for (stem, _), members in spans:
        years = [year for _, (_, year) in members]
        found.append((stem, years[0], years[-1]) if years[0] else (stem,))
    return found


def _years(first: int = 0, last: int = 0) -> range:
    """The years of a run; of a scalar just 0."""
    return range(first, last + 1)


def _declared(p: Assumptions, parameter: Parameter) -> dict[str, Any]:
    """What the page must know of a parameter to check a value of it."""
    found: dict[str, Any] = {"unit": parameter.unit, "kind": parameter.kind}
    if parameter.years:
        found["years"] = parameter.years
    if parameter.kind == "number":
        found |= {"low": parameter.low, "high": parameter.high}
    if parameter.name == "valuation_date":
        found |= dict(zip(("low", "high"), p.valuation_dates, strict=True))
    if parameter.allowed:
        found["allowed"] = parameter.allowed
    return found


def _differences(first: Assumptions, p: Assumptions) -> dict[str, Any]:
    """Values and ranges of a scenario that are not those of the first."""
    ranges = {name: (one.low, one.high) for name, one in p.parameters.items()}
    return {
        "values": {key: p.values[key] for key in p.differences(first)},
        "ranges": {
            name: found
            for name, found in ranges.items()
            if found != (first.parameters[name].low, first.parameters[name].high)
        },
    }
