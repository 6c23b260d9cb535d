"""Counts and tables of the audit: what ties, what does not, which errata, how many facts.

| form | stands for |
|---|---|
| `audit.scores`, `audit.ties`, `audit.does_not_tie`, ... | recomputations, all or by result |
| `audit.errata`, `audit.errata.H`, `audit.errata.confirmed` | errata, all or by severity, verdict |
| `audit.facts`, `audit.facts.004`, `audit.sources`, `audit.witnesses` | what the data hold |
| `audit.exhibits`, `audit.exhibits.rebuilt` | exhibits of the audited report by status |
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cached_property
from typing import Any

import pandas as pd

from thesisbook.data import Dataset, Expression
from thesisbook.data.faults import nearest
from thesisbook.data.scoreboard import RESULTS, Score, scoreboard


class Audit:
    """The audit of one data set; `resolve` knows the model, for the effects of errata."""

    def __init__(self, dataset: Dataset, resolve: Callable[[str], Any]) -> None:
        self._dataset = dataset
        self._resolve = resolve

    @cached_property
    def scores(self) -> list[Score]:
        return scoreboard(self._dataset)[0]

    @cached_property
    def counts(self) -> dict[str, int]:
        """Every count by its name."""
        dataset = self._dataset
        errata = dataset.errata.values()
        facts = dataset.facts()
        counts = Counter(
            {
                "scores": len(self.scores),
                "errata": len(dataset.errata),
                "facts": len(facts),
                "sources": len(dataset.sources),
                "exhibits": len(dataset.exhibits),
                "patents": len(dataset.patents),
                "witnesses": sum(len(fact.witnesses) for fact in facts),
                **dict.fromkeys(RESULTS, 0),
            }
        )
        counts.update(score.result for score in self.scores)
        counts.update(f"errata.{erratum.severity}" for erratum in errata)
        counts.update(f"errata.{erratum.verdict}" for erratum in errata)
        counts.update(f"facts.{fact.source}" for fact in facts)
        counts.update(f"exhibits.{row.status}" for row in dataset.exhibits)
        return dict(counts)

    def value(self, name: str) -> float:
        if name not in self.counts:
            raise KeyError(f"audit.{name}: nearest {', '.join(nearest(name, self.counts))}")
        return float(self.counts[name])

    def receipt(self, name: str) -> dict[str, Any]:
        return {
            "kind": "count",
            "label": f"audit: {name}",
            "value": self.value(name),
            "formula": "Counted in the data set when the page was made",
            "inputs": [],
        }

    def errata(self) -> pd.DataFrame:
        """Errata by id: severity, verdict, title, printed, right, why, effect (HKD per share)."""
        rows = {
            erratum.id: {
                "severity": erratum.severity,
                "verdict": erratum.verdict,
                "title": erratum.title,
                "where": "; ".join(f"{w.source} {w.locator}" for w in erratum.where),
                "printed": "; ".join(w.printed for w in erratum.where),
                "right": erratum.right,
                "why": erratum.why,
                "effect": self._effect(erratum.effect),
            }
            for erratum in self._dataset.errata.values()
        }
        return pd.DataFrame.from_dict(rows, orient="index")

    def _effect(self, text: str | None) -> float | None:
        return float(Expression(text).evaluate(self._resolve)) if text else None

    def scoreboard(self) -> pd.DataFrame:
        """Recomputations by id: result, computed, printed, tolerance, and what the row says."""
        rows = {
            done.row.id: {
                **done.row.model_dump(exclude={"id", "tolerance", "left", "right"}),
                "result": done.result,
                "computed": done.left,
                "printed": done.right,
                "tolerance": done.tolerance,
            }
            for done in self.scores
        }
        return pd.DataFrame.from_dict(rows, orient="index")
