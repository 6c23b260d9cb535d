"""The entries of the YAML files under `data/`: the company, assumptions, errata."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from thesisbook.data.fields import (
    NUMBER_ALLOWED,
    AmountPattern,
    Closed,
    Count,
    CurrencyCode,
    Day,
    FactId,
    Formula,
    Id,
    Number,
    Scalar,
    Severity,
    SourceId,
    Text,
    Ticker,
    UnitCode,
    Verdict,
    Year,
    YearEnd,
    in_column,
)


class Names(Closed):
    """A name in both languages."""

    en: Text
    zh: Text


class ScenarioNames(Names):
    """The name of a scenario, and where its values come from.

    `as_of` is the last day whose facts it may use; only given where that is before the edition.
    `extends` names the scenario its file differs from, where that is not base. `branch` gives the
    state of each driver of the tree: such a scenario has no file.
    """

    as_of: Day | None = None
    extends: Id | None = None
    branch: dict[Id, Id] | None = None


class Grade(Closed):
    """A grade of the rating scale: return against the benchmark over `above`, up to `to`."""

    id: Id
    name: Names
    above: Number | None = None
    to: Number | None = None


class RatingScale(Closed):
    """The grades, best first; returns as decimals over `horizon_months`."""

    source: SourceId
    locator: Text
    benchmark: Names
    horizon_months: Count
    grades: tuple[Grade, ...] = Field(min_length=2)


class AmountNames(Names):
    """How an amount is written in both languages, with `{}` for the amount."""

    en: AmountPattern
    zh: AmountPattern


class Currencies(Closed):
    """The currency of the statements and that of the share price.

    `written` says how an amount in a currency is written, with `{}` for the amount: `RMB {}`.
    """

    reporting: CurrencyCode
    trading: CurrencyCode
    written: dict[CurrencyCode, AmountNames] | None = None


class Product(Closed):
    """A product, its family and the line of the forecast it belongs to."""

    entity: Id
    family: Text
    name: Names
    forecast_line: Text | None = None


Meaning = Literal["company", "rival", "gain", "loss", "unknown"]


class Company(Closed):
    """data/company.yaml: the company, the edition and the rating scale."""

    entity: Id
    ticker: Ticker
    name: Names
    legal_name: Names
    exchange: Names
    sector: Names
    edition: Day
    price_date: Day
    listing_date: Day
    fiscal_year_end: YearEnd
    currencies: Currencies
    audited_source: SourceId | None = None
    rating_scale: RatingScale
    products: tuple[Product, ...]
    peers: tuple[Id, ...]
    scenarios: dict[str, ScenarioNames]
    meanings: dict[Meaning, tuple[Text, ...]] | None = None
    source_texts: Text | None = None


CONTENTS = ("value", "values", "fact", "facts", "expression", "expressions")


class Assumption(Closed):
    """An entry of data/assumptions/*.yaml with exactly one content.

    A number or switch (`value`), numbers by year (`values`), a printed fact (`fact`, by year
    `facts`), or an expression over facts (`expression`, by year `expressions`). `reason` is
    required: a number without one is a guess.
    """

    value: Scalar | None = None
    values: dict[Year, Number] | None = None
    fact: FactId | None = None
    facts: dict[Year, FactId] | None = None
    expression: Formula | None = None
    expressions: dict[Year, Formula] | None = None
    unit: UnitCode | None = None
    range: tuple[Number, Number] | None = None
    reason: Text
    source: SourceId | None = None
    allowed: tuple[str, ...] | None = None
    label: Text | None = None

    @model_validator(mode="after")
    def _one_content(self) -> Assumption:
        given = [name for name in CONTENTS if getattr(self, name) is not None]
        if len(given) != 1:
            raise in_column("value", " and ".join(given), f"exactly one of {', '.join(CONTENTS)}")
        if self.range is not None and self.range[0] > self.range[1]:
            raise in_column(
                "range", str(list(self.range)), "the low end must not be above the high one"
            )
        if isinstance(self.value, str) and self.unit not in (None, "text", "date"):
            raise in_column("value", self.value, f"unit {self.unit}; {NUMBER_ALLOWED}")
        return self


class Recomputation(Closed):
    """An entry of data/recomputations.yaml: a number worked out again from facts.

    `expression` may name facts and entries above it. With `change` it is worked out as if those
    facts had the values of the expressions given.
    """

    id: Id
    what: Text
    expression: Formula
    change: dict[FactId, Formula] | None = None


class Place(Closed):
    """Where a source prints what an erratum is about."""

    source: SourceId
    locator: Text
    printed: Text


class Erratum(Closed):
    """An entry of data/errata.yaml: something in a source that does not tie.

    `expect` is an expression that is true while the fault is in the data (for a rejected erratum:
    while the reason for rejecting it holds). `effect` is an expression for the change of the target
    price, in the currency it trades in.
    """

    id: Id
    title: Text
    where: tuple[Place, ...] = Field(min_length=1)
    right: Text
    why: Text
    severity: Severity
    expect: Formula
    effect: Formula | None = None
    verdict: Verdict
