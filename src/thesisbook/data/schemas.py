"""The form of every row and entry in `data/`, with its closed lists. The header of a CSV file is
the field names of its model, in order."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from thesisbook.data.periods import ALLOWED, is_period
from thesisbook.data.units import DIMENSIONS, UNITS

Basis = Literal["reported", "consensus", "forecast", "estimate", "derived", "assumption"]
SourceKind = Literal["primary", "research", "press"]
Language = Literal["en", "zh"]
EntityKind = Literal[
    "company", "peer", "product", "group", "market", "person", "institution", "investor", "supplier",
    "project", "technology", "rule", "language_model_china", "language_model_us", "language_model_other",
]  # fmt: skip
ExhibitStatus = Literal["rebuilt", "derived", "replaced", "impossible"]
Severity = Literal["H", "M", "L"]
Verdict = Literal["confirmed", "corrected", "rejected", "found"]
BASES: tuple[str, ...] = get_args(Basis)


def _listed(kind: str, allowed: dict | tuple) -> AfterValidator:
    def check(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"unknown {kind}; allowed: {', '.join(allowed)}")
        return text

    return AfterValidator(check)


def _period(text: str) -> str:
    if not is_period(text):
        raise ValueError(f"not a period; allowed: {ALLOWED}")
    return text


def _scalar(text: object) -> object:
    """YAML scalars arrive as text: a number, true or false, or a word."""
    if not isinstance(text, str) or text == "":
        return None if text == "" else text
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return text


Text = Annotated[str, StringConstraints(min_length=1)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*$")]
FactId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+\.[A-Za-z0-9-]+$")]
SourceId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Period = Annotated[str, AfterValidator(_period)]
UnitCode = Annotated[str, _listed("unit", UNITS)]
Dimension = Annotated[str, _listed("dimension", DIMENSIONS)]
Scalar = Annotated[float | bool | str | None, BeforeValidator(_scalar)]


_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)


def in_column(column: str, found: str, allowed: str) -> PydanticCustomError:
    """An error of a whole row that belongs to one column of it."""
    return PydanticCustomError(
        "column", "{allowed}", {"column": column, "found": found, "allowed": allowed}
    )


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class SourceRow(Row):
    """data/sources.csv: a document that figures were read from."""

    id: SourceId
    publisher: Text
    title: Text
    date: Text
    kind: SourceKind
    language: Text
    url: str
    sha256: str
    note: str


class EntityRow(Row):
    """data/entities.csv: what a fact is about."""

    id: Id
    name_en: Text
    name_zh: str
    kind: EntityKind
    ticker: str


class MetricRow(Row):
    """data/metrics.csv: what is measured, and the dimension its units must have."""

    id: Id
    name_en: Text
    name_zh: str
    dimension: Dimension


class QuantityRow(Row):
    """A row that holds a printed figure: `value` in `unit`."""

    @cached_property
    def number(self) -> Decimal | None:
        """`value` as a number in `unit`; a date as its day number; None for text."""
        if self.unit == "text":
            return None
        if self.unit == "date":
            return Decimal(date.fromisoformat(self.value).toordinal())
        return Decimal(self.value)

    @model_validator(mode="after")
    def _value_fits_unit(self) -> QuantityRow:
        if self.unit == "text":
            if self.value:
                raise in_column("value", self.value, "unit text has no value; it must be empty")
        elif self.unit == "date":
            try:
                date.fromisoformat(self.value)
            except ValueError:
                raise in_column("value", self.value, "a date like 2025-12-31 is allowed") from None
        elif not _NUMBER.fullmatch(self.value):
            raise in_column("value", self.value, "a plain number like -1234.5 is allowed")
        return self


class FactRow(QuantityRow):
    """data/facts/*.csv: one figure of one source."""

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


class WitnessRow(QuantityRow):
    """data/witnesses.csv: a further place that prints a fact, or disagrees with it (erratum)."""

    fact: FactId
    printed: Text
    value: str
    unit: UnitCode
    source: SourceId
    locator: Text
    erratum: str
    note: str


class ExhibitRow(Row):
    """data/exhibits.csv: what became of each exhibit of the audited report."""

    number: int
    title_en: Text
    title_zh: Text
    status: ExhibitStatus
    where: str
    facts: str
    how: Text


class LabelRow(Row):
    """data/labels.csv: a word in a figure or table, in each language."""

    key: Text
    en: Text
    zh: Text


class Names(Row):
    """A name in both languages."""

    en: Text
    zh: Text


class Grade(Row):
    """A grade of the rating scale: expected return over `above`, up to `to` (decimals)."""

    id: Id
    name: Names
    above: float | None = None
    to: float | None = None


class RatingScale(Row):
    source: SourceId
    locator: Text
    benchmark: Names
    horizon_months: int
    grades: tuple[Grade, ...] = Field(min_length=2)


class Currencies(Row):
    reporting: Literal["CNY", "HKD", "USD"]
    trading: Literal["CNY", "HKD", "USD"]


class Product(Row):
    entity: Id
    family: Text
    name: Names
    forecast_line: Text | None = None


class Company(Row):
    """data/company.yaml: the company, the edition and the rating scale."""

    entity: Id
    ticker: Text
    name: Names
    legal_name: Names
    exchange: Names
    sector: Names
    edition: date
    price_date: date
    listing_date: date
    fiscal_year_end: Text
    currencies: Currencies
    audited_source: SourceId
    rating_scale: RatingScale
    products: tuple[Product, ...]
    peers: tuple[Id, ...]
    scenarios: dict[str, Names]


class PatentRow(Row):
    """data/patents.csv: the patents the audited report lists."""

    number: int
    application: Text
    title_zh: Text
    title_en: str
    filed: str
    granted: str
    source: SourceId
    locator: Text


class NumberRow(Row):
    """data/numbers/*.csv: a number that prose names, as an expression and a format."""

    name: Id
    expression: Text
    format: Text
    label_en: Text
    label_zh: Text


class CaptionRow(Row):
    """data/captions/*.csv: title, alternative text and source line of an exhibit."""

    id: Id
    title: Text
    alt: Text
    source: Text
    note: str


class Assumption(Row):
    """An entry of data/assumptions/*.yaml with exactly one content.

    A number or switch (`value`), numbers by year (`values`), a printed fact (`fact`, by year
    `facts`), or an expression over facts (`expression`, by year `expressions`).
    """

    value: Scalar = None
    values: dict[int, float] | None = None
    fact: FactId | None = None
    facts: dict[int, FactId] | None = None
    expression: Text | None = None
    expressions: dict[int, Text] | None = None
    unit: UnitCode | None = None
    range: tuple[float, float] | None = None
    reason: Text | None = None
    source: Text | None = None
    allowed: tuple[str, ...] | None = None
    label: Text | None = None

    @model_validator(mode="after")
    def _one_content(self) -> Assumption:
        contents = ("value", "values", "fact", "facts", "expression", "expressions")
        given = [name for name in contents if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"has {' and '.join(given) or 'none'} of {', '.join(contents)}; one is allowed"
            )
        return self


class Place(Row):
    """Where a source prints what an erratum is about."""

    source: SourceId
    locator: Text
    printed: Text


class Erratum(Row):
    """An entry of data/errata.yaml: something in a source that does not tie.

    `expect` is true on the data for as long as the erratum shows. `effect` is an expression for
    the change of the target price in HKD, evaluated where the model is known.
    """

    id: Id
    title: Text
    where: tuple[Place, ...] = Field(min_length=1)
    right: Text
    why: Text
    severity: Severity
    expect: Text
    effect: Text | None = None
    verdict: Verdict


class ScoreRow(Row):
    """data/scoreboard/*.csv: one recomputation of what a source prints.

    Either `left` and `right` are expressions, or `function` names one of recomputations.py.
    `tolerance` is `auto` (from the printed rounding) or a number in canonical units.
    """

    id: Id
    group: Text
    description: Text
    left: str
    right: str
    function: str
    tolerance: str
    erratum: str
    note: str
