"""Edits that no gate may refuse: what an editor does who changes nothing that the book says."""

from __future__ import annotations

import re
from collections.abc import Callable

from copies import Copy, Row
from data_faults import CORROBORATIONS, FACTS

from thesisbook.data.figures import SIGN_TURNED

YAMLS = ("data/assumptions/*.yaml", "data/studies/*.yaml", "data/errata.yaml", "data/company.yaml")
FREE = (
    FACTS,
    CORROBORATIONS,
    "data/sources.csv",
    "data/entities.csv",
    "data/metrics.csv",
    "data/labels.csv",
    "data/numbers/*.csv",
    "data/scoreboard/*.csv",
)


def rows_reordered(copy: Copy) -> None:
    """Two rows of a table have changed places."""
    name = copy.pick(copy.tables(*FREE))
    rows = copy.rows(name)
    a, b = copy.dice.sample(range(len(rows)), 2)
    rows[a], rows[b] = rows[b], rows[a]
    copy.said = f"{name}: rows {a + 2} and {b + 2} swapped"
    copy.write_rows(name, rows)


def prose_wrapped(copy: Copy) -> None:
    """A line of prose is broken in two at a blank."""
    name = copy.pick(copy.notebooks())
    place, text = copy.pick(
        (p, t) for p, t in copy.cells(name) if re.search(r"^[A-Z].*[a-z] [a-z]{3}", t, flags=re.M)
    )
    spots = [
        line.start() + m.start()
        for line in re.finditer(r"^[A-Z].*$", text, flags=re.M)
        for m in re.finditer(r"(?<=[a-z]) (?=[a-z]{3})", line[0])
    ]
    spot = copy.pick(spots)
    copy.said = f"{name} cell {place}: a line broken at {spot}"
    copy.write_cell(name, place, f"{text[:spot]}\n{text[spot + 1 :]}")


def comment_added(copy: Copy) -> None:
    """A comment stands in a YAML file."""
    name = copy.pick(copy.tables(*YAMLS))
    lines = copy.text(name).splitlines(keepends=True)
    at = copy.pick(k for k, line in enumerate(lines) if re.match(r"[a-z#]|- ", line))
    lines.insert(at, "# Looked at again.\n")
    copy.said = f"{name}:{at + 1}: a comment"
    copy.write(name, "".join(lines))


def note_added(copy: Copy) -> None:
    """A fact has a longer note."""
    name, rows, at = copy.a_row(copy.tables(FACTS), lambda row: True)
    note = rows[at]["note"]
    copy.set_cells(name, rows, at, note=f"{note}; looked at again" if note else "Looked at again")


def fact_added(copy: Copy) -> None:
    """A new fact of a source that is there, which nothing uses: another year of a line.

    Not of a line that has the time of its source: another year of it is one of another source.
    """
    known = {row["id"] for table in copy.tables(FACTS) for row in copy.rows(table)}
    dated = {row["id"]: row["dated"] for row in copy.rows("data/metrics.csv")}

    def earlier(row: Row) -> str:
        return f"{row['entity']}.{row['metric']}.{int(row['period']) - 1}"

    def fits(row: Row) -> bool:
        year = re.fullmatch(r"20[12]\d", row["period"]) and row["basis"] == "reported"
        year = year and dated[row["metric"]] != "source"
        return bool(year and row["value"] and row["unit"] != "year" and earlier(row) not in known)

    name, rows, at = copy.a_row([t for t in copy.tables(FACTS) if "statements" not in t], fits)
    row = rows[at]
    turned = f"{SIGN_TURNED}. " if row["note"].startswith(SIGN_TURNED) else ""
    new = {"id": earlier(row), "period": str(int(row["period"]) - 1), "note": f"{turned}Not used"}
    new = {**row, **new}
    rows.insert(at + 1, new)
    copy.said = f"{name}:{at + 3}: {new['id']} added"
    copy.write_rows(name, rows)


def reason_reworded(copy: Copy) -> None:
    """The reason of an assumption says one word more."""
    name = "data/assumptions/base.yaml"
    found = copy.pick(re.finditer(r"  reason: >-\n    (\w)", copy.text(name)))
    copy.replace(name, found[1], f"Still: {found[1]}", found.start(1))


def sentence_added(copy: Copy) -> None:
    """A paragraph has one sentence more, without a figure."""
    name = copy.pick(n for n in copy.notebooks() if "compare" not in n)
    place, text = copy.pick(
        (p, t) for p, t in copy.cells(name) if re.search(r"^[A-Z].*\.$", t.splitlines()[-1] or "")
    )
    copy.said = f"{name} cell {place}: a sentence added"
    copy.write_cell(name, place, f"{text} We look at this again in the next edition.")


def cell_quoted(copy: Copy) -> None:
    """A cell of a table stands in quotes that it does not need."""
    name = copy.pick(copy.tables(*FREE))
    lines = copy.text(name).splitlines(keepends=True)
    at = copy.pick(k for k, line in enumerate(lines) if k and re.match(r"\w[^,\"]*,", line))
    head, comma, tail = lines[at].partition(",")
    lines[at] = f'"{head}"{comma}{tail}'
    copy.said = f"{name}:{at + 1}: first cell quoted"
    copy.write(name, "".join(lines))


def caption_reworded(copy: Copy) -> None:
    """The note of a caption says a little more, without a figure."""
    name, rows, at = copy.a_row(copy.tables("data/captions/*.csv"), lambda row: row["note"])
    copy.set_cells(name, rows, at, note=f"{rows[at]['note']} As before.")


def source_noted(copy: Copy) -> None:
    """A source has a longer note."""
    name, rows, at = copy.a_row(["data/sources.csv"], lambda row: row["note"])
    copy.set_cells(name, rows, at, note=f"{rows[at]['note']}; looked up again")


KINDS: dict[str, Callable[[Copy], None]] = {
    "rows reordered": rows_reordered,
    "prose wrapped": prose_wrapped,
    "comment added": comment_added,
    "note of a fact added to": note_added,
    "unused fact with its source": fact_added,
    "reason reworded": reason_reworded,
    "sentence without a figure": sentence_added,
    "cell quoted": cell_quoted,
    "caption reworded": caption_reworded,
    "note of a source added to": source_noted,
}
