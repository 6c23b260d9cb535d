"""Markup, glyphs, formulas, drawings, title data, receipts: the parts below the converter."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest
import typst
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from thesisbook.outputs.pdf.assets import plain_svg
from thesisbook.outputs.pdf.compile import TEMPLATE
from thesisbook.outputs.pdf.glyphs import coverage, is_chinese, visible
from thesisbook.outputs.pdf.markup import PdfError, array, block, call, string
from thesisbook.outputs.pdf.mathematics import latex_of, typst_math
from thesisbook.outputs.pdf.meta import PdfMeta
from thesisbook.outputs.pdf.receipt_notes import headline_names, lines, linked, source_ids

ROOT = Path(__file__).parents[2]
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


@pytest.mark.parametrize(
    ("before", "height", "pages"),
    [(6, 18, [1, 1]), (18, 18, [2, 2]), (18, 39, [1, 2])],
    ids=["fits below", "moves to the next page", "longer than a page"],
)
def test_what_is_kept_together_is_cut_only_if_longer_than_a_page(
    before: int, height: int, pages: list[int]
) -> None:
    place = "#context [#metadata(here().page()) <place>]"
    lines = f"#for _ in range({height}) {{ block(height: 1cm, spacing: 0pt) }}"
    source = (
        '#import "blocks.typ": kept-together\n#set page(height: 30cm, margin: 0pt)\n'
        f"#v({before}cm)\n#kept-together[{place}\n{lines}\n{place}]"
    )
    found = typst.query(source.encode(), "<place>", field="value", root=str(TEMPLATE))
    assert json.loads(found) == pages


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


#: LaTeX, and the same as one would write it in Typst.
FORMULAS = {
    r"\frac{a}{b}": "frac(a, b)",
    "E=mc^2": "E = m c^2",
    r"R_t = \sum_p u_{p,t} \, v_t + O_t ,": "R_t = sum_p u_(p \\, t) #h(0.167em) v_t + O_t \\,",
    r"\text{FCF}_t = \text{D\&A}_t - \Delta \text{NWC}_t": '"FCF"_t = "D&A"_t - Delta "NWC"_t',
    r"\mathrm{FCF}_t": '"FCF"_t',
    r"k_e + \frac{D}{E} (1 - \tau)": "k_e + frac(D, E) \\( 1 - tau \\)",
    r"\left(\frac{D}{E}\right)^2": "lr(\\( frac(D, E) \\))^2",
    r"\begin{aligned}a&=b\\c&=d\end{aligned}": "a & = b \\ c & = d",
    r"a \qquad b": "a #h(2em) b",
    r"\sum_{t=1}^{T} x": "sum_(t = 1)^T x",
    r"\sqrt{x} + \sqrt[3]{y}": "sqrt(x) + root(3, y)",
    r"\hat{x} \times \overline{ab}": "accent(x, hat) times overline(a b)",
    r"x \le y \cdot 3": "x <= y dot 3",
    r"\max_i a": 'attach(op("max", limits: #true), b: i) a',
    r"\begin{matrix}1&2\\3&4\end{matrix}": "mat(delim: #none, 1, 2; 3, 4)",
    r'\text{a \# \$ "b"}': '"a # $ \\"b\\""',
}


def structures(formulas: Iterable[str]) -> list[str]:
    """What Typst understands of each formula, spaces between its parts left out."""
    source = "".join(f"#metadata(repr($ {formula} $)) <formula>\n" for formula in formulas)
    found = json.loads(typst.query(source.encode(), "<formula>", field="value"))
    return [re.sub(r"\[ \],?\s*|\s+", "", structure) for structure in found]


def test_a_formula_means_in_print_what_it_means_on_the_page() -> None:
    made = typst_math(FORMULAS)
    got, wanted = structures(f.typst for f in made.values()), structures(FORMULAS.values())
    assert dict(zip(FORMULAS, got, strict=True)) == dict(zip(FORMULAS, wanted, strict=True))


def test_every_formula_of_the_book_can_be_printed() -> None:
    text = "\n".join(p.read_text("utf-8") for p in (ROOT / "book").glob("*.md"))
    found = re.findall(r"```\{math\}\n(.+?)```|\{math\}`([^`]+)`", text, re.DOTALL)
    latex = {re.sub(r"^:.*\n", "", block, flags=re.M) or inline for block, inline in found}
    assert len(latex) > 10
    made = typst_math(latex)
    assert all(structures(formula.typst for formula in made.values()))
    assert [f.words for f in made.values() if not f.words or set("\\{}_^$") & set(f.words)] == []


@pytest.mark.parametrize(
    "latex",
    [
        "a#b",
        r"\begin{nope}x\end{nope}",
        r"\undefinedthing{x}",
        r"\frac{a}",
        "a_{",
        "a}",
        r"\binom{n}{k}",
        r"\begin{pmatrix}1\end{pmatrix}",
    ],
)
def test_a_formula_that_print_has_not_is_refused_and_named(latex: str) -> None:
    with pytest.raises(PdfError, match=re.escape(latex)):
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
    data = plain_svg('<svg width="9pt" height="9pt"><text>2026 收入 CNY</text></svg>')[0].decode()
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
        ("<svg></svg>", "size or viewBox"),
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
        "grade": "C, file that retells another",
        "source": {
            "id": "s-1",
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
        ("Exact value", "47.5 HKD a share"),
        ("Basis", "reported"),
        ("Grade", "C, file that retells another"),
        ("Source", "P, T, 2026-06-03, secondary, broker [s-1], L12"),
    ]
    assert source_ids(frozenset({"p"}), meta) == ["s-1"]


def test_the_id_of_a_source_leads_to_its_entry() -> None:
    line = "P, T [s-1], L12; [A] / [s-2]"
    assert linked(line, {"s-1": "source-s-1-7", "s-2": None}) == (
        '{"P, T "; inner-link("source-s-1-7", "[s-1]"); ", L12; [A] / [s-2]"}'
    )


def test_the_grades_of_the_summary_are_no_headline() -> None:
    html = '<p><span data-receipt="p">9</span></p><p class="chapter-grades">'
    section = BeautifulSoup(f'{html}<span data-receipt="g">4%</span></p>', "html.parser")
    page = SimpleNamespace(summary=SimpleNamespace(section=section))
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
        ("Formula", "[A] ÷ [Q] − 1"),
        ("From", "A = 100% (because)"),
        ("From", "Q = 2"),
    ]
