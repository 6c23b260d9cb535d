"""Check what rows say of their sources: line, grade and print; and that errata are all there."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from thesisbook.data.faults import Fault
from thesisbook.data.files import Files
from thesisbook.data.validation import Table

NO_FAULT = "No fault"
"""How `right` of a rejected erratum begins."""
_LINE = re.compile(r"L\d+\b")
_NUMBERED = re.compile(r"([a-z]+)(\d+)")
_PEERS = "peer_weight"
_EXCERPT, _PUBLIC_FILE = "excerpt", "Public "
_SECOND_HAND = ("relayed", "unedited")


def lines_of_texts(files: Files) -> Iterator[Fault]:
    """A locator that is a line where the source has no text with a digest, or is none where it has.

    Lines are counted in the text whose SHA-256 stands in sources.csv; other sources have pages,
    sections or articles. A row that names the wrong source mostly shows so.
    """
    texts = {row.id: bool(row.sha256) for row in files.sources.rows}
    tables: list[Table[Any]] = [*files.facts, files.corroborations]
    for table in tables:
        for line, row in table:
            if bool(_LINE.match(row.locator)) != texts[row.source]:
                wanted = "a line like L12 of its text" if texts[row.source] else "no line of a text"
                message = f"found {row.locator!r} in source {row.source}; {wanted} is allowed"
                yield Fault(table.file, line, "locator", message)


def prints_not_there(files: Files) -> Iterator[Fault]:
    """A figure that its source does not print on the line named, by data/readings.csv.

    The texts are not part of a project; their fingerprints are, so that a figure misread, or a line
    one off, is seen without them. A source without rows there is not asked.
    """
    known = {(row.source, row.line): set(row.prints.split()) for row in files.readings.rows}
    read = {source for source, _ in known}
    for file, line, source, at, printed in read_places(files):
        if source in read and fingerprint(source, at, printed) not in known.get((source, at), ()):
            message = f"found {printed!r}, which source {source} does not print on L{at}; correct "
            message += f"print or line, or with its text: thesisbook source {source} --record"
            yield Fault(file, line, "printed", message)


def read_places(files: Files) -> Iterator[tuple[str, int, str, int, str]]:
    """File and line of each row that names a line of a text, with source, line and print."""
    tables: list[Table[Any]] = [*files.facts, files.corroborations]
    for table in tables:
        for line, row in table:
            if row.printed and _LINE.match(row.locator):
                yield table.file, line, row.source, _line(row.locator), row.printed
    for line, patent in files.patents:
        if _LINE.match(patent.locator):
            at = _line(patent.locator)
            yield files.patents.file, line, patent.source, at, patent.registration


def _line(locator: str) -> int:
    return int(re.findall(r"\d+", locator)[0])


def squeezed(printed: str) -> str:
    """A print without how it was set: full-width forms and blanks."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", printed))


def fingerprint(source: str, line: int, printed: str) -> str:
    """Eight hexadecimal digits of a print at its place."""
    return hashlib.sha256(f"{source}:{line}:{squeezed(printed)}".encode()).hexdigest()[:8]


def subjects_of_sources(files: Files) -> Iterator[Fault]:
    """A figure of which its source does not speak, by its subjects, or a subject without a figure.

    A file whose sources have no subjects is not asked.
    """
    if not any(row.about for row in files.sources.rows):
        return
    lines = {row.id: f"{row.entity}.{row.metric}" for table in files.facts for row in table.rows}
    read: dict[str, set[str]] = {row.id: set() for row in files.sources.rows}
    subjects = {row.id: row.about.split(";") for row in files.sources.rows}
    places = [(t.file, n, row.source, row.id) for t in files.facts for n, row in t]
    places += [(files.corroborations.file, n, r.source, r.fact) for n, r in files.corroborations]
    for file, line, source, fact in places:
        read[source].add(lines[fact])
        if not any(speaks_of(subject, lines[fact]) for subject in subjects[source]):
            message = f"found {source!r}, which is about {'; '.join(subjects[source])}; one about "
            message += f"{lines[fact]} is allowed, or add it to `about` in {files.sources.file}"
            yield Fault(file, line, "source", message)
    for line, row in files.sources:
        for subject in filter(None, subjects[row.id]):
            if not any(speaks_of(subject, known) for known in read[row.id]):
                message = f"found {subject!r}, of which no figure was read in {row.id}; "
                yield Fault(files.sources.file, line, "about", f"{message}take it out")


def speaks_of(subject: str, line: str) -> bool:
    """Whether a subject, an entity or `entity.metric` with `*` for any part, covers a line."""
    return fnmatchcase(line, subject if "." in subject else f"{subject}.*")


def grades_of_kinds(files: Files) -> Iterator[Fault]:
    """A source with a better grade than its kind has: A is for papers of the exchange or company
    that were read whole; a public file that quotes others, or what nobody edits, is C at best."""
    for line, row in files.sources:
        best = "A" if row.kind == "primary" and _EXCERPT not in row.note else "B"
        if row.chain and (row.chain == "origin") != (row.kind == "primary"):
            message = f"found {row.chain!r} for {row.kind}; origin goes with primary, and no other"
            yield Fault(files.sources.file, line, "chain", message)
        if row.publisher.startswith(_PUBLIC_FILE) or row.chain in _SECOND_HAND:
            best = "C"
        if row.grade < best:
            message = f"found {row.grade!r} for {row.id}; {best} or a lower one is allowed"
            yield Fault(files.sources.file, line, "grade", message)


def peers_left_out(files: Files) -> Iterator[Fault]:
    """A peer that assumptions speak of, and that the company's list of peers does not name."""
    document, company = files.company
    for name in files.scenarios["base"][1]:
        family, _, peer = name.partition(".")
        if family == _PEERS and peer not in company.peers:
            message = (
                f"found no {peer}, of which {name} speaks; name it, or take its assumptions out"
            )
            yield Fault(document.file, document.line(("peers",)), "peers", message)


def gaps_among_errata(files: Files) -> Iterator[Fault]:
    """A number left out among errata of one letter, or a verdict that its own words contradict.

    What was once found stays in the list: an erratum that is no fault is rejected, not deleted.
    """
    document, errata = files.errata
    numbers: dict[str, set[int]] = {}
    for index, erratum in enumerate(errata):
        if numbered := _NUMBERED.fullmatch(erratum.id):
            numbers.setdefault(numbered[1], set()).add(int(numbered[2]))
        if (erratum.verdict == "rejected") != erratum.right.startswith(NO_FAULT):
            line = document.line((index, "verdict"))
            message = f"found {erratum.verdict!r} for {erratum.id}, whose `right` begins "
            message += f"{erratum.right[:20]!r}; rejected goes with {NO_FAULT!r}, and no other does"
            yield Fault(document.file, line, "verdict", message)
    for letter, held in numbers.items():
        for missing in sorted(set(range(1, max(held))) - held):
            message = f"found {letter}{missing + 1} and no {letter}{missing}; none is left out"
            yield Fault(document.file, 1, "id", message)
