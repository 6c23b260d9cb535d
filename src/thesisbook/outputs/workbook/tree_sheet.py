"""The house view: live odds over stamped branch values, the expected value and its grade."""

from __future__ import annotations

from functools import partial
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from thesisbook.data import Dataset
from thesisbook.model import Assumptions, TreeValue, value_tree
from thesisbook.model.branches import combinations
from thesisbook.model.cases import VALUES
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, Cell, Sheet
from thesisbook.outputs.workbook.values import Values

NAME = "Tree"
HEADS = ("Odds", "Cash flows", "Peers", "Today", "In 12 months")
ORDER = ("dcf", "relative", "today", "target")


def plan(book: Book, dataset: Dataset, shape: Assumptions) -> None:
    tree: Any = dataset.studies["tree"]
    width = len(tree.drivers)
    sheet = book.sheet(
        NAME,
        "The house view: expected value over the branches",
        colour="#12314F",
        widths={**dict.fromkeys(range(width), 18), **dict.fromkeys(range(width, width + 5), 13)},
        freeze=(HEADER_ROW + 1, 0),
        tall=1,
        subtitle=f"{book.currencies['trading']} per share. Values of the branches are those of the"
        " model for this book and are stamped; odds, expected value and grade are live.",
    )
    odds = _odds(sheet, tree)
    first, last = _branches(sheet, tree, odds)
    _expected(sheet, shape, width, (first, last))


def _odds(sheet: Sheet, tree: Any) -> dict[tuple[str, str, str], str]:
    """The odds of each state, one column for each state it depends on; their cells by name."""
    found: dict[tuple[str, str, str], str] = {}
    for driver in tree.drivers:
        given = next((d for d in tree.drivers if d.id == driver.given), None)
        givens = [state.id for state in given.states] if given else [""]
        sheet.text(sheet.row, 0, driver.name.en, "bold")
        for k, state in enumerate(givens):
            words = f"odds given {state}" if state else "odds"
            sheet.text(sheet.row, 1 + k, words, "header_right")
        sheet.row += 1
        first = sheet.row
        for state in driver.states:
            sheet.text(sheet.row, 0, f"  {state.name.en}")
            for k, of in enumerate(givens):
                chance = state.odds(of or None)
                sheet.put(sheet.row, 1 + k, Cell(chance, "constant:percent"))
                found[driver.id, state.id, of] = xl_rowcol_to_cell(sheet.row, 1 + k)
            sheet.row += 1
        sheet.text(sheet.row, 0, "  Sum, which must be 100%", "note")
        for k in range(len(givens)):
            ends = xl_rowcol_to_cell(first, 1 + k), xl_rowcol_to_cell(sheet.row - 1, 1 + k)
            sheet.formula(
                sheet.row, 1 + k, f"=SUM({':'.join(ends)})", lambda v: 1.0, "calc:percent:total"
            )
        sheet.row += 2
    return found


def _branches(sheet: Sheet, tree: Any, odds: dict[tuple[str, str, str], str]) -> tuple[int, int]:
    """A row for each branch; the first and last of them."""
    width = len(tree.drivers)
    for k, driver in enumerate(tree.drivers):
        sheet.text(sheet.row, k, driver.name.en, "header")
    for k, words in enumerate(HEADS):
        sheet.text(sheet.row, width + k, words, "header_right")
    first = sheet.row + 1
    for place, (states, _) in enumerate(combinations(tree, {})):
        sheet.row += 1
        cells = []
        for k, driver in enumerate(tree.drivers):
            sheet.text(sheet.row, k, states[driver.id].name.en)
            of = states[driver.given].id if driver.given else ""
            cells.append(odds[driver.id, states[driver.id].id, of])
        sheet.formula(
            sheet.row, width, "=" + "*".join(cells), partial(_chance, place=place), "calc:percent2"
        )
        for k, name in enumerate(ORDER):
            of_branch = partial(_branch, place=place, name=name)
            sheet.put(sheet.row, width + 1 + k, Cell(of_branch, "constant:per_share"))
    last = sheet.row
    sheet.row += 1
    return first, last


def _expected(sheet: Sheet, shape: Assumptions, width: int, rows: tuple[int, int]) -> None:
    """The expected values, the return they give and the grade."""

    def column(k: int) -> str:
        ends = xl_rowcol_to_cell(rows[0], k, True, True), xl_rowcol_to_cell(rows[1], k, True, True)
        return ":".join(ends)

    chances = column(width)
    sheet.text(sheet.row, 0, "Expected value", "bold")
    sheet.formula(
        sheet.row, width, f"=SUM({chances})", lambda v: 1.0, "calc:percent:total", key="x.tree.odds"
    )
    for k, name in enumerate(ORDER):
        sheet.formula(
            sheet.row,
            width + 1 + k,
            f"=SUMPRODUCT({chances},{column(width + 1 + k)})",
            partial(_mean, name=name),
            "calc:per_share:total",
            key=f"x.tree.{name}",
        )
    sheet.row += 2
    for words, name, style in (
        ("Share price", "price", "constant:per_share"),
        ("Index over twelve months", "index_return", "constant:percent"),
    ):
        sheet.text(sheet.row, 0, words)
        given = partial(_given, name=name)
        sheet.put(sheet.row, width, Cell(given, style), f"x.tree.{name}")
        sheet.row += 1
    template = "={x.tree.target}/{x.tree.price}-1-{x.tree.index_return}"
    sheet.text(sheet.row, 0, "Expected return less the index", "bold")
    sheet.formula(
        sheet.row,
        width,
        template,
        lambda v: tree_of(v).relative_return,
        "calc:percent2:strong",
        key="x.tree.return",
    )
    sheet.row += 1
    sheet.text(sheet.row, 0, "Grade of the house", "bold")
    grades = sorted(shape.grades, key=lambda grade: grade.above, reverse=True)
    told = f'"{grades[-1].id}"'
    for k, grade in reversed(list(enumerate(grades[:-1]))):
        sign = ">" if k == 0 else ">="
        told = f'IF({{x.tree.return}}{sign}{{grade.{grade.id}}},"{grade.id}",{told})'
    sheet.formula(
        sheet.row,
        width,
        f"={told}",
        lambda v: tree_of(v).rating,
        "calc:word:strong",
        key="x.tree.rating",
    )
    sheet.row += 1


def tree_of(values: Values) -> TreeValue:
    """The tree under what the workbook's run sets."""
    return values.once(("tree",), lambda: value_tree(values.dataset, values.overrides))


def _mean(values: Values, name: str) -> float:
    return tree_of(values).expected(VALUES[name])


def _given(values: Values, name: str) -> float:
    return float(tree_of(values).assumptions(name))


def _branch(values: Values, place: int, name: str) -> float:
    return tree_of(values).branches[place].scalars[VALUES[name]]


def _chance(values: Values, place: int) -> float:
    return tree_of(values).branches[place].probability
