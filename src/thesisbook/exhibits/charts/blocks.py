"""Block diagrams: layers of a stack, parts of a chip, and trees such as who owns whom."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from thesisbook.exhibits import theme
from thesisbook.exhibits.charts.canvas import (
    Chart,
    charted,
    legend_above,
    measure,
    new_chart,
    page_width,
    table_of,
    wrap_points,
)
from thesisbook.exhibits.charts.marks import fill, words_on
from thesisbook.exhibits.meanings import colours

_LABEL = theme.SIZE["small"]


def _box(axes: Axes, x: float, y: float, *, wide: float, tall: float, colour: str | None) -> None:
    axes.add_patch(
        FancyBboxPatch(
            (x, y),
            wide,
            tall,
            boxstyle="round,pad=0,rounding_size=3",
            **({"edgecolor": colour or theme.GRID} | fill(colour or theme.BAND)),
            linewidth=0.8,
        )
    )


def _words(
    axes: Axes, x: float, y: float, *, title: str, note: str, colour: str | None = None
) -> None:
    ink = {"color": theme.INK} if colour is None else words_on(colour)
    if not note:
        axes.text(x, y, title, ha="center", va="center", fontsize=_LABEL, **ink)
        return
    above, below = (measure(part, _LABEL)[1] for part in (title, note))
    total = above + below + 3
    axes.text(
        x,
        y - total / 2 + above / 2,
        title,
        ha="center",
        va="center",
        fontsize=_LABEL,
        fontweight="bold",
        **ink,
    )
    axes.text(
        x,
        y + total / 2 - below / 2,
        note,
        ha="center",
        va="center",
        fontsize=_LABEL,
        **({"color": theme.MUTED} if colour is None else ink),
    )


@charted
def layers(frame: pd.DataFrame, *, title_width: float = 92) -> Chart:
    """A stack of layers, top to bottom, each cut into blocks side by side.

    `frame`: columns `layer` (named on the left), `block`, optional `note` (second line), `group`
    (coloured, with a legend) and `weight` (relative width, 1 by default).
    """
    frame = table_of(frame)
    groups: dict[str, str] = {}
    if "group" in frame:
        named = [g for g in dict.fromkeys(frame["group"].fillna("").astype(str)) if g]
        groups = dict(zip(named, colours(named), strict=True))
    width, gap = page_width() * 72 - 16, 6.0
    rows = []
    for layer, part in frame.groupby("layer", sort=False):
        weights = part["weight"].astype(float) if "weight" in part else pd.Series(1.0, part.index)
        free = width - title_width - gap * (len(part) - 1)
        cells = []
        for at, row in part.iterrows():
            wide = free * weights[at] / weights.sum()
            note = str(row.get("note") or "") if pd.notna(row.get("note")) else ""
            title = wrap_points(row["block"], wide - 10, _LABEL, "bold" if note else "normal")
            note = wrap_points(note, wide - 10, _LABEL) if note else ""
            tall = measure(title, _LABEL)[1] + (measure(note, _LABEL)[1] + 3 if note else 0)
            cells.append((wide, title, note, tall, groups.get(str(row.get("group") or ""))))
        name = wrap_points(layer, title_width - 10, _LABEL, "bold")
        tall = max(*(cell[3] for cell in cells), measure(name, _LABEL, "bold")[1]) + 14
        rows.append((name, cells, tall))
    total = sum(row[2] for row in rows) + gap * (len(rows) - 1)
    chart = new_chart(frame, (total + (34 if groups else 14)) / 72)
    axes = chart.panel()
    axes.axis("off")
    axes.set_xlim(0, width)
    axes.set_ylim(total, 0)
    top = 0.0
    for name, cells, tall in rows:
        axes.text(0, top + tall / 2, name, va="center", fontsize=_LABEL, fontweight="bold")
        left = title_width
        for wide, title, note, _, colour in cells:
            _box(axes, left, top, wide=wide, tall=tall, colour=colour)
            _words(
                axes,
                left + wide / 2,
                top + tall / 2,
                title=title,
                note=note,
                colour=colour,
            )
            left += wide + gap
        top += tall + gap
    if groups:
        handles = [FancyBboxPatch((0, 0), 1, 1, **fill(c)) for c in groups.values()]
        legend_above(chart, handles, list(groups))
    return chart


@charted
def tree(frame: pd.DataFrame, *, box_width: float = 104) -> Chart:
    """Boxes joined from parent to child, top down: owners, groups, flows.

    `frame`: index the id of a box; columns `parent` (id, or empty for a root), `label`, optional
    `note` (second line) and `link` (words on the line to the parent, such as a percentage).
    """
    frame = table_of(frame)
    parents = {
        key: value if pd.notna(value) and value != "" else None
        for key, value in frame["parent"].items()
    }
    unknown = [p for p in parents.values() if p is not None and p not in frame.index]
    if unknown:
        raise ValueError(f"parent {unknown[0]!r} is no row")
    depth = {key: _depth(key, parents) for key in frame.index}
    leaves: dict[object, float] = {}
    column = 0.0
    for key in _in_order(parents):
        if key not in parents.values():
            leaves[key] = column
            column += 1
    place = dict(leaves)
    for key in sorted(frame.index, key=lambda k: -depth[k]):
        children = [place[k] for k, parent in parents.items() if parent == key]
        if children:
            place[key] = sum(children) / len(children)
    width = page_width() * 72 - 16
    slot = width / max(column, 1.0)
    box = min(box_width, slot - 8)
    words = {}
    for key, row in frame.iterrows():
        note = str(row["note"]) if "note" in row and pd.notna(row["note"]) else ""
        bold = "bold" if note else "normal"
        words[key] = (
            wrap_points(row["label"], box - 8, _LABEL, bold),
            wrap_points(note, box - 8, _LABEL) if note else "",
        )
    tall = 12 + max(
        measure(t, _LABEL)[1] + (measure(n, _LABEL)[1] + 3 if n else 0) for t, n in words.values()
    )
    step = tall + 30
    total = step * max(depth.values()) + tall
    chart = new_chart(frame.reset_index(), (total + 14) / 72)
    axes = chart.panel()
    axes.axis("off")
    axes.set_xlim(0, width)
    axes.set_ylim(total, 0)
    centre = {key: ((place[key] + 0.5) * slot, depth[key] * step) for key in frame.index}
    for key, parent in parents.items():
        x, y = centre[key]
        if parent is not None:
            px, py = centre[parent]
            bend = y - 15
            axes.plot([px, px, x, x], [py + tall, bend, bend, y], color=theme.MUTED, linewidth=0.9)
            link = frame.at[key, "link"] if "link" in frame else None
            if link is not None and pd.notna(link) and link != "":
                axes.text(x + 4, y - 7, str(link), va="center", fontsize=_LABEL, color=theme.MUTED)
        _box(axes, x - box / 2, y, wide=box, tall=tall, colour=None)
        title, note = words[key]
        _words(axes, x, y + tall / 2, title=title, note=note)
    return chart


def _depth(key: object, parents: dict) -> int:
    seen = {key}
    count = 0
    while (key := parents[key]) is not None:
        if key in seen:
            raise ValueError(f"{key!r} is its own ancestor")
        seen.add(key)
        count += 1
    return count


def _in_order(parents: dict) -> list:
    """Boxes in depth-first order, so that lines do not cross."""
    out: list = []

    def visit(key: object) -> None:
        out.append(key)
        for child, parent in parents.items():
            if parent == key:
                visit(child)

    for key, parent in parents.items():
        if parent is None:
            visit(key)
    return out
