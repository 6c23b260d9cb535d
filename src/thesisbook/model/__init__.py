"""The model: pure functions of a frozen, validated set of assumptions.

`resolve` gives the assumptions of a scenario, `run` a Result. Money is in millions of the
reporting or the trading currency, ratios are decimals, flows are positive when received.
"""

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.bridge import bridge
from thesisbook.model.editions import edition_bridge
from thesisbook.model.montecarlo import Simulation, simulate
from thesisbook.model.parameters import Parameter, ParameterError
from thesisbook.model.resolving import resolve
from thesisbook.model.result import Result, run
from thesisbook.model.reverse import breakevens, rating_borders, reverse_dcf
from thesisbook.model.risks import risks, weighted_target
from thesisbook.model.scenario_effects import scenario_effects
from thesisbook.model.sensitivity import Axis, grid, tornado, tornado_allowed

__all__ = [
    "Assumptions",
    "Axis",
    "Parameter",
    "ParameterError",
    "Result",
    "Simulation",
    "breakevens",
    "bridge",
    "edition_bridge",
    "grid",
    "rating_borders",
    "resolve",
    "reverse_dcf",
    "risks",
    "run",
    "scenario_effects",
    "simulate",
    "tornado",
    "tornado_allowed",
    "weighted_target",
]
