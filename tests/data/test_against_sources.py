"""Every printed string of the five documents stands where its locator says.

The documents are not part of the project. They are looked for in `$THESISBOOK_SHARED/sources` or in
`../shared/sources`; without them these tests skip and say so.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import hashlib
import os
import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from thesisbook.data import Dataset
from thesisbook.data.source_texts import (
    NoSuchPlace,
    local_text,
    prints_at,
    record,
    split_place,
    stands_in,
)

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("THESISBOOK_SHARED") or ROOT.parent / "shared")
DOCUMENTS = ("000", "001", "002", "003", "004")
# First and last line of the printed tables whose every numeric cell must be a fact.
TABLES = (
    (66, 71),
    (687, 702),
    (710, 728),
    (738, 753),
    (762, 767),
    (780, 785),
    (818, 824),
    (835, 837),
)
NUMERIC_CELL = re.compile(r"-?[\d,]+(\.\d+)?%?")

Place = tuple[str, str, str, str]  # whose figure, source, locator, printed string


@pytest.fixture(scope="module")
def documents() -> dict[str, Path]:
    found = {p.name[:3]: p for p in sorted((SHARED / "sources").glob("*.txt"))}
    if not found:
        pytest.skip(f"SKIPPED: no source texts in {SHARED / 'sources'}; nothing was compared")
    return found


@pytest.fixture(scope="module")
def lines(documents: dict[str, Path]) -> dict[str, list[str]]:
    return {s: p.read_text(encoding="utf-8").split("\n") for s, p in documents.items()}


def plain(text: str) -> str:
    """Full-width forms are how a text was set, not what it says."""
    return unicodedata.normalize("NFKC", text).strip()


def line_number(locator: str) -> int:
    match = re.match(r"L(\d+)\b", locator)
    assert match, f"locator {locator!r} does not begin with a line number"
    return int(match[1])


def places(dataset: Dataset) -> Iterator[Place]:
    for fact in dataset.facts():
        if fact.source in DOCUMENTS:
            yield fact.id, fact.source, fact.locator, fact.printed
        for corroboration in fact.corroborations:
            if corroboration.source in DOCUMENTS:
                yield fact.id, corroboration.source, corroboration.locator, corroboration.printed


def test_the_texts_are_the_ones_the_figures_were_read_from(
    dataset: Dataset, documents: dict[str, Path]
) -> None:
    for source in DOCUMENTS:
        digest = hashlib.sha256(documents[source].read_bytes()).hexdigest()
        assert dataset.sources[source].sha256 == digest, f"source {source} is another text"


def test_every_printed_value_stands_at_its_locator(
    dataset: Dataset, lines: dict[str, list[str]]
) -> None:
    found: Counter[str] = Counter()
    missing = []
    for owner, source, locator, printed in places(dataset):
        line = lines[source][line_number(locator) - 1]
        if stands_in(printed, line):
            found[source] += 1
        else:
            missing.append(f"{owner}: {printed!r} is not in source {source} {locator}")
    by_source = ", ".join(f"{source}: {found[source]}" for source in DOCUMENTS)
    print(f"\nfound {found.total()} printed values at their place ({by_source})")
    assert not missing, f"{len(missing)} of {found.total() + len(missing)}:\n" + "\n".join(missing)
    assert found.total() > 1000, "too few figures for the five documents"
    assert all(found[source] for source in DOCUMENTS)


def test_what_is_recorded_is_what_stands_there(
    documents: dict[str, Path], lines: dict[str, list[str]], tmp_path: Path
) -> None:
    """data/readings.csv stands for the texts where they are not; it is made of them alone."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "data/readings.csv").unlink()
    for source in DOCUMENTS:
        standing, missing = record(tmp_path, source, lines[source])
        assert standing and not missing
    kept, made = (root / "data/readings.csv" for root in (ROOT, tmp_path))
    assert made.read_text("utf-8") == kept.read_text("utf-8")


def test_no_number_of_a_printed_table_was_left_out(
    dataset: Dataset, lines: dict[str, list[str]]
) -> None:
    taken: dict[int, Counter[str]] = {}
    for _, source, locator, printed in places(dataset):
        if source == "004":
            taken.setdefault(line_number(locator), Counter())[plain(printed)] += 1
    left_out = []
    for first, last in TABLES:
        for number in range(first, last + 1):
            cells = (plain(cell) for cell in lines["004"][number - 1].split("\t")[1:])
            wanted = Counter(cell for cell in cells if NUMERIC_CELL.fullmatch(cell))
            rest = wanted - taken.get(number, Counter())
            left_out += [f"L{number}: {cell} printed {n} times more" for cell, n in rest.items()]
    assert not left_out, "\n".join(left_out)


def test_every_patent_stands_at_its_locator(dataset: Dataset, lines: dict[str, list[str]]) -> None:
    for patent in dataset.patents:
        line = lines[patent.source][line_number(patent.locator) - 1]
        assert stands_in(patent.registration, line), f"patent {patent.number}: {line}"
        assert stands_in(patent.title_zh, line), f"patent {patent.number}: {line}"
    assert len(dataset.patents) == 65


def test_the_exhibits_are_those_of_the_audited_report(
    dataset: Dataset, lines: dict[str, list[str]]
) -> None:
    contents = "\n".join(lines["004"][116:172])
    printed = {int(n): title for n, title in re.findall(r"图表 (\d+) \. (.+)\t\d+", contents)}
    assert {row.number: row.title_zh for row in dataset.exhibits} == printed
    assert printed


def test_every_exhibit_names_facts_that_exist(dataset: Dataset) -> None:
    known = [fact.id for fact in dataset.facts()]
    for row in dataset.exhibits:
        for pattern in row.facts.split(";"):
            assert fnmatch.filter(known, pattern), f"exhibit {row.number}: no fact like {pattern}"
        assert row.where, f"exhibit {row.number} has no place in the book"
    kept = sum(row.status in ("rebuilt", "derived") for row in dataset.exhibits)
    assert kept >= 40


@pytest.mark.parametrize(
    ("printed", "line", "there"),
    [
        ("5", "在2025年", False),
        ("5", "持续5天", True),
        ("10.4", "10.40", False),
        ("1,034", "1,034,614", False),
        ("10.4", "人民币 １０.４ 亿元", True),
        ("-7.6", "人民币 -7.6 亿", True),
    ],
)
def test_a_printed_value_is_found_only_by_itself(printed: str, line: str, there: bool) -> None:
    assert stands_in(printed, line) is there


def test_a_place_is_a_source_and_perhaps_a_line(acme: Dataset) -> None:
    assert split_place(acme, "004") == (acme.sources["004"], None)
    assert split_place(acme, "004:L12") == (acme.sources["004"], 12)
    assert split_place(acme, "004:1") == (acme.sources["004"], 1)
    for line in ("L0", "0", "L1-2", "top"):
        with pytest.raises(NoSuchPlace, match=rf"^found '{line}' in '004:{line}'; a line like"):
            split_place(acme, f"004:{line}")
    with pytest.raises(NoSuchPlace, match=r"^no source 'result-2026'; nearest: results-2026-03-30"):
        split_place(acme, "result-2026")
    with pytest.raises(NoSuchPlace, match=r"^no source '9'; nearest: see data/sources\.csv$"):
        split_place(dataclasses.replace(acme, sources={}), "9")


def test_prints_are_those_of_a_source_or_of_one_line_of_it(acme: Dataset) -> None:
    """Also where a source prints again what is read from another."""
    every = prints_at(acme, "004", None)
    assert {one.fact for one in every} >= {"acme.share_price.2026-06-02", "acme.ticker.na"}
    assert [one.fact for one in prints_at(acme, "004", 2)] == ["acme.share_price.2026-06-02"]
    assert prints_at(acme, "004", 2)[0].printed == "38.50"
    again = {c.source for fact in acme.facts() for c in fact.corroborations}
    for source in again:
        assert any(
            one.fact == fact.id and one.printed == c.printed
            for one in prints_at(acme, source, None)
            for fact in acme.facts()
            for c in fact.corroborations
            if c.source == source
        )


def test_a_text_is_found_by_its_checksum_alone(acme: Dataset, tmp_path: Path) -> None:
    content = "\ufeffone\ntwo\n".encode()
    source = dataclasses.replace(acme.sources["004"], sha256=hashlib.sha256(content).hexdigest())
    assert local_text(source, tmp_path) is None
    (tmp_path / "a").mkdir()
    (tmp_path / "b.txt").write_bytes(b"one\ntwo\n")
    (tmp_path / "any name").write_bytes(content)
    assert local_text(source, tmp_path) == ["one", "two"]
    assert local_text(dataclasses.replace(source, sha256=""), tmp_path) is None
    with pytest.raises(NoSuchPlace, match="give the one with the texts of the sources"):
        local_text(source, tmp_path / "gone")
