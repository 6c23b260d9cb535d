"""Read Chinese patent application numbers and check their check character."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


class Registered(Protocol):
    """The fields of a row of data/patents.csv that the counts use."""

    @property
    def registration(self) -> str: ...

    @property
    def title_zh(self) -> str: ...


def check_character(digits: str) -> str:
    """Check character of an application number of twelve digits.

    Weights 2 to 9 and again from 2, sum modulo 11, ten printed as X (standard ZC 0006-2003 of the
    State Intellectual Property Office).
    """
    if len(digits) != len(_WEIGHTS) or not digits.isdigit():
        raise ValueError(f"{digits!r} is not an application number of twelve digits")
    rest = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def _numbers(patents: Sequence[Registered]) -> list[str]:
    """Application numbers without the prefix of granted patents; copyrights have none."""
    return [p.registration[2:] for p in patents if p.registration.startswith("ZL")]


def patents_entries(patents: Sequence[Registered]) -> float:
    """Number of entries of the list, patents or not."""
    return float(len(patents))


def patents_granted(patents: Sequence[Registered]) -> float:
    """Number of entries with the number of a granted patent."""
    return float(len(_numbers(patents)))


def patents_distinct(patents: Sequence[Registered]) -> float:
    """Number of different patent numbers."""
    return float(len(set(_numbers(patents))))


def patents_checked(patents: Sequence[Registered]) -> float:
    """Number of patents whose number ends in the right check character."""
    split = (number.split(".") for number in _numbers(patents))
    return float(sum(check_character(digits) == check for digits, check in split))


def _of_kind(digit: str) -> Callable[[Sequence[Registered]], float]:
    def count(patents: Sequence[Registered]) -> float:
        """Number of distinct patents by fifth digit: 1 invention, 2 utility model, 3 design."""
        return float(sum(number[4] == digit for number in set(_numbers(patents))))

    return count


def patents_sharing_a_title(patents: Sequence[Registered]) -> float:
    """Number of distinct patents that share their title with another."""
    titles = {p.registration: p.title_zh for p in patents if p.registration.startswith("ZL")}
    times = Counter(titles.values())
    return float(sum(times[title] > 1 for title in titles.values()))


COUNTS: dict[str, Callable[[Sequence[Registered]], float]] = {
    "patents_entries": patents_entries,
    "patents_granted": patents_granted,
    "patents_distinct": patents_distinct,
    "patents_checked": patents_checked,
    "patents_inventions": _of_kind("1"),
    "patents_utility_models": _of_kind("2"),
    "patents_designs": _of_kind("3"),
    "patents_sharing_a_title": patents_sharing_a_title,
}
