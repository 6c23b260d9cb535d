"""The words of an opening stand on other pages as their chapter has them."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sphinx.errors import ExtensionError

from thesisbook.outputs.site.opening import ASKED, passage_of, with_openings
from this_project import ROOT

FIRST = """# Dear against its cash

:::{div} front-lead
**{glue:}`rating`.** See [risks](07_risks).
:::

```{admonition} Key takeaways
:class: takeaways front-thesis
1. Volume came.
2. Margin did not.
```
"""


def notebook(first: str) -> str:
    return json.dumps({"cells": [{"cell_type": "markdown", "source": first.splitlines(True)}]})


def app_of(root: Path) -> Any:
    """A book whose contents are the landing page and one chapter, without the summary."""
    asked: list[str] = []
    env = SimpleNamespace(
        found_docs={"book/chapters/06_valuation", "book/index"},
        note_dependency=asked.append,
    )
    return SimpleNamespace(env=env, asked=asked, srcdir=root)


def chapter_of(root: Path) -> Path:
    path = root / "book/chapters/00_summary.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(notebook(FIRST), "utf-8")
    return path


def test_a_page_gets_title_and_block_with_its_own_links(tmp_path: Path) -> None:
    path = chapter_of(tmp_path)
    app = app_of(tmp_path)
    page = (
        "# {{ 00_summary.title }}\n\n{{ 00_summary.front-lead }}\n\n{{00_summary.front-thesis}}\n"
    )
    assert with_openings(app, "book/index", page) == (
        "# Dear against its cash\n\n**{num}`rating`.** See [risks](chapters/07_risks).\n\n"
        "1. Volume came.\n2. Margin did not.\n"
    )
    assert set(app.asked) == {str(path)}, "the page is read again when the chapter changes"


def test_a_page_that_asks_nothing_stays() -> None:
    assert with_openings(app_of(Path("none")), "book/method", "R = {x}") == "R = {x}"


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (
            "{{ 00_summary.front-word }}",
            "book/index: 00_summary: its first cell has no 'front-word'",
        ),
        ("{{ 12_moon.title }}", "book/index: 12_moon.ipynb does not stand in book, book/chapters"),
    ],
)
def test_what_is_not_there_is_told(tmp_path: Path, page: str, said: str) -> None:
    chapter_of(tmp_path)
    with pytest.raises(ExtensionError, match=said):
        with_openings(app_of(tmp_path), "book/index", page)


def test_the_landing_page_types_none_of_the_call() -> None:
    """Title, call and claims stand in the summary alone; the landing page asks for them."""
    page = (ROOT / "book/index.md").read_text("utf-8")
    summary = (ROOT / "notebooks/00_summary.ipynb").read_text("utf-8")
    asked = {passage for _, passage in ASKED.findall(page)}
    assert asked == {"title", "front-call", "front-lead", "front-thesis"}
    for passage in asked:
        assert passage_of(summary, passage).strip()
