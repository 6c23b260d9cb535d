"""What the front page says in figures: quantities of the run and facts, never prose."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thesisbook.data import Dataset, Expression, is_whole, load_dataset, read_prints
from thesisbook.data.prints import FrontLine, FrontPage
from thesisbook.exhibits.formats import MINUS, format_value
from thesisbook.exhibits.numbers import Numbers
from thesisbook.exhibits.references import NO_GRADE, Results
from thesisbook.exhibits.sentences import sentence_functions
from thesisbook.exhibits.translation import Translation
from thesisbook.exhibits.unit_formats import cell_format, shown, unit_words
from thesisbook.model import Result
from thesisbook.model.quantities import QUANTITIES, unit_in
from thesisbook.model.scenario_tree import value_tree
from thesisbook.outputs.pdf.markup import PdfError
from thesisbook.outputs.pdf.meta import PdfMeta, words_of

__all__ = ["FrontValues", "front_values"]

NOT_MEANINGFUL, NOTHING = "n.m.", "–"
ONLY_POSITIVE = ("price_to_earnings", "ev_to_sales", "price_to_sales")


@dataclass(frozen=True)
class FrontValues:
    """Texts of the front page, ready to print, by the name of their point."""

    rating: str
    box: Mapping[str, tuple[str, str]]
    key_data: Mapping[str, tuple[str, str]]
    years: tuple[str, ...]
    lines: Mapping[str, tuple[str, tuple[str, ...]]]
    unit_of_lines: str
    scale: str

    @property
    def points(self) -> dict[str, str]:
        """What the page shows by point: a name with its value, a line by year by its name."""
        return {
            "rating": self.rating,
            "rating_scale": self.scale,
            **{name: " ".join(pair) for name, pair in {**self.box, **self.key_data}.items()},
            **{name: " ".join((label, *cells)) for name, (label, cells) in self.lines.items()},
            "years": " ".join(self.years),
        }


def front_values(meta: PdfMeta) -> FrontValues | None:
    """The front page of a run; None where the project's data do not describe one.

    Raises PdfError for an expression or quantity that the data or the model do not have.
    """
    read = read_prints(meta.root) if meta.root is not None and is_whole(meta.root) else None
    page = read[1].front_page if read is not None else None
    if page is None or meta.root is None:
        return None
    dataset = load_dataset(meta.root)
    results = Results(dataset, meta.scenario, meta.overrides)
    try:
        return _values(dataset, page, results, meta.language)
    except (KeyError, ValueError, TypeError) as error:
        raise PdfError(f"data/print.yaml: the front page cannot be filled: {error}") from error


def _values(dataset: Dataset, page: FrontPage, results: Results, language: str) -> FrontValues:
    run, numbers = results.current, Numbers(dataset, results, language)
    functions = sentence_functions(language)

    def text(expression: str, code: str) -> str:
        value = Expression(expression, functions).evaluate(numbers.resolver)
        return format_value(value, code, language)

    key_data = {
        name: (getattr(point.name, language), text(point.expression, point.format))
        for name, point in page.key_data.items()
    }
    # what the data call by a name of the box stands there
    box = _box(dataset, page, results, language)
    box |= {name: key_data.pop(name) for name in box.keys() & key_data.keys()}
    return FrontValues(
        box=box,
        rating=_rating(dataset, page, results, language),
        key_data=key_data,
        years=tuple(f"{y}E" if y > run.assumptions.last_actual else str(y) for y in page.years),
        lines={
            line.quantity if line.of == "model" else f"{line.of}.{line.quantity}": _line(
                dataset, line, results, page.years, language
            )
            for line in page.lines
        },
        unit_of_lines=words_of(language)["by_year"],
        scale=_scale(dataset, language),
    )


def _box(
    dataset: Dataset, page: FrontPage, results: Results, language: str
) -> dict[str, tuple[str, str]]:
    """Target, price with its day, upside and market value, each with its words."""
    words, run = words_of(language), results.current
    given: Any = value_tree(dataset, results.overrides) if page.target == "tree" else run
    expected = (
        {"target_price": given.expected("target_price"), "upside": given.upside}
        if page.target == "tree"
        else {name: float(run.quantity(name)) for name in ("target_price", "upside")}
    )
    day = results.price_fact.period if results.price_fact else ""
    price = words["share_price"] + (f", {format_value(day, 'date', language)}" if day else "")
    currencies = dataset.company["currencies"]

    def written(name: str, value: float, decimals: int | None = None, sign: str = "") -> str:
        unit = unit_in(QUANTITIES[name].unit, currencies)
        return shown(value, unit, decimals, sign, language)

    trading = currencies["trading"].lower()
    return {
        "target_price": (
            words[f"target_{page.target}"],
            format_value(expected["target_price"], f"{trading}2", language),
        ),
        "price": (price, format_value(run.assumptions("price"), f"{trading}2", language)),
        "upside": (words["upside"], written("upside", expected["upside"], 1, "+")),
        "market_cap": (
            words["market_cap"],
            format_value(float(run.quantity("market_cap")), f"{trading}_bn1", language),
        ),
    }


def _rating(dataset: Dataset, page: FrontPage, results: Results, language: str) -> str:
    tree = page.target == "tree"
    identity = (value_tree(dataset, results.overrides) if tree else results.current).rating
    grades = dataset.company["rating_scale"]["grades"]
    names = {grade["id"]: grade["name"][language] for grade in grades}
    return names.get(identity, NO_GRADE[language])


def _line(
    dataset: Dataset, line: FrontLine, results: Results, years: tuple[int, ...], language: str
) -> tuple[str, tuple[str, ...]]:
    """Name with unit, and the cells by year; a year that the quantity lacks has a dash."""
    result = results.named(line.of)
    if result is None:
        raise ValueError(f"no scenario {line.of!r}")
    quantity = QUANTITIES[line.quantity]
    unit = unit_in(quantity.unit, dataset.company["currencies"])
    say = Translation(dataset.words.get(language, {}), language)
    label = getattr(line.name, language) if line.name else say(quantity.label)
    around = unit_words(unit, language)
    cells = tuple(_cell(result, line.quantity, year, unit, language) for year in years)
    return f"{label}, {around}" if around else label, cells


def _cell(result: Result, quantity: str, year: int, unit: str, language: str) -> str:
    if quantity not in result.lines:
        raise ValueError(f"no quantity by year {quantity!r}")
    value = result.lines[quantity].get(year)
    if value is None or not math.isfinite(float(value)):
        return NOTHING
    if quantity in ONLY_POSITIVE and value <= 0:
        return NOT_MEANINGFUL
    text = format_value(float(value), cell_format(unit), language)
    return f"({text.removeprefix(MINUS)})" if text.startswith(MINUS) else text


def _scale(dataset: Dataset, language: str) -> str:
    """The grades with their borders, the benchmark and the horizon, in one sentence."""
    scale, words = dataset.company["rating_scale"], words_of(language)
    grades = []
    for grade in scale["grades"]:
        low, high = grade.get("above"), grade.get("to")
        borders = [
            f"{float(x) * 100:+.0f}%".replace("-", MINUS) for x in (low, high) if x is not None
        ]
        form = "between" if len(borders) == 2 else "above" if low is not None else "below"
        grades.append(f"{grade['name'][language]} {words[f'scale_{form}'].format(*borders)}")
    about = words["scale"].format(
        benchmark=scale["benchmark"][language], months=scale["horizon_months"]
    )
    return f"{about} {'; '.join(grades)}."
