"""Changes of the house view, each valued over the whole tree: risks, sensitivities, beliefs.

Where a company has no tree, a case changes the run itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.core import compute
from thesisbook.model.parameters import ParameterError
from thesisbook.model.scenario_tree import TreeValue, value_tree
from thesisbook.model.valuation import rating

if TYPE_CHECKING:
    import pandas as pd

    from thesisbook.data import Dataset
    from thesisbook.data.studies import Case

#: The values of a case, each with the scalar of the model behind it.
VALUES = {
    "target": "target_price",
    "today": "value_per_share",
    "dcf": "dcf_per_share",
    "relative": "relative_per_share",
}


class Cases:
    """The cases of a study, each valued by itself when first asked for.

    `assumptions` give what is set in every run. A row holds case, name, group, probability (None
    where a case has none), target, today, dcf, relative (per share in the trading currency), delta
    (against the target without the case), delta_share (of that target), expected (probability x
    delta), rating, reason. Raises ParameterError for a parameter or state that is not there.
    """

    def __init__(
        self, dataset: Dataset, assumptions: Assumptions, study: str, language: str = "en"
    ) -> None:
        self.known: dict[str, Case] = {case.id: case for case in dataset.studies.get(study, ())}
        self._dataset = dataset
        self._assumptions = assumptions
        self._language = language
        self._rows: dict[str, dict[str, Any]] = {}

    @cached_property
    def _tree(self) -> TreeValue | None:
        known = self._dataset.studies.get("tree")
        return value_tree(self._dataset, self._assumptions.overrides) if known else None

    @cached_property
    def _plain(self) -> float:
        """The target without any case."""
        return _values(self._tree or self._assumptions)["target"]

    def row(self, name: str) -> dict[str, Any]:
        """What a case is worth."""
        if name not in self._rows:
            case = self.known[name]
            changed = _changed(self._dataset, self._assumptions, self._tree, case)
            probability = case.probability
            if case.states and self._tree:
                probability = self._tree.probability(case.states)
            values = _values(changed)
            delta = values["target"] - self._plain
            self._rows[name] = {
                "case": case.id,
                "name": getattr(case.name, self._language),
                "group": case.group,
                "probability": probability,
                **values,
                "delta": delta,
                "delta_share": values["target"] / self._plain - 1,
                "expected": None if probability is None else probability * delta,
                "rating": _rating(changed, values["target"]),
                "reason": case.reason,
            }
        return self._rows[name]

    def frame(self) -> pd.DataFrame:
        """Every case, one row each."""
        import pandas as pd  # noqa: PLC0415 - half a second that `value` does without

        return pd.DataFrame(self.row(name) for name in self.known)


def _changed(
    dataset: Dataset, assumptions: Assumptions, tree: TreeValue | None, case: Case
) -> TreeValue | Assumptions:
    """The tree, or the run, with a case."""
    if tree is None:
        if case.states or case.odds or case.scale or case.shift:
            raise ParameterError(f"{case.id}: it changes a tree, and there is none")
        return assumptions.replace(case.parameters)
    if case.states and not (case.parameters or case.odds or case.scale or case.shift):
        return tree.given(case.states)
    parameters = {**assumptions.overrides, **case.parameters}
    changed = value_tree(dataset, parameters, case.odds, case.scale, case.shift)
    return changed.given(case.states) if case.states else changed


def _values(valued: TreeValue | Assumptions) -> dict[str, float]:
    if isinstance(valued, TreeValue):
        return {name: valued.expected(scalar) for name, scalar in VALUES.items()}
    scalars = compute(valued)[1]
    return {name: float(scalars[scalar]) for name, scalar in VALUES.items()}


def _rating(valued: TreeValue | Assumptions, target: float) -> str:
    """Id of the grade that the target would have."""
    p = valued.assumptions if isinstance(valued, TreeValue) else valued
    return rating(p.grades, target / float(p("price")) - 1 - float(p("index_return")))


def state_values(dataset: Dataset, tree: TreeValue, language: str = "en") -> pd.DataFrame:
    """The states of every driver with their odds and the value they would give.

    Columns: state (`driver.state`), driver, name, probability (over the whole tree), target,
    today, dcf, relative (per share, given the state), settles, until, reason.
    """
    import pandas as pd  # noqa: PLC0415

    rows = []
    for driver in dataset.studies["tree"].drivers:  # type: ignore[attr-defined]
        for state in driver.states:
            chosen = {driver.id: (state.id,)}
            probability = tree.probability(chosen)
            if not probability:
                continue
            rows.append(
                {
                    "state": f"{driver.id}.{state.id}",
                    "driver": getattr(driver.name, language),
                    "name": getattr(state.name, language),
                    "probability": probability,
                    **_values(tree.given(chosen)),
                    "settles": state.settles,
                    "until": state.until.isoformat(),
                    "reason": state.reason,
                }
            )
    return pd.DataFrame(rows)


def branch_values(dataset: Dataset, tree: TreeValue, language: str = "en") -> pd.DataFrame:
    """Every branch: branch (`state.state.state`), one column a driver with the state's name,
    probability, target, today, dcf, relative (per share)."""
    import pandas as pd  # noqa: PLC0415

    names = {
        (driver.id, state.id): getattr(state.name, language)
        for driver in dataset.studies["tree"].drivers  # type: ignore[attr-defined]
        for state in driver.states
    }
    return pd.DataFrame(
        {
            "branch": ".".join(branch.states.values()),
            **{driver: names[driver, state] for driver, state in branch.states.items()},
            "probability": branch.probability,
            **{name: branch.scalars[scalar] for name, scalar in VALUES.items()},
        }
        for branch in tree.branches
    )


def probability_of(tree: TreeValue, branch: Mapping[str, str]) -> float:
    """The probability of one branch, 0 where the tree does not have it."""
    return sum(b.probability for b in tree.branches if dict(b.states) == dict(branch))
