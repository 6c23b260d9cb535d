"""Reading a figure as a source prints it: its number, and how far it is rounded."""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"\d[\d,]*(?:\.(\d+))?|\.(\d+)")
_SCALE_WORDS = {
    "万亿": Decimal(10) ** 12, "千亿": Decimal(10) ** 11, "百亿": Decimal(10) ** 10,
    "十亿": Decimal(10) ** 9, "亿": Decimal(10) ** 8, "千万": Decimal(10) ** 7,
    "百万": Decimal(10) ** 6, "万": Decimal(10) ** 4, "千": Decimal(10) ** 3,
    "trillion": Decimal(10) ** 12, "billion": Decimal(10) ** 9, "bn": Decimal(10) ** 9,
    "million": Decimal(10) ** 6, "mn": Decimal(10) ** 6,
    "%": Decimal("0.01"), "成": Decimal("0.1"),
}  # fmt: skip


def scale_word(printed: str) -> Decimal | None:
    """The power of ten that a word after the number stands for (`亿`: 1e8), None without one."""
    match = _NUMBER.search(printed)
    rest = printed[match.end() :].lstrip(" 多余几") if match else ""
    for word, scale in _SCALE_WORDS.items():
        if rest.lower().startswith(word):
            return scale
    return None


def half_unit(printed: str) -> Decimal:
    """Half a unit in the last printed place, in the unit the number is printed in."""
    match = _NUMBER.search(printed)
    if match is None:
        return Decimal(0)
    places = len(match[1] or match[2] or "")
    return Decimal(5) * Decimal(10) ** -(places + 1)
