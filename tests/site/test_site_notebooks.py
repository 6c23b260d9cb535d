"""What the site takes out of executed notebooks."""

from __future__ import annotations

import json
from pathlib import Path

from site_sample import RECEIPTS, valuation

from thesisbook.outputs.site.notebooks import EXHIBIT_MIME, NUMBERS_MIME, read_chapter, tag_cells


def tags_of(source: str) -> list[list[str]]:
    cells = json.loads(tag_cells(source))["cells"]
    return [cell["metadata"]["tags"] for cell in cells if cell["cell_type"] == "code"]


def test_settings_and_plumbing_leave_the_page_and_exhibits_keep_folded_code() -> None:
    assert tags_of(valuation()) == [
        ["parameters", "remove-cell"],
        ["remove-cell"],
        ["hide-input"],
        ["hide-input"],
    ]


def test_injected_parameters_are_hidden_too() -> None:
    notebook = json.loads(valuation())
    notebook["cells"][1]["metadata"]["tags"] = ["injected-parameters"]
    assert tags_of(json.dumps(notebook))[0] == ["injected-parameters", "remove-cell"]


def test_a_cell_that_names_its_own_visibility_is_left_as_it_is() -> None:
    notebook = json.loads(valuation())
    notebook["cells"][4]["metadata"]["tags"] = ["show-input"]
    assert ["show-input"] in tags_of(json.dumps(notebook))


def test_an_error_in_a_cell_is_shown() -> None:
    notebook = json.loads(valuation())
    fault = {"output_type": "error", "ename": "E", "evalue": "no", "traceback": []}
    notebook["cells"][2]["outputs"] = [fault]
    assert tags_of(json.dumps(notebook))[1] == ["hide-input"]


def test_the_parser_sees_none_of_our_own_output_kinds() -> None:
    assert EXHIBIT_MIME in valuation()
    read = tag_cells(valuation())
    assert EXHIBIT_MIME not in read
    assert NUMBERS_MIME not in read


def test_tagging_twice_changes_nothing_more() -> None:
    once = tag_cells(valuation())
    assert tag_cells(once) == once


def test_a_chapter_brings_its_receipts_and_exhibits(tmp_path: Path) -> None:
    path = tmp_path / "06_valuation.ipynb"
    path.write_text(valuation(), encoding="utf-8")
    chapter = read_chapter(path, "book/chapters/06_valuation")
    assert set(chapter.numbers) == {"target_price", "discount_rate", "revenue_2025", *RECEIPTS}
    assert [(e.id, e.number) for e in chapter.exhibits] == [
        ("sample_bridge", "6.1"),
        ("sample_table", "6.2"),
    ]
    assert chapter.scenario == "base"
    assert chapter.exhibits[0].csv.startswith("step,value\n")


def test_a_chapter_that_changed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "06_valuation.ipynb"
    path.write_text(valuation(), encoding="utf-8")
    assert read_chapter(path, "x").exhibits
    path.write_text(json.dumps({"cells": []}), encoding="utf-8")
    assert not read_chapter(path, "x").exhibits


def test_text_of_another_language_is_left_out() -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {"tags": [tag]}, "source": tag}
        for tag in ("en", "zh")
    ]
    source = json.dumps({"cells": cells})
    for language in ("en", "zh"):
        told = json.loads(tag_cells(source, language))["cells"]
        assert [cell["source"] for cell in told] == [language]
