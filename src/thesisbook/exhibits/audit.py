"""Counts and tables of the audit: recomputations that tie or do not, errata, facts.

| form | stands for |
|---|---|
| `audit.scores`, `audit.ties`, `audit.does_not_tie`, ... | recomputations, all or by result |
| `audit.errata`, `audit.errata.H`, `audit.errata.confirmed` | errata, all or by severity, verdict |
| `audit.facts`, `audit.facts.004`, `audit.sources`, `audit.corroborations` | what the data hold |
| `audit.exhibits`, `audit.exhibits.rebuilt` | exhibits of the audited report by status |
| `audit.undriven` | published lines for which no driver could be recovered |
| `audit.patents.software`, `audit.patents.software.2024` | distinct patents by family and year |
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
from thesisbook.model.commands import published_inputs


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
        counts: Counter[str] = Counter(
            {
                "scores": len(self.scores),
                "errata": len(dataset.errata),
                "facts": len(facts),
                "sources": len(dataset.sources),
                "exhibits": len(dataset.exhibits),
                "patents": len(dataset.patents),
                "corroborations": sum(len(fact.corroborations) for fact in facts),
                "undriven": len(published_inputs(dataset)),
                **{str(result): 0 for result in RESULTS},
            }
        )
        counts.update(score.result for score in self.scores)
        counts.update(f"errata.{erratum.severity}" for erratum in errata)
        counts.update(f"errata.{erratum.verdict}" for erratum in errata)
        counts.update(f"facts.{fact.source}" for fact in facts)
        counts.update(f"exhibits.{row.status}" for row in dataset.exhibits)
        counts.update(self._patents())
        return dict(counts)

    def _patents(self) -> dict[str, int]:
        """Number of distinct patents by family of technology, by year of filing, and by both.

        A family is what stands before the colon of the technology (`soc_design`); `filed` is all
        families. Every year from the first to the last filing is counted, also one without any.
        """
        rows = [p for p in self._dataset.patents if p.registration.startswith("ZL")]
        kept = [
            (p.technology.partition(":")[0].lower().replace(" ", "_"), p.filing_year)
            for p in {row.registration: row for row in reversed(rows)}.values()
        ]
        if not kept:
            return {}
        years = range(min(year for _, year in kept), max(year for _, year in kept) + 1)
        families = ["filed", *sorted({family for family, _ in kept})]
        by_year = Counter(kept) + Counter(("filed", year) for _, year in kept)
        counts = {f"patents.{f}.{year}": by_year[f, year] for f in families for year in years}
        return counts | {f"patents.{f}": sum(by_year[f, year] for year in years) for f in families}

    def value(self, name: str) -> float:
        if name not in self.counts:
            raise KeyError(f"audit.{name}: nearest {', '.join(nearest(name, self.counts))}")
        return float(self.counts[name])

    def receipt(self, name: str) -> dict[str, Any]:
        return {
            "kind": "count",
            "label": f"Count of the audit, {name.replace('_', ' ').replace('.', ', ')}",
            "value": self.value(name),
            "unit": "count",
            "formula": "Counted in the data set when the page was made",
            "inputs": [],
        }

    def errata(self) -> pd.DataFrame:
        """Errata by id: severity, verdict, title, printed, right, why, effect (per share)."""
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

    def results(self) -> pd.DataFrame:
        """Recomputations by group: those that tie (exactly or within rounding), do not, cannot."""
        frame = self.scoreboard().replace({"result": {"ties_within_rounding": "ties"}})
        counts = frame.groupby(["group", "result"]).size().unstack(fill_value=0)
        columns = [result for result in RESULTS if result != "ties_within_rounding"]
        return counts.reindex(columns=columns, fill_value=0)

    def sources(self) -> pd.DataFrame:
        """Sources by id: kind, publisher, title, date, facts first read there, further prints."""
        facts = self._dataset.facts()
        prints = Counter(
            corroboration.source for fact in facts for corroboration in fact.corroborations
        )
        rows = {
            source.id: {
                "kind": source.kind,
                "publisher": source.publisher,
                "title": source.title,
                "date": source.date,
                "facts": self.counts.get(f"facts.{source.id}", 0),
                "prints": prints[source.id],
            }
            for source in self._dataset.sources.values()
        }
        return pd.DataFrame.from_dict(rows, orient="index")

    def exhibits(self) -> pd.DataFrame:
        """Exhibits of the audited report by number: title, status, where it stands here, how."""
        rows = {
            row.number: {
                "title": row.title_en,
                "status": row.status,
                "where": row.where,
                "how": row.how,
            }
            for row in self._dataset.exhibits
        }
        return pd.DataFrame.from_dict(rows, orient="index")
