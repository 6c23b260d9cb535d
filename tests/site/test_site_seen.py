"""What a person sees on the sample site: panels, cues, printing, the place that is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect
from site_browsing import THEMES, VALUATION, visiting
from site_making import build
from site_sample import write_sample
from site_seeing import background, contrast, first_letter, luminance, pixels, shows_through
from site_serving import serve

pytestmark = pytest.mark.browser
READABLE = 4.5
INDEX = "book/index.html"
CHANGED = "Base, changed: WACC 12.0%"
# The smallest drawn text that is seen of the pictures on a page, in pixels of the view.
SMALLEST = """() => Math.min(...[...document.querySelectorAll(".exhibit svg text")]
  .filter((text) => text.checkVisibility())
  .map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))"""
OUTSIDE = """(figure) => [...figure.querySelectorAll("svg text")]
  .map((text) => [text.textContent, text.getBoundingClientRect()])
  .filter(([, box]) => box.right > innerWidth || box.left < 0).map(([words]) => words)"""
WORDS_IN_VIEW = """(cell) => {
  const words = document.createRange();
  words.selectNodeContents(cell);
  const box = words.getBoundingClientRect();
  return box.width > 0 && box.left >= 0 && box.right <= innerWidth;
}"""
# Where the head of a table stands once the page is scrolled deep into it, and what is seen there.
HEAD = """() => {
  const table = document.querySelector("#ex-sample-table table");
  const row = table.tBodies[0].rows[0];
  for (let k = 0; k < 80; k++) table.tBodies[0].append(row.cloneNode(true));
  table.tBodies[0].rows[50].scrollIntoView({ block: "center" });
  return new Promise((done) => setTimeout(() => {
    const box = table.tHead.rows[0].cells[3].getBoundingClientRect();
    const seen = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    done(Boolean(seen) && table.tHead.contains(seen));
  }, 300));
}"""

both_themes = pytest.mark.parametrize("theme", THEMES)


@both_themes
@pytest.mark.parametrize("width", [1440, 390])
def test_the_hits_of_the_search_can_be_read(
    browser: Any, sample_address: str, width: int, theme: str
) -> None:
    with visiting(browser, sample_address, width, theme, bypass_csp=True) as visit:
        page = visit.open(VALUATION)
        page.keyboard.press("Control+k")
        page.keyboard.type("discounted")
        expect(page.locator(".search-live .search-status")).to_contain_text("“discounted”")
        assert not shows_through(page, page.locator("#pst-search-dialog"))
        for part in (".search-status", ".search-hit", ".search-excerpt"):
            seen = page.locator(f".search-live {part}").first
            assert contrast(pixels(page, seen)) >= READABLE, part
        assert visit.axe() == []


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", ["search.html", VALUATION])
def test_the_magnifier_stands_beside_what_is_typed(
    browser: Any, sample_address: str, width: int, name: str
) -> None:
    with visiting(browser, sample_address, width) as visit:
        page = visit.open(name)
        if name == VALUATION:
            page.keyboard.press("Control+k")
        form = page.locator("form.bd-search:visible").first
        icon = form.locator(".fa-magnifying-glass").bounding_box()
        assert first_letter(page, form.locator("input")) >= icon["x"] + icon["width"] + 2


@both_themes
@pytest.mark.parametrize("width", [768, 390])
def test_the_panel_of_contents_hides_the_page(
    browser: Any, sample_address: str, width: int, theme: str
) -> None:
    with visiting(browser, sample_address, width, theme, has_touch=True) as visit:
        page = visit.open(VALUATION)
        page.get_by_role("button", name="Contents").tap()
        panel = page.locator("dialog[open]")
        link = panel.locator("a").first
        expect(link).to_be_in_viewport(ratio=1)
        page.wait_for_timeout(400)  # a tooltip takes its time
        assert not page.get_by_role("tooltip").is_visible()
        assert not shows_through(page, panel)
        assert contrast(pixels(page, link)) >= READABLE
        assert panel.bounding_box()["width"] < 0.9 * width, "the page beside it closes it"


@both_themes
def test_a_figure_on_a_phone_is_its_narrow_drawing(
    browser: Any, sample_address: str, theme: str
) -> None:
    with visiting(browser, sample_address, 390, theme, has_touch=True) as visit:
        page = visit.open(VALUATION)
        figure = page.locator("#ex-sample-bridge")
        scroller = figure.locator(".figure-scroll")
        figure.scroll_into_view_if_needed()
        expect(figure.locator("svg.phone")).to_be_visible()
        expect(figure.locator("svg.page")).to_be_hidden()
        assert figure.evaluate(OUTSIDE) == []
        assert scroller.evaluate("(box) => box.scrollWidth <= box.clientWidth")
        assert figure.locator(".swipe-cue:visible").count() == 0, "it has no more to show"
        assert page.evaluate(SMALLEST) >= 9


@both_themes
def test_what_is_too_wide_for_a_phone_says_that_it_goes_on(
    browser: Any, sample_address: str, theme: str
) -> None:
    with visiting(browser, sample_address, 390, theme, has_touch=True) as visit:
        page = visit.open(VALUATION)
        table = page.locator("#ex-sample-table")
        scroller, cue = table.locator(".table-scroll"), table.get_by_text("swipe →")
        table.scroll_into_view_if_needed()
        last = table.locator("thead th").last
        expect(last).not_to_be_in_viewport()
        expect(cue).to_be_in_viewport()
        edge = pixels(page, scroller)[:, -2:]
        assert np.abs(edge - background(edge)).max() < 12, "nothing is cut at the edge, it fades"
        before = table.bounding_box()
        scroller.evaluate("(box) => box.scrollTo(box.scrollWidth, 0)")
        expect(cue).to_be_hidden()
        assert table.bounding_box() == before, "nothing moves under the finger"
        assert last.evaluate(WORDS_IN_VIEW)


def test_what_fits_has_no_cue(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address, 1440) as visit:
        page = visit.open(VALUATION)
        assert page.locator("#ex-sample-bridge").evaluate(OUTSIDE) == []
        assert page.locator(".swipe-cue:visible").count() == 0


@pytest.mark.parametrize("width", [1440, 1200, 768, 390])
def test_the_landing_page_s_pictures_can_be_read(
    browser: Any, sample_address: str, width: int
) -> None:
    with visiting(browser, sample_address, width) as visit:
        assert visit.open(INDEX).evaluate(SMALLEST) >= 9


def test_the_head_of_a_long_table_stays_in_view(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address, 1440) as visit:
        assert visit.open(VALUATION).evaluate(HEAD)


def test_another_scenario_opens_at_the_same_place(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address, 1440) as visit:
        page = visit.open(VALUATION)
        figure = page.locator("#ex-sample-bridge")
        figure.evaluate("(e) => scrollTo(0, e.getBoundingClientRect().top + scrollY - 120)")
        before = figure.bounding_box()["y"]
        link = page.locator(".scenario-switch a", has_text="Bear").bounding_box()
        page.mouse.click(link["x"] + 9, link["y"] + 9)  # `click` would scroll the page first
        page.wait_for_url(re.compile("/bear/.*#ex-sample-bridge$"))
        page.wait_for_function(
            "y => Math.abs(document.querySelector('#ex-sample-bridge')"
            ".getBoundingClientRect().y - y) < 3",
            arg=before,
        )


def test_from_the_top_another_scenario_opens_at_the_top(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address, 1440) as visit:
        page = visit.open(VALUATION)
        page.locator(".scenario-switch a", has_text="Bear").click()
        page.wait_for_url(re.compile(f"/bear/{VALUATION}$"))
        assert page.evaluate("() => scrollY") == 0


@both_themes
def test_a_page_prints_dark_on_white(browser: Any, sample_address: str, theme: str) -> None:
    with visiting(browser, sample_address, 1440, theme) as visit:
        page = visit.open(VALUATION)
        page.emulate_media(media="print", color_scheme=theme)
        for part in ("h1", ".takeaways", "#ex-sample-bridge figcaption", "#ex-sample-table table"):
            seen = page.locator(part).first
            seen.scroll_into_view_if_needed()
            assert luminance(background(pixels(page, seen))) > 0.8, part
            assert contrast(pixels(page, seen)) >= READABLE, part
        page = visit.open(INDEX)
        rating = pixels(page, page.locator(".rating-card li").first, 3)
        assert luminance(background(rating)) > 0.8, "browsers print no dark ground"
        assert contrast(rating) >= READABLE


@both_themes
def test_the_skip_link_can_be_read(browser: Any, sample_address: str, theme: str) -> None:
    with visiting(browser, sample_address, 1440, theme) as visit:
        page = visit.open(VALUATION)
        page.keyboard.press("Tab")
        link = page.locator(".skip-link a:focus")
        expect(link).to_be_in_viewport(ratio=1)
        assert contrast(pixels(page, link)) >= READABLE
        words = pixels(page, link)[4:-4, 4:-4]  # without the ring around it
        assert contrast(words) >= READABLE


# ---- a run with changed parameters -------------------------------------------------------------


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the sample book of a changed run."""
    place = tmp_path_factory.mktemp("changed")
    server, address = serve(build(write_sample(place, CHANGED)))
    yield address
    server.shutdown()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_changed_run_says_so_on_every_page(browser: Any, changed: str, width: int) -> None:
    with visiting(browser, changed, width) as visit:
        for name in (INDEX, VALUATION, "book/method.html"):
            page = visit.open(name)
            expect(page.locator(".bd-header-article").get_by_text(CHANGED)).to_be_in_viewport()
            assert CHANGED in page.title()
            page.locator("details.cite summary").click()
            expect(page.locator(".cite-text")).to_contain_text(f"scenario {CHANGED}, page")
            expect(page.locator(".cite-bibtex")).to_contain_text(CHANGED)
            expect(page.locator("footer .site-footer")).to_contain_text(CHANGED)
            assert visit.overflow() == []


def test_a_scenario_as_it_stands_is_called_by_its_name(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open(VALUATION)
        assert page.locator(".changed-run").count() == 0
        expect(page.locator("footer .site-footer")).to_contain_text("Scenario: Base.")
        assert "changed" not in page.title()


def test_without_receipts_of_a_run_its_scenario_is_named(sample: Path) -> None:
    assert "Scenario: Base." in (sample / "book/method.html").read_text("utf-8")
