"""Every public quantity of the model: label, unit, formula and what it is made of.

Receipts, the workbook and the tables read this; `Result.quantity` answers for every name.
"""

from __future__ import annotations

from dataclasses import dataclass

from thesisbook.model import quantity_tables as tables
from thesisbook.model.assumptions import Assumptions
from thesisbook.model.lines import DCF

PRODUCT = "revenue_"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A declared quantity.

    `formula` is text for a reader. `inputs` are names of quantities (of the same year, where they
    run by year) and `param.<name>` of parameters. `links` are inputs of other years or of every
    product or peer, in the short forms that `inputs_of` spells out.
    """

    name: str
    label: str
    unit: str
    formula: str
    inputs: tuple[str, ...]
    by_year: bool
    links: tuple[str, ...] = ()


class Catalogue(dict[str, Quantity]):
    """Quantities by name. `revenue_<product>` exists for whatever products the data name."""

    def __missing__(self, name: str) -> Quantity:
        product = name.removeprefix(PRODUCT)
        if product == name or not product:
            raise KeyError(name)
        return Quantity(
            name=name,
            label=f"Revenue, {product.upper()}",
            unit="CNY_mn",
            formula="((1 - delay) x units + delay x units of the year before) x average price"
            " x volume factor x price factor / 1,000,000",
            inputs=(
                f"param.units.{product}",
                f"param.average_price.{product}",
                f"param.launch_delay.{product}",
                "param.volume_factor",
                "param.price_factor",
            ),
            by_year=True,
        )

    def __contains__(self, name: object) -> bool:
        named_product = isinstance(name, str) and name.startswith(PRODUCT) and name != PRODUCT
        return super().__contains__(name) or named_product


LINKS = ("previous", "actual", "first", "last", "every", "chosen", "reported", "products", "peers")


def _rows(text: str, by_year: bool) -> list[Quantity]:
    """Quantities from lines `name | label | unit | formula | inputs`."""
    quantities = []
    for line in text.strip().splitlines():
        name, label, unit, formula, given = (cell.strip() for cell in line.split("|"))
        words = given.split()
        linked = tuple(word for word in words if word.split(".")[0] in LINKS)
        inputs = tuple(word for word in words if word not in linked)
        quantities.append(Quantity(name, label, unit, formula, inputs, by_year, linked))
    return quantities


QUANTITIES: Catalogue = Catalogue(
    {
        quantity.name: quantity
        for text, by_year in (
            (tables.OPERATIONS, True),
            (tables.BALANCES, True),
            (tables.CASH, True),
            (tables.FLOWS, True),
            (tables.VALUES, False),
            (tables.IMPLIED, True),
        )
        for quantity in _rows(text, by_year)
    }
)


def inputs_of(name: str, year: int | None, assumptions: Assumptions) -> tuple[str, ...]:
    """Everything a quantity is made of in a year, as full references.

    Quantities and parameters carry their year (`revenue.2027`, `param.gross_margin.2027`), balances
    of the last reported year and reported years themselves are fact ids
    (`<entity>.cash.2025`). A parameter without a value in that year is left out.
    """
    p, quantity = assumptions, QUANTITIES[name]
    if year is not None and year <= p.last_actual:
        return (f"{p.entity}.{name}.{year}",) if name in p.history else ()
    if year is not None and name in DCF and year >= p("published_dcf_from"):
        printed = f"param.published_{name}.{year}"
        return ("param.published_dcf_from", *([printed] if printed[6:] in p.values else []))
    found: list[str] = []
    for given in quantity.inputs:
        if given.startswith("param."):
            parameter = given.removeprefix("param.")
            if p.parameter(parameter).years:
                parameter = f"{parameter}.{year}"
            if parameter in p.values and not _unused(parameter, p):
                found.append(f"param.{parameter}")
        elif _shown(given, year, p):
            found.append(_dated(given, year) if QUANTITIES[given].by_year else given)
    for link in quantity.links:
        kind, _, linked = link.partition(".")
        found.extend(_linked(kind, linked, year, p))
    return tuple(dict.fromkeys(found))


def _shown(name: str, year: int | None, p: Assumptions) -> bool:
    return year is None or not QUANTITIES[name].by_year or year in p.shown_years(name)


def _unused(parameter: str, p: Assumptions) -> bool:
    """A printed line where every line is driven, or a printed row where every flow is."""
    if parameter.startswith("published_dcf_"):
        return p("published_dcf_from") > p.years[-1]
    return parameter.startswith("published_") and p("statement_basis") == "modelled"


def _dated(name: str, year: int | None) -> str:
    return f"{name}.{year}" if year else name


def _linked(kind: str, name: str, year: int | None, p: Assumptions) -> list[str]:
    """The references a short form stands for."""
    if kind == "previous":
        before = (year or p.years[0]) - 1
        if before > p.last_actual:
            return [f"{name}.{before}"]
        return [f"{p.entity}.{name}.{before}"] if name in p.history else []
    if kind == "products":
        return _of_products(name, year, p)
    if kind == "peers":
        return [f"param.{name}.{peer}.{int(p('ps_year'))}" for peer in p.peers]
    if kind == "reported":
        return [f"{p.entity}.{name}.{p.last_actual}"]
    years = {
        "actual": (p.last_actual,),
        "first": p.years[:1],
        "last": p.years[-1:],
        "every": p.years,
        "chosen": (int(p("ps_year")),),
    }[kind]
    return [f"{name}.{year}" for year in years if _shown(name, year, p)]


def _of_products(name: str, year: int | None, p: Assumptions) -> list[str]:
    """Product revenue or a product parameter, in the years products are forecast."""
    if year not in p.product_years:
        return []
    if name == "revenue":
        return [f"revenue_{part}.{year}" for part in (*p.products, "other")]
    keys = [f"{name}.{product}" for product in p.products]
    return [f"param.{key}.{year}" if p.has(key, year) else f"param.{key}" for key in keys]
