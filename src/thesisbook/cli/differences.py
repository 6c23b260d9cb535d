"""Text of `compare`: the target first, then numbers by importance, then causes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from thesisbook.cli.headlines import DECIMALS, FIRST, difference, span
from thesisbook.cli.terminal import table
from thesisbook.exhibits.formats import format_value
from thesisbook.exhibits.unit_formats import shown, unit_shown, unit_words
from thesisbook.model import Assumptions
from thesisbook.model.parameters import Parameter
from thesisbook.model.quantities import QUANTITIES, unit_in
from thesisbook.model.result import HEADLINE_LINES, HEADLINE_SCALARS

CENT = 0.005
ROWS = 25
CAUSES = 2
TARGET = "target_price"
Rows = list[Sequence[str]]


def lines(
    found: Mapping[str, Any], base: Assumptions | None = None, everything: bool = False
) -> Iterator[str]:
    """A comparison as lines; without `everything` the least important rows are only counted.

    `base` gives units and currencies when scenarios are compared; None for builds.
    """
    numbers = found["numbers"]
    first, second = found["first"], found["second"]
    yield f"{first} -> {second}: {len(numbers) or 'no'} numbers differ"
    steps = _bridge(found.get("bridge") or ())
    head = ("Step:", "Effect", "Target")
    if base:
        yield from _section("Target price", head, steps)
    if not numbers:
        return
    rows = list(_headlines(found, base, everything) if base else _named_numbers(numbers))
    columns = ("Number:", "First", "Second", "Change", "Moved most by:")
    yield from _section("Numbers", columns, rows, None if everything else ROWS)
    if not base:  # the target of a build, its first number, may be a mean of many scenarios
        yield from _section("Target price in the scenario shown", head, steps)
    if base:
        if not everything:
            yield from _section("Change by year", *_by_year(numbers, base.currencies))
        ordered = sorted(found["parameters"], key=_effect, reverse=True)
        yield from _section(
            "Assumptions, each set alone",
            ("Parameter:", "First", "Second", "Target", "Reason:")[: 5 if everything else 4],
            [_assumption(row, base.parameters[row["name"]]) for row in ordered],
            None if everything else sum(abs(_effect(row)) >= CENT for row in ordered),
            "do not move the target by a cent",
        )
    else:
        changed = _changed(numbers)
        yield from _section(
            "Facts and assumptions that changed", ("What", "First", "Second"), changed
        )
    for side in ("only_first", "only_second"):
        names = found.get(side) or ()
        if names:
            told = ", ".join(names if everything else names[:CAUSES])
            rest = "" if everything or len(names) <= CAUSES else " ..."
            yield f"\n{len(names)} numbers {side.replace('_', ' in the ')} only: {told}{rest}"


def _section(
    title: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    limit: int | None = None,
    rest: str = "more",
) -> Iterator[str]:
    if not rows:
        return
    kept = rows[:limit]
    yield f"\n{title}"
    if kept:
        yield table(head, [row[: len(head)] for row in kept])
    if len(kept) < len(rows):
        yield f"{len(rows) - len(kept)} {rest}; see --all"


def _bridge(steps: Sequence[Mapping[str, Any]]) -> Rows:
    """The steps from the first target to the second; those below a cent are left out."""
    rows: Rows = []
    for step in steps:
        start = step["step"] == "start"
        if start or abs(step["delta"]) >= CENT:
            delta = "" if start else format_value(step["delta"], "+2")
            rows.append((step["name"], delta, format_value(step["target_after"], "2")))
    return rows


def _headlines(
    found: Mapping[str, Any], base: Assumptions, by_year: bool
) -> Iterator[Sequence[str]]:
    """Headline numbers of two scenarios, most important first, with what moves each."""
    order = [*FIRST, *HEADLINE_SCALARS, *HEADLINE_LINES]
    labels = {row["name"]: row["label"] for row in found["parameters"]}
    on_target = {row["name"]: _effect(row) for row in found["parameters"]}
    for row in sorted(found["numbers"], key=lambda r: order.index(r["name"].partition(".")[0])):
        name, _, year = row["name"].partition(".")
        if year and not by_year:
            continue
        quantity = QUANTITIES[HEADLINE_LINES.get(name, name)]
        unit = unit_in(quantity.unit, base.currencies)
        least = DECIMALS.get(unit, 0 if unit.endswith("_mn") else 2)
        decimals = FIRST.get(name, least)
        was, now = row["first"], row["second"]
        numeric = isinstance(was, float) and isinstance(now, float)
        moved = difference(unit, was, now, decimals) if numeric else ""
        effects = {n: abs(e) if isinstance(e, float) else 0.0 for n, e in row["causes"].items()}
        most = sorted(effects, key=lambda cause: (-effects[cause], -on_target[cause]))[:CAUSES]
        texts = ["-" if v is None else shown(v, unit, decimals) for v in (was, now)]
        yield (
            f"{quantity.label} {year}".strip(),
            *texts,
            moved,
            "; ".join(labels[m] for m in most),
        )


def _by_year(
    numbers: Sequence[Mapping[str, Any]], currencies: Mapping[str, str]
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Head and rows of the change of each line in each year that both scenarios have."""
    moves: dict[str, dict[str, str]] = {}
    for row in numbers:
        name, _, year = row["name"].partition(".")
        if year and row["first"] is not None and row["second"] is not None:
            moves.setdefault(name, {})[year] = format_value(row["difference"], "+0")
    years = sorted({year for by_year in moves.values() for year in by_year})
    lines = {name: QUANTITIES[HEADLINE_LINES[name]] for name in moves}
    rows = [
        (
            f"{lines[n].label}, {unit_words(unit_in(lines[n].unit, currencies))}",
            *(by_year.get(y, "") for y in years),
        )
        for n, by_year in moves.items()
    ]
    return ("", *years), rows


def _named_numbers(numbers: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[str]]:
    """Numbers of two builds: the headlines first, then by how far they moved."""
    order = [*FIRST, *HEADLINE_SCALARS]
    labels = {c: e["label"] for row in numbers for c, e in row["causes"].items() if "label" in e}

    def importance(row: Mapping[str, Any]) -> tuple:
        place = order.index(row["name"]) if row["name"] in order else len(order)
        return place, -_relative(row["first"], row["second"])

    for row in sorted(numbers, key=importance):
        was, now = (row[f"{side}_text"] or _plain(row[side]) for side in ("first", "second"))
        change = row["difference"]
        moved = "" if change is None else _plain(change, "+")
        causes = [labels.get(cause, cause) for cause in row["causes"]]
        more = f" and {len(causes) - CAUSES} more" if len(causes) > CAUSES else ""
        yield row["label"], was, now, moved, "; ".join(causes[:CAUSES]) + more


def _relative(was: Any, now: Any) -> float:
    if not isinstance(was, float) or not isinstance(now, float):
        return 0.0
    return abs(now - was) / max(abs(was), abs(now), 1e-12)


def _assumption(row: Mapping[str, Any], parameter: Parameter) -> Sequence[str]:
    effect = row["effect"]
    alone = "no value" if effect is None else format_value(effect, "+2")
    unit = unit_shown(parameter)
    return (
        row["label"],
        span(row["first"], unit),
        span(row["second"], unit),
        alone,
        row["reason"],
    )


def _effect(row: Mapping[str, Any]) -> float:
    return float("inf") if row["effect"] is None else abs(row["effect"])


def _changed(numbers: Sequence[Mapping[str, Any]]) -> Rows:
    """Each cause once, with its two values. A fact that only the second build has replaces the one
    of the same kind that only the first has; what moves most numbers stands first."""
    causes: dict[str, Mapping[str, Any]] = {}
    moved: dict[str, int] = {}
    for row in numbers:
        for name, effect in row["causes"].items():
            causes[name] = effect
            moved[name] = moved.get(name, 0) + 1
    gone = {n for n, e in causes.items() if e["second"] is None}
    come = {n: e for n, e in causes.items() if e["first"] is None}
    rows: Rows = []
    for name in sorted(causes, key=lambda n: (-moved[n], n)):
        effect = causes[name]
        label = effect.get("label", name)
        if name in come:
            kind = name.rpartition(".")[0]
            old = next((n for n in sorted(gone) if n.rpartition(".")[0] == kind), None)
            if old is None:
                rows.append((f"{label} (new)", "-", _plain(effect["second"])))
                continue
            gone.discard(old)
            before = f"{_plain(causes[old]['first'])} of {old.rpartition('.')[2]}"
            after = f"{_plain(effect['second'])} of {name.rpartition('.')[2]}"
            rows.append((f"{label} (fact replaced)", before, after))
        elif effect["second"] is not None:
            rows.append((label, _plain(effect["first"]), _plain(effect["second"])))
    rows += [
        (f"{causes[n].get('label', n)} (no longer used)", _plain(causes[n]["first"]), "-")
        for n in sorted(gone)
    ]
    return rows


def _plain(value: Any, sign: str = "") -> str:
    """A number without a known unit, to five digits; any other value as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    digits = max(0, 4 - len(str(int(abs(value))))) if abs(value) >= 1 else 4
    return format_value(float(value), f"{sign}{digits}")
