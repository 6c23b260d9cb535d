"""Find figures that are typed in a caption: they would stay as they are when the data move."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from thesisbook.data import Dataset, Fault
from thesisbook.data.naming import PLACEHOLDER
from thesisbook.provenance.coverage import allowances, names_of
from thesisbook.provenance.tokens import TOKEN


def typed_captions(dataset: Dataset, root: Path) -> Iterator[Fault]:
    """Faults of captions with a figure that is neither a named number, nor part of a name of the
    data, nor allowed by data/receipt_allowlist.csv."""
    allowed, names = allowances(root), names_of(root)
    for chapter, rows in dataset.captions.items():
        for line, row in enumerate(rows, 2):
            for column, told in row.texts.items():
                # as long as what it stands for, and no figure
                text = PLACEHOLDER.sub(lambda found: "~" * len(found[0]), told)
                free = [found.span() for one in allowed for found in one.pattern.finditer(text)]
                for token in TOKEN.finditer(text):
                    if names.cover(token, text) or any(
                        first <= token.start() and token.end() <= last for first, last in free
                    ):
                        continue
                    said = text[max(0, token.start() - 30) : token.end() + 20]
                    message = f"found {token[0]!r} typed in {said!r}; a named number is allowed"
                    yield Fault(f"data/captions/{chapter}.csv", line, column, message)
