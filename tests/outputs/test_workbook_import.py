"""An edited workbook read back: what differs, validated like any parameter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from workbook_files import edit

from thesisbook.cli import main
from thesisbook.data import Dataset
from thesisbook.model import ParameterError, resolve, run
from thesisbook.outputs.workbook import plan_book, read_assumptions, write_workbook
from thesisbook.outputs.workbook.layout import serial

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def source(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_workbook(dataset, tmp_path_factory.mktemp("import") / "model.xlsx", "bull")


@pytest.fixture
def edited(dataset: Dataset, source: Path, tmp_path: Path) -> Callable[[dict[str, Any]], Path]:
    """A copy with inputs of the scenario `bull` set, as a spreadsheet program stores them."""

    def make(changes: dict[str, Any]) -> Path:
        cells = {_place(dataset, key): content for key, content in changes.items()}
        return edit(source, tmp_path / "edited.xlsx", cells, corrupt=False)

    return make


def _place(dataset: Dataset, key: str) -> str:
    named = key == "scenario" or key.startswith("input.")
    return plan_book(dataset).places[key if named else f"input.bull.{key}"].address


@pytest.mark.parametrize("scenario", ["published", "base", "bull", "bear"])
def test_an_untouched_workbook_differs_in_nothing(
    dataset: Dataset, tmp_path: Path, scenario: str
) -> None:
    written = write_workbook(dataset, tmp_path / "model.xlsx", scenario)
    found = read_assumptions(dataset, written)
    assert (found.scenario, found.overrides) == (scenario, {})


def test_overrides_go_out_and_come_back(dataset: Dataset, tmp_path: Path) -> None:
    overrides = {
        "beta": 1.4, "gross_margin.2027": 0.5, "include_ipo_proceeds": False, "ps_basis": "mean",
        "valuation_date": "2026-03-31", "ps_year": 2026.0,
    }  # fmt: skip
    written = write_workbook(dataset, tmp_path / "model.xlsx", "bear", overrides)
    found = read_assumptions(dataset, written)
    assert (found.scenario, found.overrides) == ("bear", overrides)


def test_edits_are_overrides_of_the_selected_scenario(
    dataset: Dataset, edited: Callable[[dict[str, Any]], Path]
) -> None:
    found = read_assumptions(dataset, edited({
        "beta": 1.3, "dso.2028": 120, "include_financial_assets": False,
        "valuation_date": serial("2026-05-01"), "input.bear.beta": 2.0,
    }))  # fmt: skip
    assert found.overrides == {
        "beta": 1.3, "dso.2028": 120.0, "include_financial_assets": False,
        "valuation_date": "2026-05-01",
    }  # fmt: skip
    assert found.differences["beta"] == (resolve(dataset)("beta"), 1.3)


def test_a_cell_that_follows_base_follows_it_into_the_book(
    dataset: Dataset, edited: Callable[[dict[str, Any]], Path]
) -> None:
    assert read_assumptions(dataset, edited({"input.base.beta": 1.2})).overrides == {"beta": 1.2}


def test_other_scenario_chosen(dataset: Dataset, edited: Callable[[dict[str, Any]], Path]) -> None:
    found = read_assumptions(dataset, edited({"scenario": "bear", "input.bear.dilution": 0.1}))
    assert (found.scenario, found.overrides) == ("bear", {"dilution": 0.1})


def test_a_given_wacc_keeps_the_method_of_the_workbook(
    dataset: Dataset, edited: Callable[[dict[str, Any]], Path]
) -> None:
    """On the command line `wacc` alone selects the given one; a cell does not."""
    found = read_assumptions(dataset, edited({"wacc": 0.15}))
    plain = run(resolve(dataset, "bull")).scalars["target_price"]
    assert run(resolve(dataset, "bull", found.overrides)).scalars["target_price"] == plain


def test_text_that_a_program_makes_of_switches_and_shares_is_understood(
    dataset: Dataset, edited: Callable[[dict[str, Any]], Path]
) -> None:
    found = read_assumptions(dataset, edited({"include_ipo_proceeds": "FALSE", "dilution": "5%"}))
    assert found.overrides == {"include_ipo_proceeds": False, "dilution": 0.05}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"beta": 9}, r"edited.xlsx: Assumptions!\w+: beta: 9 is out of range; allowed is 0.5"),
        ({"beta": "high"}, r"Assumptions!\w+: beta: 'high' is not a number"),
        ({"ps_basis": "medain"}, r"'medain' is not allowed; .*nearest: median"),
        ({"dso.2027": ""}, r"Assumptions!\w+: dso is empty"),
        ({"scenario": "bul"}, r"bul: no such scenario; nearest: bull"),
        ({"terminal_growth": 0.06, "wacc_method": "given", "wacc": 0.05}, "at or above wacc"),
        ({"valuation_date": serial("2027-05-01")}, "2027-05-01 is out of range"),
    ],
)
def test_what_is_not_allowed_is_told_in_one_line(
    dataset: Dataset, edited: Callable[[dict[str, Any]], Path], changes: dict[str, Any],
    message: str,
) -> None:  # fmt: skip
    with pytest.raises(ParameterError, match=message) as told:
        read_assumptions(dataset, edited(changes))
    assert "\n" not in str(told.value)


def test_other_files_are_refused(dataset: Dataset, source: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.xlsx").write_text("no archive")
    with pytest.raises(ParameterError, match=r"notes.xlsx: is no workbook"):
        read_assumptions(dataset, tmp_path / "notes.xlsx")
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(ParameterError, match="has no sheet Assumptions"):
        read_assumptions(dataset, tmp_path / "other.xlsx")
    label = _place(dataset, "beta").replace("!J", "!B")
    edit(source, tmp_path / "renamed.xlsx", {label: "gamma"})
    with pytest.raises(ParameterError, match="has no row for beta"):
        read_assumptions(dataset, tmp_path / "renamed.xlsx")


def test_a_file_saved_by_another_program_is_read(
    dataset: Dataset, source: Path, tmp_path: Path
) -> None:
    """openpyxl keeps no cached results: what follows base is followed, a formula has no value."""
    opened = openpyxl.load_workbook(source)
    sheet, _, cell = _place(dataset, "beta").partition("!")
    opened[sheet][cell] = 1.25
    opened.save(tmp_path / "saved.xlsx")
    assert read_assumptions(dataset, tmp_path / "saved.xlsx").overrides == {"beta": 1.25}
    opened = openpyxl.load_workbook(source)
    opened[sheet][cell] = "=1+1"
    opened.save(tmp_path / "formula.xlsx")
    with pytest.raises(ParameterError, match="beta is empty"):
        read_assumptions(dataset, tmp_path / "formula.xlsx")


def test_command_shows_what_differs(edited: Callable[[dict[str, Any]], Path]) -> None:
    path = edited({"beta": 1.3})
    done = CliRunner().invoke(main, ["-C", str(ROOT), "import", str(path)])
    assert done.exit_code == 0, done.output
    assert "Scenario bull, 1 inputs differ" in done.output
    assert "beta: 1.1 -> 1.3" in done.output
    bad = CliRunner().invoke(main, ["-C", str(ROOT), "import", str(edited({"beta": 9}))])
    assert bad.exit_code == 2
    assert "out of range" in bad.stderr
