"""Words of the trade lead to the chapter that speaks of them; a hit in the glossary is none."""

from __future__ import annotations

import csv
import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from site_browsing import visiting
from site_serving import serve

from thesisbook.outputs.site.search import add_names, sections, trade_words

ROWS = list(csv.DictReader((Path(__file__).parent / "trade_words.csv").open(encoding="utf-8")))
FIRST = 5


def answers(page: Any, query: str) -> list[str]:
    page.locator(".bd-search-container input[name=q]").fill(query)
    page.wait_for_function(
        "q => document.querySelector('.search-status')?.textContent.includes(`“${q}”`)", arg=query
    )
    links = page.locator("#search-results a").evaluate_all("a => a.map((e) => e.href)")
    return [urlsplit(link).path for link in links]


@pytest.mark.browser
@pytest.mark.book
def test_words_of_the_trade_lead_to_a_chapter(browser: Any, site: Path) -> None:
    server, address = serve(site)
    missed = []
    with visiting(browser, address) as visit:
        page = visit.open("search.html?q=report")
        page.locator(".search-status").wait_for()
        for row in ROWS:
            found = answers(page, row["query"])[:FIRST]
            wanted = row["page"].split("|")
            if not any(name in path for path in found for name in wanted):
                missed.append((row["query"], found))
            if any("glossary" in path for path in found[:1]):
                missed.append((row["query"], "the glossary comes first"))
        assert visit.faults == []
    server.shutdown()
    assert "glossary" not in {name for row in ROWS for name in row["page"].split("|")}
    assert missed == []


@pytest.mark.browser
def test_a_short_word_stands_alone(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open("search.html?q=report")
        page.locator(".search-status").wait_for()
        assert answers(page, "of") != []
        assert answers(page, "lls") == [], "in sells and small, but no word"


@pytest.mark.browser
def test_whole_words_are_marked(browser: Any, sample_address: str) -> None:
    with visiting(browser, sample_address) as visit:
        page = visit.open("search.html?q=report")
        page.locator(".search-status").wait_for()
        assert answers(page, "revenue") != []
        marked = page.locator("#search-results mark").all_inner_texts()
        assert marked and {word.lower() for word in marked} <= {"revenue", "revenues"}


@pytest.mark.browser
def test_an_excerpt_ends_with_a_whole_word(browser: Any, sample_address: str, sample: Path) -> None:
    pages = [path.read_text("utf-8") for path in sample.rglob("*.html")]
    known = {word for text in pages for word in re.findall(r"\w+", unescape(text))}
    with visiting(browser, sample_address) as visit:
        page = visit.open("search.html?q=report")
        page.locator(".search-status").wait_for()
        cut = []
        for query in ("the", "flow", "report", "price"):
            answers(page, query)
            shown = page.locator("#search-results .search-excerpt").all_inner_texts()
            cut += [re.findall(r"\w+", text)[-1] for text in shown if text.endswith(" …")]
    assert len(cut) > 3 and set(cut) <= known


def test_no_blank_stands_before_a_closing_mark_or_after_an_opening_one() -> None:
    page = """<article class="bd-article"><section id="s"><h2>On <b>17</b>, <b>14</b> later</h2>
    <p>From <span>HKD 1</span>, <span>2%</span>; (<i>as</i> reported).</p></section></article>"""
    ((_, heading, text, _),) = [one for one in sections(page) if one[1]]
    assert (heading, text) == ("On 17, 14 later", "From HKD 1, 2%; (as reported).")


def test_a_section_is_found_by_what_readers_type_for_what_it_says(tmp_path: Path) -> None:
    text = {"a": {"title": "A", "sections": [["x", "Cost of Capital", "It is high.", ""]]}}
    file = tmp_path / "searchtext.js"
    file.write_text(f"window.SEARCH_TEXT={json.dumps(text)};\n", encoding="utf-8")
    add_names(tmp_path, {})
    told = json.loads(file.read_text("utf-8").removeprefix("window.SEARCH_TEXT=").rstrip(";\n"))
    ((*_, of_text, of_heading),) = told["a"]["sections"]
    assert "WACC" in of_text.split() and "WACC" in of_heading.split()
    assert all(said == said.lower() for said in trade_words())
