"""The model: pure functions of a frozen, validated set of assumptions.

`resolve` makes the assumptions of a scenario, `run` a Result. Money in CNY mn or HKD mn, ratios as
decimals, flows signed as printed.
"""

from thesisbook.model.assumptions import Assumptions, resolve
from thesisbook.model.parameters import Parameter, ParameterError
from thesisbook.model.result import Result, run

__all__ = ["Assumptions", "Parameter", "ParameterError", "Result", "resolve", "run"]
