"""Numbers that write down what is done with them, and functions run once for every branch.

The equations are ordinary functions of numbers. Run on symbols, they give terms instead: `+`,
`np.maximum` and the like make a term; an assignment to a line or scalar names it. An `if` on a
symbol asks for its truth: the function around it (marked with `equation`) is then run once for
each answer and what the runs assign and return is joined by an `if` term.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from thesisbook.model import terms
from thesisbook.model.terms import Term

MOST_PATHS = 64  # a function with more has too many branches to be read, too
_UFUNCS = {
    np.add: "+",
    np.subtract: "-",
    np.multiply: "*",
    np.true_divide: "/",
    np.power: "^",
    np.negative: "neg",
    np.maximum: "max",
    np.minimum: "min",
    np.absolute: "abs",
    np.greater: ">",
    np.greater_equal: ">=",
    np.less: "<",
    np.less_equal: "<=",
    np.equal: "=",
}


def _binary(op: str, mirrored: bool = False) -> Callable[[Symbol, Any], Symbol]:
    def operate(self: Symbol, other: Any) -> Symbol:
        return self.trace.operate(op, *((other, self) if mirrored else (self, other)))

    return operate


class Symbol:
    """A number, word, date or switch that is not known yet."""

    __slots__ = ("term", "trace")

    def __init__(self, term: Term, trace: Trace) -> None:
        self.term = term
        self.trace = trace

    __add__, __radd__ = _binary("+"), _binary("+", mirrored=True)
    __sub__, __rsub__ = _binary("-"), _binary("-", mirrored=True)
    __mul__, __rmul__ = _binary("*"), _binary("*", mirrored=True)
    __truediv__, __rtruediv__ = _binary("/"), _binary("/", mirrored=True)
    __pow__, __rpow__ = _binary("^"), _binary("^", mirrored=True)
    __gt__, __ge__, __lt__, __le__ = (_binary(op) for op in (">", ">=", "<", "<="))
    __eq__ = _binary("=")  # type: ignore[assignment]
    __hash__ = None  # type: ignore[assignment]

    def __neg__(self) -> Symbol:
        return self.trace.operate("neg", self)

    def __abs__(self) -> Symbol:
        return self.trace.operate("abs", self)

    def __bool__(self) -> bool:
        return self.trace.truth(self.term)

    def __int__(self) -> int:
        """A whole number of a leaf with few allowed values: one branch for each."""
        *first, last = self.trace.choices(self.term)
        return next((value for value in first if self == value), last)

    def __float__(self) -> float:
        raise TypeError(f"{self.term}: a symbol has no value yet")

    def __format__(self, form: str) -> str:
        """The place of a cell in a message, filled once it has a value: `{wacc:.4g}`."""
        if self.term.op != "cell":
            raise TypeError(f"{self.term}: only a cell can be told in a message")
        return f"{{{self.term.name}:{form}}}"

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Symbol:
        if method != "__call__" or options or ufunc not in _UFUNCS:
            raise TypeError(f"numpy's {ufunc.__name__} has no term; add it to thesisbook.model")
        return self.trace.operate(_UFUNCS[ufunc], *inputs)

    def __array_function__(self, function: Any, _: Any, inputs: Any, __: Any) -> Symbol | int:
        if function is np.ndim:
            return 0
        if function is not np.where:
            raise TypeError(f"numpy's {function.__name__} has no term; add it to thesisbook.model")
        return self.trace.operate("if", *inputs)


class Requirement(NamedTuple):
    """A condition that must hold, and what is said if not, with cells as in `{wacc:.4g}`."""

    condition: Term
    message: str


@dataclass
class Path:
    """One run of a function: the answers it is to give, those it gave, and what it assigned."""

    planned: list[bool]
    decisions: list[tuple[Term, bool]] = field(default_factory=list)
    cells: dict[str, Term] = field(default_factory=dict)
    result: Any = None


class Trace:
    """What the equations assign while they run on symbols, in their order.

    `options` are the allowed whole numbers, `words` the allowed words of leaves that a branch may
    be chosen by; a branch that no allowed word takes is not followed.
    """

    def __init__(
        self, options: dict[str, tuple[int, ...]], words: dict[str, tuple[str, ...]] | None = None
    ) -> None:
        self.cells: dict[str, Term] = {}
        self.requirements: dict[str, Requirement] = {}
        self._options = options
        self._words = words or {}
        self._paths: list[Path] = []

    def leaf(self, name: str) -> Symbol:
        return Symbol(terms.leaf(name), self)

    def operate(self, op: str, *inputs: Any) -> Symbol:
        return Symbol(terms.combine(op, *map(term_of, inputs)), self)

    def choices(self, term: Term) -> tuple[int, ...]:
        """The whole numbers a leaf may have. TypeError for any other term."""
        if term.op != "leaf" or term.name not in self._options:
            raise TypeError(f"{term}: only a leaf with few allowed values is a whole number")
        return self._options[term.name]

    def truth(self, condition: Term) -> bool:
        """The answer on this path. TypeError outside a function marked with `equation`."""
        if not self._paths:
            raise TypeError(f"{condition}: asked for its truth outside a function marked equation")
        settled = self._settled(condition)
        if settled is not None:
            return settled
        for path in self._paths:
            for term, answer in path.decisions:
                if term == condition:
                    return answer
                if answer and _other_word(term, condition):
                    return False
        path = self._paths[-1]
        place = len(path.decisions)
        answer = path.planned[place] if place < len(path.planned) else True
        path.decisions.append((condition, answer))
        return answer

    def _settled(self, condition: Term) -> bool | None:
        """The answer that the allowed words of a leaf leave open to a comparison; None for two."""
        if condition.op != "=" or condition.args[0].op != "leaf":
            return None
        words = self._words.get(condition.args[0].name)
        word = condition.args[1]
        if words is None or word.op != "constant":
            return None
        if word.args[0] not in words:
            return False
        return True if len(words) == 1 else None

    def call(self, function: Callable[[], Any]) -> Any:
        """The result of a function, run once for every combination of its branches.

        Raises TypeError where it has too many, and ValueError where a line is assigned in one
        branch only.
        """
        runs: list[Path] = []
        planned: list[bool] = []
        while True:
            path = Path(planned)
            self._paths.append(path)
            try:
                path.result = function()
            finally:
                self._paths.pop()
            runs.append(path)
            answers = [answer for _, answer in path.decisions]
            while answers and not answers[-1]:
                answers.pop()
            if not answers:
                break
            if len(runs) == MOST_PATHS:
                raise TypeError(f"{function}: more than {MOST_PATHS} branches; split the function")
            planned = [*answers[:-1], False]
        for name in dict.fromkeys(name for run in runs for name in run.cells):
            if any(name not in run.cells for run in runs):
                raise ValueError(f"{name}: assigned in one branch and not in the other")
            self.assign(name, _joined(runs, [run.cells[name] for run in runs]))
        return self._joined_result(runs, [run.result for run in runs])

    def _joined_result(self, runs: list[Path], results: list[Any]) -> Any:
        if results[0] is None:
            return None
        if isinstance(results[0], tuple):
            columns = zip(*results, strict=True)
            return tuple(self._joined_result(runs, list(column)) for column in columns)
        return Symbol(_joined(runs, [term_of(result) for result in results]), self)

    def known(self, name: str) -> bool:
        return name in self.cells or any(name in path.cells for path in self._paths)

    def assign(self, name: str, value: Any) -> None:
        """Names a term. ValueError where the name is taken: a cell has one equation."""
        if self.known(name):
            raise ValueError(f"{name}: assigned twice")
        place = self._paths[-1].cells if self._paths else self.cells
        place[name] = term_of(value)

    def read(self, name: str) -> Symbol:
        if not self.known(name):
            raise KeyError(name)
        return Symbol(terms.cell(name), self)


class Cells(MutableMapping[Any, Any]):
    """The scalars, or the years of a line, of a trace: read gives a reference, never a copy."""

    def __init__(self, trace: Trace, prefix: str = "") -> None:
        self._trace = trace
        self._prefix = prefix

    def __getitem__(self, key: Any) -> Symbol:
        return self._trace.read(f"{self._prefix}{key}")

    def __setitem__(self, key: Any, value: Any) -> None:
        self._trace.assign(f"{self._prefix}{key}", value)

    def __delitem__(self, key: Any) -> None:
        raise TypeError("a cell stays")

    def __iter__(self) -> Iterator[Any]:
        raise TypeError("cells are asked for by name")

    def __len__(self) -> int:
        raise TypeError("cells are asked for by name")


class SymbolLines(dict[str, Cells]):
    """`lines[name][year]` of a trace."""

    def __init__(self, trace: Trace) -> None:
        super().__init__()
        self._trace = trace

    def __missing__(self, name: str) -> Cells:
        made = self[name] = Cells(self._trace, f"{name}.")
        return made


def term_of(value: Any) -> Term:
    """The term of a symbol, a term, or a plain value."""
    if isinstance(value, Term):
        return value
    return value.term if isinstance(value, Symbol) else terms.constant(value)


def _other_word(known: Term, asked: Term) -> bool:
    """Whether both compare one leaf with constants that differ."""
    same = known.op == asked.op == "=" and known.args[0] == asked.args[0]
    return same and known.args[1].op == asked.args[1].op == "constant"


def _joined(runs: list[Path], found: list[Term], depth: int = 0) -> Term:
    """What the runs found, under the conditions that tell them apart."""
    if all(term == found[0] for term in found):
        return found[0]
    condition = runs[0].decisions[depth][0]
    sides = []
    for side in (True, False):
        kept = [k for k, run in enumerate(runs) if run.decisions[depth][1] is side]
        sides.append(_joined([runs[k] for k in kept], [found[k] for k in kept], depth + 1))
    return terms.combine("if", condition, *sides)
