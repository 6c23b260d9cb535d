"""The still of a "What if" panel: the levers and their values in this run, as a page shows first.

The site puts its controls in the place of the still. Print and Jupyter keep it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from thesisbook.exhibits import tables
from thesisbook.exhibits.unit_formats import cell_format, unit_shown
from thesisbook.model.parameters import ParameterError, suggestion

if TYPE_CHECKING:
    from thesisbook.exhibits.report import Report

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "told": "The page “What if” of the site moves these assumptions and shows the target at"
        " once, offline. In this run they are:",
        "heads": ("Assumption", "Value, or first year", "Last year"),
        "or": " or ",
        "several": "several parameters",
    },
    "zh": {
        "told": "网站的“What if”页可移动下列假设，立即显示目标价，无需联网。本次运行中：",
        "heads": ("假设", "数值或首年", "末年"),
        "or": "、",
        "several": "多项参数",
    },
}


def still(report: Report, ids: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The HTML of a panel with the levers of these ids (all if none), and the references it shows.

    Raises ParameterError for an id that data/studies/what_if.yaml does not have.
    """
    levers = {lever.id: lever for lever in report.dataset.studies.get("what_if", ())}
    for name in ids:
        if name not in levers:
            near = suggestion(name, levers)
            raise ParameterError(f"data/studies/what_if.yaml: {name}: no such lever{near}")
    chosen = [levers[name] for name in ids or levers]
    words = WORDS[report.language]
    rows = [_row(report, lever, words) for lever in chosen]
    columns = words["heads"][1:]
    frame = pd.DataFrame([row for row, _ in rows], columns=columns, dtype=object)
    frame.index = pd.Index([getattr(lever.name, report.language) for lever in chosen])
    made = tables.table(
        frame,
        fmt={name: code for name, (_, code) in zip(frame.index, rows, strict=True)},
        index_title=words["heads"][0],
        language=report.language,
        empty="",
    )
    p = report.results.current.assumptions
    given = json.dumps(dict(p.overrides), ensure_ascii=False)
    html = (
        f'<div class="whatif" data-whatif="panel" data-scenario="{escape(p.scenario)}" '
        f'data-given="{escape(given)}" data-levers="{" ".join(lever.id for lever in chosen)}">'
        f"<p>{words['told']}</p>"
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{words["heads"][0]}">'
        f"{made.html}</div></div>"
    )
    return html, made.references


def _row(report: Report, lever: Any, words: Mapping[str, Any]) -> tuple[list[Any], str]:
    """The cells of a lever, and the format of its numbers."""
    if lever.tree:
        tree: Any = report.dataset.studies["tree"]
        driver = next(one for one in tree.drivers if one.id == lever.tree)
        names = [getattr(state.name, report.language) for state in driver.states]
        return [words["or"].join(names), None], "0"
    if len(lever.parameters) > 1:
        return [words["several"], None], "0"
    p = report.results.current.assumptions
    keys = p.names(lever.parameters[0])
    ends = [keys[0], keys[-1]] if len(keys) > 1 else [keys[0]]
    values = [report.value(f"param.{key}") for key in ends]
    return [*values, None][:2], cell_format(unit_shown(p.parameter(keys[0])))
