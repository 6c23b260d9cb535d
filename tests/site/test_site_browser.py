"""The sample site in a real browser: every width and theme, search, from disk too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from site_browsing import (
    AXED,
    THEMES,
    VALUATION,
    WIDTHS,
    broken_links,
    reader_pages,
    receipt_saying,
    visiting,
)

pytestmark = pytest.mark.browser
PAGES = (VALUATION, "book/chapters/00_summary.html", "search.html")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_are_clean(browser: Any, sample_address: str, width: int, theme: str) -> None:
    with visiting(browser, sample_address, width, theme, bypass_csp=True) as visit:
        for name in PAGES:
            visit.open(name)
            assert visit.overflow() == [], name
            assert visit.broken_anchors() == [], name
            if name == VALUATION or (width, theme) in AXED:
                assert visit.axe() == [], name
        assert visit.faults == []


@pytest.mark.parametrize("width", [1440, 390])
def test_the_policy_is_obeyed(browser: Any, sample_address: str, width: int) -> None:
    with visiting(browser, sample_address, width) as visit:
        for name in (*PAGES, "bear/" + VALUATION):
            visit.open(name)
        assert visit.faults == []


def test_the_first_address_leads_to_the_front_page(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address) as visit:
        visit.page.goto(sample_address + "index.html", wait_until="commit")
        visit.page.wait_for_url("**/book/index.html")
        visit.page.wait_for_load_state()
        assert visit.faults == []


def test_the_policy_stops_a_foreign_script(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open(VALUATION)
        with page.expect_console_message(lambda said: "Content Security Policy" in said.text):
            page.evaluate(
                "() => { const s = document.createElement('script');"
                " s.textContent = 'window.bad = 1'; document.head.append(s); }"
            )
        assert page.evaluate("() => window.bad") is None


def test_mathematics_is_drawn(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open(VALUATION)
        page.wait_for_selector("mjx-container svg")
        assert page.locator("mjx-container").count() == 2


def test_no_link_is_broken(sample: Path) -> None:
    names = reader_pages(sample)
    assert len(names) == 4
    names += [f"bear/{name}" for name in names]
    assert [fault for name in names for fault in broken_links(sample, name)] == []


# ---- search, switcher, downloads ---------------------------------------------------------------

QUERIES = {
    "壁仞": "ex-front-bridge",
    "国产替代": "valuation-the-price-holds-the-hopes",
    "折现": "discounted-cash-flow",
    "BR166": "discounted-cash-flow",
    "6082": "discounted-cash-flow",
    "free cash flow": "discounted-cash-flow",
    "intrinsic cash": "discounted-cash-flow",  # by an anchor above the heading
    "front bridge": "ex-front-bridge",  # by the exhibit's own anchor
    "substitution": "valuation-the-price-holds-the-hopes",
}


@pytest.mark.parametrize(("query", "anchor"), QUERIES.items())
def test_search_finds(browser: Any, sample_address: str, query: str, anchor: str) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open(f"search.html?q={query}")
        page.locator(".search-status").wait_for()
        links = page.locator("#search-results a").evaluate_all("a => a.map((e) => e.href)")
        assert any(link.endswith("#" + anchor) for link in links), links
        assert page.locator("#search-results mark").count() > 0
        assert visit.faults == []


def test_search_says_when_it_finds_nothing(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open("search.html?q=zebra")
        expect(page.locator(".search-status")).to_contain_text("Nothing found")


def test_search_opens_by_keyboard_and_answers_while_typing(
    browser: Any, sample_address: str
) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open("bear/" + VALUATION)
        assert not any("searchindex" in url for url in visit.requests), "loaded when asked for"
        page.keyboard.press("Control+k")
        page.keyboard.type("discounted")
        # not before the answer to the whole word: each answer replaces the one before
        expect(page.locator(".search-live .search-status")).to_contain_text("“discounted”")
        page.keyboard.press("ArrowDown")
        expect(page.locator(".search-live a").first).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url("**/bear/book/**")
        assert visit.faults == []


def test_the_switcher_goes_to_the_same_page(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open(VALUATION)
        page.locator(".scenario-switch a", has_text="Bear").click()
        page.wait_for_url(f"**/bear/{VALUATION}")
        page.locator(".scenario-switch a", has_text="Base").click()
        page.wait_for_url(f"{sample_address}{VALUATION}")


def test_data_and_pictures_download(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open(VALUATION)
        page.locator("#ex-sample-bridge summary", has_text="Source, notes, data").click()
        for words in ("Data (CSV)", "Picture (SVG)", "Picture (PNG)"):
            with page.expect_download() as started:
                page.locator("#ex-sample-bridge a", has_text=words).click()
            assert Path(started.value.path()).stat().st_size > 20


def test_on_a_phone_the_menus_open_and_close(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address, 390) as visit:
        page = visit.open(VALUATION)
        chapters = page.locator("nav[aria-label=Main]")
        contents = page.locator("#pst-page-toc-nav")
        assert not chapters.is_visible()
        for toggle, menu in ((".primary-toggle", chapters), (".secondary-toggle", contents)):
            page.locator(toggle).first.click()
            menu.wait_for(state="visible")
            page.keyboard.press("Escape")
            menu.wait_for(state="hidden")
        page.locator(".primary-toggle").first.click()
        chapters.locator("a", has_text="Method").click()
        page.wait_for_url("**/method.html")
        assert visit.faults == []


def test_the_theme_can_be_chosen_and_is_kept(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open(VALUATION)
        page.locator(".theme-switch-button").first.click()
        assert page.evaluate("() => document.documentElement.dataset.theme") == "dark"
        page.reload()
        assert page.evaluate("() => document.documentElement.dataset.theme") == "dark"


# ---- from disk ---------------------------------------------------------------------------------


def test_from_disk_with_the_network_cut(browser: Any, sample: Path) -> None:
    with visiting(browser, sample.as_uri() + "/", offline=True) as visit:
        page = visit.open(VALUATION)
        page.wait_for_selector("mjx-container svg")
        page.locator("#n-target_price").click()
        receipt_saying(page, "48.2137")
        page.keyboard.press("Escape")
        page.locator(".scenario-switch a", has_text="Bull").click()
        page.wait_for_url("**/bull/book/**")
        page.wait_for_load_state()
        page.keyboard.press("Control+k")
        page.keyboard.type("国产")
        page.locator(".search-live a").first.wait_for()
        page = visit.open("search.html?q=BR166")
        page.locator("#search-results a").first.wait_for()
        assert visit.faults == []


def test_it_reads_without_javascript(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address, java_script_enabled=False) as visit:
        page = visit.page
        page.goto(sample_address + VALUATION)
        assert page.locator("h1").is_visible()
        assert page.locator(".scenario-switch a").count() == 3
        assert page.locator("#ex-sample-table td").first.is_visible()
