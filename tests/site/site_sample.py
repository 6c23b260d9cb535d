"""A small book in the form the real one has: exhibits, numbers with receipts, glue, mathematics."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
import nbformat
import pandas as pd
from matplotlib.figure import Figure
from nbformat import NotebookNode, v4

from thesisbook.exhibits import tables, theme
from thesisbook.exhibits.charts.marks import mark
from thesisbook.exhibits.svg import to_svg
from thesisbook.outputs.site.notebooks import EXHIBIT_MIME, GLUE_PREFIX, NUMBERS_MIME

SCENARIOS = ("base", "published", "bull", "bear")
FOLDERS = {"" if name == "base" else name: name for name in SCENARIOS}
BOOKS = {folder: (name, "en") for folder, name in FOLDERS.items()}
SOURCE = {
    "id": "004",
    "publisher": "Example Securities",
    "title": "Initiation",
    "date": "2026-06-03",
    "kind": "secondary, research",
    "url": "",
}
NUMBERS: dict[str, dict[str, Any]] = {
    "target_price": {
        "kind": "number",
        "label": "Target price",
        "text": "HKD 48.2",
        "value": 48.2137,
        "formula": "{model.target_price}",
        "inputs": ["model.target_price"],
    },
    "discount_rate": {
        "kind": "number",
        "label": "Discount rate",
        "text": "9.2%",
        "value": 0.0921,
        "unit": "ratio",
        "formula": "{param.wacc}",
        "inputs": ["param.wacc"],
    },
    "revenue_2025": {
        "kind": "number",
        "label": "Revenue, 2025",
        "text": "1,234",
        "value": 1234.5,
        "formula": "{chips.revenue.2025}",
        "inputs": ["chips.revenue.2025"],
    },
}
RECEIPTS: dict[str, dict[str, Any]] = {
    "model.target_price": {
        "kind": "quantity",
        "label": "Target price",
        "value": 48.2137,
        "unit": "HKD_per_share",
        "scenario": "base",
        "formula": "equity value / shares",
        "inputs": ["param.wacc", "chips.revenue.2025"],
        "cell": "target_price",
    },
    "param.wacc": {
        "kind": "parameter",
        "label": "Discount rate",
        "value": 0.0921,
        "unit": "ratio",
        "range": [0.05, 0.2],
        "reason": "built up from its parts",
        "inputs": [],
    },
    **{
        f"chips.revenue.{year}": {
            "kind": "fact",
            "label": f"Sample Chips, revenue, {year}",
            "printed": f"{value:,.1f}",
            "value": value,
            "unit": "CNY_mn",
            "period": str(year),
            "basis": "reported" if year < 2026 else "forecast",
            "grade": "B, press, research or abstract",
            "source": SOURCE,
            "locator": "L687 exhibit 45",
        }
        for year, value in zip(
            range(2023, 2031), (62.1, 336.8, 1234.5, 2210, 3890, 5400, 6900, 8100), strict=True
        )
    },
}


def drawing(identity: str, width: float = theme.WIDTH) -> str:
    theme.register_fonts()
    with mpl.rc_context(theme.RC):
        figure = Figure(figsize=(width, theme.HEIGHT))
        axes = figure.subplots()
        figure.subplots_adjust(left=0.07, right=0.99, top=0.97, bottom=0.1)
        names, values = ["Published", "Tax", "Timing", "Base 壁仞"], [60, -4, 3, 48.2]
        for bar, name in zip(axes.bar(names, values, color=theme.SERIES[0]), names, strict=True):
            year = 2023 + names.index(name)
            value = tables.Traced(
                RECEIPTS[f"chips.revenue.{year}"]["value"], f"chips.revenue.{year}"
            )
            mark(bar, value, f"{name}, {year}", "1")
        axes.grid(axis="y")
    kind = "phone" if width == theme.NARROW else "svg"
    return to_svg(figure, f"{kind}-{identity}", "Bridge from 60 to 48.2 HKD per share.")


def exhibit(
    identity: str, number: str, title: str, inside: str, csv: str, *, narrow: str = ""
) -> NotebookNode:
    kind = "figure" if "<svg" in inside else "table"
    html = (
        f'<figure class="exhibit exhibit-{kind}" id="ex-{identity.replace("_", "-")}" '
        f'data-exhibit="{identity}"><figcaption>'
        f'<span class="exhibit-number">Exhibit {number}</span> '
        f'<span class="exhibit-title">{title}</span></figcaption>{inside}'
        '<p class="exhibit-source">Source: Model (Base); Example Securities, 2026-06-03 [004]</p>'
        "</figure>"
    )
    record = {"id": identity, "number": number, "title": title, "alt": "Bridge.", "csv": csv}
    record["narrow"] = narrow
    payload = {"scenario": "base", "numbers": {}, "receipts": RECEIPTS}
    return v4.new_output(
        "display_data", data={"text/html": html, EXHIBIT_MIME: record, NUMBERS_MIME: payload}
    )


def figure(identity: str, number: str) -> NotebookNode:
    inside = f'<div class="figure-scroll" tabindex="0">{drawing(identity)}</div>'
    title = "Four corrections take the value from 60 to 48.2"
    narrow = drawing(identity, theme.NARROW)
    return exhibit(
        identity, number, title, inside, "step,value\nPublished,60\nBase,48.2\n", narrow=narrow
    )


def table(identity: str, number: str) -> NotebookNode:
    years = range(2023, 2031)
    revenue = [
        tables.Traced(RECEIPTS[f"chips.revenue.{year}"]["value"], f"chips.revenue.{year}")
        for year in years
    ]
    rows = {
        "Revenue": revenue,
        "Net profit after everything else": [-0.3 * value for value in revenue],
        "Free cash flow": [0.1 * value for value in revenue],
    }
    heads = [f"{year}E" if year > 2025 else str(year) for year in years]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=heads, dtype=object)
    content = tables.statement(frame, fmt="1", unit="CNY mn", strong=["Free cash flow"])
    opening = '<div class="table-scroll" tabindex="0" role="region" aria-label="Revenue">'
    inside = f"{opening}{content.html}</div>"
    return exhibit(identity, number, "Revenue doubles, profit waits", inside, frame.to_csv())


def glued(run: str) -> list[NotebookNode]:
    outputs = []
    for name, receipt in NUMBERS.items():
        span = f'<span class="num" tabindex="0" data-receipt="{name}">{receipt["text"]}</span>'
        outputs.append(
            v4.new_output(
                "display_data",
                data={
                    GLUE_PREFIX + "text/html": span,
                    GLUE_PREFIX + "text/plain": receipt["text"],
                },
                metadata={"scrapbook": {"name": name, "mime_prefix": GLUE_PREFIX}},
            )
        )
    payload = {"scenario": "base", "run": run, "numbers": NUMBERS, "receipts": RECEIPTS}
    outputs.append(v4.new_output("display_data", data={NUMBERS_MIME: payload, "text/html": ""}))
    return outputs


SUMMARY = """# Summary

What there is to say in short: the discount rate is {glue:}`discount_rate`.
"""
OPENING = """# Valuation: the price holds the hopes

```{admonition} Key takeaways
:class: takeaways
* Target {glue:}`target_price`, discount rate {glue:}`discount_rate`.
* 国产替代 (domestic substitution) carries the story.
```
"""
CASH_FLOW = r"""(intrinsic-value)=
## Discounted cash flow 折现

Revenue of CNY {glue:}`revenue_2025` mn was reported for 2025. The BR166 card of 壁仞科技 (6082.HK)
sells slowly, as [the bridge](#ex-sample-bridge) and [the front](#ex-front-field) show. Free
cash flow is $FCF = EBIT (1-t) + D - C$.

$$V = \sum_{t=1}^{10} \frac{FCF_t}{(1+r)^t}$$

```{margin} A margin note
Small words beside the text.
```

Text goes on with enough words to make a paragraph that runs over more than one line on every width
we test, and then some more words so that the measure of the text can be judged.
"""
MIND = """## What would change our mind

* Orders above the plan.
"""


def notebook(*cells: NotebookNode) -> str:
    for index, cell in enumerate(cells):
        cell["id"] = f"cell-{index}"
    made = v4.new_notebook(cells=list(cells))
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    made.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    return nbformat.writes(made)


def code(source: str, *outputs: NotebookNode, tags: tuple[str, ...] = ()) -> NotebookNode:
    return v4.new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def summary(run: str) -> str:
    front = v4.new_markdown_cell
    return notebook(
        code('scenario = "base"', tags=("parameters",)),
        code('report.glue("00_summary")', *glued(run)),
        front(SUMMARY),
        code('report.figure("front_bridge", chart)', figure("front_bridge", "0.1")),
        code('report.figure("front_field", chart)', figure("front_field", "0.2")),
    )


def valuation(run: str = "Base") -> str:
    words = v4.new_markdown_cell
    return notebook(
        words(OPENING),
        code('scenario = "base"', tags=("parameters",)),
        code('report.glue("06_valuation")', *glued(run)),
        words(CASH_FLOW),
        code(
            'report.figure("sample_bridge", charts.waterfall(frame))',
            figure("sample_bridge", "6.1"),
        ),
        code('report.table("sample_table", frame)', table("sample_table", "6.2")),
        words(MIND),
    )


CONFIG = {
    "title": "Sample Chips",
    "author": "Example",
    "copyright": "2026",
    "only_build_toc_files": True,
    "execute": {"execute_notebooks": "off"},
    "parse": {"myst_enable_extensions": ["colon_fence", "dollarmath", "deflist"]},
    "sphinx": {"extra_extensions": ["thesisbook.outputs.site"]},
}
CONTENTS = {
    "format": "jb-book",
    "root": "book/index",
    "chapters": [
        {"file": f"book/{name}"}
        for name in ("chapters/00_summary", "chapters/06_valuation", "method")
    ],
}
PAGES = {
    "index.md": """# Sample Chips: the price holds the hopes

::::{div} rating-card
* **Neutral** Rating, twelve months
* **{num}`target_price`** Target price
* **{num}`discount_rate`** Discount rate
* **{num}`revenue_2025`** Revenue 2025, CNY mn
::::

:::::{div} front-grid
::::{div} five-claims
1. The cards sell, {num}`revenue_2025` mn of them, and the order book says more than that.
2. The team is good, and there is more to say about it in a second line of text.
3. The market grows, 国产替代 carries it.
4. Supply is the bottleneck; a link to [Valuation](chapters/06_valuation.ipynb).
5. The price has all of it.
::::

::::{div} front-figures
```{exhibit} front_bridge
```
```{exhibit} front_field
```
::::
:::::

## Where to go

{{ contents }}
""",
    "method.md": "# Method\n\nHow free cash flow is discounted 折现率.\n",
}


def write_sample(folder: Path, run: str = "Base") -> Path:
    """The sample book's sources under `folder`, of a run called `run`; build them with
    `jupyter-book build`."""
    chapters = folder / "book" / "chapters"
    chapters.mkdir(parents=True, exist_ok=True)
    (chapters / "00_summary.ipynb").write_text(summary(run), encoding="utf-8")
    (chapters / "06_valuation.ipynb").write_text(valuation(run), encoding="utf-8")
    for name, text in PAGES.items():
        (folder / "book" / name).write_text(text, encoding="utf-8")
    # JSON is YAML
    (folder / "_toc.yml").write_text(json.dumps(CONTENTS), encoding="utf-8")
    (folder / "_config.yml").write_text(json.dumps(CONFIG), encoding="utf-8")
    return folder


if __name__ == "__main__":
    print(write_sample(Path(sys.argv[1])))
