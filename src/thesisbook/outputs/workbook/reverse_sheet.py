"""What the price implies: live bisection where few cells lie between, stamped answers elsewhere."""

from __future__ import annotations

from functools import partial
from typing import Any

from thesisbook.data import Dataset
from thesisbook.model import Assumptions
from thesisbook.model.graph import Graph
from thesisbook.model.reverse import Question, questions_of
from thesisbook.model.terms import ZERO, Term, cell, constant, leaf
from thesisbook.outputs.workbook.formulas import plus
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, Sheet
from thesisbook.outputs.workbook.stamps import LIVE_QUESTIONS, stamped
from thesisbook.outputs.workbook.values import Values
from thesisbook.outputs.workbook.what_if import Moves, Table

STEPS = 40  # halvings: the width of the bracket times 1e-12
GOALS = {"dcf_per_share": "DCF value is the price", "target_price": "Target is the price"}
ONLY_TARGET = ("ps_discount", "dcf_weight")  # they move no discounted cash flow
NOT_MET = "not met"
LOW, HIGH, ANSWER, HOW, STAMPS = 3, 4, 5, 7, 16
MOVED = {"wacc": "wacc", "terminal_growth": "terminal_growth"} | {
    name: f"param.{name}" for name in ONLY_TARGET
}
RATE, GROWTH, PRICE = cell("wacc"), cell("terminal_growth"), cell("price")


def plan(book: Book, shape: Assumptions, dataset: Dataset, graph: Graph) -> None:
    sheet = book.sheet(
        "Reverse DCF",
        "What the price implies",
        colour="#7A4FA3",
        freeze=(HEADER_ROW + 1, 1),
        widths={0: 44, 1: 22, 2: 12, 3: 9, 4: 9, 5: 22, 6: 22, 7: 16},
        printed=HOW,
        subtitle="The move of one parameter at which a value is the share price, all else as it"
        " stands. Live answers are bisected on the sheet Workings, the others are stamped.",
    )
    heads = ("Parameter", "Name", "Moved by", "From", "To", *GOALS.values(), "How found")
    for column, words in enumerate(heads):
        sheet.text(HEADER_ROW, column, words, "header")
    scenarios = tuple(dataset.company["scenarios"])
    questions = questions_of(shape)
    for question in questions:
        _question(sheet, shape, question, scenarios)
    for question in questions:
        for quantity in GOALS:
            if question.name in LIVE_QUESTIONS and asked(question, quantity):
                _bisection(book.sheets["Workings"], graph, question, quantity)


def asked(question: Question, quantity: str) -> bool:
    return quantity != "dcf_per_share" or question.name not in ONLY_TARGET


def _question(
    sheet: Sheet, shape: Assumptions, question: Question, scenarios: tuple[str, ...]
) -> None:
    row, name = sheet.row, question.name
    live = name in LIVE_QUESTIONS
    sheet.text(row, 0, shape.parameter(name).label)
    sheet.text(row, 1, name, "muted")
    sheet.text(row, 2, question.how, "note")
    for column, end in ((LOW, "low"), (HIGH, "high")):
        sheet.constant(row, column, getattr(question, end), "plain:factor", f"end.{name}.{end}")
    sheet.text(row, HOW, "live bisection" if live else "stamped", "note")
    style = "calc:factor4" if question.how == "scale" else "calc:percent4"
    for k, quantity in enumerate(GOALS):
        if live and asked(question, quantity):
            sheet.term(row, ANSWER + k, cell(f"x.answer.{name}.{quantity}"), style)
        elif not live:
            held = partial(_stamp, question=question, quantity=quantity)
            stamped(
                sheet, (row, ANSWER + k), (STAMPS + k, len(GOALS)), scenarios, held, style=style
            )
    sheet.row += 1


def _stamp(values: Values, scenario: str, question: Question, quantity: str) -> Any:
    found = values.stamped_crossing(scenario, question, quantity)
    return NOT_MET if found is None else found


def _bisection(sheet: Sheet, graph: Graph, question: Question, quantity: str) -> None:
    """A row for either end of the bracket, then one for each halving."""
    name, moved = question.name, MOVED[question.name]
    sheet.heading(f"Bisection: {name}, {GOALS[quantity].lower()}", sheet.book.note_column)
    block = f"{name}.{quantity}"
    table = Table(sheet, block, Moves(graph, (moved,), quantity), ("Low", "High"))
    low, high = _bracket(question)

    def at(case: str, part: str) -> Term:
        return cell(table.key(case, part))

    def alike(one: str, other: str) -> Term:
        """Whether the values of two cases lie on one side of the price."""
        gaps = [Term("-", (at(case, quantity), PRICE)) for case in (one, other)]
        return Term(">", (Term("*", tuple(gaps)), ZERO))

    table.add("low", "At the low end", {moved: at("low", "low")}, low=low, high=high)
    table.add(
        "high",
        "At the high end",
        {moved: at("high", "high")},
        low=at("low", "low"),
        high=at("low", "high"),
    )
    for step in range(STEPS + 1):
        case, before = f"step{step}", f"step{step - 1}"
        ends = {part: at("low", part) for part in ("low", "high")}
        if step:
            same = alike(before, "low")
            ends = {
                "low": Term("if", (same, at(before, moved), at(before, "low"))),
                "high": Term("if", (same, at(before, "high"), at(before, moved))),
            }
        middle = Term("mean", (at(case, "low"), at(case, "high")))
        table.add(case, f"Step {step}", {moved: middle}, **ends)
    outside = alike("low", "high")
    answer = Term("if", (outside, constant(NOT_MET), at(f"step{STEPS}", moved)))
    sheet.text(sheet.row, 0, "Answer", "bold")
    sheet.term(sheet.row, 1, answer, "calc:percent4:strong", key=f"x.answer.{block}")
    sheet.row += 2


def _bracket(question: Question) -> tuple[Term, Term]:
    """The ends of the question, drawn in until the rate is above the growth."""
    low, high = (leaf(f"end.{question.name}.{end}") for end in ("low", "high"))
    sliver = Term("/", (Term("-", (high, low)), constant(100.0)))
    if question.name == "wacc":
        return Term("max", (low, plus((GROWTH, sliver)))), high
    if question.name == "terminal_growth":
        return low, Term("min", (high, Term("-", (RATE, sliver))))
    return low, high
