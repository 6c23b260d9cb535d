"""Every input that moves a shown number is named in the receipts behind that number.

The inputs are moved one by one and the model is run again: nothing here reads the graph the
receipts come from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import numpy as np

from thesisbook.data import Dataset
from thesisbook.exhibits import Report
from thesisbook.model import Assumptions
from thesisbook.model.core import compute
from thesisbook.model.graph import graph_of

MOVED = 1e-9  # relative: less is the rounding of floats
WHOLE = ("param.ps_year", "param.published_dcf_from")  # a year: no array of them can be run


def other_values(p: Assumptions, key: str) -> list[Any]:
    """Values that a parameter is moved to: another word, day or year, the other way; a number up
    and down within its range."""
    parameter, value = p.parameter(key), p.values[key]
    if parameter.kind == "switch":
        return [not value]
    if parameter.kind == "choice":
        return [word for word in parameter.allowed if word != value]
    if parameter.kind == "date":
        return [(date.fromisoformat(value) + timedelta(days=days)).isoformat() for days in (-9, 9)]
    if parameter.unit == "year":
        return [value + step for step in (-1, 1) if parameter.low <= value + step <= parameter.high]
    if parameter.kind == "published":
        return [value * 1.1 + 1.0, value * 0.5 - 1.0]
    step = 0.05 * (parameter.high - parameter.low)
    near = {value * 1.1 + step / 50, min(value + step, parameter.high), value * 0.8}
    return [x for x in near if parameter.low <= x <= parameter.high and x != value]


def with_value(p: Assumptions, leaf: str, value: Any) -> Assumptions:
    """`p` with one leaf at another value: a number, a word or an array."""
    if leaf.startswith("param."):
        values = {**p.values, leaf.removeprefix("param."): value}
        return replace(p, values=MappingProxyType(values))
    _, line, year = leaf.split(".")
    history = {**p.history, line: MappingProxyType({**p.history[line], int(year): value})}
    return replace(p, history=MappingProxyType(history))


def moves(p: Assumptions) -> Iterator[tuple[str, float, list[Any]]]:
    """Each leaf, named as in a receipt, with its value and those it is moved to."""
    for key, value in p.values.items():
        yield f"param.{key}", value, other_values(p, key)
    for line, by_year in p.history.items():
        for year, value in by_year.items():
            yield f"{p.entity}.{line}.{year}", value, [value * 1.1 + 1.0]


def moved_numbers(p: Assumptions) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each leaf and every number of the model with the leaf moved.

    The numbers are moved side by side in one run on arrays: in each place of them one leaf
    differs. What a branch is chosen by is moved in a run of its own.
    """
    side_by_side = []
    for leaf, value, others in moves(p):
        chooses = isinstance(value, str | bool) or leaf in WHOLE
        if not chooses:
            side_by_side += [(leaf, value, other) for other in others]
            continue
        for other in others:
            yield leaf, numbers_of(with_value(p, leaf, other))
    together, places = p, np.arange(len(side_by_side))
    for leaf in dict.fromkeys(leaf for leaf, _, _ in side_by_side):
        column = np.array([other if own == leaf else np.nan for own, _, other in side_by_side])
        standing = next(value for own, value, _ in side_by_side if own == leaf)
        column = np.where(np.isnan(column), standing, column)
        together = with_value(together, leaf, column)
    numbers = {
        name: np.broadcast_to(value, places.shape) for name, value in numbers_of(together).items()
    }
    for place, (leaf, _, _) in enumerate(side_by_side):
        yield leaf, {name: value[place] for name, value in numbers.items()}


def numbers_of(p: Assumptions) -> dict[str, Any]:
    """Every line by year and every scalar of a run, by name."""
    lines, scalars = compute(p)
    by_year = {f"{line}.{y}": value for line, found in lines.items() for y, value in found.items()}
    return {**by_year, **scalars}


def leaves_of(receipts: dict[str, Any], references: list[str]) -> dict[str, frozenset[str]]:
    """The parameters and facts in the chain of receipts behind each reference."""
    found: dict[str, frozenset[str]] = {}
    for reference in references:
        seen, waiting = {reference}, [reference]
        while waiting:
            new = set(receipts[waiting.pop()].get("inputs", ())) - seen
            seen |= new
            waiting.extend(new)
        found[reference] = frozenset(seen)
    return found


def test_what_moves_a_number_is_named_behind_it(dataset: Dataset) -> None:
    for scenario in dataset.company["scenarios"]:
        report = Report.open(scenario, dataset=dataset)
        p = report.result_of(scenario).assumptions
        standing = {
            name: value
            for name, value in numbers_of(p).items()
            if "." not in name or int(name[-4:]) in p.shown_years(name[:-5])
        }
        references = [f"model.{name}" for name in standing]
        behind = leaves_of(report.numbers.book.gather(references), references)
        moved: dict[str, set[str]] = {}  # leaf -> numbers it moves
        for leaf, numbers in moved_numbers(p):
            moved.setdefault(leaf, set()).update(
                name
                for name, value in standing.items()
                if abs(numbers[name] - value) > MOVED * max(1.0, abs(value))
            )
        missing = sorted(
            (name, leaf)
            for leaf, names in moved.items()
            for name in names
            if leaf not in behind[f"model.{name}"]
        )
        moving = sum(map(bool, moved.values()))
        lacking = {name for name, _ in missing}
        print(f"{scenario}: {len(moved)} inputs moved, {moving} of them move a number;", end=" ")
        print(f"{len(standing)} numbers, {len(lacking)} of them with an input missing")
        assert moving > 250 and len(standing) > 500
        assert not missing, f"{scenario}: {len(missing)} missing, such as {missing[:5]}"


def test_no_receipt_names_an_input_that_no_branch_uses(dataset: Dataset) -> None:
    for scenario in dataset.company["scenarios"]:
        report = Report.open(scenario, dataset=dataset)
        graph = graph_of(report.result_of(scenario).assumptions)
        receipts = report.numbers.book.gather(f"model.{name}" for name in graph.cells)
        named = 0
        for name in graph.cells:
            given = {one.removeprefix("model.") for one in receipts[f"model.{name}"]["inputs"]}
            assert given <= set(graph.inputs(name)), name
            named += len(given)
        assert named > 2000
