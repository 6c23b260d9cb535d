"""The graph of the model is the model: the same numbers at any allowed values."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from random_sets import random_sets, run_of
from thesisbook.data import Dataset
from thesisbook.model import resolve
from thesisbook.model.core import compute
from thesisbook.model.equations import equation
from thesisbook.model.graph import Graph, Valuation, leaf_values, trace
from thesisbook.model.symbols import Cells, SymbolLines, Trace

ROOT = Path(__file__).parents[2]
SETS = 300
# relative to the revenue of its year, or the largest of all years, as a sum may nearly cancel
TOLERANCE = 1e-12


@pytest.fixture(scope="module")
def graph(dataset: Dataset) -> Graph:
    return trace(resolve(dataset))


def test_graph_is_compute_at_random_values(dataset: Dataset, graph: Graph) -> None:
    numbers, chosen = 0, {}
    scenarios = [resolve(dataset, name) for name in dataset.company["scenarios"]]
    for run in (*(run_of(p, {}) for p in scenarios), *random_sets(dataset, SETS)):
        p, computed, found = run.p, run.cells, graph.evaluate(leaf_values(run.p))
        assert computed.keys() == found.keys()
        largest = max(abs(v) for name, v in computed.items() if name.startswith("revenue."))
        for name, value in computed.items():
            # a small difference of large balances is known as well as the balances are
            year = name.rpartition(".")[2]
            size = max(1.0, abs(value), abs(computed.get(f"revenue.{year}", largest)))
            assert abs(found[name] - value) <= TOLERANCE * size, (name, p.overrides)
        numbers += len(computed)
        for key, value in p.values.items():
            if p.parameter(key).kind in ("switch", "choice", "date"):
                chosen.setdefault(key, set()).add(value)
    print(f"{SETS + len(scenarios)} sets, {numbers} numbers, {len(chosen)} switches and choices")
    assert numbers > 300_000
    p = scenarios[0]
    for key, words in chosen.items():
        parameter = p.parameter(key)
        wanted = set(parameter.allowed) or ({True, False} if parameter.kind == "switch" else words)
        assert words == wanted, key


def test_one_graph_serves_every_scenario(dataset: Dataset, graph: Graph) -> None:
    for name in dataset.company["scenarios"]:
        assert trace(resolve(dataset, name)).cells == graph.cells


def test_graph_takes_arrays(dataset: Dataset, graph: Graph) -> None:
    p = resolve(dataset)
    betas = np.array([0.9, 1.1, 1.3])
    one = graph.evaluate({**leaf_values(p), "param.beta": betas, "param.ps_year": 2026.0})
    for beta, target in zip(betas, one["target_price"], strict=True):
        scalars = compute(p.replace({"beta": float(beta), "ps_year": 2026}))[1]
        assert target == pytest.approx(scalars["target_price"], rel=1e-13)


def test_cells_come_after_what_they_need(graph: Graph) -> None:
    known: set[str] = set(graph.leaves)
    for name in graph.cells:
        assert known >= set(graph.inputs(name)), name
        known.add(name)


def test_requirement_is_kept_for_the_views(dataset: Dataset, graph: Graph) -> None:
    condition, message = graph.requirements["terminal_growth"]
    assert Valuation(graph, resolve(dataset)).holds(condition)
    assert "{terminal_growth:.4g} against {wacc:.4g}" in message


def test_live_branch_and_what_chose_it(dataset: Dataset, graph: Graph) -> None:
    base = Valuation(graph, resolve(dataset))
    published = Valuation(graph, resolve(dataset, "published"))
    assert "param.published_ppe.2027" in published.inputs("ppe.2027")
    assert "param.published_ppe.2027" not in base.inputs("ppe.2027")
    for values in (base, published):
        assert "param.statement_basis" in values.inputs("ppe.2027")
    assert base.reach("target_price") < graph.reach("target_price")
    p = resolve(dataset)
    assert {f"{p.entity}.ppe.{p.last_actual}", "param.launch_delay.br20x"} <= base.reach(
        "target_price"
    )


class Toy:
    """The parts of assumptions that an equation under test needs, as symbols."""

    def __init__(self) -> None:
        self.trace = Trace({})
        self.scalars = Cells(self.trace)

    def __call__(self, name: str) -> Any:
        return self.trace.leaf(name)

    def call(self, function: Any) -> Any:
        return self.trace.call(function)


def test_a_number_has_no_truth_outside_an_equation() -> None:
    p = Toy()
    with pytest.raises(TypeError, match="outside a function marked equation"):
        bool(p("beta") > 1)
    with pytest.raises(TypeError, match="has no value yet"):
        float(p("beta"))


def test_a_line_has_one_equation_in_every_branch() -> None:
    p = Toy()

    @equation
    def twice(p: Any) -> None:
        p.scalars["x"] = p("a")
        p.scalars["x"] = p("b")

    @equation
    def one_sided(p: Any) -> None:
        if p("switch"):
            p.scalars["y"] = p("a")

    with pytest.raises(ValueError, match="x: assigned twice"):
        twice(p)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="y: assigned in one branch and not in the other"):
        one_sided(p)  # type: ignore[arg-type]


def test_numpy_without_a_term_is_refused() -> None:
    p = Toy()
    with pytest.raises(TypeError, match="numpy's exp has no term"):
        np.exp(p("beta"))
    assert SymbolLines(p.trace)["revenue"].get(2026, 0.0) == 0.0


def test_a_value_needs_no_graph() -> None:
    """`thesisbook value` answers in a second: it runs the equations and does not trace them."""
    code = (
        "import sys; from pathlib import Path; from thesisbook.data import load_dataset;"
        "from thesisbook.model.commands import value_report;"
        f"value_report(load_dataset(Path({str(ROOT)!r})));"
        "print([name for name in sys.modules if name == 'thesisbook.model.graph'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
