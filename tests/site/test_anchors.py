"""Headings in another language keep the anchors of the English."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from docutils import nodes

from thesisbook.outputs.site import anchors


def app(name: str = "page") -> Any:
    return SimpleNamespace(env=SimpleNamespace(temp_data={}, docname=name))


def page(*titles: str) -> nodes.document:
    document: Any = nodes.document(None, None)  # type: ignore[arg-type]
    top = nodes.section("", ids=["id1"])
    document += top
    for number, title in enumerate(titles, 2):
        top += nodes.section("", nodes.title("", title), ids=[f"id{number}"])
    return document


@pytest.mark.parametrize("wrap", [str, json.dumps], ids=["markdown", "notebook"])
def test_anchors_are_taken_out_and_given(wrap: Any) -> None:
    made = app()
    source = wrap("# 报告\n\n## 收入 {#revenue}\n\n正文。\n\n### 成本 {#costs}\n\n`{#code}`")
    told = anchors.taken_out(made, "page", source)
    assert told == wrap("# 报告\n\n## 收入\n\n正文。\n\n### 成本\n\n`{#code}`")
    document = page("收入", "成本")
    anchors.give(made, document)
    assert [one["ids"] for one in document.findall(nodes.section)] == [
        ["id1"],
        ["revenue"],
        ["costs"],
    ]


def test_a_page_without_anchors_keeps_its_own() -> None:
    made = app()
    assert anchors.taken_out(made, "page", "## Revenue\n") == "## Revenue\n"
    document = page("Revenue")
    anchors.give(made, document)
    assert [one["ids"] for one in document.findall(nodes.section)] == [["id1"], ["id2"]]


def test_a_heading_without_its_anchor_is_refused() -> None:
    made = app()
    anchors.taken_out(made, "page", "## 收入 {#revenue}\n\n## 成本\n")
    with pytest.raises(ValueError, match="shorter"):
        anchors.give(made, page("收入", "成本"))
