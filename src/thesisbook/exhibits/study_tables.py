"""Studies of a run (bridge, simulation, risks, ...) as references and frames.

| form | stands for |
|---|---|
| `bridge.<step>.<delta, alone, interaction, target_after>` | the bridge to base, per share |
| `simulation.<mean, standard_error, above_price, draws, p05, p50, ...>` | draws around the run |
| `reverse.<parameter>` | where the DCF value is the price; `breakeven.` where the target is |
| `risk.<id>.<column>`, `risk.<column>` | a named risk on top of the run; that of every risk |
| `weighted.target`, `weighted.<scenario>.<column>` | scenarios with their weights |
| `tornado.<n>.<label, swing, target_low, target_high>` | the n-th widest bar, from 1 |
| `effect.<parameter>.<scenario>`, `effect.<scenario>` | what an assumption alone does to base |
| `border.<grade>.<target_needed, price_needed, border>` | where the rating would change |
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import pandas as pd

from thesisbook.data.faults import nearest
from thesisbook.exhibits.sentences import Across
from thesisbook.model import (
    Assumptions,
    Simulation,
    breakevens,
    bridge,
    rating_borders,
    reverse_dcf,
    risks,
    scenario_effects,
    simulate,
    tornado,
    weighted_target,
)
from thesisbook.model.quantities import QUANTITIES, unit_in

_METHODS = {
    "bridge": "Steps taken in a fixed order; alone = the step by itself from the published target",
    "simulation": "Seeded independent triangular draws of every parameter in data/studies/draws",
    "reverse": "Bisection: the one parameter at which the DCF value per share is the price",
    "breakeven": "Bisection: the one parameter at which the target is the price",
    "risk": "The model run again with the risk's parameters, all else as it stands",
    "weighted": "Targets of the scenarios times their probabilities in data/studies/weights",
    "tornado": "The target with the parameter at each end of its range in data/studies/draws",
    "effect": "Target of base with this one assumption at the scenario's value, less that target",
    "border": "Target at which the return against the index reaches the grade's border",
}
SPACES = tuple(_METHODS)
_TITLES = {
    "bridge": "Bridge to base",
    "reverse": "Needed for a DCF value at the price",
    "breakeven": "Needed for a target at the price",
    "risk": "Risk",
    "weighted": "Scenarios with their weights",
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


class Studies:
    """The studies of one run, each done once when first asked for."""

    def __init__(self, dataset: Any, assumptions: Callable[[], Assumptions], language: str) -> None:
        self._dataset = dataset
        self._assumptions = assumptions
        self._language = language
        self._frames: dict[str, pd.DataFrame] = {}

    @cached_property
    def simulation(self) -> Simulation:
        return simulate(self._assumptions(), self._dataset.studies["draws"])

    def frame(self, study: str) -> pd.DataFrame:
        """The table of a study, indexed by its step, parameter, risk, scenario or grade."""
        if study not in self._frames:
            make: dict[str, Callable[[], pd.DataFrame]] = {
                "bridge": lambda: bridge(self._dataset, language=self._language),
                "reverse": lambda: reverse_dcf(self._assumptions()),
                "breakeven": lambda: breakevens(self._assumptions()),
                "risk": lambda: risks(self._dataset, self._assumptions(), self._language),
                "weighted": lambda: weighted_target(self._dataset),
                "tornado": lambda: tornado(self._assumptions(), self._dataset.studies["draws"]),
                "effect": lambda: scenario_effects(self._dataset),
                "border": lambda: rating_borders(self._assumptions()),
            }
            if study not in make:
                raise KeyError(f"no table for the study {study!r}; one of {', '.join(make)}")
            frame = make[study]()
            self._frames[study] = frame.set_index(frame.columns[0])
        return self._frames[study]

    def value(self, study: str, rest: str) -> float | str | Across:
        """The number behind `<study>.<rest>`. KeyError names the nearest that exist."""
        if study == "simulation":
            return self._simulated(rest)
        frame = self.frame(study)
        if study in ("risk", "effect") and rest in frame.columns:
            known = frame[frame[rest].notna()]
            return Across(known[rest].astype(float), known["name"])
        if (study, rest) == ("weighted", "target"):
            return float(frame["contribution"].sum())
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
            receipt["inputs"] = ["published.target_price", "base.target_price"]
            step = next((s for s in self._dataset.studies["bridge"] if s.id == row), None)
            if step is not None:
                receipt["reason"] = step.reason
                receipt["inputs"] += [
                    f"{run}.param.{name}"
                    for name in step.parameters
                    for run in ("published", "base")
                ]
        elif study == "weighted":
            receipt["inputs"] = [
                f"{w.scenario}.target_price" for w in self._dataset.studies["weights"]
            ]
        elif study == "risk" and row:
            receipt["reason"] = str(self.frame("risk").at[row, "reason"])
        elif study in ("reverse", "breakeven"):
            value = "dcf_per_share" if study == "reverse" else "target_price"
            receipt["inputs"] = ["model.price", f"model.{value}", f"param.{rest}"]
        elif (study, rest) == ("simulation", "above_price"):
            receipt["inputs"] = ["model.target_price", "model.price"]
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
            receipt["inputs"] = ["model.target_price", "model.price", "param.index_return"]
        if rest in ("draws", "seed") or rest.endswith(".probability"):
            receipt["inputs"] = []  # from data/studies, the same for every run
        return receipt
