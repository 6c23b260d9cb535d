"""The ledger as data and as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from thesisbook.cli.terminal import table
from thesisbook.score.ledger import Forecast, Status, days_left
from thesisbook.score.rules import ENOUGH
from thesisbook.score.scorecard import Measure, scorecards

if TYPE_CHECKING:
    from thesisbook.score.actions import Effects
    from thesisbook.score.ledger import Ledger

SOON = 60


def report(ledger: Ledger, effects: Effects) -> dict[str, Any]:
    """The ledger on its day as JSON-ready data: `forecasts` with effects, `scores`, unrounded."""
    return {
        "on": ledger.on,
        "forecasts": [_forecast(ledger, effects, forecast) for forecast in ledger.forecasts],
        "scores": [
            {
                "maker": card.maker,
                "edition": card.edition,
                "statuses": {str(status): count for status, count in card.statuses.items()},
                **{name: _measure(getattr(card, name)) for name in ("hits", "brier", "interval")},
                "reasons": [
                    {"outcome_right": outcome, "reason_right": reason, "count": count}
                    for (outcome, reason), count in card.matrix.items()
                ],
            }
            for card in scorecards(ledger)
        ],
    }


def _forecast(ledger: Ledger, effects: Effects, f: Forecast) -> dict[str, Any]:
    row = f.row
    return {
        "id": row.id,
        "edition": row.edition,
        "maker": row.maker,
        "claim": row.claim_en,
        "metric": row.metric,
        "unit": row.unit,
        **{name: f.numbers.get(name) for name in ("central", "low", "high", "probability")},
        **{name: f.numbers.get(name) for name in ("up", "down", "last", "broker", "base_rate")},
        "due": row.due,
        "settles": row.settles,
        "status": str(f.status),
        "value": f.value,
        "settled_by": list(f.settled_by),
        "settled_on": f.settled_on,
        "known_before": f.early,
        "wanted": list(f.wanted),
        "up_action": row.up_action,
        "up_effect": effects.of(row.up_action, row.edition),
        "down_action": row.down_action,
        "down_effect": effects.of(row.down_action, row.edition),
        "reason": row.reason,
        "reason_right": ledger.reason_holds(f),
        "unsettled": row.unsettled,
        "days_left": days_left(f, ledger.on),
    }


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "value": measure.value,
        "count": measure.count,
        "enough": measure.is_enough,
        "baselines": {
            name: {"value": value, "count": count}
            for name, (value, count) in measure.baselines.items()
        },
    }


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """The ledger as text: the settled rows, what is due, what comes next, the scores."""
    rows = found["forecasts"]
    yield f"Ledger on {found['on']}: {len(rows)} forecasts"
    settled = [r for r in rows if r["status"] not in (Status.OPEN, Status.DUE)]
    if settled:
        yield "\nSettled by facts"
        head = ("Forecast", "Status:", "Value", "Down", "Up", "Known", "Claim:")
        yield table(head, [_settled(row) for row in settled], left=1)
    due = [r for r in rows if r["status"] == Status.DUE]
    if due:
        yield "\nDue, and not settled"
        wanted = ("Forecast", "Due", "Wanted fact:", "Why not:")
        yield table(wanted, [_waiting(row, row["unsettled"] or "-") for row in due])
    coming = sorted((r for r in rows if r["status"] == Status.OPEN), key=lambda r: r["due"])
    soon = [r for r in coming if r["days_left"] <= SOON]
    if soon:
        yield f"\nDue within {SOON} days"
        coming_head = ("Forecast", "Due", "Fact that settles it:", "On the target:")
        yield table(coming_head, [_waiting(row, _stake(row)) for row in soon])
    if len(coming) > len(soon):
        yield f"{len(coming) - len(soon)} more are open; see --json"
    yield "\nScores"
    scored = ("Maker", "Edition", "Settled", "Hits", "Brier", "Interval", "Note:")
    yield table(scored, [_card(card) for card in found["scores"]], left=2)


def _settled(row: Mapping[str, Any]) -> tuple[str, ...]:
    event = row["unit"] == "text"
    value = ("yes" if row["value"] else "no") if event else _number(row["value"])
    early = " (before)" if row["known_before"] else ""
    marks = (_number(row["down"]), _number(row["up"]))
    return (row["id"], row["status"], value, *marks, row["settled_on"] + early, row["claim"])


def _waiting(row: Mapping[str, Any], last: str) -> tuple[str, ...]:
    return row["id"], row["due"], ", ".join(row["wanted"]), last


def _stake(row: Mapping[str, Any]) -> str:
    stakes = [row["up_effect"], row["down_effect"]]
    return " / ".join("-" if v is None else f"{v:+.2f}" for v in stakes)


def _card(card: Mapping[str, Any]) -> tuple[str, ...]:
    counts = card["statuses"]
    settled = sum(n for name, n in counts.items() if name not in (Status.OPEN, Status.DUE))
    known = max(card[name]["count"] for name in ("hits", "brier", "interval"))
    note = "" if known >= ENOUGH else f"too few to tell ({known} with odds or interval)"
    return (
        card["maker"],
        card["edition"],
        str(settled),
        *(_score(card[name]) for name in ("hits", "brier", "interval")),
        note,
    )


def _score(measure: Mapping[str, Any]) -> str:
    value = measure["value"]
    return "-" if value is None else f"{value:.2f} ({measure['count']})"


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"
