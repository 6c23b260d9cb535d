"""Kinds of wrong input that people once made, each as a generator of fresh cases.

Each makes one case in a copy, at a place of its dice. The fixed cases stand in `tests/data/bad`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from copies import Copy, Row
from data_faults import BASE, FACTS, hkd_for_rmb, override_misspelt, percent_for_decimal

RISKS = "data/studies/risks.yaml"
COMPANY = "data/company.yaml"
WORDS = {
    "W": ("kW", "MW"),
    "kW": ("W",),
    "TB_per_s": ("GB_per_s",),
    "GB_per_s": ("TB_per_s",),
    "TFLOPS": ("PFLOPS",),
    "PFLOPS": ("TFLOPS",),
    "GB": ("TB",),
    "MW": ("kW",),
}
YEARLY = re.compile(r"  values: \{((?:20\d\d: [^,}]+(?:, )?)+)\}")


def unit_word(copy: Copy) -> None:
    """A print with the word of a unit stands in a row of another unit of its dimension."""
    name, rows, at = copy.a_row(
        copy.tables(FACTS),
        lambda row: row["unit"] in WORDS and re.search(r"\d\s*[A-Za-z]+(/s)?$", row["printed"]),
    )
    copy.set_cells(name, rows, at, unit=copy.pick(WORDS[rows[at]["unit"]]))


def currency_word(copy: Copy) -> None:
    """A print with the word of a currency stands in a row of another."""
    currency = re.compile(r"人民币|HK\$|港元|RMB|US\$|美元")
    name, rows, at = copy.a_row(copy.tables(FACTS), lambda row: currency.search(row["printed"]))
    unit = rows[at]["unit"]
    other = copy.pick({"CNY", "HKD", "USD"} - {unit[:3]})
    copy.set_cells(name, rows, at, unit=other + unit[3:])


def percent_sign_lost(copy: Copy) -> None:
    """A spreadsheet has dropped the percent sign of a print."""
    name, rows, at = copy.a_row(
        copy.tables(FACTS),
        lambda row: (
            row["printed"].endswith("%") and row["source"] < "005" and float(row["value"]) > 2
        ),
    )
    printed = rows[at]["printed"].rstrip("%")
    copy.set_cells(name, rows, at, printed=printed, unit="ratio")


def price_of_another_day(copy: Copy) -> None:
    """The price is that of another day than the price date."""
    prices = [
        row["id"]
        for table in copy.tables(FACTS)
        for row in copy.rows(table)
        if re.fullmatch(r"20\d\d-\d\d-\d\d", row["period"]) and row["metric"] == "share_price"
    ]
    found = re.search(r"(?m)^price:\n  label: .*\n  fact: (\S+)$", copy.text(BASE))
    assert found
    copy.replace(BASE, found[1], copy.pick({*prices} - {found[1]}), found.start(1))


def date_of_another_year(copy: Copy) -> None:
    """The print of a day has another year than the day."""
    name, rows, at = copy.a_row(
        copy.tables(FACTS),
        lambda row: row["unit"] == "date" and re.search(r"20\d\d", row["printed"]),
    )
    step = copy.pick((-2, -1, 1, 2))
    printed = re.sub(
        r"20\d\d", lambda found: str(int(found[0]) + step), rows[at]["printed"], count=1
    )
    copy.set_cells(name, rows, at, printed=printed)


def last_year_missing(copy: Copy) -> None:
    """The last year of one yearly assumption is gone."""
    found = copy.pick(YEARLY.finditer(copy.text(BASE)))
    years = found[1].split(", ")
    copy.replace(BASE, found[1], ", ".join(years[:-1]) or "2026: 0", found.start(1))


def idle_year(copy: Copy) -> None:
    """One yearly assumption has a year more, which nothing would use."""
    found = copy.pick(YEARLY.finditer(copy.text(BASE)))
    last = found[1].split(", ")[-1]
    more = f"{found[1]}, {int(last[:4]) + 1}{last[4:]}"
    copy.replace(BASE, found[1], more, found.start(1))


def switch_as_number(copy: Copy) -> None:
    """A switch is typed as a number or in other words."""
    found = copy.pick(re.finditer(r"  value: (true|false)\n", copy.text(BASE)))
    word = copy.pick(("0", "1", "yes", "no", "on", "off", "0.5"))
    copy.replace(BASE, found[1], word, found.start(1))


def scale_in_percent(copy: Copy) -> None:
    """A border of the rating scale is typed in percent, or leaves a gap or an overlap."""
    found = copy.pick(re.finditer(r"(?:above|to): (-?0\.\d+)", copy.text(COMPANY)))
    value = float(found[1])
    new = copy.pick((value * 100, value + 0.05, value - 0.03))
    copy.replace(COMPANY, found[1], f"{new:g}", found.start(1))


def percent_of_a_count(copy: Copy) -> None:
    """Units are typed as a percentage."""
    text = copy.text(BASE)
    found = copy.pick(re.finditer(r"units\.\w+:\n  label: .*\n  values: \{20\d\d: (\d+)", text))
    copy.replace(BASE, found[1], f"{copy.dice.randrange(1, 200)}%", found.start(1))


def exhibit_unknown(copy: Copy) -> None:
    """A locator names an exhibit beyond the register."""
    name, rows, at = copy.a_row(copy.tables(FACTS), lambda row: "exhibit" in row["locator"])
    number = copy.dice.randrange(55, 999)
    locator = re.sub(r"exhibit \d+", f"exhibit {number}", rows[at]["locator"])
    copy.set_cells(name, rows, at, locator=locator)


def balance_twice(copy: Copy) -> None:
    """A balance has another value for the last day of its year."""

    def fits(row: Row) -> bool:
        held = row["metric"] in ("cash", "total_assets", "inventories", "trade_receivables")
        return held and row["period"] in ("2024", "2025") and row["entity"] == "biren"

    name, rows, at = copy.a_row(copy.tables("data/facts/statements.csv"), fits)
    row = rows[at]
    period, twice = f"{row['period']}-12-31", 2 * int(row["value"])
    identity = f"{row['entity']}.{row['metric']}.{period}"
    new = {"id": identity, "period": period, "printed": f"{twice:,}", "value": str(twice)}
    rows.insert(at + 1, {**row, **new})
    copy.said = f"{name}: {identity} added"
    copy.write_rows(name, rows)


def reported_before_it_happened(copy: Copy) -> None:
    """A forecast is called reported."""
    name, rows, at = copy.a_row(
        copy.tables("data/facts/statements.csv"), lambda row: row["basis"] == "forecast"
    )
    copy.set_cells(name, rows, at, basis="reported")


def risk_odds_in_percent(copy: Copy) -> None:
    """The odds of a risk are typed in percent."""
    found = copy.pick(re.finditer(r"  probability: (0\.\d+)", copy.text(RISKS)))
    copy.replace(RISKS, found[1], f"{float(found[1]) * 100:g}", found.start(1))


def entry_twice(copy: Copy) -> None:
    """An entry of a list or a file stands twice."""
    name = copy.pick((RISKS, "data/studies/cases.yaml", "data/errata.yaml", BASE))
    head = r"^[a-z_]+(?:\.\w+)?:\n" if name == BASE else r"^- id: .*\n"
    found = copy.pick(re.finditer(rf"(?m){head}(?:  .*\n)+", copy.text(name)))
    copy.replace(name, found[0], found[0] + found[0], found.start())


KINDS: dict[str, Callable[[Copy], None]] = {
    "unit word contradicts the unit": unit_word,
    "currency word contradicts the unit": currency_word,
    "percent sign lost": percent_sign_lost,
    "percent for decimal": percent_for_decimal,
    "one currency for the other": hkd_for_rmb,
    "price of another day": price_of_another_day,
    "date printed with another year": date_of_another_year,
    "last forecast year missing": last_year_missing,
    "a year too many": idle_year,
    "switch typed as a number": switch_as_number,
    "rating scale in percent, or with a gap": scale_in_percent,
    "percent of a count": percent_of_a_count,
    "exhibit beyond the register": exhibit_unknown,
    "balance with two values": balance_twice,
    "reported before it happened": reported_before_it_happened,
    "odds of a risk in percent": risk_odds_in_percent,
    "entry given twice": entry_twice,
    "name misspelt": override_misspelt,
}
