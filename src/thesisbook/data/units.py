"""The closed list of units, and the one place where a printed value becomes a canonical one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit a row may name.

    `canonical` is the unit of the same dimension that calculations use;
    a value in this unit times `factor` is the value in `canonical`.
    `scale` is how many of the smallest unit of its family it stands for (CNY_100mn: 1e8, kW: 1000),
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


_SCALES = {
    "": Decimal(1),
    "_thousand": Decimal(10) ** 3,
    "_10k": Decimal(10) ** 4,
    "_mn": Decimal(10) ** 6,
    "_100mn": Decimal(10) ** 8,
    "_bn": Decimal(10) ** 9,
}
_MILLION = Decimal(10) ** 6


def _money() -> list[Unit]:
    return [
        Unit(f"{currency}{suffix}", "money", f"{currency}_mn", scale / _MILLION, scale)
        for currency in ("CNY", "HKD", "USD")
        for suffix, scale in _SCALES.items()
    ]


def _shares() -> list[Unit]:
    return [
        Unit(
            f"shares{suffix}",
            "shares",
            "shares_mn",
            _SCALES[suffix] / _MILLION,
            _SCALES[suffix],
        )
        for suffix in ("", "_10k", "_mn", "_100mn")
    ]


def _counts() -> list[Unit]:
    return [
        Unit(f"{name}{suffix}", name, name, _SCALES[suffix], _SCALES[suffix])
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
    _unit("HKD_per_share", "per_share"),
    _unit("CNY_per_share", "per_share"),
    _unit("USD_per_share", "per_share"),
    _unit("HKD_per_CNY", "exchange_rate"),
    _unit("CNY_per_HKD", "exchange_rate"),
    _unit("CNY_per_USD", "exchange_rate"),
    _unit("HKD_per_USD", "exchange_rate"),
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

UNITS: dict[str, Unit] = {unit.code: unit for unit in (*_money(), *_shares(), *_counts(), *_OTHER)}
DIMENSIONS: tuple[str, ...] = tuple(dict.fromkeys(unit.dimension for unit in UNITS.values()))
