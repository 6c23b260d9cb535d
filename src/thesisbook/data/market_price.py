"""Checks of the share price, its date and the rating scale."""

from __future__ import annotations

import re
from collections.abc import Iterator

from thesisbook.data.dataset import PUBLISHED
from thesisbook.data.entries import Grade
from thesisbook.data.faults import Fault
from thesisbook.data.files import Files, entries_of
from thesisbook.data.periods import span

PRICE = "price"


def price_faults(files: Files) -> Iterator[Fault]:
    """Faults of the price: another day than the price date, outside the published trading range, or
    a change of what the audited report used."""
    document, base = files.scenarios["base"]
    entry = base.get(PRICE)
    if entry is None or entry.fact is None:
        return
    rows = {row.id: row for table in files.facts for row in table.rows}
    price, line = rows[entry.fact], document.line((PRICE, "fact"))
    company, told = files.company
    if price.period != told.price_date:
        message = (
            f"found {told.price_date}, but the price of base is of {price.period}; that day is"
        )
        yield Fault(company.file, company.line(("price_date",)), "price_date", f"{message} allowed")
    for row in rows.values():
        same = (row.entity, row.period, row.unit) == (price.entity, price.period, price.unit)
        ends = re.fullmatch(r"\w+_(low|high)", row.metric)
        if not same or not ends:
            continue
        low, high = (row.figure, price.figure) if ends[1] == "low" else (price.figure, row.figure)
        if low.low > high.high:
            side = "below" if ends[1] == "low" else "above"
            message = f"found {price.printed}, {side} {row.id} of {row.printed}; correct either"
            yield Fault(document.file, line, f"{PRICE}.fact", message)
    audited = next((s for s in files.sources.rows if s.id == told.audited_source), None)
    published = files.scenarios.get(PUBLISHED)
    if published and audited and PRICE not in entries_of(files, PUBLISHED):
        of, until = span(price.period), span(audited.date)
        if of and until and of[0] > until[1]:
            message = f"found the price of {price.period} in {PUBLISHED} too, which is of "
            message += f"{audited.date}; name its own price in data/assumptions/{PUBLISHED}.yaml"
            yield Fault(document.file, line, f"{PRICE}.fact", message)


def rating_scale_faults(files: Files) -> Iterator[Fault]:
    """Faults of the rating scale: a gap, an overlap, an open or impossible border."""
    document, company = files.company
    grades = company.rating_scale.grades
    for index, grade in enumerate(grades):
        above = grades[index - 1] if index else None
        faults = {
            "to": _upper_fault(grade, above),
            "above": _lower_fault(grade, is_lowest=index == len(grades) - 1),
        }
        for key, message in faults.items():
            if message:
                path = ("rating_scale", "grades", index, key)
                column = ".".join(map(str, path))
                yield Fault(document.file, document.line(path), column, message)


def _upper_fault(grade: Grade, better: Grade | None) -> str:
    """Fault of the upper border of a grade, which must be where the better grade begins."""
    if better is None:
        return "" if grade.to is None else f"found {grade.to:g}; the best grade has no upper border"
    if grade.to == better.above:
        return ""
    shown = "nothing" if grade.to is None else f"{grade.to:g}"
    return f"found {shown}; {better.above} is allowed, where {better.id} begins"


def _lower_fault(grade: Grade, is_lowest: bool) -> str:
    """Fault of the lower border of a grade: a return as a decimal, below the upper border."""
    border = grade.above
    if is_lowest:
        return "" if border is None else f"found {border:g}; the lowest grade has no lower border"
    if border is None:
        return "found nothing; only the lowest grade has no lower border"
    if abs(border) > 1:
        return f"found a border of {border:.0%}; -100% to 100% is allowed, as decimals"
    if grade.to is not None and border >= grade.to:
        return f"found {border:g}; less than {grade.to:g} is allowed, best grade first"
    return ""
