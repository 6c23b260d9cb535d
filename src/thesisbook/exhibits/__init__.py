"""Figures, tables, named numbers and receipts for chapters. Computes no quantity of the model.

Drawing modules are imported when first used: whoever only formats text needs no matplotlib.
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
