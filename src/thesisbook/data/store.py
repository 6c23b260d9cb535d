"""Keep a parsed data set on disk, for the many short-lived processes of one build.

Validating every file takes a quarter of a second and each chapter would do it again. The kept
data set is found by a digest of every file under `data/` and of the code that reads them, so it is
never older than either. It is used only where a build names a folder for it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING

from thesisbook.data.reading import MAX_BYTES
from thesisbook.data.tree import files_of

if TYPE_CHECKING:
    from thesisbook.data.dataset import Dataset

FOLDER = "THESISBOOK_DATASETS"
SUFFIX = ".dataset"
KEPT = 8  # data sets in a folder: those of the last edits


def stored(load: Callable[[Path], Dataset]) -> Callable[[Path], Dataset]:
    """Decorate a loading function: keep its result in the folder that the environment names."""

    @wraps(load)
    def loading(root: Path) -> Dataset:
        folder = os.environ.get(FOLDER)
        if not folder or any(p.stat().st_size > MAX_BYTES for p in files_of(root / "data")):
            return load(root)  # which refuses a file that is too large, unread
        place = Path(folder) / f"{_digest(root)}{SUFFIX}"
        dataset = _read(place) or _kept(load(root), place)
        return dataclasses.replace(dataset, root=root)

    return loading


def _read(place: Path) -> Dataset | None:
    """The data set kept at `path`; None if there is none or it was cut short."""
    from thesisbook.data.dataset import Dataset  # noqa: PLC0415 - the build that only names FOLDER does without

    try:
        digest, _, content = place.read_bytes().partition(b"\n")
        if digest.decode("ascii") != hashlib.sha256(content).hexdigest():
            return None
        found = pickle.loads(content)
    except Exception:  # whatever is wrong with the kept copy, the files themselves can be read
        return None
    return found if isinstance(found, Dataset) else None


def _kept(dataset: Dataset, place: Path) -> Dataset:
    """Keep a data set and drop the oldest. A full disk is ignored: the caller has the data."""
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.with_suffix(f".{os.getpid()}.part")
        content = pickle.dumps(dataset, pickle.HIGHEST_PROTOCOL)
        beside.write_bytes(hashlib.sha256(content).hexdigest().encode("ascii") + b"\n" + content)
        beside.replace(place)
        *old, _ = sorted(place.parent.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime_ns)
        for path in old[: 1 - KEPT]:
            path.unlink(missing_ok=True)
    return dataset


def _digest(root: Path) -> str:
    found = hashlib.sha256(_code().encode())
    for name, content in _files(root / "data"):
        found.update(f"{name}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in files_of(folder):
        yield path.relative_to(folder).as_posix(), path.read_bytes()


@cache
def _code() -> str:
    """Digest of the modules of `thesisbook.data` and of the interpreter."""
    import pydantic  # noqa: PLC0415

    found = hashlib.sha256(f"{sys.version}\0{pydantic.VERSION}".encode())
    for name, content in _files(Path(__file__).parent):
        if name.endswith(".py"):
            found.update(name.encode() + content)
    return found.hexdigest()
