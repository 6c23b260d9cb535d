"""Receipts of facts: where each is printed, by whom, and whether other places agree."""

from __future__ import annotations

from typing import Any

from thesisbook.data import Dataset, Fact
from thesisbook.exhibits.grades import worded


def fact_label(dataset: Dataset, fact: Fact, language: str) -> str:
    """Whose figure of what, and of when: `Acme, Revenue, 2025`."""
    name = f"name_{language}"
    who, what = dataset.entities[fact.entity], dataset.metrics[fact.metric]
    words = (who[name] or who["name_en"], what[name] or what["name_en"])
    return ", ".join((*words, *(() if fact.period == "na" else (fact.period,))))


def fact_receipt(dataset: Dataset, fact: Fact, value: Any, language: str) -> dict[str, Any]:
    """The receipt of a fact, whose reference stands for `value`."""
    return {
        "kind": "fact",
        "label": fact_label(dataset, fact, language),
        "printed": fact.printed,
        "value": value,
        "unit": fact.unit,
        "period": fact.period,
        "basis": fact.basis,
        "grade": worded(fact.grade, language),
        "source": source_of(dataset, fact.source),
        "locator": fact.locator,
        "note": fact.note,
        "also": also_printed(dataset, fact),
    }


def also_printed(dataset: Dataset, fact: Fact) -> list[dict[str, Any]]:
    """The other places that print a fact, and whether each agrees with it; if not, why."""
    found = []
    for corroboration in fact.corroborations:
        erratum = dataset.errata.get(corroboration.erratum)
        found.append(
            {
                "source": source_of(dataset, corroboration.source),
                "locator": corroboration.locator,
                "printed": corroboration.printed,
                "agrees": erratum is None,
                "why": erratum.title if erratum else corroboration.note,
            }
        )
    return found


def source_of(dataset: Dataset, identity: str) -> dict[str, Any]:
    """A source as a receipt tells it."""
    source = dataset.sources[identity]
    return {
        "id": source.id,
        "publisher": source.publisher,
        "title": source.title,
        "date": source.date,
        "kind": "primary" if source.kind == "primary" else f"secondary, {source.kind}",
        "url": source.url,
    }
