"""Read single files of `data/` without loading the whole set; they are not validated here.

Nothing outside this package opens a file under `data/`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thesisbook.data.faults import DataError, Fault
from thesisbook.data.reading import read_document, read_records

if TYPE_CHECKING:
    from thesisbook.data.schemas import AllowanceRow, SourceRow


def project_root(start: Path | None = None) -> Path:
    """The nearest directory above `start` (default: here) with data/sources.csv, else
    THESISBOOK_ROOT. Raises DataError where there is none."""
    here = (start or Path.cwd()).resolve()
    for candidate in (here, *here.parents):
        if (candidate / "data" / "sources.csv").is_file():
            return candidate
    if "THESISBOOK_ROOT" in os.environ:
        return Path(os.environ["THESISBOOK_ROOT"])
    raise DataError([Fault("data/sources.csv", 0, "-", f"no such file in {here} or above it")])


def read_company(root: Path) -> dict[str, Any]:
    """The content of data/company.yaml with every scalar as text, dates too; empty without one."""
    path = root / "data" / "company.yaml"
    if not path.is_file():
        return {}
    content = read_document(path, root).content
    return content if isinstance(content, dict) else {}


def scenario_names(root: Path) -> tuple[str, ...]:
    """The scenarios with a file in data/assumptions/ or a branch in data/company.yaml, by name."""
    files = {path.stem for path in (root / "data" / "assumptions").glob("*.yaml")}
    listed = read_company(root).get("scenarios")
    named = listed.items() if isinstance(listed, dict) else ()
    return tuple(sorted(files | {n for n, of in named if isinstance(of, dict) and "branch" in of}))


def read_sources(root: Path) -> tuple[SourceRow, ...]:
    """The rows of data/sources.csv; none without the file. Raises DataError."""
    return _rows(root, "sources")


def read_allowances(root: Path) -> tuple[AllowanceRow, ...]:
    """The rows of data/receipt_allowlist.csv; none without the file. Raises DataError."""
    return _rows(root, "receipt_allowlist")


def _rows(root: Path, name: str) -> tuple[Any, ...]:
    from thesisbook.data.files import SINGLE  # noqa: PLC0415 - pydantic, a fifth of a second
    from thesisbook.data.validation import validate_rows  # noqa: PLC0415

    path, model = root / "data" / f"{name}.csv", SINGLE[name]
    if not path.is_file():
        return ()
    return validate_rows(read_records(path, root, list(model.model_fields)), model).rows


def ledger_files(root: Path) -> dict[str, Path]:
    """The ledger with editions, calendar and frozen copies by name below `data/`; none without."""
    data = root / "data"
    if not (data / "forecasts.csv").is_file():
        return {}
    paths = [data / f"{name}.csv" for name in ("forecasts", "editions", "calendar")]
    paths += sorted((data / "editions").glob("*/forecasts.csv"))
    return {path.relative_to(data).as_posix(): path for path in paths if path.is_file()}


def is_whole(root: Path) -> bool:
    """Whether `root` has all required data, not only the files copied for a build of pages."""
    return (root / "data" / "entities.csv").is_file()
