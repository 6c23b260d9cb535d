"""The lint of workbooks: nothing on the shipped file, and each fault that is put into a copy."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import openpyxl
import pytest
from workbook_files import sheet_files, split

from thesisbook.outputs.workbook.layout import Book
from thesisbook.outputs.workbook.lint import lint

Seed = Callable[["Copy"], None]


class Copy:
    """The parts of a workbook, to be changed as text."""

    def __init__(self, source: Path, book: Book) -> None:
        self.book = book
        with zipfile.ZipFile(source) as archive:
            self.members = sheet_files(archive)
            self.parts = {name: archive.read(name) for name in archive.namelist()}

    def replace(self, member: str, old: str, new: str) -> None:
        text, count = re.subn(old, new, self.parts[member].decode(), count=1, flags=re.S)
        assert count, (member, old)
        self.parts[member] = text.encode()

    def cell(self, key: str, inner: str, kind: str = "", style: str = r"\g<1>") -> None:
        """Sets the content of a cell, named as in the book or by its address."""
        sheet, cell = split(self.book.places[key].address if key in self.book.places else key)
        old = rf'<c r="{cell}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)'
        self.replace(self.members[sheet], old, f'<c r="{cell}"{style}{kind}>{inner}</c>')

    def formula(self, key: str, formula: str, result: str = "1") -> None:
        self.cell(key, f"<f>{formula}</f><v>{result}</v>")

    def text(self, key: str, words: str) -> None:
        self.cell(key, f"<is><t>{words}</t></is>", ' t="inlineStr"')

    def address(self, key: str, column: str | None = None, rows: int = 0) -> str:
        """The cell of a key without its sheet; another column or some rows below if asked."""
        found = re.fullmatch(r"([A-Z]+)(\d+)", split(self.book.places[key].address)[1])
        assert found
        return f"{column or found[1]}{int(found[2]) + rows}"

    def save(self, path: Path) -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.parts.items():
                archive.writestr(name, content)
        return path


def _hide_sheet(c: Copy) -> None:
    c.replace("xl/workbook.xml", r'<sheet name="DCF"', '<sheet name="DCF" state="hidden"')


def _hide_row(c: Copy) -> None:
    c.replace(c.members["DCF"], r'<row r="9"', '<row r="9" hidden="1"')


def _mix_units(c: Copy) -> None:
    c.text(f"'Balance sheet'!{c.address('inventories.2027', 'C')}", "days")


def _no_unit(c: Copy) -> None:
    c.cell(f"'Income statement'!{c.address('ebit.2027', 'C')}", "")


def _name_twice(c: Copy) -> None:
    c.text(f"'Income statement'!{c.address('ebit.2027', 'B')}", "net_profit")


def _short_sum(c: Copy) -> None:
    first, last = (c.address(f"present_value.{year}") for year in (2026, 2034))
    c.formula("pv_fcf", f"'DCF value'!$D$9+SUM(DCF!{first}:{last})")


def _short_block(c: Copy) -> None:
    for year in range(2026, 2036):
        first, last = (
            c.address(f"trade_receivables.{year}"),
            c.address(f"other_current_assets.{year}"),
        )
        c.formula(f"current_assets.{year}", f"SUM({first}:{last})")


def _format_changes(c: Copy) -> None:
    c.cell("revenue.2027", "<f>SUM(H30:H35)</f><v>1</v>", style=' s="1"')


def _unguarded(c: Copy) -> None:
    c.replace(c.members["Assumptions"], r"<dataValidations.*?</dataValidations>", "")


def _macro(c: Copy) -> None:
    c.parts["xl/vbaProject.bin"] = b"macro"


def _broken_name(c: Copy) -> None:
    c.replace("xl/workbook.xml", r"(<definedName name=\"beta\">)[^<]*", r"\1Gone!$A$1")


def _own_cell(c: Copy) -> None:
    c.formula("gross_profit.2028", f"{c.address('ebit.2028')}+1")


SEEDS: dict[str, tuple[Seed, str]] = {
    "error in the last result": (
        lambda c: c.cell("ebit.2027", "<f>H9+H10</f><v>#DIV/0!</v>", ' t="e"'),
        "the result is #DIV",
    ),
    "reference that is gone": (lambda c: c.formula("ebit.2027", "#REF!+1"), "a cell that is gone"),
    "hard-coded number": (
        lambda c: c.formula("gross_profit.2028", f"{c.address('revenue.2028')}*1.05"),
        "1.05 is typed into a formula",
    ),
    "row that changes its pattern": (
        lambda c: c.formula("total_assets.2031", c.address("current_assets.2031")),
        "the formula changes within the row",
    ),
    "range one off": (_short_sum, "leaves out a year"),
    "block of rows one off": (_short_block, "leaves out a row"),
    "pasted value": (lambda c: c.cell("ebit.2029", "<v>812</v>"), "a typed number where a formula"),
    "pasted scalar": (lambda c: c.cell("pv_terminal", "<v>812</v>"), "a typed number where a form"),
    "circle": (_own_cell, "depends on itself"),
    "other file": (lambda c: c.formula("upside", "[1]Sheet1!A1"), "reads another file"),
    "hidden sheet": (_hide_sheet, "the sheet is hidden"),
    "hidden row": (_hide_row, "row 9 is hidden"),
    "units mixed": (_mix_units, "different units"),
    "row without a unit": (_no_unit, "without label or unit"),
    "name in two rows": (_name_twice, "stands in 2 rows"),
    "number as text": (lambda c: c.text("ebit.2029", "812.5"), "a number stored as text"),
    "opaque function": (lambda c: c.formula("upside", 'INDIRECT("D7")'), "uses INDIRECT"),
    "errors swallowed": (lambda c: c.formula("upside", "IFERROR(D7,0)"), "uses IFERROR"),
    "formula too long": (lambda c: c.formula("upside", "+".join(["D7"] * 90)), "at most 200"),
    "whole column": (lambda c: c.formula("upside", "SUM(D:D)"), "a whole column"),
    "empty cell": (lambda c: c.formula("upside", "D7+Z99"), "reads the empty cell Valuation!Z99"),
    "name that leads nowhere": (_broken_name, "beta: the name leads nowhere"),
    "typed status": (lambda c: c.text("x.check.cash_ties.0", "OK"), "OK is typed, not calculated"),
    "failing check": (
        lambda c: c.cell("x.check.cash_ties.0", "<f>1</f><v>CHECK</v>", ' t="str"'),
        "a check fails",
    ),
    "input unguarded": (_unguarded, "an input that takes any value"),
    "no alt text": (
        lambda c: c.replace("xl/drawings/drawing1.xml", r' descr="[^"]*"', ""),
        "without alt text",
    ),
    "macros": (_macro, "macros"),
    "formula without a result": (lambda c: c.cell("upside", "<f>D7</f>"), "has no result"),
    "format that changes": (_format_changes, "the format changes within the row"),
}


def test_nothing_is_found_on_the_shipped_file(workbook: Path) -> None:
    assert lint(workbook) == []


def test_a_workbook_without_a_formula_is_not_sound(tmp_path: Path) -> None:
    empty = tmp_path / "empty.xlsx"
    openpyxl.Workbook().save(empty)
    assert lint(empty) == ["empty.xlsx: holds no formula; nothing was looked at"]


def unfound(names: Iterable[str], workbook: Path, book: Book, folder: Path) -> list[str]:
    """Which of these faults the lint overlooks in a copy that has them all."""
    copy = Copy(workbook, book)
    for name in names:
        SEEDS[name][0](copy)
    found = lint(copy.save(folder / "seeded.xlsx"))
    return [name for name in names if not any(SEEDS[name][1] in words for words in found)]


# Faults that stand in one copy together: none in a cell or told in the words of another.
TOGETHER = (
    (
        "error in the last result",
        "pasted scalar",
        "name in two rows",
        "name that leads nowhere",
        "formula without a result",
    ),
    ("reference that is gone", "circle", "number as text", "typed status", "other file"),
    ("hard-coded number", "opaque function", "failing check", "units mixed"),
    ("row that changes its pattern", "hidden sheet", "errors swallowed", "input unguarded"),
    ("range one off", "hidden row", "formula too long", "no alt text"),
    ("block of rows one off", "whole column", "macros"),
    ("pasted value", "row without a unit", "empty cell", "format that changes"),
)


def test_every_seeded_fault_stands_in_a_copy() -> None:
    assert sorted(name for names in TOGETHER for name in names) == sorted(SEEDS)


@pytest.mark.parametrize("names", TOGETHER, ids=" + ".join)
def test_seeded_faults_are_found(
    names: tuple[str, ...], workbook: Path, book: Book, tmp_path: Path
) -> None:
    assert len({SEEDS[name][1] for name in names}) == len(names)
    assert unfound(names, workbook, book, tmp_path) == []


@pytest.mark.soak
@pytest.mark.parametrize("name", SEEDS)
def test_each_is_found_alone(name: str, workbook: Path, book: Book, tmp_path: Path) -> None:
    assert unfound([name], workbook, book, tmp_path) == []
