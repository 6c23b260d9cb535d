"""Markup, glyphs, formulas, drawings, title data, receipts: the parts below the converter."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace

import pytest
import typst
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from thesisbook.outputs.pdf.assets import plain_svg
from thesisbook.outputs.pdf.glyphs import coverage, is_chinese, visible
from thesisbook.outputs.pdf.markup import PdfError, array, block, call, string
from thesisbook.outputs.pdf.mathematics import latex_of, typst_math
from thesisbook.outputs.pdf.meta import PdfMeta
from thesisbook.outputs.pdf.receipt_notes import headline_names, lines

META = {"title": "T", "ticker": "1.HK", "edition": "2026-06-02", "numbers": {}}


# Markup


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_comes_back_from_its_literal(text: str) -> None:
    source = f"#metadata({string(text)}) <x>"
    found = json.loads(typst.query(source.encode(), "<x>", field="value", one=True))
    assert found == text


def test_literals_and_calls() -> None:
    assert string('a"b\\c\nd\x00') == '"a\\"b\\\\c\\u{a}d\\u{0}"'
    assert call("f", string("a"), b_c=None, d=True) == 'f("a", b-c: none, d: true)'
    assert block([]) == "[]" and block(["a", "", "b"]) == "{a; b}"
    assert array(["1"]) == "(1,)" and array([]) == "()"


# Glyphs


def test_every_visible_character_has_a_face() -> None:
    text = "aé収入−×≥→😀🚀\u0e01\u202eשلا\t\x07"
    assert all(ord(char) in coverage() for char in visible(text) if char > " ")
    assert visible("a\u0e01b") == "a[U+0E01]b"
    assert visible("\x07") == "[U+0007]"
    assert visible("plain − text 收入") == "plain − text 收入"


def test_chinese_paragraphs_are_told_from_names_in_english() -> None:
    assert is_chinese("公司在2025年的收入为12.3亿元，同比增长56%。")
    assert not is_chinese("The chiplet (芯粒, or 小芯片) is a die made to be packaged with others.")
    assert not is_chinese("Revenue 2025")


# Formulas


def test_formulas_in_one_call_keep_their_order() -> None:
    made = typst_math([r"\frac{a}{b}", "E=mc^2", r"\frac{a}{b}", r"\text{a \# b}"])
    assert made["E=mc^2"] == "E = m c^2"
    assert made[r"\frac{a}{b}"] == "a / b" or made[r"\frac{a}{b}"] == "frac(a, b)"
    assert len(made) == 3
    assert "#h(2em)" in typst_math([r"a \qquad b"])[r"a \qquad b"]
    assert typst_math([]) == {}


@pytest.mark.parametrize("latex", ["a#b", r"\begin{nope}x\end{nope}", r"\undefinedthing{x}"])
def test_a_formula_that_pandoc_cannot_read_is_refused(latex: str) -> None:
    with pytest.raises(PdfError):
        typst_math([latex])


def test_delimiters() -> None:
    assert latex_of(" \\(x\\) ") == "x"
    split = "\\[\\begin{split}\n\\begin{aligned}a&=b\\end{aligned}\n\\end{split}\\]"
    assert latex_of(split) == "\\begin{aligned}a&=b\\end{aligned}"
    with pytest.raises(PdfError, match="delimiters"):
        latex_of("x")


# Drawings


def test_variables_become_their_print_colour() -> None:
    svg = '<svg width="10" viewBox="0 0 10 5"><g style="fill: var(--a, var(--b, #123456))"/></svg>'
    data, width = plain_svg(svg)
    assert b"#123456" in data and b"var(" not in data
    assert width == 10.0


def test_case_of_names_is_kept_and_screen_attributes_go() -> None:
    svg = (
        '<svg role="img" aria-label="x" viewBox="0 0 10 5" onclick="x()"><defs><clipPath id="c">'
        '<rect width="1" height="1"/></clipPath></defs><use xlink:href="#c"/></svg>'
    )
    data = plain_svg(svg)[0].decode()
    assert "clipPath" in data and "viewBox" in data
    assert "onclick" not in data and "aria-label" not in data


def test_chinese_words_get_their_own_face() -> None:
    data = plain_svg('<svg width="9pt"><text>2026 收入 CNY</text></svg>')[0].decode()
    assert "2026 <tspan" in data and ">收入</tspan> CNY" in data


@pytest.mark.parametrize(
    ("svg", "message"),
    [
        ("<svg width='1'><script>1</script></svg>", "script"),
        ("<svg width='1'><foreignObject/></svg>", "foreignObject"),
        ("<svg width='1'><image href='http://x/y.png'/></svg>", "outside file"),
        ("<svg width='1'><image href='../../secret.png'/></svg>", "outside file"),
        ("<svg width='1'><g style='fill: var(--ink)'/></svg>", "without a value"),
        ("<svg width='1'><g></svg>", "not well formed"),
        ("<svg></svg>", "width or viewBox"),
    ],
)
def test_drawings_that_print_cannot_show_are_refused(svg: str, message: str) -> None:
    with pytest.raises(PdfError, match=message):
        plain_svg(svg)


# Title data and receipts


def test_title_data_is_checked() -> None:
    assert PdfMeta.of(META).edition == dt.date(2026, 6, 2)
    with pytest.raises(PdfError, match="missing title data ticker"):
        PdfMeta.of({k: v for k, v in META.items() if k != "ticker"})
    with pytest.raises(PdfError, match="unknown title data tikcer"):
        PdfMeta.of({**META, "tikcer": "x"})


def test_title_data_come_out_of_the_book(tmp_path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/company.yaml").write_text(
        "name: {en: Acme, zh: 某某}\nsector: {en: Chips}\nscenarios: {bear: {en: Bear}}\n", "utf-8"
    )
    chapters = tmp_path / "book/chapters"
    chapters.mkdir(parents=True)
    payload = {"numbers": {"n": {"text": "9"}}, "receipts": {"r": {"label": "R"}}}
    output = {"data": {"application/vnd.thesisbook.numbers+json": payload}}
    (tmp_path / "_toc.yml").write_text(
        "root: i\nparts:\n  - caption: One\n    chapters: [{file: a}, {file: b}]\n"
    )
    cells = [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": [output]}]
    (chapters / "01_a.ipynb").write_text(json.dumps({"cells": cells}), "utf-8")
    given_data = {k: v for k, v in META.items() if k != "numbers"}
    meta = PdfMeta.of({**given_data, "source": tmp_path, "scenario": "bear", "epoch": 1})
    assert (meta.company, meta.sector, meta.scenario_label) == ("Acme", "Chips", "Bear")
    assert meta.parts == {"a": "One"}
    assert meta.text("n") == "9" and meta.text("absent") is None
    assert meta.receipts["r"]["label"] == "R"
    assert PdfMeta.of({**given_data, "source": tmp_path, "language": "zh"}).company == "某某"
    payload["run"] = "Bear, changed: WACC 12.0%"
    (chapters / "01_a.ipynb").write_text(json.dumps({"cells": cells}), "utf-8")
    meta = PdfMeta.of({**given_data, "source": tmp_path, "scenario": "bear", "epoch": 1})
    assert meta.scenario_label == payload["run"]


def test_receipt_of_one_fact_is_that_facts_own() -> None:
    fact = {
        "label": "Share price, 2 June",
        "value": 47.5,
        "unit": "HKD_per_share",
        "basis": "reported",
        "grade": "C, public file that quotes press",
        "source": {
            "publisher": "P",
            "title": "T",
            "date": "2026-06-03",
            "kind": "secondary, broker",
        },
        "locator": "L12",
    }
    number = {
        "label": "Price",
        "text": "HK$47.50",
        "value": 47.5,
        "formula": "{a.b}",
        "inputs": ["a.b"],
    }
    meta = PdfMeta.of({**META, "numbers": {"p": number}, "receipts": {"a.b": fact}})
    assert lines(number, meta) == [
        ("Exact value", "47.5 HKD per share"),
        ("Basis", "reported"),
        ("Grade", "C, public file that quotes press"),
        ("Source", "P, T, 2026-06-03, secondary, broker, L12"),
    ]


def test_the_grades_of_the_summary_are_no_headline() -> None:
    html = '<p><span data-receipt="p">9</span></p><p class="chapter-grades">'
    section = BeautifulSoup(f'{html}<span data-receipt="g">4%</span></p>', "html.parser")
    page = SimpleNamespace(document=lambda _: SimpleNamespace(section=section))
    meta = PdfMeta.of({**META, "numbers": {"p": {"text": "9"}, "g": {"text": "4%"}}})
    assert headline_names(page, meta) == {"p"}


def test_receipt_of_a_formula_names_its_inputs() -> None:
    number = {
        "text": "x",
        "value": -0.5,
        "formula": "{a.b} / {num.q} - 1",
        "inputs": ["a.b", "num.q"],
    }
    meta = PdfMeta.of(
        {
            **META,
            "numbers": {"q": {"label": "Q", "text": "2", "value": 2}},
            "receipts": {"a.b": {"label": "A", "value": 1.0, "unit": "ratio", "reason": "because"}},
        }
    )
    assert lines(number, meta) == [
        ("Exact value", "−0.5"),
        ("Formula", "[A] / [Q] - 1"),
        ("From", "A = 1 ratio (because)"),
        ("From", "Q = 2"),
    ]
