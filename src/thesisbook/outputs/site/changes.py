"""CHANGELOG.md as a feed, and the last change of a page."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from thesisbook.outputs.site.pages import Edition

HEADING = re.compile(r"^## +(?P<title>.+?) *$", re.MULTILINE)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
BULLET = re.compile(r"^[*-] +(?P<text>.+(?:\n {2,}.+)*)", re.MULTILINE)
FIRST = "0001-01-01"


@dataclass(frozen=True)
class Change:
    """One heading of the change log with its points."""

    title: str
    date: str
    points: tuple[str, ...]


def read(path: Path) -> list[Change]:
    """The changes in the file at `path`, in its order (newest first); none if there is no file."""
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8")
    parts = HEADING.split(text)[1:]
    found = []
    for title, body in zip(parts[::2], parts[1::2], strict=True):
        date = DATE.search(title)
        points = tuple(_plain(match["text"]) for match in BULLET.finditer(body))
        found.append(Change(_plain(title), date[0] if date else "", points))
    return found


def _plain(markdown: str) -> str:
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", markdown)
    return re.sub(r"\s+", " ", re.sub(r"[*`_]{1,2}(\S[^*`]*)[*`_]{1,2}", r"\1", text)).strip()


def last(log: Sequence[Change], page: str) -> str:
    """The newest change that names the page (by its file name), or else the newest of all."""
    if not log:
        return ""
    stem = page.rsplit("/", 1)[-1].removesuffix(".html")
    words = {stem, stem.partition("_")[2].replace("_", " ")} - {""}
    for change in log:
        for point in change.points:
            if any(re.search(rf"\b{re.escape(word)}\b", point, re.IGNORECASE) for word in words):
                return html.escape(f"{change.title}: {point}")
    first = log[0].points[0] if log[0].points else ""
    return html.escape(f"{log[0].title}: {first}" if first else log[0].title)


def feed(log: Sequence[Change], book: Edition) -> str:
    """An Atom feed of the change log; dates are those written there, never the clock's."""
    dates = [change.date for change in log if change.date] or [book.date or FIRST]
    name = html.escape(f"{book.title}: changes")
    key = html.escape(book.ticker or book.name or "report")
    entries = []
    for index, change in enumerate(log):
        points = "".join(f"<li>{html.escape(point)}</li>" for point in change.points)
        entries.append(
            f"  <entry>\n    <id>urn:thesisbook:{key}:change:{len(log) - index}</id>\n"
            f"    <title>{html.escape(change.title)}</title>\n"
            f"    <updated>{change.date or max(dates)}T00:00:00Z</updated>\n"
            f'    <link href="index.html"/>\n'
            f'    <content type="html">{html.escape(f"<ul>{points}</ul>")}</content>\n  </entry>\n'
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"  <id>urn:thesisbook:{key}:changes</id>\n  <title>{name}</title>\n"
        f"  <updated>{max(dates)}T00:00:00Z</updated>\n"
        f"  <author><name>{html.escape(book.name or 'the authors')}</name></author>\n"
        f'  <link rel="self" href="feed.xml"/>\n{"".join(entries)}</feed>\n'
    )
