"""Small tables written as text."""

from __future__ import annotations

import pytest

from thesisbook.exhibits import Report, sheets
from thesisbook.exhibits.tables import Traced


def test_cells_as_text(report: Report) -> None:
    frame = report.cells(
        """
        Method         | Published                  | Base
        Price to sales | published.relative_per_share | base.relative_per_share
        Growth         | {biren.revenue.2025} / {biren.revenue.2024} - 1 |
        """
    )
    assert list(frame.index) == ["Price to sales", "Growth"]
    assert list(frame.columns) == ["Published", "Base"]
    assert isinstance(frame.at["Price to sales", "Base"], Traced)
    assert isinstance(frame.at["Growth", "Published"], Traced)
    assert frame.at["Growth", "Base"] is None


def test_rows_and_columns_as_text(report: Report) -> None:
    assert report.frame("Revenue | model.revenue", [2025]).equals(
        report.frame({"Revenue": "model.revenue"}, [2025])
    )
    price = report.column("Price | audited.price").at["Price", "value"]
    assert price == pytest.approx(61.65)
    across = report.across(["hygon"], "P/S | ENTITY.forward_ps.2027")
    assert across.at["Hygon", "P/S"] == pytest.approx(21.4)


def test_words(report: Report) -> None:
    frame = report.words("date | event\n2026-01-02 | Listed")
    assert frame.to_dict("records") == [{"date": "2026-01-02", "event": "Listed"}]
    assert list(report.words("What | Who\nA | B", index=True).index) == ["A"]


@pytest.mark.parametrize("text", ["a | b | c", "only a name", "a | x\na | y"])
def test_wrong_pairs_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"cells|two lines"):
        sheets.pairs(text)


@pytest.mark.parametrize("text", ["a | b", "a | b\n1 | 2 | 3"])
def test_wrong_grids_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"required|cells"):
        sheets.grid(text)
