"""Write a value with its unit where no format is declared: on the terminal, in run labels."""

from __future__ import annotations

import re
from typing import Any

from thesisbook.exhibits.formats import KINDS, format_value, is_kind, unit_around
from thesisbook.exhibits.translation import Translation
from thesisbook.model.parameters import Parameter

DECIMALS = {"pct": 1, "x": 1, "days": 0, "years": 1, "months": 0, "shares_mn": 1, "factor": 2}
MOST_DECIMALS = 6
IN_CELL = ("pct", "x")  # kinds whose sign is written in each cell of a table
RATE = re.compile(r"([A-Z]{3})_per_([A-Z]{3})")
FACTOR = "factor"


def unit_shown(parameter: Parameter) -> str:
    """The unit that a parameter is shown in: its own, or `factor` for a beta and the like."""
    return FACTOR if parameter.is_factor else parameter.unit


def format_code(unit: str) -> str:
    """The kind of format of a unit without its decimals: `pct` of a ratio, `hkd_mn` of `HKD_mn`."""
    kind = {"ratio": "pct", "multiple": "x"}.get(unit, unit.lower().removesuffix("_per_share"))
    return kind if is_kind(kind) else ""


def unit_of_format(code: str) -> str:
    """The unit that a format shows: `ratio` of `pct1`, `HKD_mn` of `hkd_bn1`; empty for others.

    Values are canonical, so that billions are a way to show millions.
    """
    kind = code.lstrip("+").rstrip("0123456789")
    if kind in ("pct", "pp", "bps"):
        return "ratio"
    if kind == "x":
        return "multiple"
    if kind in KINDS:
        return {"": "", "bn": "", "tn": "", "count_mn": "count"}.get(kind, kind)
    if not is_kind(kind):
        return code if code in ("year", "date") else ""
    currency, _, scale = kind.partition("_")
    return currency.upper() + ("_mn" if scale else "")


def shown(
    value: Any, unit: str, decimals: int | None = None, sign: str = "", language: str = "en"
) -> str:
    """`value` (canonical) with its unit, `sign` "+" for a sign that always shows.

    Without `decimals` as many as tell this value from its neighbours: 12.0%, 12.34%.
    Words, dates and switches are shown as they are.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, int | float):
        return str(value)
    if unit == "year":
        return str(round(value))
    kind = format_code(unit)
    if decimals is None:
        least = DECIMALS.get(kind or unit, 2 if "_per_" in unit else 0)
        factor = KINDS[kind][0] if kind in KINDS else 1
        decimals = next(
            (d for d in range(least, MOST_DECIMALS) if _same(value * factor, d)), MOST_DECIMALS
        )
    text = format_value(float(value), f"{sign}{kind}{decimals}", language)
    rate = RATE.fullmatch(unit)
    return f"{text} {rate[1]}/{rate[2]}" if rate else text


def cell_format(unit: str) -> str:
    """The format of a table cell; its unit stands in the row's head, except % and x: `pct1`."""
    if unit == "year":
        return unit
    kind = format_code(unit)
    least = 4 if RATE.fullmatch(unit) else 2 if "_per_" in unit else 0
    return f"{kind if kind in IN_CELL else ''}{DECIMALS.get(kind or unit, least)}"


def unit_words(unit: str, language: str = "en") -> str:
    """A unit for the head of a row: `RMB mn`, `days`; empty where the cell says it."""
    if RATE.fullmatch(unit):
        return unit.replace("_per_", "/")
    kind = format_code(unit)
    if not kind or kind in IN_CELL:
        return ""
    return " ".join(part.strip() for part in unit_around(kind, language) if part.strip())


def _same(value: float, decimals: int) -> bool:
    """Whether that many decimals show the value to six digits."""
    return abs(round(value, decimals) - value) <= 5e-7 * max(abs(value), 1)


_BEHIND = {"count": "(count)", "factor": "(factor)", "persons": "people", "text": "", "year": ""}


def unit_said(code: str, say: Translation) -> str:
    """A unit as a receipt says it behind a number: `RMB mn`, `HKD a share`, `people`."""
    if code in _BEHIND:
        return say(_BEHIND[code])
    told = unit_words(code, say.language) or say(code.replace("_", " "))
    return say("{} a share").format(told) if code.endswith("_per_share") else told
