"""The value as a closed formula of the rate, growth, discount and weight, in cells and in Python.

Everything else of the run stands still, so that a grid or a bisection needs no second model.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from thesisbook.model import Assumptions, run
from thesisbook.outputs.workbook.values import Values

ROLLED = "/{shares_mn}*(1+{cost_of_equity})^{param.roll_forward_years}"


def dcf_equity(shape: Assumptions, rate: str, growth: str) -> str:
    """DCF equity value at a rate and a growth given as cells."""
    span = f"{shape.years[0]}:{shape.years[-1]}"
    flows = f"SUMPRODUCT({{x.flow.chosen@{span}}}/(1+{rate})^{{x.years.chosen@{span}}})"
    terminal = (
        '(IF({param.terminal_method}="exit_multiple",{terminal_value},'
        f"({{x.constant}}+{{x.slope}}*{growth})/({rate}-{growth})))"
    )
    return (
        f"({{fcf_before_valuation_date}}+{flows}+{terminal}/(1+{rate})^{{x.terminal_years}}"
        "+{net_cash})*{param.fx}"
    )


def target(dcf: str, relative: str, weight: str = "{param.dcf_weight}") -> str:
    """Target per share of two equity values and a weight."""
    return f"({weight}*({dcf})+(1-{weight})*({relative})){ROLLED}"


@dataclass(frozen=True)
class Closed:
    """The same in Python, for the cached results."""

    values: Values

    @cached_property
    def _parts(self) -> tuple[list[float], list[float], float]:
        result = self.values.result
        flows, powers = (
            [*result.lines[name].values()] for name in ("discounted_flow", "discount_periods")
        )
        return flows, powers, result.scalars["terminal_periods"]

    def _terminal_flow(self, growth: float) -> float:
        p = self.values.assumptions.replace({"terminal_growth": growth})
        return float(run(p).scalars["terminal_flow"])

    @cached_property
    def _line(self) -> tuple[float, float]:
        """Terminal flow = constant + slope x growth."""
        at_zero = self._terminal_flow(0.0)
        return at_zero, (self._terminal_flow(0.02) - at_zero) / 0.02

    def dcf_equity(self, rate: float, growth: float) -> float:
        flows, powers, terminal_power = self._parts
        scalar = self.values.scalar
        total = scalar("fcf_before_valuation_date")
        total += sum(f / (1 + rate) ** n for f, n in zip(flows, powers, strict=True))
        if self.values.param("terminal_method") == "exit_multiple":
            terminal = scalar("terminal_value")
        else:
            terminal = (self._line[0] + self._line[1] * growth) / (rate - growth)
        total += terminal / (1 + rate) ** terminal_power
        return (total + scalar("net_cash")) * self.values.param("fx")

    def dcf_per_share(self, rate: float, growth: float) -> float:
        return self.dcf_equity(rate, growth) / self.values.scalar("shares_mn")

    def relative(self, multiple: float, discount: float, revenue: float) -> float:
        return multiple * (1 - discount) * revenue * self.values.param("fx")

    def target(
        self, dcf: float | None = None, relative: float | None = None, weight: float | None = None
    ) -> float:
        """Target of two equity values and a weight; what is not given is as it stands."""
        scalar, param = self.values.scalar, self.values.param
        dcf = scalar("dcf_equity") if dcf is None else dcf
        relative = scalar("relative_equity") if relative is None else relative
        weight = param("dcf_weight") if weight is None else weight
        rolled = (1 + scalar("cost_of_equity")) ** param("roll_forward_years")
        return (weight * dcf + (1 - weight) * relative) / scalar("shares_mn") * rolled
