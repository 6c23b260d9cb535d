"""Check that no edition uses a fact that was not yet public on its day."""

from __future__ import annotations

from collections.abc import Iterator

from thesisbook.data.entries import Assumption
from thesisbook.data.expressions import references
from thesisbook.data.faults import Fault
from thesisbook.data.files import Files, entries_of
from thesisbook.data.naming import formulas, named_facts
from thesisbook.data.periods import last_day

_PEERS = "peers."


def later_facts(files: Files) -> Iterator[Fault]:
    """Faults for facts that became public after the edition that uses them.

    A use is a parameter, named number, caption, recomputation or erratum. Later facts that nothing
    uses are allowed."""
    calendar = _Calendar(files)
    edition = files.company[1].edition
    for file, line, column, text in _expressions(files):
        yield from calendar.faults(file, line, column, references(text), edition)
    for captions in files.captions.values():
        for line, caption in captions:
            for source in map(str.strip, caption.source.split(";")):
                public = calendar.sources.get(source, "")
                if public > edition:
                    message = f"found {source!r}, dated {public}; {_allowed(edition)}"
                    yield Fault(captions.file, line, "source", message)
    yield from _in_scenarios(files, calendar)


class _Calendar:
    """The day on which each source and fact was public, and where the fact stands."""

    def __init__(self, files: Files) -> None:
        self.sources = {row.id: last_day(row.date) for row in files.sources.rows}
        self.facts = {
            row.id: (row.public or self.sources[row.source], f"{table.file}:{line}")
            for table in files.facts
            for line, row in table
        }
        for table in files.facts:  # if one of its facts was public, so was the source
            for row in table.rows:
                public = row.public or self.sources[row.source]
                self.sources[row.source] = min(self.sources[row.source], public)
        self._peers = files.company[1].peers

    def faults(
        self, file: str, line: int, column: str, named: tuple[str, ...], edition: str
    ) -> Iterator[Fault]:
        """A fault for each fact behind the references `named` that was public too late."""
        for reference in named:
            for fact, place in self._behind(reference):
                public, row = self.facts[fact]
                if place:
                    public = self.sources[place.partition(":")[0]]
                if public > edition:
                    message = f"found {{{reference}}}, public on {public} ({row})"
                    yield Fault(file, line, column, f"{message}; {_allowed(edition)}")

    def _behind(self, reference: str) -> Iterator[tuple[str, str]]:
        """The facts behind a reference, each with the place of a corroborating source, or None."""
        if reference.startswith(_PEERS):
            facts = (f"{peer}.{reference.removeprefix(_PEERS)}" for peer in self._peers)
            yield from ((fact, "") for fact in facts if fact in self.facts)
            return
        fact, _, place = reference.partition("@")
        if fact in self.facts:
            yield fact, place


def _allowed(edition: str) -> str:
    return f"an edition of {edition} may use what was public by then"


def _expressions(files: Files) -> Iterator[tuple[str, int, str, str]]:
    """File, line, column and text of every expression outside the scenarios."""
    for numbers in files.numbers.values():
        for line, number in numbers:
            yield numbers.file, line, "expression", number.expression
    for scores in files.scoreboard:
        for line, score in scores:
            yield scores.file, line, "left", score.left or "0"
            yield scores.file, line, "right", score.right or "0"
    document, errata = files.errata
    for index, erratum in enumerate(errata):
        for key, text in (("expect", erratum.expect), ("effect", erratum.effect or "0")):
            yield document.file, document.line((index, key)), f"{erratum.id}.{key}", text


def _in_scenarios(files: Files, calendar: _Calendar) -> Iterator[Fault]:
    """The parameters of each scenario, including those it takes from base."""
    company = files.company[1]
    base = entries_of(files, "base")
    for scenario, named in company.scenarios.items():
        as_of = min(named.as_of or company.edition, company.edition)
        inherited = {} if as_of == company.edition else base
        for name, (source, entry) in sorted({**inherited, **entries_of(files, scenario)}.items()):
            for path, found in _references(name, entry):
                yield from calendar.faults(
                    source.file, source.line(path), ".".join(path), found, as_of
                )


def _references(name: str, entry: Assumption) -> Iterator[tuple[tuple, tuple[str, ...]]]:
    """The references in an assumption, each with its path of keys in the file."""
    for path, fact in named_facts(name, entry):
        yield path, (fact,)
    for path, text in formulas(name, entry):
        yield path, references(text)
