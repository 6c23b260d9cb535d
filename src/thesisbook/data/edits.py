"""Edit the files of data/ for a new figure: add or change rows, leave every other byte alone.

A figure that a source prints becomes a fact, named in base in place of what stood there. Scenarios
of an earlier day keep the old figure, and the bridges to base get a step.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from thesisbook.data.dataset import Dataset, Fact
from thesisbook.data.dictionary_checks import SCALED
from thesisbook.data.edit_consequences import keep_old, move_edition
from thesisbook.data.faults import DataError, Fault, nearest
from thesisbook.data.periods import form_of, is_period, last_day
from thesisbook.data.source_checks import speaks_of
from thesisbook.data.unit_words import currency_of
from thesisbook.data.units import UNITS

BASE = "data/assumptions/base.yaml"
COMPANY, SOURCES, METRICS = "data/company.yaml", "data/sources.csv", "data/metrics.csv"
NEW_FACTS = "data/facts/updates.csv"
#: Days of the company file that may be set by themselves; the price date follows the price.
DAYS = ("edition",)


@dataclass(frozen=True)
class Print:
    """Where a figure is printed: its `text`, the `day` it is of, its `source` and `locator`."""

    text: str
    day: str
    source: str
    locator: str
    basis: str = "reported"
    unit: str | None = None
    note: str = ""


@dataclass
class Edits:
    """Pending edits of a project: new text by file name, and a sentence about each edit."""

    dataset: Dataset
    texts: dict[str, str] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        if name not in self.texts:
            self.texts[name] = (self.dataset.root / name).read_text(encoding="utf-8")
        return self.texts[name]

    def add_row(self, name: str, row: Mapping[str, str]) -> None:
        """Appends a row to a table, its cells by column; what it does not name stays empty, and
        what the table has no column for is left out.

        A table that is not there yet gets the columns of the row as its head.
        """
        if name not in self.texts and not (self.dataset.root / name).is_file():
            self.texts[name] = ",".join(row) + "\n"
        head = next(csv.reader(io.StringIO(self.text(name))))
        out = io.StringIO()
        writer = csv.DictWriter(out, head, "", extrasaction="ignore", lineterminator="\n")
        writer.writerow(row)
        self.texts[name] = self.text(name).rstrip("\n") + "\n" + out.getvalue()
        self.done.append(f"{name}: + {out.getvalue().strip()}")

    def append(self, name: str, text: str) -> None:
        self.texts[name] = self.text(name).rstrip("\n") + "\n" + text
        self.done.append(f"{name}: + {' '.join(text.split())}")

    def put(self, name: str, entry: str, key: str, content: str, new_key: str = "") -> None:
        """Replace the value of `key` in a top-level entry; of `entry` itself if `key` is empty."""
        text, start, end = self._block(name, entry)
        block = text[start:end]
        word = key or entry
        pattern = re.compile(
            rf"^(?P<before>[ ]*(?:\w+: )?\{{?.*?)\b{word}:[ ]*"
            r"(?P<old>\"[^\"]*\"|>-?(?:\n    .*)+|[^,}#\n]+?)(?P<after>[ ]*(?:[,}#].*)?)$"
            if key
            else rf"^(?P<before>){word}:[ ]*(?P<old>\"[^\"]*\"|[^#\n]+?)(?P<after>[ ]*(?:#.*)?)$",
            re.MULTILINE,
        )
        match = pattern.search(block)
        if match is None:
            raise DataError([Fault(name, 0, entry, f"has no line `{word}:` that could be changed")])
        old = match["old"]
        shown = f"{match['before']}{new_key or word}: {content}{match['after']}"
        block = block[: match.start()] + shown + block[match.end() :]
        self.texts[name] = text[:start] + block + text[end:]
        if key != "reason":
            where = f"{entry}.{key}" if key else entry
            self.done.append(f"{name}: {where} {' '.join(old.split())} -> {content}")

    def _block(self, name: str, entry: str) -> tuple[str, int, int]:
        """Text of a file, with start and end of a top-level entry as positions in it."""
        text = self.text(name)
        match = re.search(rf"^{re.escape(entry)}:.*\n(?:(?:[ ].*)?\n)*", text + "\n", re.MULTILINE)
        if match is None:
            raise DataError([Fault(name, 0, entry, "no such entry")])
        return text, match.start(), min(match.end(), len(text))


def add_source(edits: Edits, row: Mapping[str, str]) -> None:
    """Appends a document to the sources; `row` holds its cells by column."""
    edits.add_row(SOURCES, row)


def set_figure(edits: Edits, name: str, printed: Print, reason: str = "") -> None:
    """Record a parameter of base as a new fact; scenarios of an earlier day keep the old figure.

    With the price its date in the company file moves too, and the valuation date where that is the
    price date. An edition uses what was public on its day: it moves to that of a later source.
    Raises DataError for a figure that is there already with another value.
    """
    entry = _entry(edits.dataset, name)
    fact_id = _fact(edits, name, entry, printed)
    if entry.get("fact") == fact_id:
        return
    keep_old(edits, name, entry)
    old = next((key for key in ("fact", "value", "expression") if key in entry), "")
    edits.put(BASE, name, old, fact_id, new_key="fact")
    if "source" in entry and entry["source"] != printed.source:
        edits.put(BASE, name, "source", f'"{printed.source}"')
    publisher, public = _publication(edits, printed.source)
    if public > edits.dataset.company["edition"]:
        move_edition(edits, public)
    said = reason or f"As of {printed.day}, by {publisher}."
    edits.put(BASE, name, "reason", _folded(said))
    if name == "price":
        before = edits.dataset.company["price_date"]
        if before != printed.day:
            edits.put(COMPANY, "price_date", "", printed.day)
            dated = edits.dataset.scenarios["base"].get("valuation_date", {})
            if dated.get("value") == before:
                edits.put(BASE, "valuation_date", "value", f'"{printed.day}"')


def set_value(edits: Edits, name: str, value: str, reason: str) -> None:
    """Set a parameter of base, or the day of the edition, to a typed value."""
    if name in DAYS:
        move_edition(edits, value)
        return
    entry = _entry(edits.dataset, name)
    if "value" not in entry:
        fault = f"is {entry.get('fact') or 'an expression'}; a new figure needs --date and --source"
        raise DataError([Fault(BASE, 0, name, fault)])
    keep_old(edits, name, entry)
    quoted = f'"{value}"' if isinstance(entry["value"], str) else value
    edits.put(BASE, name, "value", quoted)
    if reason:
        edits.put(BASE, name, "reason", _folded(reason))


def _entry(dataset: Dataset, name: str) -> Mapping[str, Any]:
    base = dataset.scenarios["base"]
    if name not in base:
        near = ", ".join(nearest(name, [*base, *DAYS]))
        raise DataError([Fault(BASE, 0, name, f"no such parameter; nearest: {near}")])
    if any(key in base[name] for key in ("values", "facts", "expressions")):
        raise DataError([Fault(BASE, 0, name, "runs by year; change its values in the file")])
    return base[name]


def _fact(edits: Edits, name: str, entry: Mapping[str, Any], printed: Print) -> str:
    """Id of the figure's fact. Adds its row unless there is one with the same value."""
    dataset = edits.dataset
    known = dataset.fact(entry["fact"]) if "fact" in entry else None
    entity = known.entity if known else dataset.company["entity"]
    metric = known.metric if known else name
    unit = printed.unit or entry.get("unit") or ""
    identity = f"{entity}.{metric}.{printed.day}"
    value = printed.text.replace(",", "").strip()
    there = [f for f in dataset.facts(entity, metric) if f.id == identity]
    if there:
        _same(there[0], value, unit)
        return identity
    if metric not in dataset.metrics:
        label = entry.get("label", name)
        chinese = {row["en"]: row["zh"] for row in dataset.labels.values()}.get(label, label)
        named = {"id": metric, "name_en": label, "name_zh": chinese}
        line = {"dimension": UNITS[unit].dimension, "currency": currency_of(UNITS[unit])}
        edits.add_row(METRICS, {**named, **line, "periods": form_of(printed.day), "dated": "any"})
    others = dataset.facts(entity, metric)
    file = known.file if known else (others[-1].file if others else NEW_FACTS)
    row = {
        "id": identity,
        "entity": entity,
        "metric": metric,
        "period": printed.day,
        "printed": printed.text,
        "value": value,
        "unit": unit,
        "basis": printed.basis,
        "source": printed.source,
        "locator": printed.locator,
        "note": printed.note,
    }
    edits.add_row(file, row)
    _told_by_source(edits, printed.source, f"{entity}.{metric}", unit)
    return identity


def _told_by_source(edits: Edits, source: str, line: str, unit: str) -> None:
    """Adds a line and the unit of its amount to what the sources say of a source, in columns that
    the file has."""
    lines = edits.text(SOURCES).splitlines(keepends=True)
    head, *rows = csv.reader(io.StringIO(edits.text(SOURCES)))
    for at, cells in enumerate(rows, 1):
        row = dict(zip(head, cells, strict=True))
        if row["id"] != source or "about" not in row or "amounts" not in row:
            continue
        subjects, units = [s for s in row["about"].split(";") if s], row["amounts"].split()
        if not any(speaks_of(subject, line) for subject in subjects):
            row["about"] = ";".join([*subjects, line])
        if UNITS[unit].dimension in SCALED and unit not in units:
            row["amounts"] = " ".join([*units, unit])
        if list(row.values()) != cells:
            out = io.StringIO()
            csv.writer(out, lineterminator="\n").writerow(row.values())
            lines[at] = out.getvalue()
            edits.texts[SOURCES] = "".join(lines)
            edits.done.append(f"{SOURCES}: {source} is about {line}")


def _same(fact: Fact, value: str, unit: str) -> None:
    try:
        new = float(value) * float(UNITS[unit].factor)
    except (ValueError, KeyError):
        new = None
    if new is None or fact.value is None or abs(new - fact.value) > 1e-9 * abs(fact.value):
        message = f"found {fact.printed!r} already; what a source printed stays what it printed"
        raise DataError([Fault(fact.file, fact.line, "printed", message)])


def _publication(edits: Edits, source: str) -> tuple[str, str]:
    """Who publishes a source, and its last day; of one that is not there or has no day, nothing."""
    for row in csv.DictReader(io.StringIO(edits.text(SOURCES))):
        if row["id"] == source:
            dated = re.fullmatch(r"\d{4}(-\d\d){0,2}", row["date"]) and is_period(row["date"])
            return row["publisher"], last_day(row["date"]) if dated else ""
    return source, ""


def _folded(reason: str) -> str:
    return f">-\n    {' '.join(reason.split())}"


def write(edits: Edits, root: Path) -> None:
    """Write the changed files below `root`, each replaced in one step."""
    beside = {
        root / name: (root / name).with_name(f".{Path(name).name}.part") for name in edits.texts
    }
    for (path, part), text in zip(beside.items(), edits.texts.values(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8", newline="\n")
    for path, part in beside.items():
        part.replace(path)
