"""Value named risks and weighted scenarios: each is a set of parameters run through the model."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.core import compute
from thesisbook.model.parameters import ParameterError
from thesisbook.model.resolving import resolve

if TYPE_CHECKING:
    import pandas as pd

    from thesisbook.data import Dataset


def risks(dataset: Dataset, assumptions: Assumptions, language: str = "en") -> pd.DataFrame:
    """Value each risk of the study by itself on top of `assumptions`.

    Columns: risk, name, probability, target, dcf, relative (per share), delta (against the
    target without it), delta_share (of it), expected (probability x delta), reason; worst first.
    """
    import pandas as pd  # noqa: PLC0415 - half a second that `value` does without

    plain = float(compute(assumptions)[1]["target_price"])
    rows = []
    for risk in dataset.studies["risks"]:
        scalars = compute(assumptions.replace(risk.parameters))[1]
        target = float(scalars["target_price"])
        rows.append(
            {
                "risk": risk.id,
                "name": getattr(risk.name, language),
                "probability": risk.probability,
                "target": target,
                "dcf": float(scalars["dcf_per_share"]),
                "relative": float(scalars["relative_per_share"]),
                "delta": target - plain,
                "delta_share": target / plain - 1,
                "expected": risk.probability * (target - plain),
                "reason": risk.reason,
            }
        )
    frame = pd.DataFrame(rows)
    return frame.sort_values("delta", kind="stable").reset_index(drop=True)


def weighted_target(dataset: Dataset) -> pd.DataFrame:
    """Targets of the weighted scenarios, per share in the trading currency.

    Columns: scenario, probability, target, contribution (probability x target), reason. The sum of
    the contributions is the weighted target. Raises ParameterError unless the probabilities add up
    to 1.
    """
    import pandas as pd  # noqa: PLC0415

    weights = dataset.studies["weights"]
    check_probabilities([weight.probability for weight in weights])
    rows = []
    for weight in weights:
        scalars = compute(resolve(dataset, weight.scenario))[1]
        target = float(scalars["target_price"])
        rows.append(
            {
                "scenario": weight.scenario,
                "probability": weight.probability,
                "target": target,
                "contribution": weight.probability * target,
                "reason": weight.reason,
            }
        )
    return pd.DataFrame(rows)


def check_probabilities(probabilities: list[float]) -> None:
    """ParameterError unless each lies between 0 and 1 and they add up to 1."""
    if any(not 0 <= p <= 1 for p in probabilities):
        raise ParameterError("weights: a probability lies outside 0 to 1")
    total = math.fsum(probabilities)
    if abs(total - 1) > 1e-9:
        raise ParameterError(f"weights: probabilities add up to {total:g}; they must to 1")
