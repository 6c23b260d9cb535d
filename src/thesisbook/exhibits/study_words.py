"""What receipts of studies say: how a study is made, its title, and the words of its columns."""

from __future__ import annotations

from collections.abc import Container

from thesisbook.model import TreeValue
from thesisbook.model.cases import VALUES

METHODS = {
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
SAME = "The same in every branch"
# Numbers of the tree that are no expected value: how each is made, and from what.
OF_TREE = {
    "upside": ("Expected target over the price, less one", ("tree.target", "tree.price")),
    "relative_return": (
        "Return to the target less that assumed of the index",
        ("tree.upside", "tree.param.index_return"),
    ),
    "rating": ("The grade of this return against the index", ("tree.relative_return",)),
    "above_price": (
        "Sum of the odds of the branches whose target is above the price",
        ("tree.target", "tree.price"),
    ),
    "branches": ("Product of the numbers of states of the drivers", ()),
}
TITLES = {
    "bridge": "Bridge to the audit",
    "reverse": "Needed for a DCF value at the price",
    "breakeven": "Needed for a target at the price",
    "risk": "Risk",
    "case": "Change of the view",
    "state": "State of the tree",
    "tree": "Expected value over the tree",
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
}


def made(tree: TreeValue, branches: Container[str], start: str, name: str) -> tuple[str, list[str]]:
    """How the number `name` of the tree is made, in words, and the references it is made from.

    `branches` are the names of its branches, `start` is the run that all of them change.
    """
    if name in OF_TREE:
        formula, inputs = OF_TREE[name]
        return formula, list(inputs)
    stem, _, last = name.rpartition("_p")
    if name.startswith("param."):
        return SAME, [f"{start}.{name}"]
    if stem in VALUES and last.isdigit():
        return "A quantile of the branches, each with its odds", [f"tree.{stem}"]
    if name.rpartition(".")[0] in branches:
        return "The model with the states of this branch", [f"{start}.target_price"]
    scalar = VALUES.get(name, name)
    values = {branch.scalars.get(scalar) for branch in tree.branches}
    same = len(values) == 1 and scalar in tree.branches[0].scalars
    return SAME if same else METHODS["tree"], [f"{start}.{scalar}"]
