"""Conditions of sentences: what must be true of the numbers for a typed sentence to be true.

A markdown cell of a chapter names them in its metadata: `"holds": ["{base.revenue.2027} < 4000"]`.
Each is an expression over any reference that a number may use, and over the chapter's own numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from thesisbook.data import Dataset, Expression, Fault
from thesisbook.data.dimensions import MixedUnits
from thesisbook.data.expressions import ExpressionError
from thesisbook.engine.notebook_files import HOLDS, conditions

ALLOWED = "a sentence must be true in every scenario"


def condition_faults(
    notebooks: Iterable[Path],
    root: Path,
    dataset: Dataset,
    scenarios: Iterable[str],
    overrides: Mapping[str, Any] | None = None,
) -> Iterator[Fault]:
    """Conditions that are no expression, name what is not there, or are false in a scenario."""
    from thesisbook.exhibits.numbers import Numbers  # noqa: PLC0415 - loads pandas
    from thesisbook.exhibits.references import Results  # noqa: PLC0415
    from thesisbook.exhibits.sentences import SENTENCE_FUNCTIONS  # noqa: PLC0415
    from thesisbook.model.number_units import NumberMeasures, check_condition  # noqa: PLC0415

    asked = [(path, *each) for path in notebooks for each in conditions(path, root)]
    if not asked:
        return
    runs = {name: Numbers(dataset, Results(dataset, name, overrides)) for name in scenarios}
    measures = NumberMeasures(dataset)
    first, *others = [numbers.resolver for numbers in runs.values()]
    if dataset.studies.get("tree"):
        for other in others:  # to value the tree and its cases once, not in every scenario
            other.studies.share(first.studies)
            other.scoring.share(first.scoring)
    for path, cell, text in asked:
        for numbers in runs.values():
            numbers.open_chapter(path.stem)
        try:
            expression = Expression(text, SENTENCE_FUNCTIONS)
            false = [name for name, of in runs.items() if not expression.evaluate(of.resolver)]
            check_condition(expression, measures)
            wrong = f"found {text!r} false in {', '.join(false)}; {ALLOWED}" if false else ""
        except MixedUnits as error:
            wrong = f"found {error} in {text!r}; one unit is allowed"
        except (ExpressionError, KeyError, ValueError, TypeError) as error:
            wrong = f"found {text!r}: {error}"
        if wrong:
            file = path.relative_to(root).as_posix()
            yield Fault(file, _line(path, text), f"{cell}.{HOLDS}", wrong)


def _line(path: Path, text: Any) -> int:
    """The line of the notebook on which a condition stands, 1 where it cannot be found."""
    wanted = re.sub(r"\W+", "", str(text))
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if wanted and wanted == re.sub(r"\W+", "", line):
            return number
    return 1
