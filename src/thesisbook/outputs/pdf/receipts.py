"""The appendix in which each headline number says where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from thesisbook.outputs.pdf.glyphs import visible
from thesisbook.outputs.pdf.markup import array, call, string
from thesisbook.outputs.pdf.meta import PdfMeta, words_of
from thesisbook.outputs.pdf.page import Page

__all__ = ["appendix", "headline_names"]

SUMMARY = "00_summary"


def headline_names(page: Page, meta: PdfMeta) -> frozenset[str]:
    """Numbers of the summary chapter, on the page and with a receipt: the ones a reader will question."""
    summary = page.document(SUMMARY)
    if summary is None:
        return frozenset()
    shown = {
        str(tag["data-receipt"]) for tag in summary.section.find_all(attrs={"data-receipt": True})
    }
    return frozenset(shown & set(meta.numbers))


def text(item: object) -> str:
    return string(visible(str(item)))


def exact(receipt: Mapping[str, Any]) -> str:
    """The unrounded value with its unit, empty where the number is words."""
    value = receipt.get("value")
    if value is None or isinstance(value, str):
        return str(value or "")
    unit = str(receipt.get("unit") or "")
    digits = f"{value:,.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    return f"{digits.replace('-', '−')} {unit}".strip()


def input_text(item: object) -> str:
    """One input of a formula: its label and value where the receipt brings them."""
    if not isinstance(item, Mapping):
        return str(item)
    label = str(item.get("label") or item.get("name") or item.get("id") or "")
    shown = item.get("text") or exact(item)
    return f"{label} {shown}".strip()


def lines(receipt: Mapping[str, Any], words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Heading and text of each line of a receipt, in reading order."""
    out = [(words["value"], exact(receipt))]
    for key in ("period", "basis", "formula"):
        out.append((words[key], str(receipt.get(key) or "")))
    inputs = receipt.get("inputs") or []
    out.append((words["inputs"], "; ".join(input_text(item) for item in inputs)))
    source = receipt.get("source_title") or receipt.get("source") or ""
    out.append((words["source"], ", ".join(str(x) for x in (source, receipt.get("locator")) if x)))
    out.append((words["reason"], str(receipt.get("reason") or "")))
    return [(heading, line) for heading, line in out if line]


def appendix(names: frozenset[str], meta: PdfMeta) -> str:
    """The Typst expression of the appendix, entries in order of their labels."""
    words = words_of(meta.language)
    entries = []
    for name in sorted(names, key=lambda n: (str(meta.numbers[n].get("label", n)).lower(), n)):
        receipt = meta.numbers[name]
        rows = [array([text(heading), text(line)]) for heading, line in lines(receipt, words)]
        entries.append(
            call(
                "receipt",
                string(name),
                label_text=text(receipt.get("label") or name),
                shown=text(receipt["text"]),
                rows=array(rows),
                pages_word=text(words["pages"]),
            )
        )
    return call("receipts", text(words["receipts"]), text(words["receipts_lead"]), *entries)
