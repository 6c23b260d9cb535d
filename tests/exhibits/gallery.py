"""One drawing of every chart kind, with realistic names and values."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from thesisbook.exhibits import charts
from thesisbook.exhibits.charts import Chart

YEARS = ["2023", "2024", "2025", "2026E", "2027E", "2028E"]
REVENUE = pd.Series([62.0, 337.0, 1035.0, 2169.0, 7030.0, 13624.0], YEARS, name="Revenue")
WORKING = pd.DataFrame(
    {
        "Receivables": [30.0, 120, 500, 900, 1500, 2600],
        "Inventories": [20.0, 150, 949, 905, 1100, 1300],
        "Payables": [50.0, 90, 733, 1665, 1900, 2200],
    },
    YEARS,
)
PEERS = pd.DataFrame(
    {"P/S 2027E": [25.3, 21.4, 71.9, 44.3, 18.5], "Growth": [0.3, 0.35, 0.6, 0.65, 2.24]},
    ["Cambricon 寒武纪", "Hygon", "Moore Threads", "MetaX", "Own"],
)
STEPS = pd.DataFrame(
    {
        "name": [
            "Discount the ten printed flows once, at year ends, and count them all",
            "Tax on operating profit",
            "Cost of equity from its printed inputs",
            "Median of the peers",
        ],
        "delta": [8.68, -0.8, -6.5, -12.4],
    }
)
ENDS = pd.DataFrame(
    {
        "low": [90.0, 60.0, 70.0, 68.2],
        "high": [50.0, 80.0, 75.0, 68.2],
        "low_input": ["9%", "40%", "1%", "none"],
        "high_input": ["14%", "60%", "3%", "none"],
    },
    ["Cost of capital", "Gross margin", "Terminal growth", "No effect"],
)
FIELD = pd.DataFrame(
    {"low": [27.3, 50.0, 40.0], "high": [65.9, 110.0, 85.0], "mid": [None, 78.5, 55.0]},
    ["Range since listing", "Discounted cash flow", "Price to sales"],
)
EVENTS = pd.DataFrame(
    {
        "date": ["2019-09-09", "2022-10-07", "2023-10-17", "2026-01-02", "2026-01-28"],
        "event": [
            "Founded",
            "Export rule on advanced computing",
            "Entity list: no foreign foundry may make its designs without a licence, and the "
            "packaging route closes with it",
            "Listed",
            "Over-allotment exercised",
        ],
        "group": ["Company", "Rules", "Rules", "Company", "Company"],
    }
)
PLANS = pd.DataFrame(
    {
        "lane": ["First", "First", "Second"],
        "start": ["2020-01-01", "2023-01-01", "2025-01-01"],
        "end": ["2022-12-31", "2026-06-01", "2026-12-31"],
        "label": ["Design", "Sales", "Development"],
        "group": ["Design", "Sales", "Design"],
    }
)
STACK = pd.DataFrame(
    {
        "layer": ["Frameworks", "Frameworks", "Runtime", "Hardware"],
        "block": ["PyTorch", "Own plug-in", "Driver and compiler", "Two dies"],
        "note": ["", "", "libraries", "PCIe and OAM"],
        "group": ["", "own", "own", "own"],
    }
)
OWNERS = pd.DataFrame(
    {
        "parent": ["", "top", "top", "a"],
        "label": ["Company", "Shanghai 上海", "Beijing", "Nanjing"],
        "link": ["", "100%", "100%", "51%"],
    },
    ["top", "a", "b", "c"],
)
CLOSES = pd.Series(
    [34.46, 34.06, 61.65, 31.38, 41.1, 37.36, 34.44],
    [
        "2026-01-02",
        "2026-01-09",
        "2026-06-02",
        "2026-08-03",
        "2026-09-07",
        "2026-09-29",
        "2026-10-07",
    ],
    name="Close",
)
GRID = pd.DataFrame(
    [[90.0, 95.0, 101.0], [78.0, 81.0, 85.0], [60.0, 61.5, 64.0]],
    [0.10, 0.112, 0.13],
    [0.01, 0.02, 0.03],
)

GALLERY: dict[str, Callable[[], Chart]] = {
    "bars": lambda: charts.bars(REVENUE, unit="RMB mn", forecast_from="2026E"),
    "ranked_bars": lambda: charts.ranked_bars(PEERS["P/S 2027E"], fmt="x1", highlight="Own"),
    "grouped_bars": lambda: charts.grouped_bars(WORKING, unit="RMB mn", forecast_from="2026E"),
    "stacked_bars": lambda: charts.stacked_bars(WORKING, unit="RMB mn"),
    "stacked_share": lambda: charts.stacked_bars(WORKING, share=True),
    "stacked_lying": lambda: charts.stacked_bars(WORKING, lying=True),
    "bars_and_line": lambda: charts.bars_and_line(
        pd.DataFrame({"Revenue": REVENUE, "Margin": [0.76, 0.53, 0.54, 0.54, 0.54, 0.55]}),
        bar="Revenue",
        line="Margin",
    ),
    "lines": lambda: charts.lines(WORKING, unit="RMB mn", forecast_from="2026E"),
    "lines_log": lambda: charts.lines(WORKING, log=True),
    "slope": lambda: charts.slope(PEERS, fmt="1", highlight="Own"),
    "small_multiples": lambda: charts.small_multiples(WORKING, columns=3),
    "small_lines": lambda: charts.small_multiples(WORKING, columns=2, kind="line"),
    "waterfall": lambda: charts.waterfall(STEPS, start=("Published", 78.63), end="Ours"),
    "tornado": lambda: charts.tornado(ENDS, centre=68.2, unit="HKD per share"),
    "football_field": lambda: charts.football_field(
        FIELD, marks={"Price": 61.65, "Published target": 78.63, "Our target": 68.2}
    ),
    "dots": lambda: charts.dots(WORKING.head(4), marks={"Mean": 400.0}),
    "dots_log": lambda: charts.dots(WORKING.head(4), log=True),
    "heatmap": lambda: charts.heatmap(
        GRID,
        row_fmt="pct1",
        column_fmt="pct1",
        centre=78.0,
        mark=(0.112, 0.02),
        row_title="Cost of capital",
        column_title="Terminal growth",
    ),
    "histogram": lambda: charts.histogram(
        np.random.default_rng(1).lognormal(4.1, 0.35, 5000),
        marks={"Price": 61.65, "Median": 61.0},
        threshold=61.65,
    ),
    "scatter": lambda: charts.scatter(
        PEERS, x="Growth", y="P/S 2027E", fmt_x="pct0", fmt_y="x0", highlight="Own"
    ),
    "dated_points": lambda: charts.dated_points(
        CLOSES,
        unit="HKD",
        events={"2026-01-02": "Listed", "2026-07-02": "Lock-up ends", "2026-07-08": "Placing"},
    ),
    "timeline": lambda: charts.timeline(EVENTS),
    "gantt": lambda: charts.gantt(PLANS, today="2026-06-02", today_label="Price date"),
    "layers": lambda: charts.layers(STACK),
    "tree": lambda: charts.tree(OWNERS),
}
