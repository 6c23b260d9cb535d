"""The cover: what the workbook says, for which scenario, whether it ties, and where things are."""

from __future__ import annotations

from functools import partial
from typing import Any

from xlsxwriter.utility import quote_sheetname

from thesisbook.data import Dataset
from thesisbook.exhibits.run_labels import run_label
from thesisbook.model.quantities import QUANTITIES, unit_in
from thesisbook.outputs.workbook import origin
from thesisbook.outputs.workbook.layout import Book, Cell, Sheet
from thesisbook.outputs.workbook.styles import BAD, GOOD, WARN, number_format, unit_text
from thesisbook.outputs.workbook.tree_sheet import tree_of
from thesisbook.outputs.workbook.values import Values

CONTENTS = {
    "Assumptions": "Every input in every scenario",
    "Revenue build": "Units x price by product, shocks, growth",
    "Income statement": "To adjusted profit",
    "Balance sheet": "Balances, with cash as the result",
    "Cash flow": "Operating, investing, financing",
    "Cost of capital": "Capital asset pricing model and WACC",
    "DCF": "Free cash flow and its discounting, by year",
    "DCF value": "From flows and terminal value to equity",
    "Comparables": "Peer multiples, their statistic, relative value",
    "Valuation": "Blend, target, rating, implied multiples, football field",
    "Tree": "Branches of the house view, odds, expected value, grade",
    "Bridge": "From the published target to the recalculated one",
    "Sensitivities": "Live and stamped grids, tornado",
    "Reverse DCF": "What the price implies",
    "Workings": "The model once more, for other inputs",
    "Checks": "Identities and comparisons, all must read OK",
    "Facts": "Every figure with its source",
    "Errata": "What does not tie in the sources",
    "Receipts": "Named numbers of the book and cells",
}
HEADLINE = (
    "target_price",
    "price",
    "upside",
    "rating",
    "dcf_per_share",
    "relative_per_share",
    "wacc",
    "terminal_growth",
    "enterprise_value",
    "net_cash",
    "blended_equity",
    "market_cap",
    "shares_mn",
)


def plan(book: Book, dataset: Dataset) -> Sheet:
    company = dataset.company
    sheet = book.sheet(
        "Cover",
        "",
        colour="#12314F",
        freeze=(0, 0),
        portrait=True,
        row=2,
        widths={0: 3, 1: 38, 2: 17, 3: 16, 4: 26, 5: 30},
    )
    sheet.text(1, 1, company["name"]["en"], "cover_title")
    sheet.text(
        2,
        1,
        f"{company['ticker']}  ·  model of the edition of {company['edition']}",
        "cover_subtitle",
    )
    _selector(sheet, tuple(dataset.company["scenarios"]))
    sheet.text(5, 1, "Checks", "bold")
    sheet.formula(
        5,
        2,
        '=IF({x.failed}=0,"ALL OK",{x.failed}&" FAIL")',
        lambda v: "ALL OK",
        "status",
        key="x.cover.checks",
    )
    sheet.text(6, 1, "Inputs", "bold")
    sheet.formula(
        6,
        2,
        '=IF({x.edited}=0,"AS IN THE BOOK",{x.edited}&" EDITED")',
        lambda v: "AS IN THE BOOK",
        "status",
        key="x.cover.inputs",
    )
    _headline(sheet, book)
    _scenarios(sheet, tuple(dataset.company["scenarios"]))
    _contents(sheet)
    _legend(sheet)
    origin.plan(sheet, book, dataset)
    sheet.finishers.append(_run)
    sheet.finishers.append(_colour)
    sheet.finishers.append(lambda page, styles, values: page.set_row(1, 36))
    return sheet


def _selector(sheet: Sheet, names: tuple[str, ...]) -> None:
    sheet.text(4, 1, origin.SELECTOR, "bold")
    sheet.put(4, 2, Cell(lambda v: v.scenario, "selector"), "scenario", "scenario")
    sheet.text(4, 3, "Choose here: the whole workbook follows", "note")

    def validate(page: Any, styles: Any, values: Values) -> None:
        page.data_validation(
            4,
            2,
            4,
            2,
            {
                "validate": "list",
                "source": list(names),
                "input_title": "Scenario",
                "input_message": "One of " + ", ".join(names),
            },
        )

    sheet.finishers.append(validate)


def _scenarios(sheet: Sheet, names: tuple[str, ...]) -> None:
    """Target, upside and rating of every scenario as the book has them, beside the live ones."""
    for column, words in (
        (1, "Scenarios as in the book"),
        (2, "Target"),
        (3, "Upside"),
        (4, "Rating"),
        (5, ""),
    ):
        sheet.text(sheet.row, column, words, "header_right" if column in (2, 3) else "header")
    for name in names:
        sheet.row += 1
        sheet.text(sheet.row, 1, name)
        for column, quantity, shape in ((2, "target_price", "per_share"), (3, "upside", "percent")):
            cached = partial(_standing, scenario=name, name=quantity)
            template = f"={{stamp.{name}.{quantity}}}"
            sheet.formula(sheet.row, column, template, cached, f"calc:{shape}")
        sheet.put(sheet.row, 4, Cell(lambda v, n=name: v.results[n].rating, "note"))
    if "x.tree.target" in sheet.book.places:
        sheet.row += 1
        sheet.text(sheet.row, 1, "Expected value over the tree", "bold")
        for column, key, shape in ((2, "target", "per_share"), (3, "return", "percent")):
            cached = partial(_expected, key=key)
            sheet.formula(sheet.row, column, f"={{x.tree.{key}}}", cached, f"calc:{shape}:strong")
        rating = partial(_expected, key="rating")
        sheet.formula(sheet.row, 4, "={x.tree.rating}", rating, "calc:word:strong")
        sheet.text(sheet.row, 5, "Return less the index; the grade is of this", "note")
    sheet.row += 2


def _expected(values: Values, key: str) -> Any:
    tree = tree_of(values)
    found = {"return": lambda: tree.relative_return, "rating": lambda: tree.rating}
    return found[key]() if key in found else tree.expected("target_price")


def _standing(values: Values, scenario: str, name: str) -> float:
    return float(values.results[scenario].scalars[name])


def _run(page: Any, styles: Any, values: Values) -> None:
    """The run the file was written for: it stays when the selector is turned."""
    words = f"Written for the run: {run_label(values.assumptions, values.dataset)}"
    page.write_string(3, 1, words, styles("note"))


def _headline(sheet: Sheet, book: Book) -> None:
    for column, words in ((1, "Headline"), (2, "Value"), (3, "Unit"), (4, "Receipt"), (5, "Cell")):
        sheet.text(8, column, words, "header_right" if words == "Value" else "header")
    for k, name in enumerate(HEADLINE):
        row, quantity = 9 + k, QUANTITIES[name]
        unit = unit_in(quantity.unit, book.currencies)
        shape = "percent2" if unit == "ratio" else number_format(unit)
        strong = ":strong" if name in ("target_price", "upside", "rating") else ""
        sheet.text(row, 1, quantity.label, "bold" if strong else "text")
        sheet.formula(row, 2, f"={{{name}}}", partial(_value, name=name), f"calc:{shape}{strong}")
        sheet.text(row, 3, unit_text(unit), "note")
        sheet.text(row, 4, ", ".join(book.receipts.get(name, ())), "note")
        sheet.text(row, 5, book.places[name].address, "note")
    sheet.row = 9 + len(HEADLINE) + 1


def _value(values: Values, name: str) -> Any:
    return values.result.rating if name == "rating" else values.scalar(name)


def _contents(sheet: Sheet) -> None:
    for column, words in ((1, "Sheets"), (2, ""), (3, ""), (4, ""), (5, "")):
        sheet.text(sheet.row, column, words, "header")
    sheet.row += 1
    first = sheet.row
    contents = {name: words for name, words in CONTENTS.items() if name in sheet.book.sheets}
    for words in contents.values():
        sheet.text(sheet.row, 2, words, "note")
        sheet.row += 1

    def links(page: Any, styles: Any, values: Values) -> None:
        for k, name in enumerate(contents):
            page.write_url(
                first + k, 1, f"internal:{quote_sheetname(name)}!A1", styles("link"), name
            )

    sheet.finishers.append(links)
    sheet.row += 1


def _legend(sheet: Sheet) -> None:
    for style, sample, words in (
        ("input:factor", "Sample", "Input: blue on yellow; only these are meant to be changed"),
        ("follow:factor", "Sample", "Input that follows base until it is overwritten"),
        ("formula:factor", "Sample", "Formula on the same sheet"),
        ("link:factor", "Sample", "Formula that reads another sheet"),
        ("plain:factor", "Sample", "Fact, or a result stamped by the model: no input"),
    ):
        sheet.text(sheet.row, 1, words, "note")
        sheet.text(sheet.row, 2, sample, style)
        sheet.row += 1
    for words in (
        "No macros, no circular references, no links to other files.",
        "`thesisbook import` reads an edited Assumptions sheet back into the book.",
        "Independent reconstruction and audit of a published report; no investment advice.",
    ):
        sheet.text(sheet.row, 1, words, "note")
        sheet.row += 1


def _colour(page: Any, styles: Any, values: Values) -> None:
    for row, good, other in ((5, "ALL OK", BAD), (6, "AS IN THE BOOK", WARN)):
        for criteria, (fill, ink) in (("==", GOOD), ("!=", other)):
            page.conditional_format(
                row,
                2,
                row,
                2,
                {
                    "type": "cell",
                    "criteria": criteria,
                    "value": f'"{good}"',
                    "format": styles.extra({"bg_color": fill, "font_color": ink, "bold": True}),
                },
            )
