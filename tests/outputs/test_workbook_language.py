"""The Chinese workbook: other words, the same sheets."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from thesisbook.data import Dataset
from thesisbook.exhibits.translation import Translation
from thesisbook.outputs.workbook.in_language import put_in_language


@pytest.fixture(scope="module")
def both(
    dataset: Dataset, workbook: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    chinese = tmp_path_factory.mktemp("workbooks") / "zh.xlsx"
    chinese.write_bytes(workbook.read_bytes())
    put_in_language(chinese, Translation(dataset.words["zh"], "zh"))
    return workbook, chinese


def test_formulas_and_values_are_the_same_bytes(both: tuple[Path, Path]) -> None:
    books = [zipfile.ZipFile(path) for path in both]
    names = [book.namelist() for book in books]
    assert names[0] == names[1]
    changed = [name for name in names[0] if books[0].read(name) != books[1].read(name)]
    assert "xl/sharedStrings.xml" in changed
    assert [name for name in changed if not name.startswith(("xl/shared", "xl/charts/"))] == []


def test_words_are_chinese_and_names_stay(both: tuple[Path, Path]) -> None:
    english, chinese = (openpyxl.load_workbook(path, data_only=True) for path in both)
    words = {
        row[0].value: row[1].value for row in english["Assumptions"].iter_rows(min_col=1, max_col=2)
    }
    said = [
        (row[0].value, row[1].value)
        for row in chinese["Assumptions"].iter_rows(min_col=1, max_col=2)
        if row[1].value in words.values() and row[1].value
    ]
    assert len(said) > 100
    assert ("股价", "price") in said
    assert english.sheetnames == chinese.sheetnames


def test_a_word_that_a_formula_compares_with_stays(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, content in enumerate(("Yes", "Price", '=IF(A1="Yes",1,0)')):
            sheet.write(row, 0, content)
    put_in_language(path, Translation({"Yes": "是", "Price": "股价"}, "zh"))
    read = openpyxl.load_workbook(path).active
    assert read is not None
    assert [read[name].value for name in ("A1", "A2", "A3")] == ["Yes", "股价", '=IF(A1="Yes",1,0)']
