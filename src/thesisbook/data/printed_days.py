"""Read days and months as sources print them: in English, Chinese or figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?(?!\d)"
_FORMS = tuple(
    re.compile(rf"(?<![\d.]){form}", re.ASCII | re.IGNORECASE)
    for form in (
        r"(?:(?P<y>\d{4})\s?年\s?)?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?[日号]?(?!\d)",
        r"(?P<y>\d{4})([/.-])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?!\d)",
        rf"{_DAY}\s(?:of\s)?{_NAME},?(?:\s(?P<y>\d{{4}}))?",
        rf"{_NAME}\s{_DAY}(?:,?\s(?P<y>\d{{4}}))?",
    )
)
# Countries differ in the order of day and month; the value of the row decides.
_SLASHES = re.compile(r"(?<![\d.])(\d{1,2})([/.])(\d{1,2})(?:\2(\d{4}))?(?![\d/])", re.ASCII)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)", re.ASCII)
_MONTH = re.compile(r"(?P<y>\d{4})\s?(?:年\s?(?P<m>\d{1,2})\s?月|-(?P<m2>\d\d))", re.ASCII)
_NAMED_MONTH = re.compile(rf"{_NAME}\s(?P<y>\d{{4}})", re.ASCII | re.IGNORECASE)


def prints_day(text: str, day: date) -> bool:
    """Whether `text` prints `day`; other words may stand beside it, another year may not.

    The year may be left out, or stand anywhere in the text.
    """
    years = {int(year) for year in _YEAR.findall(text)}
    if years - {day.year}:
        return False
    return (day.month, day.day) in set(_days(text))


def _days(text: str) -> Iterator[tuple[int, int]]:
    """Every (month, day) that `text` can be read as."""
    for form in _FORMS:
        for match in form.finditer(text):
            found = match.groupdict()
            name = found.get("name")
            month = _MONTHS.index(name.lower()) + 1 if name else int(found["m"])
            yield month, int(found["d"])
    for first, dot, second, year in _SLASHES.findall(text):
        if dot == "." and not year:
            continue  # 1.2 is a number, 1.2.3 a version
        yield int(first), int(second)
        yield int(second), int(first)


def printed_month(text: str) -> str:
    """The month, as 2025-07, of a text that is nothing but a month; else nothing."""
    text = text.strip()
    if match := _MONTH.fullmatch(text):
        return f"{match['y']}-{int(match['m'] or match['m2']):02}"
    if match := _NAMED_MONTH.fullmatch(text):
        return f"{match['y']}-{_MONTHS.index(match['name'].lower()) + 1:02}"
    return ""
