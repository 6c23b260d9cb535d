"""How a value becomes text: the closed list of formats for prose, tables and figures.

A code is a kind and a number of decimals (`pct1`, `hkd2`, `cny_bn1`, plain `0`), with `+` before it
for a sign that always shows. Values are canonical: money in millions, ratios as decimals.
"""

from __future__ import annotations

import math
import re
from datetime import date

MINUS = "\u2212"

# kind: (factor, text before, text after), then the same for Chinese where the words differ
KINDS: dict[str, tuple[float, str, str]] = {
    "": (1, "", ""),
    "pct": (100, "", "%"),
    "pp": (100, "", " pp"),
    "bps": (10_000, "", " bp"),
    "x": (1, "", "x"),
    "bn": (0.001, "", ""),  # millions shown in billions, the unit stands in the head or axis
    "tn": (0.000001, "", ""),
    "hkd": (1, "HKD ", ""),
    "cny": (1, "RMB ", ""),
    "usd": (1, "USD ", ""),
    "hkd_mn": (1, "HKD ", " mn"),
    "cny_mn": (1, "RMB ", " mn"),
    "usd_mn": (1, "USD ", " mn"),
    "hkd_bn": (0.001, "HKD ", " bn"),
    "cny_bn": (0.001, "RMB ", " bn"),
    "usd_bn": (0.001, "USD ", " bn"),
    "cny_tn": (0.000001, "RMB ", " tn"),
    "usd_tn": (0.000001, "USD ", " tn"),
    "shares_mn": (1, "", " mn shares"),
    "days": (1, "", " days"),
    "months": (1, "", " months"),
    "years": (1, "", " years"),
}
_CHINESE: dict[str, tuple[float, str, str]] = {
    "pp": (100, "", " 个百分点"),
    "bps": (10_000, "", " 个基点"),
    "x": (1, "", " 倍"),
    "hkd": (1, "", " 港元"),
    "cny": (1, "人民币 ", " 元"),
    "usd": (1, "", " 美元"),
    "hkd_mn": (1, "", " 百万港元"),
    "cny_mn": (1, "人民币 ", " 百万元"),
    "usd_mn": (1, "", " 百万美元"),
    "hkd_bn": (0.01, "", " 亿港元"),
    "cny_bn": (0.01, "人民币 ", " 亿元"),
    "usd_bn": (0.01, "", " 亿美元"),
    "cny_tn": (0.000001, "人民币 ", " 万亿元"),
    "usd_tn": (0.000001, "", " 万亿美元"),
    "shares_mn": (1, "", " 百万股"),
    "days": (1, "", " 天"),
    "months": (1, "", " 个月"),
    "years": (1, "", " 年"),
}
_CODE = re.compile(r"(\+?)([a-z_]*?)(\d)$", re.ASCII)
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
    return match is not None and match[2] in KINDS


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
    factor, before, after = (_CHINESE if language == "zh" else KINDS).get(kind, KINDS[kind])
    digits = f"{abs(value * factor):,.{decimals}f}"
    zero = not digits.strip("0.,")
    mark = MINUS if value < 0 and not zero else "+" if sign and not zero else ""
    if after == " years" and digits == "1":
        after = " year"
    return f"{mark}{before}{digits}{after}"


def unit_around(kind: str, language: str = "en") -> tuple[str, str]:
    """What stands before and after a number of that kind: `("RMB ", " mn")`."""
    _, before, after = (_CHINESE if language == "zh" else KINDS).get(kind, KINDS[kind])
    return before, after


def _words(value: object, words: list[str]) -> str:
    if not isinstance(value, (int, float)):
        raise FormatError(f"{value!r} has no sign for {'|'.join(words)}")
    if value == 0:
        return words[-1] if len(words) == 3 else words[0]
    return words[0] if value > 0 else words[1]


def _date(value: object, code: str, language: str) -> str:
    try:
        if isinstance(value, (int, float)):
            day = date.fromordinal(round(value))  # facts keep a date as its day number
        else:
            day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except (ValueError, OverflowError) as error:
        raise FormatError(f"{value!r} is no date") from error
    if language == "zh":
        return f"{day.year} 年 {day.month} 月" + (f" {day.day} 日" if code == "date" else "")
    return f"{day:%B %Y}" if code == "month" else f"{day.day} {day:%B %Y}"
