"""A made-up book in the form of the real one: executed notebooks, glued numbers, exhibits."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib
import nbformat
from matplotlib.figure import Figure

from thesisbook.exhibits import theme
from thesisbook.exhibits.svg import to_svg

SAMPLE = Path(__file__).parent / "pdf_book"
YEARS = ("2023", "2024", "2025", "2026E", "2027E", "2028E")

NUMBERS = {
    "target_price": {
        "label": "Target price",
        "text": "HK$31.20",
        "value": 31.2017,
        "unit": "HKD_per_share",
        "kind": "formula",
        "formula": "blended equity value / shares issued",
        "inputs": ["model.blended_equity", "param.shares_mn"],
        "chapter": "common",
    },
    "share_price": {
        "label": "Share price",
        "text": "HK$47.50",
        "value": 47.5,
        "unit": "HKD_per_share",
        "kind": "fact",
        "period": "2026-06-02",
        "basis": "reported",
        "source": "004",
        "locator": "L12 cover",
        "chapter": "common",
    },
    "upside": {
        "label": "Upside to target",
        "text": "−34.3%",
        "value": -0.343,
        "unit": "ratio",
        "kind": "formula",
        "formula": "target price / share price − 1",
        "inputs": ["num.target_price", "num.share_price"],
        "chapter": "common",
    },
    "rating_text": {
        "label": "Rating",
        "text": "Reduce",
        "value": None,
        "unit": "text",
        "kind": "formula",
        "formula": "rating scale at the upside",
        "inputs": ["num.upside"],
        "chapter": "common",
    },
    "market_cap": {
        "label": "Market capitalisation",
        "text": "HK$113bn",
        "value": 113000.0,
        "unit": "HKD_mn",
        "kind": "formula",
        "formula": "share price × shares issued",
        "inputs": ["num.share_price"],
        "chapter": "common",
    },
    "wacc": {
        "label": "WACC",
        "text": "10.5%",
        "value": 0.105,
        "unit": "ratio",
        "kind": "assumption",
        "reason": "cost of equity 11.9% at the target's gearing; hostile #let $x$ <script>",
        "chapter": "06_valuation",
    },
}


def num(name: str) -> str:
    text = NUMBERS[name]["text"]
    return f'<span class="num" tabindex="0" data-receipt="{name}">{text}</span>'


def chart(seed: int, points: int = 12) -> str:
    """Bars and a line as the exhibits layer writes its drawings."""
    theme.register_fonts()
    with matplotlib.rc_context(theme.RC):
        figure = Figure(figsize=(theme.WIDTH, 3.0))
        axes = figure.add_subplot()
        heights = [(seed * 7 + k * 13) % 17 + 3 for k in range(points)]
        axes.bar(range(points), heights, color=theme.SERIES[0])
        axes.plot(range(points), [h * 0.8 for h in heights], color=theme.SERIES[1])
        axes.text(0.2, max(heights), "收入 revenue, CNY bn −3.5", color=theme.MUTED)
    return to_svg(figure, f"s{seed}", f"Bars for {points} years, the last {heights[-1]}.")


def figure_html(exhibit: str, number: str, title: str, seed: int, note: str = "") -> str:
    note = f'<p class="exhibit-note">{note}</p>' if note else ""
    return (
        f'<figure class="exhibit exhibit-figure" id="ex-{exhibit}" data-exhibit="{exhibit}">'
        f'<figcaption><span class="exhibit-number">Exhibit {number}</span> '
        f'<span class="exhibit-title">{title}</span></figcaption>{chart(seed)}'
        f'<p class="exhibit-source">Source: 004; thesisbook model</p>{note}</figure>'
    )


def table_html(
    exhibit: str, number: str, title: str, head: list[str], rows: list[list[str]]
) -> str:
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(f'<td class="number">{cell}</td>' for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        f'<figure class="exhibit exhibit-table" id="ex-{exhibit}" data-exhibit="{exhibit}">'
        f'<figcaption><span class="exhibit-number">Exhibit {number}</span> '
        f'<span class="exhibit-title">{title}</span></figcaption>'
        f'<div class="table-scroll" tabindex="0"><table><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
        '<p class="exhibit-source">Source: 004</p></figure>'
    )


def statement(exhibit: str, number: str, lines: int, years: int) -> str:
    head = ["CNY mn", *(str(2023 + k) + ("E" if k > 2 else "") for k in range(years))]
    rows = [
        [
            f"Line {k} of the statement 科目",
            *(f"{(k * 977 + y * 3571) % 90000 - 30000:,}" for y in range(years)),
        ]
        for k in range(lines)
    ]
    return table_html(exhibit, number, f"Statement of {lines} lines over {years} years", head, rows)


def summary_cells() -> list:
    five = [
        ["Revenue (CNY mn)", "62", "337", "1,035", "2,210", "4,014", "6,480"],
        ["Growth (%)", "n.a.", "443", "207", "114", "82", "61"],
        ["Gross margin (%)", "76.4", "53.2", "38.1", "41.0", "44.5", "46.0"],
        ["Adjusted profit (CNY mn)", "(1,051)", "(767)", "(874)", "(620)", "(95)", "410"],
        ["P/S (x)", "n.m.", "n.m.", "101", "47", "26", "16"],
    ]
    key = [
        ["Rating", num("rating_text")],
        ["Target price", num("target_price")],
        ["Share price (2 June 2026)", num("share_price")],
        ["Upside", num("upside")],
        ["Market capitalisation", num("market_cap")],
        ["52-week range", "HK$28.10–61.90"],
        ["Average daily turnover", "HK$412mn"],
        ["Shares in issue", "2,396mn"],
    ]
    return [
        nbformat.v4.new_markdown_cell(
            "# Summary: the price asks for more than the order book holds"
        ),
        markdown_output(
            f"<p>We value the company at {num('target_price')} a share against a price of "
            f"{num('share_price')}: {num('rating_text')}.</p>"
        ),
        nbformat.v4.new_markdown_cell(
            "```{container} front-thesis\n"
            "1. **The forecast is not the quarrel, the arithmetic is.** With the printed forecast "
            "kept and the "
            "mechanics put right, the target falls.\n"
            "2. **Software decides.** Peak figures do not move customers, libraries do.\n"
            "3. **Supply is the ceiling.** Packaging capacity and export rules bound deliveries.\n"
            "4. **Float doubles.** Two lock-ups end within a year of listing.\n"
            "5. **Upside needs orders.** A measurable list says what would change our mind.\n"
            "```\n\nA claim on {ref}`constructs`."
        ),
        html_output(table_html("summary_key_data", "0.1", "Key data", ["Item", "Value"], key)),
        html_output(
            table_html(
                "summary_five_year",
                "0.2",
                "Five years at a glance",
                ["Year to December", *YEARS],
                five,
            )
        ),
        html_output(figure_html("football_field", "0.3", "Four methods, one range", 3)),
        html_output(figure_html("valuation_bridge", "0.4", "From the published target to ours", 4)),
    ]


def markdown_output(html: str):
    return html_output(html)


def html_output(html: str):
    output = nbformat.v4.new_output("display_data", data={"text/html": html})
    cell = nbformat.v4.new_code_cell("report.show()", outputs=[output])
    cell.metadata["tags"] = ["remove-input"]
    return cell


def notebook(path: Path, cells: list) -> None:
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    for k, cell in enumerate(book.cells):
        cell["id"] = f"c{k}"
    nbformat.write(book, path)


def exhibit_cells() -> list:
    peers = [
        [
            "Cambricon 寒武纪",
            "688256.SH",
            "Inference and training chips, own instruction set, a long product note",
            "1,174.0",
            "45.2x",
        ],
        [
            "Moore Threads 摩尔线程",
            "688795.SH",
            "General-purpose GPU, graphics and artificial intelligence",
            "438.0",
            "61.0x",
        ],
    ] * 3
    return [
        nbformat.v4.new_markdown_cell(
            "# Exhibits of all kinds\n\nWhat a chapter shows.\n\n## Figures"
        ),
        html_output(
            figure_html(
                "growth",
                "2.1",
                f"Revenue grows; target {num('target_price')}",
                5,
                "Note: #1 $2 @3.",
            )
        ),
        nbformat.v4.new_markdown_cell("## Tables\n\nSee [the growth figure](#ex-growth)."),
        html_output(statement("short", "2.2", 8, 6)),
        html_output(statement("wide", "2.3", 24, 13)),
        html_output(statement("very_wide", "2.4", 30, 19)),
        html_output(statement("long", "2.5", 70, 6)),
        html_output(
            table_html(
                "peers",
                "2.6",
                "Peers",
                ["Company", "Ticker", "Products", "HK$bn", "P/S 2026E"],
                peers,
            )
        ),
    ]


def write_book(root: Path, chapters: int = 0, exhibits: int = 7, constructs: bool = True) -> Path:
    """Copy the sample to `root`; `chapters` adds synthetic ones with `exhibits` each.

    Without `constructs` the pages that hold every construct are left out: LaTeX cannot set them.
    """
    shutil.copytree(SAMPLE, root)
    notebook(root / "chapters/00_summary.ipynb", summary_cells())
    notebook(root / "chapters/02_exhibits.ipynb", exhibit_cells())
    names = [f"chapters/s{k:02}" for k in range(chapters)]
    for k, name in enumerate(names):
        notebook(root / f"{name}.ipynb", synthetic_chapter(k, exhibits))
    first = ["chapters/00_summary"]
    if constructs:
        first += ["chapters/01_constructs", "chapters/02_exhibits"]
    parts = [("The thesis", first + names)]
    if constructs:
        parts.append(("Behind it", ["glossary", "sources"]))
    else:
        (root / "chapters/01_constructs.md").unlink()
        summary = root / "chapters/00_summary.ipynb"
        text = summary.read_text("utf-8").replace("{ref}`constructs`", "software")
        summary.write_text(text, "utf-8")
    toc = "format: jb-book\nroot: index\nparts:\n"
    for caption, files in parts:
        toc += f"  - caption: {caption}\n    chapters:\n"
        toc += "".join(f"      - file: {name}\n" for name in files)
    (root / "_toc.yml").write_text(toc, "utf-8")
    return root


def synthetic_chapter(index: int, exhibits: int) -> list:
    cells = [nbformat.v4.new_markdown_cell(f"# Synthetic chapter {index}")]
    prose = (
        "The order book of chapter {c} covers part {k} of the forecast, and the margin that the "
        "source prints needs a mix of products that has not been shipped yet. " * 12
    )
    for k in range(exhibits):
        cells.append(nbformat.v4.new_markdown_cell(f"## Part {k}\n\n{prose.format(c=index, k=k)}"))
        cells.append(
            html_output(f"<p>Target {num('target_price')} and price {num('share_price')}.</p>")
        )
        if k % 3 == 2:
            cells.append(html_output(statement(f"s{index}t{k}", f"{index + 3}.{k + 1}", 18, 7)))
        else:
            cells.append(
                html_output(
                    figure_html(f"s{index}f{k}", f"{index + 3}.{k + 1}", "Bars rise", k + index, "")
                )
            )
    return cells


def build_html(root: Path) -> Path:
    """Run `jupyter-book build --builder singlehtml`; returns the page."""
    subprocess.run(
        [
            str(Path(sys.executable).with_name("jupyter-book")),
            "build",
            str(root),
            "--builder",
            "singlehtml",
            "-q",
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    return root / "_build/singlehtml/index.html"
