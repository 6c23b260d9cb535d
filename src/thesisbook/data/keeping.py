"""Keep the edition in work under data/editions/: what it assumed, forecast and found."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from thesisbook.data.faults import DataError, Fault
from thesisbook.data.kept_editions import FOLDER
from thesisbook.data.ledger_rows import (
    JUDGEMENTS,
    EditionRow,
    ForecastRow,
    HeadlineRow,
    KeptNumberRow,
)
from thesisbook.data.tree import files_of

if TYPE_CHECKING:
    from pydantic import BaseModel

    from thesisbook.data.dataset import Dataset

KEPT_STUDIES = ("draws", "tree")
REGISTER = "editions.csv"


def inputs_digest(root: Path) -> str:
    """SHA-256 of lines as `sha256sum` writes them, of every file of `data/` but kept editions."""
    data = root / "data"
    names = {path.relative_to(data).as_posix(): path for path in files_of(data)}
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n"
        for name, path in sorted(names.items())
        if not name.startswith(("editions", ".")) and "/." not in name
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def keep_edition(
    dataset: Dataset,
    result: Mapping[str, Any],
    headlines: Mapping[str, float],
    numbers: Iterable[Mapping[str, str]],
) -> Path:
    """Freeze the forecasts, assumptions and results of the edition in work; the folder made.

    `result` holds `rating`, `target`, `price` and `commit`, `numbers` the columns of KeptNumberRow.
    Raises DataError where the edition is kept already: what was published stays.
    """
    root, company = dataset.root, dataset.company
    edition = str(company["edition"])
    data = root / "data"
    folder = data / FOLDER / edition
    if folder.exists() or edition in {row.edition for row in dataset.editions}:
        message = "is kept already, and what was published stays; a new edition has a later day"
        raise DataError([Fault(f"data/{FOLDER}/{edition}", 0, "-", message)])
    digest = inputs_digest(root)
    beside = folder.with_name(f".{edition}.part")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(data / "assumptions", beside / "assumptions")
    (beside / "studies").mkdir()
    for name in KEPT_STUDIES:
        if (data / "studies" / f"{name}.yaml").is_file():
            shutil.copy(data / "studies" / f"{name}.yaml", beside / "studies")
    named = yaml.safe_dump(company["scenarios"], allow_unicode=True, sort_keys=False)
    (beside / "scenarios.yaml").write_text(named, "utf-8", newline="\n")
    frozen = [
        {**row.model_dump(), **dict.fromkeys(JUDGEMENTS, "")}
        for row in dataset.forecasts
        if row.edition == edition
    ]
    _write(beside / "forecasts.csv", ForecastRow, frozen)
    told = [{"name": name, "value": repr(value)} for name, value in headlines.items()]
    _write(beside / "headlines.csv", HeadlineRow, told)
    _write(beside / "numbers.csv", KeptNumberRow, list(numbers))
    row = {
        "edition": edition,
        "price_date": company["price_date"],
        "digest": digest,
        "ledger": hashlib.sha256((beside / "forecasts.csv").read_bytes()).hexdigest(),
        **{name: str(value) for name, value in result.items()},
    }
    rows = [{k: str(v) for k, v in known.model_dump().items()} for known in dataset.editions]
    beside.rename(folder)
    _write(data / REGISTER, EditionRow, [*rows, row])
    return folder


def _write(path: Path, model: type[BaseModel], rows: Sequence[Mapping[str, Any]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(model.model_fields), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    beside = path.with_name(f".{path.name}.part")
    beside.write_text(text.getvalue(), "utf-8", newline="\n")
    beside.replace(path)
