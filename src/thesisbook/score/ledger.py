"""Settle the forecasts of the ledger by facts that are in the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from thesisbook.data.expressions import Expression, ExpressionError, Value, references
from thesisbook.data.faults import DataError, Fault
from thesisbook.data.ledger_rows import OWN, ForecastRow

if TYPE_CHECKING:
    from thesisbook.data import Dataset

#: A fact on one of these bases says what somebody expects; it settles nothing.
EXPECTATIONS = ("forecast", "consensus", "assumption")
#: Columns of a row that hold a number, typed or worked out over facts.
NUMBERS = ("central", "low", "high", "probability", "up", "down", "last", "broker", "base_rate")


class Status(StrEnum):
    """What became of a forecast."""

    OPEN = "open"
    DUE = "due"
    MET = "met"
    MISSED = "missed"
    FIRED_UP = "fired up"
    FIRED_DOWN = "fired down"


SETTLED = (Status.MET, Status.MISSED, Status.FIRED_UP, Status.FIRED_DOWN)


@dataclass(frozen=True)
class Forecast:
    """A row of the ledger as it stands on a day.

    `made` is the day on which it was made: that of its edition, or of the source it was taken from.
    `numbers` are the row's values in canonical units, by column; `value` is that of its metric once
    every fact is there; `wanted` are the facts that are still missing, `settled_by` those that
    settled it; `settled_on` is the day by which the last of them was known.
    """

    row: ForecastRow
    made: str
    status: Status
    numbers: Mapping[str, float]
    value: float | bool | None
    wanted: tuple[str, ...]
    settled_by: tuple[str, ...]
    settled_on: str

    @property
    def is_settled(self) -> bool:
        return self.status in SETTLED

    @property
    def early(self) -> bool:
        """Whether what settles it was known before it was made."""
        return bool(self.settled_on) and self.settled_on < self.made

    @property
    def inside(self) -> bool | None:
        """Whether a settled value lies in its interval; None without either."""
        if not self.is_settled or "low" not in self.numbers or self.value is None:
            return None
        return self.numbers["low"] <= self.value <= self.numbers["high"]


class Ledger:
    """Every forecast made by the day `on`, each settled by the facts that were public then."""

    def __init__(self, dataset: Dataset, on: str | None = None) -> None:
        self.dataset = dataset
        self.on = on or str(dataset.company["edition"])

    @cached_property
    def forecasts(self) -> tuple[Forecast, ...]:
        return tuple(self._settle(row) for row in self.dataset.forecasts if row.edition <= self.on)

    @cached_property
    def by_id(self) -> Mapping[str, Forecast]:
        return {forecast.row.id: forecast for forecast in self.forecasts}

    def __getitem__(self, name: str) -> Forecast:
        """The forecast of that id. Raises KeyError."""
        return self.by_id[name]

    @property
    def due(self) -> tuple[Forecast, ...]:
        """What should be settled by now and is not."""
        return tuple(f for f in self.forecasts if f.status == Status.DUE)

    def known(self, reference: str) -> bool:
        """Whether a fact is there, was public by the day, and is more than an expectation."""
        public = self.is_public(reference)
        return public and self.dataset.fact(reference).basis not in EXPECTATIONS

    def is_public(self, reference: str) -> bool:
        """Whether a fact, of whatever basis, is there and was public by the day."""
        return reference in self._ids and self.dataset.fact(reference).public <= self.on

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(self.dataset.ids)

    def numbers(self, row: ForecastRow) -> dict[str, float]:
        """The row's values in canonical units; expectations may be among their facts."""
        return {c: float(self._evaluated(row, c)) for c in NUMBERS if getattr(row, c)}

    def unit(self, row: ForecastRow) -> str:
        """The unit of the row's numbers: its own or, of a claim that is true or false, that of the
        facts in them; `text` where they have no common one."""
        if row.unit != "text":
            return row.unit
        given = " + ".join(filter(None, (row.central, row.last)))
        units = {self.dataset.fact(name).unit for name in references(given)} if given else set()
        return units.pop() if len(units) == 1 else row.unit

    def _evaluated(self, row: ForecastRow, column: str) -> Value:
        """The value of a row's expression. Raises DataError naming the row."""
        try:
            return Expression(getattr(row, column)).evaluate(self.dataset.resolve)
        except ExpressionError as error:
            file, line = self.dataset.places[f"forecasts.{row.id}"]
            raise DataError([Fault(file, line, column, f"{row.id}: {error}")]) from None

    def _settle(self, row: ForecastRow) -> Forecast:
        named = references(row.metric)
        wanted = tuple(name for name in named if not self._usable(row, name))
        numbers = self.numbers(row)
        made = row.edition if row.maker == OWN else self.dataset.sources[row.maker].date
        if wanted:
            status = Status.DUE if row.due < self.on else Status.OPEN
            return Forecast(row, made, status, numbers, None, wanted, (), "")
        value = self._evaluated(row, "metric")
        facts = {name: self.dataset.fact(name).public for name in named}
        after = {name: day for name, day in facts.items() if self.known(name)}
        return Forecast(
            row,
            made,
            _outcome(row, numbers, value),
            numbers,
            float(value),
            (),
            tuple(after),
            max(after.values(), default=""),
        )

    def _usable(self, row: ForecastRow, name: str) -> bool:
        """A fact that settles, or a print of the maker's that the outcome is held against."""
        if self.known(name):
            return True
        return self.is_public(name) and self.dataset.fact(name).source == row.maker

    def reason_holds(self, forecast: Forecast) -> bool | None:
        """Whether the reason given for a forecast was right; None before the facts are there."""
        text = forecast.row.reason_holds
        if not text or not all(self._usable(forecast.row, name) for name in references(text)):
            return None
        return bool(self._evaluated(forecast.row, "reason_holds"))

    def faults(self) -> Iterator[Fault]:
        """Forecasts whose day has passed without an outcome and without a word on why."""
        for forecast in self.due:
            if forecast.row.unsettled:
                continue
            file, line = self.dataset.places[f"forecasts.{forecast.row.id}"]
            message = f"{forecast.row.id} was due on {forecast.row.due}, and the data have no "
            message += f"{', '.join(forecast.wanted)}; add the fact, or say in `unsettled` why not"
            yield Fault(file, line, "due", message)


def _outcome(row: ForecastRow, numbers: Mapping[str, float], value: Value) -> Status:
    """Met or missed, or a mark passed: a mark counts where the value reaches it."""
    if row.is_event:
        return Status.MET if value else Status.MISSED
    sign = 1 if row.better == "higher" else -1
    found = float(value)
    if "up" in numbers and sign * (found - numbers["up"]) >= 0:
        return Status.FIRED_UP
    if "down" in numbers and sign * (found - numbers["down"]) <= 0:
        return Status.FIRED_DOWN
    if "low" in numbers and not numbers["low"] <= found <= numbers["high"]:
        return Status.MISSED
    return Status.MET


def days_left(forecast: Forecast, on: str) -> int:
    """Days from `on` until a forecast is due; below zero once that has passed."""
    return (date.fromisoformat(forecast.row.due) - date.fromisoformat(on)).days
