"""The workbook as a file: what it holds, where, and that it is safe, complete and reproducible."""

from __future__ import annotations

import graphlib
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from workbook_files import cell_of, formula_cells, read

from thesisbook.data import Dataset
from thesisbook.exhibits import Report
from thesisbook.model import ParameterError, breakevens, grid, resolve, reverse_dcf, run
from thesisbook.model.graph import graph_of
from thesisbook.model.identities import IDENTITIES
from thesisbook.model.quantities import QUANTITIES
from thesisbook.model.reverse import QUESTIONS
from thesisbook.model.sensitivity import Axis
from thesisbook.outputs.workbook import cell_names, plan_book, write_workbook
from thesisbook.outputs.workbook.layout import Book
from thesisbook.outputs.workbook.model_lines import BY_YEAR
from thesisbook.outputs.workbook.reverse_sheet import GOALS, asked
from thesisbook.outputs.workbook.sensitivities import GROWTHS, RATES
from thesisbook.outputs.workbook.stamps import LIVE_QUESTIONS
from thesisbook.outputs.workbook.values import Values

SHEETS = [
    "Cover",
    "Assumptions",
    "Revenue build",
    "Income statement",
    "Balance sheet",
    "Cash flow",
    "Cost of capital",
    "DCF",
    "DCF value",
    "Comparables",
    "Valuation",
    "Tree",
    "Bridge",
    "Revisions",
    "Sensitivities",
    "Reverse DCF",
    "Workings",
    "Checks",
    "Facts",
    "Errata",
    "Receipts",
]
CALCULATING = SHEETS[2:11]
# Functions that Excel since 2007 and LibreOffice compute alike, none of them dynamic arrays.
FUNCTIONS = {
    "ABS",
    "AND",
    "AVERAGE",
    "CHOOSE",
    "COUNT",
    "COUNTIF",
    "DATE",
    "IF",
    "INDEX",
    "INT",
    "MATCH",
    "MAX",
    "MEDIAN",
    "MIN",
    "NOT",
    "OR",
    "ROUND",
    "SQRT",
    "SUM",
    "SUMPRODUCT",
}
HOSTILE = '=HYPERLINK("http://evil.example","click")'
_CELL = re.compile(
    r"(?:'([^']+)'|\b([A-Za-z]+))?(!)?(?<![A-Za-z_.])\$?([A-Z]{1,2})\$?(\d+)(?::\$?([A-Z]{1,2})\$?(\d+))?"
)


@pytest.fixture(scope="module")
def cached(workbook: Path) -> dict[str, Any]:
    return read(workbook)


@pytest.fixture(scope="module")
def formulas(workbook: Path) -> dict[str, str]:
    return formula_cells(workbook)


def test_sheets_are_those_an_analyst_expects(workbook: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        opened = openpyxl.load_workbook(workbook)
    assert opened.sheetnames == SHEETS
    for sheet in opened.worksheets[1:]:
        assert sheet.freeze_panes, sheet.title
        assert sheet.print_area, sheet.title
        assert sheet.column_dimensions["A"].width > 5, sheet.title
    charted = {sheet.title for sheet in opened.worksheets if sheet._charts}
    assert charted >= {
        "Revenue build",
        "Income statement",
        "Cash flow",
        "DCF",
        "Valuation",
        "Bridge",
        "Sensitivities",
    }


def test_file_is_small_and_holds_neither_macros_nor_links(workbook: Path) -> None:
    assert workbook.stat().st_size < 2_000_000
    with zipfile.ZipFile(workbook) as archive:
        names = archive.namelist()
    assert not [name for name in names if "vba" in name.lower() or "external" in name.lower()]


def test_same_bytes_twice(
    dataset: Dataset, workbook: Path, workbook_of_bull: Path, tmp_path: Path
) -> None:
    again = write_workbook(dataset, tmp_path / "again.xlsx")
    assert again.read_bytes() == workbook.read_bytes()
    assert workbook_of_bull.read_bytes() != workbook.read_bytes()


def test_cached_results_are_those_of_the_model(
    dataset: Dataset, book: Book, cached: dict[str, Any]
) -> None:
    result = run(resolve(dataset))
    for name, by_year in result.lines.items():
        for year, value in by_year.items():
            assert cached[cell_of(book, f"{name}.{year}")] == pytest.approx(float(value), rel=1e-14)
    for name, value in result.scalars.items():
        assert cached[cell_of(book, name)] == pytest.approx(float(value), rel=1e-14)
    assert cached[cell_of(book, "rating")] == result.rating


def test_every_quantity_and_parameter_has_its_cell(dataset: Dataset) -> None:
    cells = cell_names(dataset)
    p = resolve(dataset)
    lines = run(p).lines
    for name, quantity in QUANTITIES.items():
        key = f"{name}.{min(lines[name])}" if quantity.by_year else name
        assert re.fullmatch(r"('[^']+'|\w+)![A-Z]+\d+", cells[key]), key
    assert {f"param.{key}" for key in p.values} <= set(cells)
    assert len({cells[f"param.{key}"] for key in p.values}) == len(p.values)


def test_parameters_are_defined_names(dataset: Dataset, workbook: Path, book: Book) -> None:
    opened = openpyxl.load_workbook(workbook)
    p = resolve(dataset)
    for name, parameter in p.parameters.items():
        place = opened.defined_names[name.replace(".", "_")].attr_text.replace("$", "")
        first, last = (book.places[f"param.{parameter.keys[k]}"].address for k in (0, -1))
        assert place == (f"{first}:{last.partition('!')[2]}" if parameter.years else first)
    assert "scenario" in opened.defined_names


def test_receipts_of_the_site_name_cells(dataset: Dataset, workbook: Path, book: Book) -> None:
    """The cell that a receipt names is a defined name, and holds what the receipt says."""
    report = Report.open("base", {}, dataset=dataset)
    names = report.numbers.open_chapter("06_valuation")
    payload = report.numbers.payload(names)
    defined = openpyxl.load_workbook(workbook).defined_names
    held = read(workbook)
    others = tuple(f"{name}." for name in dataset.company["scenarios"] if name != "base")
    told = 0
    for reference, receipt in {**payload["receipts"], **payload["numbers"]}.items():
        standing = reference.startswith(others)  # choose it first
        if not receipt.get("cell") or standing or isinstance(receipt["value"], dict):
            continue
        cell = defined[receipt["cell"]].attr_text.replace("$", "").replace("'", "")
        value = receipt["value"]
        if isinstance(value, float) and not isinstance(value, bool):
            assert held[cell] == pytest.approx(value, rel=1e-9), reference
        told += 1
    assert told > 100
    assert payload["numbers"]["branch_target"]["cell"] == "target_price"


def test_inputs_are_blue_validated_and_within_range(
    dataset: Dataset, workbook: Path, book: Book
) -> None:
    sheet = openpyxl.load_workbook(workbook)["Assumptions"]
    rules = {}
    for rule in sheet.data_validations.dataValidation:
        for cells in rule.sqref.ranges:
            assert cells.min_row == cells.max_row and cells.max_col <= 16, cells
            for row in cells.rows:
                rules |= {f"{openpyxl.utils.get_column_letter(c)}{r}": rule for r, c in row}
    p = resolve(dataset)
    for key in p.values:
        parameter = p.parameter(key)
        if parameter.kind == "published":
            continue
        cell = book.places[f"input.base.{key}"].address.partition("!")[2]
        assert sheet[cell].font.color.rgb == "FF0000FF", key
        rule = rules[cell]
        if parameter.kind == "number":
            assert (float(rule.formula1), float(rule.formula2)) == (parameter.low, parameter.high)
        elif parameter.kind == "choice":
            assert rule.formula1.strip('"').split(",") == list(parameter.allowed)
        elif parameter.kind == "switch":
            assert rule.formula1 == '"TRUE,FALSE"'


def test_calculating_sheets_hold_formulas_only(workbook: Path) -> None:
    """A typed number among them would be a constant that the model does not know."""
    opened = openpyxl.load_workbook(workbook)
    known = {"Valuation": 3 + 1}  # grades of the rating scale, width of a mark
    for name in CALCULATING:
        typed = [
            cell.coordinate
            for row in opened[name].iter_rows(min_row=6, min_col=4, max_col=16)
            for cell in row
            if isinstance(cell.value, (int, float)) and "E" not in cell.number_format
        ]
        assert len(typed) == known.get(name, 0), (name, typed)


def test_formulas_use_only_common_functions(formulas: dict[str, str]) -> None:
    assert len(formulas) > 5000
    for where, text in formulas.items():
        unquoted = re.sub(r'"[^"]*"', "", text)
        used = set(re.findall(r"([A-Z][A-Z.]+)\(", unquoted))
        assert used <= FUNCTIONS, (where, used - FUNCTIONS)
        assert not re.search(r"[\[\]#{}@]", unquoted), (where, text)


@pytest.fixture(scope="module")
def graph(workbook: Path, formulas: dict[str, str]) -> dict[str, set[str]]:
    """Cell -> the cells its formula reads, names and ranges spelt out."""
    opened = openpyxl.load_workbook(workbook)
    names = {n: d.attr_text for n, d in opened.defined_names.items()}
    return {where: set(_reads(where, text, names)) for where, text in formulas.items()}


def _reads(where: str, text: str, names: dict[str, str]) -> Iterator[str]:
    text = re.sub(r'"[^"]*"', "", text)
    text = re.sub(
        r"(?<![A-Za-z0-9_!'.])([a-z][A-Za-z0-9_]*)(?![A-Za-z0-9_(!'])",
        lambda m: names.get(m[1], m[1]),
        text,
    )
    for quoted, plain, bang, column, row, last_column, last_row in _CELL.findall(text):
        sheet = (quoted or plain) if bang else where.partition("!")[0]
        yield from _cells(sheet, column, int(row), last_column or column, int(last_row or row))


@cache
def _cells(sheet: str, first: str, top: int, last: str, bottom: int) -> tuple[str, ...]:
    number, letter = openpyxl.utils.column_index_from_string, openpyxl.utils.get_column_letter
    return tuple(
        f"{sheet}!{letter(column)}{row}"
        for column in range(number(first), number(last) + 1)
        for row in range(top, bottom + 1)
    )


def test_no_formula_depends_on_itself(graph: dict[str, set[str]]) -> None:
    order = list(graphlib.TopologicalSorter(graph).static_order())
    assert len(order) > len(graph)
    looped = {**graph, next(iter(graph)): {next(iter(graph))}}
    with pytest.raises(graphlib.CycleError):
        list(graphlib.TopologicalSorter(looped).static_order())


def _reached(graph: dict[str, set[str]], start: str) -> set[str]:
    """Everything behind a node, itself included."""
    found, waiting = {start}, [start]
    while waiting:
        new = graph.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return found


def test_formulas_rest_on_what_the_model_rests_on(
    dataset: Dataset, book: Book, graph: dict[str, set[str]]
) -> None:
    """Each parameter behind a cell of the model, in any branch, is behind its cell here."""
    p = resolve(dataset)
    model = graph_of(p)
    keys = {cell_of(book, f"param.{key}"): f"param.{key}" for key in p.values}
    compared, missing = 0, {}
    for name in model.cells:
        if name not in book.places:
            continue
        wanted = {leaf for leaf in model.reach(name) if leaf.startswith("param.")}
        found = {keys[cell] for cell in _reached(graph, cell_of(book, name)) if cell in keys}
        compared += len(wanted)
        if wanted - found:
            missing[name] = wanted - found
    assert compared > 50_000
    assert not missing


def test_every_parameter_is_read(dataset: Dataset, book: Book, graph: dict[str, set[str]]) -> None:
    outputs = [k for k in book.places if k.rpartition(".")[0] in QUANTITIES or k in QUANTITIES]
    reached = set().union(*(_reached(graph, cell_of(book, key)) for key in outputs))
    unread = [k for k in resolve(dataset).values if cell_of(book, f"param.{k}") not in reached]
    assert not unread


def test_text_from_data_stays_text(dataset: Dataset, tmp_path: Path) -> None:
    first = dataset.ids[0]
    facts = {**dataset._facts, first: replace(dataset.fact(first), note=HOSTILE, printed="+1+1")}
    erratum = next(iter(dataset.errata.values()))
    errata = {**dataset.errata, erratum.id: erratum.model_copy(update={"why": "@SUM(1)"})}
    base = dict(dataset.scenarios["base"])
    base["beta"] = {**base["beta"], "reason": HOSTILE, "label": "-2+3"}
    hostile = replace(
        dataset, _facts=facts, errata=errata, scenarios={**dataset.scenarios, "base": base}
    )
    written = write_workbook(hostile, tmp_path / "hostile.xlsx")
    held = read(written).values()
    assert {HOSTILE, "+1+1", "@SUM(1)", "-2+3"} <= {v for v in held if isinstance(v, str)}
    assert not [f for f in formula_cells(written).values() if "HYPERLINK" in f or "SUM(1)" in f]
    with zipfile.ZipFile(written) as archive:
        assert "evil.example" not in "".join(
            archive.read(n).decode() for n in archive.namelist() if n.endswith(".rels")
        )


def test_facts_show_their_grade_and_day(dataset: Dataset, workbook: Path) -> None:
    sheet = openpyxl.load_workbook(workbook, read_only=True)["Facts"]
    head, *rows = (
        row
        for row in sheet.iter_rows(values_only=True)
        if row[0] == "Fact" or row[0] in dataset.ids
    )
    told = {row[0]: (row[head.index("Grade")], row[head.index("Public")]) for row in rows}
    assert told == {key: (dataset.fact(key).grade, dataset.fact(key).public) for key in dataset.ids}


def test_overrides_stand_in_the_inputs(dataset: Dataset, book: Book, tmp_path: Path) -> None:
    overrides = {"beta": 1.4, "gross_margin.2027": 0.5, "wacc_method": "built_up"}
    written = write_workbook(dataset, tmp_path / "set.xlsx", "bull", overrides)
    held = read(written)
    result = run(resolve(dataset, "bull", overrides))
    assert held[cell_of(book, "input.bull.beta")] == held[cell_of(book, "param.beta")] == 1.4
    assert held[cell_of(book, "input.bull.gross_margin.2027")] == 0.5
    assert held[cell_of(book, "input.base.beta")] == resolve(dataset)("beta")
    target = float(result.scalars["target_price"])
    assert held[cell_of(book, "target_price")] == pytest.approx(target)
    assert held[cell_of(book, "scenario")] == "bull"


def test_override_of_base_leaves_the_other_scenarios(
    dataset: Dataset, book: Book, tmp_path: Path
) -> None:
    written = write_workbook(dataset, tmp_path / "set.xlsx", "base", {"beta": 1.4})
    assert read(written)[cell_of(book, "input.bear.beta")] == resolve(dataset, "bear")("beta")
    assert cell_of(book, "input.bear.beta") not in formula_cells(written)


def test_nothing_is_written_for_parameters_not_allowed(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="out of range"):
        write_workbook(dataset, tmp_path / "no.xlsx", "base", {"beta": 9})
    assert not list(tmp_path.iterdir())


def test_every_identity_of_the_model_is_a_check(dataset: Dataset, book: Book) -> None:
    checks = {key.split(".")[2] for key in book.places if key.startswith("x.check.")}
    assert checks == set(IDENTITIES)


def test_formulas_are_short(formulas: dict[str, str]) -> None:
    lengths = sorted(len(text) + 1 for text in formulas.values())
    assert lengths[-1] <= 200
    assert lengths[len(lengths) // 2] < 40


def test_a_line_that_the_model_does_not_have_is_named(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BY_YEAR, "Cash flow", "# Operating\noperating_cash_flw")
    with pytest.raises(
        ValueError, match="no line operating_cash_flw; nearest: operating_cash_flow"
    ):
        plan_book(dataset)
    monkeypatch.setitem(BY_YEAR, "Cash flow", "# Nothing")
    with pytest.raises(ValueError, match=r"no sheet of the workbook has a row for .*closing_cash"):
        plan_book(dataset)


@pytest.mark.parametrize("scenario", ["published", "bear"])
def test_live_grid_is_the_model(dataset: Dataset, book: Book, scenario: str) -> None:
    values = Values(dataset, scenario, None)
    p, held = values.assumptions, values.evaluated(book)
    wacc, growth = (values.scalar(name) for name in ("wacc", "terminal_growth"))
    rates, growths = tuple(wacc + r for r in RATES), tuple(growth + g for g in GROWTHS)
    given = p.replace({"wacc_method": "given"})
    frame = grid(given, Axis("wacc", rates), Axis("terminal_growth", growths))
    for i, rate in enumerate(rates):
        for k, grown in enumerate(growths):
            cell = held[f"x.case.rate_growth.{i}.{k}.target_price"]
            assert cell == pytest.approx(frame.loc[rate, grown], rel=1e-12)


def test_reverse_answers_are_those_of_the_model(dataset: Dataset, book: Book) -> None:
    values = Values(dataset, "bull", None)
    p, held = values.assumptions, values.evaluated(book)
    wanted = {"dcf_per_share": reverse_dcf(p), "target_price": breakevens(p)}
    assert set(wanted) == set(GOALS)
    assert any(frame["found"].any() for frame in wanted.values())
    compared = 0
    for question in QUESTIONS:
        for quantity in GOALS:
            live = question.name in LIVE_QUESTIONS
            if live and not asked(question, quantity):
                continue
            key = f"x.answer.{question.name}.{quantity}"
            stamped = values.stamped_crossing("bull", question, quantity)
            given = held[key] if live else stamped
            row = wanted[quantity].set_index("parameter").loc[question.name]
            if row["found"]:
                assert given == pytest.approx(row["implied"], rel=1e-9, abs=1e-9), key
            else:
                assert given in (None, "not met"), key
            compared += 1
    assert compared == 2 * len(QUESTIONS) - 2


def test_each_chart_says_what_it_shows_and_each_source_has_its_address(
    dataset: Dataset, workbook: Path
) -> None:
    with zipfile.ZipFile(workbook) as archive:
        drawings = [archive.read(n).decode() for n in archive.namelist() if "drawings/drawing" in n]
        said = [re.findall(r'descr="([^"]*)"', d) for d in drawings if "xdr:" in d]
    assert len(said) == 8
    assert all(re.search(r"\d", text) for texts in said for text in texts)
    sheet = openpyxl.load_workbook(workbook)["Facts"]
    cells = (row[0] for row in sheet.iter_rows(min_col=12, max_col=12))
    linked = {cell.value: cell.hyperlink.target for cell in cells if cell.hyperlink}
    assert len(linked) > 20
    assert set(linked.values()) <= {source.url for source in dataset.sources.values()}


def test_receipts_and_cells_name_each_other(
    dataset: Dataset, book: Book, cached: dict[str, Any]
) -> None:
    cells = cell_names(dataset)
    names = {number.name: number for rows in dataset.numbers.values() for number in rows}
    rows = {
        cached[key]: key.removeprefix("Receipts!A")
        for key in cached
        if key.startswith("Receipts!A") and cached[key] in names
    }
    assert set(rows) == set(names)
    target = next(n for n in names.values() if n.expression == "{model.target_price}")
    row = rows[target.name]
    assert cached[f"Receipts!D{row}"] == cells["target_price"]
    value = float(run(resolve(dataset)).scalars["target_price"])
    assert cached[f"Receipts!E{row}"] == pytest.approx(value)
    headline = [v for k, v in cached.items() if k.startswith("Cover!E") and isinstance(v, str)]
    assert any(target.name in names_of.split(", ") for names_of in headline)


def test_the_cover_says_what_run_it_was_written_for(dataset: Dataset, tmp_path: Path) -> None:
    out = write_workbook(dataset, tmp_path / "changed.xlsx", "base", {"wacc": 0.12})
    cover = openpyxl.load_workbook(out)["Cover"]
    assert cover["B4"].value == "Written for the run: Base, changed: WACC 12.0%"
