"""Roles of currencies, and how a currency and a unit are written for a reader.

The package knows no currency by name. The model speaks of the `reporting` currency (statements) and
the `trading` currency (share price); `company.yaml` says which they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from thesisbook.data.units import UNITS

ROLES = ("reporting", "trading")
# Millions, billions and trillions by language: factor on millions, word. Chinese counts in 10^8.
SCALE_WORDS = {
    "en": {"": (1.0, ""), "_mn": (1.0, " mn"), "_bn": (0.001, " bn"), "_tn": (0.000001, " tn")},
    "zh": {"": (1.0, ""), "_mn": (1.0, "百万"), "_bn": (0.01, "亿"), "_tn": (0.000001, "万亿")},
}
_written: dict[str, Mapping[str, str]] = {}


def write_as(currencies: Mapping[str, object]) -> None:
    """Set for this process how currencies are written: `currencies.written` of `company.yaml`.

    A currency that is not named there is written by its code (English) or its name (Chinese).
    """
    _written.update(currencies.get("written") or {})  # type: ignore[call-overload]


@cache
def _usual(code: str, language: str) -> str:
    if language == "en":
        return f"{code} {{}}"
    from babel import Locale  # noqa: PLC0415 - only for a language whose names it knows

    return "{}" + Locale(language).currencies.get(code, code)


def money(code: str, amount: str, language: str = "en") -> str:
    """An amount with its currency: `money("USD", "1.2 bn")` is `USD 1.2 bn`."""
    pattern = _written.get(code, {}).get(language) or _usual(code, language)
    return pattern.replace("{}", amount)


def unit_words(unit: str) -> str:
    """A unit for the head of a row: `USD mn`, `USD per share`, `mn shares`; nothing for a ratio."""
    plain = {"ratio": "", "text": "", "multiple": "", "shares_mn": "mn shares"}
    if unit in plain:
        return plain[unit]
    known = UNITS.get(unit)
    if known is None or known.dimension not in ("money", "per_share", "exchange_rate"):
        return unit.replace("_", " ")
    code, _, rest = unit.partition("_")
    if known.dimension == "exchange_rate":
        return f"{_name(code)} per {_name(rest.removeprefix('per_'))}"
    return f"{_name(code)} {rest.replace('_', ' ')}".strip()


def _name(code: str) -> str:
    """The English words around an amount in that currency, without the amount."""
    return money(code, "").strip()
