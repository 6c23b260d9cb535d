"""The grammar of periods: a year, half-year, quarter, month, day, range, or `na`."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

ALLOWED = "2025, 2025H1, 2025Q3, 2025-12, 2025-12-31, 2022-2024 or na"

_FORMS = re.compile(
    r"na"
    r"|(?P<y>\d{4})(H[12]|Q[1-4])?"
    r"|(?P<ym>\d{4})-(0[1-9]|1[0-2])"
    r"|(?P<day>\d{4}-\d{2}-\d{2})"
    r"|(?P<from>\d{4})-(?P<to>\d{4})(H[12])?",
    re.ASCII,
)


def is_period(text: str) -> bool:
    """Whether `text` is a period of the grammar; days must exist, ranges must run forward."""
    match = _FORMS.fullmatch(text)
    if match is None:
        return False
    if match["day"]:
        try:
            date.fromisoformat(match["day"])
        except ValueError:
            return False
    if match["from"]:
        return match["from"] < match["to"]
    return True


def last_day(text: str) -> str:
    """The last day of a year, month or day: 2026-12-31 of 2026, 2026-06-30 of 2026-06."""
    year, month, day = (*text.split("-"), "", "")[:3]
    month = month or "12"
    return f"{year}-{month}-{day or monthrange(int(year), int(month))[1]}"
