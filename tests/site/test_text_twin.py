"""The book as text: every number of the pages, in their order, and nothing twice."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html as lxml_html

from thesisbook.outputs.site.text_twin import BOOK, GUIDE, contents, markdown

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
TABLE = "ancestor::table"  # where a unit stands in the head
PHONE = "ancestor::*[local-name()='svg' or contains(@class, 'exhibit-links')]"


def numbers(page: Path, without: str = PHONE) -> Iterator[tuple[str, str]]:
    """Name and words of each number of a page that has a receipt, but those inside drawings."""
    tree = lxml_html.document_fromstring(page.read_text("utf-8"))
    shown = "//article//*[contains(concat(' ', @class, ' '), ' num ')][@data-receipt]"
    for element in tree.xpath(f"{shown}[not({without})]"):
        yield element.get("data-receipt"), " ".join(element.text_content().split())


def parts(site: Path) -> list[tuple[str, str]]:
    """Address of each page and its part of the text, in order."""
    text = (site / BOOK).read_text("utf-8")
    pieces = re.split(r"^---\n\n\[.*\]\((.*)\)\n\n(?=## )", text, flags=re.MULTILINE)[1:]
    found = list(zip(pieces[::2], pieces[1::2], strict=True))
    assert [address for address, _ in found] == [address for address, _ in contents(site)]
    return found


def lost(site: Path) -> list[str]:
    """Numbers of the pages that the text does not have in their place."""
    found = []
    for address, text in parts(site):
        position = 0
        for name, words in numbers(site / address):
            at = text.find(words.replace("|", r"\|"), position)
            if at < 0:
                found.append(f"{address}: {name} {words!r}")
            else:
                position = at + len(words)
    return found


def test_the_text_has_every_number_of_the_sample_in_its_place(sample: Path) -> None:
    assert sum(1 for address, _ in parts(sample) for _ in numbers(sample / address)) > 12
    assert lost(sample) == []


@pytest.mark.book
def test_the_text_has_every_number_of_the_book_in_its_place(site: Path) -> None:
    assert sum(1 for address, _ in parts(site) for _ in numbers(site / address)) > 3000
    assert lost(site) == []


@pytest.mark.book
def test_a_named_number_reads_in_the_text_as_in_the_list_of_all_numbers(site: Path) -> None:
    listed = json.loads((site.parent / "numbers.json").read_text("utf-8"))["numbers"]
    known = {name: " ".join(str(one["text"]).split()) for name, one in listed.items()}
    without = f"{PHONE} or {TABLE}"
    told = [pair for address, _ in parts(site) for pair in numbers(site / address, without)]
    named = {(name, words) for name, words in told if name in known}
    assert len(named) > 500
    assert {pair for pair in named if known[pair[0]] != pair[1]} == set()


@pytest.mark.book
def test_a_site_of_several_scenarios_has_it_once(site: Path) -> None:
    for name in (BOOK, GUIDE):
        assert [path.relative_to(site).as_posix() for path in site.rglob(name)] == [name]
        assert f"  html/{name}\n" in (site.parent / "SHA256SUMS").read_text("utf-8")


def test_it_is_without_plumbing(sample: Path) -> None:
    text = (sample / BOOK).read_text("utf-8")
    assert "report.figure" not in text and "How this was made" not in text and "<" not in text
    assert text.count("Bridge from 60 to 48.2 HKD per share.") == 5, "one drawing of two widths"
    assert "| Free cash flow | 6.2 |" in text


def test_the_guide_lists_every_page_and_file_and_each_is_there(sample: Path) -> None:
    text = (sample / GUIDE).read_text("utf-8")
    assert text.startswith("# ") and "\n> " in text and "\n## Pages\n" in text
    links = LINK.findall(text)
    assert [link for link in links if not (sample / link).is_file()] == []
    assert [address for address, _ in contents(sample)] == links[: len(contents(sample))]
    assert {BOOK, "downloads/sample-base.pdf", "downloads/sample.xlsx"} <= set(links)


def test_links_lead_from_the_top_of_the_site(sample: Path) -> None:
    links = LINK.findall((sample / BOOK).read_text("utf-8"))
    own = [link for link in links if "://" not in link]
    assert own and [link for link in own if not (sample / link).is_file()] == []


PAGE = """<body><article class="bd-article"><section><h1>A <em>title</em>
<a class="headerlink" href="#x">#</a></h1>
<ul><li><p>One <strong>two</strong></p><ol><li>deep</li></ol></li><li>three</li></ul>
<div class="admonition"><p class="admonition-title">Note</p><p>Said | so</p></div>
<table><thead><tr><th><span class="visually-hidden">Line</span></th><th colspan="2">2026</th></tr>
</thead><tbody><tr><th>a|b</th><td>1</td><td><a href="../m.html#k">2</a></td></tr></tbody></table>
<blockquote><p>Quoted</p></blockquote><pre>code
  more</pre></section></article></body>"""
TEXT = """## A *title*

- One **two**
  1. deep
- three

**Note**

Said | so

|  | 2026 |  |
| --- | --- | --- |
| a\\|b | 1 | [2](m.html#k) |

> Quoted

```
code
  more
```
"""


def test_each_construct_has_its_form() -> None:
    assert markdown(PAGE, "book/page.html") == TEXT
