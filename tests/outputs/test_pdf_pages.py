"""How the template fills pages: small documents made of its own functions."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from bs4 import BeautifulSoup, Tag
from pdf_reading import blank_shares, exhibits_by_page, filled_shares, page_texts

from thesisbook.outputs.pdf.compile import TEMPLATE, compiled, packed
from thesisbook.outputs.pdf.meta import PdfMeta
from thesisbook.outputs.pdf.vocabulary import follower

META = PdfMeta.of({"title": "Sample", "ticker": "9999.HK", "edition": "2026-06-02", "numbers": {}})
HEAD = """#import "/report.typ": *
#let words = (page: "page", of: "of")
#let meta = (title: "Sample", author: "x", subject: "x", keywords: (), lang: "en",
  date: datetime(year: 2026, month: 6, day: 2), short: "Sample", notice: "", words: words)
#show: report.with(meta)
"""
CHAPTER = "#section-heading(1, [A chapter])\n"


def printed(body: str, folder: Path, **drawings: str) -> Path:
    files = {path.name: path.read_bytes() for path in TEMPLATE.glob("*.typ")}
    files |= {f"{name}.svg": source.encode() for name, source in drawings.items()}
    out = folder / "pages.pdf"
    out.write_bytes(packed(compiled({"main": (HEAD + body).encode(), **files}, META)))
    return out


def exhibit(number: int, height: int) -> str:
    cells = f"table.cell[a], table.cell(block(height: {height}pt)[x])"
    body = f"data-table(columns: (1fr, 1fr), head: ([A], [B]), head-rows: 1, body: ({cells}))"
    shown = f'card("e{number}", number: "Exhibit 1.{number}", title: [Title], body: {body})'
    return f'#exhibit(("e{number}",), {shown})\n'


def text(words: int) -> str:
    return "#para[" + "Words of the chapter. " * words + "]\n"


@pytest.mark.parametrize("words", [50, 65, 80])
def test_exhibits_of_a_first_page_are_not_overtaken_on_the_next(tmp_path: Path, words: int) -> None:
    body = CHAPTER + text(215) + exhibit(1, 180) + text(words) + exhibit(2, 40) + text(80)
    shown = exhibits_by_page(printed(body, tmp_path))
    assert shown == [[], [(1, 1), (1, 2)]]


def test_an_exhibit_stands_below_the_title_of_its_chapter(tmp_path: Path) -> None:
    out = printed(CHAPTER + exhibit(1, 100) + text(40), tmp_path)
    first_page = page_texts(out)[0]
    assert first_page.index("A chapter") < first_page.index("Words") < first_page.index("Exhibit")


@pytest.mark.parametrize("rows", range(68, 80, 2))
def test_a_long_table_ends_on_three_rows_at_least(tmp_path: Path, rows: int) -> None:
    cells = ", ".join(f"table.cell[Row {n} of it]" for n in range(rows))
    tail = ", ".join(f"table.cell[Row {n} of it]" for n in range(rows, rows + 3))
    head = 'head: ([Line],), head-rows: 1, called: "Exhibit 1.1", goes-on: "continued from page"'
    table = f"#data-table(columns: (100pt,), {head}, body: ({cells},), tail: ({tail},))\n"
    texts = [" ".join(text.split()) for text in page_texts(printed(CHAPTER + table, tmp_path))]
    assert sum(text.count(" of it") for text in texts) == rows + 3
    assert texts[-1].count(" of it") >= 3
    assert len(texts) > 1
    assert ["continued from page 1" in text for text in texts] == [
        False,
        *[True] * (len(texts) - 1),
    ]


@pytest.mark.parametrize(
    ("tall", "least", "most"), [(200, 150, 180), (400, 300, 345), (480, 380, 390)]
)
def test_a_tall_chart_leaves_room_on_its_page(
    tmp_path: Path, tall: int, least: float, most: float
) -> None:
    size = f'width="504pt" height="{tall}pt" viewBox="0 0 504 {tall}"'
    bar = f'<rect width="504" height="{tall}"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{bar}</svg>'
    body = CHAPTER + '#wide(drawing("/tall.svg", alt: "A chart", natural: 504pt))\n'
    page = pypdfium2.PdfDocument(printed(body, tmp_path, tall=svg))[0]
    bounds = [item.get_bounds() for item in page.get_objects()]
    assert least < max(top - bottom for _, bottom, _, top in bounds) < most


def test_half_empty_pages_are_seen(tmp_path: Path) -> None:
    full = "#block(height: 90%, width: 100%, fill: black)\n"
    body = CHAPTER + "#para[Little.]\n#pagebreak()\n" + full + CHAPTER.replace("A c", "Another c")
    out = printed(body + full, tmp_path)
    assert [share > 0.5 for share in blank_shares(out)] == [True, False, False]
    assert [share < 0.55 for share in filled_shares(out)] == [True, False, False]


def test_exhibits_of_a_section_stand_before_the_next(tmp_path: Path) -> None:
    body = CHAPTER + text(40) + exhibit(1, 500) + exhibit(2, 500) + "#section-heading(2, [Next])\n"
    texts = page_texts(printed(body + text(30), tmp_path))
    whole = " ".join(texts)
    assert whole.index("Exhibit 1.2") < whole.index("Next")


def first(html: str, name: str) -> Tag:
    found = BeautifulSoup(html, "lxml").find(name)
    assert isinstance(found, Tag)
    return found


@pytest.mark.parametrize(
    ("html", "follows"),
    [
        ("<p>One.</p><div><table><tr><td>x</td></tr></table></div>", "table"),
        ("<p>One.</p><div class=cell_input><pre>code</pre></div><table></table>", "table"),
        ("<p>One.</p><h2>Two</h2><table></table>", "h2"),
        ("<div><p>One.</p></div> <figure class=exhibit><table></table></figure>", "figure"),
        ("<section><p>One.</p></section><span id=document-b></span><p>Two</p>", None),
        ("<p>One.</p>", None),
    ],
)
def test_what_a_reader_comes_to_next(html: str, follows: str | None) -> None:
    found = follower(first(html, "p"))
    assert (found.name if found is not None else None) == follows
