"""Slow results are made once for what they are made of, and go when nobody asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from thesisbook.provenance.kept import Kept


class Maker:
    """Makes upper case of words and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, words: Sequence[str]) -> list[bytes]:
        self.asked.append(list(words))
        return [word.upper().encode() for word in words]


def test_only_what_is_missing_is_made_and_in_order(tmp_path: Path) -> None:
    make = Maker()
    assert Kept(tmp_path / "kept").each("word", ["a", "c"], make) == [b"A", b"C"]
    assert Kept(tmp_path / "kept").each("word", ["c", "b", "a"], make) == [b"C", b"B", b"A"]
    assert make.asked == [["a", "c"], ["b"]]


def test_kinds_are_told_apart(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.each("one", ["a"], Maker())
    assert kept.each("other", ["a"], lambda _: [b"other"]) == [b"other"]


def test_what_this_run_did_not_ask_for_goes(tmp_path: Path) -> None:
    Kept(tmp_path).each("word", ["a", "b"], Maker())
    now, make = Kept(tmp_path), Maker()
    now.each("word", ["b"], make)
    now.prune()
    assert make.asked == []
    assert len(list(tmp_path.iterdir())) == 1


def test_nothing_asked_nothing_made(tmp_path: Path) -> None:
    make = Maker()
    assert Kept(tmp_path / "kept").each("word", [], make) == []
    assert make.asked == []


def test_what_was_cut_or_altered_is_made_again(tmp_path: Path) -> None:
    Kept(tmp_path).each("word", ["a"], Maker())
    (path,) = tmp_path.iterdir()
    for damaged in (path.read_bytes()[:-1], path.read_bytes() + b"x", b"", b"A"):
        path.write_bytes(damaged)
        make = Maker()
        assert Kept(tmp_path).each("word", ["a"], make) == [b"A"]
        assert make.asked == [["a"]]
    assert list(tmp_path.iterdir()) == [path]


def test_a_result_may_have_several_lines(tmp_path: Path) -> None:
    for _ in range(2):
        assert Kept(tmp_path).each("word", ["a"], lambda _: [b"1\n2\n"]) == [b"1\n2\n"]


def test_a_result_too_few_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="shorter"):
        Kept(tmp_path).each("word", ["a", "b"], lambda _: [b"A"])


def test_there_may_be_nothing_to_remove(tmp_path: Path) -> None:
    Kept(tmp_path / "not_there").prune()
    kept = Kept(tmp_path / "a" / "b")
    kept.each("word", ["a"], Maker())
    kept.prune()
    assert len(list((tmp_path / "a" / "b").iterdir())) == 1
