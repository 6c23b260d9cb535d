"""The plan of the workbook, and workbooks of two scenarios, which tests only read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from thesisbook.data import Dataset
from thesisbook.outputs.workbook import plan_book, write_workbook
from thesisbook.outputs.workbook.layout import Book


@pytest.fixture(scope="session")
def book(dataset: Dataset) -> Book:
    return plan_book(dataset)


@pytest.fixture(scope="session")
def workbook(dataset: Dataset, made_once: Callable[..., Path]) -> Path:
    return made_once("base.xlsx", lambda path: write_workbook(dataset, path))


@pytest.fixture(scope="session")
def workbook_of_bull(dataset: Dataset, made_once: Callable[..., Path]) -> Path:
    return made_once("bull.xlsx", lambda path: write_workbook(dataset, path, "bull"))
