"""Reads a drawn SVG back: boxes, points, lines and words with their place and colour."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from lxml import etree

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
BACKGROUND = {"none", None}


@dataclass(frozen=True)
class Box:
    """An upright rectangle in points; y grows downwards. `paint` is its colour or role."""

    left: float
    top: float
    right: float
    bottom: float
    paint: str
    opacity: float = 1.0

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True)
class Word:
    """Written words; `look` is their size in points, weight, colour and slope."""

    x: float
    y: float
    text: str
    look: str = ""


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    paint: str
    size: float = 0.0


@dataclass(frozen=True)
class Line:
    points: tuple[tuple[float, float], ...]
    paint: str
    dashed: bool
    width: float = 1.0


class Drawing:
    """What an SVG of the report shows."""

    def __init__(self, svg: str) -> None:
        self.root = etree.fromstring(svg.encode())

    def _elements(self, tag: str) -> list[etree._Element]:
        return [
            element
            for element in self.root.iter(f"{{*}}{tag}")
            if next(element.iterancestors("{*}defs"), None) is None
        ]

    @staticmethod
    def _corners(path: etree._Element) -> list[tuple[float, float]]:
        numbers = [float(n) for n in NUMBER.findall(path.get("d", ""))]
        return list(zip(numbers[::2], numbers[1::2], strict=True))

    @staticmethod
    def _paint(element: etree._Element, kind: str) -> str:
        for name in element.get("class", "").split():
            if name.startswith(f"{kind[0]}-"):
                return name[2:]
        return element.get(kind) or "none"

    @cached_property
    def boxes(self) -> list[Box]:
        """Filled rectangles inside the axes: the marks of bars, cells and plans."""
        found = []
        for path in self._elements("path"):
            corners = self._corners(path)
            if path.get("fill") in BACKGROUND or "clip-path" not in path.attrib:
                continue
            if path.get("d", "").count("L") == 3 and path.get("d", "").rstrip().endswith("z"):
                xs, ys = zip(*corners, strict=True)
                paint = self._paint(path, "fill")
                clear = float(path.get("opacity", 1)) * float(path.get("fill-opacity", 1))
                found.append(Box(min(xs), min(ys), max(xs), max(ys), paint, clear))
        return found

    @cached_property
    def lines(self) -> list[Line]:
        """Open lines inside the axes, grid and axes included."""
        return [
            Line(
                tuple(self._corners(path)),
                self._paint(path, "stroke"),
                "stroke-dasharray" in path.attrib,
                float(path.get("stroke-width", 1)),
            )
            for path in self._elements("path")
            if path.get("fill") == "none" and path.get("stroke") and "clip-path" in path.attrib
        ]

    @cached_property
    def _sizes(self) -> dict[str, float]:
        """How wide each shape is that a mark may have, by its id."""
        shapes = [path for path in self.root.iter("{*}path") if path.get("id")]
        across = {path.get("id"): [x for x, _ in self._corners(path)] for path in shapes}
        return {name: max(xs) - min(xs) for name, xs in across.items()}

    @cached_property
    def points(self) -> list[Point]:
        """Round marks; the small strokes of an axis are none."""
        marks = [
            Point(
                float(use.get("x")),
                float(use.get("y")),
                self._paint(use, "fill"),
                self._sizes[use.get("href", "#").removeprefix("#")],
            )
            for use in self._elements("use")
        ]
        return [mark for mark in marks if mark.paint != "grid"]

    @cached_property
    def words(self) -> list[Word]:
        """Written words; several lines of one label are joined."""
        found = []
        for text in self._elements("text"):
            written = "".join(text.itertext()).strip()
            place = NUMBER.findall(text.get("transform", ""))
            x, y = text.get("x"), text.get("y")
            if x is None and len(place) >= 2:
                x, y = place[0], place[1]
            if written:
                turned = (place or ["0"])[0] if "rotate" in text.get("transform", "") else "0"
                look = [text.get("font-size", "").removesuffix("px"), text.get("font-weight", "")]
                look += [self._paint(text, "fill"), f"turned {turned}" * (float(turned) != 0)]
                found.append(
                    Word(float(x or 0), float(y or 0), written, " ".join(filter(None, look)))
                )
        return found

    def listing(self) -> str:
        """A line for each thing drawn, for a baseline that a person can read."""
        rows = [f"size {self.root.get('width')} x {self.root.get('height')}"]
        rows += [
            f"box {b.paint}{f' {b.opacity:g}' * (b.opacity != 1)} {b.left:.1f} {b.top:.1f} "
            f"{b.width:.1f} x {b.height:.1f}"
            for b in self.boxes
        ]
        for line in self.lines:
            at = " ".join(f"{x:.1f},{y:.1f}" for x, y in line.points[:40])
            dashed = " dashed" if line.dashed else ""
            rows.append(f"line {line.paint} {line.width:g}{dashed} {at}")
        rows += [f"point {p.paint} {p.size:.1f} {p.x:.1f},{p.y:.1f}" for p in self.points]
        rows += [f"word ({w.look}) {w.x:.1f},{w.y:.1f} {w.text}" for w in self.words]
        return "\n".join(rows) + "\n"


def on_one_scale(places: list[float], values: list[float], slack: float = 0.35) -> float:
    """Points for each unit of value, if `places` lie on one straight scale; else AssertionError."""
    assert len(places) == len(values) >= 2, (len(places), len(values))
    given, drawn = np.asarray(values, dtype=float), np.asarray(places, dtype=float)
    slope, start = np.polyfit(given, drawn, 1)
    off = np.abs(start + slope * given - drawn)
    assert off.max() <= slack, f"{off.max():.2f} points off the scale at {int(off.argmax())}"
    return float(slope)
