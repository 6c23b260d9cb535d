"""The grammar of periods: a year, half-year, quarter, month, day, range, or `na`."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

ALLOWED = "2025, 2025H1, 2025Q3, 2025-12, 2025-12-31, 2022-2024 or na"

FORMS = ("year", "half", "quarter", "month", "day", "range", "none")
_FORMS = re.compile(
    r"(?P<none>na)"
    r"|(?P<year>\d{4})"
    r"|(?P<half>\d{4}H[12])"
    r"|(?P<quarter>\d{4}Q[1-4])"
    r"|(?P<month>\d{4}-(0[1-9]|1[0-2]))"
    r"|(?P<day>\d{4}-\d{2}-\d{2})"
    r"|(?P<range>(?P<from>\d{4})-(?P<to>\d{4})(H[12])?)",
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


def form_of(text: str) -> str:
    """Which of FORMS a period is of: 2025H1 is a half."""
    match = _FORMS.fullmatch(text)
    named = (name for name in FORMS if match and match[name] is not None)
    return next(named, "none")


def last_day(text: str) -> str:
    """The last day of a year, month or day: 2026-12-31 of 2026, 2026-06-30 of 2026-06."""
    year, month, day = (*text.split("-"), "", "")[:3]
    month = month or "12"
    return f"{year}-{month}-{day or monthrange(int(year), int(month))[1]}"


def span(text: str) -> tuple[date, date] | None:
    """The first and last day of a period, or None for `na`."""
    first, *rest = re.findall(r"\d{4}", text) or [""]
    if not first:
        return None
    year = int(first)
    if match := re.fullmatch(r"\d{4}([HQ])(\d)", text):
        months = 6 if match[1] == "H" else 3
        return _months(year, months * int(match[2]) - months + 1, months)
    if re.fullmatch(r"\d{4}-\d{2}", text):
        return _months(year, int(text[5:]), 1)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return date.fromisoformat(text), date.fromisoformat(text)
    last = int(rest[0]) if rest else year
    return date(year, 1, 1), _months(last, 1, 6 if text.endswith("H1") else 12)[1]


def _months(year: int, first: int, count: int) -> tuple[date, date]:
    after = date(year + (first + count > 12), (first + count - 1) % 12 + 1, 1)
    return date(year, first, 1), after - timedelta(days=1)
