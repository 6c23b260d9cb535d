"""Evaluate data/recomputations.yaml: expressions over facts, some with facts changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from thesisbook.data import patent_numbers
from thesisbook.data.expressions import Value, arithmetic

if TYPE_CHECKING:
    from thesisbook.data.dataset import Dataset

Lookup = Callable[[str], Value]


def recompute(dataset: Dataset, name: str, lookup: Lookup) -> float:
    """The value of `{calc.<name>}`: a row of recomputations.yaml, or a count of the patent list.

    `lookup` says what a fact stands for. A row with `change` is worked out as if the facts it
    names had the values given there; those values are worked out on the facts as `lookup` has them.
    Raises KeyError for an unknown name, ExpressionError where there is no number.
    """
    if name in patent_numbers.COUNTS:
        return patent_numbers.COUNTS[name](dataset.patents)
    row = dataset.recomputations[name]
    changed = {fact: _evaluate(dataset, text, lookup) for fact, text in (row.change or {}).items()}

    def find(reference: str) -> Value:
        return changed[reference] if reference in changed else lookup(reference)

    return float(_evaluate(dataset, row.expression, find))


def formula(dataset: Dataset, name: str) -> str:
    """How `{calc.<name>}` is worked out, for a receipt: its expression and what it changes."""
    if name in patent_numbers.COUNTS:
        return name.replace("_", " ")
    row = dataset.recomputations[name]
    changes = "; ".join(f"{{{fact}}} = {text}" for fact, text in (row.change or {}).items())
    return f"{row.expression}, with {changes}" if changes else row.expression


def _evaluate(dataset: Dataset, text: str, lookup: Lookup) -> Value:
    return arithmetic(text).evaluate(lambda reference: dataset.resolve(reference, lookup))
