"""Read a shown number back, English or Chinese: what it says, in one unit, and how exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from thesisbook.provenance.chinese_figures import SCALES

#: What stands around the digits, in both languages, and the measure that it names.
UNITS = {
    "%": ("share", 0.01),
    "pp": ("points", 1),
    "个百分点": ("points", 1),
    "bp": ("basis points", 1),
    "个基点": ("basis points", 1),
    "x": ("times", 1),
    "倍": ("times", 1),
    "shares": ("shares", 1),
    "股": ("shares", 1),
    "day": ("days", 1),
    "天": ("days", 1),
    "month": ("months", 1),
    "个月": ("months", 1),
    "year": ("years", 1),
    "年": ("years", 1),
}
SIGNS = "\u2212-"
SHOWN = re.compile(
    r"(?P<sign>[\u2212+-]?)\s*(?P<before>[A-Z]{3})?\s*(?P<digits>\d[\d,]*(?:\.\d+)?)\s*(?P<after>\S.*)?"
)
CHINESE_DAY = re.compile(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?")


@dataclass(frozen=True)
class Said:
    """A value in base units, half of its last digit, and its measure."""

    value: float
    within: float
    measure: str

    def agrees(self, other: Said) -> bool:
        """Whether both may show one number: within the rounding of the coarser."""
        near = abs(self.value - other.value) <= (self.within + other.within) * (1 + 1e-9)
        return near and self.measure == other.measure


def read_back(shown: str, currencies: dict[str, str]) -> Said | None:
    """What `shown` says; None for words. `currencies` has codes by what is written for them."""
    if day := _day(shown):
        return Said(float(day), 0.0, "day")
    match = SHOWN.fullmatch(shown.strip())
    if match is None:
        return None
    digits = match["digits"].replace(",", "")
    within = 0.5 * 10.0 ** -len(digits.partition(".")[2])
    scale, measure = 1.0, currencies.get(match["before"] or "", match["before"] or "")
    after = (match["after"] or "").strip()
    for word in sorted(SCALES, key=len, reverse=True):
        if after.startswith(word):
            scale, after = 10.0 ** SCALES[word], after[len(word) :].strip()
            break
    if after in currencies:
        measure = currencies[after]
    elif after:
        named = after.removesuffix("s") if after not in UNITS else after
        if named not in UNITS:
            return None
        measure, factor = UNITS[named]
        scale *= factor
    sign = -1.0 if match["sign"] and match["sign"] in SIGNS else 1.0
    return Said(sign * float(digits) * scale, within * scale, measure)


def _day(shown: str) -> int | None:
    if match := CHINESE_DAY.fullmatch(shown):
        year, month, day = (int(part or 1) for part in match.groups())
        return datetime(year, month, day).toordinal()
    for form in ("%d %B %Y", "%B %Y"):
        try:
            return datetime.strptime(shown, form).toordinal()
        except ValueError:
            continue
    return None
