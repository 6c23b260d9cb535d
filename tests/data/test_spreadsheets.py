"""What a spreadsheet does to a file: undone where it can be, told where it cannot."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from thesisbook.data.spreadsheets import lost_separators, lost_zeros, put_right

GOOD = "id,note\na,\nc,d\n"


@pytest.mark.parametrize(
    "saved",
    [
        "\ufeffid,note\na,\nc,d\n",
        "id,note\r\na,\r\nc,d\r\n",
        "id,note\ra,\rc,d\r",
        "id;note\na;\nc;d\n",
        "id\tnote\na\t\nc\td\n",
        '"id","note"\n"a",""\n"c","d"\n',
        "id,note,,\na,,,\nc,d,,\n",
        "id,note\na,\nc,d\n,\n,\n",
    ],
)
def test_what_was_done_to_a_file_as_a_whole_is_undone(tmp_path: Path, saved: str) -> None:
    path = tmp_path / "data" / "facts" / "a.csv"
    path.parent.mkdir(parents=True)
    path.write_text(saved, encoding="utf-8", newline="")
    assert put_right(tmp_path) == ["data/facts/a.csv"]
    assert path.read_bytes() == GOOD.encode()
    assert put_right(tmp_path) == []
    assert [one.name for one in path.parent.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        b'id,note\na,"b; c"\n',
        b'id,note\na,"b, c"\n',
        b"id,note,\na,b,c\n",  # a cell beyond the head is no empty column
        b'id;note\na;"b\nc"\n',  # a line break in a cell is for the check
        b"id,note\na,\xff\n",
        b'id;note\na;"b\n',
        b'id;note\na;"b"c\n',
        b"",
    ],
)
def test_a_file_that_is_right_or_beyond_repair_is_left_alone(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "data" / "a.csv"
    path.parent.mkdir()
    path.write_bytes(content)
    assert put_right(tmp_path) == []
    assert path.read_bytes() == content


class Rows(list[Any]):
    """Rows with their lines, as in a table that was read."""

    file = "data/facts/a.csv"

    @property
    def rows(self) -> list[Any]:
        return [row for _, row in self]


def files(*prints: tuple[str, str, str], others: str = "") -> Any:
    rows = [SimpleNamespace(source=s, printed=p, unit=u) for s, p, u in prints]
    beside = [SimpleNamespace(source="1", printed=others)]
    return SimpleNamespace(
        facts=[Rows(enumerate(rows, 2))],
        corroborations=Rows(enumerate(beside, 2)),
        errata=(None, [SimpleNamespace(where=[SimpleNamespace(source="2", printed=others)])]),
    )


MONEY = "CNY_mn"


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (files(("1", "12345", MONEY), ("1", "1,234", MONEY)), 2),
        (files(("1", "1,234", MONEY), ("1", "x", MONEY), ("1", "12345.6", MONEY)), 4),
        (files(("1", "12345", MONEY), others="1,234"), 2),
        (files(("2", "12345", MONEY), others="1,234"), 2),
        (files(("3", "12345", MONEY), others="1,234"), None),  # another source prints them so
        (files(("1", "1234", MONEY), ("1", "1,234", MONEY)), None),  # four digits may be bare
        (files(("1", "12345", "count"), ("1", "1,234", MONEY)), None),
        (files(("1", "12345", MONEY), ("1", "1,234", "count")), None),
        (files(("1", "0.12345", MONEY), ("1", "1,234", MONEY)), None),
    ],
)
def test_separators_are_lost_where_the_same_source_prints_them_elsewhere(
    given: Any, found: int | None
) -> None:
    assert [fault.row for fault in lost_separators(given)] == ([found] if found else [])


def test_the_first_that_lost_its_separators_is_told_with_how_many_more() -> None:
    rows = [("1", "12345", MONEY), ("1", "23456", MONEY), ("1", "34567", MONEY)]
    (fault,) = lost_separators(files(*rows, others="1,234"))
    assert "found '12345', which has lost its thousands separators, as have 2 more rows, where" in (
        fault.message
    )
    (fault,) = lost_separators(files(rows[0], others="1,234"))
    assert "separators where source 1 prints them" in fault.message


@pytest.mark.parametrize(
    ("count", "last", "faults"), [(100, "1.5", 1), (99, "1.5", 0), (100, "1.50", 0)]
)
def test_zeros_are_lost_where_none_of_a_hundred_decimals_ends_with_one(
    count: int, last: str, faults: int
) -> None:
    prints = [("1", "2.5", MONEY)] * (count - 1) + [("1", last, MONEY), ("1", "7", MONEY)]
    found = list(lost_zeros(files(*prints)))
    assert [(fault.file, fault.row) for fault in found] == [("data/facts", 0)] * faults
