"""Tables: what a reader scans and a screen reader reads."""

from __future__ import annotations

import pandas as pd
import pytest
from lxml import html

from thesisbook.exhibits import tables
from thesisbook.exhibits.tables import Traced

FRAME = pd.DataFrame(
    {"2025": [1034.6, -874.3, 0.538], "2026E": [2169.0, None, 0.541]},
    ["Revenue", "Profit", "Gross margin"],
)


def grid(table: tables.Table) -> list[list[str]]:
    rows = html.fromstring(table.html).xpath(".//tr")
    return [[cell.text_content() for cell in row.xpath("./th|./td")] for row in rows]


def test_statement() -> None:
    table = tables.statement(FRAME, fmt={"Gross margin": "pct1"}, unit="RMB mn")
    assert grid(table) == [
        ["RMB mn", "2025", "2026E"],
        ["Revenue", "1,035", "2,169"],
        ["Profit", "(874)", "–"],
        ["Gross margin", "53.8%", "54.1%"],
    ]
    root = html.fromstring(table.html)
    assert root.xpath(".//thead//th/@scope") == ["col"] * 3
    assert root.xpath(".//tbody//th/@scope") == ["row"] * 3
    assert [td.text_content() for td in root.xpath('.//td[@class="forecast"]')] == [
        "2,169",
        "–",
        "54.1%",
    ]


def test_signed_numbers_keep_their_sign() -> None:
    assert grid(tables.table(FRAME, fmt="+0"))[2][1] == "−874"


def test_sections_names_strong_and_summary() -> None:
    table = tables.table(
        FRAME,
        sections={"Profit": "Below the line"},
        names={"Profit": "Adjusted profit"},
        strong=["Revenue"],
        summary=["Gross margin"],
    )
    root = html.fromstring(table.html)
    assert root.xpath('string(.//tr[@class="section"])') == "Below the line"
    assert root.xpath('string(.//tr[@class="strong"]/th)') == "Revenue"
    assert root.xpath('string(.//tr[@class="summary"]/th)') == "Gross margin"
    assert "Adjusted profit" in [row[0] for row in grid(table)]


def test_words_are_marked_and_escaped() -> None:
    frame = pd.DataFrame({"What": ["a < b & c"], "Size": [1.0]}, ["row"])
    table = tables.table(frame)
    assert "a &lt; b &amp; c" in table.html
    assert html.fromstring(table.html).xpath(".//td/@class") == ["text"]


def test_formats_by_column() -> None:
    table = tables.table(FRAME, by="column", fmt={"2025": "1"})
    assert grid(table)[1] == ["Revenue", "1,034.6", "2,169"]


def test_cells_carry_their_reference() -> None:
    frame = pd.DataFrame(
        {"2027E": [Traced(7029.7, "model.revenue.2027")]}, ["Revenue"], dtype=object
    )
    table = tables.table(frame)
    assert html.fromstring(table.html).xpath(".//td/@data-receipt") == ["model.revenue.2027"]
    assert table.references == ("model.revenue.2027",)
    assert not hasattr(frame.iat[0, 0] * 2, "reference")


def test_a_name_in_a_note_is_code() -> None:
    table = tables.table(FRAME, notes={FRAME.index[0]: "`own` takes a < b."})
    assert "<div><code>own</code> takes a &lt; b.</div>" in table.html


def test_an_empty_frame_and_a_wrong_direction_are_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        tables.table(pd.DataFrame())
    with pytest.raises(ValueError, match="'row', 'column' or 'cell'"):
        tables.table(FRAME, by="diagonal")


@pytest.mark.parametrize("value", [0.0, -1e-12, 1e18, -1e18, float("inf")])
def test_extreme_values(value: float) -> None:
    assert grid(tables.table(pd.DataFrame({"a": [value]}, ["row"])))[1][1]
