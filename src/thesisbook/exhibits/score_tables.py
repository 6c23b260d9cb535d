"""Ledger, scores, calendar, revisions and editions as references and frames.

| form | stands for |
|---|---|
| `ledger.<id>.<central, low, high, probability, up, down, last, broker, base_rate>` | a forecast |
| `ledger.<id>.<status, value, claim, due, settled_on, up_effect, ...>` | what became of it |
| `score.<maker>.<edition>.<forecasts, settled, open, due, met, missed, fired_up, ...>` | counts |
| `score.<maker>.<edition>.<hits, brier, interval>[_count]` | mean scores, and of how many |
| `event.<id>.<up, down>` | what an event of the calendar may do to the target, per share |
| `step.<id>.<delta, target_after>` | the bridge from the last edition, per share |
| `step.sum_<kind>.delta` | all its steps of one kind (`fact`, `fact_method`, `forecast`, ...) |
| `revision.<line>.<year>.<old, new, fact, method, forecast, odds, ...>` | a line in a year |
| `edition.<day>.<target, price, upside, rating>` | editions published, and the one in work |
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property
from typing import Any

import pandas as pd

from thesisbook.data import Dataset
from thesisbook.data.expressions import references
from thesisbook.data.faults import nearest
from thesisbook.exhibits.score_words import METHODS, label
from thesisbook.exhibits.unit_formats import cell_format, unit_words
from thesisbook.model import TreeValue
from thesisbook.model.number_units import score_unit
from thesisbook.model.quantities import QUANTITIES, unit_in
from thesisbook.score.actions import Effects
from thesisbook.score.events import events
from thesisbook.score.ledger import NUMBERS, Forecast, Ledger
from thesisbook.score.revisions import STUDY, Revisions
from thesisbook.score.scorecard import scorecards

SPACES = tuple(METHODS)
#: The lines whose revisions are shown where a chapter names none.
LINES = ("revenue", "gross_profit", "ebit", "adjusted_profit", "dcf_free_cash_flow")
_EFFECTS = ("up_effect", "down_effect")


class Scoring:
    """What the score room knows of a data set, each table made once when first asked for."""

    def __init__(self, dataset: Dataset, tree: Callable[[], TreeValue], language: str) -> None:
        self._dataset = dataset
        self._tree = tree
        self.language = language
        self._frames: dict[str, pd.DataFrame] = {}

    def share(self, other: Scoring) -> None:
        """Keep tables together with the score of a run that sets the same."""
        self._frames, self.ledger, self.effects = other._frames, other.ledger, other.effects

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self._dataset)

    @cached_property
    def effects(self) -> Effects:
        return Effects(self.ledger)

    @cached_property
    def revisions(self) -> Revisions:
        """Raises KeyError where no bridge between editions is in the data."""
        if not self._dataset.studies.get(STUDY):
            raise KeyError(f"no bridge between editions: data/studies/{STUDY}.yaml is not there")
        return Revisions(self._dataset)

    def frame(self, name: str) -> pd.DataFrame:
        """The table of a space, by forecast, maker and edition, event, step, line, or edition."""
        if name not in self._frames:
            make: dict[str, Callable[[], list[dict[str, Any]]]] = {
                "ledger": self._ledger_rows,
                "score": self._scores,
                "event": self._events,
                "step": self._steps,
                "revision": self._revisions,
                "edition": self._editions,
            }
            if name not in make:
                raise KeyError(f"no table {name!r}; one of {', '.join(make)}")
            rows = make[name]()
            if not rows:
                raise KeyError(f"{name}: the data hold no row of it")
            self._frames[name] = pd.DataFrame(rows).set_index("id")
        return self._frames[name]

    def _ledger_rows(self) -> list[dict[str, Any]]:
        return [
            {**self._forecast(found), **{name: self._effect(found, name) for name in _EFFECTS}}
            for found in self.ledger.forecasts
        ]

    def _effect(self, found: Forecast, column: str) -> float | None:
        """What the action of one side does to the target, per share; slow, so only when asked."""
        action = getattr(found.row, column.replace("effect", "action"))
        return self.effects.of(action, found.row.edition)

    def _forecast(self, found: Forecast) -> dict[str, Any]:
        row, words = found.row, self.language == "zh"
        return {
            "id": row.id,
            "claim": row.claim_zh if words else row.claim_en,
            "maker": row.maker,
            "edition": row.edition,
            "unit": self.ledger.unit(row),
            "status": str(found.status),
            "value": None if row.is_event or found.value is None else float(found.value),
            **{name: found.numbers.get(name) for name in NUMBERS},
            "up_action": row.up_action,
            "down_action": row.down_action,
            "due": row.due,
            "settles": row.settles,
            "settled_on": found.settled_on,
            "known_before": found.early,
            "wanted": ", ".join(found.wanted),
            "reason": row.reason,
            "reason_right": self.ledger.reason_holds(found),
            "note": row.note,
            "unsettled": row.unsettled,
            "lesson": row.lesson_zh if words else row.lesson_en,
        }

    def _scores(self) -> list[dict[str, Any]]:
        rows = []
        for card in scorecards(self.ledger):
            found: dict[str, Any] = {"id": f"{card.maker}.{card.edition}"}
            found |= {"forecasts": float(sum(card.statuses.values()))}
            found |= {"settled": float(card.settled)}
            found |= {str(s).replace(" ", "_"): float(n) for s, n in card.statuses.items()}
            for name in ("hits", "brier", "interval"):
                measure = getattr(card, name)
                found |= {name: measure.value, f"{name}_count": float(measure.count)}
                for rival, (value, count) in measure.baselines.items():
                    column = f"{name}_{rival.replace(' ', '_')}"
                    found |= {column: value, f"{column}_count": float(count)}
            for (outcome, reason), count in card.matrix.items():
                said = ("right" if right else "wrong" for right in (outcome, reason))
                found["outcome_{}_reason_{}".format(*said)] = float(count)
            rows.append(found)
        return rows

    def _events(self) -> list[dict[str, Any]]:
        return [
            {
                "id": event.row.id,
                "name": getattr(event.row, f"name_{self.language}"),
                "first": event.row.first,
                "last": event.last,
                "up": event.up,
                "down": event.down,
                "source": event.row.source,
                "forecast": event.row.forecast,
                "note": event.row.note,
            }
            for event in events(self.ledger, self.effects)
        ]

    def _steps(self) -> list[dict[str, Any]]:
        steps = self.revisions.target(self.language)
        rows = [{"id": s["step"], **{k: v for k, v in s.items() if k != "step"}} for s in steps]
        for kind in dict.fromkeys(str(s["kind"]) for s in steps if s["kind"]):
            total = round(math.fsum(float(s["delta"]) for s in steps if s["kind"] == kind), 2)
            name = f"sum_{kind.replace('+', '_')}"
            rows.append({"id": name, "name": kind, "kind": "sum", "delta": total})
        return rows

    def _revisions(self) -> list[dict[str, Any]]:
        return [
            {
                "id": f"{found.line}.{found.year}",
                "old": found.old,
                "new": found.new,
                **{kind.replace("+", "_"): value for kind, value in found.by_kind.items()},
            }
            for found in self.revisions.lines(LINES)
        ]

    def _editions(self) -> list[dict[str, Any]]:
        grades = self._dataset.company["rating_scale"]["grades"]
        names = {grade["id"]: grade["name"][self.language] for grade in grades}
        rows = [
            (e.edition, e.price_date, names.get(e.rating, e.rating), e.target, e.price)
            for e in self._dataset.editions
        ]
        company = self._dataset.company
        if company["edition"] not in {row[0] for row in rows} and self._dataset.studies.get("tree"):
            tree = self._tree()
            numbers = tree.expected("target_price"), float(tree.assumptions("price"))
            rows.append((company["edition"], company["price_date"], names[tree.rating], *numbers))
        return [
            {
                "id": edition,
                "price_date": day,
                "rating": rating,
                "target": float(target),
                "price": float(price),
                "upside": target / price - 1,
            }
            for edition, day, rating, target, price in rows
        ]

    def value(self, space: str, rest: str) -> float | str:
        """The number or word behind `<space>.<rest>`. KeyError names the nearest that exist."""
        row, _, column = rest.rpartition(".")
        forecast = self.ledger.by_id.get(row) if space == "ledger" else None
        if forecast and column in _EFFECTS:
            found = self._effect(forecast, column)
        elif forecast and column in (cells := self._forecast(forecast)):
            found = cells[column]
        else:
            frame = self.frame(space)
            if row not in frame.index or column not in frame.columns:
                known = [f"{r}.{c}" for r in frame.index for c in frame.columns]
                raise KeyError(f"{space}.{rest}: nearest {', '.join(nearest(rest, known))}")
            found = frame.at[row, column]
        if found is None or (isinstance(found, float) and math.isnan(found)):
            raise KeyError(f"{space}.{rest}: has no value yet")
        return found if isinstance(found, str) else float(found)

    def _row_name(self, space: str, row: str) -> str:
        if space == "ledger":
            return str(self._forecast(self.ledger[row])["claim"])
        return str(self.frame(space).at[row, "name"])

    def receipt(self, space: str, rest: str) -> dict[str, Any]:
        """The receipt of a number: its formula in words and the facts or targets behind it."""
        row, _, column = rest.rpartition(".")
        receipt: dict[str, Any] = {
            "kind": "study",
            "value": self.value(space, rest),
            "label": label(self._dataset, self._row_name, space, rest),
            "formula": METHODS[space],
            "inputs": [],
        }
        per_share = unit_in(QUANTITIES["target_price"].unit, self._dataset.company["currencies"])
        if space == "ledger":
            self._of_forecast(receipt, row, column, per_share)
        elif space in ("event", "step"):
            receipt["unit"] = per_share
            receipt["inputs"] = ["tree.target"]
        elif space == "score":
            receipt["unit"] = score_unit(column)
        elif space == "edition" and column in ("target", "price"):
            receipt["unit"] = per_share
            if row not in {e.edition for e in self._dataset.editions}:
                receipt["inputs"] = [f"tree.{column}"]
        return receipt

    def _of_forecast(self, receipt: dict[str, Any], row: str, column: str, per_share: str) -> None:
        """Adds unit, expression and facts of a forecast."""
        found = self.ledger[row]
        if column in ("value", "status"):
            receipt |= {"formula": found.row.metric, "inputs": list(found.settled_by)}
        elif column in NUMBERS:
            text = getattr(found.row, column)
            receipt |= {"formula": text, "inputs": list(references(text))}
        elif column in _EFFECTS:
            action = getattr(found.row, column.replace("effect", "action"))
            receipt |= {"formula": f"The target with {action}, less the target"}
            day, now = found.row.edition, self._dataset.company["edition"]
            earlier = day in self._dataset.kept and day != now  # its assumptions on facts of now
            receipt["inputs"] = list(self.effects.facts_of(day)) if earlier else ["tree.target"]
        if column in _EFFECTS:
            receipt["unit"] = per_share
        elif column not in ("probability", "base_rate"):
            receipt["unit"] = self.ledger.unit(found.row)

    def formats(self, name: str) -> dict[tuple[str, str], str]:
        """The format of each cell of the ledger, by row and column; of events and steps too."""
        frame = self.frame(name)
        if name != "ledger":
            return {
                (row, column): "+2" for row in frame.index for column in ("up", "down", "delta")
            }
        own = {unit: cell_format(unit) for unit in set(frame["unit"])}
        shares = dict.fromkeys(("probability", "base_rate"), "pct0") | dict.fromkeys(_EFFECTS, "+2")
        return {
            (row, column): shares.get(column, own[unit])
            for row, unit in frame["unit"].items()
            for column in (*NUMBERS, "value", *_EFFECTS)
        }

    def units(self) -> dict[str, str]:
        """The unit of each forecast for the head of its row; empty where a cell says it."""
        units = self.frame("ledger")["unit"]
        said = {unit: unit_words(unit, self.language) for unit in set(units)}
        return {row: "" if unit == "text" else said[unit] for row, unit in units.items()}
