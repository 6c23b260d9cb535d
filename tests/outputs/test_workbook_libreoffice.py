"""The workbook recalculated from nothing by LibreOffice is the model, whatever the inputs.

By default LibreOffice shows the cached results of such files, so every cached result is made wrong
first and recalculation is forced; `test_control` shows that either alone would be noticed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from workbook_files import GARBAGE, SOFFICE, cell_of, edit, formula_cells, read, recalculate

from thesisbook.data import Dataset
from thesisbook.model import Assumptions, ParameterError, Result, resolve, run
from thesisbook.outputs.workbook import read_assumptions, write_workbook
from thesisbook.outputs.workbook.cell_rules import spreadsheet_value
from thesisbook.outputs.workbook.layout import Book

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed"),
]
SCENARIOS = ("published", "audited", "base", "bull", "bear", "closed")
RELATIVE = 1e-9
VECTORS, MORE = 16, 300
DAMAGE = {
    "a line of the income statement": ("selling_expense.2027", "=0"),
    "a balance": ("trade_receivables.2026", "=500"),
    "the cash of the balance sheet": ("cash.2028", "=1"),
    "a present value": ("present_value.2030", "=0"),
    "the terminal value": ("pv_terminal", "=1"),
    "the target": ("target_price", "=80"),
    "a live parameter": ("param.beta", "=1"),
}


@dataclass
class Case:
    """A workbook with inputs typed in, and the run it must equal."""

    name: str
    scenario: str
    overrides: dict[str, Any]
    result: Result


def draw(dice: random.Random, p: Assumptions, share: float) -> dict[str, Any]:
    """Allowed values for about `share` of the parameters, anywhere in their ranges."""
    found: dict[str, Any] = {}
    for parameter in p.parameters.values():
        if parameter.kind == "published" or dice.random() > share:
            continue
        for key in parameter.keys:
            value: Any = (
                dice.uniform(parameter.low, parameter.high)
                if (parameter.kind == "number")
                else None
            )
            if parameter.unit == "year":
                value = float(round(value))
            elif parameter.kind == "switch":
                value = dice.random() < 0.5
            elif parameter.kind == "choice":
                value = dice.choice(parameter.allowed)
            elif parameter.kind == "date":
                value = f"{p.years[0]}-{dice.randint(1, 11):02d}-{dice.randint(1, 28):02d}"
            found[key] = value
    found.setdefault("wacc_method", p("wacc_method"))
    return found


def vectors(dataset: Dataset, count: int, seed: int) -> list[Case]:
    dice = random.Random(seed)
    cases: list[Case] = []
    while len(cases) < count:
        scenario, share = dice.choice(SCENARIOS), dice.choice((0.05, 0.2, 1.0))
        p = resolve(dataset, scenario)
        overrides = draw(dice, p, share)
        try:
            result = run(p.replace(overrides))
        except ParameterError:  # growth drawn above the cost of capital
            continue
        cases.append(Case(f"vector{len(cases)}", scenario, overrides, result))
    return cases


def untried(dataset: Dataset, cases: list[Case]) -> list[Case]:
    """A case for each word of a choice and each side of a switch that none of `cases` takes."""
    p = resolve(dataset)
    taken = {held for case in cases for held in case.result.assumptions.values.items()}
    return [
        Case(f"{key}-{value}", p.scenario, {key: value}, run(p.replace({key: value})))
        for parameter in p.parameters.values()
        if parameter.kind in ("switch", "choice")
        for key in parameter.keys
        for value in ((True, False) if parameter.kind == "switch" else parameter.allowed)
        if (key, value) not in taken
    ]


def typed(book: Book, workbook: Path, folder: Path, case: Case) -> Path:
    """The workbook with the case's inputs typed into the cells of its scenario."""
    inputs = {book.places["scenario"].address: case.scenario}
    for key, value in case.overrides.items():
        address = book.places[f"input.{case.scenario}.{key}"].address
        inputs[address] = spreadsheet_value(case.result.assumptions.parameter(key), value)
    return edit(workbook, folder / f"{case.name}.xlsx", inputs)


@dataclass
class Session:
    """Everything one LibreOffice recalculated."""

    cases: list[Case]
    files: dict[str, Path]
    cells: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def session(
    dataset: Dataset, book: Book, workbook: Path, tmp_path_factory: pytest.TempPathFactory
) -> Session:
    folder = tmp_path_factory.mktemp("recalculation")
    cases = [Case(name, name, {}, run(resolve(dataset, name))) for name in SCENARIOS]
    cases += vectors(dataset, VECTORS, seed=7)
    cases += untried(dataset, cases)
    files = [typed(book, workbook, folder, case) for case in cases]
    for name, (key, formula) in DAMAGE.items():
        target = folder / f"{name}.xlsx"
        files.append(edit(workbook, target, formulas={book.places[key].address: formula}))
    bear = dataset.company["scenarios"]["bear"]
    stress = {**bear, "en": "Stress", "zh": "压力"}
    scenarios = {**dataset.company["scenarios"], "stress": stress}
    more = replace(
        dataset,
        company={**dataset.company, "scenarios": scenarios},
        scenarios={**dataset.scenarios, "stress": {**dataset.scenarios["bear"]}},
    )
    files.append(edit(write_workbook(more, folder / "more.xlsx", "stress"), folder / "stress.xlsx"))
    made = recalculate(files, folder)
    found = {file.stem: file for file in made}
    return Session(cases, found, {name: read(file) for name, file in found.items()})


def disagreements(book: Book, cells: dict[str, Any], result: Result) -> list[tuple[Any, ...]]:
    """Outputs that are not the model's to RELATIVE."""
    wanted = {f"{n}.{y}": float(v) for n, line in result.lines.items() for y, v in line.items()}
    wanted |= {name: float(value) for name, value in result.scalars.items()}
    found: list[tuple[Any, ...]] = []
    for key, value in wanted.items():
        given = cells.get(cell_of(book, key))
        if not isinstance(given, float) or abs(given - value) > RELATIVE * abs(value):
            found.append((key, value, given))
    if cells.get(cell_of(book, "rating")) != result.rating:
        found.append(("rating", result.rating, cells.get(cell_of(book, "rating"))))
    return found


def errors(cells: dict[str, Any]) -> dict[str, Any]:
    return {
        where: value
        for where, value in cells.items()
        if isinstance(value, str) and value.startswith(("#", "Err:"))
    }


def statuses(cells: dict[str, Any]) -> dict[str, str]:
    """Status by the cell of the check."""
    return {
        where: value
        for where, value in cells.items()
        if where.startswith("Checks!G") and value in ("OK", "CHECK", "EDITED")
    }


def test_control(book: Book, workbook: Path, tmp_path: Path) -> None:
    """Made-wrong results are kept by a LibreOffice that trusts them, and replaced by one forced."""
    target = cell_of(book, "target_price")
    true = read(workbook)[target]
    wrong = edit(workbook, tmp_path / "wrong.xlsx")
    assert read(wrong)[target] == GARBAGE
    assert set(formula_cells(wrong)) == set(formula_cells(workbook))
    assert read(recalculate([wrong], tmp_path, trusting=True)[0])[target] == GARBAGE
    assert read(recalculate([wrong], tmp_path)[0])[target] == pytest.approx(true, rel=RELATIVE)


def test_scenarios_and_random_vectors_equal_the_model(book: Book, session: Session) -> None:
    assert len(session.cases) >= len(SCENARIOS) + VECTORS
    for case in session.cases:
        wrong = disagreements(book, session.cells[case.name], case.result)
        assert not wrong, (case.name, case.scenario, case.overrides, wrong[:5])


def test_no_error_value_anywhere(session: Session) -> None:
    for case in session.cases:
        assert not errors(session.cells[case.name]), case.name


def test_cached_results_equal_recalculated_ones(workbook: Path, session: Session) -> None:
    cached, recalculated = read(workbook), session.cells["base"]
    compared = 0
    for where in formula_cells(workbook):
        was, now = cached.get(where), recalculated.get(where)
        if isinstance(was, float):
            nil = 1e-9 if where.startswith("Checks!") else 1e-12  # residuals are rounding alone
            assert now == pytest.approx(was, rel=RELATIVE, abs=nil), where
        else:
            assert now == was, where
        compared += 1
    assert compared > 5000


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_checks_are_ok_in_every_scenario(session: Session, scenario: str) -> None:
    found = statuses(session.cells[scenario])
    assert len(found) > 80
    assert set(found.values()) == {"OK"}
    assert session.cells[scenario]["Cover!C6"] == "ALL OK"
    assert session.cells[scenario]["Cover!C7"] == "AS IN THE BOOK"


def test_every_scenario_of_the_data_is_recalculated(dataset: Dataset) -> None:
    assert set(SCENARIOS) == set(dataset.company["scenarios"])


def test_one_more_scenario_has_its_columns(dataset: Dataset, session: Session) -> None:
    """Another scenario, selected: no error, every check sound, its values those of its inputs."""
    cells = session.cells["stress"]
    assert cells["Cover!C5"] == "stress"
    assert not errors(cells)
    assert set(statuses(cells).values()) == {"OK"}
    bear = run(resolve(dataset, "bear")).scalars["target_price"]
    assert cells["Cover!C10"] == pytest.approx(float(bear), rel=RELATIVE)


def test_checks_hold_for_any_inputs_and_say_that_they_are_edited(session: Session) -> None:
    for case in session.cases[len(SCENARIOS) :]:
        found = statuses(session.cells[case.name])
        assert "CHECK" not in found.values(), case
        assert "EDITED" in found.values(), case.name


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_formula_turns_the_checks_red(session: Session, name: str) -> None:
    cells = session.cells[name]
    assert "CHECK" in statuses(cells).values()
    assert cells["Cover!C6"].endswith("FAIL")


def test_a_recalculated_workbook_is_read_back(dataset: Dataset, session: Session) -> None:
    """LibreOffice keeps fifteen digits; what it saved is still the scenario and its edits."""
    untouched = read_assumptions(dataset, session.files["published"])
    assert (untouched.scenario, untouched.overrides) == ("published", {})
    case = next(c for c in session.cases[len(SCENARIOS) :] if len(c.overrides) > 5)
    found = read_assumptions(dataset, session.files[case.name])
    result = run(resolve(dataset, found.scenario, found.overrides))
    assert found.scenario == case.scenario
    assert float(result.scalars["target_price"]) == pytest.approx(
        float(case.result.scalars["target_price"]), rel=RELATIVE
    )


@pytest.mark.soak
def test_many_more_vectors(dataset: Dataset, book: Book, workbook: Path, tmp_path: Path) -> None:
    cases = vectors(dataset, MORE, seed=11)
    made = recalculate([typed(book, workbook, tmp_path, case) for case in cases], tmp_path)
    for case, file in zip(cases, made, strict=True):
        cells = read(file)
        wrong = disagreements(book, cells, case.result)
        assert not wrong, (case.name, case.scenario, case.overrides, wrong[:5])
        assert not errors(cells)
