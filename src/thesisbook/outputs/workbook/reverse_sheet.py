"""What the price implies: live bisection where the value is closed, stamped answers elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from thesisbook.data import Dataset
from thesisbook.model import Assumptions
from thesisbook.model.reverse import QUESTIONS, Question
from thesisbook.outputs.workbook.closed import Closed, dcf_equity, target
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, Cell, Sheet
from thesisbook.outputs.workbook.stamps import LIVE_QUESTIONS
from thesisbook.outputs.workbook.values import Values

STEPS = 40  # halvings: the width of the bracket times 1e-12
GOALS = {"dcf_per_share": "DCF value is the price", "target_price": "Target is the price"}
ONLY_TARGET = ("ps_discount", "dcf_weight")  # they move no discounted cash flow
NOT_MET = "not met"
ANSWER, STAMPED, BLOCK_WIDTH = 3, 16, 4


@dataclass(frozen=True)
class Block:
    """One bisection: the value as a formula of the middle `<m>`, and the same in Python."""

    question: Question
    quantity: str
    template: str
    value: Callable[[Closed, float], float]


def blocks(shape: Assumptions) -> tuple[Block, ...]:
    asked = {q.name: q for q in QUESTIONS}
    rate, growth = dcf_equity(shape, "<m>", "{terminal_growth}"), dcf_equity(shape, "{wacc}", "<m>")
    ps, dcf = "{relative_equity}", "{dcf_equity}"
    discounted = "{peer_ps_multiple}*(1-<m>)*{x.ps_revenue}*{param.fx}"

    def at_rate(c: Closed, m: float) -> float:
        return c.dcf_equity(m, c.values.scalar("terminal_growth"))

    def at_growth(c: Closed, m: float) -> float:
        return c.dcf_equity(c.values.scalar("wacc"), m)

    def at_discount(c: Closed, m: float) -> float:
        revenue = c.values.line("revenue", int(c.values.param("ps_year")))
        return c.relative(c.values.scalar("peer_ps_multiple"), m, revenue)

    def share(c: Closed, equity: float) -> float:
        return equity / c.values.scalar("shares_mn")

    value, goal = GOALS
    return (
        Block(asked["wacc"], value, f"{rate}/{{shares_mn}}", lambda c, m: share(c, at_rate(c, m))),
        Block(asked["terminal_growth"], value, f"{growth}/{{shares_mn}}",
              lambda c, m: share(c, at_growth(c, m))),
        Block(asked["wacc"], goal, target(rate, ps), lambda c, m: c.target(dcf=at_rate(c, m))),
        Block(asked["terminal_growth"], goal, target(growth, ps),
              lambda c, m: c.target(dcf=at_growth(c, m))),
        Block(asked["ps_discount"], goal, target(dcf, discounted),
              lambda c, m: c.target(relative=at_discount(c, m))),
        Block(asked["dcf_weight"], goal, target(dcf, ps, "<m>"),
              lambda c, m: c.target(weight=m)),
    )  # fmt: skip


def bracket(values: Values, question: Question) -> tuple[float, float]:
    """Ends of the question, drawn in until the rate is above the growth."""
    low, high = question.low, question.high
    width = (high - low) / 200
    rate, growth = values.scalar("wacc"), values.scalar("terminal_growth")
    if question.name == "wacc" and low <= growth:
        low += width * (int((growth - low) / width) + 1)
    if question.name == "terminal_growth" and high >= rate:
        high -= width * (int((high - rate) / width) + 1)
    return low, high


def bisect(values: Values, block: Block) -> list[tuple[float, float, float, float]]:
    """Rows of low, high, middle and value at the middle."""
    closed, goal = values.closed, values.scalar("price")
    low, high = bracket(values, block.question)
    above = block.value(closed, low) > goal
    rows = []
    for _ in range(STEPS + 1):
        middle = (low + high) / 2
        value = block.value(closed, middle)
        rows.append((low, high, middle, value))
        if (value > goal) == above:
            low = middle
        else:
            high = middle
    return rows


def answer(values: Values, block: Block) -> float | str:
    closed, goal = values.closed, values.scalar("price")
    ends = [block.value(closed, end) for end in bracket(values, block.question)]
    if (ends[0] > goal) == (ends[1] > goal):
        return NOT_MET
    return _rows(values, block)[-1][2]


def _rows(values: Values, block: Block) -> list[tuple[float, float, float, float]]:
    key = ("bisection", block.question.name, block.quantity)
    return values.once(key, lambda: bisect(values, block))


def plan(book: Book, shape: Assumptions, dataset: Dataset) -> None:
    found = blocks(shape)
    sheet = book.sheet(
        "Reverse DCF", "What the price implies", colour="#7A4FA3", freeze=(HEADER_ROW + 1, 1),
        widths={0: 44, 1: 22, 2: 12, 3: 22, 4: 22, **dict.fromkeys(range(5, 26), 13)},
        subtitle="The move of one parameter at which a value is the share price, all else as it"
        " stands. Live answers come from the bisection rows below, the others are stamped.",
    )  # fmt: skip
    heads = ("Parameter", "Name", "Moved by", *GOALS.values(), "How found")
    for column, words in enumerate(heads):
        sheet.text(HEADER_ROW, column, words, "header")
    for question in QUESTIONS:
        _question(sheet, shape, question, found, tuple(dataset.company["scenarios"]))
    sheet.row += 1
    sheet.heading("Bisection rows", len(found) * BLOCK_WIDTH)
    top = sheet.row
    for n, block in enumerate(found):
        _block(sheet, block, top, 1 + n * BLOCK_WIDTH)
    for step in range(STEPS + 1):
        sheet.put(top + 5 + step, 0, Cell(step, "plain:year"))
    for row, words in enumerate(("Question", "Goal", "Value at the low end",
                                 "Value at the high end", "Step")):  # fmt: skip
        sheet.text(top + row, 0, words, "note")
    sheet.row = top + STEPS + 6


def _question(
    sheet: Sheet, shape: Assumptions, question: Question, found: tuple[Block, ...],
    scenarios: tuple[str, ...],
) -> None:  # fmt: skip
    row = sheet.row
    live = question.name in LIVE_QUESTIONS
    sheet.text(row, 0, shape.parameter(question.name).label)
    sheet.text(row, 1, question.name, "muted")
    sheet.text(row, 2, question.how, "note")
    sheet.text(row, ANSWER + len(GOALS), "live bisection" if live else "stamped", "note")
    for k, quantity in enumerate(GOALS):
        key = f"x.implied.{question.name}.{quantity}"
        style = "calc:factor4" if question.how == "scale" else "calc:percent4"
        if live and not (quantity == "dcf_per_share" and question.name in ONLY_TARGET):
            block = next(b for b in found if (b.question, b.quantity) == (question, quantity))
            sheet.formula(row, ANSWER + k, f"={{{key.replace('implied', 'bisected')}}}",
                          partial(answer, block=block), style, key=key)  # fmt: skip
        elif not live:
            places = []
            for n, name in enumerate(scenarios):
                column = STAMPED + 12 + n * len(GOALS) + k
                places.append(f"{xl_col_to_name(column)}{row + 1}")
                cached = partial(_stamp, question=question, quantity=quantity, name=name)
                sheet.put(row, column, Cell(cached, "plain:factor4"))
            cached = partial(_stamp, question=question, quantity=quantity, name=None)
            sheet.formula(row, ANSWER + k, f"=CHOOSE({{scenario_number}},{','.join(places)})",
                          cached, style, key=key)  # fmt: skip
    sheet.row += 1


def _stamp(values: Values, question: Question, quantity: str, name: str | None) -> float | str:
    found = values.stamped_crossing(name or values.scenario, question, quantity)
    return NOT_MET if found is None else found


def _block(sheet: Sheet, block: Block, top: int, left: int) -> None:
    low, high, middle, value = (xl_col_to_name(left + k) for k in range(4))
    sheet.text(top, left, block.question.name, "bold")
    sheet.text(top + 1, left, GOALS[block.quantity], "note")
    at_low, at_high, first = f"{low}${top + 3}", f"{low}${top + 4}", top + 6
    for k, end in enumerate((low, high)):
        sheet.formula(
            top + 2 + k, left, "=" + block.template.replace("<m>", f"{end}${first}"),
            partial(_at_end, block=block, end=k), "calc:per_share",
        )  # fmt: skip
    for k, words in enumerate(("Low", "High", "Middle", "Value")):
        sheet.text(top + 4, left + k, words, "header_right")
    for step in range(STEPS + 1):
        row = top + 5 + step
        at = row + 1  # as the file counts
        same = f"({value}{at - 1}>{{price}})=({at_low}>{{price}})"
        if step == 0:
            ends = _ends(block.question)
        else:
            ends = (f"=IF({same},{middle}{at - 1},{low}{at - 1})",
                    f"=IF({same},{high}{at - 1},{middle}{at - 1})")  # fmt: skip
        templates = (*ends, f"=({low}{at}+{high}{at})/2",
                     "=" + block.template.replace("<m>", f"{middle}{at}"))  # fmt: skip
        for k, template in enumerate(templates):
            style = "calc:per_share" if k == 3 else "calc:percent4"
            sheet.formula(row, left + k, template, partial(_step, block=block, at=(step, k)), style)
    last = top + 6 + STEPS
    sheet.formula(
        top + 1, left + 3,
        f'=IF(({at_low}>{{price}})=({at_high}>{{price}}),"{NOT_MET}",{middle}{last})',
        partial(answer, block=block), "calc:percent4:strong",
        key=f"x.bisected.{block.question.name}.{block.quantity}",
    )  # fmt: skip


def _at_end(values: Values, block: Block, end: int) -> float:
    return block.value(values.closed, bracket(values, block.question)[end])


def _ends(question: Question) -> tuple[str, str]:
    """First low and high, drawn in until the rate is above the growth."""
    low, high = repr(question.low), repr(question.high)
    width = f"({high}-({low}))/200"
    rate, growth = "{wacc}", "{terminal_growth}"
    if question.name == "wacc":
        drawn = f"{low}+{width}*(INT(({growth}-{low})/({width}))+1)"
        return f"=IF({low}<={growth},{drawn},{low})", f"={high}"
    if question.name == "terminal_growth":
        drawn = f"{high}-{width}*(INT(({high}-{rate})/({width}))+1)"
        return f"={low}", f"=IF({high}>={rate},{drawn},{high})"
    return f"={low}", f"={high}"


def _step(values: Values, block: Block, at: tuple[int, int]) -> Any:
    return _rows(values, block)[at[0]][at[1]]
