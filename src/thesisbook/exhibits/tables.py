"""HTML tables, with the data and references behind them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from thesisbook.exhibits.formats import MINUS, format_value

Formats = str | Mapping[Any, str]
CODE = re.compile(r"`([^`]+)`")  # a name of the data within a sentence


@dataclass(frozen=True)
class Table:
    """A table ready to show: its HTML, its data, and the references of its cells."""

    html: str
    data: pd.DataFrame
    references: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        return self.html


class Traced(float):
    """A number that keeps the reference it came from; arithmetic on it gives a plain float."""

    reference: str

    def __new__(cls, value: float, reference: str) -> Traced:
        made = super().__new__(cls, value)
        made.reference = reference
        return made


def table(
    frame: pd.DataFrame,
    *,
    fmt: Formats = "0",
    by: str = "row",
    unit: str = "",
    index_title: str = "",
    forecast: Collection[Any] = (),
    strong: Collection[Any] = (),
    sections: Mapping[Any, str] | None = None,
    names: Mapping[Any, str] | None = None,
    notes: Mapping[Any, str] | None = None,
    summary: Collection[Any] = (),
    text_columns: Collection[Any] = (),
    empty: str = "–",
    language: str = "en",
) -> Table:
    """Any table: rows and columns as the frame has them, the index as row heads.

    `fmt`: one format for all numbers, or formats by row name (`by="row"`) or column name
    (`by="column"`), or by both (`by="cell"`); names that are missing there get `0`. `unit` stands
    in the head of the first column, with `index_title`. `forecast`: column names set apart.
    `strong`: row names in bold with a rule above. `sections`: row name -> heading above that row.
    `names`: row name -> what is written for it. `notes`: row name -> a sentence below that row,
    over the whole width; a name between backticks is shown as code. `summary`: rows at the foot set
    apart (means, totals). `text_columns`: columns of words, aligned left and wrapped; all columns
    that hold no number are treated so anyway. Negative numbers stand in brackets; a missing value
    is `empty`.
    """
    if frame.empty:
        raise ValueError("nothing to show: the frame is empty")
    if by not in ("row", "column", "cell"):
        raise ValueError(f"by is 'row', 'column' or 'cell', not {by!r}")
    wordy = {name for name in frame.columns if name in text_columns or _is_text(frame[name])}
    forecast_names = {str(name) for name in forecast}
    head = [f'<th scope="col">{escape(_head(index_title, unit))}</th>']
    for name in frame.columns:
        classes = _classes(text=name in wordy, forecast=str(name) in forecast_names)
        head.append(f'<th scope="col"{classes}>{escape(str(name))}</th>')
    body: list[str] = []
    references: list[str] = []
    for key, row in frame.iterrows():
        if sections and key in sections:
            body.append(
                f'<tr class="section"><th scope="colgroup" colspan="{len(head)}">'
                f"{escape(sections[key])}</th></tr>"
            )
        cells = [f'<th scope="row">{escape(str((names or {}).get(key, key)))}</th>']
        for name, value in row.items():
            code = fmt if isinstance(fmt, str) else fmt.get(_place(key, name, by), "0")
            classes = _classes(text=name in wordy, forecast=str(name) in forecast_names)
            reference = getattr(value, "reference", "")
            if reference:
                references.append(reference)
            receipt = f' data-receipt="{escape(reference)}"' if reference else ""
            cells.append(
                f"<td{classes}{receipt}>{escape(_cell(value, code, empty, language))}</td>"
            )
        kind = "summary" if key in summary else "strong" if key in strong else ""
        opening = f'<tr class="{kind}">' if kind else "<tr>"
        body.append(f"{opening}{''.join(cells)}</tr>")
        if notes and notes.get(key):
            note = CODE.sub(r"<code>\1</code>", escape(notes[key]))
            body.append(
                f'<tr class="reason"><td class="text" colspan="{len(head)}">'
                f"<div>{note}</div></td></tr>"
            )
    html = f"<table><thead><tr>{''.join(head)}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    return Table(html, frame, tuple(dict.fromkeys(references)))


def statement(frame: pd.DataFrame, **options: Any) -> Table:
    """A financial statement: lines down, years across; years whose name ends in E are forecasts."""
    forecast = [name for name in frame.columns if str(name).endswith("E")]
    return table(frame, **{"forecast": forecast, **options})


def words(frame: pd.DataFrame, **options: Any) -> Table:
    """A table of words: every column aligned left and wrapped."""
    return table(frame, **{"text_columns": list(frame.columns), **options})


def _place(row: Any, column: Any, by: str) -> Any:
    """What names the format of a cell."""
    return {"row": row, "column": column}.get(by, (row, column))


def _head(index_title: str, unit: str) -> str:
    return ", ".join(part for part in (index_title, unit) if part)


def _is_text(column: pd.Series) -> bool:
    return not any(isinstance(value, (int, float)) and pd.notna(value) for value in column)


def _classes(*, text: bool, forecast: bool) -> str:
    names = [name for name, given in (("text", text), ("forecast", forecast)) if given]
    return f' class="{" ".join(names)}"' if names else ""


def _cell(value: Any, code: str, empty: str, language: str) -> str:
    if isinstance(value, str):
        return value
    if value is None or pd.isna(value):
        return empty
    if not isinstance(value, (int, float)):
        return str(value)
    text = format_value(value, code, language)
    if text.startswith(MINUS) and not code.startswith("+"):
        return f"({text.removeprefix(MINUS)})"
    return text
