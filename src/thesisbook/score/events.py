"""The calendar: what comes when, what it may do to the target, and a file for other calendars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from thesisbook.data.ledger_rows import CalendarRow
from thesisbook.score.actions import Effects
from thesisbook.score.ledger import Ledger

if TYPE_CHECKING:
    from thesisbook.data import Dataset

OCTETS = 75


@dataclass(frozen=True)
class Event:
    """An event with what is at stake both ways, per share in the trading currency, if anything."""

    row: CalendarRow
    up: float | None
    down: float | None

    @property
    def last(self) -> str:
        """The last day of the window, or the day itself."""
        return self.row.last or self.row.first


def events(ledger: Ledger, effects: Effects) -> list[Event]:
    """The events from the ledger's day on, by day. Raises ParameterError for a wrong action."""
    rows = {row.id: row for row in ledger.dataset.forecasts}
    found = []
    for event in ledger.dataset.calendar:
        actor = rows[event.forecast] if event.forecast else event
        edition = getattr(actor, "edition", "")
        stakes = (effects.of(text, edition) for text in (actor.up_action, actor.down_action))
        found.append(Event(event, *stakes))
    coming = (event for event in found if event.last >= ledger.on)
    return sorted(coming, key=lambda event: (event.row.first, event.last))


def calendar_of(dataset: Dataset, on: str | None = None) -> str:
    """The calendar of a data set as an iCalendar file, from the edition's day on."""
    ledger = Ledger(dataset, on)
    company = dataset.company
    found = events(ledger, Effects(ledger))
    names = company["name"]["en"], company["entity"], ledger.on
    return ics(found, *names, company["currencies"]["trading"])


def ics(found: list[Event], name: str, entity: str, stamp: str, currency: str) -> str:
    """The events as an iCalendar file (RFC 5545): whole days, folded lines, ids that stay.

    `stamp` is the day of the edition, so that the same edition gives the same file. Written here
    and not by a library: the subset is a dozen properties, and a library would be a further
    pinned dependency of every build.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//thesisbook//calendar//EN"]
    lines += ["CALSCALE:GREGORIAN", f"X-WR-CALNAME:{_text(name)}"]
    for event in found:
        after = date.fromisoformat(event.last) + timedelta(days=1)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.row.id}@{entity}.thesisbook",
            f"DTSTAMP:{_day(stamp)}T000000Z",
            f"DTSTART;VALUE=DATE:{_day(event.row.first)}",
            f"DTEND;VALUE=DATE:{_day(after.isoformat())}",
            f"SUMMARY:{_text(event.row.name_en)}",
            f"DESCRIPTION:{_text(_said(event, currency))}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{part}\r\n" for line in (*lines, "END:VCALENDAR") for part in folded(line))


def _said(event: Event, currency: str) -> str:
    stakes = " / ".join(f"{v:+.1f}" for v in (event.up, event.down) if v is not None)
    at_stake = f"At stake on the target: {currency} {stakes}. " if stakes else ""
    return f"{at_stake}Source: {event.row.source}." + (
        f" {event.row.note}" if event.row.note else ""
    )


def _day(text: str) -> str:
    return text.replace("-", "")


def _text(text: str) -> str:
    """Text as a property holds it: backslash, comma, semicolon and line break escaped."""
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", "\\n")


def folded(line: str) -> Iterator[str]:
    """A content line in parts of at most 75 octets; each part after the first begins with a blank.

    No character is cut.
    """
    part = ""
    for character in line:
        if len((part + character).encode()) > OCTETS:
            yield part
            part = " "
        part += character
    yield part
