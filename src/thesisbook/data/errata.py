"""Check that each erratum still shows in the data; one that does not needs a person to look."""

from __future__ import annotations

from collections.abc import Iterator

from thesisbook.data.dataset import Dataset
from thesisbook.data.entries import Erratum
from thesisbook.data.expressions import ExpressionError, arithmetic, references
from thesisbook.data.faults import Fault


def errata_faults(dataset: Dataset) -> list[Fault]:
    """A fault for each erratum whose `expect` is not true, or says nothing about the data."""
    return [
        Fault(*dataset.places[erratum.id], f"{erratum.id}.expect", message)
        for erratum in dataset.errata.values()
        for message in _doubts(dataset, erratum)
    ]


def shows(dataset: Dataset, erratum: Erratum) -> bool:
    """Whether `expect` is true on the data. Raises ExpressionError where it has no truth value."""
    expect = arithmetic(erratum.expect)
    if not expect.references:
        raise ExpressionError(f"found {erratum.expect!r}, which refers to no fact; one is required")
    result = expect.evaluate(dataset.resolve)
    if not isinstance(result, bool):
        raise ExpressionError(
            f"found {erratum.expect!r}, which is {result!r}; true or false is allowed"
        )
    return result


def _doubts(dataset: Dataset, erratum: Erratum) -> Iterator[str]:
    try:
        if shows(dataset, erratum):
            return
    except (ExpressionError, TypeError) as error:
        yield str(error)
        return
    values = ", ".join(f"{name} = {dataset.resolve(name)}" for name in references(erratum.expect))
    yield f"found {erratum.expect!r} false; it no longer shows: look at it again ({values})"
