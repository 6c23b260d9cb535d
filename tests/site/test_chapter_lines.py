"""The contents on the front page: one true line for each page, and how long it takes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lxml import html as lxml_html

from thesisbook.engine.project import Project
from thesisbook.outputs.site.chapter_lines import LABEL_WORDS, of_page
from this_project import ROOT

PAGES = Project(ROOT).pages[1:]
FIRST = """# The team

```{admonition} Key takeaways
:class: takeaways
* **What we think.** They *made* {glue:}`count` chips, at small scale. And so on.
* A second point.
```
"""


def notebook(*cells: str) -> str:
    return json.dumps({"cells": [{"cell_type": "markdown", "source": cell} for cell in cells]})


def test_the_line_is_the_first_whole_sentence_of_the_takeaways() -> None:
    title, line, minutes = of_page(notebook(FIRST), notebook=True)
    assert (title, minutes) == ("The team", 1)
    assert line == "They *made* {glue:}`count` chips, at small scale."
    bold = FIRST.replace("**What we think.** They", "**We expect half the sales of it.** They")
    assert of_page(notebook(bold), notebook=True)[1] == "We expect half the sales of it."


def test_a_chinese_page_has_a_line_and_its_minutes() -> None:
    page = (
        "# 团队\n\n```{admonition} 要点\n:class: takeaways\n"
        "* **看法。** 公司已量产{glue:}`count`款芯片，规模尚小。其余见下。\n* 其二。\n```\n"
    )
    title, line, minutes = of_page(notebook(page), notebook=True)
    assert (title, line, minutes) == ("团队", "公司已量产{glue:}`count`款芯片，规模尚小。", 1)
    bold = page.replace("**看法。** 公司", "**我们预计公司一半收入来自新品。** 公司")
    assert of_page(notebook(bold), notebook=True)[1] == "我们预计公司一半收入来自新品。"
    assert of_page(notebook(page, "字" * 4000), notebook=True)[2] == 10


def test_a_page_without_takeaways_gives_its_own_first_sentence() -> None:
    page = (
        "# Method\n\n```{note}\nNot this.\n```\n\nHow each of the numbers\nis made. More.\n\nNext."
    )
    assert of_page(page, notebook=False)[1] == "How each of the numbers is made."


def test_minutes_grow_with_the_words_of_all_cells() -> None:
    long = "word " * 1150
    assert of_page(notebook("# A\n\nOne two.", long, long), notebook=True)[2] == 10


def test_the_front_page_lists_each_page_with_its_line_and_its_receipts(sample: Path) -> None:
    tree = lxml_html.document_fromstring((sample / "book/index.html").read_text("utf-8"))
    rows = tree.xpath("//div[contains(@class, 'chapter-lines')]//li")
    told = [" ".join(row.text_content().split()) for row in rows]
    assert told == [
        "Summary 1 min What there is to say in short: the discount rate is 9.2%.",
        "Valuation: the price holds the hopes 1 min Target HKD 48.2, discount rate 9.2%.",
        "Method 1 min How free cash flow is discounted 折现率.",
    ]
    links = [row.xpath(".//a/@href")[0] for row in rows]
    assert links == ["chapters/00_summary.html", "chapters/06_valuation.html", "method.html"]
    assert rows[1].xpath(".//span[@data-receipt='target_price']")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_the_book_has_a_line(page: str) -> None:
    source = ROOT / "notebooks" / f"{Path(page).name}.ipynb"
    path = source if source.is_file() else ROOT / f"{page}.md"
    text = path.read_text("utf-8")
    if path == source:  # a build keeps the cells of one language
        cells = json.loads(text)["cells"]
        kept = [cell for cell in cells if "zh" not in cell["metadata"].get("tags", [])]
        text = json.dumps({"cells": kept})
    title, line, minutes = of_page(text, path == source)
    assert title and minutes >= 1
    assert LABEL_WORDS < len(line.split()) < 60, line
    assert not re.search(r"^[:`|]|\*\*", line), line
