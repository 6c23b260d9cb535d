"""Check the parameters of a chapter that is run by hand: papermill itself checks none.

`papermill -p NAME VALUE` sets any name, also one that the chapter never reads, and gives every
value as text. A build checks its parameters before; by hand the chapter does it itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from IPython import get_ipython

from thesisbook.model import Assumptions
from thesisbook.model.parameters import ParameterError, suggestion

KNOWN = ("scenario", "overrides", "language")
INJECTED = "# Parameters\n"
OVERRIDES = "-y 'overrides: {{{}: {}}}'"


def check_overrides(overrides: Any) -> None:
    """Raises ParameterError for overrides that are no mapping, as `-p overrides ...` gives."""
    if overrides is not None and not isinstance(overrides, Mapping):
        raise ParameterError(
            f"overrides: {overrides!r} is no mapping of names to values; papermill's -p gives "
            f"text, use {OVERRIDES.format('wacc', '0.14')}"
        )


def check_injected(assumptions: Assumptions) -> None:
    """Raises ParameterError for a name set by papermill that a chapter does not read."""
    for name, value in injected():
        if name in KNOWN:
            continue
        if name in assumptions.parameters or name in assumptions.values:
            how = f"is a parameter of the model; use {OVERRIDES.format(name, value)}"
        else:
            how = f"no such parameter of a chapter{suggestion(name, KNOWN)}"
        raise ParameterError(f"{name}: {how} (a chapter has: {', '.join(KNOWN)})")


def injected() -> Iterator[tuple[str, str]]:
    """Name and value, as written, of each parameter that papermill has set in this notebook."""
    shell = get_ipython()
    history = getattr(getattr(shell, "history_manager", None), "input_hist_raw", ())
    for source in history:
        if not source.startswith(INJECTED):
            continue
        for node in ast.parse(source).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                yield node.targets[0].id, ast.unparse(node.value)
