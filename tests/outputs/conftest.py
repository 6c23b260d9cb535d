"""The data set, the plan of its workbook and the workbook of base, each made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from thesisbook.data import Dataset
from thesisbook.outputs.workbook import plan_book, write_workbook
from thesisbook.outputs.workbook.layout import Book


@pytest.fixture(scope="session")
def book(dataset: Dataset) -> Book:
    return plan_book(dataset)


@pytest.fixture(scope="session")
def workbook(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_workbook(dataset, tmp_path_factory.mktemp("workbook") / "model.xlsx")
