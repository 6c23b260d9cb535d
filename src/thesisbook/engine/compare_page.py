"""The notebook of the page that sets the scenarios side by side: the build writes it itself."""

from __future__ import annotations

import json
from typing import Any

from thesisbook.engine.project import COMPARE

WORDS = {
    "en": {
        "title": "Scenarios side by side",
        "lead": "Every headline number that differs between the scenarios, with the assumptions "
        "that move it, and every assumption that differs, with its reason. Each number can be "
        "asked where it comes from.",
        "numbers": "Numbers that differ",
        "parameters": "Assumptions that differ",
        "cause": "Moved by",
        "reason": "Reason",
    },
    "zh": {
        "title": "情景对照",
        "lead": "各情景之间不同的每个主要数字及推动它的假设，"
        "以及每个不同的假设及其理由。每个数字都可追问出处。",
        "numbers": "不同的数字",
        "parameters": "不同的假设",
        "cause": "推动因素",
        "reason": "理由",
    },
}


def notebook() -> bytes:
    """The page as a notebook: parameters, the two tables, and its few words in each language."""
    cells = [_code('scenario = "base"\noverrides = {}\nlanguage = "en"', "parameters")]
    opening = (
        "from thesisbook.engine import side_by_side\nfrom thesisbook.exhibits import Report\n\n"
        f'report = Report.open(scenario, overrides, language)\nreport.glue("{COMPARE}")\n'
        "report.explain_runs()  # numbers of the chapters end at a quantity of a run"
    )
    cells.append(_code(opening))
    cells += [_prose(f"# {w['title']}\n\n{w['lead']}", lang) for lang, w in WORDS.items()]
    for part, exhibit in (("numbers", "scenario_numbers"), ("parameters", "scenario_assumptions")):
        cells += [_prose(f"## {w[part]}", lang) for lang, w in WORDS.items()]
        cells.append(_code(f'report.table("{exhibit}", side_by_side.{part}_table(report))'))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4}
    for number, cell in enumerate(cells):
        cell["id"] = f"compare-{number}"
    return json.dumps({**content, "nbformat_minor": 5}, ensure_ascii=False).encode()


def _code(source: str, *tags: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "metadata": {"tags": list(tags)},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def _prose(source: str, language: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {"tags": [language]}, "source": source}
