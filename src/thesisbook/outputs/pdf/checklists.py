"""Whether what a report must have stands where the checklists say: data/checklists/*.csv."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from thesisbook.data import Fault, read_checklists
from thesisbook.data.faults import nearest
from thesisbook.outputs.pdf.front_values import FrontValues
from thesisbook.outputs.pdf.markup import PdfError
from thesisbook.outputs.pdf.page import Page

__all__ = ["checklist_faults", "places_of", "refuse_vanished"]

FRONT, OWED = "front.", "Not made:"
LEAST_STANDING = 0.95
"""Share of what can be had that a report must have."""
KINDS = "an exhibit, page#anchor or front.<point>"


def places_of(page: Page, front: FrontValues | None) -> frozenset[str]:
    """Every place that a checklist may name: exhibits, pages and anchors, points of the front."""
    found = {str(tag["data-exhibit"]) for tag in page.root.find_all("figure", class_="exhibit")}
    for document in page.documents:
        found.add(document.stem)
        found |= {f"{document.stem}#{tag['id']}" for tag in document.section.find_all(id=True)}
    points: Mapping[str, str] = front.points if front is not None else {}
    found |= {FRONT + name for name, shown in points.items() if shown.strip()}
    if page.summary is not None:
        found |= {FRONT + name for name in ("title", "claims", "independence")}
    return frozenset(found)


def checklist_faults(root: Path, places: frozenset[str]) -> Iterator[Fault]:
    """A fault for each row of a checklist whose place is not in the book, and for each list of
    which too little stands."""
    for table in read_checklists(root).values():
        owed = sum(row.reason.startswith(OWED) for row in table.rows)
        share = 1 - owed / (owed + sum(bool(row.place) for row in table.rows) or 1)
        if share < LEAST_STANDING:
            message = (
                f"found {share:.0%} of what can be had; at least {LEAST_STANDING:.0%} is allowed"
            )
            yield Fault(table.file, 1, "place", message)
        for line, row in table:
            for place in filter(None, (part.strip() for part in row.place.split(";"))):
                if place not in places:
                    near = ", ".join(nearest(place, places))
                    hint = f"; nearest: {near}" if near else ""
                    message = f"found {place!r}, which the book does not have; {KINDS} is allowed"
                    yield Fault(table.file, line, "place", message + hint)


def refuse_vanished(root: Path, page: Page, front: FrontValues | None) -> None:
    """Raises PdfError, a line for each row of a checklist whose place is not in the book."""
    found = [str(fault) for fault in checklist_faults(root, places_of(page, front))]
    if found:
        raise PdfError("\n".join(found))
