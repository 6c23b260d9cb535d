"""Receipts: every named number of the book, its cell, and live where its expression is cells."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from thesisbook.data import Dataset
from thesisbook.data.expressions import Expression, ExpressionError
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, serial
from thesisbook.outputs.workbook.values import Values

COLUMNS = {"Named number": 30, "Chapter": 15, "Label": 52, "Cell": 34, "Live value": 16,
           "Expression": 110}  # fmt: skip
SHAPES = (("pct", "percent2"), ("x", "multiple2"), ("year", "year"),
          ("date", "date"), ("words", "general"), ("text", "word"))  # fmt: skip
_REFERENCE = re.compile(r"\{([^{}]*)\}")
_OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "^", ast.Gt: ">",
    ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=", ast.Eq: "=", ast.NotEq: "<>",
}  # fmt: skip
_FUNCTIONS = {"sum": "SUM", "min": "MIN", "max": "MAX", "abs": "ABS", "sqrt": "SQRT",
              "round": "ROUND", "mean": "AVERAGE", "median": "MEDIAN"}  # fmt: skip


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


def template_of(text: str, known: Callable[[str], str]) -> str:
    """A formula template of an expression; `known` gives the name of a reference or NotCells."""
    names: list[str] = []

    def hold(match: re.Match[str]) -> str:
        names.append(f"{{{known(match[1])}}}")
        return f" r{len(names) - 1}_ "

    try:
        tree = ast.parse(_REFERENCE.sub(hold, text).strip(), mode="eval")
    except SyntaxError:
        raise NotCells(text) from None
    return _said(tree.body, names)


def _said(node: ast.AST, names: list[str]) -> str:
    match node:
        case ast.Name(id=name) if re.fullmatch(r"r\d+_", name):
            return names[int(name[1:-1])]
        case ast.Constant(value=bool() | str()):
            raise NotCells("text")
        case ast.Constant():
            return repr(node.value)
        case ast.BinOp() if type(node.op) in _OPERATORS:
            sign = _OPERATORS[type(node.op)]
            return f"({_said(node.left, names)}{sign}{_said(node.right, names)})"
        case ast.UnaryOp(op=ast.USub()):
            return f"(-{_said(node.operand, names)})"
        case ast.Call(func=ast.Name(id="cagr")):
            first, last, years = (_said(part, names) for part in node.args)
            return f"(({last}/{first})^(1/{years})-1)"
        case ast.Call(func=ast.Name(id=name)) if name in _FUNCTIONS:
            parts = [_said(part, names) for part in node.args]
            if name == "round" and len(parts) == 1:
                parts.append("0")
            return f"{_FUNCTIONS[name]}({','.join(parts)})"
    raise NotCells(ast.dump(node))


def value_of(values: Values, text: str) -> Any:
    """The cached result of an expression, on the run of this workbook."""
    return Expression(text).evaluate(partial(_value, values))


def _value(values: Values, reference: str) -> Any:
    space, _, rest = reference.partition(".")
    if space == "num":
        return value_of(values, _expressions(values.dataset)[rest])
    if reference == "run.scenario":
        return values.scenario
    if space == "param":
        return _parameter(values.assumptions, rest)
    if space == "model" or space in values.scenarios:
        result = values.result if space == "model" else values.results[space]
        if rest.startswith("param."):
            return _parameter(result.assumptions, rest.removeprefix("param."))
        return result.rating if rest == "rating" else _quantity(result, rest)
    fact = values.dataset.fact(reference)
    if fact.value is None:
        raise NotCells(reference)
    return fact.value if fact.unit != "date" else fact.value - _EPOCH


_EPOCH = serial("2000-01-01") * -1 + 730120  # ordinal less serial of the same day


def _parameter(assumptions: Any, key: str) -> Any:
    given = assumptions.values[key]
    return serial(given) if assumptions.parameter(key).kind == "date" else given


def _quantity(result: Any, name: str) -> float:
    stem, _, year = name.rpartition(".")
    return float(result.lines[stem][int(year)] if year.isdigit() else result.scalars[name])


def _expressions(dataset: Dataset) -> dict[str, str]:
    return {row.name: row.expression for rows in dataset.numbers.values() for row in rows}


def plan(book: Book, dataset: Dataset) -> None:
    sheet = book.sheet(
        "Receipts", "Receipts: named numbers of the book and their cells", colour="#6B7785",
        freeze=(HEADER_ROW + 1, 1), widths=dict(enumerate(COLUMNS.values())),
        subtitle="A number that is cells of this workbook is live here; what rests on a study or on"
        " words is in the book only.",
    )  # fmt: skip
    for column, words in enumerate(COLUMNS):
        sheet.text(HEADER_ROW, column, words, "header")
    scenarios = dataset.company["scenarios"]

    def known(reference: str) -> str:
        name = place_of(reference, scenarios)
        if name not in book.places:
            raise NotCells(reference)
        return name

    for chapter, rows in dataset.numbers.items():
        for row in rows:
            for column, words in ((0, row.name), (1, chapter), (2, row.label_en),
                                  (5, row.expression)):  # fmt: skip
                sheet.text(sheet.row, column, words, "bold" if column == 0 else "note")
            try:
                template = template_of(row.expression, known)
                Expression(row.expression)
            except (NotCells, ExpressionError):
                sheet.text(sheet.row, 3, "in the book", "muted")
            else:
                code = row.format.lstrip("+")
                shape = next((s for start, s in SHAPES if code.startswith(start)), "general")
                if code == f"{book.currencies['trading'].lower()}2":
                    shape = "per_share"
                sheet.text(sheet.row, 3, _cell(book, row.expression, known), "note")
                sheet.formula(sheet.row, 4, f"={template}",
                              partial(value_of, text=row.expression), f"calc:{shape}",
                              key=f"num.{row.name}")  # fmt: skip
            sheet.row += 1


def _cell(book: Book, text: str, known: Callable[[str], str]) -> str:
    """The cell a number is, or those it is made of."""
    places = [book.places[known(name)].address for name in Expression(text).references]
    return ", ".join(places[:3]) + (" ..." if len(places) > 3 else "")
