"""The one small language of recomputations, errata and named numbers.

References in braces as `{acme.revenue.2025}`, numbers, arithmetic, comparisons, `and`, `or`, `not`,
`a if b else c`, and the functions of FUNCTIONS. Evaluated by simpleeval: nothing else is reachable.
"""

from __future__ import annotations

import ast
import math
import re
import statistics
from collections.abc import Callable, Mapping
from functools import cache, cached_property

from simpleeval import DEFAULT_OPERATORS, InvalidExpression, SimpleEval

Value = float | str | bool

_REFERENCE = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(
    r"[A-Za-z0-9_]+(\.[A-Za-z0-9_-]+)*(@[A-Za-z0-9_-]+(:[A-Za-z0-9_.-]+)?)?", re.ASCII
)
_MAX_LENGTH = 4000


class ExpressionError(ValueError):
    """An expression that cannot be read or evaluated."""


def _numbers(values: tuple) -> list[float]:
    flat = list(values[0]) if len(values) == 1 and isinstance(values[0], (list, tuple)) else values
    return [float(value) for value in flat]


def cagr(first: float, last: float, years: float) -> float:
    """Compound annual growth from `first` to `last` over `years`, as a decimal."""
    return (last / first) ** (1 / years) - 1


def npv(rate: float, *flows: float) -> float:
    """Present value of flows at the end of each year, the first discounted by one year."""
    return math.fsum(flow / (1 + rate) ** year for year, flow in enumerate(flows, 1))


def _root(excess: Callable[[float], float], low: float) -> float:
    """The rate between `low` and 1 at which `excess`, which falls with the rate, is nil."""
    high = 1.0
    if not excess(low) > 0 > excess(high):
        raise ExpressionError(f"no rate between {low:.4f} and 1 gives that present value")
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2


def flow_rate(present: float, *flows: float) -> float:
    """The rate at which `npv` of the flows is `present`. ExpressionError where there is none."""
    return _root(lambda rate: npv(rate, *flows) - present, 0.0)


def perpetuity_rate(present: float, flow: float, growth: float, years: float) -> float:
    """The rate at which flow / (rate - growth), discounted `years` years, is `present`.

    `flow` is that of the first year of the perpetuity. ExpressionError where there is no rate.
    """
    return _root(lambda rate: flow / (rate - growth) / (1 + rate) ** years - present, growth + 1e-9)


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "sum": lambda *values: math.fsum(_numbers(values)),
    "min": lambda *values: min(_numbers(values)),
    "max": lambda *values: max(_numbers(values)),
    "mean": lambda *values: statistics.fmean(_numbers(values)),
    "median": lambda *values: statistics.median(_numbers(values)),
    "harmonic_mean": lambda *values: statistics.harmonic_mean(_numbers(values)),
    "abs": abs,
    "sqrt": math.sqrt,
    "round": round,
    "cagr": cagr,
    "npv": npv,
    "flow_rate": flow_rate,
    "perpetuity_rate": perpetuity_rate,
}

_NODES = (
    ast.Expression,
    ast.BinOp,
    ast.UnaryOp,
    ast.BoolOp,
    ast.Compare,
    ast.IfExp,
    ast.Call,
    ast.Name,
    ast.Load,
    ast.Constant,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.Pow,
    ast.USub,
    ast.UAdd,
    ast.Not,
    ast.And,
    ast.Or,
    ast.Eq,
    ast.NotEq,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
)


# Powers are floats: a whole number like 9**9**9 could fill the memory.
_OPERATORS = {**DEFAULT_OPERATORS, ast.Pow: lambda base, power: float(base) ** float(power)}
_FAILURES = (ArithmeticError, TypeError, ValueError, RecursionError)


class Expression:
    """A parsed expression. `references` are the names in braces, in order of first appearance.

    `functions` are those it may call; a layer that knows more than facts may hand in more. None
    accepts any function name: then only `references` can be read, and `evaluate` must not be used.
    """

    def __init__(
        self,
        text: str,
        functions: Mapping[str, Callable[..., Value]] | None = FUNCTIONS,
    ) -> None:
        self.text = text
        self._functions = functions
        if len(text) > _MAX_LENGTH:
            raise ExpressionError(f"expression of {len(text)} characters; at most {_MAX_LENGTH}")
        self.references: tuple[str, ...] = tuple(dict.fromkeys(_REFERENCE.findall(text)))
        for name in self.references:
            if not _NAME.fullmatch(name):
                raise ExpressionError(f"{{{name}}} is not a reference")
        self._names = {name: f"r{index}_" for index, name in enumerate(self.references)}
        self._tree = self._parse()

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def _parse(self) -> ast.Expression:
        source = _REFERENCE.sub(lambda match: f" {self._names[match[1]]} ", self.text).strip()
        try:
            tree = ast.parse(source, mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            reason = getattr(error, "msg", None) or str(error)
            raise ExpressionError(f"not an expression ({reason})") from error
        known = set(self._names.values())
        nodes = list(ast.walk(tree))
        called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
        for node in nodes:
            if not isinstance(node, _NODES) or getattr(node, "keywords", None):
                raise ExpressionError(f"{type(node).__name__} is not part of the language")
            if isinstance(node, ast.Constant) and not isinstance(node.value, (float, int, str)):
                raise ExpressionError(f"{node.value!r} is neither a number nor text")
            if not isinstance(node, ast.Name) or node.id in known:
                continue
            if id(node) in called and (self._functions is None or node.id in self._functions):
                continue
            raise ExpressionError(
                f"{node.id!r} is unknown; allowed are {{references}} in braces and "
                + ", ".join(self._functions or ())
            )
        return tree

    @property
    def tree(self) -> ast.Expression:
        """The parsed tree, in which each reference is replaced by an alias."""
        return self._tree

    @property
    def aliases(self) -> Mapping[str, str]:
        """The name that each reference has in the tree."""
        return self._names

    @cached_property
    def _evaluator(self) -> SimpleEval:
        return SimpleEval(functions=dict(self._functions or {}), operators=_OPERATORS)

    def evaluate(self, resolve: Callable[[str], Value]) -> Value:
        """The value, with every reference looked up by `resolve`.

        Raises ExpressionError for division by zero, a result that is no finite number, or text
        where a number belongs; whatever `resolve` raises passes through.
        """
        self._evaluator.names = {alias: resolve(name) for name, alias in self._names.items()}
        try:
            result = self._evaluator.eval(self.text, previously_parsed=self._tree.body)
        except (*_FAILURES, InvalidExpression) as error:
            raise ExpressionError(f"{self.text!r} cannot be evaluated ({error})") from error
        if isinstance(result, complex) or (isinstance(result, float) and not math.isfinite(result)):
            raise ExpressionError(f"{self.text!r} is not a finite number")
        return result


@cache
def arithmetic(text: str) -> Expression:
    """The parsed expression, with the functions of FUNCTIONS; cached by its text."""
    return Expression(text)


@cache
def references(text: str) -> tuple[str, ...]:
    """The references of an expression, whatever functions it calls."""
    return Expression(text, functions=None).references
