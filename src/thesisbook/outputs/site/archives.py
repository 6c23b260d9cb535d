"""Zips that a reader can take away: all data, and notebooks with everything they need to run."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

from thesisbook.data.tree import files_of

NOTEBOOKS = "notebooks-and-data.zip"
DATA = "data.zip"
NUMBERS = "numbers.zip"
EPOCH = (1980, 1, 1, 0, 0, 0)
SKIP_PARTS = frozenset({"__pycache__", ".ipynb_checkpoints"})
# Notebooks need the whole package except what only sets pages and print.
SKIP_PREFIXES = (
    "src/thesisbook/outputs/site/static/",
    "src/thesisbook/outputs/site/templates/",
    "src/thesisbook/outputs/pdf/fonts/",
)
TOGETHER = ("notebooks", "data", "src/thesisbook")
FILES = ("pyproject.toml", "requirements.txt", "README.md", "LICENSE")
HOW = """Notebooks with their data.

    python3 -m venv .venv
    .venv/bin/pip install -r requirements.txt
    .venv/bin/pip install --no-deps -e .
    .venv/bin/papermill notebooks/06_valuation.ipynb out.ipynb -p scenario bear

Add -y 'overrides: {wacc: 0.14}' for other values of the model; -p alone would give text.

In Jupyter: .venv/bin/pip install jupyterlab jupyterlab-myst, then .venv/bin/jupyter lab notebooks/.
These notebooks name their numbers in the prose, which Jupyter shows as names; a build of the book
leaves copies with the numbers themselves in _build/notebooks/. Every number comes from data/.
"""


def write(root: Path, folder: Path) -> list[Path]:
    """Both zips in `folder`, the same bytes for the same content."""
    made = [folder / NOTEBOOKS, folder / DATA]
    together = [path for name in TOGETHER for path in _files(root / name)]
    together += [root / name for name in FILES if (root / name).is_file()]
    _zip(made[0], root, together, {"HOW_TO_RUN.txt": HOW})
    _zip(made[1], root, _files(root / "data"), {})
    return made


def zipped(file: Path, folder: Path) -> Path:
    """A zip in `folder` of one large file, named as the file is."""
    made = folder / f"{file.stem}.zip"
    _zip(made, file.parent, [file], {})
    return made


def _files(folder: Path) -> list[Path]:
    return [path for path in files_of(folder) if not SKIP_PARTS.intersection(path.parts)]


def _zip(target: Path, root: Path, files: Iterable[Path], texts: dict[str, str]) -> None:
    entries = {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
    entries |= {name: text.encode("utf-8") for name, text in texts.items()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(entries):
            if not name.startswith(SKIP_PREFIXES):
                entry = zipfile.ZipInfo(name, EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, entries[name])
