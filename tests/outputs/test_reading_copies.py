"""A chapter in plain Jupyter: numbers in the prose, boxes and tables as a reader expects them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from thesisbook.outputs.reading_copies import reading_copy

PREFIX = "application/papermill.record/"


def glued(name: str, text: str) -> dict[str, Any]:
    data = {f"{PREFIX}text/plain": text, f"{PREFIX}text/html": f"<span>{text}</span>"}
    meta = {"scrapbook": {"name": name, "mime_prefix": PREFIX}}
    return {"output_type": "display_data", "data": data, "metadata": meta}


def copied(prose: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": prose},
        {"cell_type": "code", "metadata": {}, "source": "", "outputs": list(outputs)},
    ]
    return json.loads(reading_copy(json.dumps({"cells": cells}).encode()))


def test_prose_has_the_numbers() -> None:
    made = copied(
        "A target of {glue:}`target`, {glue:text}`word`.",
        glued("target", "HKD 77.51"),
        glued("word", "above"),
    )
    assert made["cells"][0]["source"] == "A target of HKD 77.51, above."
    assert made["cells"][1]["outputs"] == []


def test_a_box_is_a_quotation_under_its_title() -> None:
    box = (
        "# Title\n\n```{admonition} Key takeaways\n:class: takeaways\n* One.\n* Two.\n```\n\nText."
    )
    lines = copied(box)["cells"][0]["source"].splitlines()
    assert lines == ["# Title", "", "> **Key takeaways**", ">", "> * One.", "> * Two.", "", "Text."]


def test_ordinary_code_in_prose_is_left_alone() -> None:
    text = "```python\nx = {1: 2}\n```\n"
    assert copied(text)["cells"][0]["source"] == text


def test_figures_stand_right_and_words_left() -> None:
    table = (
        '<table><tr><th scope="col">Line</th></tr><tr><th scope="row">Cash</th>'
        "<td>−1,034.6</td><td>not disclosed</td><td>HKD 3.20</td></tr></table>"
    )
    data = {"text/html": table, "text/plain": "x", "application/vnd.thesisbook.exhibit+json": {}}
    made = copied("", {"output_type": "display_data", "data": data, "metadata": {}})
    shown = made["cells"][1]["outputs"][0]["data"]
    assert "application/vnd.thesisbook.exhibit+json" not in shown
    html = shown["text/html"]
    assert '<td style="text-align: right">−1,034.6' in html
    assert '<td style="text-align: left">not disclosed' in html
    assert '<td style="text-align: right">HKD 3.20' in html
    assert '<th scope="row" style="text-align: left">Cash' in html


def test_a_number_that_no_cell_put_out_is_no_silent_gap() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        copied("{glue:}`nowhere`")
