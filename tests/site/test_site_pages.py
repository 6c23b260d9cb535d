"""Text that the site writes into pages: receipts, exhibits, policy, scenarios, feed."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urljoin

import pydata_sphinx_theme
import pytest
from lxml import etree
from lxml import html as lxml_html
from site_browsing import reader_pages
from site_sample import SCENARIOS, SOURCE

from thesisbook.outputs.site import archives, changes, pages, policy, search, webfonts
from thesisbook.outputs.site import exhibit_links as figures
from thesisbook.outputs.site import receipt_script as receipts
from thesisbook.outputs.site.notebooks import read_chapter
from thesisbook.outputs.site.pages import Edition, citation, edition, json_ld
from thesisbook.provenance import receipt_store
from thesisbook.provenance.kept import Kept
from thesisbook.provenance.receipt_store import FOLDER

VALUATION = "book/chapters/06_valuation.html"


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ([], ""),
        (["", "Base"], ""),
        (["", "Base, changed: WACC 12.0%"], "Base, changed: WACC 12.0%"),
    ],
)
def test_only_a_changed_run_is_named(
    monkeypatch: pytest.MonkeyPatch, runs: list[str], said: str
) -> None:
    chapters = [SimpleNamespace(run=run, scenario="base") for run in runs]
    monkeypatch.setattr(pages, "executed_chapters", lambda env: chapters)
    book = SimpleNamespace(scenario_name=str.title)
    assert pages.changed_run(SimpleNamespace(env=None), book) == said  # type: ignore[arg-type]


def page(sample: Path, name: str = VALUATION) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring((sample / name).read_text(encoding="utf-8"))


def test_the_first_number_of_each_name_has_a_permalink() -> None:
    span = '<span class="num" tabindex="0" data-receipt="num.price">5</span>'
    text = receipts.permalinks(f"<p>{span} and {span}</p>")
    assert text.count('id="n-price"') == 1
    assert text.count('data-receipt="price"') == 2, "prose and cells name it alike"
    assert receipts.permalinks(text) == text


def test_a_table_cell_with_a_receipt_gets_a_number_inside() -> None:
    text = receipts.permalinks('<td class="forecast" data-receipt="model.revenue.2026">1,2</td>')
    number = '<span class="num" data-receipt="model.revenue.2026">1,2</span>'
    assert text == f'<td class="forecast">{number}</td>'


def test_receipts_name_their_source_once(sample: Path) -> None:
    held = "".join(path.read_text(encoding="utf-8") for path in (sample / FOLDER).glob("*.js"))
    assert held.count("Example Securities") == 1
    assert receipt_store.read(sample)["chips.revenue.2025"]["source"] == SOURCE


def test_every_exhibit_offers_its_data_its_picture_and_its_making(sample: Path) -> None:
    for figure in page(sample).xpath("//figure[@data-exhibit]"):
        links = {link.text: link.get("href") for link in figure.xpath(".//p/a")}
        drawn = bool(figure.xpath(".//*[local-name()='svg']"))
        wanted = {"Data (CSV)", "Link"} | ({"Picture (SVG)", "Picture (PNG)"} if drawn else set())
        assert set(links) == wanted
        for words, address in links.items():
            if words != "Link":
                assert ((sample / VALUATION).parent / address).is_file(), address
        assert figure.xpath("./details//details[@class='made']//pre"), "the code that made it"
        (meta,) = figure.xpath("./details[@class='exhibit-meta']")
        assert not meta.get("open") and meta.xpath("./p[@class='exhibit-source']")


def test_pictures_are_whole_files(sample: Path) -> None:
    drawing = etree.parse(sample / "exhibits" / "sample_bridge.svg").getroot()
    assert drawing.tag.endswith("svg")
    assert (sample / "exhibits" / "sample_bridge.png").read_bytes()[:4] == b"\x89PNG"
    rows = list(csv.reader(io.StringIO((sample / "exhibits" / "sample_bridge.csv").read_text())))
    assert rows[0] == ["step", "value"]


def test_code_of_an_exhibit_moves_only_from_its_own_cell() -> None:
    details = '<details class="admonition hide above-input"><summary>s</summary>{}</details>\n'
    opening = '<div class="cell_output docutils container">\n<div class="output text_html">'
    plain = details.format("one") + opening + "<b>other</b></div></div>"
    figure = '<figure class="exhibit exhibit-table" id="ex-a" data-exhibit="a"></figure>'
    text = figures.with_links(plain + details.format("two") + opening + figure, "")
    assert text.startswith(plain)
    assert "two</details></details></figure>" in text


def test_a_page_forbids_what_it_does_not_hold() -> None:
    script = "window.x = 1;"
    text = policy.sealed(
        f'<html><head><script>{script}</script><script src="a.js"></script></head>'
    )
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in text
    assert "default-src 'none'" in text
    assert "connect-src 'none'" in text
    assert "unsafe-inline'; img" in text, "styles only"
    assert policy.sealed(text) == text


def test_every_page_is_sealed_and_names_no_other_host(sample: Path) -> None:
    pages = list(sample.glob("**/*.html"))
    assert len(pages) > 20
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert "Content-Security-Policy" in text, path
        assert "unpkg" not in text, path
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text), path
        assert not re.search(r"\son\w+=\"", text), f"{path}: an inline handler, which is forbidden"


def test_the_switcher_keeps_the_page(sample: Path) -> None:
    for name in SCENARIOS:
        top = sample if name == "base" else sample / name
        links = page(top).xpath("//nav[@class='scenario-switch']//a/@href")
        found = {(top / VALUATION).parent.joinpath(link).resolve() for link in links}
        others = {sample if s == "base" else sample / s for s in SCENARIOS if s != name}
        assert found == {(other / VALUATION).resolve() for other in others}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_page_offers_its_own_scenarios_report(sample: Path, scenario: str) -> None:
    top = sample if scenario == SCENARIOS[0] else sample / scenario
    for name in ("book/index.html", VALUATION, "search.html"):
        links = page(top, name).xpath("//div[@class='page-downloads']//a")
        said = [link.text for link in links]
        assert said == [
            f"Report, {scenario.capitalize()} (PDF)",
            f"Short report, {scenario.capitalize()} (PDF)",
            "Model, all scenarios (Excel workbook)",
        ]
        targets = [(top / name).parent / link.get("href") for link in links]
        assert [path.read_text("utf-8") for path in targets] == [
            f"sample-{scenario}.pdf",
            f"sample-{scenario}-note.pdf",
            "sample.xlsx",
        ]


def test_each_chapter_has_a_card_a_description_and_machine_readable_data(sample: Path) -> None:
    head = page(sample).find("head")
    described = head.xpath("./meta[@name='description']/@content")[0]
    assert "was reported for 2025" in described
    picture = sample / "cards" / "06_valuation.png"
    assert picture.read_bytes()[16:24] == (1200).to_bytes(4, "big") + (630).to_bytes(4, "big")
    data = json.loads(head.xpath("./script[@type='application/ld+json']")[0].text)
    assert data["@type"] == "Report"
    assert data["name"] == "Valuation: the price holds the hopes"


def test_machine_readable_data_cannot_leave_its_element() -> None:
    text = json_ld(Edition("X"), "</script><script>alert(1)</script>", "")
    assert "</script" not in text
    assert json.loads(text)["name"].startswith("</script>")


def test_the_edition_is_read_from_the_data(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "company.yaml").write_text(
        "name: {en: Chips, zh: 芯}\nticker: '1.HK'\nedition: 2026-06-02\n", encoding="utf-8"
    )
    book = edition(tmp_path, "fallback")
    assert (book.title, book.date) == ("Chips (1.HK)", "2026-06-02")
    assert edition(tmp_path / "data", "fallback").title == "fallback"


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_page_tells_the_digest_of_its_scenario_s_inputs(sample: Path, scenario: str) -> None:
    top = sample if scenario == SCENARIOS[0] else sample / scenario
    for name in reader_pages(top):
        told = re.findall(
            r"Inputs SHA-256</span> <code>(\w+)</code>", (top / name).read_text("utf-8")
        )
        assert told == [scenario.encode().hex().rjust(64, "0")], name


LOG = """# Changes

## 2026-06-10: interim results

- Revenue of the first half in the *financials* chapter [x](y)
- Code cleaned

## 2026-06-02

- First edition of the valuation
"""


def test_a_page_says_when_and_how_it_last_changed(tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(LOG, encoding="utf-8")
    log = changes.read(path)
    assert [change.date for change in log] == ["2026-06-10", "2026-06-02"]
    assert changes.last(log, "book/chapters/06_valuation.html").startswith("2026-06-02: First")
    assert "Revenue of the first half in the financials chapter x" in changes.last(log, "a/b.html")
    assert changes.last([], "a.html") == ""


def test_the_feed_is_well_formed_and_keeps_the_dates(tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(LOG, encoding="utf-8")
    text = changes.feed(changes.read(path), Edition("A & B", "1.HK"))
    root = etree.fromstring(text.encode())
    space = {"a": "http://www.w3.org/2005/Atom"}
    assert root.xpath("string(a:updated)", namespaces=space) == "2026-06-10T00:00:00Z"
    assert len(root.xpath("a:entry", namespaces=space)) == 2
    assert len(set(root.xpath("a:entry/a:id/text()", namespaces=space))) == 2


def test_a_branch_of_a_tree_is_called_one_and_has_no_grade() -> None:
    scenarios = {
        "base": {"en": "Base", "branch": {"supply": "flows"}},
        "audited": {"en": "Audited"},
    }
    book = Edition("Sample", raw={"scenarios": scenarios})
    assert book.run_words("audited") == "Audited"
    assert book.run_words("audited", "Audited, changed: beta 2") == "Audited, changed: beta 2"
    for words in (book.run_words("base"), citation(book, "T", "p", book.run_words("base"))):
        assert "Base (one branch of the tree, without a grade of its own)" in words


def test_latin_faces_are_inside_the_style_sheet(sample: Path) -> None:
    text = (sample / "_static" / "book.css").read_text(encoding="utf-8")
    assert text.count("data:font/woff2;base64,d09GMg") == 3, "a WOFF2 file begins with wOF2"
    files = set(re.findall(r'url\("(fonts/[^"]+)"\)', text))
    assert {name for name in files if not (sample / "_static" / name).is_file()} == set()
    assert "fonts/thesis-sans-400-italic-ext.woff2" in files


def test_chinese_is_cut_to_what_the_pages_use(tmp_path: Path) -> None:
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    kept = Kept(tmp_path / "kept")
    assert webfonts.write(["plain"], tmp_path, kept) is None
    path = webfonts.write(["壁仞 abc", "仞，"], tmp_path, kept)
    assert path is not None
    assert set(TTFont(path).getBestCmap()) == {ord(c) for c in "壁仞，"}
    first = path.read_bytes()
    webfonts.write(["仞，壁"], tmp_path, Kept(tmp_path / "other"))
    assert path.read_bytes() == first


THEMED = re.compile(r"\.([a-z][\w-]*)")  # a class that a rule of a style sheet names


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("notebooks/01_a.ipynb", "data/facts/x.csv", "src/thesisbook/__init__.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    (tmp_path / "src/thesisbook/__pycache__").mkdir()
    (tmp_path / "src/thesisbook/__pycache__/x.pyc").write_text("no")
    return tmp_path


def test_zips_hold_what_is_needed_and_are_the_same_each_time(project: Path) -> None:
    first = [path.read_bytes() for path in archives.write(project, project)]
    (project / "data/facts/x.csv").touch()
    assert [path.read_bytes() for path in archives.write(project, project)] == first
    names = zipfile.ZipFile(project / archives.NOTEBOOKS).namelist()
    assert {"notebooks/01_a.ipynb", "data/facts/x.csv", "HOW_TO_RUN.txt"} <= set(names)
    assert not any("pycache" in name for name in names)
    assert zipfile.ZipFile(project / archives.DATA).namelist() == ["data/facts/x.csv"]


@pytest.mark.book
def test_the_zip_of_notebooks_runs_by_itself(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    archives.write(root, tmp_path)
    with zipfile.ZipFile(tmp_path / archives.NOTEBOOKS) as archive:
        archive.extractall(tmp_path / "away")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "away" / "src")}
    out = tmp_path / "away" / "out.ipynb"
    run = subprocess.run(
        [
            *(sys.executable, "-m", "papermill", "--no-progress-bar", "-k", "python3"),
            *("notebooks/06_valuation.ipynb", str(out), "-p", "scenario", "bear"),
        ],
        cwd=tmp_path / "away",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert read_chapter(out, "06_valuation").scenario == "bear"


def test_a_section_is_found_by_another_name_of_its_subject(sample: Path, tmp_path: Path) -> None:
    shutil.copy(sample / search.TEXT_FILE, tmp_path)
    for _ in range(2):  # filling in again changes nothing
        search.add_names(tmp_path, {"A margin note": "旁注", "Zebra": "斑马"})
        text = (tmp_path / search.TEXT_FILE).read_text(encoding="utf-8")
        assert text.count("旁注") == 1
        assert "斑马" not in text
    data = json.loads(text.removeprefix("window.SEARCH_TEXT=").rstrip(";\n"))
    parts = data["book/chapters/06_valuation"]["sections"]
    assert [part[0] for part in parts if "旁注" in part[4]] == ["discounted-cash-flow"]


def test_no_class_of_a_drawing_is_one_that_the_theme_paints(sample: Path) -> None:
    """`mark` was one: the theme lays yellow under it, light and dark."""
    folder = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static/styles"
    theme = (folder / "pydata-sphinx-theme.css").read_text(encoding="utf-8")
    page = lxml_html.parse(sample / "book/chapters/06_valuation.html")
    drawn = page.xpath("//figure//*[name()='svg']//*[@class]")
    classes = {name for element in drawn for name in element.get("class").split()}
    assert "chart-mark" in classes
    assert "btn" in THEMED.findall(theme)
    assert classes & set(THEMED.findall(theme)) == set()


def test_the_search_calls_a_page_what_the_contents_call_it(sample: Path) -> None:
    """Two pages may open with one title, as the landing page and the summary do."""
    text = (sample / search.TEXT_FILE).read_text(encoding="utf-8")
    data = json.loads(text.removeprefix("window.SEARCH_TEXT=").rstrip(";\n"))
    root = "book/index.html"
    page = lxml_html.fromstring((sample / root).read_text("utf-8"))
    links = page.xpath('//nav[contains(@class, "bd-links")]//a[contains(@class, "internal")]')
    called = {}
    for link in links:
        address = link.get("href").replace("#", "") or Path(root).name
        called[urljoin(root, address).removesuffix(".html")] = link.text_content().strip()
    named = {name: data[name]["title"] for name in called if name in data}
    assert len(named) >= 3
    assert named == {name: called[name] for name in named}
    assert len(set(named.values())) == len(named)
