"""A small book in the form the real one has: exhibits, numbers with receipts, glue, mathematics."""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib as mpl
import nbformat
from matplotlib.figure import Figure

from thesisbook.exhibits import theme
from thesisbook.exhibits.svg import to_svg
from thesisbook.sphinx.notebooks import EXHIBIT_MIME, NUMBERS_MIME

RECEIPTS = {
    "target_price": {
        "label": "Target price",
        "text": "HKD 48.2",
        "value": 48.2137,
        "unit": "HKD per share",
        "period": "2026",
        "basis": "derived",
        "formula": "dcf_weight × DCF + (1 − dcf_weight) × comparables",
        "inputs": [
            "wacc",
            {"label": "DCF weight", "value": 0.5, "unit": "ratio", "reason": "half each"},
        ],
    },
    "wacc": {
        "label": "Discount rate",
        "text": "9.2%",
        "value": 0.0921,
        "unit": "ratio",
        "basis": "assumption",
        "reason": "built up from its parts",
    },
    "revenue_2025": {
        "label": "Revenue",
        "text": "1,234",
        "value": 1234.5,
        "unit": "CNY mn",
        "period": "2025",
        "basis": "reported",
        "source": "004",
        "locator": "L687 exhibit 45",
    },
}


def num(name: str) -> str:
    text = RECEIPTS[name]["text"]
    return f'<span class="num" tabindex="0" data-receipt="{name}">{text}</span>'


def table_html() -> str:
    years = range(2023, 2031)
    head = "".join(
        f'<th scope="col" class="{"forecast" if y > 2025 else ""}">{y}{"E" if y > 2025 else ""}</th>'
        for y in years
    )
    rows = []
    for label, scale in (
        ("Revenue, CNY mn", 1.0),
        ("Gross profit, CNY mn", 0.5),
        ("Net profit, CNY mn", -0.3),
    ):
        cells = "".join(
            f'<td class="{"forecast" if y > 2025 else ""}">'
            f'<span class="num" tabindex="0" data-receipt="revenue_2025">{fmt((y - 2020) * 100.0 * scale)}</span></td>'
            for y in years
        )
        rows.append(f'<tr><th scope="row">{label}</th>{cells}</tr>')
    return f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def fmt(value: float) -> str:
    return f"({abs(value):,.1f})" if value < 0 else f"{value:,.1f}"


def drawing() -> str:
    theme.register_fonts()
    with mpl.rc_context(theme.RC):
        figure = Figure(figsize=(theme.WIDTH, theme.HEIGHT))
        axes = figure.subplots()
        axes.bar(
            ["Published", "Tax", "Timing", "Base 壁仞"], [60, -4, 3, 48.2], color=theme.SERIES[0]
        )
        axes.grid(axis="y")
    return to_svg(figure, "sample_bridge", "Bridge from 60 to 48.2 HKD per share.")


def exhibit(identity: str, number: str, title: str, inside: str, kind: str) -> str:
    return (
        f'<figure class="exhibit exhibit-{kind}" id="ex-{identity}" data-exhibit="{identity}"><figcaption>'
        f'<span class="exhibit-number">Exhibit {number}</span> <span class="exhibit-title">{title}</span></figcaption>'
        f'{inside}<p class="exhibit-source">Source: model, 004. As of 2026-06-02.</p></figure>'
    )


def _output(data: dict) -> nbformat.NotebookNode:
    return nbformat.v4.new_output("display_data", data=data)


def _exhibit_output(identity: str, number: str, title: str, inside: str, kind: str, csv: str):
    return _output(
        {
            "text/html": exhibit(identity, number, title, inside, kind),
            EXHIBIT_MIME: {
                "id": identity,
                "number": number,
                "title": title,
                "alt": "alt",
                "csv": csv,
                "chapter": "06_valuation",
            },
        }
    )


def _glue(name: str) -> nbformat.NotebookNode:
    data = {
        "application/papermill.record/text/html": num(name),
        "application/papermill.record/text/plain": RECEIPTS[name]["text"],
    }
    return nbformat.v4.new_output(
        "display_data",
        data=data,
        metadata={"scrapbook": {"name": name, "mime_prefix": "application/papermill.record/"}},
    )


def chapter() -> nbformat.NotebookNode:
    new = nbformat.v4
    cells = [
        new.new_markdown_cell(
            "# Valuation: the price holds the hopes\n\n::::{div} takeaways\n* Target {glue:}`target_price`, discount rate {glue:}`wacc`.\n* 国产替代 (domestic substitution) carries the story.\n::::",
            id="a0",
        ),
        new.new_code_cell('scenario = "base"', id="a1", metadata={"tags": ["parameters"]}),
        new.new_code_cell(
            'report.glue("06_valuation")',
            id="a2",
            outputs=[
                *map(_glue, RECEIPTS),
                _output({NUMBERS_MIME: {"scenario": "base", "numbers": RECEIPTS}}),
            ],
        ),
        new.new_markdown_cell(
            "## Discounted cash flow 折现\n\nRevenue of CNY {glue:}`revenue_2025` mn was reported for 2025. The BR166 card of 壁仞科技 (6082.HK) sells slowly. Free cash flow is $FCF = EBIT (1-t) + D - C$.\n\n$$V = \\sum_{t=1}^{10} \\frac{FCF_t}{(1+r)^t}$$\n\n```{margin} A margin note\nSmall words beside the text.\n```\n\nText goes on with enough words to make a paragraph that runs over more than one line on every width we test.",
            id="a3",
        ),
        new.new_code_cell(
            'report.figure("sample_bridge", charts.waterfall(frame))',
            id="a4",
            outputs=[
                _exhibit_output(
                    "sample_bridge",
                    "6.1",
                    "Four corrections take the value from 60 to 48.2",
                    drawing(),
                    "figure",
                    "step,value\nPublished,60\nBase,48.2\n",
                )
            ],
        ),
        new.new_code_cell(
            'report.table("sample_table", frame)',
            id="a5",
            outputs=[
                _exhibit_output(
                    "sample_table",
                    "6.2",
                    "Revenue doubles, profit waits",
                    f'<div class="table-scroll" tabindex="0">{table_html()}</div>',
                    "table",
                    "line,2025\nRevenue,1234.5\n",
                )
            ],
        ),
        new.new_markdown_cell(
            "## What would change our mind\n\n* Orders above the plan.\n", id="a6"
        ),
    ]
    notebook = new.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    return notebook


def write_sample(folder: Path) -> Path:
    """The sample book's sources under `folder`; build them with `jupyter-book build`."""
    (folder / "book" / "chapters").mkdir(parents=True, exist_ok=True)
    (folder / "book" / "chapters" / "06_valuation.ipynb").write_text(
        json.dumps(chapter(), ensure_ascii=False, indent=1), encoding="utf-8"
    )
    (folder / "book" / "index.md").write_text(
        "# Sample Chips\n\nA landing page with the target price in one sentence and a link to "
        "[Valuation](chapters/06_valuation.ipynb).\n\n## Where to go\n\nRead on.\n",
        encoding="utf-8",
    )
    (folder / "book" / "method.md").write_text(
        "# Method\n\nHow free cash flow is discounted 折现率.\n", encoding="utf-8"
    )
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nchapters:\n- file: book/chapters/06_valuation\n- file: book/method\n",
        encoding="utf-8",
    )
    (folder / "_config.yml").write_text(
        "title: Sample Chips\nauthor: Example\ncopyright: '2026'\nonly_build_toc_files: true\nexecute: {execute_notebooks: 'off'}\n"
        "parse:\n  myst_enable_extensions: [colon_fence, dollarmath, deflist, attrs_inline, substitution]\n"
        "sphinx:\n  extra_extensions: [thesisbook.sphinx]\n",
        encoding="utf-8",
    )
    return folder


if __name__ == "__main__":
    import sys

    print(write_sample(Path(sys.argv[1])))
