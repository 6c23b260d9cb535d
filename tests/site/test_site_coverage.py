"""Receipt coverage on small pages: what binds a number, and what is found out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from thesisbook.engine.number_gate import TypedNumber, refuse_typed_numbers
from thesisbook.provenance import receipt_store
from thesisbook.provenance.coverage import main, measure
from thesisbook.provenance.csvnumbers import CsvNumbers
from thesisbook.provenance.kept import Kept
from thesisbook.provenance.page_reading import Allowed, Coverage, Names, Reader

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
