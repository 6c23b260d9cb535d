"""The graph of the model: one trace of its equations, as cells over cells, parameters and facts.

    graph = graph_of(assumptions)         # which values they have does not matter
    graph.cells["gross_profit.2027"]      # Term: cell revenue.2027 + cell cost_of_sales.2027
    graph.leaves                          # every input an equation names: param.beta, <fact id>
    graph.requirements                    # must hold: terminal_growth < wacc, with a message
    graph.inputs("ebit.2027")             # leaves and cells its expression names, any branch
    graph.reach("target_price")           # every leaf behind a cell, any branch

    values = Valuation(graph, assumptions)    # the graph at the values of a scenario
    values["target_price"]                    # equals compute(assumptions)
    values.live("dcf_tax.2027")               # the expression without the branches not taken
    values.inputs("dcf_tax.2027")             # what it names, and what chose its branches
    values.reach("target_price")              # every leaf behind a cell in that scenario

Cells are named `<line>.<year>` or `<scalar>`, in the order in which they can be computed. Leaves
are `param.<name>`, `param.<name>.<year>` and fact ids `<entity>.<line>.<year>` of the reported
years. Terms are described in `thesisbook.model.terms`, how to write them in another language in
`thesisbook.model.writing`. A graph depends on the products, peers, years and entity alone, so that
one graph serves every scenario of a data set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property, reduce
from graphlib import TopologicalSorter
from types import CodeType, MappingProxyType
from typing import Any, TypeVar

import numpy as np

from thesisbook.model import operations, terms
from thesisbook.model.assumptions import Assumptions
from thesisbook.model.core import equations
from thesisbook.model.identities import IDENTITIES
from thesisbook.model.symbols import Cells, Requirement, SymbolLines, Trace, term_of
from thesisbook.model.terms import Term
from thesisbook.model.writing import Python

T = TypeVar("T")
PARAMETER = "param."
_KNOWN: dict[Any, Graph] = {}


@dataclass(frozen=True)
class SymbolicAssumptions(Assumptions):
    """Assumptions whose values are symbols: each branch of an equation is followed."""

    trace: Trace = field(default_factory=lambda: Trace({}))

    def call(self, function: Callable[[], T]) -> T:
        found: T = self.trace.call(function)
        return found

    def require(self, name: str, holds: Any, message: Callable[[], str]) -> None:
        self.trace.requirements[name] = Requirement(term_of(holds), message())


def graph_of(p: Assumptions) -> Graph:
    """The graph of the model for the products, peers and years of `p`, traced once."""
    shape = (
        *(p.entity, tuple(p.values), tuple((n, *years) for n, years in p.history.items())),
        tuple((name, one.allowed) for name, one in p.parameters.items() if one.allowed),
    )
    if shape not in _KNOWN:
        _KNOWN[shape] = trace(p)
    return _KNOWN[shape]


def trace(p: Assumptions) -> Graph:
    """The graph of the model for the products, peers and years of `p`.

    Raises TypeError or ValueError where an equation cannot be traced: a branch outside a function
    marked `equation`, a line assigned twice or in one branch only.
    """
    years = {
        f"{PARAMETER}{name}": tuple(range(int(one.low), int(one.high) + 1))
        for name, one in p.parameters.items()
        if one.unit == "year" and not one.years
    }
    words = {f"{PARAMETER}{name}": one.allowed for name, one in p.parameters.items() if one.allowed}
    found = Trace(years, words)
    given = {one.name: getattr(p, one.name) for one in fields(Assumptions)}
    given["values"] = MappingProxyType({key: found.leaf(f"{PARAMETER}{key}") for key in p.values})
    given["history"] = MappingProxyType(
        {
            line: MappingProxyType({y: found.leaf(f"{p.entity}.{line}.{y}") for y in by_year})
            for line, by_year in p.history.items()
        }
    )
    symbolic, out, scalars = (
        SymbolicAssumptions(**given, trace=found),
        SymbolLines(found),
        Cells(found),
    )
    equations(symbolic, out, scalars)  # type: ignore[arg-type]
    identities = {
        name: {
            year: tuple(map(term_of, one.residuals(symbolic, out, scalars, year)))  # type: ignore[arg-type]
            for year in (p.years if one.spans == "statements" else one.years(p))
        }
        for name, one in IDENTITIES.items()
    }
    return Graph(
        MappingProxyType(ordered(found.cells)),
        MappingProxyType(found.requirements),
        MappingProxyType(identities),
    )


def ordered(cells: Mapping[str, Term]) -> dict[str, Term]:
    """The cells with every one after those it needs. Raises graphlib.CycleError for a circle."""
    needs = {
        name: [need for need in _named([term]) if need in cells] for name, term in cells.items()
    }
    return {name: cells[name] for name in TopologicalSorter(needs).static_order()}


def leaf_values(p: Assumptions) -> dict[str, Any]:
    """The value of every leaf there is, by name: parameters and reported lines."""
    reported = {
        f"{p.entity}.{line}.{year}": value
        for line, by_year in p.history.items()
        for year, value in by_year.items()
    }
    return {**{f"{PARAMETER}{key}": value for key, value in p.values.items()}, **reported}


@dataclass(frozen=True)
class Graph:
    """Cells by name with their expressions; `requirements` are conditions on them.

    `identities`: name of an identity -> year -> its residuals (see `thesisbook.model.identities`).
    """

    cells: Mapping[str, Term]
    requirements: Mapping[str, Requirement] = field(default_factory=dict)
    identities: Mapping[str, Mapping[int, tuple[Term, ...]]] = field(default_factory=dict)

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """Every leaf that an equation names, in the order of the equations."""
        every = (part for term in self.cells.values() for part in term.walk())
        return tuple(dict.fromkeys(part.name for part in every if part.op == "leaf"))

    def inputs(self, name: str) -> tuple[str, ...]:
        """The leaves and cells that the expression of a cell names, in any branch."""
        return _named([self.cells[name]])

    def reach(self, name: str) -> frozenset[str]:
        """Every leaf behind a cell, in any branch."""
        return _reach(name, self.inputs, self.cells)

    @cached_property
    def code(self) -> tuple[tuple[str, CodeType], ...]:
        """Each cell with its compiled expression."""
        write = Python().write
        return tuple(
            (name, compile(write(term), name, "eval")) for name, term in self.cells.items()
        )

    def evaluate(self, leaves: Mapping[str, Any]) -> dict[str, Any]:
        """Every cell at the values of the leaves: numbers or arrays of one shape."""
        values = dict(leaves)
        scope = {"v": values, "f": _Functions}
        for name, code in self.code:
            values[name] = eval(code, scope)
        return {name: values[name] for name in self.cells}


class _Functions:
    """What compiled expressions call."""

    @staticmethod
    def maximum(*values: Any) -> Any:
        return reduce(np.maximum, values)

    @staticmethod
    def minimum(*values: Any) -> Any:
        return reduce(np.minimum, values)

    mean = staticmethod(operations.mean)
    median = staticmethod(operations.median)
    mean_without_largest = staticmethod(operations.mean_without_largest)
    days_between = staticmethod(operations.days_between)

    @staticmethod
    def round_half_up(value: Any, decimals: float) -> Any:
        return operations.round_half_up(value, int(decimals))

    @staticmethod
    def where(condition: Any, yes: Callable[[], Any], no: Callable[[], Any]) -> Any:
        if np.ndim(condition):
            return np.where(condition, yes(), no())
        return yes() if condition else no()


class Valuation:
    """The graph at the values of one set of assumptions."""

    def __init__(self, graph: Graph, p: Assumptions) -> None:
        self.graph = graph
        self._leaves = leaf_values(p)
        self._cells = graph.evaluate(self._leaves)
        self._found: dict[str, tuple[Term, tuple[str, ...]]] = {}

    def __getitem__(self, name: str) -> Any:
        """The value of a cell or leaf."""
        return self._cells[name] if name in self._cells else self._leaves[name]

    def live(self, name: str) -> Term:
        """The expression of a cell without the branches that are not taken."""
        return self._lived(name)[0]

    def inputs(self, name: str) -> tuple[str, ...]:
        """The leaves and cells that the live expression names and those that chose its branch."""
        return self._lived(name)[1]

    def reach(self, name: str) -> frozenset[str]:
        """Every leaf behind a cell."""
        return _reach(name, self.inputs, self.graph.cells)

    def _lived(self, name: str) -> tuple[Term, tuple[str, ...]]:
        if name not in self._found:
            conditions: list[Term] = []
            term = self._pruned(self.graph.cells[name], conditions)
            self._found[name] = term, _named([term, *conditions])
        return self._found[name]

    def _pruned(self, term: Term, conditions: list[Term]) -> Term:
        if term.op == "if":
            condition, yes, no = term.parts
            conditions.append(condition)
            return self._pruned(yes if self.holds(condition) else no, conditions)
        if not term.parts:
            return term
        return terms.combine(term.op, *(self._pruned(part, conditions) for part in term.parts))

    def holds(self, condition: Term) -> bool:
        """Whether a condition holds."""
        scope = {"v": self, "f": _Functions}
        return bool(eval(Python().write(condition), scope))


def _named(found: Iterable[Term]) -> tuple[str, ...]:
    parts = (part for term in found for part in term.walk())
    return tuple(dict.fromkeys(part.name for part in parts if part.op in ("leaf", "cell")))


def _reach(
    name: str, inputs: Callable[[str], Iterable[str]], cells: Mapping[str, Term]
) -> frozenset[str]:
    seen, waiting = {name}, [name]
    while waiting:
        new = set(inputs(waiting.pop())) - seen
        seen |= new
        waiting.extend(each for each in new if each in cells)
    return frozenset(seen - cells.keys())
