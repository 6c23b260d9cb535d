"""Journeys on the page "What if", opened from disk under its own policy: mouse, touch, keyboard."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from site_browsing import THEMES, Visit, visiting

import thesisbook.outputs.site
from thesisbook.data import Dataset
from thesisbook.exhibits import Report, theme
from thesisbook.exhibits.levers import still
from thesisbook.outputs.site.directives import WHAT_IF
from thesisbook.outputs.site.policy import sealed
from thesisbook.outputs.site.receipt_script import write as write_receipts
from thesisbook.outputs.whatif import write_script

pytestmark = pytest.mark.browser
STATIC = Path(thesisbook.outputs.site.__file__).parent / "static"
PAGE = """<!DOCTYPE html>
<html lang="en" data-content_root="../" data-theme="{theme}">
<head><meta charset="utf-8"><title>What if</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="../_static/exhibits.css">
<link rel="stylesheet" href="../_static/site.css">
<link rel="stylesheet" href="../_static/later.css">
</head><body><main class="bd-main"><article class="bd-article" style="padding: 0 1rem">
<h1>What if</h1><h2>Move</h2>{panel}</article></main>
{scripts}</body></html>
"""
SCRIPTS = ("words.js", "site.js", "receipt_store.js", "receipt_panel.js")
BAR = ".wi-bar:not([hidden])"
YOURS = f"{BAR} strong .num"
PAGES = {"page": ("beta",), "panel": ("br20x", "pool_share")}


@pytest.fixture(scope="module")
def report(dataset: Dataset) -> Report:
    return Report.open(dataset=dataset)


@pytest.fixture(scope="module")
def site(report: Report, dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small site: the page and a panel, in each theme, with the site's own script and styles."""
    place = tmp_path_factory.mktemp("what-if")
    static = place / "_static"
    write_script(place, dataset)
    for name in (*SCRIPTS, "site.css", "later.css"):
        (static / name).write_bytes((STATIC / name).read_bytes())
    (static / "exhibits.css").write_text(theme.css(), "utf-8")
    shown = ("base.target_price", "base.cash.2030", "base.adjusted_margin.2030")
    write_receipts(report.numbers.payload((), shown)["receipts"], {}, place)
    scripts = "".join(f'<script defer src="../_static/{name}"></script>' for name in SCRIPTS)
    (place / "book").mkdir()
    for name, levers in PAGES.items():
        panel = still(report, levers)[0].replace(WHAT_IF, f' data-whatif="{name}"')
        for look in THEMES:
            page = sealed(PAGE.format(theme=look, panel=panel, scripts=scripts))
            (place / "book" / f"{name}-{look}.html").write_text(page, "utf-8")
    return place.as_uri() + "/book/"


@contextmanager
def on(browser: Any, site: str, name: str = "page-light.html", **options: Any) -> Iterator[Visit]:
    with visiting(browser, site.removesuffix("book/"), **options) as visit:
        visit.page.goto(site + name)
        expect(visit.page.locator(".whatif.is-live").locator(BAR)).to_be_visible()
        yield visit
        assert visit.faults == []


def lever(page: Any, label: str) -> Any:
    return page.locator(".wi-lever").filter(has=page.get_by_text(label, exact=True))


def box(page: Any, label: str) -> Any:
    return lever(page, label).locator("input[type=text]")


def expected(page: Any) -> str:
    return page.locator(YOURS).inner_text()


def settled(page: Any) -> None:
    page.wait_for_timeout(150)


def june(dataset: Dataset) -> str:
    """A scenario that is no branch of the tree."""
    return next(n for n, one in dataset.company["scenarios"].items() if not one.get("branch"))


@pytest.mark.parametrize("look", THEMES)
@pytest.mark.parametrize("width", [1440, 768, 390])
@pytest.mark.parametrize("name", PAGES)
def test_looks_clean_in_every_width_and_theme(
    browser: Any, site: str, name: str, width: int, look: str
) -> None:
    """Nothing wider than the page, and nothing that axe finds, with everything open and a fault."""
    with on(
        browser, site, f"{name}-{look}.html", width=width, theme=look, bypass_csp=True
    ) as visit:
        page = visit.page
        if name == "page":
            for words in ("Odds of the tree", "All "):
                page.locator("summary").filter(has_text=words).click()
            page.locator("#wi-search").fill("gross_margin")
            box(page, "Terminal growth").fill("50%")
            page.keyboard.press("Tab")
        settled(page)
        assert visit.overflow() == []
        assert visit.axe() == []


def test_a_typed_value_moves_the_target_and_stays_in_the_address(browser: Any, site: str) -> None:
    with on(browser, site) as visit:
        page = visit.page
        before = expected(page)
        box(page, "Cost of capital: beta").fill("1.9")
        page.keyboard.press("Enter")
        expect(page.locator(YOURS)).not_to_have_text(before)
        after = expected(page)
        assert "set=beta%3A1.9" in page.url
        page.reload()
        expect(page.locator(YOURS)).to_have_text(after)
        expect(box(page, "Cost of capital: beta")).to_have_value("1.9")
        page.get_by_role("button", name="Reset").click()
        expect(page.locator(YOURS)).to_have_text(before)
        assert "#" not in page.url


def test_out_of_range_is_refused_as_by_the_command_line(
    browser: Any, site: str, report: Report
) -> None:
    from thesisbook.model import ParameterError  # noqa: PLC0415

    with on(browser, site) as visit:
        page = visit.page
        for label, name, text in (
            ("Cost of capital: beta", "beta", "9"),
            ("Cost of capital: beta", "beta", "high"),
            ("Share price", "price", "10%"),
            ("Terminal growth", "terminal_growth", "-40%"),
        ):
            before = expected(page)
            box(page, label).fill(text)
            page.keyboard.press("Tab")
            with pytest.raises(ParameterError) as refused:
                report.results.current.assumptions.replace({name: text})
            said = lever(page, label).locator(".wi-error")
            expect(said).to_have_text(str(refused.value).partition("; nearest")[0])
            expect(box(page, label)).to_have_attribute("aria-invalid", "true")
            assert expected(page) == before
            box(page, label).fill("2%" if "growth" in label else "2")
            page.keyboard.press("Tab")
            expect(said).to_be_empty()


def test_mouse_pulls_a_slider_and_takes_it_back(browser: Any, site: str) -> None:
    with on(browser, site) as visit:
        page = visit.page
        before = expected(page)
        slider = lever(page, "Gross margin").locator("input[type=range]")
        slider.scroll_into_view_if_needed()
        place = slider.bounding_box()
        page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
        page.mouse.down()
        page.mouse.move(place["x"] + place["width"] - 4, place["y"] + place["height"] / 2, steps=5)
        page.mouse.up()
        expect(page.locator(YOURS)).not_to_have_text(before)
        expect(page.locator(".wi-bridge tbody tr")).to_have_count(2)
        page.get_by_role("button", name="Take back").click()
        expect(page.locator(YOURS)).to_have_text(before)
        expect(page.locator(".wi-bridge tbody tr")).to_have_count(1)


def test_touch_chooses_a_state_and_taps_a_number(browser: Any, site: str) -> None:
    with on(browser, site, width=390, has_touch=True) as visit:
        page = visit.page
        number = page.locator(".wi-pair").nth(1).locator("tbody tr").first.locator("td .num").nth(1)
        before = number.inner_text()
        select = page.locator(".wi-lever select").nth(1)
        other = select.locator("option:not(:checked)").first.get_attribute("value")
        select.select_option(other)
        expect(number).not_to_have_text(before)
        number.tap()
        receipt = page.locator("#receipt")
        expect(receipt).to_be_visible()
        expect(receipt).to_contain_text("Yours, not the report's")
        assert number.inner_text() in receipt.inner_text()


def test_keyboard_alone(browser: Any, site: str) -> None:
    """From the top by Tab: a slider by arrows, a number's receipt and its inputs by Enter."""
    with on(browser, site) as visit:
        page = visit.page
        before = expected(page)

        def tab_to(selector: str) -> None:
            for _ in range(120):
                page.keyboard.press("Tab")
                if page.evaluate("s => document.activeElement.matches(s)", selector):
                    return
            raise AssertionError(f"Tab does not reach {selector}")

        tab_to('[aria-label="Cost of capital: beta, slider"]')
        value = page.evaluate("document.activeElement.valueAsNumber")
        page.keyboard.press("PageUp")
        assert page.evaluate("document.activeElement.valueAsNumber") > value
        expect(page.locator(YOURS)).not_to_have_text(before)
        assert page.evaluate("document.activeElement.type") == "range", "focus stays"
        tab_to(".wi-pair .num")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        receipt = page.locator("#receipt")
        expect(receipt).to_contain_text("Expected over the tree")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(receipt.locator(".receipt-inputs li").first).to_be_visible()
        page.keyboard.press("Escape")
        expect(receipt).to_be_hidden()


def test_the_live_region_speaks_once_after_many_steps(browser: Any, site: str) -> None:
    with on(browser, site) as visit:
        page = visit.page
        page.evaluate(
            """() => {
              window.told = [];
              const region = document.querySelector(".wi-told");
              new MutationObserver(() => told.push(region.textContent))
                .observe(region, { childList: true });
            }"""
        )
        slider = lever(page, "Share of the pool").locator("input[type=range]")
        slider.focus()
        for _ in range(12):
            page.keyboard.press("ArrowRight")
        page.wait_for_timeout(2000)
        told = page.evaluate("told")
        assert len(told) == 1
        assert expected(page) in told[0]


def test_odds_stay_summing_to_one(browser: Any, site: str, dataset: Dataset) -> None:
    with on(browser, site) as visit:
        page = visit.page
        page.locator("summary").filter(has_text="Odds of the tree").click()
        first = page.locator(".wi-odds fieldset").first
        before = expected(page)
        fields = first.locator("input[type=text]")
        fields.first.fill("62.5%")
        page.keyboard.press("Tab")
        expect(page.locator(YOURS)).not_to_have_text(before)
        shown = [float(fields.nth(k).input_value().rstrip("%")) for k in range(fields.count())]
        assert shown[0] == 62.5
        assert sum(shown) == pytest.approx(100, abs=1e-3)
        fields.first.fill("120%")
        page.keyboard.press("Tab")
        expect(first.locator(".wi-error").first).to_contain_text("allowed is 0% to 100%")


def test_any_parameter_is_found_and_moved_by_year(browser: Any, site: str) -> None:
    with on(browser, site) as visit:
        page = visit.page
        page.locator("summary").filter(has_text="All ").click()
        names = page.locator("#wi-names option").evaluate_all("all => all.map((one) => one.value)")
        year = next(name for name in names if name.startswith("gross_margin.2"))
        page.locator("#wi-search").fill(year)
        control = page.locator(".wi-any")
        expect(control).to_contain_text("Allowed: ")
        control.locator("input[type=text]").fill("12%")
        page.keyboard.press("Tab")
        expect(page.locator(".wi-bridge tbody tr")).to_have_count(2)
        assert f"set={year}%3A0.12" in page.url
        expect(page.locator(".wi-line").first).to_contain_text(f"-p {year}=0.12")


def test_what_must_be_true_is_said_and_moved_there(browser: Any, site: str) -> None:
    with on(browser, site) as visit:
        page = visit.page
        goal = f"{float(expected(page).replace(',', '')) * 1.1:.2f}"
        page.get_by_label(re.compile("Price to explain")).fill(goal)
        page.get_by_label("Driver to solve for").select_option("gross_margin")
        page.get_by_role("button", name="Solve").click()
        page.get_by_role("button", name="Move it there").click()
        expect(page.locator(YOURS)).to_have_text(goal)


def test_copies_the_line_and_downloads_the_file(browser: Any, site: str, dataset: Dataset) -> None:
    """What they make in Python is tested beside the script; here, that a reader gets them."""
    with on(browser, site, permissions=["clipboard-read", "clipboard-write"]) as visit:
        page = visit.page
        box(page, "Cost of capital: beta").fill("1.77")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Copy").first.click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == "thesisbook build -p beta=1.77"
        with page.expect_download() as got:
            page.get_by_role("link", name="Download the parameters").click()
        content = json.loads(Path(got.value.path()).read_text("utf-8"))
        assert content["parameters"] == {"beta": 1.77}
        assert content["what_if"] == dataset.company["name"]["en"]


def test_an_address_of_another_book_is_left_alone(browser: Any, site: str) -> None:
    with on(browser, site, "page-light.html#start=nowhere&set=beta:1.2") as visit:
        expect(visit.page.locator(".wi-bridge tbody tr")).to_have_count(1)
    with on(browser, site, "page-light.html#start=base&set=beta:99") as visit:
        expect(visit.page.locator(".wi-bridge tbody tr")).to_have_count(1)


ANSWERS = """async () => {
  const found = [];
  for (const one of document.querySelectorAll(".whatif div:not([hidden]) > .wi-scroll .num")) {
    const name = one.dataset.receipt;
    await thesisReceipt.ready(name);
    const { value, inputs = [], scenario, formula } = thesisReceipt.answer(name);
    const known = inputs.map((input) => thesisReceipt.answer(input));
    const whole = known.length > 0 && known.every((input) => input && "value" in input);
    found.push([name, one.dataset.unit, one.textContent, value, whole, scenario, formula]);
  }
  return found;
}"""


@pytest.mark.parametrize("start", ["base", "another branch", "june"])
def test_every_number_answers_with_a_receipt(
    browser: Any, site: str, dataset: Dataset, start: str
) -> None:
    """Of both kinds, from every kind of start: its value is the number shown, its inputs answer."""
    branches = [n for n, one in dataset.company["scenarios"].items() if one.get("branch")]
    chosen = {"base": "base", "another branch": branches[-1], "june": june(dataset)}[start]
    with on(browser, site) as visit:
        page = visit.page
        page.get_by_label("Starting point").select_option(chosen)
        box(page, "Cost of capital: beta").fill("1.9")
        page.keyboard.press("Enter")
        settled(page)
        page.locator(".wi-pair:visible .num").first.click()
        expect(page.locator("#receipt")).to_be_visible()
        found = page.evaluate(ANSWERS)
        assert len(found) > 50
        assert {name.partition(".")[0] for name, *_ in found} == {"reader", "start"}
        for name, unit, text, value, whole, scenario, formula in found:
            assert isinstance(value, float | int), name
            assert whole, name
            shown = float(text.strip("%+").replace("\N{MINUS SIGN}", "-").replace(",", ""))
            decimals = {"ratio": 3, "_mn": 0}.get(unit, 2)
            scale = 100 if unit == "ratio" else 1
            assert shown / scale == pytest.approx(value, abs=0.51 * 10**-decimals), name
            assert (scenario == "Yours, not the report's") == name.startswith("reader"), name
            assert "{" not in formula, name


def test_a_start_that_is_no_branch_has_neither_odds_nor_grade(
    browser: Any, site: str, dataset: Dataset
) -> None:
    with on(browser, site) as visit:
        page = visit.page
        before = expected(page)
        grades = [grade["name"]["en"] for grade in dataset.company["rating_scale"]["grades"]]
        expect(page.locator(BAR)).to_contain_text(re.compile("|".join(grades)))
        page.get_by_label("Starting point").select_option(june(dataset))
        expect(page.locator(BAR)).not_to_contain_text(re.compile("|".join(grades)))
        expect(page.locator("summary").filter(has_text="Odds of the tree")).to_be_hidden()
        expect(lever(page, "State of BR20X").locator("select")).to_be_disabled()
        page.get_by_role("button", name="Reset").click()
        expect(page.locator(YOURS)).to_have_text(before)


def test_without_its_script_the_still_stands(browser: Any, site: str) -> None:
    with visiting(browser, site.removesuffix("book/"), java_script_enabled=False) as visit:
        visit.page.goto(site + "panel-light.html")
        expect(visit.page.locator(".whatif table")).to_be_visible()
        expect(visit.page.locator(".whatif p")).to_contain_text("The page “What if”")
