"""The bridge between the published target and this book's, step by step, with no residual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from thesisbook.data.dataset import PUBLISHED
from thesisbook.model.assumptions import Assumptions
from thesisbook.model.core import target
from thesisbook.model.parameters import ParameterError
from thesisbook.model.resolving import resolve

if TYPE_CHECKING:
    import pandas as pd

    from thesisbook.data import Dataset


def bridge_ends(dataset: Dataset) -> tuple[str, str]:
    """The scenarios the bridge runs between: the published report, and what it differs from."""
    return PUBLISHED, dataset.company["scenarios"][PUBLISHED].get("extends") or "base"


def bridge(dataset: Dataset, start: str = "", end: str = "", language: str = "en") -> pd.DataFrame:
    """Steps from the target of `start` to that of `end`, in the order of the bridge study.

    Without ends it is that of the published report. Values are per share in the trading currency.

    A step gives its parameters the values of `end`. Columns: step, name, reason, delta (in cents,
    the change of the target rounded to the cent, so that the deltas add up exactly),
    alone (the step taken by itself from the start), interaction (delta - alone), target_after.
    The first row is the start. Raises ParameterError where a differing parameter is in no step or
    in two.
    """
    import pandas as pd  # noqa: PLC0415 - half a second that `value` does without

    usual = bridge_ends(dataset)
    start, end = start or usual[0], end or usual[1]
    first, last = resolve(dataset, start), resolve(dataset, end)
    steps = dataset.studies["bridge"]
    pending = set(first.differences(last))
    changes = [_take(step, first, last, pending) for step in steps]
    if pending:
        raise ParameterError(f"bridge: no step takes {', '.join(sorted(pending))}")
    opening = round(float(target(first)), 2)
    rows: list[dict[str, Any]] = [_row(("start", start, ""), 0.0, 0.0, opening)]
    current, before = first, opening
    for step, change in zip(steps, changes, strict=True):
        current = _set(current, change)
        after = round(float(target(current)), 2)
        alone = round(float(target(_set(first, change))), 2) - opening
        rows.append(
            _row((step.id, getattr(step.name, language), step.reason), after - before, alone, after)
        )
        before = after
    return pd.DataFrame(rows)


def _take(step: Any, first: Assumptions, last: Assumptions, pending: set[str]) -> dict[str, Any]:
    """The values that a step sets; they are removed from the pending ones."""
    change: dict[str, Any] = {}
    for name in step.parameters:
        keys = [key for key in first.names(name) if key in pending]
        if not keys:
            raise ParameterError(f"bridge: {step.id}: {name} does not differ or is in two steps")
        pending.difference_update(keys)
        change |= {key: last.values[key] for key in keys}
    return change


def _set(p: Assumptions, change: Mapping[str, Any]) -> Assumptions:
    """`p` with the change. `wacc_method` stays as it is unless the step itself sets it."""
    method = change.get("wacc_method", p("wacc_method"))
    return p.replace({**change, "wacc_method": method})


def _row(words: tuple[str, str, str], delta: float, alone: float, after: float) -> dict[str, Any]:
    step, name, reason = words
    return {
        "step": step,
        "name": name,
        "reason": reason,
        "delta": round(delta, 2) + 0.0,  # + 0.0 turns -0.0 into 0.0
        "alone": round(alone, 2) + 0.0,
        "interaction": round(delta - alone, 2) + 0.0,
        "target_after": after,
    }
