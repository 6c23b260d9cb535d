"""Receipts in print: the appendix for headline numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from thesisbook.exhibits.translation import Translation
from thesisbook.exhibits.unit_formats import unit_said
from thesisbook.exhibits.worded_formulas import label_in_formula
from thesisbook.exhibits.worded_formulas import worded as in_words
from thesisbook.outputs.pdf.glyphs import visible
from thesisbook.outputs.pdf.markup import array, block, call, string
from thesisbook.outputs.pdf.meta import PdfMeta, words_of
from thesisbook.outputs.pdf.page import Page

__all__ = ["appendix", "headline_names"]

IDENTITY = re.compile(r"\[([\w-]+)\]")
Receipt = Mapping[str, Any]
MOST_INPUTS = 4
LONGEST_FORMULA = 170
LONGEST_VALUE = 60


def headline_names(page: Page, meta: PdfMeta) -> frozenset[str]:
    """Numbers that the summary chapter shows and that have a receipt, but for its own grades."""
    summary = page.summary
    if summary is None:
        return frozenset()
    tags = summary.section.find_all("span", attrs={"data-receipt": True})
    shown = [tag for tag in tags if tag.find_parent(class_="chapter-grades") is None]
    return frozenset({str(tag["data-receipt"]) for tag in shown} & set(meta.numbers))


def text(item: object) -> str:
    return string(visible(str(item)))


def exact(receipt: Receipt, say: Translation) -> str:
    """The value to eight digits with its unit; empty where there is none or it is a series."""
    value = receipt.get("value")
    if isinstance(value, str):
        # A word that is the value itself, or a whole series, would add nothing here.
        return value if value != receipt.get("text") and len(value) < LONGEST_VALUE else ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    code = str(receipt.get("unit") or "")
    unit = unit_said(code, say)
    if code == "ratio":
        value, unit = value * 100, "%"
    if code == "year":
        return f"{value:.0f}"
    whole = len(f"{abs(value):.0f}") if abs(value) >= 1 else 0
    digits = f"{value:,.{max(8 - whole, 0)}f}"
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    between = "" if unit == "%" else " "
    return f"{digits.replace('-', '−')}{between}{unit}".strip()


def place(receipt: Receipt, short: bool = False) -> str:
    """Where a fact stands: its source (publisher, title, date, kind; or its id) and locator."""
    source = receipt.get("source") or ""
    if isinstance(source, Mapping):
        identity = f"[{source['id']}]" if source.get("id") else ""
        keys = () if short else ("publisher", "title", "date", "kind")
        told = ", ".join(str(source[key]) for key in keys if source.get(key))
        source = f"{told} {identity}".strip()
    elif short and source:
        source = f"[{source}]"
    return (" " if short else ", ").join(
        str(part) for part in (source, receipt.get("locator")) if part
    )


def label(receipt: Receipt, name: str, meta: PdfMeta) -> str:
    """The label of a number, without the name of the report's own company."""
    return str(receipt.get("label") or name).removeprefix(f"{meta.company}, ")


def worded(formula: str, meta: PdfMeta) -> str:
    """A formula in words, with the labels of its inputs instead of their references."""

    def named(name: str) -> str:
        known = meta.receipts.get(name) or meta.numbers.get(name.removeprefix("num."))
        own = {**known, "label": label(known, name, meta)} if known else {}
        return label_in_formula(name, own)

    return in_words(formula, named, meta.say)


def input_line(reference: object, meta: PdfMeta) -> str:
    """One input of a formula: label, value, and where that comes from in turn."""
    name = str(reference)
    known = meta.receipts.get(name) or meta.numbers.get(name.removeprefix("num."))
    if known is None:
        return name
    shown = " = ".join(part for part in (label(known, name, meta), exact(known, meta.say)) if part)
    behind = place(known, short=True) if known.get("locator") else ""
    behind = (
        behind or str(known.get("reason") or "") or worded(str(known.get("formula") or ""), meta)
    )
    return f"{shown} ({behind})" if behind else shown


def shortened(formula: str) -> str:
    """A formula over many years or companies, cut where it repeats the same terms."""
    return formula if len(formula) <= LONGEST_FORMULA else formula[:LONGEST_FORMULA] + " …"


def lines(receipt: Receipt, meta: PdfMeta) -> list[tuple[str, str]]:
    """Heading and text of each line of a receipt, in reading order.

    A number that only shows another quantity gets the receipt of that quantity.
    """
    words = words_of(meta.language)
    inputs = list(receipt.get("inputs") or [])
    formula = str(receipt.get("formula") or "")
    behind = meta.receipts.get(str(inputs[0])) if len(inputs) == 1 else None
    if behind is not None and formula == f"{{{inputs[0]}}}":
        receipt = {**behind, "value": receipt.get("value")}
        inputs, formula = list(behind.get("inputs") or []), str(behind.get("formula") or "")
    out = [
        (words["value"], exact(receipt, meta.say)),
        (words["period"], str(receipt.get("period") or "")),
        (words["basis"], str(receipt.get("basis") or "")),
        (words["grade"], str(receipt.get("grade") or "")),
        (words["formula"], shortened(worded(formula, meta))),
        (words["source"], place(receipt)),
        (words["reason"], str(receipt.get("reason") or "")),
    ]
    out += [(words["inputs"], input_line(reference, meta)) for reference in inputs[:MOST_INPUTS]]
    if len(inputs) > MOST_INPUTS:
        out.append((words["inputs"], words["more"].format(n=len(inputs) - MOST_INPUTS)))
    return [(heading, line) for heading, line in out if line]


def source_ids(names: frozenset[str], meta: PdfMeta) -> list[str]:
    """The ids in brackets in the receipts of `names`: sources that an entry may be linked to."""
    said = (line for name in sorted(names) for _, line in lines(meta.numbers[name], meta))
    return list(dict.fromkeys(found for line in said for found in IDENTITY.findall(line)))


def linked(line: str, entries: Mapping[str, str | None]) -> str:
    """A line of a receipt in which the id of a source leads to the source's entry."""
    pieces, end = [], 0
    for match in IDENTITY.finditer(line):
        place_of_entry = entries.get(match[1])
        if place_of_entry:
            pieces.append(text(line[end : match.start()]))
            pieces.append(call("inner-link", string(place_of_entry), text(match[0])))
            end = match.end()
    return block([*pieces, text(line[end:])])


def appendix(names: frozenset[str], meta: PdfMeta, entries: Mapping[str, str | None]) -> str:
    """The Typst expression of the appendix, in order of labels; `entries` are the labels of the
    entries of sources."""
    words = words_of(meta.language)
    receipts = []
    for name in sorted(names, key=lambda n: (str(meta.numbers[n].get("label", n)).lower(), n)):
        receipt = meta.numbers[name]
        told = lines(receipt, meta)
        rows = [array([text(heading), linked(line, entries)]) for heading, line in told]
        receipts.append(
            call(
                "receipt",
                string(name),
                label_text=text(label(receipt, name, meta)),
                shown=text(receipt["text"]),
                rows=array(rows),
                pages_word=text(words["pages"]),
            )
        )
    return call("receipts", text(words["receipts"]), text(words["receipts_lead"]), *receipts)
