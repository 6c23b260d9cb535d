"""The Chinese edition on the site: whole in Chinese, found, switched to and read on any screen."""

from __future__ import annotations

import io
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from english_left import english_left, left
from fontTools.ttLib import TTFont
from site_browsing import AXED, WIDTHS, reader_pages, visiting
from site_serving import serve

from thesisbook.data import Dataset
from thesisbook.exhibits import theme
from thesisbook.outputs.site import webfonts
from thesisbook.provenance.coverage import allowances, by_page
from thesisbook.provenance.coverage import names_of as names_of_data

ROOT = Path(__file__).parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]{2,6}")
WORD = re.compile(r"[A-Za-z]{5,}")
QUERIES = 200


@pytest.fixture(scope="session")
def both(both_languages: Path) -> Path:
    return both_languages / "html"


@pytest.fixture(scope="session")
def address(both: Path) -> Iterator[str]:
    server, address = serve(both)
    yield address
    server.shutdown()


def test_english_is_told_and_names_are_not() -> None:
    page = '<html><body><p title="Show all rows">{}</p></body></html>'
    assert len(list(left(page.format("目标价"), []))) == 1
    assert list(left("<p>目标价 <span lang='en'>the target of the book</span></p>", [])) == []
    assert (
        list(
            left(
                "<p>来源：Bureau of Industry and Security</p>", ["Bureau of Industry and Security"]
            )
        )
        == []
    )
    assert list(left("<p>the target</p>", [])) == ["the target"]


@pytest.mark.book
def test_no_page_shows_english(both: Path, dataset: Dataset) -> None:
    names = [*reader_pages(both / "zh"), "search.html", "404.html"]
    pages = [both / "zh" / name for name in names]
    assert len(pages) >= 20
    assert english_left(pages, dataset) == []


@pytest.mark.book
def test_every_number_is_bound(both: Path) -> None:
    top = both / "zh"
    pages = [top / name for name in reader_pages(top)]
    found = by_page(top, pages, allowances(ROOT), names_of_data(ROOT)).values()
    assert [str(one) for coverage in found for one in coverage.unbound] == []
    assert sum(coverage.tokens for coverage in found) > 5000


@pytest.mark.book
def test_pages_name_one_another_and_have_the_same_places(both: Path) -> None:
    names = reader_pages(both)
    assert names == reader_pages(both / "zh")
    for name in names:
        texts = [(folder / name).read_text("utf-8") for folder in (both, both / "zh")]
        languages = [re.search(r'<html[^>]* lang="([^"]+)"', text) for text in texts]
        assert [found and found[1] for found in languages] == ["en", "zh-CN"]
        assert 'hreflang="zh-CN"' in texts[0]
        assert 'hreflang="en"' in texts[1]
        places = [set(re.findall(r'<(?:section|figure)[^>]* id="([^"]+)"', text)) for text in texts]
        titles = [re.findall(r"<h1", text) for text in texts]
        assert len(titles[0]) == len(titles[1])
        missing = {place for place in places[0] - places[1] if "what-if" not in place}
        assert len(missing) <= 1, f"{name}: {missing}"  # the title's own


@pytest.mark.book
@pytest.mark.parametrize(("language", "least"), [("", 250), ("zh", 1000)])
def test_the_font_has_every_character(both: Path, language: str, least: int) -> None:
    top = both / language
    page = (top / "book" / "chapters" / "06_valuation.html").read_text("utf-8")
    sheets = re.findall(r'<link[^>]* href="([^"]+\.css)[^"]*"', page)
    texts = {s: (top / "book" / "chapters" / s).read_text("utf-8") for s in sheets}
    ((sheet, font),) = [
        (name, font[1])
        for name, text in texts.items()
        if (font := re.search(r'url\("(fonts/han-[0-9a-f]+\.woff)"\)', text))
    ]
    path = (top / "book" / "chapters" / sheet).parent / font
    known = TTFont(io.BytesIO(path.read_bytes())).getBestCmap()
    shown = "".join((top / name).read_text("utf-8") for name in reader_pages(top))
    whole = TTFont(theme.FONT_FOLDER / webfonts.SOURCE, lazy=True).getBestCmap()
    asked = {ord(c) for c in shown if "\u4e00" <= c <= "\u9fff"}
    assert len(asked) > least
    assert asked & set(whole) <= set(known)
    assert len(asked - set(whole)) <= 3, "a title of a source in Japanese"


@pytest.mark.book
@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_fit_the_screen(
    both: Path, address: str, browser: Any, width: int, theme: str
) -> None:
    names = reader_pages(both / "zh")
    chosen = names[(list(WIDTHS).index(width) + 3 * (theme == "dark")) % 9 :: 9]
    with visiting(browser, address, width, theme) as visit:
        for name in chosen:
            visit.open(f"zh/{name}")
            assert visit.overflow() == [], name
            if (width, theme) in AXED:
                assert visit.axe() == [], name
        assert visit.faults == []


@pytest.mark.book
@pytest.mark.browser
def test_the_switch_keeps_the_place(address: str, browser: Any) -> None:
    with visiting(browser, address) as visit:
        page = visit.open("book/chapters/06_valuation.html")
        page.evaluate("document.getElementById('peers').scrollIntoView()")
        page.locator(".language-switch a").click()
        page.wait_for_url(re.compile(r"/zh/book/chapters/06_valuation\.html#.+"))
        place = page.evaluate("location.hash.slice(1)")
        assert page.evaluate("id => document.getElementById(id) !== null", place)
        page.locator(".language-switch a").click()
        page.wait_for_url(re.compile(r"(?<!zh)/book/chapters/06_valuation\.html#.+"))
        assert visit.faults == []


def hits(page: Any, words: list[str]) -> list[str]:
    """Those of `words` that the search finds on no page."""
    missed = []
    for word in words:
        page.locator(".bd-search-container input[name=q]").fill(word)
        page.wait_for_function(
            "q => document.querySelector('.search-status')?.textContent.includes(`“${q}”`)",
            arg=word,
        )
        if page.locator("#search-results a").count() == 0:
            missed.append(word)
    return missed


@pytest.mark.book
@pytest.mark.browser
@pytest.mark.soak
def test_search_finds_what_stands_on_a_page(both: Path, address: str, browser: Any) -> None:
    text = (both / "zh" / "searchtext.js").read_text("utf-8")
    told = json.loads(text.partition("=")[2].rstrip().rstrip(";"))
    said = " ".join(
        part for page in told.values() for section in page["sections"] for part in section[1:3]
    )
    rng = random.Random(19)
    chinese = rng.sample(sorted(set(CHINESE.findall(said))), QUERIES)
    english = rng.sample(
        sorted(set(WORD.findall(said))), min(QUERIES, len(set(WORD.findall(said))))
    )
    with visiting(browser, address) as visit:
        page = visit.open("zh/search.html?q=壁仞")
        page.locator(".search-status").wait_for()
        assert len(hits(page, chinese)) <= 0.05 * len(chinese)
        assert len(hits(page, english)) <= 0.05 * len(english)
