"""Check the captions of another language against the English ones, by exhibit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from thesisbook.data.faults import Fault
from thesisbook.data.files import Files
from thesisbook.data.languages import ENGLISH, LANGUAGES
from thesisbook.data.schemas import CaptionRow

_NAMED = re.compile(r"\{[^{}]*\}")


def captions_apart(files: Files) -> Iterator[Fault]:
    """Faults of captions that name other numbers or sources than the English caption of their
    exhibit, that have none, or that are not there."""
    for chapter, english in files.captions.items():
        rows = {row.id: row for row in english.rows}
        for language in LANGUAGES.keys() - {ENGLISH}:
            table = files.captions.get(f"{chapter}_{language}")
            if table is None:
                continue
            for missing in rows.keys() - {row.id for row in table.rows}:
                yield Fault(table.file, 0, "id", f"found no row {missing!r}; {english.file} has it")
            for line, row in table:
                if row.id not in rows:
                    message = f"found {row.id!r}; an exhibit of {english.file} is allowed"
                    yield Fault(table.file, line, "id", message)
                    continue
                for column, allowed in _differing(rows[row.id], row):
                    message = f"found {getattr(row, column)!r} for {row.id}; {allowed} is allowed, "
                    yield Fault(table.file, line, column, f"{message}as in {english.file}")


def _differing(english: CaptionRow, other: CaptionRow) -> Iterator[tuple[str, str]]:
    """The columns in which a caption names others than its English twin, and what that names."""
    for column in ("title", "alt", "note"):
        wanted = _NAMED.findall(getattr(english, column))
        if Counter(wanted) != Counter(_NAMED.findall(getattr(other, column))):
            yield column, " ".join(wanted) or "no number"
    if english.source != other.source:
        yield "source", english.source
