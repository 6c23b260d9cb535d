"""Label, unit and formula words of a quantity, as the sheets show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from thesisbook.model import Assumptions
from thesisbook.model.formula_words import formula_words
from thesisbook.model.graph import graph_of
from thesisbook.model.quantities import QUANTITIES, Quantity, unit_in


def declarations(
    shape: Assumptions, currencies: Mapping[str, str]
) -> Callable[[str], Quantity | None]:
    """A function of a name: the quantity with its unit in the company's currencies and its formula
    in words, every branch of it; None where the name is no quantity."""
    cells = graph_of(shape).cells
    year = shape.years[1]  # the first year opens balances in a way of its own

    def declared(name: str) -> Quantity | None:
        if name not in QUANTITIES:
            return None
        quantity = QUANTITIES[name]
        cell = f"{name}.{year}" if quantity.by_year else name
        words = quantity.formula
        if not words and cell in cells:
            words = formula_words(cell, cells[cell], shape)
        return replace(quantity, unit=unit_in(quantity.unit, currencies), formula=words)

    return declared
