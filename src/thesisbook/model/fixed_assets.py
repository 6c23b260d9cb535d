"""Fixed assets of a year: additions, depreciation and the balances they close at.

Millions of the reporting currency, additions below zero as the outflows they are.
"""

from __future__ import annotations

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.equations import equation
from thesisbook.model.lines import Lines
from thesisbook.model.published_lines import add, deviation, published


@equation
def fixed_assets(p: Assumptions, out: Lines, year: int) -> None:
    """Capital expenditure, lease additions, depreciation and the closing balances.

    Fixed assets (property, intangibles, right-of-use) close at opening + additions - depreciation;
    what is not right-of-use is owned.
    """
    revenue = out["revenue"][year]
    out["capital_expenditure"][year] = -p("capex_ratio", year) * revenue
    out["lease_additions"][year] = -p("lease_additions_ratio", year) * revenue
    out["disposal_proceeds"][year] = 0.0
    out["right_of_use_assets"][year] = p("right_of_use_ratio", year) * revenue
    opening = out["fixed_assets"][year - 1]
    for line in ("capital_expenditure", "lease_additions", "right_of_use_assets"):
        deviation(p, out, line, year)
    if published(p, year):
        charge = p("published_depreciation_amortisation", year)
        deviated = (
            out["fixed_assets_deviation"].get(year - 1, 0.0)
            - out["capital_expenditure_deviation"][year]
            - out["lease_additions_deviation"][year]
        )
    else:
        charge = p("depreciation_rate", year) * opening
        deviated = 0.0
    out["depreciation_amortisation"][year] = charge
    out["fixed_assets_deviation"][year] = deviated
    out["owned_fixed_assets"][year] = (
        opening
        - out["capital_expenditure"][year]
        - out["lease_additions"][year]
        - out["depreciation_amortisation"][year]
        - out["right_of_use_assets"][year]
    )
    balances(p, out, year)


@equation
def balances(p: Assumptions, out: Lines, year: int) -> None:
    """`intangibles`, `ppe`, `other_non_current_assets` and `fixed_assets` at the year's end."""
    if published(p, year):
        other = p("published_other_non_current_assets", year)
        deviated = out["fixed_assets_deviation"][year] - out["right_of_use_assets_deviation"][year]
        out["intangibles"][year] = p("published_intangibles", year)
        out["ppe"][year] = p("published_ppe", year) + deviated
    else:
        owned = out["owned_fixed_assets"][year]
        other = p("other_non_current_assets_ratio", year) * out["revenue"][year]
        out["intangibles"][year] = p("intangible_share") * owned
        out["ppe"][year] = owned - out["intangibles"][year]
    out["other_non_current_assets"][year] = other
    add(out, "fixed_assets", ("ppe", "intangibles", "right_of_use_assets"), year)
