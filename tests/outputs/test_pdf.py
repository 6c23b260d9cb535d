"""The print edition of a made-up book: what a reader, a screen reader and a printer get."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pdf_reading
import pdf_sample
import pikepdf
import pypdfium2
import pytest
from pdf_reading import (
    boxes,
    missing_sentences,
    out_of_order,
    page_texts,
    read_aloud,
    sentences,
    squeezed,
    tags,
)

from thesisbook.outputs.pdf import PdfError, write_pdf
from thesisbook.outputs.pdf import compile as compile_module
from thesisbook.outputs.pdf.compile import compiled, packed, typst_files
from thesisbook.outputs.pdf.front_values import FrontValues
from thesisbook.outputs.pdf.meta import PdfMeta
from thesisbook.outputs.pdf.page import read_page

pytestmark = pytest.mark.book

META = {
    "title": "Sample Chip",
    "company": "Sample Chip",
    "ticker": "9999.HK",
    "edition": "2026-06-02",
    "sector": "Semiconductors",
    "numbers": pdf_sample.NUMBERS,
    "keywords": ("equity research", "芯片"),
}


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("book") / "sample"
    return pdf_sample.build_html(pdf_sample.write_book(root))


@pytest.fixture(scope="module")
def pdf(html: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pdf(html, tmp_path_factory.mktemp("pdf") / "sample.pdf", META)


@pytest.fixture(scope="module")
def texts(pdf: Path) -> list[str]:
    return page_texts(pdf)


def test_every_sentence_of_the_page_is_in_the_pdf(html: Path, texts: list[str]) -> None:
    wanted = sentences(html.read_text("utf-8"))
    missing = [
        s
        for s in missing_sentences(wanted, texts)
        if "\U0001f680" not in s  # shown as [U+1F680]
    ]
    assert len(wanted) > 1000
    assert len(missing) <= len(wanted) // 1000, missing


def test_every_number_of_the_page_is_in_the_pdf(html: Path, texts: list[str]) -> None:
    wanted = pdf_reading.numbers(pdf_reading.blocks(html.read_text("utf-8")))
    found = pdf_reading.numbers(texts)
    assert len(wanted) > 500
    assert {token: count for token, count in wanted.items() if found.get(token, 0) < count} == {}


def test_hostile_text_stands_as_text(texts: list[str]) -> None:
    whole = squeezed("".join(texts))
    for text in (
        "#let x = 1 $y$ \\backslash @label `tick` *not bold* _under_ ~tilde",
        "//comment /* block */ <script>alert(1)</script>",
        "Note: #1 $2 @3.",
        "[U+1F680]",
        "\U0001f600",
    ):
        assert squeezed(text) in whole
    # Right-to-left words come back in one of the two orders, depending on the reader.
    assert "שלום" in whole or "שלום"[::-1] in whole


def test_words_in_charts_can_be_searched(texts: list[str]) -> None:
    assert any("revenue, CNY bn −3.5" in text and "收入" in text for text in texts)


def test_nothing_stands_outside_the_margins(pdf: Path) -> None:
    margin = 16 / 25.4 * 72 - 3.5  # hanging punctuation may stand out by a few points
    outside = [
        box
        for width, height, box in boxes(pdf)
        if box.left < margin
        or box.right > width - margin
        or box.bottom < 20
        or box.top > height - 20
    ]
    assert outside == []


def test_no_page_is_empty_and_their_number_is_right(texts: list[str]) -> None:
    assert 8 <= len(texts) <= 14
    assert [k for k, text in enumerate(texts, 1) if len(text.split()) < 8] == []


def test_page_x_of_y_and_disclosure_stand_on_every_page(pdf: Path) -> None:
    pages = page_texts(pdf, body_only=False)
    for number, text in enumerate(pages, 1):
        assert f"page {number} of {len(pages)}" in text
        assert "not investment advice" in text


def test_running_header_names_the_chapter(pdf: Path) -> None:
    pages = page_texts(pdf, body_only=False)
    page = next(
        text
        for text in pages
        if "Exhibit 2.4" in text and "Statement of 30" in text and "Contents" not in text
    )
    assert "Exhibits of all kinds" in page and "Sample Chip · 9999.HK" in page


def test_fonts_are_embedded_and_known(pdf: Path) -> None:
    names = set()
    with pikepdf.open(pdf) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(item.keys())
                names.add(str(item.FontName).split("+")[-1])
    families = {"SourceSerif4", "SourceSans3", "NotoSansSC"}
    assert all(any(name.startswith(f) for name in names) for f in families), names
    assert not any("LastResort" in name or "Libertinus" in name for name in names), names


def test_figures_are_vectors(pdf: Path) -> None:
    with pikepdf.open(pdf) as document:
        assert not [
            item
            for item in document.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
        ]


def test_title_language_subject_and_date(pdf: Path) -> None:
    with pikepdf.open(pdf) as document:
        assert str(document.docinfo.Title) == "Sample Chip (9999.HK): initiation of coverage"
        assert str(document.docinfo.Subject).endswith("initiation of coverage. Scenario: base")
        assert "芯片" in str(document.docinfo.Keywords)
        assert str(document.Root.Lang).startswith("en")
        assert "20260602" in str(document.docinfo.CreationDate)
        metadata = document.open_metadata()
        assert metadata.get("pdfuaid:part") == "1"
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle)


def test_parts_of_the_book_head_its_contents(html: Path, tmp_path: Path) -> None:
    parts = {"chapters/00_summary": "The thesis", "glossary": "Behind it"}
    out = write_pdf(html, tmp_path / "parts.pdf", {**META, "parts": parts})
    contents = page_texts(out)[1]
    assert contents.index("THE THESIS") < contents.index("Every construct")
    assert contents.index("Tables") < contents.index("BEHIND IT") < contents.index("Glossary")


def test_bookmarks_follow_the_chapters(pdf: Path) -> None:
    with pikepdf.open(pdf) as document, document.open_outline() as outline:
        titles = [item.title for item in outline.root]
        assert "Every construct" in titles and "Exhibits of all kinds" in titles
        assert "Figures" in [item.title for top in outline.root for item in top.children]


def test_links_lead_somewhere(pdf: Path) -> None:
    inner = outer = 0
    with pikepdf.open(pdf) as document:
        for page in document.pages:
            for note in page.get("/Annots", []):
                if "/A" in note and "/URI" in note.A:
                    outer += 1
                    assert str(note.A.URI).startswith("https://")
                else:
                    inner += 1
                    assert "/Dest" in note or "/D" in note.A
    assert outer >= 4 and inner >= 30


def test_every_figure_says_what_it_shows(pdf: Path) -> None:
    drawn = [tag for tag in tags(pdf) if tag.kind == "/Figure" and tag.alt]
    assert len(drawn) >= 3
    assert all(tag.alt.startswith("Bars for 12 years") for tag in drawn)


def test_tags_follow_the_order_of_reading(pdf: Path) -> None:
    kinds = [tag.kind for tag in tags(pdf)]
    assert kinds[0] == "/Document"
    for wanted in (
        "/H1",
        "/H2",
        "/P",
        "/L",
        "/LI",
        "/Table",
        "/TH",
        "/TD",
        "/Caption",
        "/TOC",
        "/Link",
        "/Formula",
        "/Note",
        "/Code",
    ):
        assert wanted in kinds, wanted
    levels = [int(kind[2]) for kind in kinds if kind[:2] == "/H" and kind[2:].isdigit()]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_read_aloud_it_follows_the_page(html: Path, pdf: Path) -> None:
    spoken = read_aloud(pdf)
    # A footnote is read where it is called, not at the end of its page.
    note = "Thefirstnote,withboldandalink."
    assert spoken.index("acitation[") < spoken.index(note) < spoken.index("Asecondnote")
    wanted = [sentence for sentence in sentences(html.read_text("utf-8")) if sentence != note]
    assert out_of_order(wanted, spoken, skip="שלום\U0001f680") == []


def test_tables_have_heads_that_repeat(pdf: Path, texts: list[str]) -> None:
    long = [
        text
        for text in texts
        if "Line 69 of the statement" in text or "Line 3 of the statement" in text
    ]
    assert all("2026E" in text for text in long)
    assert sum(tag.kind == "/TH" for tag in tags(pdf)) > 20


def test_wide_statement_has_a_page_of_its_own(pdf: Path) -> None:
    sizes = [page.get_size() for page in pypdfium2.PdfDocument(pdf)]
    assert [width > height for width, height in sizes].count(True) == 1


def test_same_book_same_bytes(html: Path, pdf: Path, tmp_path: Path) -> None:
    again = write_pdf(html, tmp_path / "again.pdf", META)
    assert again.read_bytes() == pdf.read_bytes()


def test_same_bytes_in_another_process(html: Path, pdf: Path, tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from test_pdf import META, write_pdf\n"
        "write_pdf(Path(sys.argv[2]), Path(sys.argv[3]), META)\n"
    )
    out = tmp_path / "other.pdf"
    command = [sys.executable, "-c", code, str(Path(__file__).parent), str(html), str(out)]
    subprocess.run(command, check=True, env={"PYTHONHASHSEED": "7", "TZ": "Asia/Hong_Kong"})
    assert out.read_bytes() == pdf.read_bytes()


def test_tags_do_not_swell_the_file(pdf: Path) -> None:
    content = pdf.read_bytes()
    assert b"/ObjStm" in content
    assert b"/StructElem" not in content  # thousands of them, all in compressed streams
    assert len(content) < 500_000


def test_numbers_lead_to_their_receipts(html: Path, texts: list[str]) -> None:
    files = typst_files(read_page(html.read_text("utf-8")), html.parent, PdfMeta.of(META))
    assert b'num("target_price", {"HK$31.20"})' in files["main"]
    appendix = " ".join(texts[-2:])
    assert "Where the headline numbers come from" in appendix
    assert "31.2017 HKD a share" in appendix and "blended equity value" in appendix
    assert "WACC" not in appendix  # not on the summary page


def test_nothing_is_written_when_something_cannot_be_printed(html: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    text = html.read_text("utf-8")
    bad.write_text(text.replace("<p>What a chapter shows.</p>", "<marquee>x</marquee>"), "utf-8")
    with pytest.raises(PdfError, match=r"chapters/02_exhibits: no way to print <marquee>"):
        write_pdf(bad, tmp_path / "bad.pdf", META)
    assert list(tmp_path.glob("*pdf*")) == []


def test_an_undisplayable_character_would_fail_the_build() -> None:
    meta = PdfMeta.of(META)
    source = (
        '#set document(title: "x")\n#set text(fallback: false, font: "Source Sans 3")\n\U0001f680'
    )
    with pytest.raises(PdfError, match="could not be displayed"):
        compiled({"main": source.encode()}, meta)


def test_layout_that_does_not_settle_is_set_steadily(
    html: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meta = PdfMeta.of(META)
    files = typst_files(read_page(html.read_text("utf-8")), html.parent, meta)
    tried = []
    real = compile_module.run_typst

    def restless(files: dict[str, bytes], meta: PdfMeta, steady: bool) -> tuple[bytes, list[str]]:
        tried.append(steady)
        data, warnings = real(files, meta, steady)
        return data, warnings if steady else ["layout did not converge within 5 attempts"]

    monkeypatch.setattr(compile_module, "run_typst", restless)
    assert compiled(files, meta).startswith(b"%PDF")
    assert tried == [False, True]


def test_a_warning_of_typst_is_an_error() -> None:
    source = '#set document(title: "x")\n#set text(font: "No Such Face", fallback: true)\na'
    with pytest.raises(PdfError, match="Typst warns"):
        compiled({"main": source.encode()}, PdfMeta.of(META))


FRONT = FrontValues(
    rating="Avoid",
    box={"target_price": ("Target price", "HKD 9.00"), "price": ("Share price", "HKD 12.00")},
    key_data={"free_float": ("Free float", "12.0%")},
    years=("2025", "2026E", "2027E"),
    lines={"price_to_earnings": ("P/E", ("–", "n.m.", "30.1x"))},
    unit_of_lines="Year",
    scale="Rating over 12 months: Buy above +20%.",
)


def test_front_page_is_one_page_even_with_long_claims(html: Path, tmp_path: Path) -> None:
    text = html.read_text("utf-8")
    long = text.replace(
        "Peak figures do not move customers", "Peak figures do not move customers, " * 12
    )
    assert long != text
    files = typst_files(read_page(long), html.parent, PdfMeta.of(META), FRONT)
    out = tmp_path / "long.pdf"
    out.write_bytes(packed(compiled(files, PdfMeta.of(META))))
    first, second = page_texts(out)[:2]
    assert "Contents" in second
    for words in ("Avoid", "HKD 9.00", "Free float", "12.0%", "2027E", "n.m.", "above +20%"):
        assert words in first


def test_chinese_edition_has_chinese_furniture(html: Path, tmp_path: Path) -> None:
    out = write_pdf(html, tmp_path / "zh.pdf", {**META, "language": "zh"})
    pages = page_texts(out, body_only=False)
    assert "目录" in pages[1] and "本报告内容" in pages[0]
    with pikepdf.open(out) as document:
        assert str(document.Root.Lang).startswith("zh")
