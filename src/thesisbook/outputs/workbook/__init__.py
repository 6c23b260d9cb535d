"""The model as a workbook of live formulas with cached results, and the way back from it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thesisbook.data import Dataset
    from thesisbook.model import Assumptions
    from thesisbook.outputs.workbook.edited_workbook import Edited
    from thesisbook.outputs.workbook.layout import Book


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
    from thesisbook.data.currencies import write_as  # noqa: PLC0415
    from thesisbook.data.dataset import PUBLISHED  # noqa: PLC0415
    from thesisbook.model import resolve  # noqa: PLC0415
    from thesisbook.model.graph import graph_of  # noqa: PLC0415
    from thesisbook.outputs.workbook import (  # noqa: PLC0415
        assumptions_sheet,
        bridge_sheet,
        charts,
        checks_sheet,
        cover,
        football,
        model_sheets,
        receipts_sheet,
        records,
        reverse_sheet,
        sensitivities,
        tree_sheet,
        what_if,
    )
    from thesisbook.outputs.workbook.layout import Book  # noqa: PLC0415

    shape = resolve(dataset)
    graph = graph_of(shape)
    write_as(dataset.company["currencies"])
    history = sorted(shape.history["revenue"])
    book = Book(
        (*history, *shape.years),
        shape.last_actual,
        receipts_sheet.receipts_of(dataset),
        graph.cells,
        dataset.company["currencies"],
    )
    assumptions_sheet.plan(book, shape, dataset.company["scenarios"])
    model_sheets.plan_constants(book.sheets["Assumptions"], graph, assumptions_sheet.EDITED)
    model_sheets.plan(book, shape, graph)
    what_if.workings(book)
    football.plan(book, shape, dataset, graph)
    if dataset.studies.get("tree"):
        tree_sheet.plan(book, dataset, shape)
    if PUBLISHED in dataset.company["scenarios"] and dataset.studies.get("bridge"):
        bridge_sheet.plan(book, dataset)
    sensitivities.plan(book, shape, dataset, graph)
    reverse_sheet.plan(book, shape, dataset, graph)
    checks_sheet.plan(book, shape, dataset, graph)
    records.plan_facts(book, dataset)
    records.plan_errata(book, dataset)
    receipts_sheet.plan(book, dataset)
    charts.plan(book, shape)
    cover.plan(book, dataset)
    _define(book, shape)
    book.order([name for name in ("Cover", *cover.CONTENTS) if name in book.sheets])
    return book


def _define(book: Book, shape: Assumptions) -> None:
    """The names by which receipts call cells: `revenue_2027`, `target_price`, `dso_2026`.

    A quantity without its year is its row, and one with the name of a parameter is `model_<name>`:
    the name is the parameter's.
    """
    from thesisbook.exhibits.receipts import cell_name  # noqa: PLC0415
    from thesisbook.model.quantities import QUANTITIES  # noqa: PLC0415

    rows: dict[str, list[str]] = {}
    for key, place in book.places.items():
        given = key.startswith("param.")
        name = key.removeprefix("param.")
        stem, _, year = name.rpartition(".")
        quantity = stem if year.isdigit() else name
        if place.defined or not (given or quantity in QUANTITIES):
            continue
        book.names[cell_name(name, () if given else shape.parameters)] = f"={place.fixed}"
        if not given and year.isdigit():
            rows.setdefault(quantity, []).append(key)
    for name, keys in rows.items():
        book.names[cell_name(name, shape.parameters)] = f"={book.range(keys[0], keys[-1])}"


def read_assumptions(dataset: Dataset, path: Path) -> Edited:
    """The edited inputs of a workbook; see `thesisbook.outputs.workbook.edited_workbook`."""
    from thesisbook.outputs.workbook import edited_workbook  # noqa: PLC0415

    return edited_workbook.read_assumptions(dataset, path)


def cell_names(dataset: Dataset) -> dict[str, str]:
    """Where each quantity, parameter and fact lives: `revenue.2027` -> `'Revenue build'!H7`.

    Parameters are under `param.<name>`, facts under `fact.<id>`.
    """
    places = plan_book(dataset).places
    hidden = ("x.", "input.")
    return {key: p.address for key, p in places.items() if not key.startswith(hidden)}
