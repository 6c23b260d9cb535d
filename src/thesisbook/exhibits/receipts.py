"""Receipts: where each number comes from. A flat book; a receipt names its inputs by reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from thesisbook.data import Dataset
from thesisbook.data.dimensions import UNKNOWN, MixedUnits, is_ratio, measure_of, unit_code
from thesisbook.data.expressions import Expression
from thesisbook.data.recomputations import formula, recompute
from thesisbook.exhibits.fact_receipts import fact_receipt
from thesisbook.exhibits.references import WORDS, Resolver
from thesisbook.exhibits.run_receipts import RunReceipts, plain, shown_by
from thesisbook.exhibits.score_tables import SPACES as SCORED
from thesisbook.exhibits.sentences import SENTENCE_FUNCTIONS
from thesisbook.exhibits.study_tables import SPACES
from thesisbook.model.number_units import FUNCTIONS
from thesisbook.model.quantities import QUANTITIES


class ReceiptBook:
    """Receipts by reference, together with those of all their inputs.

    `kind` is `fact`, `quantity`, `parameter`, `number`, `expression` or `word`; `inputs` lists
    references that have their own receipt in the book.
    """

    def __init__(self, resolver: Resolver, specs: Any) -> None:
        self.resolver = resolver
        self.dataset: Dataset = resolver.dataset
        self.specs = specs
        self._runs = RunReceipts(resolver)
        self.receipts: dict[str, dict[str, Any]] = {}

    def add(self, reference: str) -> None:
        """Add the receipt of `reference` and those of everything behind it, once each."""
        self.gather([reference])

    def gather(self, references: Iterable[str], runs: bool = True) -> dict[str, dict[str, Any]]:
        """Add the receipts of `references` and of everything behind them.

        Without `runs` the chain ends at a quantity of a run; `of_runs` has the inputs of those.
        """
        found: dict[str, dict[str, Any]] = {}
        waiting = list(references)
        while waiting:
            current = waiting.pop()
            if current in found:
                continue
            if current not in self.receipts:
                receipt = self._with_unit(current, self._receipt(current))
                receipt["value"] = plain(receipt["value"])
                self.receipts[current] = self.specs.translation.receipt(receipt)
            found[current] = self.receipts[current]
            if runs or found[current]["kind"] != "quantity":
                waiting.extend(found[current].get("inputs", ()))
        return found

    def of_runs(self) -> dict[str, dict[str, Any]]:
        """The receipts of every quantity that a run shows, and of everything behind them.

        A quantity of a year that the scenario does not show has a receipt only if another needs it.
        """
        results = self.resolver.results
        runs = {name: results.of(name) for name in self.dataset.company["scenarios"]}
        references = []
        for space, result in {"model": results.current, **runs}.items():
            for name, quantity in QUANTITIES.items():
                if not quantity.by_year:
                    references += [f"{space}.{name}"] if shown_by(result, name) else []
                elif name in result.lines:
                    references += [f"{space}.{name}.{year}" for year in result.series(name).index]
        return self.gather(references)

    def _with_unit(self, reference: str, receipt: dict[str, Any]) -> dict[str, Any]:
        """A receipt with the unit of its number, worked out where it does not declare one.

        A ratio of an expression has none: how it is shown tells a percentage from a multiple.
        """
        if "unit" in receipt or not isinstance(receipt["value"], int | float):
            return receipt
        if receipt["kind"] == "expression":
            try:
                expression = Expression(reference, functions=None)
                measure = measure_of(expression, self.specs.measures, FUNCTIONS)
            except MixedUnits:  # a notebook may choose between a number and a word
                measure = UNKNOWN
            return {**receipt, "unit": unit_code(measure)}
        measure = self.specs.measures(reference)
        return {**receipt, "unit": unit_code(measure) or ("ratio" if is_ratio(measure) else "")}

    def _receipt(self, reference: str) -> dict[str, Any]:
        space, _, rest = reference.partition(".")
        if "{" in reference:
            return self._expression(reference)
        if space in WORDS:
            return {
                "kind": "word",
                "label": WORDS[space],
                "value": plain(self.resolver(reference)),
            }
        direct: dict[str, Callable[[str], dict[str, Any]]] = {
            **{study: partial(self.resolver.studies.receipt, study) for study in SPACES},
            **{study: partial(self.resolver.scoring.receipt, study) for study in SCORED},
            "num": self.specs.receipt,
            "calc": self._recomputation,
            "audit": self.resolver.audit.receipt,
            "peers": self._peers,
            "param": lambda name: self._runs.parameter(
                self.resolver.results.current, name, reference
            ),
        }
        if space in direct:
            return direct[space](rest)
        result = self.resolver.results.named(space)
        if result:
            return self._runs.receipt(result, space, rest, reference)
        fact = self.dataset.fact(reference.partition("@")[0])
        value = self.resolver(reference)
        return fact_receipt(self.dataset, fact, value, self.resolver.language)

    def _expression(self, text: str) -> dict[str, Any]:
        expression = Expression(text, SENTENCE_FUNCTIONS)
        return {
            "kind": "expression",
            "label": text,
            "value": plain(expression.evaluate(self.resolver)),
            "formula": text,
            "inputs": list(expression.references),
        }

    def _peers(self, rest: str) -> dict[str, Any]:
        facts = self.resolver.peer_facts(rest)
        return {
            "kind": "list",
            "label": f"{self._metric_name(rest)} of the peers, {rest.partition('.')[2]}",
            "value": [self.dataset.value(fact) for fact in facts],
            "inputs": facts,
        }

    def _recomputation(self, name: str) -> dict[str, Any]:
        """A named recomputation of the data layer; its inputs are what it reads."""
        read: dict[str, None] = {}

        def lookup(reference: str) -> Any:
            read[reference] = None
            return self.dataset.lookup(reference)

        row = self.dataset.recomputations.get(name)
        return {
            "kind": "recomputation",
            "label": row.what if row else name.replace("_", " "),
            "value": recompute(self.dataset, name, lookup),
            "formula": formula(self.dataset, name),
            "inputs": list(read),
        }

    def _metric_name(self, rest: str) -> str:
        metric = self.dataset.metrics[rest.partition(".")[0]]
        return metric[f"name_{self.resolver.language}"] or metric["name_en"]
