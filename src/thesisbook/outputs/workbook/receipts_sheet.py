"""Receipts: every named number of the book, its cell, and live where its expression is cells."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any

from thesisbook.data import Dataset
from thesisbook.data.expressions import Expression, ExpressionError
from thesisbook.model.terms import ONE, ZERO, Term, cell, combine, constant, leaf
from thesisbook.outputs.workbook.formulas import plus
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book

COLUMNS = {
    "Named number": 30,
    "Chapter": 15,
    "Label": 52,
    "Cell": 34,
    "Live value": 16,
    "Expression": 110,
}
SHAPES = (
    ("pct", "percent2"),
    ("x", "multiple2"),
    ("year", "year"),
    ("date", "date"),
    ("words", "general"),
    ("text", "word"),
)
_REFERENCE = re.compile(r"\{([^{}]*)\}")
_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "^",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Eq: "=",
}


class NotCells(Exception):
    """An expression that cannot be said in cells of this workbook."""


def place_of(reference: str, scenarios: Mapping[str, Any]) -> str:
    """The name in the address book that a reference of a named number stands for."""
    space, _, rest = reference.partition(".")
    if space in ("model", "num", "param"):
        return rest if space == "model" else reference
    if space in scenarios:
        inner = rest.removeprefix("param.")
        return f"stamp.{space}.{rest}" if inner == rest else f"input.{space}.{inner}"
    if reference == "run.scenario":
        return "scenario"
    return f"fact.{reference}"


def receipts_of(dataset: Dataset) -> dict[str, list[str]]:
    """Named numbers by the quantity (with year) they are, word for word."""
    found: dict[str, list[str]] = {}
    for rows in dataset.numbers.values():
        for row in rows:
            match = _REFERENCE.fullmatch(row.expression.strip())
            if match and match[1].startswith(("model.", "param.")):
                key = place_of(match[1], {})
                found.setdefault(key, []).append(row.name)
    return found


def term_of(text: str, known: Callable[[str], Term]) -> Term:
    """The term of an expression; `known` gives that of a reference, or raises NotCells."""
    terms: list[Term] = []

    def hold(match: re.Match[str]) -> str:
        terms.append(known(match[1]))
        return f" r{len(terms) - 1}_ "

    try:
        tree = ast.parse(_REFERENCE.sub(hold, text).strip(), mode="eval")
    except SyntaxError:
        raise NotCells(text) from None
    return _said(tree.body, terms)


def _said(node: ast.AST, terms: list[Term]) -> Term:
    match node:
        case ast.Name(id=name) if re.fullmatch(r"r\d+_", name):
            return terms[int(name[1:-1])]
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return constant(node.value)
        case ast.BinOp() if type(node.op) in _OPERATORS:
            parts = (_said(node.left, terms), _said(node.right, terms))
            return combine(_OPERATORS[type(node.op)], *parts)
        case ast.UnaryOp(op=ast.USub()):
            return combine("neg", _said(node.operand, terms))
        case ast.Call(func=ast.Name(id=name)):
            return _called(name, [_said(part, terms) for part in node.args])
    raise NotCells(ast.dump(node))


def _called(name: str, parts: list[Term]) -> Term:
    if name in ("min", "max", "abs", "mean", "median"):
        return Term(name, tuple(parts))
    if name == "sum":
        return plus(parts)
    if name == "round":
        return Term("round", (parts[0], parts[1] if len(parts) > 1 else ZERO))
    if name == "cagr":
        first, last, years = parts
        grown = Term("^", (Term("/", (last, first)), Term("/", (ONE, years))))
        return Term("-", (grown, ONE))
    raise NotCells(name)


def plan(book: Book, dataset: Dataset) -> None:
    sheet = book.sheet(
        "Receipts",
        "Receipts: named numbers of the book and their cells",
        colour="#6B7785",
        freeze=(HEADER_ROW + 1, 1),
        widths=dict(enumerate(COLUMNS.values())),
        subtitle="A number that is cells of this workbook is live here; what rests on a study or on"
        " words is in the book only.",
    )
    for column, words in enumerate(COLUMNS):
        sheet.text(HEADER_ROW, column, words, "header")
    scenarios = dataset.company["scenarios"]

    def known(reference: str) -> Term:
        name = place_of(reference, scenarios)
        if name in book.terms:
            return cell(name)
        if name not in book.places or name == "scenario":
            raise NotCells(reference)
        return leaf(name.removeprefix("fact."))

    for chapter, rows in dataset.numbers.items():
        for row in rows:
            for column, words in (
                (0, row.name),
                (1, chapter),
                (2, row.label_en),
                (5, row.expression),
            ):
                sheet.text(sheet.row, column, words, "bold" if column == 0 else "note")
            try:
                term = term_of(row.expression, known)
                Expression(row.expression)
            except (NotCells, ExpressionError):
                sheet.text(sheet.row, 3, "in the book", "muted")
            else:
                code = row.format.lstrip("+")
                shape = next((s for start, s in SHAPES if code.startswith(start)), "general")
                if code == f"{book.currencies['trading'].lower()}2":
                    shape = "per_share"
                sheet.text(sheet.row, 3, _cell(book, row.expression, scenarios), "note")
                sheet.term(sheet.row, 4, term, f"calc:{shape}", key=f"num.{row.name}")
            sheet.row += 1


def _cell(book: Book, text: str, scenarios: Mapping[str, Any]) -> str:
    """The cell a number is, or those it is made of."""
    places = [
        book.places[place_of(name, scenarios)].address for name in Expression(text).references
    ]
    return ", ".join(places[:3]) + (" ..." if len(places) > 3 else "")
