"""The bridge between two editions of the data: what moved the target, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.core import target

if TYPE_CHECKING:
    import pandas as pd

PEERS = "peer_ps"


def edition_bridge(first: Assumptions, second: Assumptions) -> pd.DataFrame:
    """Steps from the target of one edition to that of the next, without a residual.

    Values are per share in the trading currency.

    One step for each reported line that was restated, one for each parameter that differs, in the
    order they are declared; the peers are one step, since a set may change as a whole: all that is
    assumed of a peer that only one edition has is in it. Columns: step, name, delta (in cents: the
    change of the rounded target, so that the deltas add up exactly), target_after. The first row is
    the first edition's target.
    """
    import pandas as pd  # noqa: PLC0415 - half a second that `value` does without

    before = round(float(target(first)), 2)
    rows = [("start", first.scenario, 0.0, before)]
    for step, name, taken in _steps(first, second):
        after = round(float(target(taken)), 2)
        rows.append((step, name, round(after - before, 2) + 0.0, after))
        before = after
    return pd.DataFrame(rows, columns=["step", "name", "delta", "target_after"])


def _steps(first: Assumptions, second: Assumptions) -> Iterator[tuple[str, str, Assumptions]]:
    """Id and name of each step, with the first edition after this and all earlier steps."""
    current = first
    for line, figures in second.history.items():
        if figures != first.history.get(line):
            current = replace(current, history=MappingProxyType({**current.history, line: figures}))
            yield f"reported.{line}", f"Restated: {line.replace('_', ' ')}", current
    names = (*first.parameters, *second.parameters)
    changed = _peers(first) ^ _peers(second)
    groups = {name: _group(name, changed) for name in names}
    for group in dict.fromkeys(groups.values()):
        members = {name for name in names if groups[name] == group}
        was, now = (_values(edition, members) for edition in (first, second))
        if was == now:
            continue
        kept = {k: v for k, v in current.values.items() if k not in was}
        declared = {k: v for k, v in current.parameters.items() if k not in members}
        declared |= {k: v for k, v in second.parameters.items() if k in members}
        label = "Peers" if group == PEERS else declared[group].label if group in declared else group
        current = replace(
            current,
            values=MappingProxyType({**kept, **now}),
            parameters=MappingProxyType(declared),
        )
        yield group, label, current


def _peers(edition: Assumptions) -> set[str]:
    families = (name.partition(".") for name in edition.parameters)
    return {peer for family, _, peer in families if family == PEERS and peer}


def _group(name: str, changed: set[str]) -> str:
    """The step of a parameter; `changed` are the peers that only one of the editions has."""
    family, _, item = name.partition(".")
    return PEERS if item and (family == PEERS or item in changed) else name


def _values(edition: Assumptions, members: set[str]) -> dict[str, Any]:
    """Flat values of the parameters of one step."""
    names = [name for name in edition.parameters if name in members]
    return {key: edition.values[key] for name in names for key in edition.parameters[name].keys}
