"""A second language needs labels and captions, no code."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd

from thesisbook.data import Dataset
from thesisbook.exhibits import Report, charts
from thesisbook.exhibits.line_breaks import in_lines, wrap
from thesisbook.exhibits.report import EXHIBIT_MIME
from thesisbook.exhibits.translation import Translation

WORDS = {
    "Revenue, RMB mn": "收入（人民币百万元）",
    "Price": "股价",
    "Trade receivables": "应收账款",
    "{} of {} rows": "{1}行中的{0}行",
}
Shown = list[tuple[dict[str, Any], dict[str, Any]]]


def test_words_and_named_values() -> None:
    to_chinese = Translation(WORDS, "zh")
    assert to_chinese("Price") == "股价"
    assert to_chinese("Price 61.65") == "股价 61.65"
    assert to_chinese("Trade\nreceivables") == "应收账款"
    assert to_chinese("something else") == "something else"
    assert to_chinese("Price, Trade receivables: 12.5") == "股价，应收账款：12.5"
    assert to_chinese("Price, something else") == "Price, something else"
    assert to_chinese("3 of 12 rows") == "12行中的3行"


def test_a_chinese_term_keeps_the_english_one_beside_it() -> None:
    say = Translation({"Avoid": "回避", "FP4": "FP4", "Base": "基准"}, "zh")
    for head in ("回避 · Avoid", "数值格式 · FP4, Base"):
        assert say(head) == head
        assert say.page(f"<dt>{head}</dt>") == f"<dt>{head}</dt>"
    assert say("Avoid · Base") == "回避 · 基准"
    assert say("壁仞科技, Avoid: 25x") == "壁仞科技，回避：25x"


def test_chinese_breaks_where_the_english_does_and_never_within_a_number() -> None:
    assert in_lines("2025年下半年×2", 2) == "2025年下\n半年×2"
    assert in_lines("2026E原报告", 3) == "2026E\n原报\n告"
    assert wrap("可比收入年份（2028年，增长30%）", 12) == "可比收入年份\n（2028年，增\n长30%）"
    for width in range(6, 30):
        lines = wrap("按2027年收入，或2028年增长30%（BR20X）", width).split("\n")
        for whole in ("2027", "2028", "30%", "BR20X"):
            assert any(whole in line for line in lines)
        assert not any(line.startswith(("，", "）", "%")) for line in lines)


def test_pages_formulas_and_receipts() -> None:
    to_chinese = Translation(WORDS, "zh")
    page = '<p title="Price">Price <code>Price</code></p><script>Price</script><b>Unknown</b>'
    said = '<p title="股价">股价 <code>Price</code></p><script>Price</script><b>Unknown</b>'
    assert to_chinese.page(page) == said
    assert Translation(WORDS, "en").page(page) == page
    assert to_chinese.formula("Price x (Trade receivables - 3)") == "股价 x (应收账款 - 3)"
    receipt = {"label": "Price", "value": 1.0, "cell": "Price", "note": "Price"}
    assert to_chinese.receipt(receipt) == {**receipt, "label": "股价", "note": "股价"}
    assert to_chinese.csv("Price,12\nUnknown,13\n") == "股价,12\nUnknown,13\n"
    assert Translation(WORDS, "en")("Price") == "Price"


def test_figures_tables_and_captions(dataset: Dataset, shown: Shown) -> None:
    caption = dataset.captions["06_valuation"][0]
    chinese = caption.model_copy(update={"title": "每股价值", "alt": "每股价值表"})
    changed = dataclasses.replace(
        dataset,
        words={"zh": {**dataset.words["zh"], **WORDS}},
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
