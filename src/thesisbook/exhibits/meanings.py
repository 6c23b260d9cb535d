"""What the names in a figure mean, and the colour that each meaning has everywhere.

The company, its rivals and its chips are known from the data; which words stand for a gain, a loss
or what is not known, `company.yaml` says under `meanings`. A name without a meaning gets the next
colour of the neutral palette.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from thesisbook.data import Dataset
from thesisbook.exhibits import theme

RIVALS = ("peer", "company")
"""Kinds of entities that are drawn as rivals."""

_meanings: dict[str, str] = {}  # of this process, as how its currencies are written


def use(dataset: Dataset) -> None:
    """Take the meanings of names from a data set, for all figures drawn from now on."""
    _meanings.clear()
    _meanings.update(meanings_of(dataset))


def meanings_of(dataset: Dataset) -> dict[str, str]:
    """The meaning of every name that has one: a key of `theme.MEANINGS`."""
    company = dataset.company
    found: dict[str, str] = {}

    def name(identity: str, meaning: str) -> None:
        row = dataset.entities[identity]
        found.update(dict.fromkeys((row["name_en"], row["name_zh"]), meaning))

    for identity, row in dataset.entities.items():
        if row["kind"] in RIVALS:
            name(identity, "rival")
    name(company["entity"], "company")
    for place, product in enumerate(company["products"]):
        name(product["entity"], theme.CHIPS[place % len(theme.CHIPS)])
    for meaning, words in (company.get("meanings") or {}).items():
        found.update(dict.fromkeys(words, meaning))
    found.pop("", None)
    return found


def colour_of(name: object) -> str | None:
    """The colour of the meaning of a name; None for a name that has none."""
    meaning = _meanings.get(str(name))
    return theme.MEANINGS[meaning] if meaning else None


def colours(names: Sequence[object]) -> list[str]:
    """A colour for each series: that of its meaning, else the next one that no other has."""
    given = [colour_of(name) for name in names]
    free = iter([colour for colour in theme.SERIES if colour not in given])
    found = []
    for colour in given:
        chosen = colour or next(free, None)
        if chosen is None:
            raise ValueError(
                f"{len(names)} series; a reader tells at most {len(theme.SERIES)} colours apart"
            )
        found.append(chosen)
    return found


def of_rows(names: Iterable[object], highlight: object = None) -> list[str]:
    """A colour for each row of one series: the accent for those to highlight, else its meaning."""
    chosen = highlight if isinstance(highlight, (list, tuple)) else [highlight]
    return [
        theme.HIGHLIGHT if name in chosen else colour_of(name) or theme.SERIES[0] for name in names
    ]
