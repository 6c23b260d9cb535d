"""An edited workbook read back: what differs, validated like any parameter."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.formula.translate import Translator
from workbook_files import SOFFICE, edit, recalculate, sheet_files

from thesisbook.cli import main
from thesisbook.data import Dataset, load_dataset
from thesisbook.model import ParameterError, resolve, run
from thesisbook.outputs.workbook import plan_book, read_assumptions, untaken, write_workbook
from thesisbook.outputs.workbook.edits_text import edits_lines
from thesisbook.outputs.workbook.layout import Book, serial
from thesisbook.outputs.workbook.saved_cells import UNPACKED
from thesisbook.outputs.workbook.untaken import Untaken
from thesisbook.outputs.workbook.values import Values

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def planned_once() -> Iterator[None]:
    """What a workbook is compared with is worked out once a data set and run, not once a read."""
    known: dict[str, Any] = {}

    def kept(make: Callable[..., Any]) -> Callable[..., Any]:
        def made(data: Dataset, *given: Any) -> Any:
            key = f"{make.__name__} {id(data)} {given}"
            if key not in known:
                known[key] = (data, make(data, *given))  # which keeps the data, and so their id
            return known[key][1]

        return made

    with pytest.MonkeyPatch.context() as patch:
        for make in (plan_book, Values):
            patch.setattr(untaken, make.__name__, kept(make))
        yield


@pytest.fixture
def edited(
    dataset: Dataset, workbook_of_bull: Path, tmp_path: Path
) -> Callable[[dict[str, Any]], Path]:
    """A copy with inputs of the scenario `bull` set, as a spreadsheet program stores them."""

    def make(changes: dict[str, Any]) -> Path:
        cells = {_place(dataset, key): content for key, content in changes.items()}
        return edit(workbook_of_bull, tmp_path / "edited.xlsx", cells, corrupt=False)

    return make


def _place(dataset: Dataset, key: str) -> str:
    named = key == "scenario" or key.startswith("input.")
    return untaken.plan_book(dataset).places[key if named else f"input.bull.{key}"].address


@pytest.mark.parametrize(
    "scenario",
    [
        "published",
        *(
            pytest.param(name, marks=pytest.mark.soak)
            for name in ("audited", "base", "bull", "bear", "closed")
        ),
    ],
)
def test_an_untouched_workbook_differs_in_nothing(
    dataset: Dataset, tmp_path: Path, scenario: str
) -> None:
    written = write_workbook(dataset, tmp_path / "model.xlsx", scenario)
    found = read_assumptions(dataset, written)
    assert (found.scenario, found.overrides) == (scenario, {})


def test_overrides_go_out_and_come_back(dataset: Dataset, tmp_path: Path) -> None:
    overrides = {
        "beta": 1.4,
        "gross_margin.2027": 0.5,
        "include_ipo_proceeds": False,
        "ps_basis": "mean",
        "valuation_date": "2026-03-31",
        "ps_year": 2026.0,
    }
    written = write_workbook(dataset, tmp_path / "model.xlsx", "bear", overrides)
    found = read_assumptions(dataset, written)
    assert (found.scenario, found.overrides) == ("bear", overrides)


def test_edits_are_overrides_of_the_selected_scenario(
    dataset: Dataset, edited: Callable[[dict[str, Any]], Path]
) -> None:
    found = read_assumptions(
        dataset,
        edited(
            {
                "beta": 1.3,
                "dso.2028": 120,
                "include_financial_assets": False,
                "valuation_date": serial("2026-05-01"),
                "input.bear.beta": 2.0,
            }
        ),
    )
    assert found.overrides == {
        "beta": 1.3,
        "dso.2028": 120.0,
        "include_financial_assets": False,
        "valuation_date": "2026-05-01",
    }
    assert found.differences["beta"] == (resolve(dataset, "bull")("beta"), 1.3)


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
    dataset: Dataset,
    edited: Callable[[dict[str, Any]], Path],
    changes: dict[str, Any],
    message: str,
) -> None:
    with pytest.raises(ParameterError, match=message) as told:
        read_assumptions(dataset, edited(changes))
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("notes.xlsx", b"no archive", "is no workbook"),
        ("table.csv", b"beta,1.3\n", "is no workbook"),
        ("old.xls", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "is no workbook"),
        ("empty", b"", "is no workbook"),
        ("archive.zip", {"a.txt": b"a"}, "is no workbook; allowed are .xlsx, .xlsm and .ods"),
        ("book.xlsb", {"xl/workbook.bin": b"a"}, "is no workbook"),
        ("letter.odt", {"mimetype": b"application/vnd.oasis.opendocument.text"}, "is no workbook"),
        (
            "cut.ods",
            {
                "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
                "content.xml": b"<office:document-content",
            },
            "is a damaged workbook",
        ),
        (
            "none.ods",
            {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"},
            "is a damaged workbook",
        ),
        ("cut.xlsx", {"xl/workbook.xml": b"<workbook"}, "is a damaged workbook"),
    ],
)
def test_other_files_are_refused_in_one_line(
    dataset: Dataset, tmp_path: Path, name: str, content: Any, message: str
) -> None:
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with zipfile.ZipFile(path, "w") as archive:
            for member, held in content.items():
                archive.writestr(member, held)
    with pytest.raises(ParameterError, match=f"{name}: {message}") as told:
        read_assumptions(dataset, path)
    assert "\n" not in str(told.value)


def test_a_damaged_workbook_is_refused_in_one_line(
    dataset: Dataset, workbook_of_bull: Path, tmp_path: Path
) -> None:
    """Bytes overwritten anywhere: read as far as it goes, or refused; never a traceback."""
    whole, refused = workbook_of_bull.read_bytes(), 0
    for k in range(1, 13):
        at = len(whole) * k // 13
        (tmp_path / "hit.xlsx").write_bytes(whole[:at] + bytes(64) + whole[at + 64 :])
        try:
            read_assumptions(dataset, tmp_path / "hit.xlsx")
        except ParameterError as error:
            refused += 1
            assert "\n" not in str(error)
    assert refused > 3


def test_a_bomb_is_refused_by_its_unpacked_size(
    dataset: Dataset, workbook_of_bull: Path, tmp_path: Path
) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(workbook_of_bull) as old,
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            new.writestr(member, old.read(member))
        with new.open("xl/media/image.bin", "w") as part:
            for _ in range(UNPACKED // 1_000_000 + 1):
                part.write(bytes(1_000_000))
    assert bomb.stat().st_size < 2_000_000
    with pytest.raises(ParameterError, match=r"unpacks to 2\d\d MB; at most 200 MB"):
        read_assumptions(dataset, bomb)


def test_workbooks_of_others_are_refused(
    dataset: Dataset, workbook_of_bull: Path, tmp_path: Path
) -> None:
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(ParameterError, match="Cover has no Ticker, so that it is no workbook of"):
        read_assumptions(dataset, tmp_path / "other.xlsx")
    other = replace(dataset, company={**dataset.company, "ticker": "0000.XX"})
    with pytest.raises(ParameterError, match=r"is a workbook of 6082.HK, not of 0000.XX"):
        read_assumptions(other, workbook_of_bull)
    label = re.sub(r"![A-Z]+", "!B", _place(dataset, "beta"))
    edit(workbook_of_bull, tmp_path / "renamed.xlsx", {label: "gamma"}, corrupt=False)
    with pytest.raises(ParameterError, match="has no row for beta"):
        read_assumptions(dataset, tmp_path / "renamed.xlsx")


def _with_price(dataset: Dataset, price: float) -> Dataset:
    """The data of a later day: only the share price differs."""
    entry = dataset.scenarios["base"]["price"]
    fact = dataset.fact(entry["fact"])
    facts = {**dataset._facts, fact.id: replace(fact, value=price)}
    return replace(dataset, _facts=facts)


def test_a_workbook_of_another_state_of_the_data_brings_only_what_was_typed(
    dataset: Dataset, edited: Callable[[dict[str, Any]], Path]
) -> None:
    later = _with_price(dataset, 48.2)
    assert resolve(later)("price") == 48.2 != resolve(dataset)("price")
    path = edited({"beta": 1.3})
    found = read_assumptions(later, path)
    assert (found.overrides, found.compared) == ({"beta": 1.3}, False)
    reports = [run(resolve(later, "bull", o)).headline() for o in ({}, found.overrides)]
    assert (
        "edited.xlsx is of another state of the data" in edits_lines(found, later, path, reports)[0]
    )
    assert read_assumptions(dataset, path).compared


def test_cells_changed_outside_the_inputs_are_told(
    dataset: Dataset, book: Book, workbook_of_bull: Path, tmp_path: Path
) -> None:
    """A number over a live cell, another formula, a fact, a stamp, a label: each is named."""
    live, flow = book.places["param.beta"], book.places["dcf_free_cash_flow.2027"]
    fact = next(place for key, place in book.places.items() if key.startswith("fact."))
    stamp = book.places["stamp.bull.target_price"]
    path = edit(
        workbook_of_bull,
        tmp_path / "edited.xlsx",
        {live.address: 1.5, fact.address: 7.0, stamp.address: 99.0, "Valuation!A1": "My own"},
        {flow.address: "=1+1"},
        corrupt=False,
    )
    found = read_assumptions(dataset, path)
    told = found.untaken.outside
    assert [words.partition(": ")[0] for words in told] == [
        place.address.replace("'", "") for place in (live, flow)
    ] + [stamp.address.replace("'", ""), fact.address]
    assert "1.5 instead of =INDEX(" in told[0]
    assert found.overrides == {}


def test_nothing_is_told_of_an_untouched_workbook(dataset: Dataset, workbook_of_bull: Path) -> None:
    found = read_assumptions(dataset, workbook_of_bull)
    assert (found.scenario, found.overrides, found.untaken) == ("bull", {}, Untaken())


def test_edits_of_other_scenarios_and_rows_that_stand_twice_are_told(
    dataset: Dataset, book: Book, workbook_of_bull: Path, tmp_path: Path
) -> None:
    opened = openpyxl.load_workbook(workbook_of_bull)
    sheet = opened["Assumptions"]
    place = book.places["input.bear.dilution"]
    sheet.cell(place.row + 1, place.column + 1).value = 0.2
    free = next(row for row in range(53, 200) if sheet[f"B{row}"].value is None)
    column = book.places["input.bull.beta"].address.partition("!")[2].rstrip("0123456789")
    sheet[f"B{free}"], sheet[f"{column}{free}"] = "beta", 1.9
    opened.save(tmp_path / "edited.xlsx")
    found = read_assumptions(dataset, tmp_path / "edited.xlsx")
    assert found.overrides == {}
    own, row = resolve(dataset, "bear")("dilution"), book.places["input.bull.beta"].row + 1
    assert found.untaken.elsewhere == (f"bear: dilution {own} -> 0.2 ({place.address})",)
    assert found.untaken.twice == (f"Assumptions!B{free}: beta stands twice; row {row} counts",)
    assert found.untaken.outside == ()
    assert "was not calculated" in found.untaken.target  # openpyxl keeps no results


def test_moved_rows_are_read_by_their_names(
    dataset: Dataset, book: Book, workbook_of_bull: Path, tmp_path: Path
) -> None:
    opened = openpyxl.load_workbook(workbook_of_bull)
    place = book.places["input.bull.beta"]
    opened["Assumptions"].cell(place.row + 1, place.column + 1).value = 1.3
    opened["Assumptions"].insert_rows(6)
    for row in opened["Assumptions"].iter_rows(min_row=7):  # as a spreadsheet program does
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                before = f"{cell.column_letter}{cell.row - 1}"
                cell.value = Translator(cell.value, before).translate_formula(cell.coordinate)
    opened.save(tmp_path / "moved.xlsx")
    found = read_assumptions(dataset, tmp_path / "moved.xlsx")
    assert found.overrides == {"beta": 1.3}
    assert found.untaken.outside == (
        "Assumptions: rows or columns were moved, so no formula is compared",
    )


@pytest.mark.parametrize("dimension", ["A1", "A1:B2"])
def test_the_dimension_that_a_sheet_claims_is_not_believed(
    dataset: Dataset, edited: Callable[[dict[str, Any]], Path], tmp_path: Path, dimension: str
) -> None:
    path = tmp_path / "claimed.xlsx"
    with zipfile.ZipFile(edited({"beta": 1.3})) as old, zipfile.ZipFile(path, "w") as new:
        for member in old.namelist():
            content = old.read(member).decode("utf-8")
            new.writestr(
                member, re.sub('<dimension ref="[^"]*"', f'<dimension ref="{dimension}"', content)
            )
    assert read_assumptions(dataset, path).overrides == {"beta": 1.3}


def test_a_formula_in_an_input_needs_the_result_of_a_calculation(
    dataset: Dataset, workbook_of_bull: Path, tmp_path: Path
) -> None:
    """No result, or a zero that a program wrote instead of one: not taken as the analyst's zero."""
    sheet, _, cell = _place(dataset, "beta").partition("!")
    opened = openpyxl.load_workbook(workbook_of_bull)
    opened[sheet][cell] = 1.25
    opened.save(tmp_path / "saved.xlsx")
    assert read_assumptions(dataset, tmp_path / "saved.xlsx").overrides == {"beta": 1.25}
    opened[sheet][cell] = "=1+0.25"
    opened.save(tmp_path / "formula.xlsx")
    told = rf"Assumptions!{cell} \(beta\): a formula without a result of a calculation"
    with pytest.raises(ParameterError, match=told):
        read_assumptions(dataset, tmp_path / "formula.xlsx")
    where = _place(dataset, "include_financial_assets")
    zero = edit(workbook_of_bull, tmp_path / "zero.xlsx", {}, {where: "=1=2"}, corrupt=False)
    _results(zero, where, 0.0)
    with pytest.raises(ParameterError, match=r"include_financial_assets.: a formula without a"):
        read_assumptions(dataset, zero)


def _results(path: Path, where: str, result: float) -> None:
    """Sets the cached result of a formula, as a program that does not calculate does."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
        member = sheet_files(archive)[where.partition("!")[0]]
    cell = where.rpartition("!")[2].encode()
    pattern = rb'(<c r="%s"[^>]*>(?:(?!</c>).)*</f>)(<v>[^<]*</v>)?' % cell
    parts[member], count = re.subn(pattern, rb"\1<v>%g</v>" % result, parts[member])
    assert count == 1
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.libreoffice
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("kind", ["ods", pytest.param("xlsx", marks=pytest.mark.soak)])
def test_workbooks_saved_by_libreoffice_are_read(
    dataset: Dataset, book: Book, workbook_of_bull: Path, tmp_path: Path, kind: str
) -> None:
    """Its spelling of formulas, switches and dates is no edit; an edit in it is."""
    path = edit(
        workbook_of_bull,
        tmp_path / "edited.xlsx",
        {
            _place(dataset, "beta"): 1.3,
            _place(dataset, "include_ipo_proceeds"): False,
            _place(dataset, "valuation_date"): serial("2026-05-01"),
            book.places["param.tax_rate"].address: 0.2,
            _place(dataset, "input.bear.dilution"): 0.2,
        },
        {_place(dataset, "terminal_growth"): "=0.01+0.015"},
        corrupt=False,
    )
    saved = recalculate([path], tmp_path, kind=kind)[0]
    found = read_assumptions(dataset, saved)
    assert found.overrides == {
        "beta": 1.3,
        "include_ipo_proceeds": False,
        "valuation_date": "2026-05-01",
        "terminal_growth": 0.025,
    }
    live = book.places["param.tax_rate"].address
    assert [words.partition(":")[0] for words in found.untaken.outside] == [live]
    assert len(found.untaken.elsewhere) == 1


def test_command_shows_what_differs(edited: Callable[[dict[str, Any]], Path]) -> None:
    path = edited({"beta": 1.3})
    done = CliRunner().invoke(main, ["-C", str(ROOT), "import", str(path)])
    assert done.exit_code == 0, done.output
    beta = resolve(load_dataset(ROOT), "bull")("beta")
    assert f"Scenario bull, 1 input differs:\n  beta: {beta} -> 1.3\n" in done.output
    assert "Target price, HKD per share: " in done.output


def test_more_than_one_difference_is_told_and_a_target_that_stays(
    dataset: Dataset, edited: Callable[[dict[str, Any]], Path]
) -> None:
    def told(changes: dict[str, Any]) -> str:
        path = edited(changes)
        found = read_assumptions(dataset, path)
        reports = [run(resolve(dataset, "bull", o)).headline() for o in ({}, found.overrides)]
        return "\n".join(edits_lines(found, dataset, path, reports))

    assert "2 inputs differ" in told({"beta": 1.3, "dilution": 0.1})
    assert re.search(r"Target price, HKD per share: [\d.]+, unchanged$", told({"price": 90}), re.M)
