"""Studies of a run (bridge, simulation, risks, ...) as references and frames.

| form | stands for |
|---|---|
| `bridge.<step>.<delta, alone, interaction, target_after>` | the bridge to the audit, per share |
| `tree.<target, today, dcf, relative>` | expected value over the tree, per share |
| `tree.<upside, relative_return, rating, above_price, branches>` | its return and grade |
| `tree.<target, today>_p<share>`, `tree.<line>.<year>` | a quantile; an expected line |
| `tree.param.<name>` | a parameter without years, as every branch has it |
| `state.<driver>.<state>.<column>` | a state: its odds and what the house would be worth in it |
| `branch.<scenario>.probability` | the odds of a scenario that is a branch |
| `simulation.<mean, standard_error, above_price, draws, p05, p50, ...>` | draws around the run |
| `reverse.<parameter>` | where the DCF value is the price; `breakeven.` where the target is |
| `risk.<id>.<column>`, `risk.<column>` | a named risk over the tree; that of every risk |
| `case.<id>.<column>` | a sensitivity, or what one believes, over the tree |
| `tornado.<n>.<label, swing, target_low, target_high>` | the n-th widest bar, from 1 |
| `effect.<parameter>.<scenario>`, `effect.<scenario>` | what an assumption alone does to base |
| `border.<grade>.<target_needed, price_needed, border>` | where the rating would change |
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

import pandas as pd

from thesisbook.data.faults import nearest
from thesisbook.exhibits.sentences import Across
from thesisbook.model import (
    Assumptions,
    Simulation,
    TreeValue,
    branch_values,
    breakevens,
    bridge,
    probability_of,
    rating_borders,
    reverse_dcf,
    run,
    scenario_effects,
    simulate,
    state_values,
    tornado,
    tree_inputs,
    value_cases,
    value_tree,
)
from thesisbook.model.bridge import bridge_ends
from thesisbook.model.cases import VALUES
from thesisbook.model.quantities import QUANTITIES, unit_in

_METHODS = {
    "bridge": "Steps taken in a fixed order; alone = the step by itself from the published target",
    "tree": "Sum over the branches of the tree of probability times value",
    "state": "Mean of the branches with this state, weighted with their probabilities",
    "branch": "Product of the probabilities of its states",
    "simulation": "Seeded draws of a branch by its odds, then of every parameter in "
    "data/studies/draws independently",
    "reverse": "Bisection: the one parameter at which the DCF value per share is the price",
    "breakeven": "Bisection: the one parameter at which the target is the price",
    "risk": "The tree valued again with the risk, all else as it stands",
    "case": "The tree valued again with this change, all else as it stands",
    "tornado": "The target with the parameter at each end of its range in data/studies/draws",
    "effect": "Target of base with this one assumption at the scenario's value, less that target",
    "border": "Target at which the return against the index reaches the grade's border",
}
SPACES = tuple(_METHODS)
_TITLES = {
    "bridge": "Bridge to base",
    "tree": "Expected over the tree",
    "state": "State of the tree",
    "branch": "Branch of the tree",
    "reverse": "Needed for a DCF value at the price",
    "breakeven": "Needed for a target at the price",
    "risk": "Risk",
    "case": "Sensitivity of the tree",
    "tornado": "Sensitivity of the target",
    "effect": "Effect on the target alone",
    "border": "Border of the rating",
}
_SIMULATED = {
    "mean": "average target",
    "standard_error": "standard error of the average target",
    "above_price": "share of draws with a target above the price",
    "draws": "number of draws",
    "seed": "seed of the draws",
}
_COLUMNS = {
    "delta": "change of the target",
    "alone": "change taken by itself",
    "interaction": "interaction",
    "target_after": "target after the step",
    "probability": "probability",
    "target": "target",
    "dcf": "DCF value per share",
    "relative": "value by multiples per share",
    "delta_share": "change of the target as a share of it",
    "expected": "change of the target times its probability",
    "contribution": "target times its weight",
    "low": "low end",
    "high": "high end",
    "target_low": "target at the low end",
    "target_high": "target at the high end",
    "swing": "distance between both targets",
    "border": "return at the border",
    "target_needed": "target at the border",
    "price_needed": "price at the border",
}


#: Valued over the tree, so the same in every scenario.
_OVER_THE_TREE = ("tree", "state", "risk", "case")


class Studies:
    """The studies of one run, each done once when first asked for."""

    def __init__(self, dataset: Any, assumptions: Callable[[], Assumptions], language: str) -> None:
        self._dataset = dataset
        self._assumptions = assumptions
        self._language = language
        self._frames: dict[str, pd.DataFrame] = {}

    def share(self, other: Studies) -> None:
        """Take the tree and what is valued over it from the studies of a run that sets the same."""
        self.tree = other.tree
        self._frames |= {study: other.frame(study) for study in _OVER_THE_TREE}

    @cached_property
    def tree(self) -> TreeValue:
        """The tree of the house view under what this run sets. KeyError where there is none."""
        if not self._dataset.studies.get("tree"):
            raise KeyError("no tree: data/studies/tree.yaml is not there")
        return value_tree(self._dataset, self._assumptions().overrides)

    @cached_property
    def simulation(self) -> Simulation:
        p, draws = self._assumptions(), self._dataset.studies["draws"]
        if not self._dataset.studies.get("tree"):
            return simulate(p, draws)
        return simulate(p, draws, tree=tree_inputs(self._dataset, p.overrides))

    @property
    def graded_target(self) -> float:
        """The target that the grade is of: the expected one where there is a tree."""
        if self._dataset.studies.get("tree"):
            return self.tree.expected("target_price")
        return float(run(self._assumptions()).scalars["target_price"])

    def frame(self, study: str) -> pd.DataFrame:
        """The table of a study, indexed by its step, parameter, risk, scenario or grade."""
        if study not in self._frames:
            make: dict[str, Callable[[], pd.DataFrame]] = {
                "bridge": lambda: bridge(self._dataset, language=self._language),
                "reverse": lambda: reverse_dcf(self._assumptions()),
                "breakeven": lambda: breakevens(self._assumptions()),
                "tree": lambda: branch_values(self._dataset, self.tree, self._language),
                "state": lambda: state_values(self._dataset, self.tree, self._language),
                "risk": lambda: self._cases("risks"),
                "case": lambda: self._cases("cases"),
                "tornado": lambda: tornado(self._assumptions(), self._dataset.studies["draws"]),
                "effect": lambda: scenario_effects(self._dataset),
                "border": lambda: rating_borders(self._assumptions(), self.graded_target),
            }
            if study not in make:
                raise KeyError(f"no table for the study {study!r}; one of {', '.join(make)}")
            frame = make[study]()
            self._frames[study] = frame.set_index(frame.columns[0])
        return self._frames[study]

    def _cases(self, study: str) -> pd.DataFrame:
        return value_cases(self._dataset, self._assumptions(), study, self._language)

    def value(self, study: str, rest: str) -> float | str | Across:
        """The number behind `<study>.<rest>`. KeyError names the nearest that exist."""
        if study == "simulation":
            return self._simulated(rest)
        if study == "tree":
            return self._of_tree(rest)
        if study == "branch":
            scenario = rest.removesuffix(".probability")
            branch = self._dataset.company["scenarios"].get(scenario, {}).get("branch")
            if not branch or scenario == rest:
                raise KeyError(f"branch.{rest}: <scenario>.probability of a branch is allowed")
            return probability_of(self.tree, branch)
        frame = self.frame(study)
        if study in ("risk", "effect") and rest in frame.columns:
            known = frame[frame[rest].notna()]
            return Across(known[rest].astype(float), known["name"])
        row, column = rest, "implied"
        if study not in ("reverse", "breakeven"):
            row, _, column = rest.rpartition(".")
        if study == "tornado" and row.isdigit() and 1 <= int(row) <= len(frame):
            row = frame.index[int(row) - 1]
        if row not in frame.index or column not in frame.columns:
            known = [f"{r}.{c}" if column != "implied" else r for r in frame.index for c in frame]
            raise KeyError(f"{study}.{rest}: nearest {', '.join(nearest(rest, known))}")
        found = frame.at[row, column]
        return found if isinstance(found, str) else float(found)

    def _of_tree(self, name: str) -> Any:
        """A number of the tree: an expected value, its return or grade, or a quantile."""
        tree = self.tree
        stem, _, last = name.rpartition("_p")
        if stem in VALUES and last.isdigit():
            return tree.quantile(int(last) / 100, VALUES[stem])
        own: dict[str, Callable[[], Any]] = {
            **{short: partial(tree.expected, scalar) for short, scalar in VALUES.items()},
            "upside": lambda: tree.upside,
            "relative_return": lambda: tree.relative_return,
            "rating": lambda: self._grade(tree.rating),
            "above_price": lambda: tree.above(float(tree.assumptions("price"))),
            "branches": lambda: float(len(tree.branches)),
        }
        if name in own:
            return own[name]()
        if name.startswith("param."):
            return tree.assumptions.value(name.removeprefix("param."))
        lines, scalars = tree.branches[0].lines, tree.branches[0].scalars
        line, _, year = name.rpartition(".")
        if name in scalars or (year.isdigit() and int(year) in lines.get(line, ())):
            return tree.expected(line, int(year)) if line in lines else tree.expected(name)
        raise KeyError(f"tree.{name}: nearest {', '.join(nearest(name, [*own, *scalars, *lines]))}")

    def _grade(self, identity: str) -> str:
        grades = self._dataset.company["rating_scale"]["grades"]
        return next(g["name"][self._language] for g in grades if g["id"] == identity)

    def _simulated(self, name: str) -> float:
        drawn = self.simulation
        if name.startswith("p") and name[1:].isdigit():
            return drawn.quantile(int(name[1:]) / 100)
        values = {
            "mean": drawn.mean,
            "standard_error": drawn.standard_error,
            "above_price": drawn.probability_above_price,
            "draws": float(len(drawn.target)),
            "seed": float(drawn.seed),
        }
        if name not in values:
            raise KeyError(f"simulation.{name}: one of {', '.join(values)}, p05, p50, p95")
        return values[name]

    def _label(self, study: str, rest: str) -> str:
        """What a number of a study is, in words."""
        if study == "simulation":
            quantile = f"{rest[1:].lstrip('0')}th percentile of the target"
            return f"Simulation, {_SIMULATED.get(rest, quantile)}"
        row, _, column = rest.rpartition(".")
        if study in ("reverse", "breakeven"):
            row, column = rest, ""
        column = _COLUMNS.get(column) or self._row_name(study, column)
        return ", ".join(filter(None, (_TITLES[study], self._row_name(study, row), column)))

    def _row_name(self, study: str, row: str) -> str:
        """The name of a row of a study: of its parameter, step, risk, scenario or grade."""
        company = self._dataset.company
        grades = {grade["id"]: grade["name"] for grade in company["rating_scale"]["grades"]}
        names = {**company["scenarios"], **grades}
        if row in names:
            return str(names[row][self._language])
        if row in QUANTITIES:
            return QUANTITIES[row].label
        frame = self.frame(study)
        if study == "tornado" and row.isdigit():
            row = str(frame.index[int(row) - 1])
        column = "name" if "name" in frame.columns else "label"
        if column in frame.columns and row in frame.index:
            return str(frame.at[row, column])
        return row.replace("_", " ")

    def receipt(self, study: str, rest: str) -> dict[str, Any]:
        """The receipt of a number of a study: its formula in words and its inputs."""
        receipt: dict[str, Any] = {
            "kind": "study",
            "label": self._label(study, rest),
            "value": self.value(study, rest),
            "formula": _METHODS[study],
            "inputs": ["model.target_price"],
        }
        row = rest.rpartition(".")[0]
        if study == "bridge":
            ends = bridge_ends(self._dataset)
            receipt["inputs"] = [f"{end}.target_price" for end in ends]
            step = next((s for s in self._dataset.studies["bridge"] if s.id == row), None)
            if step is not None:
                receipt["reason"] = step.reason
                receipt["inputs"] += [
                    f"{run}.param.{name}" for name in step.parameters for run in ends
                ]
        elif study in ("tree", "state", "risk", "case", "branch", "simulation"):
            start = getattr(self._dataset.studies.get("tree"), "start", "model")
            receipt["inputs"] = [f"{start}.target_price"]
            if study in ("state", "risk", "case") and row in self.frame(study).index:
                receipt["reason"] = str(self.frame(study).at[row, "reason"])
        elif study in ("reverse", "breakeven"):
            value = "dcf_per_share" if study == "reverse" else "target_price"
            receipt["inputs"] = ["model.price", f"model.{value}", f"param.{rest}"]
        elif study == "effect" and row:
            receipt["unit"] = unit_in(
                QUANTITIES["target_price"].unit, self._dataset.company["currencies"]
            )
            scenario = rest.rpartition(".")[2]
            receipt["inputs"] = [
                "base.target_price",
                f"base.param.{row}",
                f"{scenario}.param.{row}",
            ]
        elif study == "border":
            receipt["inputs"] = ["tree.target", "model.price", "param.index_return"]
            if not self._dataset.studies.get("tree"):
                receipt["inputs"][0] = "model.target_price"
        if rest in ("draws", "seed") or rest.endswith(".probability"):
            receipt["inputs"] = []  # from data/studies, the same for every run
        return receipt
