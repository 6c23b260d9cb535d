"""The still of a "What if" panel: what print and Jupyter show, with receipts."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest

from thesisbook.exhibits import Report
from thesisbook.exhibits.levers import still
from thesisbook.exhibits.report import NUMBERS_MIME
from thesisbook.model import ParameterError


def test_the_still_names_every_lever_and_binds_its_numbers(report: Report) -> None:
    html, references = still(report, ())
    for lever in report.dataset.studies["what_if"]:
        assert f'<th scope="row">{lever.name.en}</th>' in unescape(html)
    bound = set(re.findall(r'data-receipt="([^"]+)"', html))
    assert bound == set(references)
    assert all(reference.startswith("param.") for reference in bound)
    shown = re.findall(r"<td[^>]*>[^<]*\d[^<]*</td>", html)
    assert shown
    assert all("data-receipt" in cell for cell in shown if "%" in cell or "." in cell)


def test_the_panel_knows_the_run_of_the_page(dataset: Any) -> None:
    changed = Report.open("base", {"beta": 1.31}, dataset=dataset)
    html, _ = still(changed, ("price",))
    given = re.search(r'data-given="([^"]*)"', html)
    assert given is not None
    assert json.loads(unescape(given[1])) == {"beta": 1.31}
    assert 'data-scenario="base"' in html
    assert 'data-levers="price"' in html


def test_the_panel_travels_with_its_receipts(fresh: Report, shown: list[Any]) -> None:
    fresh.what_if("beta")
    payload = shown[-1][0][NUMBERS_MIME]
    assert payload["receipts"]["param.beta"]["value"] == fresh.value("param.beta")


def test_an_unknown_lever_is_refused_with_the_nearest(report: Report) -> None:
    with pytest.raises(ParameterError, match="pol_share: no such lever; nearest: pool_share"):
        still(report, ("pol_share",))
