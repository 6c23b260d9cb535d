"""Effect of each assumption of a scenario on the target, taken by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thesisbook.model.commands import effects_alone
from thesisbook.model.resolving import resolve
from thesisbook.model.result import run

if TYPE_CHECKING:
    import pandas as pd

    from thesisbook.data import Dataset


def scenario_effects(dataset: Dataset, start: str = "base") -> pd.DataFrame:
    """Change of the target (per share) when one parameter of `start` takes a scenario's value.

    Rows are the parameters that any scenario sets, the largest effect first; columns parameter,
    name, and the other scenarios in the order of company.yaml. A cell is missing if
    the scenario does not set the parameter, or the model has no value with that one change.
    """
    import pandas as pd  # noqa: PLC0415 - half a second that `value` does without

    first = run(resolve(dataset, start))
    effects = {}
    for scenario in dataset.company["scenarios"]:
        if scenario != start:
            effects[scenario] = effects_alone(first, run(resolve(dataset, scenario)))
    frame = pd.DataFrame(effects).astype(float)
    largest = frame.abs().max(axis=1).fillna(0.0)
    ordered = frame.loc[largest.sort_values(ascending=False, kind="stable").index]
    parameters = first.assumptions.parameters
    ordered.insert(0, "name", [parameters[name].label for name in ordered.index])
    return ordered.rename_axis("parameter").reset_index()
