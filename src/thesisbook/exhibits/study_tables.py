"""Studies of a run (bridge, simulation, risks, ...) as references and frames.

| form | stands for |
|---|---|
| `bridge.<step>.<delta, alone, interaction, target_after>` | the bridge to the audit, per share |
| `tree.<target, today, dcf, relative>` | expected value over the tree, per share |
| `tree.<upside, relative_return, rating, above_price, branches>` | its return and grade |
| `tree.<target, today>_p<share>`, `tree.<line>.<year>` | a quantile; an expected line |
| `tree.param.<name>` | a parameter without years, as every branch has it |
| `tree.<branch>.<column>` | one branch: `tree.late.flows.war.target` |
| `state.<driver>.<state>.<column>` | a state: its odds and what the house would be worth in it |
| `branch.<scenario>.probability` | the odds of a scenario that is a branch |
| `simulation.<mean, standard_error, above_price, draws, p05, p50, ...>` | draws around the run |
| `reverse.<parameter>` | where the DCF value is the price; `breakeven.` where the target is |
| `reverse.<scenario>.<parameter>` | the same of a scenario as it stands; so with `breakeven.` |
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
from thesisbook.exhibits import study_words
from thesisbook.exhibits.sentences import Across
from thesisbook.exhibits.study_words import COLUMNS, METHODS, TITLES
from thesisbook.model import (
    Assumptions,
    Cases,
    Simulation,
    TreeValue,
    branch_values,
    breakevens,
    bridge,
    probability_of,
    rating_borders,
    resolve,
    reverse_dcf,
    run,
    scenario_effects,
    simulate,
    state_values,
    tornado,
    tree_inputs,
    value_tree,
)
from thesisbook.model.bridge import bridge_ends
from thesisbook.model.cases import VALUES
from thesisbook.model.quantities import QUANTITIES, unit_in

SPACES = tuple(METHODS)

#: Valued over the tree, or made of scenarios as they stand: the same whichever is shown.
_OF_ALL = ("tree", "state", "risk", "case", "bridge", "effect")

_CASES = {"risk": "risks", "case": "cases"}
"""Spaces of cases, and the study of each."""

_IMPLIED = {"reverse": reverse_dcf, "breakeven": breakevens}
"""Studies of one run that a scenario may be named in."""


class Studies:
    """The studies of one run, each done once when first asked for."""

    def __init__(self, dataset: Any, assumptions: Callable[[], Assumptions], language: str) -> None:
        self._dataset = dataset
        self._assumptions = assumptions
        self._language = language
        self._frames: dict[str, pd.DataFrame] = {}
        self._of_all: dict[str, pd.DataFrame] = {}
        self._draws: list[Simulation] = []

    def share(self, other: Studies) -> None:
        """Keep what is the same in every scenario together with a run that sets the same."""
        self.tree, self._cases = other.tree, other._cases
        self._of_all, self._draws = other._of_all, other._draws

    @property
    def _has_tree(self) -> bool:
        return bool(self._dataset.studies.get("tree"))

    @cached_property
    def tree(self) -> TreeValue:
        """The tree of the house view under what this run sets. KeyError where there is none."""
        if not self._has_tree:
            raise KeyError("no tree: data/studies/tree.yaml is not there")
        return value_tree(self._dataset, self._assumptions().overrides)

    @cached_property
    def _cases(self) -> dict[str, Cases]:
        return {
            space: Cases(self._dataset, self._assumptions(), study, self._language)
            for space, study in _CASES.items()
        }

    @property
    def simulation(self) -> Simulation:
        """Draws around the tree, the same whichever scenario is shown; without one, the run's."""
        if not self._draws:
            set_in_all = self._assumptions().overrides
            tree = tree_inputs(self._dataset, set_in_all) if self._has_tree else None
            draws = self._dataset.studies["draws"]
            self._draws.append(simulate(self._graded(), draws, tree=tree))
        return self._draws[0]

    def _graded(self) -> Assumptions:
        """The assumptions whose price and index the grade is about: the tree's where there is one,
        as a scenario of another day has a price and an index return of its own."""
        return self.tree.assumptions if self._has_tree else self._assumptions()

    @property
    def graded_target(self) -> float:
        """The target that the grade is of: the expected one where there is a tree."""
        if self._has_tree:
            return self.tree.expected("target_price")
        return float(run(self._assumptions()).scalars["target_price"])

    def frame(self, study: str) -> pd.DataFrame:
        """The table of a study, indexed by its step, parameter, risk, scenario or grade."""
        frames = self._of_all if study in _OF_ALL else self._frames
        if study not in frames:
            make: dict[str, Callable[[], pd.DataFrame]] = {
                "bridge": lambda: bridge(self._dataset, language=self._language),
                "reverse": lambda: reverse_dcf(self._assumptions()),
                "breakeven": lambda: breakevens(self._assumptions()),
                "tree": lambda: branch_values(self._dataset, self.tree, self._language),
                "state": lambda: state_values(self._dataset, self.tree, self._language),
                **{space: cases.frame for space, cases in self._cases.items()},
                "tornado": lambda: tornado(self._assumptions(), self._dataset.studies["draws"]),
                "effect": lambda: scenario_effects(self._dataset),
                "border": lambda: rating_borders(self._graded(), self.graded_target),
            }
            if study not in make:
                raise KeyError(f"no table for the study {study!r}; one of {', '.join(make)}")
            frame = make[study]()
            frames[study] = frame.set_index(frame.columns[0])
        return frames[study]

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
        name, _, column = rest.rpartition(".")
        if self._is_case(study, name) and column in (known := self._cases[study].row(name)):
            given = known[column]
            return given if isinstance(given, str) else float("nan" if given is None else given)
        frame, rest = self._table(study, rest)
        if study in ("risk", "effect") and rest in frame.columns:
            valued = frame[frame[rest].notna()]
            return Across(valued[rest].astype(float), valued["name"])
        row, column = (rest, "implied") if study in _IMPLIED else (name, column)
        if study == "tornado" and row.isdigit() and 1 <= int(row) <= len(frame):
            row = frame.index[int(row) - 1]
        if row not in frame.index or column not in frame.columns:
            names = [f"{r}.{c}" if column != "implied" else r for r in frame.index for c in frame]
            raise KeyError(f"{study}.{rest}: nearest {', '.join(nearest(rest, names))}")
        found = frame.at[row, column]
        return found if isinstance(found, str) else float(found)

    def _is_case(self, study: str, name: str) -> bool:
        return study in _CASES and name in self._cases[study].known

    def _table(self, study: str, rest: str) -> tuple[pd.DataFrame, str]:
        """The table of a study, and what is asked of it. `<scenario>.<parameter>` of what is
        implied asks another scenario than the run shown, as it stands."""
        scenario, _, parameter = rest.rpartition(".")
        if study not in _IMPLIED or scenario not in self._dataset.company["scenarios"]:
            return self.frame(study), rest
        if f"{study}.{scenario}" not in self._frames:
            frame = _IMPLIED[study](resolve(self._dataset, scenario))
            self._frames[f"{study}.{scenario}"] = frame.set_index(frame.columns[0])
        return self._frames[f"{study}.{scenario}"], parameter

    def _of_tree(self, name: str) -> Any:
        """A number of the tree: an expected value, its return or grade, a quantile, a branch's."""
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
        if line and line in self.frame("tree").index and year in self.frame("tree").columns:
            return self.frame("tree").at[line, year]
        if name in scalars or (year.isdigit() and int(year) in lines.get(line, ())):
            return tree.expected(line, int(year)) if line in lines else tree.expected(name)
        raise KeyError(f"tree.{name}: nearest {', '.join(nearest(name, [*own, *scalars, *lines]))}")

    @property
    def _trunk(self) -> str:
        """The run that the branches change: the start of the tree, under what this run sets.

        Without a tree, the run itself."""
        if not self._has_tree:
            return "model"
        p, start = self._assumptions(), self._dataset.studies["tree"].start
        own = p.scenario == start or self._dataset.company["scenarios"][p.scenario].get("branch")
        return "model" if own and p.overrides else start

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
            return study_words.simulated(rest)
        if study == "tree":
            return study_words.tree(rest, self.tree.assumptions)
        row, _, column = rest.rpartition(".")
        if study in ("reverse", "breakeven"):
            row, column = rest.rpartition(".")[2], rest.rpartition(".")[0]
        column = COLUMNS.get(column) or self._row_name(study, column)
        return ", ".join(filter(None, (TITLES[study], self._row_name(study, row), column)))

    def _row_name(self, study: str, row: str) -> str:
        """The name of a row of a study: of its parameter, step, risk, scenario or grade."""
        company = self._dataset.company
        grades = {grade["id"]: grade["name"] for grade in company["rating_scale"]["grades"]}
        names = {**company["scenarios"], **grades}
        if row in names:
            return str(names[row][self._language])
        if row in QUANTITIES and study != "effect":
            return QUANTITIES[row].label
        if self._is_case(study, row):
            return str(getattr(self._cases[study].known[row].name, self._language))
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
            "value": self.value(study, rest),
            "label": self._label(study, rest),
            "formula": METHODS[study],
            "inputs": ["model.target_price"],
        }
        row = rest.rpartition(".")[0]
        if study == "bridge":
            ends = bridge_ends(self._dataset)
            receipt["inputs"] = [f"{end}.target_price" for end in ends]
            for step in (s for s in self._dataset.studies["bridge"] if s.id == row):
                receipt["reason"] = step.reason
                changed = (f"{run}.param.{name}" for name in step.parameters for run in ends)
                receipt["inputs"] += changed
        elif study == "tree":
            receipt |= study_words.of_tree(rest, self._trunk)
        elif study in ("state", "risk", "case", "branch", "simulation"):
            receipt["inputs"] = study_words.tree_inputs(rest.rpartition(".")[2], self._trunk)
            if self._is_case(study, row):
                receipt["reason"] = self._cases[study].known[row].reason
            elif study == "state" and row in self.frame(study).index:
                receipt["reason"] = str(self.frame(study).at[row, "reason"])
        elif study in ("reverse", "breakeven"):
            value = "dcf_per_share" if study == "reverse" else "target_price"
            scenario, _, parameter = rest.rpartition(".")
            of_run = f"{scenario}.param" if scenario else "param"
            run = scenario or "model"
            receipt["inputs"] = [f"{run}.price", f"{run}.{value}", f"{of_run}.{parameter}"]
        elif study == "effect" and row:
            currencies = self._dataset.company["currencies"]
            receipt["unit"] = unit_in(QUANTITIES["target_price"].unit, currencies)
            ends = ("base", rest.rpartition(".")[2])
            receipt["inputs"] = ["base.target_price", *(f"{end}.param.{row}" for end in ends)]
        elif study == "border":
            receipt["inputs"] = ["tree.target", "tree.price", "tree.param.index_return"]
            if not self._has_tree:
                receipt["inputs"] = ["model.target_price", "model.price", "param.index_return"]
        if rest in ("draws", "seed") or rest.endswith(".probability"):
            receipt["inputs"] = []  # from data/studies, the same for every run
        return receipt
