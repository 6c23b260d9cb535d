"""The units a row may name, and the one place where a printed value becomes a canonical one.

Units of money, money per share and exchange rates are formed from the ISO code of any currency; all
others are a closed list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit a row may name.

    `canonical` is the unit of the same dimension that calculations use;
    a value in this unit times `factor` is the value in `canonical`.
    `scale` is how many of the smallest unit of its family it stands for (100mn: 1e8, kW: 1000),
    to read `10.4亿` or `600W` against it.
    """

    code: str
    dimension: str
    canonical: str
    factor: Decimal
    scale: Decimal

    def convert(self, value: Decimal) -> float:
        """`value` in this unit as a float in the canonical unit; rounds once, at the end."""
        return float(value * self.factor)


SCALES = {
    "": Decimal(1),
    "_thousand": Decimal(10) ** 3,
    "_10k": Decimal(10) ** 4,
    "_mn": Decimal(10) ** 6,
    "_100mn": Decimal(10) ** 8,
    "_bn": Decimal(10) ** 9,
}
_MILLION = Decimal(10) ** 6
_MONEY = re.compile(rf"([A-Z]{{3}})({'|'.join(SCALES)})", re.ASCII)
_PER_SHARE = re.compile(r"([A-Z]{3})_per_share", re.ASCII)
_EXCHANGE_RATE = re.compile(r"([A-Z]{3})_per_([A-Z]{3})", re.ASCII)


def is_currency(code: str) -> bool:
    """Whether `code` is a currency of ISO 4217."""
    return bool(re.fullmatch(r"[A-Z]{3}", code, re.ASCII)) and code in _currencies()


@cache
def _currencies() -> Mapping[str, object]:
    from babel.core import get_global  # noqa: PLC0415 - read only once a row names a currency

    return get_global("all_currencies")


def _of_currency(code: str) -> Unit | None:
    """The unit that `code` forms of one or two currencies; None if it is not of such a form."""
    currencies: tuple[str, ...]
    if match := _MONEY.fullmatch(code):
        scale, currencies = SCALES[match[2]], (match[1],)
        unit = Unit(code, "money", f"{match[1]}_mn", scale / _MILLION, scale)
    elif match := _PER_SHARE.fullmatch(code):
        unit, currencies = _unit(code, "per_share"), match.groups()
    elif match := _EXCHANGE_RATE.fullmatch(code):
        unit, currencies = _unit(code, "exchange_rate"), match.groups()
    else:
        return None
    return unit if all(map(is_currency, currencies)) else None


def _shares() -> list[Unit]:
    return [
        Unit(f"shares{suffix}", "shares", "shares_mn", SCALES[suffix] / _MILLION, SCALES[suffix])
        for suffix in ("", "_10k", "_mn", "_100mn")
    ]


def _counts() -> list[Unit]:
    return [
        Unit(f"{name}{suffix}", name, name, SCALES[suffix], SCALES[suffix])
        for name in ("count", "persons")
        for suffix in ("", "_10k", "_mn", "_100mn")
    ]


def _unit(
    code: str, dimension: str, canonical: str = "", factor: str = "1", scale: str = "1"
) -> Unit:
    return Unit(code, dimension, canonical or code, Decimal(factor), Decimal(scale))


_OTHER = [
    _unit("ratio", "ratio"),
    _unit("percent", "ratio", "ratio", "0.01", "0.01"),
    _unit("multiple", "multiple"),
    _unit("minutes", "duration", "days", str(Decimal(1) / Decimal(1440))),
    _unit("hours", "duration", "days", str(Decimal(1) / Decimal(24)), "60"),
    _unit("days", "duration", scale="1440"),
    _unit("months", "duration"),
    _unit("years", "duration"),
    _unit("tokens_trillion", "tokens", scale="1e12"),
    _unit("tokens_100mn", "tokens", "tokens_trillion", "0.0001", "1e8"),
    _unit("GB_per_s", "bandwidth"),
    _unit("TB_per_s", "bandwidth", "GB_per_s", "1000", "1000"),
    _unit("GB", "memory"),
    _unit("TB", "memory", "GB", "1000", "1000"),
    _unit("TFLOPS", "compute"),
    _unit("PFLOPS", "compute", "TFLOPS", "1000", "1000"),
    _unit("EFLOPS", "compute", "TFLOPS", "1000000", "1000000"),
    _unit("TOPS", "operations"),
    _unit("W", "power"),
    _unit("kW", "power", "W", "1000", "1000"),
    _unit("MW", "power", "W", "1000000", "1000000"),
    _unit("nm", "length"),
    _unit("mm2", "area"),
    _unit("GHz", "frequency"),
    _unit("points", "index"),
    _unit("year", "year"),
    _unit("date", "date"),
    _unit("text", "text"),
]
FIXED: dict[str, Unit] = {unit.code: unit for unit in (*_shares(), *_counts(), *_OTHER)}
# Codes of the units that are formed from a currency, by dimension.
MADE = {
    "money": tuple(f"<currency>{suffix}" for suffix in SCALES),
    "per_share": ("<currency>_per_share",),
    "exchange_rate": ("<currency>_per_<currency>",),
}
DIMENSIONS = tuple(dict.fromkeys((*MADE, *(unit.dimension for unit in FIXED.values()))))


class _Units(Mapping[str, Unit]):
    """Every unit by its code. Walking through it gives the fixed ones only: there is one of money
    for each currency of the world."""

    def __init__(self) -> None:
        self._found: dict[str, Unit] = dict(FIXED)

    def __getitem__(self, code: str) -> Unit:
        if code not in self._found:
            unit = _of_currency(code)
            if unit is None:
                raise KeyError(code)
            self._found[code] = unit
        return self._found[code]

    def __iter__(self) -> Iterator[str]:
        return iter(FIXED)

    def __len__(self) -> int:
        return len(FIXED)


UNITS: Mapping[str, Unit] = _Units()


def codes_of(dimension: str) -> list[str]:
    """The codes of the units of a dimension, for a message."""
    fixed = [code for code, unit in FIXED.items() if unit.dimension == dimension]
    return [*MADE.get(dimension, ()), *fixed]


def codes_beside(code: str) -> list[str]:
    """Codes to suggest for a mistyped one: all fixed ones, and those of the currencies it names."""
    named = [found for found in re.findall("[A-Z]{3}", code.upper()) if is_currency(found)]
    made = [*MADE["money"], *MADE["per_share"], *(f"{{}}_per_{other}" for other in named)]
    money = [pattern.replace("<currency>", "{}").format(own) for own in named for pattern in made]
    return [*money, *FIXED]
