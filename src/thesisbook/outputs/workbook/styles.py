"""Looks: number formats by unit, and the colour code (blue input, black formula, green link)."""

from __future__ import annotations

from typing import Any

from thesisbook.data.currencies import unit_words
from thesisbook.data.units import UNITS

INK, NAVY, BLUE, GREEN = "#1F2328", "#12314F", "#0000FF", "#00703C"
BAND, INPUT_FILL, HAIR, MUTED = "#E3EAF2", "#FFFBE6", "#B8C4D0", "#6B7785"
CONSTANT = "#5B4B8A"  # numbers that are neither input nor formula: facts, stamps, steps
GOOD, BAD, WARN = ("#D9F2E3", "#0B6B3A"), ("#FAD4D4", "#A40E0E"), ("#FCEFC9", "#7A5A00")
FONT = "Calibri"

NUMBER_FORMATS = {
    "money": '#,##0.0_);(#,##0.0);"–"_)',
    "money0": '#,##0_);(#,##0);"–"_)',
    "percent": '0.0%_);(0.0%);"–"_)',
    "percent2": "0.00%_);(0.00%)",
    "percent4": "0.0000%_);(0.0000%)",
    "factor": "0.00_)",
    "factor4": "0.0000_)",
    "count": '#,##0_);(#,##0);"–"_)',
    "multiple": '0.0"x"_)',
    "multiple2": '0.00"x"_)',
    "per_share": "#,##0.00_);(#,##0.00)",
    "signed": "+#,##0.00_);-#,##0.00_)",
    "rate6": "0.000000_)",
    "days": "0.0_)",
    "shares": "#,##0.000_)",
    "date": "yyyy-mm-dd",
    "year": "0",
    "general": "General",
    "gap": "0.0E+00",
    "switch": '"TRUE";"TRUE";"FALSE"',
    "word": "General",
}

UNIT_FORMATS = {
    "count": "count",
    "ratio": "percent",
    "multiple": "multiple",
    "days": "days",
    "years": "factor",
    "shares_mn": "shares",
    "date": "date",
    "year": "year",
    "text": "word",
    "": "word",
}

DIMENSION_FORMATS = {"money": "money", "per_share": "per_share", "exchange_rate": "rate6"}
UNIT_WORDS = {"ratio": "%", "multiple": "x", "factor4": "factor"}  # others: unit_words

BASE = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}
PLAIN: dict[str, dict[str, Any]] = {
    "text": {},
    "bold": {"bold": True},
    "muted": {"font_color": MUTED, "font_size": 8},
    "note": {"font_color": MUTED, "font_size": 9},
    "wrap": {"text_wrap": True, "valign": "top", "font_size": 9},
    "wrap_bold": {"text_wrap": True, "valign": "top", "font_size": 9, "bold": True},
    "link": {"font_color": GREEN, "underline": 1},
    "title": {"bold": True, "font_size": 16, "font_color": NAVY},
    "subtitle": {"font_size": 10, "font_color": MUTED},
    "cover_title": {"bold": True, "font_size": 26, "font_color": NAVY},
    "cover_subtitle": {"font_size": 13, "font_color": MUTED},
    "header": {"bold": True, "font_color": "#FFFFFF", "bg_color": NAVY, "text_wrap": True},
    "header_right": {"bold": True, "font_color": "#FFFFFF", "bg_color": NAVY, "align": "right"},
    "year_actual": {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": NAVY,
        "align": "right",
        "num_format": '0"A"',
    },
    "year_forecast": {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": "#2C5A8A",
        "align": "right",
        "num_format": '0"E"',
    },
    "band": {"font_color": MUTED, "font_size": 9, "align": "right"},
    "section": {"bold": True, "font_color": NAVY, "bg_color": BAND},
    "status": {"bold": True, "align": "center"},
    "big": {
        "bold": True,
        "font_size": 20,
        "font_color": NAVY,
        "num_format": "#,##0.00",
        "align": "left",
    },
    "selector": {
        "bold": True,
        "font_color": BLUE,
        "bg_color": INPUT_FILL,
        "border": 2,
        "border_color": BLUE,
        "align": "center",
        "font_size": 12,
    },
}


def number_format(unit: str, low: float = 0.0, high: float = 1.0) -> str:
    """The format of a unit; a ratio that is no share of one is a factor, not a percentage."""
    if unit == "ratio" and low > 0 and high >= 1.5:
        return "factor"
    if unit in UNITS and UNITS[unit].dimension in DIMENSION_FORMATS:
        whole = UNITS[unit].dimension == "money" and UNITS[unit].scale == 1
        return "money0" if whole else DIMENSION_FORMATS[UNITS[unit].dimension]
    return UNIT_FORMATS.get(unit, unit if unit in NUMBER_FORMATS else "general")


def unit_text(unit: str) -> str:
    """A unit as it stands beside a value: `USD mn`, `%`, `x`."""
    return UNIT_WORDS[unit] if unit in UNIT_WORDS else unit_words(unit)


class Styles:
    """Formats of one file by name: a plain name, or `<kind>:<number format>[:total]`.

    Kinds: `input` (blue on yellow), `formula` (black), `link` (green).
    """

    def __init__(self, file: Any) -> None:
        self.file = file
        self._made: dict[str, Any] = {}

    def __call__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self.file.add_format({**BASE, **self._properties(name)})
        return self._made[name]

    def extra(self, properties: dict[str, Any]) -> Any:
        """A format of a condition: only what it changes."""
        key = repr(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self.file.add_format(properties)
        return self._made[key]

    def _properties(self, name: str) -> dict[str, Any]:
        if name in PLAIN:
            return PLAIN[name]
        kind, shape, *extra = name.split(":")
        found: dict[str, Any] = {"num_format": NUMBER_FORMATS[shape]}
        found["align"] = "right"
        if shape == "word":
            found["shrink"] = True
        if kind == "input":
            found |= {"font_color": BLUE, "bg_color": INPUT_FILL}
        elif kind == "follow":
            found |= {"font_color": INK, "bg_color": INPUT_FILL}
        else:
            colours = {"link": GREEN, "formula": INK}
            found["font_color"] = colours.get(kind, CONSTANT)
        if "total" in extra:
            found |= {"bold": True, "top": 1, "top_color": INK}
        if "strong" in extra:
            found |= {"bold": True, "bg_color": BAND}
        return found
