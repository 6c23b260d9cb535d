"""The rows of the ledger, of the calendar and of kept editions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from thesisbook.data.entries import Names
from thesisbook.data.fields import (
    Closed,
    Day,
    Digest,
    Formula,
    Id,
    Number,
    OptionalDay,
    OptionalFormula,
    Text,
    UnitCode,
    in_column,
)

OWN = "own"
#: What may be written into a row after it was published: it judges, it does not forecast.
JUDGEMENTS = ("unsettled", "lesson_en", "lesson_zh")


def _commit(text: str) -> str:
    if text and not (7 <= len(text) <= 40 and set(text) <= set("0123456789abcdef")):
        raise ValueError("7 to 40 hexadecimal digits of a commit are allowed, or nothing")
    return text


class ForecastRow(Closed):
    """data/forecasts.csv: something claimed, what settles it, and what follows from it.

    `metric` is an expression on facts that need not be there yet: a number, or true and false.
    A number has a `central` value with an 80% interval `low` to `high`, or marks `up` and `down`,
    or both; of true and false there may be a `probability`, which is always this book's own.
    `maker` is `own` or the source that made the claim.
    """

    id: Id
    edition: Day
    maker: Text
    claim_en: Text
    claim_zh: Text
    metric: Formula
    unit: UnitCode
    central: OptionalFormula
    low: OptionalFormula
    high: OptionalFormula
    probability: OptionalFormula
    better: Literal["higher", "lower"]
    up: OptionalFormula
    down: OptionalFormula
    due: Day
    settles: Text
    up_action: str
    down_action: str
    last: OptionalFormula
    broker: OptionalFormula
    base_rate: OptionalFormula
    reason: str
    reason_holds: OptionalFormula
    note: str
    unsettled: str
    lesson_en: str
    lesson_zh: str

    @model_validator(mode="after")
    def _can_be_settled(self) -> ForecastRow:
        if bool(self.low) != bool(self.high):
            raise in_column("low", self.low, "an interval has both ends, or none")
        if self.low and not self.central:
            raise in_column("central", "", "an interval has a central value")
        if bool(self.reason) != bool(self.reason_holds):
            raise in_column("reason_holds", self.reason_holds, "a reason in words and one in facts")
        return self

    @property
    def is_event(self) -> bool:
        """Whether the metric is true or false."""
        return not (self.low or self.up or self.down)


class EditionRow(Closed):
    """data/editions.csv: a published edition; `ledger` is the digest of its frozen forecasts."""

    edition: Day
    price_date: Day
    rating: Id
    target: Number
    price: Number
    digest: Digest
    ledger: Digest
    commit: Annotated[str, AfterValidator(_commit)]


class CalendarRow(Closed):
    """data/calendar.csv: an event on a day or in a window, and what is at stake.

    The stake is that of the actions of `forecast`, or of the row's own actions.
    """

    id: Id
    name_en: Text
    name_zh: Text
    first: Day
    last: OptionalDay
    source: Text
    forecast: str
    up_action: str
    down_action: str
    note: str

    @model_validator(mode="after")
    def _runs_forward(self) -> CalendarRow:
        if self.last and self.last < self.first:
            raise in_column("last", self.last, f"a day from {self.first} on is allowed, or nothing")
        if self.forecast and (self.up_action or self.down_action):
            raise in_column("forecast", self.forecast, "actions of a forecast or of the event")
        return self


class HeadlineRow(Closed):
    """data/editions/*/headlines.csv: a result that the edition stands for."""

    name: Text
    value: Number


class KeptNumberRow(Closed):
    """data/editions/*/numbers.csv: a named number of the edition, unrounded and as it was shown."""

    name: Id
    value: str
    shown: str
    label_en: Text


class Weight(Closed):
    """data/editions/*/studies/weights.yaml: the probability that was given to a scenario."""

    scenario: Id
    probability: Number
    reason: Text


class Renamed(Closed):
    """Old names in a kept edition, each with today's."""

    parameters: dict[Text, Text] = Field(default_factory=dict)
    words: dict[Text, Text] = Field(default_factory=dict)
    facts: dict[Text, Text] = Field(default_factory=dict)


class MethodChange(Closed):
    """Why today's model does not give a kept number: what it gives instead, by headline."""

    id: Id
    name: Names
    reason: Text
    headlines: dict[Text, Number] = Field(min_length=1)


class Changes(Closed):
    """data/editions/*/changes.yaml: what has changed in names and methods since the edition."""

    renamed: Renamed = Renamed()
    methods: tuple[MethodChange, ...] = ()
