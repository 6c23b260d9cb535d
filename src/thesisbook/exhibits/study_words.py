"""What receipts of studies say: how a study is made, its title, and the words of its columns."""

from __future__ import annotations

from typing import Any

from thesisbook.exhibits.sentences import ordinal
from thesisbook.model.assumptions import Assumptions
from thesisbook.model.cases import VALUES
from thesisbook.model.quantities import QUANTITIES

METHODS = {
    "bridge": "Steps taken in a fixed order; alone = the step by itself from the published target",
    "tree": "Sum over the branches of the tree of probability times value",
    "state": "Mean of the branches with this state, weighted with their probabilities",
    "branch": "Product of the probabilities of its states",
    "simulation": "Seeded draws of a branch by its odds, then of every parameter in "
    "data/studies/draws independently",
    "reverse": "Search in a range: the one parameter at which the DCF value per share is the price",
    "breakeven": "Search in a range: the one parameter at which the target is the price",
    "risk": "The tree valued again with the risk, all else as it stands",
    "case": "The tree valued again with this change, all else as it stands",
    "tornado": "The target with the parameter at each end of its range in data/studies/draws",
    "effect": "Target of base with this one assumption at the scenario's value, less that target",
    "border": "Target at which the return against the index reaches the grade's border",
}
#: What is no mean over the branches, by its name in `tree.<name>`.
OF_TREE = {
    "upside": "Expected target over the price, less 1",
    "relative_return": "Expected target over the price, less 1 and the assumed return of the index",
    "rating": QUANTITIES["rating"].formula,
    "above_price": "Sum of the probabilities of the branches whose target lies above the price",
    "branches": "Number of the combinations of one state of each driver",
}
QUANTILE = "Value of the branch at which the probabilities, from the lowest value up, reach {}%"
SHARED = "An assumption that all branches share"
#: A return of the expected target, or its grade, and what it is made of.
RETURNS = {
    "upside": ("tree.target", "tree.price"),
    "relative_return": ("tree.target", "tree.price", "tree.param.index_return"),
    "rating": ("tree.target", "tree.price", "tree.param.index_return"),
}
TITLES = {
    "bridge": "Bridge to the audit",
    "reverse": "Needed for a DCF value at the price",
    "breakeven": "Needed for a target at the price",
    "risk": "Risk",
    "case": "Change of the view",
    "state": "State of the tree",
    "tree": "Over the tree",
    "branch": "Branch of the tree",
    "tornado": "Sensitivity of the target",
    "effect": "Effect on the target alone",
    "border": "Border of the rating",
}
SIMULATED = {
    "mean": "average target",
    "standard_error": "standard error of the average target",
    "above_price": "share of draws with a target above the price",
    "draws": "number of draws",
    "seed": "seed of the draws",
}
COLUMNS = {
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
    "today": "value today",
    "low": "low end",
    "high": "high end",
    "target_low": "target at the low end",
    "target_high": "target at the high end",
    "swing": "distance between both targets",
    "border": "return at the border",
    "target_needed": "target at the border",
    "price_needed": "price at the border",
    "upside": "target over price, less one",
    "relative_return": "return of the target against the index",
    "rating": "grade",
    "branches": "number of branches",
    "name": "name",
    "group": "group",
    "driver": "driver",
    "settles": "what decides it",
    "until": "day by which it is decided",
    "reason": "reason",
    "how": "how it is moved",
}


def simulated(name: str) -> str:
    """What `simulation.<name>` is, in words."""
    return f"Simulation, {SIMULATED.get(name) or _percentile(name[1:], 'target')}"


def tree(name: str, of: Assumptions) -> str:
    """What `tree.<name>` is, in words; `of` has the labels of the parameters."""
    return f"{TITLES['tree']}, {_of_tree(name, of)}"


def _percentile(share: str, column: str) -> str:
    return f"{ordinal(int(share))} percentile of the {COLUMNS[column]}"


def _of_tree(name: str, of: Assumptions) -> str:
    stem, _, last = name.rpartition("_p")
    if stem in VALUES and last.isdigit():
        return _percentile(last, stem)
    if name == "above_price":
        return "chance that the target is above the price"
    if name in COLUMNS:
        return COLUMNS[name]
    if name.startswith("param."):
        return of.parameter(of.names(name.removeprefix("param."))[0]).label
    line, _, last = name.rpartition(".")
    if line and line not in QUANTITIES:  # a branch, named by its states
        states = line.replace(".", ", ").replace("_", " ")
        return f"branch {states}: {COLUMNS[last]}"
    return f"{QUANTITIES[line].label}, {last}" if line else QUANTITIES[name].label


def of_tree(name: str, run: str) -> dict[str, Any]:
    """How `tree.<name>` is worked out, and of what, in the run that the branches change."""
    stem, _, last = name.rpartition("_p")
    formula = SHARED if name.startswith("param.") else OF_TREE.get(name, METHODS["tree"])
    if stem in VALUES and last.isdigit():
        formula = QUANTILE.format(last)
    return {"formula": formula, "inputs": list(RETURNS.get(name, tree_inputs(name, run)))}


def tree_inputs(name: str, run: str) -> list[str]:
    """What a number over the tree is made of, in the run that its branches change.

    `name` is `<name>` of `tree.<name>`, or the column of a state, risk, case or simulation.
    """
    branch, _, column = name.rpartition(".")
    if (
        branch
        and branch != "param"
        and branch not in QUANTITIES
        and not branch.startswith("param.")
    ):
        return [f"{run}.{VALUES[column]}"] if column in VALUES else []
    stem, _, last = name.rpartition("_p")
    stem = stem if last.isdigit() else name
    made = {
        "upside": ("target_price", "price"),
        "above_price": ("target_price", "price"),
        "relative_return": ("target_price", "price", "param.index_return"),
        "rating": ("target_price", "price", "param.index_return"),
        "branches": (),
    }
    given = VALUES.get(stem, name)
    known = given in QUANTITIES or name.partition(".")[0] in (*QUANTITIES, "param")
    found = made.get(name, (given if known else "target_price",))
    own = run == "model"  # whose parameters are named without it
    return [each if own and each.startswith("param.") else f"{run}.{each}" for each in found]
