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


def worded(formula: str, label: Label) -> str:
    """`formula` with each reference by its `label`; a formula that is words already, as it is."""
    try:
        expression = Expression(formula, functions=None)
    except ExpressionError:  # words, or a formula with the changes it is worked out under
        return REFERENCE.sub(lambda match: f"[{label(match[1])}]", formula)
    names = {alias: name for name, alias in expression.aliases.items()}
    return _said(expression.tree.body, lambda alias: f"[{label(names[alias])}]")


def _said(node: ast.AST, name: Label) -> str:
    match node:
        case ast.Name(id=alias):
            said = name(alias)
        case ast.Constant(value=value):
            said = _constant(value)
        case ast.BinOp(left=left, right=right):
            said = f" {OPERATORS[type(node.op)]} ".join(
                _inside(part, node, name) for part in (left, right)
            )
        case ast.UnaryOp(op=ast.Not()):
            said = f"not {_said(node.operand, name)}"
        case ast.UnaryOp():
            said = f"−{_inside(node.operand, node, name)}"
        case ast.BoolOp():
            said = f" {OPERATORS[type(node.op)]} ".join(_said(each, name) for each in node.values)
        case ast.Compare():
            said = _said(node.left, name)
            for operator, other in zip(node.ops, node.comparators, strict=True):
                said += f" {OPERATORS[type(operator)]} {_said(other, name)}"
        case ast.IfExp(body=body, test=test, orelse=other):
            said = f"{_said(body, name)} if {_said(test, name)}, otherwise {_said(other, name)}"
        case ast.Call(func=ast.Name(id=function)):
            said = _called(function, [_said(each, name) for each in node.args])
        case _:
            raise TypeError(f"no words for {ast.dump(node)}")
    return said


def _constant(value: object) -> str:
    if isinstance(value, str):
        return f"“{value.strip()}”" if value.strip() else "nothing"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _inside(node: ast.AST, outer: ast.AST, name: Label) -> str:
    """A part of a calculation; in brackets unless it needs none."""
    said = _said(node, name)
    loose = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
    plain = isinstance(outer, ast.BinOp) and isinstance(outer.op, ast.Add | ast.Sub)
    first = isinstance(outer, ast.BinOp) and outer.left is node
    worded_part = isinstance(node, ast.IfExp | ast.Compare | ast.BoolOp)
    divided = isinstance(node, ast.BinOp) and not first
    return f"({said})" if worded_part or divided or (loose and not plain) else said


def _called(function: str, parts: list[str]) -> str:
    form = FUNCTIONS.get(function)
    if form is None:
        return f"{function.replace('_', ' ')} of {_listed(parts)}"
    return form.format(
        *parts, *[""] * 3, all=_listed(parts), rest=_listed(parts[1:]), pairs=_listed(parts[::2])
    )


def _listed(parts: list[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)
