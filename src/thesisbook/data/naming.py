"""Check names across files: each must exist; a fault suggests the nearest that does."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Collection, Iterator

from thesisbook.data import entries, patent_numbers
from thesisbook.data.expressions import references
from thesisbook.data.faults import Fault, nearest
from thesisbook.data.files import Files
from thesisbook.data.reading import Document
from thesisbook.data.validation import shorten

# see thesisbook.exhibits.score_tables
LEDGER_NAMESPACES = ("ledger", "score", "event", "step", "revision", "edition")
# studies of a run, see thesisbook.exhibits.study_tables
STUDY_NAMESPACES = (
    "bridge",
    "simulation",
    "reverse",
    "breakeven",
    "risk",
    "case",
    "tree",
    "state",
    "branch",
    "border",
    "tornado",
    "effect",
    "peers",
    "audit",
    *LEDGER_NAMESPACES,
)
PLAIN_NAMESPACES = ("param", "num", "name", "label", "company", "calc")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def run_namespaces(files: Files) -> tuple[str, ...]:
    """Namespaces that need a model run: this run, each scenario, its name, its studies."""
    return ("model", "run", *STUDY_NAMESPACES, *files.company[1].scenarios)


def unknown_names(files: Files) -> Iterator[Fault]:
    """A source, entity, metric, fact or erratum that is named but does not exist."""
    names = _Names(files)
    for table in files.facts:
        for line, row in table:
            for column, known in (
                ("entity", names.entities),
                ("metric", names.metrics),
                ("source", names.sources),
            ):
                yield from unknown(table.file, line, column, getattr(row, column), known)
    for line, corroboration in files.corroborations:
        file = files.corroborations.file
        yield from unknown(file, line, "fact", corroboration.fact, names.facts)
        yield from unknown(file, line, "source", corroboration.source, names.sources)
        if corroboration.erratum:
            yield from unknown(file, line, "erratum", corroboration.erratum, names.errata)
    for line, patent in files.patents:
        yield from unknown(files.patents.file, line, "source", patent.source, names.sources)
    yield from _unknown_in_exhibits(files, names)
    yield from _unknown_in_numbers(files, names)
    yield from _unknown_in_scoreboard(files, names)
    yield from _unknown_in_company(files, names)
    yield from _unknown_in_errata(files, names)
    yield from _unknown_in_recomputations(files, names)
    yield from _unknown_in_assumptions(files, names)


class _Names:
    """Everything that can be named."""

    def __init__(self, files: Files) -> None:
        self.sources = {row.id for row in files.sources.rows}
        self.entities = {row.id for row in files.entities.rows}
        self.metrics = {row.id for row in files.metrics.rows}
        self.facts = {row.id for table in files.facts for row in table.rows}
        self.errata = {erratum.id for erratum in files.errata[1]}
        self.parameters = set(files.scenarios["base"][1])
        self.plain: dict[str, Collection[str]] = {
            "param": self.parameters,
            "num": {row.name for table in files.numbers.values() for row in table.rows},
            "name": self.entities,
            "label": {row.key for row in files.labels.rows},
            "company": entries.Company.model_fields,
            "calc": {*(row.id for row in files.recomputations[1]), *patent_numbers.COUNTS},
        }
        self.runs = run_namespaces(files)
        self._corroborations: dict[str, list[str]] = {}
        for row in files.corroborations.rows:
            locator = row.locator.split(" ")[0]
            self._corroborations.setdefault(row.fact, []).append(f"{row.source}:{locator}")

    def missing(self, text: str, run: bool = True) -> Iterator[str]:
        """References of an expression that do not exist, each as `found; nearest`.

        `run` allows what only a model run knows: its quantities, parameters, named numbers.
        """
        for reference in references(text):
            head, _, tail = reference.partition(".")
            if run and (head in self.runs or self._by_year(head, tail)):
                continue
            if head == "calc" or (run and head in self.plain):
                known, wanted = self.plain[head], tail
            else:
                known, (wanted, _, place) = self.facts, reference.partition("@")
                if wanted in known and place:
                    yield from self._missing_corroboration(wanted, place)
            if wanted not in known:
                yield f"found {{{reference}}}, which does not exist; {nearest_names(wanted, known)}"

    def _by_year(self, head: str, tail: str) -> bool:
        return head == "param" and tail.rpartition(".")[0] in self.parameters

    def _missing_corroboration(self, fact: str, place: str) -> Iterator[str]:
        printed = self._corroborations.get(fact, [])
        if not any(place in (where, where.split(":")[0]) for where in printed):
            allowed = f"allowed: {', '.join(printed)}" if printed else "it has none at all"
            yield f"found {{{fact}@{place}}}, not a corroboration of {fact}; {allowed}"


def unknown(
    file: str, line: int, column: str, found: str, known: Collection[str], *, kind: str = ""
) -> Iterator[Fault]:
    """A fault if `found` is not in `known`, which are of that kind (by default the column)."""
    if found not in known:
        message = (
            f"found {shorten(found)}, an unknown {kind or column}; {nearest_names(found, known)}"
        )
        yield Fault(file, line, column, message)


def nearest_names(found: str, known: Collection[str]) -> str:
    padded = [name for name in known if name.lstrip("0") == found and name != found]
    if padded:
        return f"its leading zeros are lost, {padded[0]} is allowed"
    names = nearest(found, known)
    return f"nearest: {', '.join(names)}" if names else "none are known"


def _unknown_in_exhibits(files: Files, names: _Names) -> Iterator[Fault]:
    for line, row in files.exhibits:
        for pattern in filter(None, (part.strip() for part in row.facts.split(";"))):
            if pattern in names.facts or fnmatch.filter(names.facts, pattern):
                continue
            message = f"found {pattern!r}, no fact; {nearest_names(pattern, names.facts)}"
            yield Fault(files.exhibits.file, line, "facts", message)
        if row.status != "impossible" and not row.where:
            message = f"found nothing; an exhibit that is {row.status} stands somewhere in the book"
            yield Fault(files.exhibits.file, line, "where", message)


def _unknown_in_numbers(files: Files, names: _Names) -> Iterator[Fault]:
    for numbers in files.numbers.values():
        for line, number in numbers:
            for message in names.missing(number.expression):
                yield Fault(numbers.file, line, "expression", message)
    for captions in files.captions.values():
        for line, caption in captions:
            for column, text in caption.texts.items():
                for name in PLACEHOLDER.findall(text):
                    known = names.plain["num"]
                    yield from unknown(captions.file, line, column, name, known, kind="number")
            for source in (part.strip() for part in caption.source.split(";")):
                placed = PLACEHOLDER.fullmatch(source)
                known = names.plain["num"] if placed else {*names.sources, "model"}
                found, kind = (placed[1], "number") if placed else (source, "")
                yield from unknown(captions.file, line, "source", found, known, kind=kind)


def _unknown_in_scoreboard(files: Files, names: _Names) -> Iterator[Fault]:
    for table in files.scoreboard:
        for line, score in table:
            for column in ("left", "right"):
                for message in names.missing(getattr(score, column) or "0", run=False):
                    yield Fault(table.file, line, column, message)
            if score.function:
                yield from unknown(
                    table.file, line, "function", score.function, names.plain["calc"]
                )
            if score.erratum:
                yield from unknown(table.file, line, "erratum", score.erratum, names.errata)


def _look(
    document: Document, path: tuple, found: str, known: Collection[str], kind: str
) -> Iterator[Fault]:
    column = ".".join(map(str, path))
    return unknown(document.file, document.line(path), column, found, known, kind=kind)


def _unknown_in_company(files: Files, names: _Names) -> Iterator[Fault]:
    document, company = files.company
    scale = company.rating_scale
    yield from _look(document, ("entity",), company.entity, names.entities, "entity")
    audited = company.audited_source
    if audited:
        yield from _look(document, ("audited_source",), audited, names.sources, "source")
    yield from _look(document, ("rating_scale", "source"), scale.source, names.sources, "source")
    for index, peer in enumerate(company.peers):
        yield from _look(document, ("peers", index), peer, names.entities, "entity")
    for index, product in enumerate(company.products):
        path = ("products", index, "entity")
        yield from _look(document, path, product.entity, names.entities, "entity")


def _unknown_in_errata(files: Files, names: _Names) -> Iterator[Fault]:
    document, errata = files.errata
    for index, erratum in enumerate(errata):
        for place, where in enumerate(erratum.where):
            path = (index, "where", place, "source")
            yield from _look(document, path, where.source, names.sources, "source")
        for key, text in (("expect", erratum.expect), ("effect", erratum.effect)):
            for message in names.missing(text or "0", run=key == "effect"):
                line = document.line((index, key))
                yield Fault(document.file, line, f"{erratum.id}.{key}", message)


def _unknown_in_recomputations(files: Files, names: _Names) -> Iterator[Fault]:
    """Only facts and rows above may be named, so that no row can depend on itself."""
    document, rows = files.recomputations
    above: set[str] = set(patent_numbers.COUNTS)
    for index, row in enumerate(rows):
        texts: dict[tuple[str, ...], str] = {("expression",): row.expression}
        texts |= {("change", fact): text for fact, text in (row.change or {}).items()}
        for fact in row.change or {}:
            yield from _look(document, (index, "change", fact), fact, names.facts, "fact")
        for path, text in texts.items():
            line, column = document.line((index, *path)), ".".join((row.id, *path))
            for message in names.missing(text, run=False):
                yield Fault(document.file, line, column, message)
            for reference in references(text):
                wanted = reference.removeprefix("calc.")
                if wanted != reference and wanted in names.plain["calc"] and wanted not in above:
                    message = f"found {{{reference}}}, which does not stand above"
                    yield Fault(document.file, line, column, f"{message}; rows above are allowed")
        above.add(row.id)


def _unknown_in_assumptions(files: Files, names: _Names) -> Iterator[Fault]:
    for document, assumptions in files.scenarios.values():
        for name, entry in assumptions.items():
            if entry.source:
                yield from _look(document, (name, "source"), entry.source, names.sources, "source")
            for path, fact in named_facts(name, entry):
                yield from _look(document, path, fact, names.facts, "fact")
            for path, text in formulas(name, entry):
                for message in names.missing(text):
                    yield Fault(document.file, document.line(path), ".".join(path), message)


def named_facts(name: str, entry: entries.Assumption) -> Iterator[tuple[tuple, str]]:
    """The facts that an assumption names, each with its path of keys in the file."""
    if entry.fact:
        yield (name, "fact"), entry.fact
    for year, fact in (entry.facts or {}).items():
        yield (name, "facts", str(year)), fact


def formulas(name: str, entry: entries.Assumption) -> Iterator[tuple[tuple, str]]:
    """The expressions of an assumption, each with its path of keys in the file."""
    if entry.expression:
        yield (name, "expression"), entry.expression
    for year, text in (entry.expressions or {}).items():
        yield (name, "expressions", str(year)), text
