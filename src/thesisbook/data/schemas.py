"""The rows of the CSV files under `data/`. The header of a file is the field names of its row."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import model_validator

from thesisbook.data.fields import (
    Address,
    Basis,
    Closed,
    Count,
    Dated,
    Digest,
    Dimension,
    EntityKind,
    ExhibitStatus,
    FactId,
    Format,
    Id,
    Language,
    LineCurrency,
    OptionalCurrency,
    OptionalDay,
    OptionalFormula,
    OptionalGrade,
    Pattern,
    Period,
    PeriodForms,
    Published,
    Sentence,
    SourceChain,
    SourceGrade,
    SourceId,
    SourceKind,
    Subjects,
    Text,
    Ticker,
    UnitCode,
    UnitCodes,
    Year,
    in_column,
)
from thesisbook.data.figures import Figure, read_figure

PRINTED_NOWHERE = ("derived", "assumption")


class SourceRow(Closed):
    """data/sources.csv: a document that figures were read from.

    `grade` says how near it is to the origin: A exchange or company paper, B press or abstract,
    C file that retells another, D own assumption. `chain` says how figures came to it. `about`
    are the entities, or `entity.metric`, that it was read for, separated by `;`, with `*` for any
    part; `amounts` are the units of its money and shares that are printed without a word of scale.
    """

    id: SourceId
    publisher: Text
    title: Text
    date: Published
    kind: SourceKind
    grade: SourceGrade
    language: Language
    url: Address
    sha256: Digest
    note: str
    chain: SourceChain = ""
    about: Subjects = ""
    amounts: UnitCodes = ""


class EntityRow(Closed):
    """data/entities.csv: what a fact is about, with the currencies of its statements and share."""

    id: Id
    name_en: Text
    name_zh: Text
    kind: EntityKind
    ticker: Ticker
    reporting: OptionalCurrency = ""
    trading: OptionalCurrency = ""


class MetricRow(Closed):
    """data/metrics.csv: what is measured, and the dimension, forms of period, time and currency
    that its rows must have."""

    id: Id
    name_en: Text
    name_zh: Text
    dimension: Dimension
    periods: PeriodForms = ""
    dated: Dated = ""
    currency: LineCurrency = ""


class QuantityRow(Closed):
    """A row that holds a figure: columns `printed`, `value`, `unit` and `note`."""

    if TYPE_CHECKING:
        printed: str
        value: str
        unit: str
        note: str

    @cached_property
    def figure(self) -> Figure:
        """The figure in canonical units."""
        return read_figure(self.printed, self.value, self.unit, self.note)

    @model_validator(mode="after")
    def _prints_its_value(self) -> QuantityRow:
        _ = self.figure
        return self


class FactRow(QuantityRow):
    """data/facts/*.csv: one figure of one source.

    A file may leave out the columns that have a default: `grade`, which lowers that of the source,
    and `public`, the day by which the figure was known where the date of the source is not it.
    """

    id: FactId
    entity: Id
    metric: Id
    period: Period
    printed: str
    value: str
    unit: UnitCode
    basis: Basis
    source: SourceId
    locator: Text
    note: str
    grade: OptionalGrade = ""
    public: OptionalDay = ""

    @model_validator(mode="after")
    def _has_print_or_reason(self) -> FactRow:
        if self.printed:
            return self
        if self.basis not in PRINTED_NOWHERE:
            allowed = f"only basis {' or '.join(PRINTED_NOWHERE)} may leave it out"
            raise in_column("printed", "", allowed)
        if not self.note:
            raise in_column("note", "", f"a figure of basis {self.basis} says there how it is made")
        return self


class CorroborationRow(QuantityRow):
    """data/corroborations.csv: another print of a fact, or one that disagrees (erratum)."""

    fact: FactId
    printed: Text
    value: str
    unit: UnitCode
    source: SourceId
    locator: Text
    erratum: str
    note: str


class ReadingRow(Closed):
    """data/readings.csv: fingerprints of the figures that stand on a line of a source's text.

    `thesisbook source ID --record` writes it from the text; `prints` is separated by blanks.
    """

    source: SourceId
    line: Count
    prints: Text


class ExhibitRow(Closed):
    """data/exhibits.csv: what became of each exhibit of the audited report.

    `facts` are fact ids separated by `;`, with `*` for any part of an id.
    """

    number: Count
    title_en: Text
    title_zh: Text
    status: ExhibitStatus
    where: str
    facts: str
    how: Text


class LabelRow(Closed):
    """data/labels.csv: a word in a figure or table, in each language."""

    key: Text
    en: Text
    zh: Text


class PatentRow(Closed):
    """data/patents.csv: the patents the audited report lists."""

    number: Count
    title_zh: Text
    title_en: str
    registration: Text
    kind: Text
    filing_year: Year
    technology: str
    technology_zh: str
    repeats: str
    source: SourceId
    locator: Text


class NumberRow(Closed):
    """data/numbers/*.csv: a number that prose names, as an expression and a format."""

    name: Id
    # Any function name is accepted here: only the exhibits know the functions of sentences.
    expression: Sentence
    format: Format
    label_en: Text
    label_zh: Text


class WordRow(Closed):
    """data/words/*.csv: what the data say in English, and in Chinese; `{}` is a changing part."""

    en: Text
    zh: Text


class CaptionRow(Closed):
    """data/captions/*.csv: title, alternative text and source line of an exhibit.

    `source` is source ids separated by `;`, or `model`; a named number in braces stands for the
    sources of the facts behind it.
    """

    id: Id
    title: Text
    alt: Text
    source: Text
    note: str

    @property
    def texts(self) -> dict[str, str]:
        """What a reader is told, by column; named numbers stand in braces."""
        return {"title": self.title, "alt": self.alt, "note": self.note}


class AllowanceRow(Closed):
    """data/receipt_allowlist.csv: figures in prose that need no receipt, and why.

    `pattern` is a regular expression that finds them.
    """

    pattern: Pattern
    kind: Text
    reason: Text


class ScoreRow(Closed):
    """data/scoreboard/*.csv: one recomputation of what a source prints.

    `left` (or the row of recomputations.yaml that `function` names) is compared with `right`.
    `tolerance` is `auto` (from the printed rounding), a number with an optional unit, or `-`
    where nothing can be checked; the note then says why.
    """

    id: Id
    group: Text
    description: Text
    left: OptionalFormula
    right: OptionalFormula
    function: str
    tolerance: Text
    erratum: str
    note: str


#: How a reason of a checklist begins: what nobody publishes, what is done otherwise, what is owed.
REASONS = ("Not to be had:", "Another form:", "Not made:")


class ChecklistRow(Closed):
    """data/checklists/*.csv: something that a report must have, and where it stands.

    `place` is one or more of: an exhibit, a page, `page#anchor`, `front.<point>` of the front page;
    several are separated by `;`. `reason` says why it need not stand, and begins with one of
    REASONS. One of the two is given.
    """

    item: Text
    rule: str
    place: str
    reason: str

    @model_validator(mode="after")
    def _one(self) -> ChecklistRow:
        if bool(self.place) == bool(self.reason):
            found = "both" if self.place else "neither"
            raise in_column("place", found, "one of place and reason is allowed")
        if self.reason and not self.reason.startswith(REASONS):
            allowed = f"one that begins {', '.join(map(repr, REASONS))} is allowed"
            raise in_column("reason", self.reason, allowed)
        return self
