"""Figures that are typed in a text, English or Chinese, in one form: `1.2万` is `12000`."""

from __future__ import annotations

import re
from calendar import month_name

MONTHS = {month_name[month]: str(month) for month in range(1, 13)}
SCALES = {"万": 4, "亿": 8, "万亿": 12, "千": 3, "thousand": 3, "million": 6, "billion": 9, "bn": 9}
SCALES |= {"mn": 6, "trillion": 12, "百万": 6, "十亿": 9}
_SCALE = "|".join(sorted(SCALES, key=len, reverse=True))
FIGURE = re.compile(
    rf"(?P<sign>(?<![A-Za-z\d])[\u2212+-](?=\d))?(?P<digits>\d[\d,]*(?:\.\d+)?)(?P<per>%|‰)?\s?(?P<scale>{_SCALE})?"
    r"(?P<tail>E|H[12]|Q[1-4])?"
)
NAME = re.compile(
    r"[A-Z][A-Za-z]*-?\d\w*(?:\.\d\w*)*|\d+(?!E\b)[A-Z][A-Za-z]*\d*\b|\d\d? ?(?:nm|纳米)", re.ASCII
)
MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b")
CHINESE_MONTH = re.compile(r"(?<!\d)(\d{1,2})月")


def figures(text: str) -> list[str]:
    """Figures and names with digits of a text, months as `month 6`."""
    found: list[str] = []

    def take(match: re.Match[str], said: str) -> str:
        found.append(said)
        return " "

    text = MONTH.sub(lambda one: take(one, f"month {MONTHS[one[0]]}"), text)
    text = CHINESE_MONTH.sub(lambda one: take(one, f"month {one[1]}"), text)
    text = NAME.sub(lambda one: take(one, one[0].replace("纳米", "nm").replace(" ", "")), text)
    for match in FIGURE.finditer(text):
        found.append(_plain(match))
    return found


def _plain(match: re.Match[str]) -> str:
    """The figure without separators, its scale multiplied out."""
    digits = match["digits"].replace(",", "")
    if match["scale"]:
        whole, _, part = digits.partition(".")
        zeros = SCALES[match["scale"]]
        part = part.ljust(zeros, "0")
        rest = part[zeros:].rstrip("0")
        digits = (whole + part[:zeros]).lstrip("0") + (f".{rest}" if rest else "")
    sign = "-" if match["sign"] in ("-", "\u2212") else ""
    return f"{sign}{digits}{match['per'] or ''}{match['tail'] or ''}"
