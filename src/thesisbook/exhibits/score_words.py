"""What receipts of the score room say: how a number is made, and the words of its column."""

from __future__ import annotations

from collections.abc import Callable

from thesisbook.data import Dataset
from thesisbook.data.ledger_rows import OWN
from thesisbook.model.quantities import QUANTITIES

METHODS = {
    "ledger": "A row of data/forecasts.csv, settled by the facts that its metric names",
    "score": "Counted and scored over the settled rows of data/forecasts.csv",
    "event": "The house view valued again with the action of the event, less its target",
    "step": "Steps from the last edition in a fixed order; the last two go to the tree and on",
    "revision": "Change of the line over the steps of each kind, of the bridge between editions",
    "edition": "As published, in data/editions.csv; the last row is the edition in work",
}
_FORECAST = {
    "claim": "claim",
    "maker": "who made it",
    "edition": "edition",
    "unit": "unit",
    "status": "what became of it",
    "value": "what came",
    "central": "expected",
    "low": "low end of the interval",
    "high": "high end of the interval",
    "probability": "our odds",
    "up": "upper mark",
    "down": "lower mark",
    "last": "last known",
    "broker": "expected by the broker",
    "base_rate": "base rate",
    "up_effect": "change of the target where it turns out better",
    "down_effect": "change of the target where it turns out worse",
    "up_action": "change of the model where it turns out better",
    "down_action": "change of the model where it turns out worse",
    "due": "day it is due",
    "settles": "what settles it",
    "settled_on": "day it was settled",
    "known_before": "whether it was known before",
    "wanted": "facts that are not there yet",
    "reason": "reason",
    "reason_right": "whether the reason held",
    "note": "note",
    "unsettled": "why no fact settles it",
    "lesson": "lesson",
}
_MEASURES = {
    "hits": "share of hits",
    "brier": "Brier score",
    "brier_even_chance": "Brier score of an even chance",
    "brier_base_rate": "Brier score of the base rate",
    "interval": "interval score",
    "interval_last_value": "interval score about the last value",
    "interval_broker": "interval score about the broker's value",
}
_SCORE = {
    "forecasts": "number of forecasts",
    **{
        status: f"number of forecasts {status.replace('_', ' ')}"
        for status in ("settled", "open", "due", "met", "missed", "fired_up", "fired_down")
    },
    **_MEASURES,
    **{f"{name}_count": f"number of forecasts in the {said}" for name, said in _MEASURES.items()},
    **{
        f"outcome_{outcome}_reason_{reason}": f"number with outcome {outcome}, reason {reason}"
        for outcome in ("right", "wrong")
        for reason in ("right", "wrong")
    },
}
_EVENT = {
    "name": "name",
    "first": "first day",
    "last": "last day",
    "up": "change of the target where it turns out better",
    "down": "change of the target where it turns out worse",
    "source": "source",
    "forecast": "forecast it settles",
    "note": "note",
}
_STEP = {
    "name": "name",
    "kind": "kind",
    "delta": "change of the target",
    "target_after": "target after the step",
}
_EDITION = {
    "price_date": "day of the price",
    "rating": "grade",
    "target": "target",
    "price": "price",
    "upside": "target over price, less one",
}


def _publisher(dataset: Dataset, source: str) -> str:
    named = dataset.labels.get(f"source_{source}")
    return named["en"] if named else dataset.sources[source].publisher


def label(dataset: Dataset, name_of: Callable[[str, str], str], space: str, rest: str) -> str:
    """What `<space>.<rest>` is, in words; `name_of` gives the name of a row of a space."""
    row, _, column = rest.rpartition(".")
    if space == "ledger":
        return f"{name_of(space, row)}: {_FORECAST[column]}"
    if space == "score":
        maker, _, edition = row.partition(".")
        who = "Our own forecasts" if maker == OWN else f"Forecasts of {_publisher(dataset, maker)}"
        return f"{who}, edition of {edition}, {_SCORE[column]}"
    if space == "event":
        return f"{name_of(space, row)}, {_EVENT[column]}"
    if space == "step":
        name = name_of(space, row)
        if row.startswith("sum_"):
            name = f"All steps of the kind {name.replace('+', ' and ')}"
        return f"Bridge between editions, {name}, {_STEP[column]}"
    if space == "revision":
        line, _, year = row.rpartition(".")
        own_words = {"old": "as kept", "new": "as it is now"}
        said = own_words.get(column) or f"change by {column.replace('_', ' and ')}"
        return f"{QUANTITIES[line].label}, {year}, {said}"
    return f"Edition of {row}, {_EDITION[column]}"
