"""Renew the baselines of the chart kinds and show old beside new in one page.

    make pictures        writes the changed baselines and _build/pictures.html

A baseline is a list of what is drawn; the page draws both lists again, so that a person sees what
changed. Nothing is written where nothing changed.
"""

from __future__ import annotations

import re
import sys
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from exhibits.gallery import GALLERY
from exhibits.test_pictures import pages
from thesisbook.exhibits import theme

HERE = Path(__file__).parent / "test_pictures"
PAGE = Path(__file__).parents[2] / "_build" / "pictures.html"


def colour(paint: str) -> str:
    """The light colour of a role; a colour that is none stays."""
    return theme.ROLES[paint][0] if paint in theme.ROLES else paint


def sketch(listing: str) -> str:
    """The listing drawn again as a plain SVG."""
    out = []
    size = "0 0 500 300"
    for row in listing.splitlines():
        what, _, rest = row.partition(" ")
        if what == "size":
            size = "0 0 " + rest.replace(" x ", " ")
        elif what == "box":
            paint, x, y, wide, _, tall = rest.split()
            out.append(
                f'<rect x="{x}" y="{y}" width="{wide}" height="{tall}" fill="{colour(paint)}"/>'
            )
        elif what == "line":
            paint, *points = rest.replace(" dashed", "").split()
            out.append(
                f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour(paint)}"/>'
            )
        elif what == "point":
            paint, place = rest.split()
            x, y = place.split(",")
            out.append(f'<circle cx="{x}" cy="{y}" r="4" fill="{colour(paint)}"/>')
        elif match := re.fullmatch(r"([-\d.]+),([-\d.]+) (.*)", rest):
            x, y, text = match.groups()
            out.append(f'<text x="{x}" y="{y}" font-size="9">{escape(text)}</text>')
    return f'<svg viewBox="{size}" width="500" font-family="sans-serif">{"".join(out)}</svg>'


def main() -> int:
    """Write what changed and the page; returns 0."""
    shown = []
    for kind in GALLERY:
        for page, drawing in pages(kind).items():
            path = HERE / f"test_looks_as_it_did_{page}_{kind}_.txt"
            old = path.read_text(encoding="utf-8") if path.exists() else ""
            new = drawing.listing()
            if new != old:
                shown.append((f"{kind}, {page}", old, new))
                path.write_text(new, encoding="utf-8")
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{sketch(old) if old else 'new'}</td>"
        f"<td>{sketch(new)}</td></tr>"
        for name, old, new in shown
    )
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(
        '<!doctype html><meta charset="utf-8"><title>Pictures, old and new</title>'
        f"<table border><tr><th>Picture</th><th>Kept</th><th>Now</th></tr>{rows}</table>",
        encoding="utf-8",
    )
    print(f"{len(shown)} of {2 * len(GALLERY)} pictures changed; see {PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
