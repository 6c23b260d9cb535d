"""Scenarios side by side: every reason is told, and told once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import html as lxml_html

from thesisbook.data import Dataset
from thesisbook.exhibits import Report, side_by_side
from thesisbook.exhibits.tables import Table


@pytest.fixture(scope="module")
def report(dataset: Dataset) -> Report:
    return Report.open(dataset=dataset)


@pytest.mark.parametrize("table", [side_by_side.series, side_by_side.settings])
def test_a_reason_stands_once_and_names_what_else_it_explains(
    table: Callable[[Report], Table], report: Report
) -> None:
    page = lxml_html.fromstring(table(report).html)
    told = [cell.text_content() for cell in page.xpath("//tr[@class='reason']//div")]
    by_year = table is side_by_side.series
    wanted = {
        side_by_side._reason(report, scenario, parameter).replace("`", ""): (
            parameter.label,
            scenario,
        )
        for parameter, scenarios in side_by_side._differing(report)
        if bool(parameter.years) == by_year
        for scenario in scenarios
    }
    assert len(wanted) > 10
    assert len(told) == len(wanted)
    for reason, (label, scenario) in wanted.items():
        (place,) = (text for text in told if text.startswith(reason))
        if place != reason:  # the last row it explains is named
            name = report.dataset.company["scenarios"][scenario]["en"]
            assert label in place or name in place, place
    assert sum(" Also for: " in text for text in told) > 5
