"""Tables: cells, alignment, widths that never overflow."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from thesisbook.outputs.pdf.glyphs import text_width
from thesisbook.outputs.pdf.markup import PdfError
from thesisbook.outputs.pdf.pdf_tables import (
    GUTTER,
    Widths,
    alignment,
    fit,
    forecasts,
    grid_of,
    squeeze,
)


def parsed(html: str):
    return BeautifulSoup(f"<table>{html}</table>", "lxml").table


def test_spans_shift_the_cells_after_them() -> None:
    grid = grid_of(
        parsed(
            "<thead><tr><th rowspan=2>a</th><th colspan=2>b</th></tr>"
            "<tr><th>c</th><th>d</th></tr></thead>"
            "<tbody><tr><th>x</th><td>1</td><td>2</td></tr></tbody>"
        )
    )
    assert grid.columns == 3
    assert [[cell.column for cell in row] for row in grid.head] == [[0, 1], [1, 2]]
    assert [cell.text for cell in grid.body[0]] == ["x", "1", "2"]


def test_numbers_stand_right_and_words_left() -> None:
    grid = grid_of(
        parsed(
            "<tr><th>k</th><th>n</th><th>w</th><th>t</th></tr>"
            '<tr><th>1</th><td>(1,051.2)</td><td>word here</td><td class="text">12</td></tr>'
            '<tr><th>2</th><td>–</td><td>38.1%</td><td class="text">13</td></tr>'
            '<tr><th>3</th><td>HK$9.50</td><td>more</td><td class="text">14</td></tr>'
        )
    )
    assert alignment(grid) == ["left", "right", "left", "left"]


def test_columns_of_an_exhibit_are_numbers_unless_marked() -> None:
    row = '<tr><th>a</th><td>Buy</td><td class="text">9</td></tr>'
    soup = BeautifulSoup(f'<figure class="exhibit"><table>{row * 2}</table></figure>', "lxml")
    assert alignment(grid_of(soup.table)) == ["left", "right", "left"]


def test_groups_totals_and_forecasts_are_known() -> None:
    grid = grid_of(
        parsed(
            '<thead><tr><th>k</th><th>2025</th><th class="forecast">2026E</th></tr></thead>'
            '<tr class="section"><th colspan=3>Assets</th></tr>'
            "<tr><th>a</th><td>1</td><td>2</td></tr>"
            '<tr class="summary"><th>b</th><td>1</td><td>2</td></tr>'
        )
    )
    assert grid.kinds == {0: "section", 2: "sum"}
    assert forecasts(grid) == [2]


def wide_table(columns: int, cell: str, rows: int = 3) -> str:
    return f"<tr><th>Name of line</th>{f'<td>{cell}</td>' * columns}</tr>" * rows


def test_type_goes_down_before_the_page_turns() -> None:
    few = fit(grid_of(parsed(wide_table(6, "90,000"))), Widths.PAGE)
    some = fit(grid_of(parsed(wide_table(17, "90,000"))), Widths.PAGE)
    many = fit(grid_of(parsed(wide_table(24, "90,000"))), Widths.PAGE)
    assert few is not None and few.size == 8.2
    assert some is not None and some.size < 8.2
    assert many is None


def test_a_table_that_nobody_could_read_is_refused() -> None:
    grid = grid_of(parsed(wide_table(80, "90,000,000")))
    with pytest.raises(PdfError, match="81 columns"):
        squeeze(grid, Widths.LANDSCAPE)


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(PdfError, match="without cells"):
        grid_of(parsed(""))


CELL = st.text(st.sampled_from("ab 12,.%收入—"), min_size=1, max_size=24)


@given(
    st.integers(2, 7).flatmap(
        lambda width: st.lists(
            st.lists(CELL, min_size=width, max_size=width), min_size=2, max_size=6
        )
    )
)
def test_columns_fill_the_width_and_hold_their_longest_word(rows: list[list[str]]) -> None:
    body = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    grid = grid_of(parsed(body))
    made = fit(grid, Widths.PAGE) or squeeze(grid, Widths.PAGE)
    assert sum(made.widths) == pytest.approx(Widths.PAGE, abs=0.1)
    for column, width in enumerate(made.widths):
        for row in rows:
            for word in row[column].split():
                if not any(char in "收入—" for char in word):
                    assert text_width(word) * made.size <= width - GUTTER + 0.01
