"""Receipt coverage on small pages: what binds a number, and what is found out."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import html as lxml_html

from thesisbook.engine.number_gate import TypedNumber, refuse_typed_numbers
from thesisbook.provenance import receipt_store
from thesisbook.provenance import typed_captions as typed_captions_module
from thesisbook.provenance.built_pages import book_pages, pages
from thesisbook.provenance.coverage import main, measure
from thesisbook.provenance.csvnumbers import CsvNumbers
from thesisbook.provenance.kept import Kept
from thesisbook.provenance.page_reading import Allowed, Coverage, Names, Reader, Unbound, says
from thesisbook.provenance.receipt_store import INDEX
from thesisbook.provenance.shown_exhibits import exhibit_faults
from thesisbook.provenance.tokens import TOKEN, blocks, sentence
from this_project import changeable

YEAR = Allowed(re.compile(r"\b20\d\d\b"), "year", "names when")


OFFERED = '<a href="exhibits/e.svg">Picture</a>'
MISSED = '<a href="../exhibits/e.svg">Picture</a>'


def read(tmp_path: Path, body: str, csv: str = "line,2026\nRevenue,1234.5\n") -> Coverage:
    (tmp_path / "exhibits").mkdir(exist_ok=True)
    (tmp_path / "exhibits" / "e.csv").write_text(csv, encoding="utf-8")
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><text>17</text></svg>'
    (tmp_path / "exhibits" / "e.svg").write_text(drawing, encoding="utf-8")
    receipts = {"price": {"inputs": ["chips.revenue.2027"]}, "told": {"text": "HKD 61.65"}}
    names = Names(["Chips C106", "Big Cluster 384", "芯片 7号"])
    reader = Reader(receipts, tmp_path / "exhibits", [YEAR], names)
    page = f'<html><body><article class="bd-article">{body}</article></body></html>'
    return reader.page("p.html", page)


def tokens(coverage: Coverage) -> list[str]:
    return [item.token for item in coverage.unbound]


@pytest.mark.parametrize(
    ("body", "by"),
    [
        ('<p>At <span class="num" data-receipt="price">61.65</span> now.</p>', "receipt"),
        ('<p><span data-source="004">on page 5</span></p>', "source"),
        ("<p>In 2025 it was so.</p>", "allowed"),
        ('<p>So <span class="math">\\(1 + r\\)</span>.</p>', "allowed"),
        ('<figure data-exhibit="e"><table><tr><td>1,235</td></tr></table></figure>', "exhibit"),
        ('<figure data-exhibit="e"><table><tr><td>1.2345</td></tr></table></figure>', "exhibit"),
        (f'<figure data-exhibit="e"><svg><text>17</text></svg>{OFFERED}</figure>', "exhibit"),
        ('<div class="citation">Sharpe 1964</div>', "source"),
        ('<p>As <a href="../references.html#k">Koller 1990</a> has it.</p>', "source"),
    ],
)
def test_what_binds_a_number(tmp_path: Path, body: str, by: str) -> None:
    coverage = read(tmp_path, body)
    assert coverage.unbound == []
    assert dict(coverage.bound) == {by: 1}


@pytest.mark.parametrize(
    ("body", "token", "why"),
    [
        ("<p>It grew by 12% again.</p>", "12%", "has no receipt"),
        ('<p><span class="num" data-receipt="gone">7</span></p>', "7", "does not travel"),
        ('<figure data-exhibit="none"><p>3</p></figure>', "3", "has no data"),
        (
            '<figure data-exhibit="e"><table><tr><td>1,236</td></tr></table></figure>',
            "1,236",
            "not in the exhibit's data",
        ),
        ("<ul><li>Shares: 2,438.9 mn</li></ul>", "2,438.9", "has no receipt"),
        ("<p>The BR166 card</p>", "BR166", "has no receipt"),
    ],
)
def test_what_is_found_out(tmp_path: Path, body: str, token: str, why: str) -> None:
    coverage = read(tmp_path, body)
    assert tokens(coverage) == [token]
    assert why in str(coverage.unbound[0])


def _rows(*rows: str) -> str:
    return f'<figure data-exhibit="e"><table><tbody>{"".join(rows)}</tbody></table></figure>'


ROW = "<tr><th>Revenue</th><td>1,235</td><td>1,235</td></tr>"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (_rows(ROW), ""),
        (_rows("<tr><td colspan=3>Income</td></tr>", ROW), ""),  # a heading among the rows
        (_rows(), "has 0 rows where its data have 1"),
        (_rows(ROW, ROW), "has 2 rows where its data have 1"),
        (_rows(ROW.replace("<tr>", "<tr hidden>")), "hides 1 of its rows"),
        (_rows(ROW.replace("<tr>", '<tr style="display: none">')), "hides 1 of its rows"),
        (f'<figure data-exhibit="e"><svg><text>17</text></svg>{OFFERED}</figure>', ""),
        (
            f'<figure data-exhibit="e"><svg><text>18</text></svg>{OFFERED}</figure>',
            "another drawing",
        ),
        ('<figure data-exhibit="e"><svg><text>17</text></svg></figure>', "no file"),
        (f'<figure data-exhibit="e"><svg><text>17</text></svg>{MISSED}</figure>', "no file"),
    ],
)
def test_an_exhibit_is_shown_as_it_is(tmp_path: Path, body: str, why: str) -> None:
    told = [item.why for item in read(tmp_path, body).unbound if item.sentence == "an exhibit"]
    assert [why in one for one in told] == ([True] if why else [])


@pytest.mark.parametrize(
    ("shown", "fits"), [("61.65", True), ("61.7", True), ("61.8", False), ("16.65", False)]
)
def test_a_number_is_what_its_receipt_says(tmp_path: Path, shown: str, fits: bool) -> None:
    body = f'<p>At <span class="num" data-receipt="told">{shown}</span> now.</p>'
    told = [item.why for item in read(tmp_path, body).unbound]
    assert told == ([] if fits else ["is not what its receipt says (told)"])


def test_a_year_is_bound_by_a_number_of_its_section_that_speaks_of_it(tmp_path: Path) -> None:
    number = '<span class="num" data-receipt="price">61</span>'
    told = f"<section><p>It makes {number}.</p><ul><li>In 2027E.</li></ul><p>2028E</p></section>"
    coverage = read(tmp_path, told + "<section><p>Elsewhere in 2027E</p></section>")
    assert coverage.bound["receipt"] == 2
    assert tokens(coverage) == ["2028E", "2027E"]


def test_a_year_is_bound_by_an_exhibit_of_its_section_that_shows_it(tmp_path: Path) -> None:
    figure = '<figure data-exhibit="e"><table><tr><td>1,235</td></tr></table></figure>'
    coverage = read(tmp_path, f"<section><p>In 2026E.</p>{figure}</section>")
    assert coverage.unbound == []


def test_a_name_of_the_data_is_no_measured_number(tmp_path: Path) -> None:
    coverage = read(tmp_path, "<p>The C106, the Big Cluster 384 and 384 more; 7号, C1067.</p>")
    assert coverage.bound["name"] == 2
    assert tokens(coverage) == ["384", "7", "C1067"]


def test_a_fault_names_page_and_sentence(tmp_path: Path) -> None:
    coverage = read(tmp_path, "<p>First sentence. Then 42 came by. Last one.</p>")
    assert str(coverage.unbound[0]) == "p.html: '42' has no receipt: Then 42 came by."


def test_code_links_and_the_foot_are_not_read(tmp_path: Path) -> None:
    body = '<details class="made"><pre>x = 5</pre></details><p class="exhibit-links">8</p>'
    assert read(tmp_path, body + "<script>9</script><p data-site='coverage'>99</p>").tokens == 0


def test_an_allow_list_that_answers_for_too_much_is_a_fault(tmp_path: Path) -> None:
    coverage = read(tmp_path, "<p>2025 and 2026</p>")
    assert coverage.allowed_share == 1
    assert "3% is the limit" in coverage.faults(minimum=0)[0]


def test_reading_too_little_is_a_fault(tmp_path: Path) -> None:
    assert "only 0 numbers were read" in read(tmp_path, "<p>none</p>").faults()[0]


def test_the_command_fails_with_page_and_sentence(
    sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = sample / "book" / "chapters" / "06_valuation.html"
    assert main([str(page), "--root", str(sample)]) == 1
    said = capsys.readouterr().out
    assert "06_valuation.html: 'BR166' has no receipt" in said
    assert main([str(sample / "book" / "method.html"), "--root", str(sample)]) == 0


def test_a_typed_number_fails_the_build_with_source_number_and_sentence(
    sample: Path, tmp_path: Path
) -> None:
    with pytest.raises(TypedNumber) as refused:
        refuse_typed_numbers(site=sample, root=tmp_path, kept=tmp_path / "read")
    lines = str(refused.value).splitlines()
    assert any(line.startswith("notebooks/06_valuation.ipynb: 'BR166' has no") for line in lines)
    assert lines[-1].endswith("nothing was published")


def test_pages_whose_numbers_are_all_bound_pass(sample: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    row = '".*",anything,"Everything, for this test"'
    (data / "receipt_allowlist.csv").write_text(f"pattern,kind,reason\n{row}\n", encoding="utf-8")
    refuse_typed_numbers(site=sample, root=tmp_path, kept=tmp_path / "read")


def test_the_sample_is_read_whole(sample: Path) -> None:
    names = [sample / "book" / "chapters" / "06_valuation.html"]
    coverage = measure(sample, names, [], Names(()))
    assert coverage.bound["receipt"] >= 10
    assert coverage.bound["exhibit"] >= 20
    assert {item.token for item in coverage.unbound} == {"BR166", "6082.HK"}


def test_shown_numbers_are_looked_for_to_their_last_digit() -> None:
    numbers = CsvNumbers("a,b\nx,0.2568\ny,-1234567.0\nz,61.65 HKD\n")
    for shown in ("25.7%", "26%", "(1,234,567)", "1.23", "61.65", "0.26"):
        assert numbers.holds(shown.strip("()"), shown), shown
    for shown in ("25.6%", "1,234,568", "61.66"):
        assert not numbers.holds(shown, shown), shown


def test_a_page_read_before_is_read_again_only_beside_other_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = '<span class="num" data-receipt="{}">5</span>'
    article = f'<article class="bd-article"><p>{number}</p></article>'
    pages = [tmp_path / "one.html", tmp_path / "two.html"]
    for page in pages:
        page.write_text(article.format("known"), encoding="utf-8")
    read: list[str] = []
    real = Reader.page
    monkeypatch.setattr(Reader, "page", lambda self, *a: (read.append(a[0]), real(self, *a))[1])

    def measured(kept: Kept | None) -> Coverage:
        read.clear()
        return measure(tmp_path, pages, [YEAR], Names(()), kept)

    receipt_store.write({"known": {"kind": "number", "label": "Known"}}, {}, tmp_path)
    kept = Kept(tmp_path / "kept")
    assert measured(kept) == measured(None)
    assert measured(kept).bound["receipt"] == 2
    assert read == []
    pages[1].write_text(article.format("unknown"), encoding="utf-8")
    assert len(measured(kept).unbound) == 1
    assert read == ["two.html"]
    receipt_store.write({"unknown": {"kind": "number", "label": "Unknown"}}, {}, tmp_path)
    assert [found.page for found in measured(kept).unbound] == ["one.html"]
    assert read == ["one.html", "two.html"]


@pytest.mark.parametrize(
    ("text", "start", "said"),
    [
        ("One came. 42 left. Last.", 10, "42 left."),  # the first character of a sentence is its
        ("One came. 42 left. Last.", 8, "One came."),
        ("One came. 42 left. Last 7", 24, "Last 7"),
        ("一到。42走。末。", 3, "42走。"),
    ],
)
def test_the_sentence_of_a_position(text: str, start: int, said: str) -> None:
    assert sentence(text, start) == said


def test_each_piece_of_text_is_bound_by_what_it_stands_in_and_by_nothing_beside_it() -> None:
    body = (
        '<div>1<p>2<span class="num" data-receipt="r">3</span>4<!-- 5 --></p>6'
        '<p><span class="num">7</span><span data-receipt="r">8</span></p>'
        '<p data-source="s">9<span class="math">10</span></p>'
        '<p><a href="references.html#k">11</a><a href="other.html#k">12</a>'
        '<b href="references.html#k">13</b></p><nav>14</nav><p class="made">15</p></div>'
    )
    found = [
        [(piece.text, piece.binding, piece.name) for piece in pieces]
        for _, pieces in blocks(lxml_html.fromstring(body))
    ]
    assert found == [
        [("1", "", "")],
        [("2", "", ""), ("3", "receipt", "r"), ("4", "", "")],
        [("6", "", "")],
        [("7", "", ""), ("8", "", "")],
        [("9", "source", "s"), ("10", "math", "")],
        [("11", "source", ""), ("12", "", ""), ("13", "", "")],
    ]


def _unbound(*tokens: str) -> list[Unbound]:
    return [Unbound("p.html", token, f"It is {token}.", "has no receipt") for token in tokens]


def test_the_share_of_bound_numbers_is_never_rounded_up() -> None:
    said = Coverage(Counter(receipt=2), unbound=_unbound("7"), pages=1).summary()
    assert said.startswith("3 numbers on 1 pages were read")
    assert "66.66% of them are bound: 2 by a receipt, 0 by the data" in said
    nearly = Coverage(Counter(receipt=99_999), unbound=_unbound("7")).summary()
    assert "and 99.99% of them" in nearly
    assert (
        Coverage(Counter(source=3))
        .summary()
        .startswith(
            "3 numbers on 0 pages were read from the finished HTML and 100% of them are bound"
        )
    )
    assert Coverage().summary() == "No numbers were read."


def test_counts_of_pages_add_up() -> None:
    one = Coverage(Counter(receipt=2), Counter(year=1), 1, _unbound("7"), {"a"})
    other = Coverage(Counter(receipt=1, name=4), Counter(year=2), 1, _unbound("8"), {"b"})
    both = Coverage(Counter(receipt=3, name=4), Counter(year=3), 2, _unbound("7", "8"), {"a", "b"})
    assert one + other == both
    assert both.tokens == 9
    assert both.counts() == {
        "bound": {"name": 4, "receipt": 3},
        "unbound": [["7", "It is 7."], ["8", "It is 8."]],
    }


@pytest.mark.parametrize(
    ("allowed", "receipt", "minimum", "faults"),
    [
        (3, 97, 100, 1),  # the limit itself is too much
        (2, 98, 100, 0),
        (2, 98, 101, 1),  # one less than expected is too little
        (0, 0, 0, 0),
    ],
)
def test_the_limits_of_what_is_read(allowed: int, receipt: int, minimum: int, faults: int) -> None:
    coverage = Coverage(Counter(allowed=allowed, receipt=receipt))
    assert len(coverage.faults(minimum)) == faults


def test_without_a_word_two_thousand_numbers_are_expected() -> None:
    assert Coverage(Counter(receipt=2000)).faults() == []
    assert len(Coverage(Counter(receipt=1999)).faults()) == 1


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("C106", True),
        ("a C106.", True),
        ("Cluster 384", True),  # no letter in the word: only together with the word before
        ("cluster of 384", False),
        ("芯片 7号", True),
        ("寒7号", False),
        ("BC106", False),  # part of another word
        ("C1067", False),
        ("(X9)", True),  # brackets and commas are no part of a name
        ("Y2", True),
        ("2030", False),  # a number alone names nothing
    ],
)
def test_names_of_the_data_cover_their_words(text: str, covered: bool) -> None:
    names = Names(["Chips C106", "Big Cluster 384", "芯片 7号", "Card (X9), Y2", "2030 plan"])
    match = TOKEN.search(text)
    assert match is not None
    assert names.cover(match, text) is covered
    assert "C106" in repr(names)


def test_without_names_nothing_is_covered() -> None:
    match = TOKEN.search("C106")
    assert match is not None
    assert Names(()).cover(match, "C106") is False
    assert repr(Names(())) == "Names()"


@pytest.mark.parametrize(
    ("receipt", "token", "fits"),
    [
        ({}, "7", True),  # one that tells nothing cannot contradict
        ({"value": None, "label": "Price"}, "7", True),
        ({"value": 0.2568}, "25.7%", True),
        ({"value": 0.2568}, "25.6%", False),
        ({"printed": "7,029"}, "7,029", True),
        ({"text": "seven", "value": 7}, "7", True),
        ({"text": "seven", "value": 8}, "7", False),
    ],
)
def test_a_receipt_says_its_words_or_its_value(
    receipt: dict[str, Any], token: str, fits: bool
) -> None:
    assert says(receipt, token) is fits


def test_a_page_without_an_article_is_not_counted(tmp_path: Path) -> None:
    reader = Reader({}, tmp_path / "exhibits", [], Names(()))
    assert reader.page("p.html", "<html><body><p>12</p></body></html>") == Coverage()
    article = '<html><body><article class="bd-article"><p>12</p></article></body></html>'
    assert reader.page("p.html", article).pages == 1


def test_what_the_allow_list_answers_for_is_counted_by_kind(tmp_path: Path) -> None:
    coverage = read(tmp_path, '<p>In 2025 and 2026.</p><p><span class="math">3</span></p>')
    assert coverage.kinds == {"year": 2, "constant of an equation": 1}
    assert coverage.used == {YEAR.pattern.pattern}


@pytest.mark.parametrize(
    ("pattern", "bound"), [("Note 12", 1), ("Note 1", 0), ("2 of", 0), ("12 of 7", 2)]
)
def test_a_row_of_the_allow_list_covers_a_whole_number_or_none(
    tmp_path: Path, pattern: str, bound: int
) -> None:
    reader = Reader({}, tmp_path, [Allowed(re.compile(pattern), "kind", "why")], Names(()))
    page = '<html><article class="bd-article"><p>Note 12 of 7</p></article></html>'
    assert reader.page("p.html", page).bound["allowed"] == bound


def test_a_receipt_speaks_of_its_own_period_and_of_those_of_its_inputs(tmp_path: Path) -> None:
    receipts = {
        "a.2024": {},
        "b": {"period": "2025H1"},
        "c": {"inputs": ["x.2026", "y.20271"]},
    }
    reader = Reader(receipts, tmp_path, [], Names(()))
    numbers = "".join(f'<span class="num" data-receipt="{one}">x</span>' for one in receipts)
    years = "2024 2025H1 2026E 2027 2028"
    page = f'<article class="bd-article"><section><p>{numbers}: {years}</p></section></article>'
    coverage = reader.page("p.html", f"<html>{page}</html>")
    assert coverage.bound == {"receipt": 4}  # the first four digits are a year
    assert tokens(coverage) == ["2028"]


def test_an_exhibit_without_rows_has_no_data(tmp_path: Path) -> None:
    coverage = read(tmp_path, '<figure data-exhibit="e"><p>3</p></figure>', csv=" \n")
    assert [item.why for item in coverage.unbound] == ["stands in exhibit e, which has no data"]


def test_words_around_a_table_are_bound_by_its_exhibit_but_its_cells_must_be_in_the_data(
    tmp_path: Path,
) -> None:
    caption = '<figure data-exhibit="e"><p>99</p><table><tr>{}</tr></table></figure>'
    for cell, said in (("<td>99</td>", ["99"]), ("<th>98</th>", ["98"]), ("<td>1,235</td>", [])):
        assert tokens(read(tmp_path, caption.format(cell))) == said


def test_the_words_of_a_fault_are_cut_after_220_characters(tmp_path: Path) -> None:
    told = read(tmp_path, f"<p>At 7 {'x' * 300}</p>").unbound[0].sentence
    assert len(told) == 220


@pytest.mark.parametrize(
    ("shown", "fits"),
    [
        ("0.5", True),
        ("0.6", False),
        ("50", True),  # in percent
        ("0.05", False),
        ("2", True),  # half of the last digit: 2.5 may be 2 or 3
        ("3", True),
        ("2.6", False),
        ("12", True),  # in thousands, millions, hundred millions
        ("4.5", True),
        ("45", False),
        ("none", False),
    ],
)
def test_data_hold_a_number_in_the_scales_of_tables(shown: str, fits: bool) -> None:
    assert CsvNumbers("a,b\n-0.5,2.5\n12000,4.5e8\n").holds(shown, shown) is fits


@pytest.mark.parametrize(
    "shown",
    [
        *("1,234.567", "123,456.7", "1,234,567", "1,234,567,000"),
        *("12.34567", "1.234567", "0.001234567", "12,345,670"),
    ],
)
def test_a_table_may_show_the_data_in_percent_thousands_millions_or_the_reverse(shown: str) -> None:
    """Every digit counts, whatever the scale; a scale that no table has does not fit."""
    assert CsvNumbers("1234.567").holds(shown, shown)
    assert not CsvNumbers("1233.567").holds(shown, shown)
    assert not CsvNumbers("1234567").holds("123.4567", "123.4567")


def test_words_are_looked_for_as_they_stand_and_as_their_whole_cell() -> None:
    numbers = CsvNumbers("name\nBR166 card\n")
    assert numbers.holds("BR166", "the BR166")
    assert numbers.holds("zz9", " BR166 card ")
    assert not numbers.holds("BR16X", "BR16X card")


def test_hidden_rows_are_found_by_what_hides_them_or_what_they_stand_in(tmp_path: Path) -> None:
    row = "<tr><th>Revenue</th><td>{}</td></tr>".format("1,235")
    hidden = (
        row.replace("<td>", '<td style="visibility:hidden">'),
        row.replace("<th>", "<th hidden>"),
        row.replace("<tr>", '<tr style="visibility: collapse">'),
    )
    for one in hidden:
        assert any("hides 1" in item.why for item in read(tmp_path, _rows(one)).unbound), one
    whole = f'<figure data-exhibit="e"><table hidden><tbody>{row}</tbody></table></figure>'
    assert any("hides 1" in item.why for item in read(tmp_path, whole).unbound)
    shown = row.replace("<tr>", '<tr style="display: block">')
    assert read(tmp_path, _rows(shown)).unbound == []


@pytest.mark.parametrize(
    ("rows", "fits"),
    [
        (["<tr><th>Income</th></tr>", ROW], True),  # a heading has one cell at most
        (["<tr><td>a</td></tr>", "<tr><td>b</td></tr>", ROW], True),
        (["<tr><td>a</td><td>b</td></tr>", ROW], False),
    ],
)
def test_only_rows_of_headings_may_be_more_than_the_data(
    tmp_path: Path, rows: list[str], fits: bool
) -> None:
    why = [item.why for item in read(tmp_path, _rows(*rows)).unbound if " rows " in item.why]
    assert (why == []) is fits


def test_two_drawings_differ_by_their_words_whatever_their_order(tmp_path: Path) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><text>{}</text><text> {}</text></svg>'
    body = f'<figure data-exhibit="f">{drawing.format("a", "b")}{OFFERED}</figure>'
    article = lxml_html.fromstring(f'<article class="bd-article">{body}</article>')
    (tmp_path / "exhibits").mkdir()
    for first, second, faulty in (("b", "a", False), ("a", "c", True)):
        path = tmp_path / "exhibits" / "e.svg"
        path.write_text(drawing.format(first, second), encoding="utf-8")
        found = list(exhibit_faults(article, tmp_path / "exhibits", tmp_path / "p.html"))
        assert bool(found) is faulty


def test_pages_of_a_book_are_those_with_text(tmp_path: Path) -> None:
    for name in (
        *("index.html", "genindex.html", "search.html", "404.html", "b.html", "a/index.html"),
        *("_static/x.html", "downloads/x.html", "receipts/x.html", "bear/b.html", "a/note.txt"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "bear" / INDEX).touch()
    told = [page.relative_to(tmp_path).as_posix() for page in book_pages(tmp_path)]
    assert told == ["a/index.html", "b.html"]
    own = pages(tmp_path, without={tmp_path / "bear", tmp_path.parent / "a"})
    assert [page.relative_to(tmp_path).as_posix() for page in own] == [
        *("404.html", "a/index.html", "b.html", "genindex.html", "index.html", "search.html")
    ]


def _caption(title: str, alt: str = "", note: str = "") -> list[tuple[int, str, str]]:
    texts = ({"title": "", "alt": "", "note": ""}, {"title": title, "alt": alt, "note": note})
    dataset: Any = SimpleNamespace(captions={"01": [SimpleNamespace(texts=one) for one in texts]})
    root = Path(__file__).parent / "no_project"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typed_captions_module, "allowances", lambda _: [YEAR])
        patch.setattr(typed_captions_module, "names_of", lambda _: Names(["Chip C106"]))
        faults = list(typed_captions_module.typed_captions(dataset, root))
    assert {fault.file for fault in faults} <= {"data/captions/01.csv"}
    return [(fault.row, fault.column, fault.message) for fault in faults]


def test_a_figure_typed_in_a_caption_is_found_with_the_words_around_it() -> None:
    message = "found '12%' typed in 'Sales grow 12% in 2027'; a named number is allowed"
    assert _caption("Sales grow 12% in 2027") == [(3, "title", message)]
    assert [(line, column) for line, column, _ in _caption("", "7", "8")] == [
        (3, "alt"),
        (3, "note"),
    ]
    long = "x " * 20 + "7" + " y" * 20
    assert f"typed in {long[10:61]!r};" in _caption(long)[0][2]


def test_named_numbers_names_and_what_the_allow_list_covers_may_stand_in_a_caption() -> None:
    assert _caption("Sales of the C106 reach {sales.2027} in 2027") == []
    assert [message.split("'")[1] for *_, message in _caption("Sales of 20271")] == ["20271"]


def test_what_was_read_stays_as_it_was_but_for_the_counts() -> None:
    assert changeable("provenance") == {"Coverage"}
