"""Figures, tables, named numbers and receipts: what a chapter calls. Computes no quantity.

What draws is imported when it is first asked for: a text format does without matplotlib.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thesisbook.exhibits import charts, tables
    from thesisbook.exhibits.report import Report

__all__ = ["Report", "charts", "tables"]


def __getattr__(name: str) -> Any:
    if name == "Report":
        return importlib.import_module("thesisbook.exhibits.report").Report
    if name in __all__:
        return importlib.import_module(f"thesisbook.exhibits.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
