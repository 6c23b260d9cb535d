"""The project's own data set, read once: what the exhibits must work on."""

from __future__ import annotations

from typing import Any

import pytest

from thesisbook.data import Dataset
from thesisbook.exhibits import Report


@pytest.fixture(scope="session")
def report(dataset: Dataset) -> Report:
    """Base, with the numbers of the valuation chapter open."""
    opened = Report.open("base", dataset=dataset)
    opened.numbers.open_chapter("06_valuation")
    opened.chapter = "06_valuation"
    return opened


@pytest.fixture
def fresh(dataset: Dataset) -> Report:
    """The same, with nothing shown yet."""
    opened = Report.open("base", dataset=dataset)
    opened.numbers.open_chapter("06_valuation")
    opened.chapter = "06_valuation"
    return opened


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Everything displayed: pairs of bundle and metadata."""
    out: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def display(bundle: dict[str, Any], raw: bool, metadata: dict | None = None) -> None:
        assert raw
        out.append((bundle, metadata or {}))

    monkeypatch.setattr("thesisbook.exhibits.report.display", display)
    return out
