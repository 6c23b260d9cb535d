"""Parts of the data for those that need no whole data set, as they stand; the check validates them.

Nothing outside this package opens a file under `data/`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from thesisbook.data import schemas
from thesisbook.data.reading import read_document, read_records
from thesisbook.data.validation import validate_rows


def read_company(root: Path) -> dict[str, Any]:
    """The content of data/company.yaml with every scalar as text, dates too; empty without one."""
    path = root / "data" / "company.yaml"
    if not path.is_file():
        return {}
    content = read_document(path, root).content
    return content if isinstance(content, dict) else {}


def read_sources(root: Path) -> tuple[schemas.SourceRow, ...]:
    """The rows of data/sources.csv; none without the file. Raises DataError."""
    return _rows(root, "sources", schemas.SourceRow)


def read_allowances(root: Path) -> tuple[schemas.AllowanceRow, ...]:
    """The rows of data/receipt_allowlist.csv; none without the file. Raises DataError."""
    return _rows(root, "receipt_allowlist", schemas.AllowanceRow)


def scenario_names(root: Path) -> tuple[str, ...]:
    """The scenarios that have a file in data/assumptions/, by name."""
    return tuple(sorted(path.stem for path in (root / "data" / "assumptions").glob("*.yaml")))


def _rows(root: Path, name: str, model: type[schemas.Closed]) -> tuple[Any, ...]:
    path = root / "data" / f"{name}.csv"
    if not path.is_file():
        return ()
    return validate_rows(read_records(path, root, list(model.model_fields)), model).rows
