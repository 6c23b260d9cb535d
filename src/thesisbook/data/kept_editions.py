"""Read what is kept of a published edition, in today's names: `data/editions/<edition>/`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter

from thesisbook.data.entries import CONTENTS, Assumption, ScenarioNames
from thesisbook.data.faults import DataError, Fault
from thesisbook.data.fields import is_day
from thesisbook.data.ledger_rows import (
    Changes,
    ForecastRow,
    HeadlineRow,
    KeptNumberRow,
    Renamed,
    Weight,
)
from thesisbook.data.reading import read_document, read_records, relative
from thesisbook.data.studies import Draw
from thesisbook.data.trees import Tree
from thesisbook.data.validation import Table, validate_entries, validate_rows

FOLDER = "editions"
_ASSUMPTIONS: TypeAdapter = TypeAdapter(dict[str, Assumption])
_SCENARIOS: TypeAdapter = TypeAdapter(dict[str, ScenarioNames])
_DRAWS: TypeAdapter = TypeAdapter(tuple[Draw, ...])
_WEIGHTS: TypeAdapter = TypeAdapter(tuple[Weight, ...])
_TREE: TypeAdapter = TypeAdapter(Tree)
_CHANGES: TypeAdapter = TypeAdapter(Changes)


@dataclass(frozen=True)
class KeptEdition:
    """A published edition: its assumptions and studies in today's names, its results as published.

    `scenarios` are entries as in `Dataset.scenarios`, `named` what the company's file said of each;
    an edition without a tree has none. `headlines` are values by name
    (`base.target_price`, `weighted.target`, `simulation.mean`); `ledger` is the SHA-256 of the
    frozen forecasts.
    """

    id: str
    scenarios: Mapping[str, Mapping[str, Mapping[str, Any]]]
    named: Mapping[str, Mapping[str, Any]]
    tree: Tree | None
    draws: tuple[Draw, ...]
    weights: tuple[Weight, ...]
    headlines: Mapping[str, float]
    numbers: tuple[KeptNumberRow, ...]
    forecasts: Table[ForecastRow]
    ledger: str
    changes: Changes


def edition_folders(data: Path) -> list[Path]:
    """The folders of kept editions, oldest first; none where nothing was published."""
    return sorted(p for p in (data / FOLDER).glob("[!.]*") if p.is_dir())


def read_edition(folder: Path, root: Path) -> KeptEdition:
    """What is kept in the folder of an edition. Raises DataError."""
    if not is_day(folder.name):
        message = "found a folder that is no edition; a day, year first, is allowed"
        raise DataError([Fault(relative(folder, root), 0, "-", message)])

    def table(name: str, model: type[BaseModel]) -> Table[Any]:
        path = folder / f"{name}.csv"
        return validate_rows(read_records(path, root, list(model.model_fields)), model)

    path = folder / "changes.yaml"
    changes = Changes()
    if path.is_file():
        changes = validate_entries(read_document(path, root), _CHANGES)
    assumptions = {
        file.stem: validate_entries(read_document(file, root), _ASSUMPTIONS)
        for file in sorted((folder / "assumptions").glob("*.yaml"))
    }
    if "base" not in assumptions:
        path = folder / "assumptions" / "base.yaml"
        message = "no such file; it is required"
        raise DataError([Fault(relative(path, root), 0, "-", message)])

    def document(name: str, adapter: TypeAdapter, missing: Any) -> Any:
        path = folder / f"{name}.yaml"
        return validate_entries(read_document(path, root), adapter) if path.is_file() else missing

    named = document("scenarios", _SCENARIOS, {})
    tree = document("studies/tree", _TREE, None)
    forecasts = table("forecasts", ForecastRow)
    return KeptEdition(
        id=folder.name,
        scenarios=_today(assumptions, named, changes.renamed),
        named={name: entry.model_dump(exclude_none=True) for name, entry in named.items()},
        tree=tree and _renamed_tree(tree, changes.renamed),
        draws=tuple(
            draw.model_copy(update={"parameter": _name(draw.parameter, changes.renamed)})
            for draw in document("studies/draws", _DRAWS, ())
        ),
        weights=document("studies/weights", _WEIGHTS, ()),
        headlines={row.name: row.value for row in table("headlines", HeadlineRow).rows},
        numbers=table("numbers", KeptNumberRow).rows,
        forecasts=forecasts,
        ledger=hashlib.sha256((root / forecasts.file).read_bytes()).hexdigest(),
        changes=changes,
    )


def _today(
    assumptions: Mapping[str, Mapping[str, Assumption]],
    named: Mapping[str, ScenarioNames],
    renamed: Renamed,
) -> dict[str, dict[str, dict[str, Any]]]:
    """The entries of each scenario under today's names; unit and range are those of its base."""
    base = assumptions["base"]

    def entries(scenario: str) -> dict[str, Assumption]:
        below = named[scenario].extends if scenario in named else None
        return {**(entries(below) if below else {}), **assumptions.get(scenario, {})}

    return {
        scenario: {
            _name(name, renamed): _renamed(
                {
                    **base[name].model_dump(
                        exclude_none=True, exclude={*CONTENTS, "reason", "source"}
                    ),
                    **entry.model_dump(exclude_none=True),
                },
                renamed,
            )
            for name, entry in entries(scenario).items()
        }
        for scenario in {**assumptions, **named}
    }


def _name(name: str, renamed: Renamed) -> str:
    """Today's name of a parameter, also of one year of it."""
    stem, _, year = name.rpartition(".")
    if year.isdigit() and stem in renamed.parameters:
        return f"{renamed.parameters[stem]}.{year}"
    return renamed.parameters.get(name, name)


def _renamed_tree(tree: Tree, renamed: Renamed) -> Tree:
    """The tree with today's names of the parameters that its states change."""
    content = tree.model_dump()
    for driver in content["drivers"]:
        for state in driver["states"]:
            for part in ("parameters", "expressions", "add", "at_most"):
                state[part] = {_name(n, renamed): value for n, value in state[part].items()}
    return Tree.model_validate(content)


def _renamed(entry: dict[str, Any], renamed: Renamed) -> dict[str, Any]:
    """An entry with today's words of choices and ids of facts."""

    def facts(text: Any) -> Any:
        for old, new in renamed.facts.items():
            text = text.replace(old, new) if isinstance(text, str) else text
        return text

    found = dict(entry)
    if isinstance(found.get("value"), str):
        found["value"] = renamed.words.get(found["value"], found["value"])
    if found.get("allowed"):
        found["allowed"] = [renamed.words.get(word, word) for word in found["allowed"]]
    for key in ("fact", "expression"):
        if key in found:
            found[key] = facts(found[key])
    for key in ("facts", "expressions"):
        if key in found:
            found[key] = {year: facts(text) for year, text in found[key].items()}
    return found
