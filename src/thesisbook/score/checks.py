"""Check ledger, calendar and kept editions against facts and model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from thesisbook.data.faults import Fault
from thesisbook.model.parameters import ParameterError
from thesisbook.score.actions import Effects
from thesisbook.score.kept_results import kept_faults
from thesisbook.score.ledger import Ledger
from thesisbook.score.revisions import STUDY, Revisions

if TYPE_CHECKING:
    from thesisbook.data import Dataset


def score_faults(dataset: Dataset) -> Iterator[Fault]:
    """Overdue forecasts, actions that the model does not take, kept numbers that nothing explains,
    and a bridge between editions that leaves a parameter out."""
    ledger = Ledger(dataset)
    yield from ledger.faults()
    yield from Effects(ledger).faults()
    yield from kept_faults(dataset)
    if dataset.studies.get(STUDY):
        try:
            _ = Revisions(dataset).levels
        except ParameterError as error:
            yield Fault(f"data/studies/{STUDY}.yaml", 0, "steps", str(error))
