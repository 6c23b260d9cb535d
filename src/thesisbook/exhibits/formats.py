"""How a value becomes text: the closed list of formats for prose, tables and figures.

A code is a kind and a number of decimals (`pct1`, plain `0`), with `+` before it for a sign that
always shows. Money is the code of a currency in small letters, with or without `_mn`, `_bn`, `_tn`.
Values are canonical: money in millions, ratios as decimals. Chinese writes large amounts and counts
in 10^4 and 10^8, never in thousands, millions or billions.
"""

from __future__ import annotations

import math
import re
from datetime import date

from thesisbook.data.currencies import SCALE_WORDS, money
from thesisbook.data.units import is_currency

MINUS = "\u2212"

# kind: (factor, text before, text after), then the same for Chinese where the words differ
KINDS: dict[str, tuple[float, str, str]] = {
    "": (1, "", ""),
    "pct": (100, "", "%"),
    "pp": (100, "", " pp"),
    "bps": (10_000, "", " bp"),
    "x": (1, "", "x"),
    "bn": (0.001, "", ""),  # millions shown in billions, without a unit
    "tn": (0.000001, "", ""),
    "shares_mn": (1, "", " mn shares"),
    "count": (1, "", ""),
    "count_mn": (0.000001, "", " mn"),  # a count shown in millions
    "days": (1, "", " days"),
    "months": (1, "", " months"),
    "years": (1, "", " years"),
}
_CHINESE: dict[str, tuple[float, str, str]] = {
    "pp": (100, "", "个百分点"),
    "bps": (10_000, "", "个基点"),
    "x": (1, "", "倍"),
    "shares_mn": (1, "", "百万股"),
    "days": (1, "", "天"),
    "months": (1, "", "个月"),
    "years": (1, "", "年"),
}
_MONEY = re.compile(r"([a-z]{3})(_mn|_bn|_tn)?", re.ASCII)
_CODE = re.compile(r"(\+?)([a-z_]*?)(\d)$", re.ASCII)
# Kinds that Chinese counts in 10^4 or 10^8. English shows the value times the factor, which is a
# figure in millions times ten to the power: 0.001 and 3 for billions of a value in millions.
_LARGE = {"_mn": (1, 0), "_bn": (0.001, 3), "shares_mn": (1, 0), "count_mn": (0.000001, 0)}
_WORDLESS = ("year", "date", "month", "text")


class FormatError(ValueError):
    """A format code that is not in the list, or a value that it cannot show."""


def is_format(code: str) -> bool:
    """Whether `code` is in the closed list."""
    if code in _WORDLESS:
        return True
    if code.startswith("words:"):
        return 2 <= len(code.removeprefix("words:").split("|")) <= 3
    match = _CODE.match(code)
    return match is not None and (match[2] in KINDS or _currency(match[2]) is not None)


def _currency(kind: str) -> tuple[str, str] | None:
    """The currency and scale that a kind of format names; None where it is not of money."""
    match = None if kind in KINDS else _MONEY.fullmatch(kind)
    if match is None or not is_currency(match[1].upper()):
        return None
    return match[1].upper(), match[2] or ""


def is_kind(kind: str) -> bool:
    """Whether `kind` is one of the closed list, or the code of a currency with or without scale."""
    return kind in KINDS or _currency(kind) is not None


def format_value(value: object, code: str, language: str = "en") -> str:
    """`value` as text. Raises FormatError for an unknown code or a value of the wrong type."""
    if not is_format(code):
        raise FormatError(f"unknown format {code!r}")
    if code.startswith("words:"):
        return _words(value, code.removeprefix("words:").split("|"))
    if code == "text":
        return str(value)
    if code in ("date", "month"):
        return _date(value, code, language)
    if not isinstance(value, (int, float)) or math.isnan(value):
        raise FormatError(f"{value!r} is no number; format {code!r}")
    if code == "year":
        return str(round(value))
    match = _CODE.match(code)
    assert match is not None  # is_format has matched it
    sign, kind, decimals = match.groups()
    currency = _currency(kind)
    scale = currency[1] if currency else kind
    if language == "zh" and scale in _LARGE:
        factor, power = _LARGE[scale]
        value = float(f"{value * factor:.{decimals}f}") * 10.0**power  # to the digit of the English
        factor, after, decimals = _ten_thousands(value, int(decimals) - power)
        before, after = "", after + "股" * (kind == "shares_mn")
    elif language == "zh" and decimals == "0" and kind and scale in ("", "count"):
        factor, after, decimals = _whole(value)
        before = ""
    elif currency:
        factor, after = SCALE_WORDS[language][currency[1]]
        before = ""
    else:
        factor, before, after = (_CHINESE if language == "zh" else KINDS).get(kind, KINDS[kind])
    digits = f"{abs(value * factor):,.{decimals}f}"
    zero = not digits.strip("0.,")
    mark = MINUS if value < 0 and not zero else "+" if sign and not zero else ""
    if after == " years" and digits == "1":
        after = " year"
    shown = f"{before}{digits}{after}"
    return mark + (money(currency[0], shown, language) if currency else shown)


def unit_around(kind: str, language: str = "en") -> tuple[str, str]:
    """The text before and after a number of that kind: `("RMB ", " mn")`."""
    currency = _currency(kind)
    if currency:
        scale = SCALE_WORDS[language][currency[1]][1]
        before, _, after = money(currency[0], "0", language).partition("0")
        return before, f"{scale}{after}"
    _, before, after = (_CHINESE if language == "zh" else KINDS).get(kind, KINDS[kind])
    return before, after


def _ten_thousands(millions: float, decimals: int) -> tuple[float, str, int]:
    """Millions as Chinese writes them, to the same digit: in 10^8 (yi), or below it in 10^4 (wan).

    The factor on millions, the word, and the decimals.
    """
    if round(abs(millions), decimals) >= 100 or not millions:
        return 0.01, "亿", max(decimals + 2, 0)
    return 100, "万", max(decimals - 2, 0)


def _whole(value: float) -> tuple[float, str, int]:
    """How Chinese writes a whole number: the factor on it, the word behind it, and the decimals.

    From 10^4 on it is counted in that unit (wan) if two decimals keep every digit; 62,350 is not.
    """
    whole = abs(round(value))
    if whole < 10_000 or whole % 100:
        return 1, "", 0
    return 0.0001, "万", 0 if whole % 10_000 == 0 else 1 if whole % 1000 == 0 else 2


def _words(value: object, words: list[str]) -> str:
    if not isinstance(value, (int, float)):
        raise FormatError(f"{value!r} has no sign for {'|'.join(words)}")
    if value == 0:
        return words[-1] if len(words) == 3 else words[0]
    return words[0] if value > 0 else words[1]


def _date(value: object, code: str, language: str) -> str:
    try:
        if isinstance(value, (int, float)):
            day = date.fromordinal(round(value))  # a fact holds a date as its day number
        else:
            day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except (ValueError, OverflowError) as error:
        raise FormatError(f"{value!r} is no date") from error
    if language == "zh":
        return f"{day.year}年{day.month}月" + (f"{day.day}日" if code == "date" else "")
    return f"{day:%B %Y}" if code == "month" else f"{day.day} {day:%B %Y}"
