"""What changed between editions: the target step by step, and each line and year by kind."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from thesisbook.data.edition_steps import EditionBridge, EditionStep
from thesisbook.model.assumptions import Assumptions
from thesisbook.model.core import compute
from thesisbook.model.parameters import ParameterError
from thesisbook.model.resolving import resolve
from thesisbook.model.scenario_tree import TreeValue, value_tree
from thesisbook.score.kept_results import as_dataset, edition_of

if TYPE_CHECKING:
    from thesisbook.data import Dataset

STUDY = "edition_bridge"
TODAY, TARGET = "value_per_share", "target_price"
OPENING = "audit"


@dataclass(frozen=True)
class Level:
    """The model after a step: the value per share, and every line by name and year."""

    step: EditionStep | None
    value: float
    lines: Mapping[str, Mapping[int, float]]


@dataclass(frozen=True)
class Revision:
    """A line in a year: what it was, what it is, and the change of each kind; they add up."""

    line: str
    year: int
    old: float
    new: float
    by_kind: Mapping[str, float]

    @property
    def residual(self) -> float:
        return self.new - self.old - math.fsum(self.by_kind.values())


class Revisions:
    """The steps from a kept edition to today's expected value over the tree."""

    def __init__(self, dataset: Dataset, tree: TreeValue | None = None) -> None:
        self.dataset = dataset
        self.study: EditionBridge = dataset.studies[STUDY]  # type: ignore[assignment]
        self._tree = tree
        self._kept = edition_of(dataset, str(self.study.edition))

    @cached_property
    def tree(self) -> TreeValue:
        return self._tree or value_tree(self.dataset)

    @cached_property
    def opening(self) -> float | None:
        """Value per share of the scenario that the table opens with, by today's model."""
        if self.study.opening is None:
            return None
        return float(compute(self._old(self.study.opening))[1][TODAY])

    def _old(self, scenario: str) -> Assumptions:
        return resolve(as_dataset(self.dataset, self._kept), scenario)

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The kept edition, then the model after each step.

        Raises ParameterError where a parameter that differs is in no step or in two.
        """
        return tuple(self._levels())

    def _levels(self) -> Iterator[Level]:
        start, end = self._old(self.study.scenario), resolve(self.dataset)
        pending = {
            key
            for key in {**start.values, **end.values}
            if start.values.get(key) != end.values.get(key)
        }
        taken = [_taken(step, end, pending) for step in self.study.steps]
        if pending:
            raise ParameterError(f"{STUDY}: no step takes {', '.join(sorted(pending))}")
        current = start
        yield _run(None, current)
        for step, keys in zip(self.study.steps, taken, strict=True):
            current = _moved(current, end, keys)
            if step.kind == "odds":
                yield self._of_tree(step, TODAY)
            elif step.kind == "time":
                yield self._of_tree(step, TARGET)
            else:
                yield _run(step, current)

    def _of_tree(self, step: EditionStep, scalar: str) -> Level:
        lines = {
            line: {year: self.tree.expected(line, year) for year in by_year}
            for line, by_year in self.tree.branches[0].lines.items()
        }
        return Level(step, self.tree.expected(scalar), lines)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of steps, in the order in which they first come."""
        return tuple(dict.fromkeys(step.kind for step in self.study.steps))

    def target(self, language: str = "en") -> list[dict[str, Any]]:
        """The steps of the target: step, name, kind, delta, target_after, per share.

        Deltas are those of the rounded target, so that they add up to the cent.
        """
        rows: list[dict[str, Any]] = []
        before = None if self.opening is None else round(self.opening, 2)
        if before is not None:
            name = str(self.study.opening)
            rows.append(_row("opening", name, "", 0.0, before))
        for level in self.levels:
            after = round(level.value, 2)
            delta = 0.0 if before is None else round(after - before, 2) + 0.0
            if level.step is None:
                kind = "" if before is None else OPENING
                rows.append(_row("start", str(self.study.edition), kind, delta, after))
            else:
                name = getattr(level.step.name, language)
                rows.append(_row(level.step.id, name, level.step.kind, delta, after))
            before = after
        return rows

    def of(self, line: str, year: int) -> Revision:
        """The revision of one line in one year. Raises ParameterError for one that is not there."""
        if line not in self.levels[0].lines or year not in self.levels[0].lines[line]:
            raise ParameterError(f"{line}.{year}: no such line and year in both editions")
        by_kind = dict.fromkeys(self.kinds, 0.0)
        values = [level.lines[line][year] for level in self.levels]
        for level, was, now in zip(self.levels[1:], values, values[1:], strict=False):
            assert level.step is not None
            by_kind[level.step.kind] += now - was
        return Revision(line, year, values[0], values[-1], by_kind)

    def lines(self, names: Sequence[str]) -> list[Revision]:
        """The revisions of these lines in every forecast year."""
        years = resolve(self.dataset).years
        return [self.of(name, year) for name in names for year in years]


def _run(step: EditionStep | None, p: Assumptions) -> Level:
    lines, scalars = compute(p)
    numbers = {n: {y: float(v) for y, v in by_year.items()} for n, by_year in lines.items()}
    return Level(step, float(scalars[TODAY]), numbers)


def _taken(step: EditionStep, end: Assumptions, pending: set[str]) -> list[str]:
    """The flat names that a step moves; they are taken from the pending ones."""
    found: list[str] = []
    for name in step.parameters:
        keys = [key for key in end.names(name) if key in pending]
        if not keys:
            message = f"{step.id}: {name} does not differ or is in two steps"
            raise ParameterError(f"{STUDY}: {message}")
        pending.difference_update(keys)
        found += end.names(name)
    return found


def _moved(p: Assumptions, end: Assumptions, keys: Sequence[str]) -> Assumptions:
    """`p` with these flat names as `end` has them.

    A parameter that the kept edition did not know comes in with its declaration.
    """
    declared = {(found := end.parameter(key)).name: found for key in keys}
    return replace(
        p,
        values=MappingProxyType({**p.values, **{key: end.values[key] for key in keys}}),
        parameters=MappingProxyType({**p.parameters, **declared}),
    )


def _row(step: str, name: str, kind: str, delta: float, after: float) -> dict[str, str | float]:
    return {"step": step, "name": name, "kind": kind, "delta": delta, "target_after": after}
