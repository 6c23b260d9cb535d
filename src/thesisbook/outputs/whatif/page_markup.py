"""The controls and tables of the page "What if" as HTML; its script only fills in values."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.graph import Graph

START = "The report"  # the script writes the name of the start after it
FACTOR = "Of the report's values, in every year; 100% leaves them. "
SIGNED, PLAIN = "exceptZero", "negative"  # of a number format
YEARLY = (
    ("Revenue", "revenue", "_mn"),
    ("Gross margin", "gross_margin", "ratio"),
    ("Adjusted margin", "adjusted_margin", "ratio"),
    ("Cash at year end", "cash", "_mn"),
)


def page_markup(data: Mapping[str, Any], benchmark: str, p: Assumptions, graph: Graph) -> str:
    """The inside of a panel, the same for the page and for chapters.

    Parameters
    ----------
    data : what the page knows, from `page_data`
    benchmark : the index that returns are measured against
    p, graph : the first scenario and the graph of the model
    """
    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    template = environment.from_string(files(__package__).joinpath("page.html").read_text("utf-8"))
    years = [year for year in p.years if f"revenue.{year}" in graph.cells]
    text = template.render(
        START=START,
        FACTOR=FACTOR,
        trading=data["trading"],
        starts=_starts(data),
        levers=list(data["levers"].values()),
        drivers=data["drivers"],
        names=_names(p),
        count=len(p.parameters),
        pair_rows=_pair_rows(benchmark),
        heads=_heads(data["trading"], p.currencies["reporting"], years),
        yearly=YEARLY,
        years=years,
    )
    return re.sub(r"\n\s*", "\n", text)


def _starts(data: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The starting points by group: branches of the tree, then the scenarios of earlier days."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for name, one in data["scenarios"].items():
        words, group = one["name"], f"As of {one['as_of']}" if one["as_of"] else "Scenarios"
        if one["branch"]:
            states = [
                f"{driver['name']} {driver['states'][one['branch'][id_]]['name']}"
                for id_, driver in data["drivers"].items()
            ]
            words, group = f"{words}: {', '.join(states)}", "Branches of the tree"
        found[group][name] = words
    return dict(sorted(found.items(), key=lambda one: one[0] != "Branches of the tree"))


def _names(p: Assumptions) -> dict[str, str]:
    """What can be typed, by name: each parameter, and each year of it."""
    found = {}
    for name, parameter in p.parameters.items():
        if parameter.kind == "published":
            continue
        found[name] = f"{parameter.label}, every year" if parameter.years else parameter.label
        found |= {f"{name}.{year}": f"{parameter.label}, {year}" for year in parameter.years or ()}
    return found


def _pair_rows(benchmark: str) -> dict[str, list[tuple[str, str, str, str]]]:
    """Rows of the two tables that set the report's values beside the reader's."""
    returns = [
        ("Against the price", "upside", "ratio", SIGNED),
        (f"Less the {benchmark}", "relative_return", "ratio", SIGNED),
    ]
    return {
        "tree": [
            ("Expected in twelve months", "target_price", "", PLAIN),
            ("Expected today", "value_per_share", "", PLAIN),
            *returns,
        ],
        "case": [
            ("Target in twelve months", "target_price", "", PLAIN),
            ("Value today", "value_per_share", "", PLAIN),
            ("Cash flows", "dcf_per_share", "", PLAIN),
            ("Peers", "relative_per_share", "", PLAIN),
            *returns,
            ("Cost of capital", "wacc", "ratio", PLAIN),
        ],
    }


def _heads(trading: str, reporting: str, years: list[int]) -> dict[str, tuple[str, ...]]:
    share = f"{trading} a share"
    return {
        "tree": (share, "The report's", "Yours", "Change"),
        "case": (share, START, "Yours", "Change"),
        "years": (f"{reporting} mn", *(f"{year}E" for year in years)),
        "bridge": ("Step, in the order moved", *("Change", "Target", "Change", "Expected"), "Undo"),
        "tornado": ("Each alone", "Least", "Between", "Most"),
    }
