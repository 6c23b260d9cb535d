"""Faults in the data: where, what was found, what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault. `row` is the line number an editor shows, 0 where the whole file is meant."""

    file: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.row}:{self.column}: {self.message}"


class DataError(ValueError):
    """The data are not valid. `faults` holds every fault of the first class that was found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class UnknownFact(KeyError):
    """Asked for an id that is not in the data; names the nearest that are."""

    def __init__(self, wanted: str, nearest: Iterable[str]) -> None:
        self.wanted = wanted
        self.nearest = tuple(nearest)
        super().__init__(wanted)

    def __str__(self) -> str:
        if not self.nearest:
            return f"no fact {self.wanted!r}"
        return f"no fact {self.wanted!r}; nearest: {', '.join(self.nearest)}"


def nearest(wanted: str, known: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The names in `known` most like `wanted`, best first."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only once something is wrong

    return tuple(
        name
        for name, _, _ in process.extract(wanted, sorted(known), scorer=fuzz.ratio, limit=limit)
    )
