"""Check the ledger: its names, and that no published forecast was changed or taken out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from thesisbook.data.edition_steps import EditionBridge
from thesisbook.data.expressions import references
from thesisbook.data.faults import Fault
from thesisbook.data.ledger_rows import JUDGEMENTS, OWN, ForecastRow
from thesisbook.data.naming import unknown
from thesisbook.data.periods import ALLOWED, is_period

if TYPE_CHECKING:
    from thesisbook.data.files import Files

EXPRESSIONS: tuple[str, ...] = ("metric", "central", "low", "high", "probability", "up", "down")
EXPRESSIONS += ("last", "broker", "base_rate", "reason_holds")
#: These may name facts that are still to come; the others are known when the row is written.
COMING = ("metric", "reason_holds")


def ledger_faults(files: Files) -> Iterator[Fault]:
    """Names that do not exist, keys given twice, and published rows that are not as published."""
    yield from _twice(files)
    sources = {OWN, *(row.id for row in files.sources.rows)}
    editions = {row.edition for row in files.editions.rows}
    facts = {row.id for table in files.facts for row in table.rows}
    for line, row in files.forecasts:
        file = files.forecasts.file
        yield from unknown(file, line, "maker", row.maker, sources)
        if row.edition not in editions and row.edition < files.company[1].edition:
            message = f"found {row.edition}; a row of editions.csv or a coming edition is allowed"
            yield Fault(file, line, "edition", message)
        for column in EXPRESSIONS:
            text = getattr(row, column)
            for reference in references(text) if text else ():
                if column in COMING:
                    yield from _coming_fact(files, line, column, reference)
                else:
                    yield from unknown(file, line, column, reference, facts, kind="fact")
    forecasts = {row.id for row in files.forecasts.rows}
    for line, event in files.calendar:
        if event.forecast:
            yield from unknown(files.calendar.file, line, "forecast", event.forecast, forecasts)


def _twice(files: Files) -> Iterator[Fault]:
    for table, column in (
        (files.forecasts, "id"),
        (files.calendar, "id"),
        (files.editions, "edition"),
    ):
        first: dict[str, int] = {}
        for line, row in table:
            key = getattr(row, column)
            if key in first:
                message = f"found {key!r} again, first at {table.file}:{first[key]}"
                yield Fault(table.file, line, column, f"{message}; once is allowed")
            first.setdefault(key, line)


def _coming_fact(files: Files, line: int, column: str, reference: str) -> Iterator[Fault]:
    """Faults of a reference to a fact that may be still to come: its entity, metric, period."""
    file = files.forecasts.file
    entity, _, rest = reference.partition(".")
    metric, _, period = rest.partition(".")
    entities = {row.id for row in files.entities.rows}
    yield from unknown(file, line, column, entity, entities, kind="entity")
    yield from unknown(
        file, line, column, metric, {r.id for r in files.metrics.rows}, kind="metric"
    )
    if not is_period(period):
        message = f"found {{{reference}}}, whose period is none; allowed: {ALLOWED}"
        yield Fault(file, line, column, message)


def frozen_faults(files: Files) -> Iterator[Fault]:
    """A forecast that a published edition has otherwise, that it has and the ledger has not, or
    that was added to it; a frozen copy that is not the one whose digest was published."""
    today = {row.id: (line, row) for line, row in files.forecasts}
    digests = {row.edition: (line, row.ledger) for line, row in files.editions}
    for edition, kept in files.kept.items():
        if edition not in digests:
            message = f"found no row of {edition}; each kept edition has one"
            yield Fault(files.editions.file, 0, "edition", message)
        elif digests[edition][1] != kept.ledger:
            message = f"found another content than was published (SHA-256 {kept.ledger[:12]}"
            message += f", published {digests[edition][1][:12]}); a frozen copy stays as it is"
            yield Fault(kept.forecasts.file, 0, "-", message)
        frozen = {row.id: (line, row) for line, row in kept.forecasts}
        for name, (line, row) in frozen.items():
            place = f"{kept.forecasts.file}:{line}"
            if name not in today:
                message = f"found no row {name}, published at {place}; published rows stay"
                yield Fault(files.forecasts.file, 0, "id", message)
                continue
            yield from _changed(files.forecasts.file, *today[name], row, place)
        for name, (line, row) in today.items():
            if row.edition == edition and name not in frozen:
                message = f"found {name} in the edition of {edition}, which was published without"
                message += " it; a new row belongs to a later edition"
                yield Fault(files.forecasts.file, line, "edition", message)


def _changed(
    file: str, line: int, row: ForecastRow, published: ForecastRow, place: str
) -> Iterator[Fault]:
    for column in ForecastRow.model_fields:
        was, now = getattr(published, column), getattr(row, column)
        if was != now and column not in JUDGEMENTS:
            message = f"{row.id}: found {now!r}, published as {was!r} ({place}); it stays"
            yield Fault(file, line, column, message)


def edition_bridge_faults(files: Files) -> Iterator[Fault]:
    """Faults of the bridge between editions: an edition that is not kept, unknown parameters."""
    document, bridge = files.studies["edition_bridge"]
    if not isinstance(bridge, EditionBridge):
        return
    yield from unknown(document.file, 1, "edition", bridge.edition, files.kept)
    if bridge.edition in files.kept:
        scenarios = files.kept[bridge.edition].scenarios
        for column, name in (("scenario", bridge.scenario), ("opening", bridge.opening)):
            if name:
                yield from unknown(document.file, 1, column, name, scenarios, kind="scenario")
    base = files.scenarios["base"][1]
    for index, step in enumerate(bridge.steps):
        line = document.line(("steps", index))
        for name in step.parameters:
            yield from unknown(document.file, line, step.id, name, base, kind="parameter")
