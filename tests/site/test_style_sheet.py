"""The one style sheet: rules that can apply stay, whatever form their selectors have; others go."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from site_browsing import VALUATION, reader_pages, visiting
from site_sample import SCENARIOS

from thesisbook.outputs.site.style_sheet import FILE, kept, write
from thesisbook.provenance.kept import Kept

WORDS = frozenset({"used", "also"})


@pytest.mark.parametrize(
    "rule",
    [
        ".used{color:red}",
        "p>a{color:red}",
        '#also .used:hover::after{content:"}"}',
        ".used:not(.other){color:red}",
        ":is(.used,.other) p{color:red}",
        '[data-x=".other"]{color:red}',
        "@media (min-width:1px){.used{color:red}}",
        "@supports (gap:1px){@media print{.used{color:red}}}",
    ],
)
def test_a_rule_that_can_apply_stays(rule: str) -> None:
    assert kept(rule, WORDS).replace("\n", "") == rule


@pytest.mark.parametrize(
    "rule",
    [
        ".other{color:red}",
        ".used .other{color:red}",
        "#other{color:red}",
        "@media print{.other{color:red}}",
        "@font-face{font-family:Icons;src:url(x)}",
        '@import "x.css";',
    ],
)
def test_a_rule_that_cannot_goes(rule: str) -> None:
    assert kept(rule, WORDS) == ""


def test_of_a_list_of_selectors_those_that_can_apply_stay() -> None:
    assert kept("/*x*/.other,.used, a:is(b,c){color:red}", WORDS) == ".used,a:is(b,c){color:red}\n"


def test_own_rules_stay_whole_and_idle_variables_of_the_theme_go(tmp_path: Path) -> None:
    static, memory = tmp_path / "static", Kept(tmp_path / "kept")
    own = ".made-by-a-script { left : var(--b) }\n"

    def written(page: str) -> str:
        static.mkdir(exist_ok=True)
        (static / "basic.css").write_text(
            ":root{--a:1px;--b:var(--c);--c:2px;--d:3px}.used{top:var(--a)}.other{top:var(--d)}"
        )
        (static / "site.css").write_text(own)
        text = write(static, [page], memory).read_text("utf-8")
        assert {path.name for path in static.iterdir()} == {FILE}
        return text

    first = written('<p class="used">')
    assert ".made-by-a-script{left : var(--b)}" in first
    assert all(f"{name}:" in first for name in ("--a", "--b", "--c")) and "--d" not in first
    assert written('<p class="used">') == first  # from memory
    assert ".other" in written('<p class="other">')
    own += ".later{top:var(--d)}"
    assert "--d:" in written('<p class="used">')


def test_every_page_asks_for_two_sheets_that_are_there(sample: Path) -> None:
    for top in (sample, *(sample / name for name in SCENARIOS[1:])):
        for name in (*reader_pages(top), "search.html", "404.html"):
            page = (top / name).read_text("utf-8")
            links = re.findall(r'<link rel="stylesheet"[^>]*href="([^"?]+)', page)
            assert [Path(link).name for link in links] == [FILE, "later.css"], name
            assert all(((top / name).parent / link).is_file() for link in links)
            head = page[: page.index("</head>")]
            assert "<script src" not in head and "defer" not in head, "scripts come at the end"


@pytest.mark.browser
def test_the_theme_s_parts_look_as_they_should(browser: Any, sample_address: str) -> None:
    """What a lost rule would undo: the frame beside the text, the lists of menus."""
    with visiting(browser, sample_address) as visit:
        page = visit.open(VALUATION)
        style = "(e, name) => getComputedStyle(e)[name]"
        side = page.locator(".bd-sidebar-primary")
        assert side.evaluate(style, "position") == "sticky"
        assert side.bounding_box()["width"] == pytest.approx(272, abs=1)
        article = page.locator(".bd-article").bounding_box()
        assert article["x"] >= 272 and article["width"] < 1100
        assert page.locator("nav.bd-links ul").first.evaluate(style, "listStyleType") == "none"
        switch = page.locator(".bd-header-article .theme-switch-button")
        assert switch.evaluate(style, "display") == "flex"
        assert visit.faults == []
