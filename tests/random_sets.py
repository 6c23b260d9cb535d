"""Random allowed sets of parameters around every scenario, each with what the model makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle, islice
from typing import Any

import numpy as np

from thesisbook.data import Dataset
from thesisbook.model import Assumptions, ParameterError, resolve
from thesisbook.model.core import compute


@dataclass(frozen=True)
class Run:
    """Parameters `given` on top of a scenario, and the cells, or the error where it is refused."""

    p: Assumptions
    given: Mapping[str, Any]
    cells: Mapping[str, float]
    error: str = ""


def run_of(scenario: Assumptions, given: Mapping[str, Any]) -> Run:
    p = scenario.replace(given)
    try:
        return Run(p, given, cells_of(p))
    except ParameterError as error:
        return Run(p, given, {}, str(error))


def cells_of(p: Assumptions) -> dict[str, float]:
    lines, scalars = compute(p)
    by_year = {f"{line}.{y}": value for line, found in lines.items() for y, value in found.items()}
    return {name: float(value) for name, value in {**by_year, **scalars}.items()}


def drawn(p: Assumptions, random: np.random.Generator) -> dict[str, Any]:
    """A random allowed value of about a third of the parameters, of any kind."""
    found: dict[str, Any] = {}
    for key in p.values:
        parameter = p.parameter(key)
        if parameter.kind == "published" or random.random() > 0.35:
            continue
        if parameter.kind == "number":
            whole = parameter.unit == "year"
            low, high = parameter.low, parameter.high
            found[key] = float(
                random.integers(low, high, endpoint=True) if whole else random.uniform(low, high)
            )
        elif parameter.kind == "switch":
            found[key] = bool(random.integers(2))
        elif parameter.kind == "choice":
            found[key] = str(random.choice(parameter.allowed))
        else:
            first, last = map(date.fromisoformat, p.valuation_dates)
            days = random.integers((last - first).days, endpoint=True)
            found[key] = (first + timedelta(days=int(days))).isoformat()
    return found


def random_runs(dataset: Dataset) -> Iterator[Run]:
    """Runs without end, scenario after scenario; those that the model refuses among them."""
    random = np.random.default_rng(6)
    for p in cycle([resolve(dataset, name) for name in dataset.company["scenarios"]]):
        yield run_of(p, drawn(p, random))


def random_sets(dataset: Dataset, count: int) -> Iterator[Run]:
    """That many runs of values that the model takes."""
    return islice((run for run in random_runs(dataset) if not run.error), count)
