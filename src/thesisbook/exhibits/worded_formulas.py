"""Say an expression of the data in words: references as labels, functions as sentences."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any

from thesisbook.data.expressions import Expression, ExpressionError

REFERENCE = re.compile(r"\{([^{}]+)\}")
Label = Callable[[str], str]
OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "−",
    ast.Mult: "×",
    ast.Div: "÷",
    ast.Pow: "to the power of",
    ast.Gt: "is above",
    ast.GtE: "is at least",
    ast.Lt: "is below",
    ast.LtE: "is at most",
    ast.Eq: "is",
    ast.NotEq: "is not",
    ast.And: "and",
    ast.Or: "or",
}
# {0}, {1}: the arguments; {all}: all of them; {pairs}: every second one, from the first
FUNCTIONS = {
    "sum": "sum of {all}",
    "min": "smallest of {all}",
    "max": "largest of {all}",
    "mean": "average of {all}",
    "median": "median of {all}",
    "abs": "{0} without its sign",
    "sqrt": "square root of {0}",
    "round": "{0}, rounded",
    "cagr": "yearly growth from {0} to {1} over {2} years",
    "npv": "present value at {0} of {rest}",
    "first_year_above": "first year in which {0} is above {1}",
    "last_year_below": "last year in which {0} is below {1}",
    "total": "total of {0} from {1} to {2}",
    "peak_year": "year in which {0} is highest",
    "low_year": "year in which {0} is lowest",
    "name_of_max": "name of the highest of {0}",
    "name_of_min": "name of the lowest of {0}",
    "without_max": "{0} without the highest",
    "harmonic_mean": "harmonic mean of {all}",
    "flow_rate": "rate at which {rest} are worth {0}",
    "perpetuity_rate": "rate at which the perpetuity is worth {0}, from {rest}",
    "count": "number of {0}",
    "count_below": "number of {0} below {1}",
    "largest": "name of the largest of {pairs}",
    "smallest": "name of the smallest of {pairs}",
    "rank": "rank of {0} among {rest}",
    "ordinal": "{0} as an ordinal",
    "spell": "{0} as a word",
    "year_or": "year of {0}",
    "day_or": "day of {0}",
    "join": "{all}",
    "show": "{0}",
}


def label_in_formula(name: str, receipt: Mapping[str, Any]) -> str:
    """What a receipt is called in a formula; that of another run than the reader's says whose."""
    label = str(receipt.get("label") or name.rpartition(".")[2].replace("_", " "))
    run = receipt.get("scenario")
    own = name.startswith(("model.", "param."))
    return f"{label}, {run}" if run and not own else label


def worded(formula: str, label: Label, say: Callable[[str], str] = str) -> str:
    """`formula` with each reference by its `label`, in the language of `say`.

    A formula that is words already stays as it is.
    """
    try:
        expression = Expression(formula, functions=None)
    except ExpressionError:  # words, or a formula with the changes it is worked out under
        return REFERENCE.sub(lambda match: f"[{label(match[1])}]", formula)
    names = {alias: name for name, alias in expression.aliases.items()}
    return _Said(lambda alias: f"[{label(names[alias])}]", say).of(expression.tree.body)


class _Said:
    """Says the parts of an expression."""

    def __init__(self, name: Label, say: Callable[[str], str]) -> None:
        self.name = name
        self.say = say

    def of(self, node: ast.AST) -> str:
        match node:
            case ast.Name(id=alias):
                said = self.name(alias)
            case ast.Constant(value=value):
                said = self._constant(value)
            case ast.BinOp(left=left, right=right):
                said = self._between(node.op).join(self._inside(one, node) for one in (left, right))
            case ast.UnaryOp(op=ast.Not()):
                said = self.say("not {0}").format(self.of(node.operand))
            case ast.UnaryOp():
                said = f"−{self._inside(node.operand, node)}"
            case ast.BoolOp():
                said = self._between(node.op).join(self.of(each) for each in node.values)
            case ast.Compare():
                said = self.of(node.left)
                for operator, other in zip(node.ops, node.comparators, strict=True):
                    said += f"{self._between(operator)}{self.of(other)}"
            case ast.IfExp(body=body, test=test, orelse=other):
                parts = (self.of(each) for each in (body, test, other))
                said = self.say("{0} if {1}, otherwise {2}").format(*parts)
            case ast.Call(func=ast.Name(id=function)):
                said = self._called(function, [self.of(each) for each in node.args])
            case _:
                raise TypeError(f"no words for {ast.dump(node)}")
        return said

    def _between(self, operator: ast.AST) -> str:
        return f" {self.say(OPERATORS[type(operator)])} "

    def _constant(self, value: object) -> str:
        if isinstance(value, str):
            return f"“{self.say(value.strip())}”" if value.strip() else self.say("nothing")
        return f"{value:,}" if isinstance(value, int) else str(value)

    def _inside(self, node: ast.AST, outer: ast.AST) -> str:
        """A part of a calculation; in brackets unless it needs none."""
        said = self.of(node)
        loose = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
        plain = isinstance(outer, ast.BinOp) and isinstance(outer.op, ast.Add | ast.Sub)
        first = isinstance(outer, ast.BinOp) and outer.left is node
        worded_part = isinstance(node, ast.IfExp | ast.Compare | ast.BoolOp)
        divided = isinstance(node, ast.BinOp) and not first
        return f"({said})" if worded_part or divided or (loose and not plain) else said

    def _called(self, function: str, parts: list[str]) -> str:
        form = FUNCTIONS.get(function, function.replace("_", " ") + " of {all}")
        given = {"all": parts, "rest": parts[1:], "pairs": parts[::2]}
        listed = {name: self._listed(some) for name, some in given.items()}
        return self.say(form).format(*parts, *[""] * 3, **listed)

    def _listed(self, parts: list[str]) -> str:
        last = self.say("{0} and {1}")
        return last.format(", ".join(parts[:-1]), parts[-1]) if len(parts) > 1 else "".join(parts)
