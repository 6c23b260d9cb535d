"""Local copies of source texts: which file is the text that figures were read from."""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from thesisbook.data.dataset import Corroboration, Dataset, Fact, Source
from thesisbook.data.faults import nearest
from thesisbook.data.files import read_files
from thesisbook.data.schemas import ReadingRow
from thesisbook.data.source_checks import fingerprint, read_places, squeezed

AROUND = 2
"""Lines shown before and after the one asked for."""


class NoSuchPlace(ValueError):
    """A source, line or folder that does not exist. The message is one line."""


@dataclass(frozen=True)
class Print:
    """A figure as one place of a source prints it."""

    fact: str
    printed: str
    locator: str


def split_place(dataset: Dataset, place: str) -> tuple[Source, int | None]:
    """The source and line of `004:L835`, or of `004` alone, which names no line.

    Raises NoSuchPlace for an unknown source or a line that is none.
    """
    identity, _, line = place.partition(":")
    if identity not in dataset.sources:
        known = ", ".join(nearest(identity, dataset.sources)) or "see data/sources.csv"
        raise NoSuchPlace(f"no source {identity!r}; nearest: {known}")
    if not line:
        return dataset.sources[identity], None
    number = line.removeprefix("L")
    if not number.isdecimal() or int(number) < 1:
        raise NoSuchPlace(f"found {line!r} in {place!r}; a line like L835 is allowed")
    return dataset.sources[identity], int(number)


def prints_at(dataset: Dataset, source: str, line: int | None) -> list[Print]:
    """Every figure that is read from a source, or from one line of it, in file order."""
    found = []
    for fact in dataset.facts():
        places: tuple[Fact | Corroboration, ...] = (fact, *fact.corroborations)
        for place in places:
            here = line is None or place.locator.partition(" ")[0] == f"L{line}"
            if place.source == source and here:
                found.append(Print(fact.id, place.printed, place.locator))
    return found


def local_text(source: Source, folder: Path) -> list[str] | None:
    """The lines of the file in `folder` that has the source's checksum; None where none has it.

    The name of the file does not matter. Raises NoSuchPlace where there is no such folder.
    """
    if not folder.is_dir():
        raise NoSuchPlace(f"no folder {folder}; give the one with the texts of the sources")
    for path in sorted(folder.iterdir()) if source.sha256 else ():
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == source.sha256:
            return path.read_text(encoding="utf-8-sig").splitlines()
    return None


def stands_in(printed: str, line: str) -> bool:
    """Whether `printed` stands in `line` by itself: `5` is not found in `2025` or in `1.5`.

    Blanks and full-width forms may be set otherwise.
    """
    wanted = squeezed(printed)
    pattern = r"\s*".join(re.escape(character) for character in wanted)
    if wanted[0] in "-0123456789":
        pattern = r"(?<!\d)(?<!\d[.,])" + pattern
    if wanted[-1].isdigit():
        pattern += r"(?!\d|[.,]\d)"
    return re.search(pattern, unicodedata.normalize("NFKC", line)) is not None


def record(root: Path, source: str, lines: Sequence[str]) -> tuple[int, int]:
    """Write into data/readings.csv which figures of the data stand on which of these lines.

    Rows of other sources stay. Returns how many figures stand at their place and how many do not.
    """
    files = read_files(root)
    found: dict[tuple[str, int], set[str]] = {
        (row.source, row.line): set(row.prints.split())
        for row in files.readings.rows
        if row.source != source
    }
    standing = missing = 0
    here: dict[tuple[str, int], set[str]] = defaultdict(set)
    for _, _, named, at, printed in read_places(files):
        if named == source and at <= len(lines) and stands_in(printed, lines[at - 1]):
            here[source, at].add(fingerprint(source, at, printed))
            standing += 1
        else:
            missing += named == source
    with (root / files.readings.file).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(ReadingRow.model_fields)
        rows = sorted({**found, **here}.items())
        writer.writerows([name, at, " ".join(sorted(prints))] for (name, at), prints in rows)
    return standing, missing
