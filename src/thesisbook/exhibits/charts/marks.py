"""What a drawn mark carries: the receipt of its value, and the look of its meaning."""

from __future__ import annotations

from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.container import BarContainer

from thesisbook.exhibits import theme
from thesisbook.exhibits.formats import format_value

# background in the page's colour, so that no line crosses the words
PLATE = {"facecolor": theme.SURFACE, "edgecolor": "none", "pad": 0.8}
MARK = "mark:"
"""Begins the id of a mark that carries a receipt: `mark:REFERENCE | NAME: VALUE`."""
MARK_CLASS = "chart-mark"
"""Class of such a mark on a page; no class of the site's theme, which would paint it."""
TARGET = 13
"""Points across the invisible target around a point of a line."""


def mark(drawn: Artist | BarContainer, value: Any, name: str, fmt: str) -> None:
    """Let what is drawn carry the receipt of `value`, if that was read from a reference.

    `name` says what it is; it is read aloud, and heads the receipt of a calculation.
    """
    reference = getattr(value, "reference", "")
    if not reference:
        return
    artist = drawn[0] if isinstance(drawn, BarContainer) else drawn
    artist.set_gid(f"{MARK}{reference} | {name}: {format_value(float(value), fmt)}")


def point(axes: Axes, x: float, y: float, *, value: Any, name: str, fmt: str) -> None:
    """An invisible target at a point of a line, which carries the receipt of `value`."""
    if getattr(value, "reference", ""):
        (target,) = axes.plot(
            [x], [y], marker="o", markersize=TARGET, color=theme.INK, linestyle="none", zorder=8
        )
        target.set_alpha(0)
        mark(target, value, name, fmt)


def fill(colour: str) -> dict[str, Any]:
    """How a bar of that colour is filled: what is not known is hatched."""
    if colour != theme.UNKNOWN:
        return {"facecolor": colour}
    return {"facecolor": theme.BAND, "edgecolor": colour, "hatch": "////"}


def words_on(colour: str) -> dict[str, Any]:
    """How words on a bar of that colour are written: on hatches they need a plate."""
    if colour != theme.UNKNOWN:
        return {"color": theme.INSIDE}
    return {
        "color": theme.INK,
        "bbox": {"facecolor": theme.SURFACE, "edgecolor": "none", "pad": 0.8},
    }


def named(*parts: object) -> str:
    """The name of a mark: category and series, without what is empty."""
    return ", ".join(str(part) for part in parts if str(part))
