"""`published` against every printed line of exhibits 45 to 49."""

import pytest

from thesisbook.model.commands import published_inputs
from thesisbook.model.lines import BALANCE_SHEET, CASH_FLOW, INCOME_STATEMENT, UNDRIVEN

PRINTED = [
    line
    for line in (*INCOME_STATEMENT, *BALANCE_SHEET, *CASH_FLOW)
    if line not in ("share_issue_proceeds", "disposal_proceeds", "lease_additions")
]
ROUNDING = 1.0  # thousand: a printed total may differ by one from the sum of its rounded lines


def thousands(mn: float) -> int:
    return round(mn * 1000)


@pytest.mark.parametrize("line", PRINTED)
def test_forecast_line_comes_back_to_the_thousand(line, published, dataset):
    entity = dataset.company["entity"]
    for year in (2026, 2027, 2028):
        printed = thousands(dataset.value(f"{entity}.{line}.{year}"))
        assert abs(thousands(published.quantity(line, year)) - printed) <= ROUNDING, year


def test_most_lines_are_exact(published, dataset):
    """The one-thousand differences are few: otherwise a driver would be wrong by a little."""
    entity = dataset.company["entity"]
    cells = [(line, year) for line in PRINTED for year in (2026, 2027, 2028)]
    exact = sum(
        thousands(published.quantity(line, year))
        == thousands(dataset.value(f"{entity}.{line}.{year}"))
        for line, year in cells
    )
    assert exact >= 0.88 * len(cells)


def test_the_published_line_of_disposals_holds_lease_additions(published, dataset):
    entity = dataset.company["entity"]
    for year in (2026, 2027, 2028):
        printed = thousands(dataset.value(f"{entity}.disposal_proceeds.{year}"))
        assert abs(thousands(published.quantity("lease_additions", year)) - printed) <= ROUNDING
        assert published.quantity("disposal_proceeds", year) == 0
    for year in (2023, 2024, 2025):
        printed = dataset.value(f"{entity}.disposal_proceeds.{year}")
        assert published.quantity("disposal_proceeds", year) == printed
        assert published.quantity("lease_additions", year) == 0


@pytest.mark.parametrize("line", PRINTED)
def test_reported_years_are_the_printed_ones(line, base, dataset):
    entity = dataset.company["entity"]
    for year in (2023, 2024, 2025):
        assert base.quantity(line, year) == dataset.value(f"{entity}.{line}.{year}")


@pytest.mark.parametrize(
    "row",
    [
        "ebit",
        "depreciation_amortisation",
        "tax",
        "working_capital_change",
        "capital_expenditure",
        "free_cash_flow",
    ],
)
def test_dcf_rows_come_back_to_the_thousand(row, published, dataset):
    entity = dataset.company["entity"]
    for year in range(2026, 2036):
        printed = thousands(dataset.value(f"{entity}.dcf_{row}.{year}"))
        assert abs(thousands(published.quantity(f"dcf_{row}", year)) - printed) <= ROUNDING, year


def test_eleven_lines_are_inputs_and_named(dataset):
    inputs = published_inputs(dataset)
    assert [row["line"] for row in inputs] == list(UNDRIVEN)
    assert len(inputs) == 11
    for row in inputs:
        assert sorted(row["facts"]) == ["2026", "2027", "2028"]
        for fact in row["facts"].values():
            dataset.fact(fact)


def test_published_statements_end_where_the_print_ends(published, base):
    assert max(published.income_statement.columns) == 2028
    assert max(base.income_statement.columns) == 2035
    assert "published inputs" in published.balancing_item
    assert published.balancing_item != base.balancing_item


@pytest.mark.parametrize("year", range(2026, 2036))
def test_audited_returns_the_printed_ebit_path(year, audited, dataset):
    printed = dataset.value(f"{dataset.company['entity']}.dcf_ebit.{year}")
    assert audited.quantity("ebit", year) == pytest.approx(printed, abs=0.0015)


@pytest.mark.parametrize("line", ["depreciation_amortisation", "other_non_current_assets"])
def test_calibrated_drivers_return_the_printed_line_in_audited(line, audited, dataset):
    """Lines audited drives where print gives an input: calibrated to come back in 2026E-2028E."""
    for year in (2026, 2027, 2028):
        printed = dataset.value(f"{dataset.company['entity']}.{line}.{year}")
        assert audited.quantity(line, year) == pytest.approx(printed, abs=0.0015)


def test_products_add_up_to_the_printed_revenue(published, dataset):
    for year in (2026, 2027, 2028):
        parts = [published.quantity(f"revenue_{k}", year) for k in published.assumptions.products]
        total = sum(parts) + published.quantity("revenue_other", year)
        printed = dataset.value(f"{dataset.company['entity']}.revenue.{year}")
        assert thousands(total) == thousands(printed)
