"""Chart kinds: a frame and options in, a `Chart` (matplotlib figure with its data) out.

A chart draws the data it is given: it computes nothing and changes no global setting.
"""

from thesisbook.exhibits.charts.bars import (
    bars,
    bars_and_line,
    grouped_bars,
    ranked_bars,
)
from thesisbook.exhibits.charts.blocks import layers, tree
from thesisbook.exhibits.charts.canvas import Chart
from thesisbook.exhibits.charts.dated import dated_points
from thesisbook.exhibits.charts.distributions import histogram
from thesisbook.exhibits.charts.grids import heatmap
from thesisbook.exhibits.charts.line_charts import lines, slope, small_multiples
from thesisbook.exhibits.charts.points import scatter
from thesisbook.exhibits.charts.ranges import dots, football_field, tornado
from thesisbook.exhibits.charts.stacks import stacked_bars
from thesisbook.exhibits.charts.timeline import gantt, timeline
from thesisbook.exhibits.charts.waterfall import waterfall

__all__ = [
    "Chart",
    "bars",
    "bars_and_line",
    "dated_points",
    "dots",
    "football_field",
    "gantt",
    "grouped_bars",
    "heatmap",
    "histogram",
    "layers",
    "lines",
    "ranked_bars",
    "scatter",
    "slope",
    "small_multiples",
    "stacked_bars",
    "timeline",
    "tornado",
    "tree",
    "waterfall",
]
