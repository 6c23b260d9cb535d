"""The model: pure functions of a frozen, validated set of assumptions.

`resolve` gives the assumptions of a scenario, `run` a Result. Money is in millions of the
reporting or the trading currency, ratios are decimals, flows are positive when received.
"""

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.bridge import bridge
from thesisbook.model.cases import Cases, branch_values, probability_of, state_values
from thesisbook.model.editions import edition_bridge
from thesisbook.model.montecarlo import Simulation, simulate
from thesisbook.model.parameters import Parameter, ParameterError
from thesisbook.model.resolving import resolve
from thesisbook.model.result import Result, run
from thesisbook.model.reverse import breakevens, rating_borders, reverse_dcf
from thesisbook.model.scenario_effects import scenario_effects
from thesisbook.model.scenario_tree import TreeValue, tree_inputs, value_tree
from thesisbook.model.sensitivity import Axis, grid, tornado, tornado_allowed

__all__ = [
    "Assumptions",
    "Axis",
    "Cases",
    "Parameter",
    "ParameterError",
    "Result",
    "Simulation",
    "TreeValue",
    "branch_values",
    "breakevens",
    "bridge",
    "edition_bridge",
    "grid",
    "probability_of",
    "rating_borders",
    "resolve",
    "reverse_dcf",
    "run",
    "scenario_effects",
    "simulate",
    "state_values",
    "tornado",
    "tornado_allowed",
    "tree_inputs",
    "value_tree",
]
