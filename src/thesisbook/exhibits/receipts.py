"""Receipts: where each number comes from. A flat book; a receipt names its inputs by reference."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from thesisbook.data import Dataset
from thesisbook.data.expressions import Expression
from thesisbook.data.recomputations import formula, recompute
from thesisbook.exhibits.grades import worded
from thesisbook.exhibits.references import WORDS, Resolver
from thesisbook.exhibits.score_tables import SPACES as SCORED
from thesisbook.exhibits.sentences import SENTENCE_FUNCTIONS, Series
from thesisbook.exhibits.study_tables import SPACES
from thesisbook.model import Parameter, Result
from thesisbook.model.formula_words import formula_words
from thesisbook.model.parameters import SET_FOR_RUN
from thesisbook.model.quantities import QUANTITIES, split_year, unit_in


class ReceiptBook:
    """Receipts by reference, together with those of all their inputs.

    `kind` is `fact`, `quantity`, `parameter`, `number`, `expression` or `word`; `inputs` lists
    references that have their own receipt in the book.
    """

    def __init__(self, resolver: Resolver, specs: Any) -> None:
        self.resolver = resolver
        self.dataset: Dataset = resolver.dataset
        self.specs = specs
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
                receipt = self._receipt(current)
                receipt["value"] = plain(receipt["value"])
                self.receipts[current] = receipt
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
                    references += [f"{space}.{name}"] if _shown(result, name) else []
                elif name in result.lines:
                    references += [f"{space}.{name}.{year}" for year in result.series(name).index]
        return self.gather(references)

    def _receipt(self, reference: str) -> dict[str, Any]:
        space, _, rest = reference.partition(".")
        if "{" in reference:
            return self._expression(reference)
        if space in SPACES:
            return self.resolver.studies.receipt(space, rest)
        if space in SCORED:
            return self.resolver.scoring.receipt(space, rest)
        if space in WORDS:
            return {"kind": "word", "label": reference, "value": plain(self.resolver(reference))}
        direct: dict[str, Callable[[str], dict[str, Any]]] = {
            "num": self.specs.receipt,
            "calc": self._recomputation,
            "audit": self.resolver.audit.receipt,
            "peers": self._peers,
            "param": lambda name: self._parameter(self.resolver.results.current, name, reference),
        }
        if space in direct:
            return direct[space](rest)
        result = self.resolver.results.named(space)
        return self._of_run(result, space, rest, reference) if result else self._fact(reference)

    def _of_run(self, result: Result, space: str, rest: str, reference: str) -> dict[str, Any]:
        if rest.startswith("param."):
            return self._parameter(result, rest.removeprefix("param."), reference)
        return self._quantity(result, space, rest, reference)

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
            "label": f"{rest} of the peers",
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
            "grade": worded(fact.grade, self.resolver.language),
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

    def _quantity(self, result: Result, space: str, name: str, reference: str) -> dict[str, Any]:
        stem, year = split_year(name)
        quantity = QUANTITIES[stem]
        if year is None or year in result.assumptions.shown_years(stem):
            value = self.resolver(reference)
        else:
            value = result.lines[stem][year]
        return {
            "kind": "quantity",
            "label": quantity.label + (f", {year}" if year else ""),
            "value": plain(value),
            "unit": unit_in(quantity.unit, self.dataset.company["currencies"]),
            "scenario": self._called(result),
            "formula": formula_of(result, name),
            "inputs": self._inputs_of(result, space, stem, year),
            "cell": cell_name(name, result.assumptions.parameters),
        }

    def _called(self, result: Result) -> str:
        """The name of a run: its scenario, and what was changed on top of it."""
        changed = result.assumptions.overrides
        return self.resolver.results.label(self.resolver.language) if changed else result.scenario

    def _inputs_of(self, result: Result, space: str, stem: str, year: int | None) -> list[str]:
        """What a quantity is made of, as references in the same run; of a series, its years."""
        if year is None and QUANTITIES[stem].by_year:
            return [f"{space}.{stem}.{each}" for each in result.series(stem).index]
        if stem == "rating":
            return [f"{space}.relative_return"]
        found = []
        for given in result.graph.inputs(f"{stem}.{year}" if year else stem):
            if given.startswith("param."):
                found.append(given if space == "model" else f"{space}.{given}")
            else:
                found.append(f"{space}.{given}" if given in result.graph.graph.cells else given)
        return found

    def _parameter(self, result: Result, name: str, reference: str) -> dict[str, Any]:
        given = result.assumptions
        keys = given.names(name)
        parameter = given.parameter(keys[0])
        changed = any(key in given.overrides for key in keys)
        reason = next((given.reasons[key] for key in keys if given.reasons.get(key)), "")
        years = [split_year(key)[1] for key in keys]
        inputs = [] if changed else inputs_behind(parameter.origin, years)
        if any(self._differs(parameter.origin, key, given.values[key]) for key in keys):
            inputs = []  # a scenario sets its own value where base reads a fact
        return {
            "kind": "parameter",
            "label": parameter.label + (f", {years[0]}" if len(keys) == 1 and years[0] else ""),
            "value": plain(self.resolver(reference)),
            "unit": parameter.unit,
            "range": bounds(parameter),
            "scenario": self._called(result),
            "reason": SET_FOR_RUN if changed else reason or parameter.reason,
            "source": parameter.source,
            "inputs": inputs,
            "cell": cell_name(name),
        }

    def _differs(self, origin: Mapping[str, str], key: str, value: Any) -> bool:
        text = origin.get(str(split_year(key)[1] or ""), "")
        if not _behind(text):
            return False
        read = Expression(text).evaluate(self.resolver) if "{" in text else self.resolver(text)
        return read != value


def formula_of(result: Result, name: str) -> str:
    """The formula of a quantity in words: that of its live branch, or a declared one."""
    stem, year = split_year(name)
    written = QUANTITIES[stem].formula
    if year is None and QUANTITIES[stem].by_year:
        return written or "By year"
    reported = year is not None and year <= result.assumptions.last_actual
    if written and not reported:
        return written
    return formula_words(name, result.graph.live(name), result.assumptions)


def _shown(result: Result, name: str) -> bool:
    """Whether a scalar uses only years that the scenario shows."""
    made_of = () if name == "rating" else result.graph.inputs(name)
    dated = [split_year(given) for given in made_of if given in result.graph.graph.cells]
    shown = result.assumptions.shown_years
    return all(year is None or year in shown(stem) for stem, year in dated)


def cell_name(name: str, parameters: Iterable[str] = ()) -> str:
    """The name of the workbook's cell of a parameter, or of a quantity beside `parameters`.

    A quantity with the name of a parameter is `model_<name>` there: the parameter has the name.
    """
    taken = split_year(name)[0] in parameters
    return ("model_" if taken else "") + name.replace(".", "_")


def bounds(parameter: Parameter) -> list[float] | None:
    """The allowed range of a parameter, if it has one."""
    if parameter.kind != "number" or not math.isfinite(parameter.high - parameter.low):
        return None
    return [parameter.low, parameter.high]


def inputs_behind(origin: Mapping[str, str], years: Sequence[int | None]) -> list[str]:
    """The facts that a parameter is read from, in the years asked for."""
    wanted = [text for key, text in origin.items() if not key or int(key) in years]
    found = [reference for text in wanted for reference in _behind(text)]
    return list(dict.fromkeys(found))


def _behind(text: str) -> tuple[str, ...]:
    """The facts in an origin: a fact id, an expression, or a typed number, which has none."""
    if "{" in text:
        return Expression(text).references
    return (text,) if text.count(".") == 2 else ()


def plain(value: Any) -> Any:
    """A value as JSON knows it; None where there is no number."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, Series):
        return {str(year): number for year, number in value.items()}
    if value is None or isinstance(value, (bool, int, float, str)):
        missing = isinstance(value, float) and not math.isfinite(value)
        return None if missing else float(value) if isinstance(value, float) else value
    return str(value)
