"""The look of every figure: palette, type, sizes. No other module names a colour.

Each colour is a *role*. In the SVG an element drawn in a role's colour carries the class `f-<role>`
(fill) or `s-<role>` (stroke) beside its light-mode colour, so that a page can turn it dark with
`css()` while print and other readers keep the light one.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from matplotlib import font_manager

FONT_FOLDER = Path(__file__).parent / "fonts"
LATIN = "Source Sans 3"
CHINESE = "Noto Sans SC"

# role: (light, dark). Series colours keep 3:1 against both pages and stay apart under
# deuteranopia and protanopia (tests/exhibits/test_theme.py simulates both).
ROLES: dict[str, tuple[str, str]] = {
    "ink": ("#1d2733", "#e6ebf0"),
    "muted": ("#566370", "#a9b5c1"),
    "grid": ("#d9dfe5", "#36424e"),
    "surface": ("#ffffff", "#14191f"),
    "band": ("#eef2f6", "#202933"),
    "blue": ("#1d6fbe", "#86c5e9"),
    "orange": ("#af5f0c", "#f19b64"),
    "teal": ("#1c7b73", "#5ccab6"),
    "purple": ("#703e92", "#b383d9"),
    "ochre": ("#694d04", "#e0bd4c"),
    "rose": ("#ba4472", "#f4a4b7"),
    "slate": ("#5c768f", "#8f9ba7"),
    "inside": ("#fffffd", "#10151b"),  # words on a series colour
    "indigo": ("#4a4ce0", "#8c7af5"),
    "rust": ("#9c3328", "#ee8d80"),
}
INK, MUTED, GRID, SURFACE, BAND = (
    ROLES[role][0] for role in ("ink", "muted", "grid", "surface", "band")
)
# Series without a meaning, in this order; company, gain and loss have colours of their own.
NEUTRAL = ("blue", "ochre", "purple", "rose", "indigo", "slate")
SERIES: tuple[str, ...] = tuple(ROLES[role][0] for role in NEUTRAL)
CHIPS = ("chip1", "chip2", "chip3", "chip4", "chip5")
"""Meanings of the company's chips, in the order of its products."""
MEANING_ROLES = {
    "company": "orange",
    "rival": "slate",
    "gain": "teal",
    "loss": "rust",
    "unknown": "muted",
    **dict(zip(CHIPS, ("indigo", "ochre", "rose", "blue", "purple"), strict=True)),
}
"""The one table of colours by meaning; a forecast has the colour of its series, paler."""
MEANINGS = {meaning: ROLES[role][0] for meaning, role in MEANING_ROLES.items()}
POSITIVE, NEGATIVE, TOTAL = MEANINGS["gain"], MEANINGS["loss"], ROLES["slate"][0]
UNKNOWN = MEANINGS["unknown"]
HIGHLIGHT = MEANINGS["company"]
INSIDE = ROLES["inside"][0]
ON_TINT = "#1d2732"  # words on a heat map, which is the same light and dark
LOW_HIGH = ("#f4a582", "#f7f3ee", "#7fb5dc")  # diverging, low to high, dark words readable on all
SHADES = ("#f1f6fa", "#7fb5dc")  # sequential

WIDTH = 7.0  # inches: the text width of the printed page
NARROW = 4.0  # inches: a phone 360 pixels wide shows its 9-point words at 11 pixels
HEIGHT = 3.6
SIZE = {"body": 10.0, "small": 9.0, "label": 9.5}

RC: Any = {  # settings of matplotlib; its own type for them lists every name
    "font.family": [LATIN, CHINESE],
    "font.size": SIZE["body"],
    "text.color": INK,
    "axes.edgecolor": GRID,
    "axes.labelcolor": MUTED,
    "axes.labelsize": SIZE["small"],
    "axes.titlesize": SIZE["body"],
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": GRID,
    "ytick.color": GRID,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "xtick.labelsize": SIZE["small"],
    "ytick.labelsize": SIZE["small"],
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "lines.linewidth": 2.0,
    "lines.solid_capstyle": "round",
    "patch.linewidth": 0,
    "hatch.linewidth": 0.8,
    "legend.frameon": False,
    "legend.fontsize": SIZE["small"],
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "figure.dpi": 72,
    "svg.fonttype": "none",
    "svg.hashsalt": "thesisbook",
    "mathtext.default": "regular",
    "text.parse_math": False,  # so that $ in a price does not begin a formula
}


@cache
def register_fonts() -> None:
    """Make the shipped faces known to matplotlib (once per process)."""
    for path in sorted(FONT_FOLDER.glob("*.ttf")):
        font_manager.fontManager.addfont(path)


def css() -> str:
    """The style sheet that themes inline figures: variables light and dark, one class per role."""
    light = "".join(f"--x-{role}:{pair[0]};" for role, pair in ROLES.items())
    dark = "".join(f"--x-{role}:{pair[1]};" for role, pair in ROLES.items())
    rules = "".join(
        f".exhibit svg .{letter}-{role}{{{prop}:var(--x-{role})}}"
        for role in ROLES
        for letter, prop in (("f", "fill"), ("s", "stroke"))
    )
    meanings = "".join(f"--x-{name}:var(--x-{role});" for name, role in MEANING_ROLES.items())
    on_screen = f'@media screen{{html[data-theme="dark"]{{{dark}}}}}'  # print is always light
    return f"html{{{light}{meanings}}}\n{on_screen}\n{rules}\n"
