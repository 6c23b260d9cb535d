"""Patents by family and year, against the rows of the list itself."""

from __future__ import annotations

import pytest

from thesisbook.data import Dataset
from thesisbook.exhibits import Report


def test_families_and_years_add_up_to_the_distinct_patents(report: Report) -> None:
    counts = report.audit.counts
    whole = counts["patents.filed"]
    assert whole == report.value("calc.patents_distinct")
    years = [n for n in counts if n.startswith("patents.filed.")]
    assert sum(counts[n] for n in years) == whole
    families = [n for n in counts if n.startswith("patents.") and n.count(".") == 1]
    assert sum(counts[n] for n in families) == 2 * whole  # all families, and `filed` itself
    for family in families:
        by_year = [counts[n] for n in counts if n.startswith(f"{family}.")]
        assert sum(by_year) == counts[family]


def test_a_year_without_filings_counts_zero(report: Report) -> None:
    assert report.value("audit.patents.filed.2023") == 0
    with pytest.raises(KeyError):
        report.value("audit.patents.filed.2019")


def test_a_family_counts_its_rows_once(report: Report, dataset: Dataset) -> None:
    software = {
        p.registration
        for p in dataset.patents
        if p.technology.startswith("Software:") and p.registration.startswith("ZL")
    }
    assert report.value("audit.patents.software") == len(software) > 10
