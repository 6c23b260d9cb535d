"""Find, read and validate every file under `data/`, each by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter

from thesisbook.data import entries, ledger_rows, schemas
from thesisbook.data.faults import DataError, Fault
from thesisbook.data.kept_editions import FOLDER, KeptEdition, edition_folders, read_edition
from thesisbook.data.prints import PRINTS, Prints
from thesisbook.data.reading import Document, read_document, read_records, relative
from thesisbook.data.studies import STUDIES
from thesisbook.data.validation import Table, validate_entries, validate_rows

T = TypeVar("T")
ASSUMPTIONS: TypeAdapter = TypeAdapter(dict[str, entries.Assumption])
ERRATA: TypeAdapter = TypeAdapter(tuple[entries.Erratum, ...])
RECOMPUTATIONS: TypeAdapter = TypeAdapter(tuple[entries.Recomputation, ...])
COMPANY: TypeAdapter = TypeAdapter(entries.Company)

# One file each, and folders with a file per topic, chapter or scenario.
SINGLE: dict[str, type[BaseModel]] = {
    "sources": schemas.SourceRow,
    "entities": schemas.EntityRow,
    "metrics": schemas.MetricRow,
    "corroborations": schemas.CorroborationRow,
    "readings": schemas.ReadingRow,
    "exhibits": schemas.ExhibitRow,
    "patents": schemas.PatentRow,
    "labels": schemas.LabelRow,
    "receipt_allowlist": schemas.AllowanceRow,
    "forecasts": ledger_rows.ForecastRow,
    "editions": ledger_rows.EditionRow,
    "calendar": ledger_rows.CalendarRow,
}
FOLDERS: dict[str, type[BaseModel]] = {
    "facts": schemas.FactRow,
    "numbers": schemas.NumberRow,
    "captions": schemas.CaptionRow,
    "scoreboard": schemas.ScoreRow,
    "checklists": schemas.ChecklistRow,
    "words": schemas.WordRow,
}
ENTRIES: dict[str, TypeAdapter] = {
    "company": COMPANY,
    "errata": ERRATA,
    "recomputations": RECOMPUTATIONS,
    "print": PRINTS,
    **{f"studies/{name}": adapter for name, adapter in STUDIES.items()},
}
# Optional: an absent file counts as empty. A file or folder that exists must hold at least one row.
OPTIONAL = {
    *("corroborations", "readings", "exhibits", "patents", "labels", "receipt_allowlist"),
    *("forecasts", "editions", "calendar"),
    *("numbers", "captions", "scoreboard", "checklists", "words", "errata"),
    *("recomputations", "print"),
    *(name for name in ENTRIES if name.startswith("studies/")),
}
# Other files allowed in `data/`: they are for readers, and no program reads them.
PAPERS = ("README.md", "LICENSE.md")


@dataclass(frozen=True)
class Files:
    """Every file under `data/`, each valid by itself."""

    sources: Table[schemas.SourceRow]
    entities: Table[schemas.EntityRow]
    metrics: Table[schemas.MetricRow]
    facts: tuple[Table[schemas.FactRow], ...]
    corroborations: Table[schemas.CorroborationRow]
    readings: Table[schemas.ReadingRow]
    exhibits: Table[schemas.ExhibitRow]
    patents: Table[schemas.PatentRow]
    labels: Table[schemas.LabelRow]
    receipt_allowlist: Table[schemas.AllowanceRow]
    forecasts: Table[ledger_rows.ForecastRow]
    editions: Table[ledger_rows.EditionRow]
    calendar: Table[ledger_rows.CalendarRow]
    numbers: Mapping[str, Table[schemas.NumberRow]]
    captions: Mapping[str, Table[schemas.CaptionRow]]
    words: Mapping[str, Table[schemas.WordRow]]
    scoreboard: tuple[Table[schemas.ScoreRow], ...]
    company: tuple[Document, entries.Company]
    scenarios: Mapping[str, tuple[Document, Mapping[str, entries.Assumption]]]
    errata: tuple[Document, tuple[entries.Erratum, ...]]
    recomputations: tuple[Document, tuple[entries.Recomputation, ...]]
    studies: Mapping[str, tuple[Document, tuple[Any, ...]]]
    kept: Mapping[str, KeptEdition]
    prints: tuple[Document, Prints | None]


class _Faults:
    """Collects the faults of one class over all files."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def attempt(self, work: Callable[..., T], *arguments: Any) -> T | None:
        """The result of `work`; None if it raises DataError, whose faults are kept."""
        try:
            return work(*arguments)
        except DataError as error:
            self._faults += error.faults
            return None

    def settle(self) -> None:
        """Raises DataError if anything was gathered."""
        if self._faults:
            raise DataError(self._faults)


def read_files(root: Path) -> Files:
    """Every file under `root/data`; one of OPTIONAL that is not there is empty. Raises DataError:
    first for files that cannot be read at all, then for rows and entries that are not valid."""
    data, faults = root / "data", _Faults()
    paths = {name: data / f"{name}.csv" for name in SINGLE if _wanted(data, f"{name}.csv")}
    faults.attempt(_refuse_strays, data, root)
    for folder in filter(lambda name: _wanted(data, name), FOLDERS):
        paths |= {f"{folder}/{p.stem}": p for p in _members(data / folder, ".csv", root, faults)}
    models = {name: SINGLE.get(name) or FOLDERS[name.split("/")[0]] for name in paths}
    documents = {name: data / f"{name}.yaml" for name in ENTRIES if _wanted(data, f"{name}.yaml")}
    documents["assumptions/base"] = data / "assumptions" / "base.yaml"
    for path in _members(data / "assumptions", ".yaml", root, faults):
        documents[f"assumptions/{path.stem}"] = path
    raw = {
        name: faults.attempt(read_records, path, root, *_columns(models[name]))
        for name, path in paths.items()
    }
    nodes = {name: faults.attempt(read_document, path, root) for name, path in documents.items()}
    kept = {p.name: faults.attempt(read_edition, p, root) for p in edition_folders(data)}
    faults.settle()
    tables = {name: faults.attempt(validate_rows, raw[name], models[name]) for name in raw}
    parsed = {
        name: (
            node,
            faults.attempt(validate_entries, node, ENTRIES.get(name, ASSUMPTIONS)),
        )
        for name, node in nodes.items()
    }
    faults.settle()
    return _arranged(tables, parsed, kept)


def _columns(model: type[BaseModel]) -> tuple[list[str], list[str]]:
    """The columns of a table, and those of them that a file may leave out."""
    fields = model.model_fields
    return list(fields), [name for name, field in fields.items() if not field.is_required()]


def _wanted(data: Path, name: str) -> bool:
    """Whether to read a file or folder: it exists or is required."""
    return (data / name).exists() or name.partition(".")[0] not in OPTIONAL


def _refuse_strays(data: Path, root: Path) -> None:
    """Report files in `data/` or `data/studies/` that no reader would open."""
    known = {data / name for name in (*PAPERS, *FOLDERS, "assumptions", "studies", FOLDER)}
    known |= {data / f"{name}.csv" for name in SINGLE} | {data / f"{name}.yaml" for name in ENTRIES}
    found = [*data.glob("[!.]*"), *data.glob("studies/[!.]*")]
    message = "found a file that is not read; data/README.md names those that are"
    strays = sorted(path for path in found if path not in known)
    if strays:
        raise DataError(Fault(relative(path, root), 0, "-", message) for path in strays)


def _members(folder: Path, suffix: str, root: Path, faults: _Faults) -> list[Path]:
    """The files of a folder of `data/`. Hidden files are skipped, any other stray is a fault."""

    def member(path: Path) -> Path:
        if path.suffix == suffix and re.fullmatch(r"\w+", path.stem):
            return path
        message = f"found a file that is not read; names like topic{suffix} are allowed"
        raise DataError([Fault(relative(path, root), 0, "-", message)])

    def content() -> list[Path]:
        found = sorted(p for p in folder.glob("*") if not p.name.startswith("."))
        if not found:
            message = f"found no file; at least one {suffix} is required"
            raise DataError([Fault(relative(folder, root), 0, "-", message)])
        return found

    members = [faults.attempt(member, path) for path in faults.attempt(content) or []]
    return [path for path in members if path is not None]


def _arranged(
    tables: Mapping[str, Any], parsed: Mapping[str, Any], kept: Mapping[str, Any]
) -> Files:
    def folder(of: Mapping[str, Any], name: str) -> dict[str, Any]:
        return {key.split("/")[1]: of[key] for key in of if key.startswith(f"{name}/")}

    def document(name: str) -> tuple[Document, Any]:
        return parsed.get(name) or (Document(f"data/{name}.yaml", [], {}), ())

    return Files(
        **{name: tables.get(name) or Table(f"data/{name}.csv", (), ()) for name in SINGLE},
        facts=tuple(folder(tables, "facts").values()),
        numbers=folder(tables, "numbers"),
        captions=folder(tables, "captions"),
        words=folder(tables, "words"),
        scoreboard=tuple(folder(tables, "scoreboard").values()),
        studies={name: document(f"studies/{name}") for name in STUDIES},
        scenarios=folder(parsed, "assumptions"),
        company=parsed["company"],
        errata=document("errata"),
        recomputations=document("recomputations"),
        kept=kept,
        prints=document("print"),
    )


def entries_of(files: Files, scenario: str) -> dict[str, tuple[Document, entries.Assumption]]:
    """The entries of a scenario and of those it extends, each with the file it stands in.

    Those of base belong only to base itself.
    """
    document, own = files.scenarios.get(scenario, (None, {}))
    named = files.company[1].scenarios.get(scenario)
    below = entries_of(files, named.extends) if named and named.extends else {}
    return {**below, **{name: (document, entry) for name, entry in own.items()}}  # type: ignore[misc]
