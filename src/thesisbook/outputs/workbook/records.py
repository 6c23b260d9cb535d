"""The sheets of records: every fact with its source, every erratum. Text stays text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from thesisbook.data import Dataset, Fact
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, Cell, Sheet, serial
from thesisbook.outputs.workbook.styles import number_format, unit_text

FACT_COLUMNS = {
    "Fact": 44,
    "Entity": 22,
    "Metric": 30,
    "Period": 12,
    "Printed": 22,
    "Value": 15,
    "Unit": 12,
    "Basis": 11,
    "Grade": 7,
    "Public": 12,
    "Source": 12,
    "Publisher": 34,
    "Place": 26,
    "Further prints": 14,
    "Note": 50,
}
VALUE, PUBLISHER = 5, 11


def plan_facts(book: Book, dataset: Dataset) -> None:
    sheet = _table(book, "Facts", "Facts with sources", FACT_COLUMNS)
    links: list[tuple[int, str, str]] = []
    for fact_id in dataset.ids:
        fact = dataset.fact(fact_id)
        source = dataset.sources[fact.source]
        if source.url:
            links.append((sheet.row, source.url, source.publisher))
        _fact(sheet, dataset, fact)

    def link(page: Any, styles: Any, values: Any) -> None:
        for row, address, words in links:
            page.write_url(row, PUBLISHER, address, styles("link"), words, address[:255])

    sheet.finishers.append(link)
    _filter(sheet, len(FACT_COLUMNS))


def _table(book: Book, name: str, title: str, columns: Mapping[str, float]) -> Sheet:
    sheet = book.sheet(
        name,
        title,
        colour="#6B7785",
        freeze=(HEADER_ROW + 1, 1),
        widths=dict(enumerate(columns.values())),
    )
    for column, words in enumerate(columns):
        sheet.text(HEADER_ROW, column, words, "header")
    return sheet


def _filter(sheet: Sheet, columns: int) -> None:
    last = sheet.row - 1

    def apply(page: Any, styles: Any, values: Any) -> None:
        page.autofilter(HEADER_ROW, 0, last, columns - 1)

    sheet.finishers.append(apply)


def _fact(sheet: Sheet, dataset: Dataset, fact: Fact) -> None:
    source = dataset.sources[fact.source]
    words = (
        fact.id,
        dataset.entities[fact.entity]["name_en"],
        dataset.metrics[fact.metric]["name_en"],
        fact.period,
        fact.printed,
        "",
        unit_text(fact.unit),
        fact.basis,
        fact.grade,
        fact.public,
        fact.source,
        source.publisher,
        fact.locator,
        str(len(fact.corroborations) or ""),
        fact.note,
    )
    for column, text in enumerate(words):
        if column != VALUE and text:
            sheet.text(sheet.row, column, text, "note")
    if fact.value is not None:
        dated = fact.unit == "date"
        value = serial(date.fromordinal(int(fact.value))) if dated else fact.value
        shape = "percent2" if fact.unit == "ratio" else number_format(fact.unit)
        shape = {"money": "general", "general": "general"}.get(shape, shape)
        sheet.put(sheet.row, VALUE, Cell(value, f"constant:{shape}"), f"fact.{fact.id}")
    sheet.row += 1


ERRATA_COLUMNS = {
    "Erratum": 9,
    "Severity": 9,
    "Verdict": 12,
    "Title": 44,
    "Where": 40,
    "Printed": 30,
    "Right": 60,
    "Why": 80,
}


def plan_errata(book: Book, dataset: Dataset) -> None:
    sheet = _table(book, "Errata", "Errata of the sources", ERRATA_COLUMNS)
    for erratum in dataset.errata.values():
        where = "; ".join(f"{p.source} {p.locator}" for p in erratum.where)
        printed = "; ".join(p.printed for p in erratum.where)
        words = (
            erratum.id,
            erratum.severity,
            erratum.verdict,
            erratum.title,
            where,
            printed,
            erratum.right,
            erratum.why,
        )
        for column, text in enumerate(words):
            sheet.text(sheet.row, column, text, "wrap_bold" if column == 3 else "wrap")
        sheet.row += 1
    _filter(sheet, len(ERRATA_COLUMNS))
