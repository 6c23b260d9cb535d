"""What a person sees of a page: colours of pixels, not rules of a style sheet."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

EDGE = 16  # left out at the sides of a panel: round corners, a line around it
# Stripes over the whole page, under whatever lies on top of it.
STRIPES = """() => {
  const sheet = document.createElement("div");
  sheet.id = "stripes";
  sheet.style.cssText = "position: fixed; inset: 0; z-index: 1000";
  sheet.style.background = "repeating-linear-gradient(45deg, #f0f 0 9px, #ff0 9px 18px)";
  document.body.append(sheet);
}"""
LETTERS = "mmmmmmmm"


def pixels(page: Any, locator: Any, inset: int = 0) -> np.ndarray:
    """The part of the view that `locator` takes up, as red, green, blue from 0 to 255."""
    box, view = locator.bounding_box(), page.viewport_size
    left, top = max(box["x"], 0) + inset, max(box["y"], 0) + inset
    right = min(box["x"] + box["width"], view["width"]) - inset
    bottom = min(box["y"] + box["height"], view["height"]) - inset
    clip = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    shot = page.screenshot(clip=clip)
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)


def shows_through(page: Any, panel: Any) -> bool:
    """Whether what lies under the panel changes what is seen of the panel."""
    before = pixels(page, panel, EDGE)
    page.evaluate(STRIPES)
    after = pixels(page, panel, EDGE)
    page.evaluate("() => document.getElementById('stripes').remove()")
    return bool((np.abs(before - after) > 2).any())


def luminance(colours: np.ndarray) -> np.ndarray:
    """Relative luminance of WCAG."""
    part = colours / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def background(seen: np.ndarray) -> np.ndarray:
    """The colour that most pixels have."""
    colours, counts = np.unique(seen.reshape(-1, 3), axis=0, return_counts=True)
    return colours[counts.argmax()]


def contrast(seen: np.ndarray) -> float:
    """Between the commonest colour and the one that stands out most from it."""
    ground = float(luminance(background(seen)))
    inks = luminance(seen.reshape(-1, 3))
    ratios = (np.maximum(inks, ground) + 0.05) / (np.minimum(inks, ground) + 0.05)
    return float(ratios.max())


def first_letter(page: Any, field: Any) -> float:
    """Where typed letters begin, in pixels from the left of the page."""
    field.fill(" " * len(LETTERS))
    empty = pixels(page, field, 4)
    field.fill(LETTERS)
    full = pixels(page, field, 4)
    changed = (np.abs(empty - full) > 40).any(axis=(0, 2))
    assert changed.any(), "nothing is seen of what was typed"
    return field.bounding_box()["x"] + 4 + float(changed.argmax())
