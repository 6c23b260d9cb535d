"""`thesisbook check` of the data: read and recompute everything; print counts, or every fault."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from thesisbook.data.dataset import Dataset
from thesisbook.data.errata import errata_faults
from thesisbook.data.faults import DataError, Fault
from thesisbook.data.loading import load_dataset
from thesisbook.data.scoreboard import RESULTS, Score, scoreboard

_SEVERITIES = {"H": "changes a conclusion", "M": "a reader would quote it", "L": "cosmetic"}


def run_check(
    root: Path | None = None, further: Callable[[Dataset], Iterable[Fault]] | None = None
) -> int:
    """Print a summary and return 0; or print every fault of the first class found and return 1.

    Writes nothing. `root` holds `data/`; by default it is looked for upwards from here. `further`
    finds what is wrong between data and the rest of a project, once the data are right.
    """
    try:
        dataset = load_dataset(root)
        scores = checked(dataset)
        if further and (faults := list(further(dataset))):
            raise DataError(faults)
    except DataError as error:
        print("\n".join(map(str, error.faults)), file=sys.stderr)
        count = len(error.faults)
        print(f"{count} fault{'s' if count > 1 else ''}; nothing was written", file=sys.stderr)
        return 1
    print(summary(dataset, scores))
    return 0


def checked(dataset: Dataset) -> list[Score]:
    """The recomputed scoreboard. Raises DataError where an erratum or a row of it is wrong."""
    scores, unexplained = scoreboard(dataset)
    for faults in (errata_faults(dataset), unexplained):
        if faults:
            raise DataError(faults)
    return scores


def summary(dataset: Dataset, scores: Iterable[Score]) -> str:
    """Facts by source, exhibits by status, errata by severity and scoreboard counts, as text."""
    facts = dataset.facts()
    corroborations = [corroboration for fact in facts for corroboration in fact.corroborations]
    kinds = Counter(dataset.sources[fact.source].kind for fact in facts)
    standing = [e for e in dataset.errata.values() if e.verdict != "rejected"]
    results = Counter(done.result for done in scores)
    lines = [
        *_block(
            f"Facts {len(facts)}, further prints {len(corroborations)}",
            _by_source(dataset),
            note=", ".join(f"{kind} {count}" for kind, count in kinds.most_common()),
        ),
        *_block(
            f"Exhibits of the audited report {len(dataset.exhibits)}",
            Counter(row.status for row in dataset.exhibits).most_common(),
        ),
        *_block(
            f"Errata {len(standing)}",
            [
                (f"{code} {text}", sum(e.severity == code for e in standing))
                for code, text in _SEVERITIES.items()
            ],
            note=f"{len(dataset.errata) - len(standing)} more examined and rejected",
        ),
        *_block(
            f"Scoreboard {sum(results.values())}",
            [(name.replace("_", " "), results[name]) for name in RESULTS],
        ),
    ]
    return "\n".join(lines)


def _by_source(dataset: Dataset) -> list[tuple[str, int]]:
    """Number of facts for each document that has a digest; the others are counted by kind."""
    counts = Counter(fact.source for fact in dataset.facts())
    read = {source.id for source in dataset.sources.values() if source.sha256}
    others: dict[str, list[int]] = {}
    for source_id, count in counts.items():
        if source_id not in read:
            others.setdefault(dataset.sources[source_id].kind, []).append(count)
    return [(source_id, counts[source_id]) for source_id in sorted(read)] + [
        (f"{len(found)} further {kind} sources", sum(found)) for kind, found in others.items()
    ]


def _block(title: str, rows: Iterable[tuple[str, int]], note: str = "") -> list[str]:
    body = [f"  {label:<34}{count:>6}" for label, count in rows]
    return [title, *body, *([f"  ({note})"] if note else [])]
