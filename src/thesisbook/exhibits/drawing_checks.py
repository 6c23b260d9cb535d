"""Find faults of a figure: words that overlap, words cut at the edge, glyphs that are missing."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import get_font
from matplotlib.text import Text
from matplotlib.transforms import BboxBase

from thesisbook.exhibits import theme


def _visible_texts(figure: Figure) -> list[Text]:
    unseen = _unseen_tick_labels(figure)
    texts = figure.findobj(Text)
    return [t for t in texts if t.get_text().strip() and t.get_visible() and id(t) not in unseen]


def _unseen_tick_labels(figure: Figure) -> set[int]:
    """Labels of ticks outside the limits or of hidden axes: laid out but never drawn."""
    unseen: set[int] = set()
    for axes in figure.axes:
        for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            low, high = sorted(limits)
            drawn = axis.get_visible() and axes.axison
            if not drawn:
                unseen.add(id(axis.label))
            slack = 1e-9 * (high - low)
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if not (drawn and low - slack <= tick.get_loc() <= high + slack):
                    unseen |= {id(tick.label1), id(tick.label2)}
    return unseen


Boxes = list[tuple[str, BboxBase]]


def text_boxes(figure: Figure) -> Boxes:
    """Every drawn string with its box in points. Slow, since it lays the figure out."""
    with mpl.rc_context(theme.RC):
        canvas = figure.canvas  # of a chart, whose words it has measured already
        if not isinstance(canvas, FigureCanvasAgg):
            canvas = FigureCanvasAgg(figure)
        figure.draw_without_rendering()
        renderer = canvas.get_renderer()
        return [(t.get_text(), t.get_window_extent(renderer)) for t in _visible_texts(figure)]


def overlapping_text(boxes: Boxes, slack: float = 1.0) -> list[tuple[str, str]]:
    """Pairs of drawn strings whose boxes overlap by more than `slack` points in both directions."""
    found = []
    for (one, a), (other, b) in combinations(boxes, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        down = min(a.y1, b.y1) - max(a.y0, b.y0)
        # the box of a line of text has about a fifth of empty height
        if across > slack and down > slack + 0.2 * min(a.height, b.height):
            found.append((one, other))
    return found


def clipped_text(figure: Figure, boxes: Boxes, slack: float = 1.0) -> list[str]:
    """Drawn strings that reach over the edge of the figure by more than `slack` points."""
    edge = figure.bbox
    return [
        text
        for text, box in boxes
        if box.x0 < edge.x0 - slack
        or box.x1 > edge.x1 + slack
        or box.y0 < edge.y0 - slack
        or box.y1 > edge.y1 + slack
    ]


@cache
def glyphs() -> frozenset[int]:
    """Code points that the shipped faces can draw, in regular and in bold."""
    faces: dict[str, set[int]] = {}
    for path in theme.FONT_FOLDER.glob("*.ttf"):
        weight = path.stem.rpartition("-")[2]
        faces.setdefault(weight, set()).update(get_font(path).get_charmap())
    return frozenset(faces["Regular"] & faces["Bold"])


def missing_glyphs(text: str) -> str:
    """The characters of `text` that no shipped face has, each once, in order."""
    known = glyphs()
    return "".join(dict.fromkeys(c for c in text if not c.isspace() and ord(c) not in known))


def faults(figure: Figure) -> list[str]:
    """Everything wrong with the words of `figure`, one line each; empty if there is nothing."""
    words = "".join(text.get_text() for text in _visible_texts(figure))
    missing = missing_glyphs(words)
    boxes = text_boxes(figure)
    return [
        *(f"{one!r} overlaps {other!r}" for one, other in overlapping_text(boxes)),
        *(f"{text!r} runs over the edge" for text in clipped_text(figure, boxes)),
        *([f"no glyph for {missing!r}"] if missing else []),
    ]
