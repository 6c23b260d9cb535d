"""The Chinese print edition: its language, its fonts, its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import typst

from thesisbook.exhibits import theme
from thesisbook.model.quantities import QUANTITIES

pytestmark = pytest.mark.book

CLOSING = "，。；：、！？）》」』】"
EDITIONS = ("", "-note")


@pytest.fixture(scope="module", params=EDITIONS, ids=["book", "note"])
def printed(request: pytest.FixtureRequest, both_languages: Path) -> Path:
    (found,) = (both_languages / "pdf").glob(f"*-base-zh{request.param}.pdf")
    return found


def beginnings(page: pypdfium2.PdfPage) -> Iterator[str]:
    """The first character of each line after another line of the same text: it stands lower than
    the character before it, and further left."""
    text = page.get_textpage()
    before = None
    for index in range(text.count_chars()):
        said = text.get_text_range(index, 1)
        if not said.strip():
            continue
        left, bottom, _, top = text.get_charbox(index, loose=True)
        if before and left < before[0] - 20 and top < (before[1] + before[2]) / 2:
            yield said
        before = (left, bottom, top)


def test_language_and_its_exceptions_are_tagged(printed: Path) -> None:
    with pikepdf.open(printed) as pdf:
        assert str(pdf.Root.Lang) == "zh-CN"
        told = [
            str(one.Lang)
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and "/Lang" in one
        ]
    cites_works = not printed.stem.endswith("-note")
    assert ("en" in told) == cites_works, "titles of works in English; the note cites none"


def test_fonts_are_embedded_in_part_and_no_character_is_missing(printed: Path) -> None:
    with pikepdf.open(printed) as pdf:
        fonts = {
            str(one.BaseFont)
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"
        }
    assert any("NotoSansSC" in name for name in fonts)
    assert [name for name in fonts if not re.match(r"/[A-Z]{6}\+", name)] == []
    with pypdfium2.PdfDocument(printed) as pdf:
        text = "".join(page.get_textpage().get_text_range() for page in pdf)
    assert len(re.findall(r"[\u4e00-\u9fff]", text)) > 5_000
    assert "[U+" not in text
    assert "\ufffd" not in text


def test_the_front_page_calls_its_lines_in_chinese(printed: Path) -> None:
    with pypdfium2.PdfDocument(printed) as pdf:
        text = pdf[0].get_textpage().get_text_range()
    english = {one.label for one in QUANTITIES.values() if one.label != "EBITDA"}
    assert "净现金" in text
    assert [label for label in sorted(english) if label in text] == []


def test_no_line_begins_with_a_closing_mark(printed: Path) -> None:
    with pypdfium2.PdfDocument(printed) as pdf:
        firsts = [(number, one) for number, page in enumerate(pdf, 1) for one in beginnings(page)]
    assert len(firsts) > 200
    assert [(number, one) for number, one in firsts if one in CLOSING] == []


def test_a_mark_at_the_beginning_would_be_seen() -> None:
    page = "#set page(width: 100pt, margin: 10pt)"
    words = f'{page}\n#set text(font: "Noto Sans SC", size: 10pt)\n我们认为句子#linebreak()。第二行'
    made = typst.compile(words.encode(), font_paths=[str(theme.FONT_FOLDER)])
    with pypdfium2.PdfDocument(made) as pdf:
        assert "。" in list(beginnings(pdf[0]))
