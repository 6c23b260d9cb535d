"""The data set as the rest of the package uses it: facts with their sources, and queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thesisbook.data.entries import Erratum, Recomputation
from thesisbook.data.expressions import Value
from thesisbook.data.faults import UnknownFact, nearest
from thesisbook.data.kept_editions import KeptEdition
from thesisbook.data.ledger_rows import CalendarRow, EditionRow, ForecastRow
from thesisbook.data.recomputations import Lookup, recompute
from thesisbook.data.schemas import (
    CaptionRow,
    ExhibitRow,
    NumberRow,
    PatentRow,
    ScoreRow,
)

if TYPE_CHECKING:
    import pandas as pd

#: The scenario that shows the audited report as it was published.
PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Source:
    """A document that figures were read from.

    `kind` is primary, research or press; `grade` A (exchange or company paper), B (press or
    abstract), C (file that retells another) or D (own assumption).
    """

    id: str
    publisher: str
    title: str
    date: str
    kind: str
    grade: str
    language: str
    url: str
    sha256: str
    note: str
    chain: str = ""
    about: str = ""
    amounts: str = ""


@dataclass(frozen=True, slots=True)
class Corroboration:
    """A corroborating source: a further place that prints a fact.

    `value` and `tolerance` are in the canonical unit."""

    fact: str
    printed: str
    printed_value: float | None
    printed_unit: str
    value: float | None
    tolerance: float
    source: str
    locator: str
    erratum: str
    note: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure with its unit, period and source.

    `value` is in the canonical `unit`; a date is its day number (`datetime.date.fromordinal`), so
    that differences are days; a fact of unit `text` has no value. `tolerance` is half a unit in
    the last printed place, canonical, and 0 where nothing was rounded. `grade` is that of the
    source unless the row lowers it; `public` is the day by which the figure was known.
    """

    id: str
    entity: str
    metric: str
    period: str
    printed: str
    printed_value: float | None
    printed_unit: str
    value: float | None
    unit: str
    tolerance: float
    basis: str
    source: str
    locator: str
    note: str
    grade: str
    public: str
    file: str
    line: int
    corroborations: tuple[Corroboration, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """Everything under `data/`, validated and joined. Read-only."""

    root: Path
    sources: Mapping[str, Source]
    company: Mapping[str, Any]
    entities: Mapping[str, Mapping[str, str]]
    metrics: Mapping[str, Mapping[str, str]]
    labels: Mapping[str, Mapping[str, str]]
    words: Mapping[str, Mapping[str, str]]
    exhibits: tuple[ExhibitRow, ...]
    patents: tuple[PatentRow, ...]
    errata: Mapping[str, Erratum]
    recomputations: Mapping[str, Recomputation]
    scoreboard: tuple[ScoreRow, ...]
    numbers: Mapping[str, tuple[NumberRow, ...]]
    captions: Mapping[str, tuple[CaptionRow, ...]]
    scenarios: Mapping[str, Mapping[str, Mapping[str, Any]]]
    studies: Mapping[str, tuple[Any, ...]]
    forecasts: tuple[ForecastRow, ...]
    editions: tuple[EditionRow, ...]
    calendar: tuple[CalendarRow, ...]
    kept: Mapping[str, KeptEdition]
    places: Mapping[str, tuple[str, int]] = field(
        repr=False
    )  # of scoreboard rows, errata, forecasts
    _facts: Mapping[str, Fact] = field(repr=False)

    def fact(self, fact_id: str) -> Fact:
        """The fact of that id; UnknownFact names the nearest ids that exist."""
        try:
            return self._facts[fact_id]
        except KeyError:
            raise UnknownFact(fact_id, nearest(fact_id, self._facts)) from None

    def value(self, fact_id: str) -> float:
        """The canonical value of a fact: money in millions, ratios as decimals, dates as days."""
        fact = self.fact(fact_id)
        if fact.value is None:
            raise TypeError(f"{fact_id} is text ({fact.printed!r}) and has no value")
        return fact.value

    def facts(
        self,
        entity: str | None = None,
        metric: str | None = None,
        period: str | None = None,
        source: str | None = None,
        basis: str | None = None,
    ) -> tuple[Fact, ...]:
        """The facts that match every argument given, in file order; empty if there are none."""
        wanted = {
            name: value
            for name, value in (
                ("entity", entity),
                ("metric", metric),
                ("period", period),
                ("source", source),
                ("basis", basis),
            )
            if value is not None
        }
        return tuple(
            fact
            for fact in self._facts.values()
            if all(getattr(fact, name) == value for name, value in wanted.items())
        )

    def frame(
        self, entity: str, metrics: Sequence[str], periods: Sequence[str | int]
    ) -> pd.DataFrame:
        """Canonical values, one row per metric and one column per period; each must be a fact."""
        import pandas as pd  # noqa: PLC0415 - half a second that `check` and `value` do without

        values = [[self.value(f"{entity}.{metric}.{p}") for p in periods] for metric in metrics]
        index = pd.Index(list(metrics), name="metric")
        return pd.DataFrame(values, index=index, columns=pd.Index(list(periods), name="period"))

    def lookup(self, reference: str) -> Value:
        """Value of a fact id, or of a corroborating source `id@source[:locator]`; text as is."""
        fact_id, _, place = reference.partition("@")
        found: Fact | Corroboration = self.fact(fact_id)
        if place:
            found = self._corroboration(self.fact(fact_id), place)
        return found.printed if found.value is None else found.value

    def resolve(self, reference: str, lookup: Lookup | None = None) -> Value:
        """Value of a reference in an expression: a fact, a corroborating source, or `calc.<name>`.

        `lookup` replaces that of the facts, also inside the named recomputations.
        """
        find = lookup or self.lookup
        head, _, name = reference.partition(".")
        if head != "calc":
            return find(reference)
        return recompute(self, name, find)

    def tolerance(self, reference: str) -> float:
        """Half a unit in the last printed place of the figure behind a reference, canonical."""
        fact_id, _, place = reference.partition("@")
        fact = self.fact(fact_id)
        return self._corroboration(fact, place).tolerance if place else fact.tolerance

    def _corroboration(self, fact: Fact, place: str) -> Corroboration:
        source, _, locator = place.partition(":")
        for corroboration in fact.corroborations:
            if corroboration.source == source and locator in (
                "",
                corroboration.locator.split(" ")[0],
            ):
                return corroboration
        known = [f"{fact.id}@{w.source}:{w.locator.split(' ')[0]}" for w in fact.corroborations]
        raise UnknownFact(f"{fact.id}@{place}", known)

    def scenario(self, name: str) -> dict[str, dict[str, Any]]:
        """The assumption entries of a scenario: those of `base`, replaced where it differs."""
        if name not in self.scenarios:
            raise UnknownFact(name, nearest(name, self.scenarios))
        return {
            key: dict(v) for key, v in {**self.scenarios["base"], **self.scenarios[name]}.items()
        }

    @cached_property
    def parameters(self) -> dict[str, dict[str, Any]]:
        """Every parameter of the model as `base` declares it: unit, range, value, reason."""
        return self.scenario("base")

    @property
    def ids(self) -> tuple[str, ...]:
        """The id of every fact, in file order."""
        return tuple(self._facts)
