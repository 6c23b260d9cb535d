"""From the files under `data/` to a Dataset: read, validate, convert once, join."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from thesisbook.data import schemas
from thesisbook.data.dataset import Dataset, Fact, Source, Witness
from thesisbook.data.faults import DataError, Fault
from thesisbook.data.figures import read_figure
from thesisbook.data.reading import Table, explain, read_csv, read_yaml, relative
from thesisbook.data.studies import read_studies
from thesisbook.data.tracing import traced
from thesisbook.data.units import UNITS


def project_root(start: Path | None = None) -> Path:
    """The nearest directory above `start` (default: here) with data/sources.csv, else
    THESISBOOK_ROOT. Raises DataError where there is none."""
    here = (start or Path.cwd()).resolve()
    for candidate in (here, *here.parents):
        if (candidate / "data" / "sources.csv").is_file():
            return candidate
    if "THESISBOOK_ROOT" in os.environ:
        return Path(os.environ["THESISBOOK_ROOT"])
    raise DataError([Fault("data/sources.csv", 0, "-", f"not found in {here} or above it")])


@traced
def load_dataset(root: Path | None = None) -> Dataset:
    """The whole data set of a project, validated. `root` holds `data/`.

    Raises DataError with every fault of the first class that is found.
    """
    root = Path(root) if root is not None else project_root()
    data = root / "data"
    sources = read_csv(data / "sources.csv", root, schemas.SourceRow)
    entities = read_csv(data / "entities.csv", root, schemas.EntityRow)
    metrics = read_csv(data / "metrics.csv", root, schemas.MetricRow)
    tables = [read_csv(p, root, schemas.FactRow) for p in sorted(data.glob("facts/*.csv"))]
    witnesses = _optional(data / "witnesses.csv", root, schemas.WitnessRow)
    joined = _join(tables, witnesses)
    return Dataset(
        root=root,
        sources={row.id: Source(**row.model_dump()) for row in sources.rows},
        company=_company(data / "company.yaml", root),
        entities={row.id: row.model_dump() for row in entities.rows},
        metrics={row.id: row.model_dump() for row in metrics.rows},
        labels={
            row.key: {"en": row.en, "zh": row.zh}
            for row in _optional(data / "labels.csv", root, schemas.LabelRow).rows
        },
        exhibits=_optional(data / "exhibits.csv", root, schemas.ExhibitRow).rows,
        patents=_optional(data / "patents.csv", root, schemas.PatentRow).rows,
        errata=_errata(data / "errata.yaml", root),
        scoreboard=tuple(
            row
            for path in sorted(data.glob("scoreboard/*.csv"))
            for row in read_csv(path, root, schemas.ScoreRow).rows
        ),
        numbers={
            path.stem: read_csv(path, root, schemas.NumberRow).rows
            for path in sorted(data.glob("numbers/*.csv"))
        },
        captions={
            path.stem: read_csv(path, root, schemas.CaptionRow).rows
            for path in sorted(data.glob("captions/*.csv"))
        },
        scenarios={
            path.stem: _assumptions(path, root) for path in sorted(data.glob("assumptions/*.yaml"))
        },
        studies=read_studies(data, root),
        _facts=joined,
    )


def _optional(path: Path, root: Path, model: type[schemas.Row]) -> Table[Any]:
    if not path.exists():
        return Table(relative(path, root), (), ())
    return read_csv(path, root, model)


def _join(tables: list[Table], witnesses: Table) -> dict[str, Fact]:
    by_fact: dict[str, list[Witness]] = {}
    for row in witnesses.rows:
        by_fact.setdefault(row.fact, []).append(
            Witness(
                fact=row.fact,
                printed=row.printed,
                printed_unit=row.unit,
                source=row.source,
                locator=row.locator,
                erratum=row.erratum,
                note=row.note,
                **_quantity(row),
            )
        )
    facts: dict[str, Fact] = {}
    for table in tables:
        for row, line in zip(table.rows, table.lines, strict=True):
            facts[row.id] = Fact(
                id=row.id,
                entity=row.entity,
                metric=row.metric,
                period=row.period,
                printed=row.printed,
                printed_unit=row.unit,
                unit=UNITS[row.unit].canonical,
                basis=row.basis,
                source=row.source,
                locator=row.locator,
                note=row.note,
                file=table.file,
                line=line,
                witnesses=tuple(by_fact.get(row.id, ())),
                **_quantity(row),
            )
    return facts


def _quantity(row: schemas.QuantityRow) -> dict[str, Any]:
    """The printed and canonical value of a row, and its tolerance."""
    figure = read_figure(row)
    return {
        "printed_value": figure.printed_value,
        "value": figure.value,
        "tolerance": figure.tolerance,
    }


def _validated(path: Path, root: Path, adapter: TypeAdapter, content: object, lines: dict) -> Any:
    try:
        return adapter.validate_python(content)
    except ValidationError as error:
        name, faults = relative(path, root), []
        for detail in error.errors(include_url=False):
            loc = detail["loc"]
            row = next((lines[loc[:n]] for n in range(len(loc), -1, -1) if loc[:n] in lines), 1)
            column = ".".join(str(part) for part in loc) or "-"
            faults.append(Fault(name, row, column, explain(detail)))
        raise DataError(faults) from None


def _assumptions(path: Path, root: Path) -> dict[str, dict[str, Any]]:
    content, lines = read_yaml(path, root)
    entries = _validated(path, root, TypeAdapter(dict[str, schemas.Assumption]), content, lines)
    return {name: entry.model_dump(exclude_none=True) for name, entry in entries.items()}


def _errata(path: Path, root: Path) -> dict[str, schemas.Erratum]:
    if not path.exists():
        return {}
    content, lines = read_yaml(path, root)
    entries = _validated(path, root, TypeAdapter(list[schemas.Erratum]), content, lines)
    return {entry.id: entry for entry in entries}


def _company(path: Path, root: Path) -> dict[str, Any]:
    content, lines = read_yaml(path, root)
    company: schemas.Company = _validated(path, root, TypeAdapter(schemas.Company), content, lines)
    return company.model_dump(exclude_none=True)
