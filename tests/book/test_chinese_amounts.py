"""Chinese sentences and captions count in 10^4 and 10^8: no reader of Chinese counts in thousands,
millions or billions. Units in the head of a table, `人民币百万元`, are as in accounts."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator

import pytest
from book_copies import NOTEBOOKS, ROOT

from thesisbook.exhibits import Report

GLUE = re.compile(r"\{glue:\}`([^`]+)`")
SLOT = re.compile(r"\{([a-z0-9_]+)\}")
WESTERN = re.compile(
    r"\d\s*(?:千(?![瓦克米字])|百万|十亿)"  # 35千元; 千卡 is a kind of cluster
    r"|十亿"
    r"|\d,\d{2}0,000"  # 4,000,000张; a count of shares to the last digit stays
)


def texts(report: Report, chapter: str) -> Iterator[tuple[str, str]]:
    """Each Chinese sentence and caption of a chapter, with its numbers, by cell or exhibit."""

    def filled(text: str, slot: re.Pattern[str]) -> str:
        return slot.sub(lambda found: report.number(found[1]).text, text)

    notebook = json.loads((ROOT / f"notebooks/{chapter}.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if "zh" in cell["metadata"].get("tags", ()):
            yield cell["id"], filled("".join(cell["source"]), GLUE)
    with (ROOT / f"data/captions/{chapter}_zh.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for column in ("title", "alt", "note"):
                yield row["id"], filled(row[column] or "", SLOT)


@pytest.mark.parametrize(
    "said", ["35.4千元", "2.9百万颗", "5.4（单位：人民币十亿元）", "4,000,000张"]
)
def test_what_no_reader_of_chinese_uses_is_found(said: str) -> None:
    assert WESTERN.search(said)


@pytest.mark.parametrize(
    "said", ["千卡集群", "单位：人民币百万元", "400万张", "5,956,800股", "2.4千瓦"]
)
def test_what_readers_use_is_not(said: str) -> None:
    assert not WESTERN.search(said)


@pytest.fixture(scope="module")
def report() -> Report:
    return Report.open("base", {}, "zh")


@pytest.mark.parametrize("chapter", NOTEBOOKS)
def test_no_sentence_counts_in_thousands_millions_or_billions(report, chapter: str) -> None:
    report.numbers.open_chapter(chapter)
    found = [
        (where, text[max(0, hit.start() - 20) : hit.end() + 10])
        for where, text in texts(report, chapter)
        for hit in WESTERN.finditer(text)
    ]
    assert found == []
