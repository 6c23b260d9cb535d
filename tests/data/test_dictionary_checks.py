"""What the dictionary says of a line or a source is held against every figure, and the reverse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thesisbook.data.dictionary_checks import (
    undeclared_amounts,
    undeclared_currencies,
    undeclared_periods,
    untimely_figures,
)
from thesisbook.data.files import Files, read_files
from thesisbook.data.periods import FORMS, form_of
from thesisbook.data.source_checks import grades_of_kinds, subjects_of_sources
from thesisbook.data.validation import Table

GOOD = read_files(Path(__file__).parent / "good")
PERIODS = {
    "year": "2025",
    "half": "2025H1",
    "quarter": "2025Q3",
    "month": "2025-12",
    "day": "2025-12-31",
    "range": "2022-2024",
    "none": "na",
}


def told(check: Any, files: Files) -> list[str]:
    return list(map(str, check(files)))


def changed(table: Table, identity: str, **cells: Any) -> Table:
    """The table with other cells in one row; of all rows if `identity` is `*`."""
    rows = [
        row.model_copy(update=cells) if identity in ("*", row.id) else row for row in table.rows
    ]
    return Table(table.file, tuple(rows), table.lines)


def metric(identity: str, files: Files = GOOD, **cells: Any) -> Files:
    return replace(files, metrics=changed(files.metrics, identity, **cells))


def source(identity: str, files: Files = GOOD, **cells: Any) -> Files:
    return replace(files, sources=changed(files.sources, identity, **cells))


def fact(identity: str, files: Files = GOOD, **cells: Any) -> Files:
    return replace(files, facts=tuple(changed(table, identity, **cells) for table in files.facts))


@pytest.mark.parametrize("form", FORMS)
def test_every_period_has_one_form(form: str) -> None:
    assert form_of(PERIODS[form]) == form


@given(st.sampled_from(FORMS), st.sets(st.sampled_from(FORMS), min_size=1))
def test_a_period_has_a_form_of_its_line_and_every_form_a_period(form: str, of: set[str]) -> None:
    files = metric("listing_date", fact("acme.listing_date.2026", period=PERIODS[form]))
    faults = told(undeclared_periods, metric("listing_date", files, periods=" ".join(sorted(of))))
    assert len(faults) == (form not in of) + len(of - {form})


@pytest.mark.parametrize(
    ("metric_id", "dated", "identity", "cells", "word"),
    [
        ("share_price", "source", "acme.share_price.2026-06-02", {}, ""),
        ("share_price", "source", "acme.share_price.2026-06-02", {"period": "2025-06-02"}, "time"),
        ("share_price", "source", "acme.share_price.2026-06-02", {"period": "2026"}, ""),
        ("share_price", "source", "acme.share_price.2026-06-02", {"period": "2025"}, "time"),
        ("share_price", "any", "acme.share_price.2026-06-02", {"period": "2025-06-02"}, ""),
        ("gross_margin", "over", "acme.gross_margin.2025", {}, ""),
        ("gross_margin", "over", "acme.gross_margin.2025", {"period": "2026"}, "before that"),
        ("gross_margin", "over", "acme.gross_margin.2025", {"period": "2024"}, "later ones"),
        (
            "gross_margin",
            "over",
            "acme.gross_margin.2025",
            {"period": "2024", "note": "Looks back; of the prospectus"},
            "",
        ),
        ("revenue", "over", "acme.revenue.2025", {}, ""),
        ("revenue", "over", "acme.revenue.2024", {"period": "2024H1"}, "later years"),
        ("revenue", "over", "acme.revenue.2026", {"period": "2028"}, ""),
    ],
)
def test_a_figure_is_of_the_time_of_its_line(
    metric_id: str, dated: str, identity: str, cells: dict[str, str], word: str
) -> None:
    faults = told(untimely_figures, fact(identity, metric(metric_id, dated=dated), **cells))
    assert len(faults) == bool(word)
    assert word in "".join(faults)


def with_currencies(**cells: str) -> Files:
    said = {"revenue": "reporting", "share_price": "trading", **cells}
    files = metric("share_price", currency=said["share_price"])
    for name in ("revenue", "cost_of_sales", "gross_profit"):
        files = metric(name, files, currency=said.get(name, "reporting"))
    return replace(files, entities=changed(files.entities, "rival", reporting="CNY"))


def test_an_amount_is_in_the_currency_of_its_line() -> None:
    files = with_currencies()
    assert told(undeclared_currencies, files) == []
    for identity, unit in (
        ("acme.revenue.2025", "HKD_thousand"),
        ("rival.revenue.2025", "HKD_mn"),
        ("acme.share_price.2026-06-02", "CNY_per_share"),
    ):
        (fault,) = told(undeclared_currencies, fact(identity, files, unit=unit))
        assert unit in fault


@given(st.sampled_from(("CNY", "CNY HKD", "USD", "HKD USD")))
def test_a_currency_that_no_amount_has_is_told(codes: str) -> None:
    faults = told(undeclared_currencies, with_currencies(cost_of_sales=codes))
    assert len(faults) == len({*codes.split()} ^ {"CNY"})


def test_a_line_of_money_has_a_currency_and_no_other_line() -> None:
    assert told(undeclared_currencies, with_currencies(cost_of_sales=""))
    assert told(undeclared_currencies, metric("ticker", with_currencies(), currency="CNY"))


def with_units(of_004: str = "CNY_thousand", of_results: str = "CNY_mn") -> Files:
    return source("004", source("results-2026-03-30", amounts=of_results), amounts=of_004)


def test_an_amount_is_in_a_unit_of_its_source() -> None:
    files = with_units()
    assert told(undeclared_amounts, files) == []  # 约20亿元 has a word of scale
    for unit in ("CNY_mn", "CNY", "HKD_thousand", "CNY_bn"):
        (fault,) = told(undeclared_amounts, fact("acme.revenue.2025", files, unit=unit))
        assert unit in fault
    (fault,) = told(undeclared_amounts, with_units("CNY_mn CNY_thousand"))
    assert "sources.csv:2:amounts" in fault


def with_subjects(**of: str) -> Files:
    said = {"004": "acme;*.forward_ps", "results-2026-03-30": "rival.revenue", **of}
    files = GOOD
    for name, about in said.items():
        files = source(name, files, about=about)
    return files


def test_a_source_speaks_of_its_figures() -> None:
    files = with_subjects()
    assert told(subjects_of_sources, files) == []
    faults = told(
        subjects_of_sources, fact("acme.revenue.2025", files, source="results-2026-03-30")
    )
    assert len(faults) == 1
    assert "acme.revenue" in faults[0]
    (fault,) = told(subjects_of_sources, with_subjects(**{"004": "acme;rival;*.revenue_share"}))
    assert "sources.csv:2:about" in fault


@pytest.mark.parametrize(
    ("kind", "grade", "chain", "fits"),
    [
        ("press", "B", "edited", True),
        ("press", "B", "", True),
        ("press", "B", "relayed", False),
        ("press", "C", "relayed", True),
        ("research", "B", "unedited", False),
        ("primary", "A", "origin", True),
        ("press", "B", "origin", False),
        ("primary", "A", "edited", False),
    ],
)
def test_a_grade_is_that_of_its_chain(kind: str, grade: str, chain: str, fits: bool) -> None:
    files = source("004", kind=kind, grade=grade, chain=chain)
    assert (told(grades_of_kinds, files) == []) == fits
