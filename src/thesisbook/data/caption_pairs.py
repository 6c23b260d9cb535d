"""Check the captions of another language against the English ones, by exhibit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from thesisbook.data.faults import Fault
from thesisbook.data.files import Files
from thesisbook.data.languages import LANGUAGES
from thesisbook.data.naming import PLACEHOLDER
from thesisbook.data.schemas import CaptionRow
from thesisbook.data.validation import Table


def captions_apart(files: Files) -> Iterator[Fault]:
    """Faults of captions that name other numbers or sources than the English caption of their
    exhibit, that have no English twin, or that are missing."""
    for chapter, english in files.captions.items():
        for language in LANGUAGES:
            if table := files.captions.get(f"{chapter}_{language}"):
                yield from _apart(english, table)


def _apart(english: Table[CaptionRow], table: Table[CaptionRow]) -> Iterator[Fault]:
    twins, told = ({row.id: row for row in one.rows} for one in (english, table))
    for missing in sorted(twins.keys() - told.keys()):
        yield Fault(table.file, 0, "id", f"found no row {missing!r}; {english.file} has it")
    for line, row in table:
        if row.id not in twins:
            message = f"found {row.id!r}; an exhibit of {english.file} is allowed"
            yield Fault(table.file, line, "id", message)
            continue
        for column, allowed in _differing(twins[row.id], row):
            message = f"found {getattr(row, column)!r} for {row.id}; {allowed} is allowed, "
            yield Fault(table.file, line, column, f"{message}as in {english.file}")


def _differing(english: CaptionRow, other: CaptionRow) -> Iterator[tuple[str, str]]:
    """The columns in which a caption names others than its English twin, and what that names."""
    for column, text in english.texts.items():
        wanted, found = (PLACEHOLDER.findall(one) for one in (text, other.texts[column]))
        if Counter(wanted) != Counter(found):
            yield column, " ".join(f"{{{name}}}" for name in wanted) or "no number"
    if english.source != other.source:
        yield "source", english.source
