"""A second language needs labels and captions, no code."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd

from thesisbook.data import Dataset
from thesisbook.exhibits import Report, charts
from thesisbook.exhibits.report import EXHIBIT_MIME
from thesisbook.exhibits.translation import Translation

LABELS = {
    "revenue_mn": {"en": "Revenue, RMB mn", "zh": "收入（人民币百万元）"},
    "price": {"en": "Price", "zh": "股价"},
    "receivables": {"en": "Trade receivables", "zh": "应收账款"},
}
Shown = list[tuple[dict[str, Any], dict[str, Any]]]


def test_words_and_named_values() -> None:
    to_chinese = Translation(LABELS, "zh")
    assert to_chinese("Price") == "股价"
    assert to_chinese("Price 61.65") == "股价 61.65"
    assert to_chinese("Trade\nreceivables") == "应收账款"
    assert to_chinese("something else") == "something else"
    assert Translation(LABELS, "en")("Price") == "Price"


def test_figures_tables_and_captions(dataset: Dataset, shown: Shown) -> None:
    caption = dataset.captions["06_valuation"][0]
    chinese = caption.model_copy(update={"title": "每股价值", "alt": "每股价值表"})
    changed = dataclasses.replace(
        dataset,
        labels={**dataset.labels, **LABELS},
        captions={**dataset.captions, "06_valuation_zh": (chinese,)},
    )
    report = Report.open("base", language="zh", dataset=changed)
    report.numbers.open_chapter("06_valuation")
    report.chapter = "06_valuation"
    frame = pd.DataFrame({"Price": [1.0, 2.0]}, ["Trade receivables", "Other words"])
    report.table(caption.id, frame)
    report.figure(caption.id, charts.ranked_bars(frame, unit="Revenue, RMB mn"))
    table, figure = (bundle for bundle, _ in shown)
    assert "应收账款" in table["text/html"]
    assert "Other words" in table["text/html"]
    assert "股价" in table["text/html"]
    assert "应收账款" in figure["text/html"]
    assert "收入（人民币百万元）" in figure["text/html"]
    assert figure[EXHIBIT_MIME]["title"] == "每股价值"
    assert figure[EXHIBIT_MIME]["number"] == "6.1"
