"""The checks of figures find what they are for."""

from __future__ import annotations

import pandas as pd
import pytest

from thesisbook.exhibits import charts
from thesisbook.exhibits import drawing_checks as checks
from thesisbook.exhibits.charts.canvas import new_chart


def drawing() -> charts.Chart:
    chart = new_chart(pd.DataFrame({"a": [1]}))
    chart.panel().axis("off")
    return chart


def test_overlapping_words_are_found() -> None:
    chart = drawing()
    chart.axes[0].text(0.5, 0.5, "one long label")
    chart.axes[0].text(0.52, 0.51, "another label")
    assert checks.overlapping_text(checks.text_boxes(chart)) == [
        ("one long label", "another label")
    ]


def test_neighbouring_lines_do_not_overlap() -> None:
    chart = drawing()
    chart.text(0.1, 0.5, "first line", fontsize=9)
    chart.text(0.1, 0.5 - 11 / (chart.get_figheight() * 72), "second line", fontsize=9)
    assert checks.overlapping_text(checks.text_boxes(chart)) == []


def test_words_over_the_edge_are_found() -> None:
    chart = drawing()
    chart.text(0.97, 0.5, "runs out of the picture")
    assert checks.clipped_text(chart, checks.text_boxes(chart)) == ["runs out of the picture"]


@pytest.mark.filterwarnings("ignore:Glyph")
def test_missing_glyphs_are_found() -> None:
    assert checks.missing_glyphs("壁仞 Biren 78.63 − × → ≥") == ""
    assert checks.missing_glyphs("a\U0001f600b\U0001f600") == "\U0001f600"
    chart = drawing()
    chart.text(0.1, 0.5, "\U0001f600")
    assert checks.faults(chart) == ["no glyph for '\U0001f600'"]
