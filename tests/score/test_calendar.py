"""The calendar: stakes of its events, and a file that other calendars read."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from thesisbook.data import Dataset
from thesisbook.data.ledger_rows import CalendarRow
from thesisbook.score.actions import Effects
from thesisbook.score.events import OCTETS, Event, calendar_of, events, folded, ics
from thesisbook.score.ledger import Ledger

ON = "2026-10-09"


@pytest.fixture(scope="module")
def text(dataset: Dataset) -> str:
    return calendar_of(dataset, ON)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def entries(text: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for line in unfolded(text):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found:
            found[-1].setdefault(name, value)
    return found


def test_lines_are_folded_and_end_as_the_standard_says(text: str) -> None:
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= OCTETS for line in text.split("\r\n"))
    assert any(line.startswith(" ") for line in text.split("\r\n"))


def test_each_event_of_the_data_is_in_the_file(dataset: Dataset, text: str) -> None:
    found = {entry["UID"]: entry for entry in entries(text)}
    assert len(found) == len(dataset.calendar) == len(entries(text))
    for row in dataset.calendar:
        entry = found[f"{row.id}@{dataset.company['entity']}.thesisbook"]
        assert entry["DTSTART;VALUE=DATE"] == row.first.replace("-", "")
        after = date.fromisoformat(row.last or row.first) + timedelta(days=1)
        assert entry["DTEND;VALUE=DATE"] == after.strftime("%Y%m%d")
        assert entry["SUMMARY"].replace("\\", "") == row.name_en


def test_the_same_edition_gives_the_same_file(dataset: Dataset, text: str) -> None:
    assert calendar_of(dataset, ON) == text
    assert {entry["DTSTAMP"] for entry in entries(text)} == {"20261009T000000Z"}


def test_the_stake_is_that_of_the_forecast(dataset: Dataset) -> None:
    ledger = Ledger(dataset, ON)
    effects = Effects(ledger)
    found = {event.row.id: event for event in events(ledger, effects)}
    for name, event in found.items():
        if event.row.forecast:
            row = ledger[event.row.forecast].row
            assert event.up == effects.of(row.up_action, row.edition), name
            assert event.down == effects.of(row.down_action, row.edition), name
    assert found["br20x_deadline"].up == pytest.approx(3.5, abs=0.05)
    assert found["br20x_deadline"].down == pytest.approx(-2.9, abs=0.05)
    assert found["peer_unlocks"].up == pytest.approx(2.6, abs=0.07)
    assert found["index_review"].up is None


def test_what_has_passed_is_left_out_and_a_window_stays_to_its_end(dataset: Dataset) -> None:
    ledger = Ledger(dataset, "2026-10-19")
    left = {event.row.id for event in events(ledger, Effects(ledger))}
    assert "completion_october" in left
    ledger = Ledger(dataset, "2026-10-20")
    left = {event.row.id for event in events(ledger, Effects(ledger))}
    assert "completion_october" not in left


def test_folding_cuts_no_character() -> None:
    line = "SUMMARY:" + "第三季度报告，" * 20
    parts = list(folded(line))
    assert all(len(part.encode()) <= OCTETS for part in parts)
    assert all(len(part.encode()) > OCTETS - 3 for part in parts[:-1]), "each is full"
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == line
    assert OCTETS == 75, "RFC 5545, section 3.1"
    assert [len(part) for part in folded("x" * 150)] == [75, 75, 2]


def test_marks_of_the_format_are_escaped() -> None:
    row = CalendarRow(
        id="x",
        name_en="Results; first, half",
        name_zh="x",
        first="2027-01-01",
        last="",
        source="a\\b",
        forecast="",
        up_action="",
        down_action="",
        note="",
    )
    text = ics([Event(row, 1.25, None)], "A, B", "acme", ON, "HKD")
    assert "SUMMARY:Results\\; first\\, half" in unfolded(text)
    assert "DESCRIPTION:At stake on the target: HKD +1.2. Source: a\\\\b." in unfolded(text)
    assert "X-WR-CALNAME:A\\, B" in unfolded(text)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"last": "2026-12-31"}, "a day from 2027-01-01 on is allowed"),
        ({"forecast": "x", "up_action": "fx=1"}, "actions of a forecast or of the event"),
    ],
    ids=str,
)
def test_what_an_event_refuses(cells: dict[str, str], message: str) -> None:
    row = dict.fromkeys(CalendarRow.model_fields, "") | {
        "id": "x",
        "name_en": "x",
        "name_zh": "x",
        "first": "2027-01-01",
        "source": "x",
    }
    with pytest.raises(ValueError, match=message):
        CalendarRow.model_validate({**row, **cells})
