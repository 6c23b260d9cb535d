"""Each construct of the book by itself: what Typst it becomes; unknown ones are refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from thesisbook.outputs.pdf.assets import Drawings
from thesisbook.outputs.pdf.compile import formulas_of
from thesisbook.outputs.pdf.convert import Converter
from thesisbook.outputs.pdf.links import Links
from thesisbook.outputs.pdf.markup import PdfError
from thesisbook.outputs.pdf.page import read_page

SVG = '<svg aria-label="One &amp; two" viewBox="0 0 10 5" width="10"><path d="M0 0"/></svg>'
EXHIBIT = (
    '<figure class="exhibit exhibit-figure" id="ex-a" data-exhibit="a"><figcaption>'
    '<span class="exhibit-number">Exhibit 6.3</span> <span class="exhibit-title">It rises to '
    '<span class="num" data-receipt="p">9</span></span></figcaption>'
    '<div class="figure-scroll">{body}</div><p class="exhibit-source">Source: 004</p>'
    '<p class="exhibit-note">Note.</p><p class="exhibit-links"><a href="x.csv">Data</a></p>'
    "</figure>"
)


def converted(body: str, receipts: Sequence[str] = (), other: str = "") -> str:
    """Typst of a document with this body; `other` is a second document before it."""
    first = f'<span id="document-first"></span><section id="first"><h2>F</h2>{other}</section>'
    html = (
        f"<article><section>{first}"
        f'<span id="document-06_doc"></span><section id="doc"><h2>T</h2>{body}</section>'
        "</section></article>"
    )
    page = read_page(html)
    convert = Converter(
        Links(page), Drawings(page.drawings, Path()), formulas_of(page), receipts=receipts
    )
    pieces = convert.blocks(page.documents[1].section)
    assert pieces[0].startswith('section-heading(1, {"T"}')
    return "\n".join(pieces[1:])


@pytest.mark.parametrize(
    ("html", "typst"),
    [
        ("<p>Plain  \n words </p>", 'para({"Plain words"})'),
        ("<p>a <em>b </em> c</p>", 'para({"a "; emph({"b "}); "c"})'),
        ("<p><strong>b</strong><i>i</i></p>", 'para({strong({"b"}); emph({"i"})})'),
        ("<p>x<sub>1</sub><sup>2</sup></p>", 'para({"x"; sub({"1"}); super({"2"})})'),
        ("<p>a<br>b</p>", 'para({"a"; linebreak(); "b"})'),
        (
            '<p><code class="docutils"><span class="pre">a</span> <span>b</span></code></p>',
            'para({literal("a b")})',
        ),
        (
            '<p>#let $x$ @y \\z "q" &lt;script&gt; *b* _u_ ~ // /* `r`</p>',
            'para({"#let $x$ @y \\\\z \\"q\\" <script> *b* _u_ ~ // /* `r`"})',
        ),
        (
            "<ul><li><p>a</p></li><li>b<ul><li>c</li></ul></li></ul>",
            'bullets({para({"a"})}, {para({"b"}); bullets({para({"c"})})})',
        ),
        ('<ol start="3"><li>a</li></ol>', 'numbered({para({"a"})}, start: 3)'),
        ("<dl><dt>t</dt><dd><p>d</p></dd></dl>", 'term({"t"})\ndefinition({para({"d"})})'),
        (
            "<blockquote><div><p>q</p><p class='attribution'>w</p></div></blockquote>",
            'quotation({para({"q"}); attribution({"w"})})',
        ),
        ("<hr>", "rule()"),
        (
            '<div class="highlight"><pre><span></span><span class="k">a</span>'
            ' "b"\n c\n</pre></div>',
            'code-block("a \\"b\\"\\u{a} c")',
        ),
        (
            '<div class="admonition note"><p class="admonition-title">N</p><p>b</p></div>',
            'box-note({"N"}, {para({"b"})}, warm: false)',
        ),
        (
            '<div class="admonition warning"><p class="admonition-title">W</p>loose <b>x</b></div>',
            'box-note({"W"}, {para({"loose "; strong({"x"})})}, warm: true)',
        ),
        (
            '<aside class="sidebar"><p class="sidebar-title">S</p><p>b</p></aside>',
            'box-note({"S"}, {para({"b"})}, warm: false)',
        ),
        (
            "<details><summary>S</summary><p>b</p></details>",
            'box-note({"S"}, {para({"b"})}, warm: false)',
        ),
        ("<h3>A <code>c</code></h3>", 'section-heading(2, {"A "; literal("c")})'),
        (
            '<p><span class="math notranslate">\\(x_1\\)</span></p>',
            'para({formula($attach(x, b: 1)$, alt: "x sub 1")})',
        ),
        (
            '<div class="math" id="e"><span class="eqno">(1)'
            '<a class="headerlink" href="#e">#</a></span>\\[a = b\\]</div>',
            'anchor("e-0")\nformula($ a = b $, alt: "a equals b", block: true, number: "(1)")',
        ),
        (
            '<p><a href="https://x.org/?a=1&amp;b=2">w</a></p>',
            'para({outer-link("https://x.org/?a=1&b=2", {"w"})})',
        ),
        ('<p><a href="../data.csv">file</a></p>', 'para({{"file"}})'),
        ('<p><span class="num" data-receipt="q">9</span></p>', 'para({{"9"}})'),
        (
            "<div>loose <b>text</b><p>then</p></div>",
            'para({"loose "; strong({"text"})})\npara({"then"})',
        ),
        ("<p>芯片的峰值算力\n只是起点</p>", 'para({"芯片的峰值算力只是起点"}, lang: "zh")'),
        ("<p>a&shy;b&#8203;c&#xFEFF;</p>", 'para({"a\u00adb\u200bc"})'),
        ("<p>\U0001f9ff \u202e x</p>", 'para({"[U+1F9FF] [U+202E] x"})'),
        (
            '<div class="citation" id="c"><span class="label">'
            '[<a href="#c">D1</a>]</span><p>W.</p></div>',
            'anchor("c-0")\ncitation("[D1]", {para({"W."})})',
        ),
    ],
)
def test_construct(html: str, typst: str) -> None:
    assert converted(html) == typst


@pytest.mark.parametrize(
    "html",
    [
        '<p>a<a class="headerlink" href="#doc">#</a></p>',
        "<p>a</p><script>alert(1)</script><style>p{}</style><button>Copy</button>",
        '<p>a</p><div class="cell_input"><pre>code</pre></div>',
        '<p>a</p><details class="hide above-input"><summary>code</summary><pre>x</pre></details>',
        '<p>a<svg aria-hidden="true" viewBox="0 0 1 1"></svg></p><!-- remark -->',
    ],
)
def test_what_belongs_to_the_screen_is_left_out(html: str) -> None:
    assert converted(html).startswith('para({"a"')
    assert "code" not in converted(html) and "remark" not in converted(html)


@pytest.mark.parametrize(
    ("html", "named"),
    [
        ("<p><blink>x</blink></p>", "<blink>"),
        ('<video class="clip">x</video>', "<video.clip>"),
        ("<form><input></form>", "<form>"),
        ("<ul>loose</ul>", "straight inside <ul>"),
        ("<ul><p>x</p></ul>", "<p>"),
        ('<p><a href="javascript:alert(1)">x</a></p>', "javascript:"),
        ('<p><a href="#nowhere">x</a></p>', "#nowhere"),
        ('<p><img src="../../etc/passwd" alt="x"></p>', "passwd"),
        ("<p><span class='math'>x</span></p>", "without delimiters"),
        ("<p><span class='math'>\\(\\nonsense{x}\\)</span></p>", "nonsense"),
        (EXHIBIT.format(body=SVG).replace('data-exhibit="a"', ""), "without id"),
        (EXHIBIT.format(body=""), "shows nothing"),
        (EXHIBIT.format(body=SVG.replace("One &amp; two", "")), "alt text"),
    ],
)
def test_unknown_or_broken_is_refused_by_name(html: str, named: str) -> None:
    with pytest.raises(PdfError, match=named.replace("(", r"\(")):
        converted(html)


def test_number_with_receipt_links_to_the_appendix() -> None:
    html = '<p><span class="num" data-receipt="p">HK$9</span></p>'
    assert converted(html, ["p"]) == 'para({num("p", {"HK$9"})})'


def test_footnote_is_set_where_it_is_first_called() -> None:
    html = (
        '<p>a<a class="footnote-reference" href="#n" id="r1">1</a> b'
        '<a class="footnote-reference" href="#n" id="r2">1</a></p>'
        '<aside class="footnote-list"><aside class="footnote" id="n"><span class="label">1</span>'
        '<span class="backrefs"><a href="#r1">1</a></span><p>Note <em>x</em>.</p></aside></aside>'
    )
    out = converted(html)
    assert 'note({"Note "; emph({"x"}); "."}, id: "fn-n-' in out
    assert out.count("footnote(label(") == 1
    assert out.count("Note ") == 1


def test_links_stay_in_their_own_document_when_ids_repeat() -> None:
    own = '<h3 id="same">Own</h3><p><a href="#same">go</a></p>'
    out = converted(own, other='<h3 id="same">Other</h3>')
    assert 'section-heading(2, {"Own"}, id: "same-0")' in out
    assert 'inner-link("same-0", {"go"})' in out


def test_link_to_a_section_lands_on_its_heading() -> None:
    html = (
        '<section id="s"><span id="mark"></span><h3>H</h3></section><p><a href="#mark">go</a></p>'
    )
    assert 'section-heading(2, {"H"}, id: "mark-0")' in converted(html)


def test_a_part_of_a_book_may_link_to_what_is_not_written_yet() -> None:
    html = (
        '<article><span id="document-a"></span><section id="a"><h2>A</h2>'
        '<p><a href="#b">words</a></p></section></article>'
    )
    page = read_page(html)
    convert = Converter(Links(page, strict=False), Drawings((), Path()), {})
    assert convert.blocks(page.documents[0].section)[1] == 'para({{"words"}})'


def test_link_to_another_document_lands_on_its_title() -> None:
    assert "inner-link(" in converted('<p><a href="#document-first">first</a></p>')


def test_exhibit_has_all_its_parts() -> None:
    out = converted(EXHIBIT.format(body=SVG), ["p"])
    start = 'exhibit(("a",), card("a", number: "Exhibit 6.3", title: {"It rises to "; {"9"}}'
    assert out.startswith(start)
    assert 'drawing("/drawings/a.svg", alt: "One & two", natural: 10.00pt)' in out
    assert 'source: {"Source: 004"}, note: {"Note."}' in out
    assert "Data" not in out


def test_a_page_below_another_is_printed_once() -> None:
    inner = '<span id="document-below"></span><section id="b"><h3>Below</h3></section>'
    assert converted(inner).count("Below") == 1


def test_plain_figure_keeps_its_caption(tmp_path: Path) -> None:
    html = f"<figure>{SVG}<figcaption><p>Cap</p></figcaption></figure>"
    assert 'small-caption({"Cap"})' in converted(html)


TABLE = "<div><table><tr><td>a</td><td>b</td></tr></table></div>"


def test_a_short_paragraph_stays_with_the_table_it_leads_to() -> None:
    assert converted(f"<p>Short.</p>{TABLE}").startswith('lead-in(para({"Short."}))')
    assert "lead-in" not in converted(f"<p>{'Long. ' * 60}</p>{TABLE}")
    assert "lead-in" not in converted(f"<p>Short.</p><p>Next.</p><h3>H</h3>{TABLE}")


def test_a_table_that_is_broken_keeps_its_last_rows_together() -> None:
    rows = "".join(f"<tr><td>Line {n}</td><td>{n}</td></tr>" for n in range(60))
    whole = "".join(f"<tr><td>Line {n}</td><td>{n}</td></tr>" for n in range(9))
    tail = converted(f"<table>{rows}</table>").partition("tail: ")[2]
    assert [n for n in range(60) if f'"Line {n}"' in tail] == [57, 58, 59]
    assert "Line" not in converted(f"<table>{whole}</table>").partition("tail: ")[2]
    spanning = rows.replace("<td>Line 56</td>", "<td rowspan=2>Line 56</td>")
    spanning = spanning.replace("<td>Line 57</td>", "")
    assert "Line" not in converted(f"<table>{spanning}</table>").partition("tail: ")[2]
