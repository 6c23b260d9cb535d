"""The real book's site: every page in Chromium, search, sizes, receipt coverage.

The site is what `thesisbook build --all` leaves; it is brought up to date first. Set
THESISBOOK_TEST_SITE to look at one that is built already.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pypdf
import pypdfium2
import pytest
from lxml import html as lxml_html
from playwright.sync_api import expect
from site_browsing import (
    AXED,
    PAINT,
    SHIFT,
    THEMES,
    VALUATION,
    WIDTHS,
    broken_links,
    reader_pages,
    receipt_saying,
    visiting,
)
from site_serving import serve

from thesisbook.data import Dataset, load_dataset
from thesisbook.engine.pairs import pairs_of
from thesisbook.engine.project import Project
from thesisbook.model import TreeValue, value_tree
from thesisbook.model.cases import VALUES
from thesisbook.provenance import receipt_store
from thesisbook.provenance.built_pages import book_pages
from thesisbook.provenance.coverage import allowances, by_page, measure, names_of
from this_project import BOOKS

pytestmark = [pytest.mark.browser, pytest.mark.book]
ROOT = Path(__file__).parents[2]
QUERIES = list(csv.DictReader((Path(__file__).parent / "queries.csv").open(encoding="utf-8")))
INPUTS = re.compile(r"Inputs SHA-256</span> <code>(\w{64})</code>")
MB = 1_000_000
FIRST_RECEIPT = 60_000  # bytes, compressed
# Of every number of the page, the scripts that its receipt needs.
PARTS_OF_RECEIPTS = """async () => {
  const shown = [...document.querySelectorAll("[data-receipt]")];
  const names = new Set(shown.map((element) => element.dataset.receipt));
  const found = {};
  for (const name of names) found[name] = await window.thesisReceipt.ready(name);
  return found;
}"""
EDITION = f"{load_dataset(ROOT).company['edition']}"


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    server, address = serve(site)
    yield address
    server.shutdown()


def look(visit: Any, names: list[str], axed: Collection[str] = ()) -> list[str]:
    """Faults of the pages, each with the page's name; axe looks at those that are `axed`."""
    faults = []
    for name in names:
        visit.open(name)
        faults += [f"{name}: sticks out: {found}" for found in visit.overflow()]
        faults += [f"{name}: no such anchor: {found}" for found in visit.broken_anchors()]
        if name in axed:
            faults += [f"{name}: {found}" for found in visit.axe()]
    return faults + visit.faults


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_clean(
    browser: Any, site: Path, address: str, width: int, theme: str
) -> None:
    names = [*reader_pages(site), "search.html", "404.html"]
    assert len(names) >= 12
    view = (width, theme)  # each page in one of those that are axed, in all in the soak
    axed = names[AXED.index(view) :: len(AXED)] if view in AXED else []
    with visiting(browser, address, width, theme, bypass_csp=bool(axed)) as visit:
        assert look(visit, names, axed) == []


@pytest.mark.parametrize("scenario", BOOKS[1:])
def test_other_scenarios_are_clean(browser: Any, site: Path, address: str, scenario: str) -> None:
    names = [f"{scenario}/{name}" for name in reader_pages(site / scenario)]
    sampled = names[BOOKS.index(scenario) :: len(BOOKS)]
    with visiting(browser, address) as visit:
        assert look(visit, sampled) == []


@pytest.mark.parametrize("scenario", BOOKS)
def test_pages_and_print_tell_the_same_digest_of_inputs(site: Path, scenario: str) -> None:
    top = site if scenario == BOOKS[0] else site / scenario
    texts = [(top / name).read_text(encoding="utf-8") for name in reader_pages(top)]
    told = {digest for text in texts for digest in INPUTS.findall(text)}
    assert len(told) == 1
    report = re.search(r'href="([^"]+\.pdf)"', texts[0])
    assert report is not None
    printed = pypdfium2.PdfDocument(site / "downloads" / report[1].rsplit("/", 1)[-1])
    words = "".join(page.get_textpage().get_text_range() for page in printed)
    assert told.pop() in re.sub(r"\s", "", words)


@pytest.mark.parametrize("scenario", BOOKS)
def test_every_receipt_can_be_followed_to_its_end(site: Path, scenario: str) -> None:
    receipts = receipt_store.read(site if scenario == BOOKS[0] else site / scenario)
    assert len(receipts) > 3000
    lost = {
        f"{name} -> {given}"
        for name, receipt in receipts.items()
        for given in receipt.get("inputs", ())
        if given.removeprefix("num.") not in receipts
    }
    assert lost == set()


def test_the_audit_view_counts_as_the_check_does(browser: Any, site: Path, address: str) -> None:
    names = reader_pages(site)
    coverage = by_page(site, [site / name for name in names], allowances(ROOT), names_of(ROOT))
    chapters = [name for name in names if name.startswith(("book/chapters/05", "book/chapters/08"))]
    with visiting(browser, address) as visit:
        for name in chapters:
            page = visit.open(name)
            page.get_by_role("button", name="Audit view").first.click()
            told = page.locator(".audit-counts").inner_text()
            counted = coverage[name]
            assert told.startswith(f"{counted.tokens:,} numbers on this page: "), name
            assert f"{counted.bound['receipt']:,} by a receipt" in told
            assert told.endswith(f"{len(counted.unbound)} without.")


def test_a_number_is_two_steps_from_the_entry_of_its_source(
    browser: Any, site: Path, address: str
) -> None:
    with visiting(browser, address) as visit:
        for number in ("#n-target_price", "td .num >> nth=3", ".chart-mark >> nth=0"):
            page = visit.open(VALUATION)
            page.locator(number).first.click()
            link = page.locator("#receipt .receipt-source").first
            wanted = link.get_attribute("href").partition("#")[2]
            link.click()
            page.wait_for_url(f"**/sources.html#{wanted}")
            expect(page.locator(f"#{wanted}")).to_be_in_viewport()
        assert visit.faults == []


def test_the_first_receipt_of_any_number_costs_little(
    browser: Any, site: Path, address: str
) -> None:
    packed = {
        path.stem: len(gzip.compress(path.read_bytes()))
        for path in (site / receipt_store.FOLDER).glob("*.js")
    }
    index = len(gzip.compress((site / receipt_store.INDEX).read_bytes()))
    with visiting(browser, address) as visit:
        for name in reader_pages(site):
            page = visit.open(name)
            parts = page.evaluate(PARTS_OF_RECEIPTS)
            dear = {one: index + sum(packed[part] for part in ids) for one, ids in parts.items()}
            over = {one: cost for one, cost in dear.items() if cost > FIRST_RECEIPT}
            assert over == {}, name


@pytest.mark.soak
@pytest.mark.parametrize("view", [(width, theme) for width in WIDTHS for theme in THEMES])
@pytest.mark.parametrize("scenario", BOOKS)
def test_every_page_of_every_scenario_is_clean(
    browser: Any, site: Path, address: str, scenario: str, view: tuple[int, str]
) -> None:
    below = "" if scenario == BOOKS[0] else f"{scenario}/"
    names = [f"{below}{name}" for name in reader_pages(site / below)]
    with visiting(browser, address, *view, bypass_csp=True) as visit:
        assert look(visit, names, axed=names) == []


def test_no_link_is_broken(site: Path) -> None:
    names = reader_pages(site)
    names += [f"{name}/{page}" for name in BOOKS[1:] for page in reader_pages(site / name)]
    assert [fault for name in names for fault in broken_links(site, name)] == []


def test_every_page_works_from_disk(browser: Any, site: Path) -> None:
    names = reader_pages(site)
    with visiting(browser, site.as_uri() + "/", offline=True) as visit:
        assert look(visit, names) == []
        page = visit.open(VALUATION)
        page.locator(".num").first.click()
        expect(receipt_saying(page)).not_to_contain_text("No receipt")
        assert visit.faults == []


@pytest.mark.parametrize("scenario", BOOKS)
def test_every_page_links_to_the_print_editions_of_its_scenario(site: Path, scenario: str) -> None:
    top = site if scenario == BOOKS[0] else site / scenario
    suffix = "" if scenario == BOOKS[0] else f"-{scenario}"
    stem = site / "downloads" / f"6082-hk-{EDITION}{suffix}"
    reports = [Path(f"{stem}.pdf"), Path(f"{stem}-note.pdf")]
    names = reader_pages(top)
    assert len(names) >= 12
    for name in [*names, "search.html"]:
        links = re.findall(r'href="([^"]+\.pdf)" download', (top / name).read_text("utf-8"))
        found = [((top / name).parent / link).resolve() for link in links]
        assert found == [report.resolve() for report in reports], name
    sums = (site.parent / "SHA256SUMS").read_text("utf-8")
    for report in reports:
        digest = hashlib.sha256(report.read_bytes()).hexdigest()
        assert f"{digest}  pdf/{report.name}\n" in sums
        assert f"{digest}  html/downloads/{report.name}\n" in sums


def grade(dataset: Dataset, tree: TreeValue) -> str:
    """The name of the grade of the tree's expected value."""
    grades = dataset.company["rating_scale"]["grades"]
    return str(next(one["name"]["en"] for one in grades if one["id"] == tree.rating))


@pytest.mark.parametrize("scenario", BOOKS)
def test_every_book_shows_the_call_of_the_tree_and_names_its_branch(
    site: Path, scenario: str
) -> None:
    dataset = load_dataset(ROOT)
    tree, company = value_tree(dataset), dataset.company["scenarios"]
    assert all("branch" in company[name] for name in BOOKS)
    top = site if scenario == BOOKS[0] else site / scenario
    front = lxml_html.parse(top / "book" / "index.html")
    card = " ".join(front.xpath("//div[contains(@class, 'rating-card')]")[0].text_content().split())
    assert grade(dataset, tree) in card
    assert f"HKD {tree.expected('target_price'):.2f}" in card
    assert f"HKD {tree.assumptions('price'):.2f}" in card
    told = f"{company[scenario]['en']} (one branch of the tree, without a grade of its own)"
    for name in reader_pages(top):
        page = lxml_html.parse(top / name)
        foot = " ".join(page.xpath("//p[@class='site-footer']")[0].text_content().split())
        assert f"Scenario: {told}." in foot, name
        assert f"scenario {told}" in page.xpath("//p[@class='cite-text']")[0].text_content(), name


@pytest.mark.parametrize("scenario", BOOKS)
def test_each_print_edition_is_that_of_its_scenario(site: Path, scenario: str) -> None:
    suffix = "" if scenario == BOOKS[0] else f"-{scenario}"
    report = pypdf.PdfReader(site / "downloads" / f"6082-hk-{EDITION}{suffix}.pdf")
    dataset = load_dataset(ROOT)
    tree = value_tree(dataset)
    target = tree.expected("target_price")
    name = dataset.company["scenarios"][scenario]["en"]
    front = " ".join(report.pages[0].extract_text().split())
    assert f"Scenario: {name}" in front
    assert f"HKD {target:.2f}" in front
    assert f"Rating {grade(dataset, tree)} " in front
    assert report.metadata is not None
    assert report.metadata.subject.endswith(f"Scenario: {name}")
    # The appendix gives the headline numbers to eight digits.
    texts = [" ".join(page.extract_text().split()) for page in report.pages[-5:]]
    appendix = " ".join(texts[next(k for k, t in enumerate(texts) if "headline numbers" in t) :])
    label = next(row.label_en for row in dataset.numbers["common"] if row.name == "target_price")
    assert f"{label} HKD {target:.2f} Exact value: {target:.8g} HKD" in appendix
    for key in ("dcf", "relative"):
        assert f"{tree.expected(VALUES[key]):.8g}" in appendix, key
    heads = [page.extract_text()[:300] for page in report.pages[10:70:12]]
    told = EDITION if scenario == BOOKS[0] else f"{EDITION} · {name}"
    assert all(f"6082.HK · {told}\n" in head for head in heads), heads


def test_search_finds_what_readers_ask_for(browser: Any, address: str) -> None:
    assert len(QUERIES) >= 60
    missed = []
    with visiting(browser, address) as visit:
        page = visit.open("search.html?q=report")
        page.locator(".search-status").wait_for()
        field = page.locator(".bd-search-container input[name=q]")
        for row in QUERIES:
            field.fill(row["query"])
            page.wait_for_function(
                "q => document.querySelector('.search-status')?.textContent.includes(`“${q}”`)",
                arg=row["query"],
            )
            links = page.locator("#search-results a").evaluate_all("a => a.map((e) => e.href)")
            wanted = row["page"].split("|")
            if not any(name in urlsplit(link).path for link in links[:8] for name in wanted):
                missed.append((row["query"], [urlsplit(link).path for link in links[:4]]))
        assert visit.faults == []
    assert len(missed) <= 0.05 * len(QUERIES), missed


# Rows taller than a few lines whose visible cells leave most of the height without a word.
BLANK = """() => [...document.querySelectorAll("figure.exhibit-table tbody tr")].flatMap((row) => {
  const height = row.getBoundingClientRect().height;
  const seen = [...row.querySelectorAll("th, td")].map((cell) => {
    const words = document.createRange();
    words.selectNodeContents(cell);
    const boxes = [...words.getClientRects()].filter((box) => box.left < innerWidth - 8);
    return boxes.reduce((sum, box) => Math.max(sum, box.bottom), -1e9)
      - boxes.reduce((least, box) => Math.min(least, box.top), 1e9);
  });
  const filled = Math.max(...seen);
  return height > 80 && filled < height / 2 ? [[row.textContent.slice(0, 60), height, filled]] : [];
})"""
COMPARE = "book/chapters/10_compare.html"


@pytest.mark.parametrize("width", WIDTHS)
def test_scenarios_side_by_side_have_no_blank_rows(browser: Any, address: str, width: int) -> None:
    with visiting(browser, address, width) as visit:
        page = visit.open(COMPARE)
        assert page.locator("figure.exhibit-table tbody tr").count() > 60
        assert page.evaluate(BLANK) == []
        page.evaluate("() => document.querySelectorAll('.show-all').forEach((one) => one.click())")
        for exhibit in ("assumptions", "settings"):
            reasons = page.locator(f"#ex-scenario-{exhibit} tr.reason div").all_text_contents()
            assert len(reasons) >= 5
            assert len(set(reasons)) == len(reasons), f"{exhibit}: a reason stands once"
        for reason in page.locator("tr.reason div").all():
            box = reason.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width, "read without scrolling"


def weight(visit: Any, site: Path, address: str) -> int:
    """Bytes of everything that was asked for, gzipped where that helps."""
    total = 0
    for url in set(visit.requests):
        if url.startswith(address):
            content = (site / urlsplit(url).path.lstrip("/")).read_bytes()
            total += min(len(content), len(gzip.compress(content, 6)))
    return total


FIRST_PAGES = ("book/index.html", VALUATION)


@pytest.mark.parametrize("name", FIRST_PAGES)
def test_a_first_page_is_light_and_still(browser: Any, site: Path, address: str, name: str) -> None:
    with visiting(browser, address) as visit:
        page = visit.open(name)
        assert page.evaluate(SHIFT) < 0.02, "the layout shifts"
        page.wait_for_load_state("networkidle")
        assert not any("searchindex" in url for url in visit.requests)
        size = weight(visit, site, address)
        assert 50_000 < size < 500_000, f"{size} bytes"


@pytest.mark.parametrize("name", FIRST_PAGES)
def test_a_first_page_is_quick(browser: Any, address: str, name: str) -> None:
    """The best of some first visits: others that use the machine slow one down, not all."""
    paints = []
    for _ in range(8):
        with visiting(browser, address) as visit:
            paints.append(visit.open(name).evaluate(PAINT))
        if paints[-1] and paints[-1] < 1000:
            return
    pytest.fail(f"largest paint after {paints} ms")


def test_the_site_is_small_and_static_files_are_stored_once(site: Path) -> None:
    files = [path for path in site.rglob("*") if path.is_file()]
    limit = 60 if (site / "zh").is_dir() else 40  # `make book` makes both languages
    assert sum(path.stat().st_size for path in files) < limit * MB
    assert len([path for path in files if path.name == "tex-svg.js"]) == 1
    assert len([path for path in files if path.name == "later.css"]) == 1


@pytest.mark.parametrize("scenario", BOOKS)
def test_every_number_is_bound(site: Path, scenario: str) -> None:
    top = site if scenario == BOOKS[0] else site / scenario
    coverage = measure(top, book_pages(top), allowances(ROOT), names_of(ROOT))
    assert coverage.faults() == []


def test_the_allow_list_has_no_idle_row(site: Path) -> None:
    """Each lets a figure of a page stand, or one typed in a caption."""
    allowed = allowances(ROOT)
    coverage = measure(site, book_pages(site), allowed, names_of(ROOT))
    captions = [row for rows in load_dataset(ROOT).captions.values() for row in rows]
    typed = "\n".join("\n".join(row.texts.values()) for row in captions)
    typed += "\n".join(pair.other for pair in pairs_of(Project(ROOT)))
    idle = {row.pattern.pattern for row in allowed if not row.pattern.search(typed)}
    assert idle - coverage.used == set()


def test_coverage_is_told_on_the_audit_page(site: Path) -> None:
    page = next(path for path in book_pages(site) if "08_audit" in path.name)
    assert "of them are bound" in page.read_text(encoding="utf-8")


@pytest.mark.skipif("THESISBOOK_SCREENSHOTS" not in os.environ, reason="only where they are kept")
def test_screenshots_are_kept(browser: Any, site: Path, address: str) -> None:
    folder = ROOT / "_build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    for theme in THEMES:
        for width in WIDTHS:
            with visiting(browser, address, width, theme) as visit:
                for name in reader_pages(site):
                    visit.open(name).screenshot(
                        path=folder / f"{Path(name).stem}-{width}-{theme}.png", full_page=True
                    )
    assert any(folder.iterdir())
