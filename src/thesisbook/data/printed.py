"""Read a figure as a source prints it: its number, scale and rounding.

The forms are a closed list: a qualifier (`约`, `over`), a currency, a sign, digits or a Chinese
numeral, a scale word (`亿`, `bn`, `%`), a unit word, or two such numbers as a range. Anything else
is refused, so that a printed string and the value beside it cannot drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from math import prod

from thesisbook.data.unit_words import UNIT_WORDS, currency_words, size_of

ALLOWED = "a number as in '1,034.6', '约10.4亿元', '-11.2%', '17.00至19.60港元' or '二十'"

_E = Decimal(10)
_SCALES = {
    "万亿": _E**12,
    "千亿": _E**11,
    "百亿": _E**10,
    "十亿": _E**9,
    "亿": _E**8,
    "億": _E**8,
    "千万": _E**7,
    "百万": _E**6,
    "百萬": _E**6,
    "万": _E**4,
    "萬": _E**4,
    "千": _E**3,
    "trillion": _E**12,
    "billion": _E**9,
    "million": _E**6,
    "thousand": _E**3,
    "tn": _E**12,
    "bn": _E**9,
    "mn": _E**6,
    "T": _E**12,
    "B": _E**9,
    "M": _E**6,
    "m": _E**6,
    "k": _E**3,
    "K": _E**3,
    "percentage points": _E**-2,
    "per cent": _E**-2,
    "percent": _E**-2,
    "百分点": _E**-2,
    "%": _E**-2,
    "％": _E**-2,
    "成": _E**-1,
}


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_OVER = (
    *_words("超过 超過 超 逾 突破 至少 不少于 不低于 高于 大于 达到 多达"),
    *_words("over above exceeding >= > ≥"),
    "more than",
    "at least",
)
_UNDER = (
    *_words("不足 不到 不超过 不超過 小于 低于 少于 最高逼近 逼近 近 最多"),
    *_words("nearly almost under below <= < ≤"),
    "up to",
    "less than",
    "at most",
)
_ABOUT = (
    *_words("大约 约 約 最高 达 为 共 第 ±"),
    *_words("approximately approx. around about some circa c. ~"),
)
_AFTER = (*_words("以上 多 余 餘 左右 以内 以下 +"), "or more", "or less")


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_CHINESE = "零〇一二两三四五六七八九十百"
_ONE = rf"(?P<digits>\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.(?P<decimals>\d+))?|(?P<words>[{_CHINESE}]+)"
_SIGN = r"(?P<sign>[-−–+↑↓])?"
_QUALIFIERS = rf"(?:(?:{_any(_OVER + _UNDER + _ABOUT)})\s?)*"
_RANGE = re.compile(r"\s?(?:至|到|–|—|~|～|\bto\b)\s?|(?<=[\d%])-(?=\d)")
_DIGITS = {**{c: n for n, c in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}


@cache
def _form() -> re.Pattern[str]:
    """The form of one printed number, with every word that may stand around it."""
    money = _any(currency_words())
    return re.compile(
        rf"(?P<qualifier>{_QUALIFIERS})(?P<open>\()?(?P<currency>{money})?\s?{_SIGN}"
        rf"(?P<currency2>{money})?\s?(?P<inner>{_QUALIFIERS})(?:{_ONE})"
        rf"\s?(?P<more>[多余餘几])?\s?(?P<scale>{_any(_SCALES)})?(?P<more2>[多余餘])?"
        rf"\s?(?P<unit>{money}|{_any(UNIT_WORDS)})?\s?(?P<after>{_any(_AFTER)})?(?P<close>\))?",
        re.ASCII,
    )


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed number: `number` times `scale` (None where no word has a size) is the quantity.

    `half` is half a unit in the last printed place, in units of `number`. `bound` is over, under
    or empty: whether the print only says that the quantity lies above or below. `words` are the
    words of currency, scale and unit.
    """

    number: Decimal
    half: Decimal
    scale: Decimal | None
    bound: str
    words: tuple[str, ...]

    @property
    def significant_step(self) -> Decimal:
        """One unit in the last non-zero place: 10 for 30, 0.1 for 2.5."""
        return Decimal(10) ** int(self.number.normalize().as_tuple().exponent)


@cache
def read_printed(text: str) -> tuple[Printed, ...]:
    """The number a printed string holds, or the two ends of the range it holds.

    Raises ValueError for a form that is not in the closed list.
    """
    whole = _read_one(text)
    if whole is not None:
        return (whole,)
    ends = _RANGE.split(text)
    if len(ends) == 2:
        low, high = _read_one(ends[0]), _read_one(ends[1])
        if low is not None and high is not None:
            if not low.words:  # 17 to 19.6 HKD: the currency holds for both ends
                low = replace(low, scale=high.scale, words=high.words)
            return (low, high)
    raise ValueError(f"not a printed number; allowed: {ALLOWED}")


def _read_one(text: str) -> Printed | None:
    match = _form().fullmatch(text)
    if match is None or (match["open"] is None) != (match["close"] is None):
        return None
    if match["words"]:
        number, places = _chinese(match["words"]), 0
    else:
        decimals = match["decimals"] or ""
        number = Decimal(f"{match['digits'].replace(',', '')}.{decimals or '0'}")
        places = len(decimals)
    if match["open"] or match["sign"] in ("-", "−", "–", "↓"):
        number = -number
    half = Decimal(5) * _E ** -(places + 1)
    found = (match[name] for name in ("currency", "currency2", "scale", "unit"))
    words = tuple(word for word in found if word)
    sizes = [size for word in words if (size := _SCALES.get(word) or size_of(word)) is not None]
    return Printed(
        number, half, prod(sizes, start=Decimal(1)) if sizes else None, _bound(match), words
    )


def _bound(match: re.Match[str]) -> str:
    qualifier = (match["qualifier"] + match["inner"]).strip()
    if qualifier.endswith(_UNDER) or match["after"] in ("以内", "以下", "or less"):
        return "under"
    if match["more"] or match["more2"] or qualifier.endswith(_OVER):
        return "over"
    return "over" if match["after"] in ("以上", "多", "余", "餘", "or more", "+") else ""


def _chinese(word: str) -> Decimal:
    """A Chinese numeral below a thousand: 两 is 2, 十六 is 16, 三百二十 is 320."""
    total, digit = 0, 0
    for character in word:
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[character]
    return Decimal(total + digit)
