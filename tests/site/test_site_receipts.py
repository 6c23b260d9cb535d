"""A number asked on the page: by mouse, touch, keyboard and link, and however late the answer."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from site_browsing import VALUATION, receipt_saying, visiting

pytestmark = pytest.mark.browser


def test_a_receipt_opens_by_mouse_and_goes_away(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open(VALUATION)
        page.locator("#n-target_price").hover()
        receipt = receipt_saying(page, "48.2137")
        page.mouse.move(5, 5)
        expect(receipt).to_be_hidden()
        page.locator("#n-target_price").click()
        receipt_saying(page, "48.2137")
        page.mouse.move(5, 5)
        page.wait_for_timeout(300)  # longer than a receipt that is not pinned stays
        assert receipt.is_visible(), "a click pins it"
        page.keyboard.press("Escape")
        expect(receipt).to_be_hidden()
        assert visit.faults == []


def test_a_number_that_names_a_fact_answers_with_its_source(
    browser: Any, sample_address: str
) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open(VALUATION)
        page.locator("#n-revenue_2025").click()
        receipt_saying(
            page,
            *("Revenue, 2025", "1,234.5 CNY mn", "2025", "reported", "line 687, exhibit 45"),
            "Example Securities, “Initiation”, 2026-06-03 [004] (secondary, research)",
            "thesisbook source 004:L687",
            "+266.5% from 336.8 CNY mn in 2024",
            "B, press, research or abstract",
        )


def test_a_receipt_leads_to_what_it_is_made_from(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open(VALUATION)
        page.locator("#n-target_price").click()
        receipt = receipt_saying(page, "equity value / shares")
        receipt.locator("button.receipt-input", has_text="Discount rate").click()
        receipt_saying(page, "built up from its parts")
        receipt.locator("button.receipt-back").click()
        receipt.locator("button.receipt-input", has_text="revenue, 2025").click()
        receipt_saying(page, "line 687, exhibit 45")


def test_a_receipt_opens_by_touch(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address, 390, has_touch=True, is_mobile=True) as visit:
        page = visit.open(VALUATION)
        page.locator("#n-target_price").tap()
        receipt = receipt_saying(page, "48.2137")
        box = receipt.bounding_box()
        assert box is not None
        assert box["width"] <= 390
        page.locator("h1").tap()
        expect(receipt).to_be_hidden()
        page.locator("td .num").first.tap()
        expect(receipt).to_be_visible()
        receipt.locator(".receipt-close").tap()
        expect(receipt).to_be_hidden()
        assert visit.overflow() == []


def test_a_receipt_opens_by_keyboard(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open(VALUATION)
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("() => document.activeElement.dataset.receipt") == "target_price":
                break
        else:
            pytest.fail("Tab does not reach the number")
        receipt = receipt_saying(page, "48.2137")
        page.keyboard.press("Escape")
        expect(receipt).to_be_hidden()
        page.keyboard.press("Enter")
        expect(receipt.locator(".receipt-close")).to_be_focused()
        page.keyboard.press("Escape")
        expect(receipt).to_be_hidden()
        active = page.evaluate("() => document.activeElement.dataset.receipt")
        assert active == "target_price", "the focus comes back"


def test_a_receipt_that_comes_late_leaves_the_reader_alone(
    browser: Any, sample_address: str
) -> None:
    with visiting(browser, sample_address) as visit:
        held: list[Any] = []

        def hold(route: Any) -> None:
            held.append(route)

        visit.page.route("**/receipts.js", hold)
        page = visit.open(VALUATION)
        with page.expect_request("**/receipts.js"):
            page.locator("#n-target_price").focus()
            page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        gone_to = page.evaluate("() => document.activeElement.dataset.receipt")
        assert gone_to not in (None, "target_price")
        held[0].continue_()
        expect(page.locator(f"#n-{gone_to}")).to_have_attribute("aria-expanded", "true")
        assert page.evaluate("() => document.activeElement.dataset.receipt") == gone_to
        assert visit.faults == []


BARS = "#ex-sample-bridge svg.{} .chart-mark"


def test_a_bar_opens_the_panel_of_a_table_s_cell(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open(VALUATION)
        cell = page.locator('td .num[data-receipt="chips.revenue.2025"]')
        cell.click()
        of_cell = receipt_saying(page, "Sample Chips, revenue, 2025").inner_text()
        page.keyboard.press("Escape")
        bar = page.locator(BARS.format("page")).nth(2)
        bar.hover()
        receipt = receipt_saying(page, "Sample Chips, revenue, 2025")
        assert receipt.inner_text() == of_cell
        page.mouse.move(5, 5)
        expect(receipt).to_be_hidden()
        assert visit.faults == []


def test_bars_are_reached_by_keyboard(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open(VALUATION)
        bars = page.locator(BARS.format("page"))
        stops = bars.evaluate_all("(all) => all.map((bar) => bar.getAttribute('tabindex'))")
        assert stops == ["0", "-1", "-1", "-1"], "a figure is one stop"
        assert bars.first.get_attribute("aria-label") == "Published, 2023: 62.1"
        bars.first.focus()
        page.keyboard.press("ArrowRight")
        receipt = receipt_saying(page, "Sample Chips, revenue, 2024")
        page.keyboard.press("Enter")
        expect(receipt.locator(".receipt-close")).to_be_focused()
        page.keyboard.press("Escape")
        expect(receipt).to_be_hidden()
        active = page.evaluate("() => document.activeElement.dataset.receipt")
        assert active == "chips.revenue.2024", "the focus comes back to the bar"


def test_a_bar_opens_by_touch_on_a_phone(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address, 390, has_touch=True, is_mobile=True) as visit:
        page = visit.open(VALUATION)
        page.locator(BARS.format("phone")).nth(3).tap()
        receipt_saying(page, "Sample Chips, revenue, 2026", "line 687")
        assert visit.overflow() == []


def test_the_audit_view_walks_the_numbers_of_a_kind(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open(VALUATION)
        page.get_by_role("button", name="Audit view").first.click()
        bar = page.get_by_role("region", name="Audit view")
        expect(bar).to_be_visible()
        kinds = bar.get_by_label("Kind").locator("option").all_inner_texts()
        shown = '.bd-article :is([data-receipt^="chips."], [data-receipt="revenue_2025"]):visible'
        facts = page.locator(shown).count()
        assert f"Fact ({facts})" in kinds
        bar.get_by_label("Kind").select_option("fact")
        expect(bar.get_by_role("status")).to_have_text(f"{facts} numbers")
        bar.get_by_role("button", name="Next").click()
        expect(bar.get_by_role("status")).to_have_text(f"1 of {facts} numbers")
        receipt_saying(page, "Revenue, 2025")
        bar.get_by_role("button", name="Previous").click()
        expect(bar.get_by_role("status")).to_have_text(f"{facts} of {facts} numbers")
        bar.get_by_label("Kind").select_option("")
        bar.get_by_label("Source").select_option("004")
        bar.get_by_label("Grade").select_option("D")
        assert "of" not in bar.get_by_role("status").inner_text()
        page.keyboard.press("Escape")  # the receipt first
        page.keyboard.press("Escape")
        expect(bar).to_be_hidden()
        assert visit.faults == []


def test_in_a_table_arrows_walk_and_tab_leaves(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open(VALUATION)
        cells = page.locator("#ex-sample-table td .num")
        stops = page.evaluate(
            "() => [...document.querySelectorAll('#ex-sample-table .num')].map((n) => n.tabIndex)"
        )
        assert sorted(stops) == [-1] * (len(stops) - 1) + [0]
        cells.first.focus()
        for key, expected in (("ArrowRight", 1), ("ArrowRight", 2), ("End", -1), ("Home", 0)):
            page.keyboard.press(key)
            focused = page.evaluate("() => document.activeElement.textContent")
            assert focused == cells.nth(expected).inner_text(), key
        page.keyboard.press("Tab")
        assert page.evaluate("() => !document.activeElement.closest('table')")


def test_a_number_can_be_linked_to(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open(VALUATION + "#n-discount_rate")
        receipt_saying(page, "9.21%")
