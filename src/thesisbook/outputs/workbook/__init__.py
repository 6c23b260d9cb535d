"""The model as a workbook of live formulas with cached results, and the way back from it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thesisbook.data import Dataset
    from thesisbook.outputs.workbook.layout import Book
    from thesisbook.outputs.workbook.reading import Edited


def write_workbook(
    dataset: Dataset,
    out: Path,
    scenario: str = "base",
    overrides: Mapping[str, Any] | None = None,
) -> Path:
    """Writes the whole model to `out` (.xlsx) with `scenario` selected and its inputs overridden.

    Raises ParameterError as `model.resolve` does; nothing is written then.
    """
    from thesisbook.outputs.workbook.render import render  # noqa: PLC0415
    from thesisbook.outputs.workbook.values import Values  # noqa: PLC0415

    values = Values(dataset, scenario, overrides)
    out.parent.mkdir(parents=True, exist_ok=True)
    return render(plan_book(dataset), values, out)


def plan_book(dataset: Dataset) -> Book:
    """Every sheet with its cells and their addresses; no result is computed."""
    from thesisbook.model import resolve  # noqa: PLC0415
    from thesisbook.outputs.workbook import (  # noqa: PLC0415
        assumptions,
        bridge,
        charts,
        checks,
        cover,
        dcf,
        football,
        receipts,
        records,
        reverse,
        sensitivities,
        statements,
        valuation,
    )
    from thesisbook.outputs.workbook.layout import Book  # noqa: PLC0415

    shape = resolve(dataset)
    history = sorted(shape.history["revenue"])
    book = Book((*history, *shape.years), shape.last_actual, receipts.receipts_of(dataset))
    assumptions.plan(book, shape, dataset.company["scenarios"])
    statements.plan_revenue(book, shape)
    statements.plan_income_statement(book, shape)
    statements.plan_balance_sheet(book, shape)
    statements.plan_cash_flow(book, shape)
    dcf.plan_cost_of_capital(book)
    dcf.plan(book, shape)
    valuation.plan_comparables(book, shape, dataset)
    valuation.plan_valuation(book, shape, dataset)
    football.plan(book, shape, dataset)
    bridge.plan(book, dataset)
    sensitivities.plan(book, shape, dataset)
    reverse.plan(book, shape, dataset)
    checks.plan(book, shape, dataset)
    records.plan_facts(book, dataset)
    records.plan_errata(book, dataset)
    receipts.plan(book, dataset)
    charts.plan(book, shape)
    cover.plan(book, dataset)
    book.order(["Cover", *cover.CONTENTS])
    return book


def read_assumptions(dataset: Dataset, path: Path) -> Edited:
    """The edited inputs of a workbook; see `thesisbook.outputs.workbook.reading`."""
    from thesisbook.outputs.workbook import reading  # noqa: PLC0415

    return reading.read_assumptions(dataset, path)


def cell_names(dataset: Dataset) -> dict[str, str]:
    """Where each quantity, parameter and fact lives: `revenue.2027` -> `'Revenue build'!H7`.

    Parameters are under `param.<name>`, facts under `fact.<id>`.
    """
    places = plan_book(dataset).places
    hidden = ("x.", "input.")
    return {key: p.address for key, p in places.items() if not key.startswith(hidden)}
