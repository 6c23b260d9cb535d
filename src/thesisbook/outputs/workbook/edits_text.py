"""What an import says: of which edition the workbook is, its edited inputs, what they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from thesisbook.data import Dataset
from thesisbook.outputs.workbook.edited_workbook import Edited
from thesisbook.outputs.workbook.untaken import counted


def edits_lines(
    edited: Edited, dataset: Dataset, path: Path, reports: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Lines for a reader; `reports` are the headline outputs before and after the edits."""
    origin, found = edited.origin, list[str]()
    if not edited.compared:
        found.append(
            f"{path.name} is of another state of the data: of the edition of {origin.edition}, the"
            f" project is of {dataset.company['edition']}. Inputs count as edited where they differ"
            " from the values the workbook was written with; other cells are not compared."
        )
    found += change_lines(edited.scenario, edited.differences, dataset, reports)
    return found + edited.untaken.lines()


def change_lines(
    scenario: str,
    differences: Mapping[str, tuple[Any, Any]],
    dataset: Dataset,
    reports: Sequence[Mapping[str, Any]],
) -> list[str]:
    """The inputs that differ from a scenario, and what target, upside and rating become."""
    count = len(differences)
    if not count:
        return [f"No input differs from the scenario {scenario}."]
    verb = "differs" if count == 1 else "differ"
    found = [f"Scenario {scenario}, {counted(count, 'input')} {verb}:"]
    found += [f"  {key}: {_shown(old)} -> {_shown(new)}" for key, (old, new) in differences.items()]
    before, after = reports
    currency = dataset.company["currencies"]["trading"]
    for words, name, shape in (
        (f"Target price, {currency} per share", "target_price", ".2f"),
        ("Upside", "upside", "+.1%"),
        ("Rating", "rating", ""),
    ):
        was, now = (format(report[name], shape) for report in (before, after))
        found.append(f"{words}: {f'{was} -> {now}' if was != now else f'{was}, unchanged'}")
    return found


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
