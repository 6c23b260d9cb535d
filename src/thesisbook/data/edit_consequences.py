"""What an edit of base brings with it: earlier scenarios, bridges and forecasts that follow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from thesisbook.data.dataset import PUBLISHED, Dataset
from thesisbook.data.edition_steps import EditionBridge

if TYPE_CHECKING:
    from thesisbook.data.edits import Edits

COMPANY, FORECASTS = "data/company.yaml", "data/forecasts.csv"
BRIDGE, EDITION_BRIDGE = (f"data/studies/{name}.yaml" for name in ("bridge", "edition_bridge"))
UPDATE = """- id: update
  name: {en: Data since the audited report, zh: 原报告之后的数据}
  reason: >-
    Figures that were published after it.
  parameters: [NAME]
"""
EDITION_UPDATE = """  - id: update
    kind: fact
    name: {en: Later data, zh: 后续数据}
    parameters: [NAME]
"""


def move_edition(edits: Edits, day: str) -> None:
    """Move the edition in work, and with it its forecasts; those of a kept edition stay."""
    before = edits.dataset.company["edition"]
    edits.put(COMPANY, "edition", "", day)
    kept = {row.edition for row in edits.dataset.editions}
    moving = [row for row in edits.dataset.forecasts if row.edition == before]
    if moving and before not in kept:
        own = re.compile(rf"^(\w+),{re.escape(before)},", re.MULTILINE)
        edits.texts[FORECASTS] = own.sub(rf"\1,{day},", edits.text(FORECASTS))
        edits.done.append(f"{FORECASTS}: edition of {len(moving)} rows {before} -> {day}")


def keep_old(edits: Edits, name: str, entry: Mapping[str, Any]) -> None:
    """Give scenarios of an earlier day the old figure as their own, and the bridges a step."""
    key = next(key for key in ("fact", "value", "expression") if key in entry)
    content = entry[key]
    if isinstance(content, bool):
        content = str(content).lower()
    shown = f'"{content}"' if isinstance(content, str) and key != "fact" else content
    text = (
        f"{name}:\n  {key}: {shown}\n  reason: >-\n    As published; later data move base alone.\n"
    )
    roots = _roots_of_earlier_days(edits.dataset)
    pinned = [root for root in roots if name not in edits.dataset.scenarios[root]]
    for root in pinned:
        edits.append(f"data/assumptions/{root}.yaml", text)
    named = edits.dataset.company["scenarios"]
    if PUBLISHED in pinned and named[PUBLISHED].get("extends") is None:
        taken = [step.parameters for step in edits.dataset.studies.get("bridge", ())]
        if name not in {known for parameters in taken for known in parameters}:
            _add_step(edits, BRIDGE, UPDATE, name)
    editions = edits.dataset.studies.get("edition_bridge")
    steps = editions.steps if isinstance(editions, EditionBridge) else ()
    if steps and name not in {known for step in steps for known in step.parameters}:
        _add_step(edits, EDITION_BRIDGE, EDITION_UPDATE, name)


def _roots_of_earlier_days(dataset: Dataset) -> list[str]:
    """Scenarios that take base as it was: `published` and those with a day of their own, each by
    the scenario that it extends, where that is not base."""
    named = dataset.company["scenarios"]
    roots = []
    for scenario, about in named.items():
        if scenario != PUBLISHED and not about.get("as_of"):
            continue
        root = scenario
        while (parent := named[root].get("extends")) not in (None, "base"):
            root = parent
        roots.append(root)
    return list(dict.fromkeys(roots))


def _add_step(edits: Edits, file: str, step: str, name: str) -> None:
    """Add a parameter to the step `update` of a bridge; the step itself where there is none.

    It comes before the steps that go to the tree and on in time, which are the last.
    """
    text = edits.text(file)
    start = re.search(r"^ *- id: update\n", text, re.MULTILINE)
    if start:
        head, rest = text[: start.end()], text[start.end() :]
        extended = re.sub(r"(parameters: \[[^\]]*)\]", rf"\1, {name}]", rest, count=1)
        edits.texts[file] = head + extended
    else:
        last = re.search(
            r"^ *- (?:\{id: \w+, |id: \w+\n +)kind: (?:odds|time)\b", text, re.MULTILINE
        )
        at = last.start() if last else len(text)
        edits.texts[file] = text[:at] + step.replace("NAME", name) + text[at:]
    edits.done.append(f"{file}: update.parameters + {name}")
