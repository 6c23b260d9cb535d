"""What a number can answer: a flat book of receipts, each naming its inputs by reference."""

from __future__ import annotations

from typing import Any

from thesisbook.data import Dataset
from thesisbook.data.expressions import Expression
from thesisbook.exhibits.references import WORDS, Resolver, split_year
from thesisbook.exhibits.sentences import SENTENCE_FUNCTIONS, Series
from thesisbook.model.quantities import QUANTITIES


class ReceiptBook:
    """Receipts by reference, gathered with all they rest on.

    `kind` is `fact`, `quantity`, `parameter`, `number`, `expression` or `word`; `inputs` lists
    references that have their own receipt in the book.
    """

    def __init__(self, resolver: Resolver, specs: Any) -> None:
        self.resolver = resolver
        self.dataset: Dataset = resolver.dataset
        self.specs = specs
        self.receipts: dict[str, dict[str, Any]] = {}

    def add(self, reference: str) -> None:
        """The receipt of `reference` and of everything behind it (once each)."""
        waiting = [reference]
        while waiting:
            current = waiting.pop()
            if current in self.receipts:
                continue
            receipt = self._receipt(current)
            self.receipts[current] = receipt
            waiting.extend(receipt.get("inputs", ()))

    def _receipt(self, reference: str) -> dict[str, Any]:
        space, _, rest = reference.partition(".")
        if space == "num":
            return self.specs.receipt(rest)
        if "{" in reference:
            return self._expression(reference)
        if space in WORDS:
            return {"kind": "word", "label": reference, "value": plain(self.resolver(reference))}
        if space == "param":
            return self._parameter(self.resolver.results.scenario, rest, reference)
        if self.resolver.results.named(space) is None:
            return self._fact(reference)
        if rest.startswith("param."):
            scenario = self.resolver.results.scenario if space == "model" else space
            return self._parameter(scenario, rest.removeprefix("param."), reference)
        return self._quantity(space, rest, reference)

    def _expression(self, text: str) -> dict[str, Any]:
        expression = Expression(text, SENTENCE_FUNCTIONS)
        return {
            "kind": "expression",
            "label": text,
            "value": plain(expression.evaluate(self.resolver)),
            "formula": text,
            "inputs": list(expression.references),
        }

    def _fact(self, reference: str) -> dict[str, Any]:
        fact = self.dataset.fact(reference.partition("@")[0])
        source = self.dataset.sources[fact.source]
        return {
            "kind": "fact",
            "label": self._fact_label(fact.entity, fact.metric, fact.period),
            "printed": fact.printed,
            "value": self.resolver(reference),
            "unit": fact.unit,
            "period": fact.period,
            "basis": fact.basis,
            "source": {
                "id": source.id,
                "publisher": source.publisher,
                "title": source.title,
                "date": source.date,
                "kind": "primary" if source.kind == "primary" else f"secondary, {source.kind}",
                "url": source.url,
            },
            "locator": fact.locator,
            "note": fact.note,
        }

    def _fact_label(self, entity: str, metric: str, period: str) -> str:
        name = f"name_{self.resolver.language}"
        who, what = self.dataset.entities[entity], self.dataset.metrics[metric]
        words = (who[name] or who["name_en"], what[name] or what["name_en"])
        return ", ".join((*words, *(() if period == "na" else (period,))))

    def _quantity(self, space: str, name: str, reference: str) -> dict[str, Any]:
        stem, year = split_year(name)
        quantity = QUANTITIES[stem]
        inputs = [
            found for given in quantity.inputs for found in self._inputs_of(space, given, year)
        ]
        scenario = self.resolver.results.scenario if space == "model" else space
        return {
            "kind": "quantity",
            "label": quantity.label + (f", {year}" if year else ""),
            "value": plain(self.resolver(reference)),
            "unit": quantity.unit,
            "scenario": scenario,
            "formula": quantity.formula,
            "inputs": list(dict.fromkeys(inputs)),
            "cell": f"{stem}_{year}" if year else stem,
        }

    def _inputs_of(self, space: str, given: str, year: int | None) -> list[str]:
        """Inputs as references in the same run and year; those without that year as they are."""
        if given.startswith("param."):
            name = given.removeprefix("param.")
            prefix = "param" if space == "model" else f"{space}.param"
            dated = f"{prefix}.{name}.{year}" if year else f"{prefix}.{name}"
            return [dated if year and self._exists(dated) else f"{prefix}.{name}"]
        stem, own_year = split_year(given)
        if stem not in QUANTITIES:
            return [given]
        if QUANTITIES[stem].by_year and (own_year or year):
            dated = f"{space}.{stem}.{own_year or year}"
            return [dated] if self._exists(dated) else []
        return [f"{space}.{given}"]

    def _exists(self, reference: str) -> bool:
        try:
            self.resolver(reference)
        except KeyError:
            return False
        return True

    def _parameter(self, scenario: str, name: str, reference: str) -> dict[str, Any]:
        stem, year = split_year(name)
        entry = self.dataset.scenario(scenario)[stem]
        given = (
            self.resolver.results.overrides if reference.startswith(("param.", "model.")) else {}
        )
        changed = next((key for key in (name, stem) if key in given), None)
        return {
            "kind": "parameter",
            "label": entry.get("label") or stem.replace("_", " ") + (f", {year}" if year else ""),
            "value": plain(self.resolver(reference)),
            "unit": entry.get("unit") or "",
            "range": entry.get("range"),
            "scenario": scenario,
            "reason": "set for this run by the reader" if changed else entry.get("reason") or "",
            "source": entry.get("source") or "",
            "inputs": facts_behind(entry, year),
            "cell": f"{stem}_{year}" if year else stem,
        }


def facts_behind(entry: dict[str, Any], year: int | None) -> list[str]:
    """The facts that an assumption's entry is read from (its own year, where it runs by year)."""
    found: list[str] = []
    if entry.get("fact"):
        found.append(entry["fact"])
    for at, fact in (entry.get("facts") or {}).items():
        if year in (None, int(at)):
            found.append(fact)
    if entry.get("expression"):
        found += Expression(entry["expression"]).references
    for at, text in (entry.get("expressions") or {}).items():
        if year in (None, int(at)):
            found += Expression(text).references
    return list(dict.fromkeys(found))


def plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if isinstance(value, Series):
        return {str(year): number for year, number in value.items()}
    if value is None or isinstance(value, (bool, int, float, str)):
        return float(value) if isinstance(value, float) else value
    return str(value)
