"""A cache on disk for slow results, found by a digest of their inputs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode("ascii")


def _read(place: Path) -> bytes | None:
    """The kept result; None if there is none or the file has changed since."""
    try:
        digest, _, content = place.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    return content if digest == _digest(content) else None


class Kept:
    """Files in a folder of their own, beside Sphinx's own notes; `prune` drops the unused ones.

    Each begins with the digest of its content: one that was cut or altered is made again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._used: set[Path] = set()

    def each(
        self, kind: str, things: Sequence[T], make: Callable[[list[T]], Sequence[bytes]]
    ) -> list[bytes]:
        """The result of `make` for each thing, by its `repr`; missing ones are made in one call."""
        places = [self._place(kind, thing) for thing in things]
        found = [_read(place) for place in places]
        missing = [n for n, content in enumerate(found) if content is None]
        made = make([things[n] for n in missing]) if missing else ()
        self.folder.mkdir(parents=True, exist_ok=True)
        for n, content in zip(missing, made, strict=True):
            beside = places[n].with_suffix(".part")
            beside.write_bytes(_digest(content) + b"\n" + content)
            beside.replace(places[n])
            found[n] = content
        self._used.update(places)
        return [content for content in found if content is not None]

    def _place(self, kind: str, thing: object) -> Path:
        return self.folder / f"{kind}-{hashlib.sha256(repr(thing).encode()).hexdigest()[:32]}"

    def prune(self) -> None:
        """Remove what this run has not used."""
        for path in self.folder.glob("*") if self.folder.is_dir() else ():
            if path not in self._used:
                path.unlink()
