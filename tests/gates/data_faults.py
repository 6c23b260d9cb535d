"""Faults of the data, by kind: each function makes one fault in a copy, at a place of its dice.

A fault is a slip of one edit, as a person, a spreadsheet or a merge makes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from copies import Copy, NothingToSpoil, Row

FACTS = "data/facts/*.csv"
CORROBORATIONS = "data/corroborations.csv"
NUMBERS = "data/numbers/*.csv"
BASE = "data/assumptions/base.yaml"
TREE = "data/studies/tree.yaml"
OVERRIDES = (
    TREE,
    "data/studies/cases.yaml",
    "data/studies/risks.yaml",
    "data/assumptions/published.yaml",
    "data/assumptions/audited.yaml",
    "data/studies/edition_bridge.yaml",
    "data/studies/what_if.yaml",
)
YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
REFERENCE = re.compile(r"\{(\w+\.\w+\.(20\d\d)(?:H[12])?)\}")


def _readings(copy: Copy) -> list[str]:
    """Facts, and with a chance of one in six the corroborating sources."""
    return [CORROBORATIONS] if copy.dice.random() < 1 / 6 else copy.tables(FACTS)


def _has_digits(row: Row) -> bool:
    return bool(re.search(r"\d", row["value"]) and re.search(r"\d", row["printed"]))


def _other_digit(copy: Copy, text: str) -> str:
    """One digit replaced, or two different neighbours swapped; never only a leading zero."""
    places = [m.start() for m in re.finditer(r"\d", text)]
    pairs = [k for k in places if k + 1 in places and text[k] != text[k + 1]]
    if pairs and copy.dice.random() < 0.5:
        k = copy.pick(pairs)
        return text[:k] + text[k + 1] + text[k] + text[k + 2 :]
    k = copy.pick(places)
    return text[:k] + copy.pick(set("123456789") - {text[k]}) + text[k + 1 :]


def digit_swapped(copy: Copy) -> None:
    """A digit of a figure is wrong, in its value or in its print."""
    name, rows, at = copy.a_row(_readings(copy), _has_digits)
    column = copy.pick(("value", "printed"))
    copy.set_cells(name, rows, at, **{column: _other_digit(copy, rows[at][column])})


def sign_lost(copy: Copy) -> None:
    """A negative figure has lost its minus."""
    name, rows, at = copy.a_row(_readings(copy), lambda row: row["value"].startswith("-"))
    copy.set_cells(name, rows, at, value=rows[at]["value"][1:])


def unit_changed(copy: Copy) -> None:
    """A row has the unit of another row."""
    name, rows, at = copy.a_row(_readings(copy), lambda row: row["value"])
    units = {row["unit"] for table in copy.tables(FACTS) for row in copy.rows(table)}
    copy.set_cells(name, rows, at, unit=copy.pick(sorted(units - {rows[at]["unit"], "text"})))


def thousand_for_million(copy: Copy) -> None:
    """A row in thousands says millions, one in millions thousands or billions."""
    scales = {"_thousand": ("_mn",), "_mn": ("_thousand", "_bn"), "_bn": ("_mn",)}

    def scale(row: Row) -> str | None:
        return next((s for s in scales if row["unit"].endswith(s) and row["value"]), None)

    name, rows, at = copy.a_row(_readings(copy), scale)
    old = str(scale(rows[at]))
    unit = rows[at]["unit"].removesuffix(old) + copy.pick(scales[old])
    copy.set_cells(name, rows, at, unit=unit)


def percent_for_decimal(copy: Copy) -> None:
    """A share is typed in percent, or its unit says the other of percent and ratio."""
    if copy.dice.random() < 0.4:
        typed = r"  value: (0\.\d*[1-9])\n  unit: ratio"
        found = copy.pick(re.finditer(typed, copy.text(BASE)))
        copy.replace(BASE, found[1], f"{float(found[1]) * 100:g}", found.start(1))
        return
    name, rows, at = copy.a_row(
        _readings(copy), lambda row: row["unit"] in ("ratio", "percent") and _has_digits(row)
    )
    row = rows[at]
    if copy.dice.random() < 0.5:
        copy.set_cells(name, rows, at, unit="percent" if row["unit"] == "ratio" else "ratio")
        return
    factor = 100 if row["unit"] == "ratio" else 0.01
    copy.set_cells(name, rows, at, value=f"{float(row['value']) * factor:.8g}")


def hkd_for_rmb(copy: Copy) -> None:
    """One currency for the other: in a unit of a row, or in the format of a named number."""
    swap = {"CNY": "HKD", "HKD": "CNY", "USD": "CNY"}
    if copy.dice.random() < 0.3:
        formats = {"rmb": "hkd", "hkd": "rmb"}
        name, rows, at = copy.a_row(copy.tables(NUMBERS), lambda row: row["format"][:3] in formats)
        old = rows[at]["format"]
        known = {row["format"] for n in copy.tables(NUMBERS) for row in copy.rows(n)}
        fits = [f for f in sorted(known) if f.startswith(formats[old[:3]])]
        copy.set_cells(name, rows, at, format=copy.pick(fits))
        return
    name, rows, at = copy.a_row(
        _readings(copy), lambda row: row["unit"][:3] in swap and row["value"]
    )
    unit = rows[at]["unit"]
    copy.set_cells(name, rows, at, unit=swap[unit[:3]] + unit[3:])


def year_shifted(copy: Copy) -> None:
    """A row is called one of the year beside it."""
    step = copy.pick((-1, 1))
    name, rows, at = copy.a_row(copy.tables(FACTS), lambda row: YEAR.search(row["period"]))
    period = YEAR.sub(lambda found: str(int(found[0]) + step), rows[at]["period"], count=1)
    _other_period(copy, name, rows, at, period)


def half_year_for_year(copy: Copy) -> None:
    """A row of a year is called one of a half year, or the reverse."""
    name, rows, at = copy.a_row(
        copy.tables(FACTS), lambda row: re.fullmatch(r"20\d\d(H[12])?", row["period"])
    )
    old = rows[at]["period"]
    _other_period(copy, name, rows, at, old[:4] if "H" in old else f"{old}H1")


def _other_period(copy: Copy, name: str, rows: list[Row], at: int, period: str) -> None:
    """Another period, half of the times with the id that goes with it."""
    row = rows[at]
    identity = f"{row['entity']}.{row['metric']}.{period}"
    cells = {"id": identity} if copy.dice.random() < 0.5 else {}
    copy.set_cells(name, rows, at, period=period, **cells)


def reference_moved(copy: Copy) -> None:
    """A named number is made of the fact of another year, or of the half for the year."""
    step = copy.pick((-1, 1))
    half = copy.dice.random() < 0.4

    def period(found: re.Match[str]) -> str:
        if not half:
            return str(int(found[2]) + step)
        return "" if found[1][-2] == "H" else found[2] + "H1"

    known = {row["id"] for table in copy.tables(FACTS) for row in copy.rows(table)}

    def other(found: re.Match[str]) -> str:
        stem, _, old = found[1].rpartition(".")
        new = period(found)
        return f"{stem}.{new if new else old[:4]}"

    def fits(row: Row) -> bool:
        return any(other(m) in known - {m[1]} for m in REFERENCE.finditer(row["expression"]))

    name, rows, at = copy.a_row(copy.tables(NUMBERS), fits)
    places = [m for m in REFERENCE.finditer(rows[at]["expression"]) if other(m) in known - {m[1]}]
    found, text = copy.pick(places), rows[at]["expression"]
    copy.set_cells(
        name, rows, at, expression=text[: found.start(1)] + other(found) + text[found.end(1) :]
    )


def peer_dropped(copy: Copy) -> None:
    """A peer's row, its weight or its place among the peers is gone."""
    company = copy.text("data/company.yaml")
    line = re.search(r"^peers: \[(.+)\]$", company, flags=re.M)
    assert line
    peers = line[1].split(", ")
    peer, how = copy.pick(peers), copy.dice.random()
    if how < 0.2:
        left = ", ".join(one for one in peers if one != peer)
        copy.replace("data/company.yaml", line[1], left, line.start(1))
    elif how < 0.5:
        entries = re.finditer(rf"^peer_\w+\.{peer}:\n(?:  .*\n)+", copy.text(BASE), flags=re.M)
        entry = copy.pick(entries)
        copy.replace(BASE, entry[0], "", entry.start())
    else:  # a row that something names
        names = (NUMBERS, "data/assumptions/*.yaml", "data/scoreboard/*.csv", "data/studies/*.yaml")
        named = "".join(map(copy.text, copy.tables(*names)))
        name, rows, at = copy.a_row(["data/facts/peers.csv"], lambda row: row["id"] in named)
        copy.said = f"{name}:{at + 2}: {rows[at]['id']} taken out"
        copy.write_rows(name, [row for k, row in enumerate(rows) if k != at])


def unnamed_row_lost(copy: Copy) -> None:
    """A row that no expression names, only a pattern or a loop of a chapter, is gone."""
    names = (NUMBERS, "data/assumptions/*.yaml", "data/scoreboard/*.csv", "data/studies/*.yaml")
    named = "".join(map(copy.text, copy.tables(*names)))
    name, rows, at = copy.a_row(copy.tables(FACTS), lambda row: row["id"] not in named)
    copy.said = f"{name}:{at + 2}: {rows[at]['id']} taken out"
    copy.write_rows(name, [row for k, row in enumerate(rows) if k != at])


def source_wrong(copy: Copy) -> None:
    """A figure names another source: a misspelt one, or the one that another row names."""
    name, rows, at = copy.a_row(_readings(copy), lambda row: row["printed"])
    old = rows[at]["source"]
    new = old[:-1] + copy.pick({*"0123456789abcx"} - {old[-1]})
    if copy.dice.random() < 0.5:
        new = copy.pick(row["source"] for row in rows if row["source"] != old)
    copy.set_cells(name, rows, at, source=new)


def grade_raised(copy: Copy) -> None:
    """A source has a better grade than its kind allows, or a figure than its source."""
    name, rows, at = copy.a_row(["data/sources.csv"], lambda row: row["grade"] != "A")
    better = "ABCD"[: "ABCD".index(rows[at]["grade"])]
    copy.set_cells(name, rows, at, grade=copy.pick(better))


def locator_off(copy: Copy) -> None:
    """The line of a source text is one off."""
    name, rows, at = copy.a_row(
        [*_readings(copy), *(["data/patents.csv"] if copy.dice.random() < 0.1 else [])],
        lambda row: re.match(r"L\d+", row["locator"]),
    )
    moved = re.sub(
        r"\d+", lambda m: str(int(m[0]) + copy.pick((-1, 1))), rows[at]["locator"], count=1
    )
    copy.set_cells(name, rows, at, locator=moved)


def override_misspelt(copy: Copy) -> None:
    """The name of a parameter is misspelt where a scenario, state or case sets it."""
    words = [
        (name, m)
        for name in OVERRIDES
        for m in re.finditer(r"(?<![\w.])([a-z]+_[a-z_]+)(?=[\w.]*: *[-{\d])", copy.text(name))
    ]
    name, found = copy.pick(words)
    k = copy.dice.randrange(len(found[1]) - 1)
    word = found[1]
    slips = {word[:k] + word[k + 1 :], word[:k] + word[k + 1] + word[k] + word[k + 2 :]} - {word}
    copy.replace(name, word, copy.pick(sorted(slips)), found.start(1))


def probability_off(copy: Copy) -> None:
    """One of the odds of the tree, or of a case, is another than what makes their sum 1."""
    name = copy.pick((TREE, TREE, "data/studies/cases.yaml"))
    places = re.finditer(
        r"(?:probability: |probability: \{.*?|odds: .*?\w+: )(0\.\d+)", copy.text(name)
    )
    found = copy.pick(places)
    step = copy.pick((-0.1, -0.05, 0.05, 0.1))
    copy.replace(name, found[1], f"{abs(float(found[1]) + step):.3g}", found.start(1))


def forecast_edited(copy: Copy) -> None:
    """A forecast of a published edition is changed afterwards, or taken out."""
    file = "data/forecasts.csv"
    published = {row["edition"] for row in copy.rows("data/editions.csv")}
    _, rows, at = copy.a_row([file], lambda row: row["edition"] in published)
    columns = (
        "metric",
        "central",
        "low",
        "high",
        "probability",
        "up",
        "down",
        "due",
        "claim_en",
        "up_action",
        "down_action",
        "reason",
        "settles",
    )
    if copy.dice.random() < 0.15:
        copy.said = f"{file}:{at + 2}: {rows[at]['id']} taken out"
        copy.write_rows(file, [row for k, row in enumerate(rows) if k != at])
        return
    column = copy.pick([c for c in columns if rows[at][c]])
    cell = rows[at][column]
    new = _other_digit(copy, cell) if re.search(r"\d", cell) else f"{cell} or so"
    copy.set_cells(file, rows, at, **{column: new})


def erratum_healed(copy: Copy) -> None:
    """What a source printed wrongly is put right in silence, or its erratum is dropped."""
    errata = copy.text("data/errata.yaml")
    entries = list(re.finditer(r"(?ms)^- id: (\w+)\n.*?(?=^- id: |\Z)", errata))
    entry, how = copy.pick(entries), copy.dice.random()
    if how < 0.4:
        copy.replace("data/errata.yaml", entry[0], "", entry.start())
        return
    if how < 0.6:
        found = re.search(r"verdict: (?!rejected)(\w+)", entry[0])
        if not found:
            raise NothingToSpoil
        start = entry.start() + found.start(1)
        copy.replace("data/errata.yaml", found[1], "rejected", start)
        return
    name, rows, at = copy.a_row([CORROBORATIONS], lambda row: row["erratum"])
    facts = {row["id"]: row for table in copy.tables(FACTS) for row in copy.rows(table)}
    right = facts[rows[at]["fact"]]
    cells = {column: right[column] for column in ("printed", "value", "unit")}
    copy.set_cells(name, rows, at, **cells)


def misread(copy: Copy) -> None:
    """A figure is misread: print and value are wrong alike, by one digit."""

    def plain(row: Row) -> bool:
        return bool(re.fullmatch(r"-?[\d,]+(\.\d+)?%?", row["printed"])) and bool(row["value"])

    name, rows, at = copy.a_row(copy.tables(FACTS), plain)
    row = rows[at]
    printed = _other_digit(copy, row["printed"])
    old, new = (float(re.sub(r"[,%]", "", text)) for text in (row["printed"], printed))
    scale = float(row["value"]) / old if old else 1
    copy.set_cells(name, rows, at, printed=printed, value=f"{new * scale:.12g}")


KINDS: dict[str, Callable[[Copy], None]] = {
    "digit swapped": digit_swapped,
    "sign lost": sign_lost,
    "unit changed": unit_changed,
    "thousand for million": thousand_for_million,
    "percent for decimal": percent_for_decimal,
    "HKD for RMB": hkd_for_rmb,
    "year shifted": year_shifted,
    "half year for year": half_year_for_year,
    "peer dropped": peer_dropped,
    "source id wrong": source_wrong,
    "grade raised": grade_raised,
    "locator off by a line": locator_off,
    "override misspelt": override_misspelt,
    "probability no longer sums": probability_off,
    "forecast row edited": forecast_edited,
    "erratum silently healed": erratum_healed,
}
#: Faults of which the data themselves hold no second account: measured, and told apart.
HARDER: dict[str, Callable[[Copy], None]] = {
    "figure misread, print and value alike": misread,
    "number made of another period's fact": reference_moved,
    "row lost that no expression names": unnamed_row_lost,
}
