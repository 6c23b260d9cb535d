"""Another scenario opens at the same place and marks the numbers that are others there."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from site_browsing import VALUATION, visiting
from site_serving import serve

pytestmark = pytest.mark.browser


def test_numbers_that_differ_are_marked_and_can_be_left(
    browser: Any, sample: Path, tmp_path: Path
) -> None:
    site = shutil.copytree(sample, tmp_path / "site")
    bear = site / "bear" / VALUATION
    text = bear.read_text("utf-8")
    assert ">HKD 48.2<" in text
    bear.write_text(text.replace(">HKD 48.2<", ">HKD 12.3<"), "utf-8")
    server, address = serve(site)
    with visiting(browser, address, 390) as visit:
        page = visit.open(VALUATION)
        assert page.locator(".other-numbers").count() == 0
        table = page.locator("#ex-sample-table")
        table.evaluate("e => e.scrollIntoView({ behavior: 'instant' })")
        page.locator(".scenario-switch a", has_text="Bear").click()
        page.wait_for_url(f"**/bear/{VALUATION}*")
        bar = page.locator(".other-numbers")
        expect(bar).to_contain_text("Numbers that differ from Base: 1,")
        marked = page.locator(".num.is-other")
        assert marked.all_text_contents() == ["HKD 12.3"]
        assert marked.get_attribute("title") == "Base: HKD 48.2"
        page.wait_for_function("() => location.hash.length > 1 && scrollY > 200")
        bar.locator("button").click()
        expect(marked).to_have_count(0)
        page.reload()
        assert page.locator(".other-numbers").count() == 0, "told once, on arrival"
        assert visit.faults == []
    server.shutdown()


def test_a_page_without_another_number_says_so(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open(VALUATION)
        page.locator(".scenario-switch a", has_text="Bull").click()
        page.wait_for_url(f"**/bull/{VALUATION}")
        expect(page.locator(".other-numbers")).to_contain_text("No number of this page differs")
        page.locator("nav.bd-links a", has_text="Method").click()
        page.wait_for_url("**/bull/book/method.html")
        assert page.locator(".other-numbers").count() == 0
        assert visit.faults == []
