"""Small faults of a Python source: one operator, constant, condition or result changed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
}


@dataclass(frozen=True)
class Mutant:
    """A changed source: the line of the change, what stood there and what stands there now."""

    line: int
    what: str
    source: str


def places_of(source: str) -> list[int]:
    """The places of a module where a mutant can be made, in the order of its syntax tree.

    Annotations, docstrings, texts and what only a type checker reads are left alone.
    """
    nodes = enumerate(_nodes(ast.parse(source)))
    return [place for place, node in nodes if next(_changes(node), None)]


def mutant_at(source: str, place: int) -> Mutant:
    """The mutant of a module at one of its places."""
    tree = ast.parse(source)
    node = list(_nodes(tree))[place]
    was = ast.unparse(node)
    next(_changes(node))()
    return Mutant(node.lineno, f"{_short(was)} -> {_short(ast.unparse(node))}", ast.unparse(tree))


def _nodes(tree: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """The nodes whose change a test could see."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.AnnAssign | ast.arg):
            if node_value := getattr(node, "value", None):
                yield from _whole(node_value)
            continue
        yield from _whole(node)


def _whole(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    if isinstance(node, ast.expr | ast.stmt):
        yield node
    if isinstance(node, ast.FunctionDef):
        node.returns = None  # never looked at
    yield from _nodes(node)


def _changes(node: ast.expr | ast.stmt) -> Iterator[Callable[[], None]]:
    """What can be done to a node, if anything: to be called once."""
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in _COMPARED:
            yield lambda: _set(node, ops=[_COMPARED[type(operator)]()])
        case ast.BinOp(op=operator) if type(operator) in _CALCULATED and not _is_text(node):
            yield lambda: _set(node, op=_CALCULATED[type(operator)]())
        case ast.BoolOp(op=ast.And()):
            yield lambda: _set(node, op=ast.Or())
        case ast.BoolOp(op=ast.Or()):
            yield lambda: _set(node, op=ast.And())
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield lambda: _set(node, op=ast.UAdd() if isinstance(node.op, ast.USub) else _No())
        case ast.Constant(value=bool() as value):
            yield lambda: _set(node, value=not value)
        case ast.Constant(value=int() | float() as value):
            yield lambda: _set(node, value=value + 1)
        case ast.If(test=test) | ast.IfExp(test=test):
            yield lambda: _set(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield lambda: _set(node, value=ast.Constant(None))


class _No(ast.UAdd):
    """Unparses `not x` as `x`: a condition without its negation."""


def _set(node: ast.AST, **fields: object) -> None:
    if isinstance(fields.get("op"), _No) and isinstance(node, ast.UnaryOp):
        fields = {"op": ast.Not(), "operand": ast.UnaryOp(ast.Not(), node.operand)}
    for name, value in fields.items():
        setattr(node, name, value)
    ast.fix_missing_locations(node)


def _is_text(node: ast.BinOp) -> bool:
    sides = (node.left, node.right)
    return any(isinstance(s, ast.JoinedStr | ast.Tuple | ast.List) for s in sides) or any(
        isinstance(s, ast.Constant) and isinstance(s.value, str) for s in sides
    )


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _short(text: str, most: int = 70) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[:most]}…"
