"""Load the files under `data/` into a Dataset: read, validate, cross-check, join."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from thesisbook.data import schemas
from thesisbook.data.consistency import CLASSES
from thesisbook.data.currencies import write_as
from thesisbook.data.dataset import Corroboration, Dataset, Fact, Source
from thesisbook.data.entries import CONTENTS
from thesisbook.data.faults import DataError
from thesisbook.data.files import Files, entries_of, read_files
from thesisbook.data.parts import project_root
from thesisbook.data.periods import last_day
from thesisbook.data.store import stored
from thesisbook.data.tracing import traced
from thesisbook.data.units import UNITS
from thesisbook.data.validation import Table


@traced
def load_dataset(root: Path | None = None) -> Dataset:
    """The whole data set of a project, validated. `root` holds `data/`.

    Raises DataError with every fault of the first class that is found: files that cannot be read,
    rows, keys, names, dimensions, then figures that disagree.
    """
    dataset = _loaded(Path(root) if root is not None else project_root())
    write_as(dataset.company["currencies"])  # everywhere alike: on pages and on the terminal
    return dataset


@stored
def _loaded(root: Path) -> Dataset:
    files = read_files(root)
    for checks in CLASSES:
        faults = [fault for check in checks for fault in check(files)]
        if faults:
            raise DataError(faults)
    return _joined(root, files)


def _joined(root: Path, files: Files) -> Dataset:
    document, errata = files.errata
    return Dataset(
        root=root,
        sources={row.id: Source(**dict(row)) for row in files.sources.rows},
        company=files.company[1].model_dump(exclude_none=True),
        entities={row.id: dict(row) for row in files.entities.rows},
        metrics={row.id: dict(row) for row in files.metrics.rows},
        labels={row.key: {"en": row.en, "zh": row.zh} for row in files.labels.rows},
        words={"zh": _words(files)},
        exhibits=files.exhibits.rows,
        patents=files.patents.rows,
        errata={erratum.id: erratum for erratum in errata},
        recomputations={row.id: row for row in files.recomputations[1]},
        scoreboard=tuple(row for table in files.scoreboard for row in table.rows),
        numbers={chapter: table.rows for chapter, table in files.numbers.items()},
        captions={chapter: table.rows for chapter, table in files.captions.items()},
        scenarios=_scenarios(files),
        studies={name: rows for name, (_, rows) in files.studies.items()},
        forecasts=files.forecasts.rows,
        editions=files.editions.rows,
        calendar=files.calendar.rows,
        kept=files.kept,
        places={
            **{row.id: (table.file, line) for table in files.scoreboard for line, row in table},
            **{
                f"{Path(table.file).stem}.{row.id}": (table.file, line)
                for table in (files.forecasts, files.calendar)
                for line, row in table
            },
            **{e.id: (document.file, document.line((n, "expect"))) for n, e in enumerate(errata)},
        },
        _facts=_facts(files),
    )


def _words(files: Files) -> dict[str, str]:
    """Chinese by English: whatever the data say in both languages, in rows or in entries.

    A word of its own table comes before the same word as a part of something else.
    """
    tables: list[Table[Any]] = [
        files.entities,
        files.metrics,
        files.forecasts,
        files.calendar,
        files.exhibits,
    ]
    rows: list[dict[str, Any]] = [
        dict(row) for table in (*tables, *files.numbers.values()) for row in table.rows
    ]
    found: dict[str, str] = {}
    for row in rows:
        for name, english in row.items():
            if name.endswith("_en") and row.get(f"{name[:-3]}_zh"):
                found[english] = row[f"{name[:-3]}_zh"]
    entries = [files.company[1], *(row for _, rows in files.studies.values() for row in rows)]
    found |= dict(pair for entry in entries for pair in _pairs(entry))
    for words in files.words.values():
        found |= {row.en: row.zh for row in words.rows}
    found |= {row.en: row.zh for row in files.labels.rows}
    return {" ".join(english.split()): chinese for english, chinese in found.items()}


def _pairs(content: Any) -> Iterator[tuple[str, str]]:
    """Every `{en: ..., zh: ...}` in the content of an entry."""
    if isinstance(content, BaseModel):
        content = content.model_dump()
    if isinstance(content, Mapping):
        english, chinese = content.get("en"), content.get("zh")
        if isinstance(english, str) and isinstance(chinese, str) and "{}" not in english:
            yield english, chinese
        content = content.values()
    elif not isinstance(content, list | tuple):
        return
    for part in content:
        yield from _pairs(part)


def _scenarios(files: Files) -> dict[str, dict[str, dict[str, Any]]]:
    """The entries of each scenario that differ from base; unit, range and label are base's.

    A branch of the tree has none: its states say what differs.
    """
    base = files.scenarios["base"][1]
    return {
        scenario: {
            name: {
                **base[name].model_dump(exclude_none=True, exclude={*CONTENTS, "reason", "source"}),
                **entry.model_dump(exclude_none=True),
            }
            for name, (_, entry) in entries_of(files, scenario).items()
        }
        for scenario in {**files.scenarios, **files.company[1].scenarios}
    }


def _facts(files: Files) -> dict[str, Fact]:
    sources = {row.id: row for row in files.sources.rows}
    corroborations: dict[str, list[Corroboration]] = {}
    for row in files.corroborations.rows:
        corroboration = Corroboration(**_quantity(row), fact=row.fact, erratum=row.erratum)
        corroborations.setdefault(row.fact, []).append(corroboration)
    return {
        row.id: Fact(
            **_quantity(row),
            id=row.id,
            entity=row.entity,
            metric=row.metric,
            period=row.period,
            unit=UNITS[row.unit].canonical,
            basis=row.basis,
            grade=row.grade or sources[row.source].grade,
            public=row.public or last_day(sources[row.source].date),
            file=table.file,
            line=line,
            corroborations=tuple(corroborations.get(row.id, ())),
        )
        for table in files.facts
        for line, row in table
    }


def _quantity(row: schemas.FactRow | schemas.CorroborationRow) -> dict[str, Any]:
    """The fields that facts and corroborating sources share: printed text, figure, place."""
    return {
        "printed": row.printed,
        "printed_value": row.figure.printed_value,
        "printed_unit": row.unit,
        "value": row.figure.value,
        "tolerance": row.figure.tolerance,
        "source": row.source,
        "locator": row.locator,
        "note": row.note,
    }
