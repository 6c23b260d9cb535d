"""A made-up company gets a check, values, a workbook and a book from data and prose alone.

`tests/other_company` has another currency pair, a fiscal year that ends on 30 June, three peers
with one forward year, two products, two scenarios, and no audited report, patents or errata.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
import yaml

from thesisbook.data import Dataset, load_dataset
from thesisbook.data.check import run_check
from thesisbook.exhibits import Report
from thesisbook.model import ParameterError, resolve, run
from thesisbook.model.commands import check_parameters
from thesisbook.model.graph import Valuation, graph_of

PROJECT = Path(__file__).parents[1] / "other_company"
COMPANY = load_dataset(PROJECT)
SCENARIOS = tuple(COMPANY.company["scenarios"])
OWN = {COMPANY.company["currencies"][role] for role in ("reporting", "trading")}
OTHERS = re.compile(r"\b(CNY|HKD|USD|RMB|EUR)\b|reporting_|trading_|港元|人民币")


def test_its_text_is_read_by_the_same_rules() -> None:
    ours, its = (
        yaml.safe_load((folder / "_config.yml").read_text(encoding="utf-8"))["parse"]
        for folder in (PROJECT.parents[1], PROJECT)
    )
    assert its == ours


def _copy(to: Path) -> Path:
    return shutil.copytree(PROJECT, to / "company", ignore=shutil.ignore_patterns("_build"))


def _edit(root: Path, file: str, old: str, new: str) -> Dataset:
    path = root / "data" / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1, (file, old)
    path.write_text(text.replace(old, new), "utf-8")
    return load_dataset(root)


def test_it_differs_in_everything_that_was_once_typed_into_the_package(dataset: Dataset) -> None:
    ours, theirs = COMPANY.company, dataset.company
    assert ours["fiscal_year_end"] != theirs["fiscal_year_end"]
    assert not OWN & {theirs["currencies"][role] for role in ("reporting", "trading")}
    for name in ("products", "peers", "scenarios"):
        assert len(ours[name]) != len(theirs[name])
    assert not (COMPANY.patents or COMPANY.errata or COMPANY.exhibits or COMPANY.recomputations)
    assert "published" not in SCENARIOS
    assert not any(name.startswith("published") for name in resolve(COMPANY).parameters)


def test_its_data_are_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_check(PROJECT) == 0
    assert "Scoreboard 3" in capsys.readouterr().out


def test_its_value_is_what_a_calculator_gives() -> None:
    result = run(resolve(COMPANY))
    revenue = {
        2026: (5200 * 110_000 + 18_000 * 22_000) / 1e6 + 96,
        2027: (5600 * 110_000 + 19_500 * 22_000) / 1e6 + 101,
    }
    assert {year: result.quantity("revenue", year) for year in revenue} == pytest.approx(revenue)
    equity = 0.026 + 1.05 * 0.055
    assert result.quantity("wacc") == pytest.approx((equity + 0.05 * 0.045 * 0.78) / 1.05)
    assert result.quantity("stub") == pytest.approx(288 / 365)  # 15 September to 30 June
    assert result.quantity("relative_per_share") == pytest.approx(1.9 * revenue[2027] * 0.946 / 24)


def test_its_flows_are_discounted_from_its_own_year_end() -> None:
    """Mid-year, from the day of valuation to the middles of years that end on 30 June."""
    result = run(resolve(COMPANY))
    flows = list(result.series("dcf_free_cash_flow"))
    stub, rate = 288 / 365, result.quantity("wacc")
    powers = [stub / 2, *(stub + k - 0.5 for k in range(1, len(flows)))]
    discounted = [flows[0] * stub, *flows[1:]]
    value = sum(f / (1 + rate) ** n for f, n in zip(discounted, powers, strict=True))
    assert result.quantity("pv_fcf") == pytest.approx(value + flows[0] * (1 - stub))


@pytest.mark.parametrize(
    ("day", "allowed"),
    [("2025-06-30", True), ("2026-06-29", True), ("2025-06-29", False), ("2026-06-30", False)],
)
def test_a_valuation_date_lies_in_its_fiscal_year(day: str, allowed: bool) -> None:
    if allowed:
        run(resolve(COMPANY, overrides={"valuation_date": day}))
        return
    with pytest.raises(ParameterError, match="2025-06-30 to 2026-06-29"):
        resolve(COMPANY, overrides={"valuation_date": day})


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_its_identities_hold(scenario: str) -> None:
    result = run(resolve(COMPANY, scenario))
    assert [check.name for check in result.checks() if not check.ok] == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_its_graph_is_its_model(scenario: str) -> None:
    p = resolve(COMPANY, scenario)
    values, result = Valuation(graph_of(p), p), run(p)
    for name, scalar in result.scalars.items():
        assert values[name] == pytest.approx(scalar, rel=1e-12), name
    assert not [leaf for leaf in graph_of(p).leaves if "published" in leaf]


def test_every_parameter_it_declares_is_used() -> None:
    check_parameters(COMPANY)


def test_its_receipts_speak_its_currencies_alone() -> None:
    report = Report.open(dataset=COMPANY)
    receipts = report.numbers.book.of_runs()
    units = {str(receipt.get("unit", "")) for receipt in receipts.values()}
    assert len(receipts) > 300
    assert {code for unit in units for code in re.findall(r"[A-Z]{3}", unit)} == OWN
    assert [unit for unit in units if OTHERS.search(unit)] == []
    names = [name for chapter in COMPANY.numbers for name in report.numbers.open_chapter(chapter)]
    shown = " ".join(report.numbers[name].text for name in names)
    assert set(re.findall(r"[A-Z]{3}", shown)) >= OWN


def test_a_year_without_multiples_is_refused_in_one_line() -> None:
    with pytest.raises(ParameterError, match="ps_year: 2026 is out of range"):
        resolve(COMPANY, overrides={"ps_year": 2026})


def test_a_peer_without_the_year_of_the_multiple_is_named(tmp_path: Path) -> None:
    data = _edit(
        _copy(tmp_path), "assumptions/base.yaml", "range: [2027, 2027]", "range: [2026, 2027]"
    )
    with pytest.raises(ParameterError, match=r"peer_ps.alpine_valves.2026: an equation uses it"):
        run(resolve(data, overrides={"ps_year": 2026}))


@pytest.mark.parametrize("name", ["intangible_share", "revenue_growth", "other_revenue"])
def test_a_parameter_that_an_equation_needs_is_named(name: str, tmp_path: Path) -> None:
    path = (root := _copy(tmp_path)) / "data" / "assumptions" / "base.yaml"
    text = path.read_text("utf-8")
    path.write_text(re.sub(rf"(?m)^{name}:\n(  .*\n)+", "", text), "utf-8")
    with pytest.raises(ParameterError, match=f"{name}: an equation uses it"):
        run(resolve(load_dataset(root)))


def test_the_end_of_the_year_moves_the_value(tmp_path: Path) -> None:
    data = _edit(
        _copy(tmp_path), "company.yaml", 'fiscal_year_end: "06-30"', 'fiscal_year_end: "12-31"'
    )
    with pytest.raises(ParameterError, match=r"valuation_date: .* 2025-12-31 to 2026-12-30"):
        resolve(data)
    later = run(resolve(COMPANY, overrides={"valuation_date": "2026-01-02"}))
    path = tmp_path / "company" / "data" / "assumptions" / "base.yaml"
    path.write_text(path.read_text("utf-8").replace("value: 2025-09-15", "value: 2026-01-02"))
    moved = run(resolve(load_dataset(tmp_path / "company")))
    assert moved.quantity("stub") == pytest.approx(363 / 365)
    assert moved.quantity("target_price") != pytest.approx(later.quantity("target_price"))


def test_its_workbook_is_written(tmp_path: Path) -> None:
    import openpyxl  # noqa: PLC0415

    from thesisbook.outputs.workbook import write_workbook  # noqa: PLC0415

    book = openpyxl.load_workbook(write_workbook(COMPANY, tmp_path / "model.xlsx"), data_only=True)
    cells = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value]
    target = run(resolve(COMPANY)).quantity("target_price")
    assert any(cell.startswith(f"{target:.6f}"[:9]) for cell in cells)
    assert [cell for cell in cells if OTHERS.search(cell)] == []


@pytest.mark.book
def test_its_book_is_built_and_speaks_of_it_alone(tmp_path: Path, dataset: Dataset) -> None:
    root = _copy(tmp_path)
    command = [sys.executable, "-m", "thesisbook", "--project", str(root), "build", "-j1"]
    done = subprocess.run(
        [*command, "--only", "html", "--only", "pdf"],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    html = root / "_build" / "html"
    pages = {p.stem: p.read_text("utf-8") for p in html.rglob("[0-9]*_*.html")}
    assert set(pages) >= {"01_business", "02_value"}
    numbers = json.loads((root / "_build" / "numbers.json").read_text("utf-8"))["numbers"]
    target = run(resolve(COMPANY)).quantity("target_price")
    assert numbers["target_price"]["value"] == pytest.approx(target)
    assert numbers["target_price"]["text"] == f"SEK {target:.2f}" in pages["01_business"]
    (pdf,) = (root / "_build" / "pdf").glob("*.pdf")
    printed = " ".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages)
    assert f"SEK {target:.2f}" in printed
    strangers = re.compile(
        "|".join([OTHERS.pattern, re.escape(dataset.company["ticker"].split(".")[0])])
    )
    for text in (*pages.values(), printed):
        assert strangers.search(text) is None, strangers.search(text)
