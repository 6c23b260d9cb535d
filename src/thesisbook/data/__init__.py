"""The only reader of `data/`: reads, validates, converts units once, joins.

Names are imported when they are first used, so that a caller who wants only the company's name does
not wait for the modules that validate everything else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thesisbook.data.dataset import Corroboration, Dataset, Fact, Source
    from thesisbook.data.expressions import Expression, ExpressionError
    from thesisbook.data.faults import DataError, Fault, UnknownFact
    from thesisbook.data.loading import load_dataset
    from thesisbook.data.parts import (
        is_whole,
        project_root,
        read_allowances,
        read_checklists,
        read_company,
        read_prints,
        read_sources,
        scenario_names,
    )

_MODULES = {
    "dataset": ("Dataset", "Fact", "Source", "Corroboration"),
    "expressions": ("Expression", "ExpressionError"),
    "faults": ("DataError", "Fault", "UnknownFact"),
    "loading": ("load_dataset",),
    "parts": (
        "is_whole",
        "project_root",
        "read_allowances",
        "read_checklists",
        "read_company",
        "read_prints",
        "read_sources",
        "scenario_names",
    ),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "Corroboration",
    "DataError",
    "Dataset",
    "Expression",
    "ExpressionError",
    "Fact",
    "Fault",
    "Source",
    "UnknownFact",
    "is_whole",
    "load_dataset",
    "project_root",
    "read_allowances",
    "read_checklists",
    "read_company",
    "read_prints",
    "read_sources",
    "scenario_names",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
