"""The print edition of the book itself: all that its page says, on pages that hold together."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pdf_reading
import pikepdf
import pypdfium2
import pytest
from pdf_reading import (
    blank_shares,
    boxes,
    exhibits_by_page,
    last_pages,
    missing_sentences,
    out_of_order,
    page_texts,
    read_aloud,
    sentences,
    tags,
)

from thesisbook.engine.project import Project
from thesisbook.engine.site_stage import stage_sources

pytestmark = pytest.mark.book

ROOT = Path(__file__).parents[2]
CHAPTERS = ROOT / "book" / "chapters"
PRINT = """
import sys
from pathlib import Path
from thesisbook.engine.site_stage import run_sphinx
from thesisbook.outputs.pdf import write_pdf
source, out, page = map(Path, sys.argv[1:])
run_sphinx(source, out / "single", "singlehtml", "base", False)
meta = {"title": "", "ticker": "6082.HK", "edition": "2026-06-02", "source": source}
write_pdf(out / "single" / page, out / "book.pdf", meta)
"""
LISTS = 4  # pages of the front and of contents, which name exhibits too
LARGEST = 2_000_000  # bytes, a third of what would still be sent by mail: four lie on the site


@dataclass(frozen=True)
class Printed:
    html: str
    pdf: Path
    texts: list[str]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory, built_book: Path) -> Printed:
    project = Project.find(built_book)
    folder = tmp_path_factory.mktemp("print")
    stage_sources(project, CHAPTERS, folder / "source")
    page = Path(f"{project.pages[0]}.html")
    subprocess.run(
        [sys.executable, "-c", PRINT, str(folder / "source"), str(folder), str(page)],
        check=True,
        cwd=folder / "source",
        env={**os.environ, "THESISBOOK_ROOT": str(ROOT)},
    )
    pdf = folder / "book.pdf"
    return Printed((folder / "single" / page).read_text("utf-8"), pdf, page_texts(pdf))


def test_text_of_every_chapter_is_printed(printed: Printed) -> None:
    wanted = sentences(printed.html)
    missing = missing_sentences(wanted, printed.texts)
    assert len(wanted) > 4000
    assert len(missing) <= len(wanted) // 1000, missing


def test_read_aloud_it_follows_the_page(printed: Printed) -> None:
    assert out_of_order(sentences(printed.html), read_aloud(printed.pdf)) == []


def test_every_number_is_printed(printed: Printed) -> None:
    wanted = pdf_reading.numbers(pdf_reading.blocks(printed.html))
    found = pdf_reading.numbers(printed.texts)
    assert len(wanted) > 1000
    assert {token: count for token, count in wanted.items() if found.get(token, 0) < count} == {}


def test_nothing_stands_outside_the_margins(printed: Printed) -> None:
    margin = 16 / 25.4 * 72 - 3.5  # hanging punctuation may stand out by a few points
    outside = [
        box
        for width, height, box in boxes(printed.pdf)
        if not (margin < box.left and box.right < width - margin)
        or not (box.bottom > 20 and box.top < height - 20)
    ]
    assert outside == []


def test_no_figure_is_wider_than_the_page_allows(printed: Printed) -> None:
    room = 178 / 25.4 * 72 + 3  # and the ends of rules
    wide = []
    for number, page in enumerate(pypdfium2.PdfDocument(printed.pdf), 1):
        for item in page.get_objects(max_depth=1):
            left, _, right, _ = item.get_bounds()
            if right - left > room and page.get_size()[0] < page.get_size()[1]:
                wide.append((number, left, right))
    assert wide == []


def test_no_page_is_empty_and_their_number_is_within_bounds(printed: Printed) -> None:
    assert 60 <= len(printed.texts) <= 160
    assert [k for k, text in enumerate(printed.texts, 1) if len(text.split()) < 8] == []


def test_no_page_is_emptier_than_half_but_a_chapters_last(printed: Printed) -> None:
    ends = last_pages(printed.pdf)
    assert 12 <= len(ends) <= 20
    shares = enumerate(blank_shares(printed.pdf), 1)
    assert [(page, share) for page, share in shares if share > 0.5 and page not in ends] == []


def test_exhibits_stand_in_order(printed: Printed) -> None:
    shown = [number for page in exhibits_by_page(printed.pdf)[LISTS:] for number in page]
    assert len(shown) > 90
    assert shown == sorted(shown)


def test_front_page_shows_rating_target_and_claims(printed: Printed) -> None:
    front = printed.texts[0]
    for words in (
        "Rating",
        "Target price",
        "Share price",
        "Upside",
        "In this report",
        "Disclosures",
        "Shares in issue, mn",
        "2028E",
        "Not commissioned, paid for or reviewed",
    ):
        assert words in " ".join(front.split())
    assert "Contents" in printed.texts[1]


def test_paper_is_a4(printed: Printed) -> None:
    sizes = {tuple(map(round, page.get_size())) for page in pypdfium2.PdfDocument(printed.pdf)}
    assert sizes <= {(595, 842), (842, 595)}


def test_the_list_of_exhibits_gives_the_page_of_each(printed: Printed) -> None:
    lists = " ".join(printed.texts[2:LISTS])
    listed = {}
    for entry in re.split(r"(?=Exhibit \d+\.\d)", lists)[1:]:
        name, page = re.match(r"Exhibit (\d+\.\d+)", entry), re.search(r"\.\s*(\d+)\s*$", entry)
        listed[name[1] if name else ""] = int(page[1]) if page else None
    stand = {
        f"{chapter}.{number}": page
        for page, found in enumerate(exhibits_by_page(printed.pdf)[LISTS:], LISTS + 1)
        for chapter, number in found
    }
    assert len(stand) > 90
    assert listed == stand


def test_every_exhibit_is_listed_and_has_alt_text(printed: Printed) -> None:
    found = tags(printed.pdf)
    exhibits = printed.html.count('<figcaption><span class="exhibit-number">')
    drawn = [tag for tag in found if tag.kind == "/Figure" and tag.alt]
    assert sum(tag.kind == "/Caption" for tag in found) >= 50
    assert len(drawn) >= 30 and exhibits >= 50
    assert all(len(tag.alt) > 20 for tag in drawn)


def test_fonts_are_embedded_and_none_is_a_stranger(printed: Printed) -> None:
    names = set()
    with pikepdf.open(printed.pdf) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(item.keys())
                names.add(str(item.FontName).split("+")[-1].split("-")[0])
    assert names <= {"SourceSerif4", "SourceSans3", "NotoSansSC", "DejaVuSans", "DejaVuSansMono",
                     "NewCMMath"}, names  # fmt: skip


def test_size(printed: Printed) -> None:
    assert printed.pdf.stat().st_size < LARGEST
