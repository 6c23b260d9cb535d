"""Money from shareholders and money held beside cash: listing, placings, financial assets."""

from __future__ import annotations

from thesisbook.model.assumptions import Assumptions
from thesisbook.model.equations import equation
from thesisbook.model.lines import Lines
from thesisbook.model.parameters import Number


def share_issue(p: Assumptions, out: Lines, year: int) -> None:
    """`share_issue_proceeds`: new shares, all in the first forecast year.

    Adds `listing_proceeds` (at the rate of the valuation date, or as the company received them)
    and `placing_proceeds`, of those that are counted. Millions of the reporting currency.
    """
    first = year == p.years[0]
    out["listing_proceeds"][year] = listing(p) if first else 0.0
    out["placing_proceeds"][year] = placed(p) if first else 0.0
    out["share_issue_proceeds"][year] = (
        out["listing_proceeds"][year] + out["placing_proceeds"][year]
    )


@equation
def listing(p: Assumptions) -> Number:
    """Net proceeds of the listing in the reporting currency, if counted."""
    if not p("include_ipo_proceeds"):
        return 0.0
    if p.given("ipo_conversion", "at_rate") == "as_received":
        return p("ipo_proceeds_received")
    return p("ipo_proceeds") / p("fx")


def placed(p: Assumptions) -> Number:
    """Net proceeds of the placings that are counted, in the reporting currency."""
    total: Number = 0.0
    for k in p.placings:
        total = total + counted(p, k, f"placing_proceeds.{k}") / p("fx")
    return total


@equation
def counted(p: Assumptions, placing: str, name: str) -> Number:
    """A figure of a placing, or 0 if the placing is not counted."""
    return p(name) if p(f"include_placing.{placing}") else 0.0


@equation
def financial_assets(p: Assumptions) -> Number:
    """Financial assets in millions of the reporting currency; 0 if they do not count as cash."""
    return p("financial_assets") if p("include_financial_assets") else 0.0
