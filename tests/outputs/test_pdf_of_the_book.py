"""The print edition of the book itself: all that its page says, on pages that hold together."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pdf_reading
import pikepdf
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from pdf_reading import (
    blank_shares,
    boxes,
    exhibits_by_page,
    filled_shares,
    missing_sentences,
    out_of_order,
    page_texts,
    pages_apart,
    read_aloud,
    sentences,
    squeezed,
    tables,
    tags,
    type_sizes,
)

from thesisbook.data import read_checklists, read_company, read_prints
from thesisbook.data.prints import Prints
from thesisbook.engine.project import Project
from thesisbook.engine.site_stage import stage_sources
from thesisbook.outputs.pdf.checklists import checklist_faults, places_of
from thesisbook.outputs.pdf.front_values import front_values
from thesisbook.outputs.pdf.meta import PdfMeta
from thesisbook.outputs.pdf.page import Page, read_page

pytestmark = pytest.mark.book

ROOT = Path(__file__).parents[2]
CHAPTERS = ROOT / "book" / "chapters"
SINGLE_PAGE = """
import sys
from pathlib import Path
from thesisbook.engine.site_stage import run_sphinx
run_sphinx(Path(sys.argv[1]), Path(sys.argv[2]), "singlehtml", "base", False)
"""
LISTS = 4  # pages of the front and of contents, which name exhibits too
LARGEST = 2_000_000  # bytes, a third of what would still be sent by mail: four lie on the site
MOST_PAGES = {"book": 80, "note": 12}
SMALLEST_TYPE = 7.0  # points
LEAST_FILLED = 0.55  # of a page's height
EDITIONS = tuple(MOST_PAGES)


@dataclass(frozen=True)
class Printed:
    html: str
    pdf: Path
    note: Path
    texts: list[str]
    page: Page

    def edition(self, name: str) -> Path:
        return self.pdf if name == "book" else self.note


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory, built_book: Path) -> Printed:
    project = Project.find(built_book)
    folder = tmp_path_factory.mktemp("print")
    stage_sources(project, CHAPTERS, folder / "source")
    page = Path(f"{project.pages[0]}.html")
    subprocess.run(
        [sys.executable, "-c", SINGLE_PAGE, str(folder / "source"), str(folder / "single")],
        check=True,
        cwd=folder / "source",
        env={**os.environ, "THESISBOOK_ROOT": str(ROOT)},
    )
    html = (folder / "single" / page).read_text("utf-8")
    edition = f"{built_book}/_build/pdf/{project.name}-{project.edition}"
    pdf, note = Path(f"{edition}.pdf"), Path(f"{edition}-note.pdf")
    return Printed(html, pdf, note, page_texts(pdf), read_page(html))


def in_print(html: str) -> str:
    """The page without what data/print.yaml leaves to the site."""
    left_out = prints().left_out
    soup = BeautifulSoup(html, "lxml")
    for mark in soup.find_all("span", id=re.compile("^document-")):
        section = mark.find_next_sibling("section")
        if mark["id"].rsplit("/", 1)[-1].removeprefix("document-") in left_out:
            section.decompose()
            mark.decompose()
    for tag in soup.find_all("figure", attrs={"data-exhibit": list(left_out)}):
        tag.decompose()
    return str(soup)


def prints() -> Prints:
    read = read_prints(ROOT)
    assert read is not None
    return read[1]


def test_text_of_every_chapter_is_printed(printed: Printed) -> None:
    wanted = sentences(in_print(printed.html))
    missing = missing_sentences(wanted, printed.texts)
    assert len(wanted) > 3000
    assert missing == []


def test_read_aloud_it_follows_the_page(printed: Printed) -> None:
    soup = BeautifulSoup(in_print(printed.html), "lxml")
    for tag in soup.find_all("figure", class_="exhibit"):
        tag.decompose()  # one may stand beside the exhibit before it, hence earlier than its text
    wanted = sentences(str(soup))
    assert len(wanted) > 700
    assert out_of_order(wanted, read_aloud(printed.pdf)) == []


def test_every_number_is_printed(printed: Printed) -> None:
    wanted = pdf_reading.numbers(pdf_reading.blocks(in_print(printed.html)))
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


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_edition_is_no_longer_than_it_may_be(printed: Printed, edition: str) -> None:
    assert 6 <= len(pypdfium2.PdfDocument(printed.edition(edition))) <= MOST_PAGES[edition]


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_page_is_filled_but_the_last(printed: Printed, edition: str) -> None:
    shares = list(enumerate(filled_shares(printed.edition(edition)), 1))[:-1]
    assert [(page, share) for page, share in shares if share < LEAST_FILLED] == []
    holes = list(enumerate(blank_shares(printed.edition(edition)), 1))[:-1]
    assert [(page, share) for page, share in holes if share > 1 - LEAST_FILLED] == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_type_is_too_small_to_read(printed: Printed, edition: str) -> None:
    small = {
        (page, round(size, 1))
        for page, size, _ in type_sizes(printed.edition(edition))
        if size < SMALLEST_TYPE - 0.05
    }
    assert small == set()


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_exhibit_stands_within_a_page_of_its_text(printed: Printed, edition: str) -> None:
    apart = pages_apart(printed.edition(edition))
    assert len(apart) >= 15
    far = [(caption, pages) for caption, pages in apart if not -1 <= pages <= 1]
    assert len(far) <= len(apart) // 50 and all(abs(pages) <= 2 for _, pages in far), far


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_table_names_its_rows_and_columns(printed: Printed, edition: str) -> None:
    count = 0
    for rows in tables(printed.edition(edition)):
        count += 1
        cells = [cell for row in rows for cell in row]
        heads = [cell for cell in cells if cell[0] == "/TH"]
        assert {scope for _, scope, _ in heads} == {"/Row", "/Column"}, rows[0]
        assert all(scope == "" for kind, scope, _ in cells if kind == "/TD")
        assert rows[0][0][2].strip(), "an empty corner"
    assert count >= 8


@pytest.mark.parametrize("edition", EDITIONS)
def test_formulas_are_words_to_a_listener(printed: Printed, edition: str) -> None:
    found = [tag.alt for tag in tags(printed.edition(edition)) if tag.kind == "/Formula"]
    assert edition == "note" or len(found) >= 5
    assert [alt for alt in found if not alt or set("\\{}_^$") & set(alt)] == []


def test_a_table_over_pages_says_where_it_began(printed: Printed) -> None:
    texts = [" ".join(text.split()) for text in printed.texts]
    mark = re.compile(r"(?:Exhibit \d+\.\d+|Table), continued from page (\d+)")
    said = [(page, begun) for page, text in enumerate(texts, 1) for begun in mark.findall(text)]
    assert len(said) >= 4
    assert all(int(begun) < page for page, begun in said)


# Errors that are none, by rule, with what they must say to be let go.
FALSE_ALARMS = {
    # A table of two columns with both kinds of headers has always two more headers than values.
    "TBL-010": lambda message, evidence, spoken: (
        (m := re.search(r"(\d+) header cells against (\d+) data cells$", message)) is not None
        and int(m[1]) == int(m[2]) + 2
    ),
    # A head that a table repeats on its next page, and the running head of pages, are artifacts by
    # ISO 14289-1: they have been read where they first stood. So are the dots that lead to a page.
    "TAG-002": lambda message, evidence, spoken: all(
        squeezed(line.partition(" . . ")[0]) in spoken or HEADER_LINE in line
        for line in evidence.split("; ")
    ),
}
HEADER_LINE = "6082.HK · {edition}".format(**read_company(ROOT))


def installed(name: str) -> str:
    found = shutil.which(
        name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    if found is None:
        pytest.skip(f"{name} IS NOT INSTALLED: the claim of PDF/UA is not checked by others")
    return found


@pytest.mark.parametrize("edition", EDITIONS)
def test_pdfua_finds_nothing(printed: Printed, edition: str) -> None:
    command = [installed("pdfua"), "check", str(printed.edition(edition))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "errors=0 warnings=0" in done.stdout, done.stdout
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("edition", EDITIONS)
def test_outloud_finds_no_error(printed: Printed, edition: str, tmp_path: Path) -> None:
    out = tmp_path / "outloud.json"
    command = [installed("outloud"), "--json", str(out), "-q", str(printed.edition(edition))]
    subprocess.run(command, capture_output=True, check=False)
    (report,) = json.loads(out.read_text("utf-8"))["results"]
    assert len(report["findings"]) < 40
    spoken = read_aloud(printed.edition(edition))
    errors = [
        found
        for found in report["findings"]
        if found["severity"] == "error"
        and not FALSE_ALARMS.get(found["rule"], lambda *_: False)(
            found["message"], found.get("evidence") or "", spoken
        )
    ]
    assert errors == []


def test_the_front_page_says_what_the_checklist_wants(printed: Printed) -> None:
    meta = PdfMeta.of(
        {"title": "", "ticker": "x", "edition": "2026-06-02", "numbers": {}, "root": ROOT}
    )
    front = front_values(meta)
    assert front is not None
    rows = read_checklists(ROOT)["front_page"].rows
    wanted = [
        place.strip().removeprefix("front.")
        for row in rows
        for place in row.place.split(";")
        if place.strip()
    ]
    assert len(rows) >= 20 and sum(bool(row.place) for row in rows) >= 19
    for edition in EDITIONS:
        page = squeezed(page_texts(printed.edition(edition))[0])
        for name in wanted:
            shown = front.points.get(name, "")
            assert name in front.points or name in {"title", "claims"}
            assert all(squeezed(word) in page for word in shown.split()), (edition, name)


def test_every_place_of_the_checklists_stands(printed: Printed) -> None:
    meta = PdfMeta.of(
        {"title": "", "ticker": "x", "edition": "2026-06-02", "numbers": {}, "root": ROOT}
    )
    places = places_of(printed.page, front_values(meta))
    assert list(checklist_faults(ROOT, places)) == []
    named = {
        place.strip()
        for table in read_checklists(ROOT).values()
        for row in table.rows
        for place in row.place.split(";")
        if place.strip()
    }
    assert len(named) > 80
    for gone in sorted(named):  # whichever goes, it is missed
        assert any(gone in str(fault) for fault in checklist_faults(ROOT, places - {gone})), gone


def test_note_and_report_have_one_front_page_and_one_page_of_disclosures(printed: Printed) -> None:
    note = page_texts(printed.note)
    assert squeezed(note[0].partition("In this report")[0]) == squeezed(
        printed.texts[0].partition("In this report")[0]
    )
    own = BeautifulSoup(printed.html, "lxml").find("section", id="disclosures")
    assert own is not None
    wanted = [squeezed(tag.get_text()) for tag in own.find_all(["p", "li"])]
    for texts in (note, printed.texts):
        whole = squeezed(" ".join(texts))
        assert [words for words in wanted if words not in whole] == []
    said = squeezed("public, unlicensed and free study. It is not investment advice")
    assert said in squeezed(note[-1])
    assert squeezed("hold no position in any company named") in squeezed(note[-1])


def test_exhibits_stand_in_order(printed: Printed) -> None:
    shown = [number for page in exhibits_by_page(printed.pdf) for number in page]
    assert len(shown) > 90
    assert shown == sorted(shown)


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_front_page_has_its_chart(printed: Printed, edition: str) -> None:
    """It gives way where the words beside it are too many, which nobody would be told."""
    chart = printed.page.exhibit(prints().front_page.figures[0])
    title = chart.find("span", class_="exhibit-title").get_text()
    front = page_texts(printed.edition(edition))[0]
    assert "".join(title.split()) in "".join(front.split())


def test_front_page_leads_on(printed: Printed) -> None:
    front = printed.texts[0]
    for words in ("In this report", "Disclosures", "Not commissioned, paid for or reviewed"):
        assert words in " ".join(front.split())
    assert "Contents" in printed.texts[1]


def test_paper_is_a4(printed: Printed) -> None:
    sizes = {tuple(map(round, page.get_size())) for page in pypdfium2.PdfDocument(printed.pdf)}
    assert sizes <= {(595, 842), (842, 595)}


def test_the_list_of_exhibits_gives_the_page_of_each(printed: Printed) -> None:
    lists = " ".join(printed.texts[1:LISTS])
    listed = {}
    for entry in re.split(r"(?=Exhibit \d+\.\d)", lists)[1:]:
        name, page = (
            re.match(r"Exhibit (\d+\.\d+)", entry),
            re.search(r"\s\.[\s.]*(\d+)\s*(?:[\r\n]|$)", entry),
        )
        if name and page:
            listed[name[1]] = int(page[1])
    stand = {
        f"{chapter}.{number}": page
        for page, found in enumerate(exhibits_by_page(printed.pdf), 1)
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
    assert names <= {
        "SourceSerif4",
        "SourceSans3",
        "NotoSansSC",
        "DejaVuSans",
        "DejaVuSansMono",
        "NewCMMath",
    }, names


def test_size(printed: Printed) -> None:
    assert printed.pdf.stat().st_size < LARGEST
