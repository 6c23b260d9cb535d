"""A published forecast stays as it was: each way of changing one is refused, with file and row."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import pytest

from thesisbook.data import DataError, load_dataset
from thesisbook.data.files import Files, read_files
from thesisbook.data.ledger_checks import frozen_faults, ledger_faults
from thesisbook.data.ledger_rows import ForecastRow
from thesisbook.data.validation import Table

ROOT = Path(__file__).parents[2]
EDITION = "2026-06-02"
KEPT = f"data/editions/{EDITION}/forecasts.csv"
MARK = "june_h1_margin"


@pytest.fixture(scope="module")
def files() -> Files:
    return read_files(ROOT)


def edited(files: Files, name: str = MARK, **cells: Any) -> Files:
    """The files with cells of a forecast changed."""
    rows = tuple(
        row.model_copy(update=cells) if row.id == name else row for row in files.forecasts.rows
    )
    return with_rows(files, rows)


def with_rows(files: Files, rows: tuple[ForecastRow, ...]) -> Files:
    lines = tuple(range(2, len(rows) + 2))
    return dataclasses.replace(files, forecasts=Table(files.forecasts.file, rows, lines))


def line_of(files: Files, name: str) -> int:
    return next(line for line, row in files.forecasts if row.id == name)


def test_the_ledger_is_as_published(files: Files) -> None:
    assert list(frozen_faults(files)) == []
    assert list(ledger_faults(files)) == []


@pytest.mark.parametrize(
    ("column", "now"),
    [
        ("down", "0.42"),
        ("up", "0.60"),
        ("metric", "{biren.gross_margin.2027H1}"),
        ("due", "2026-12-31"),
        ("probability", "0.9"),
        ("claim_en", "Gross margin of the year"),
        ("better", "lower"),
        ("down_action", ""),
        ("edition", "2027-01-15"),
        ("reason", "It was clear"),
    ],
)
def test_a_changed_cell_names_file_row_and_column(files: Files, column: str, now: str) -> None:
    was = next(getattr(row, column) for row in files.forecasts.rows if row.id == MARK)
    faults = [str(fault) for fault in frozen_faults(edited(files, **{column: now}))]
    assert faults[0].startswith(
        f"data/forecasts.csv:{line_of(files, MARK)}:{column}: {MARK}: "
        f"found {now!r}, published as {was!r} ({KEPT}:"
    )
    assert len(faults) == 1


def test_a_row_taken_out_is_named_with_its_place(files: Files) -> None:
    rows = tuple(row for row in files.forecasts.rows if row.id != MARK)
    (fault,) = frozen_faults(with_rows(files, rows))
    assert str(fault).startswith(
        f"data/forecasts.csv:0:id: found no row {MARK}, published at {KEPT}:"
    )


def test_a_row_added_to_a_published_edition_is_refused(files: Files) -> None:
    late = files.forecasts.rows[0].model_copy(update={"id": "june_wise_afterwards"})
    (fault,) = frozen_faults(with_rows(files, (*files.forecasts.rows, late)))
    assert "found june_wise_afterwards in the edition of 2026-06-02" in str(fault)
    assert "a new row belongs to a later edition" in str(fault)


def test_a_frozen_copy_that_was_edited_is_refused(files: Files) -> None:
    kept = dataclasses.replace(files.kept[EDITION], ledger="0" * 64)
    (fault,) = frozen_faults(dataclasses.replace(files, kept={EDITION: kept}))
    assert str(fault).startswith(f"{KEPT}:0:-: found another content than was published")


def test_a_kept_edition_without_its_row_is_refused(files: Files) -> None:
    none: Table[Any] = Table(files.editions.file, (), ())
    faults = frozen_faults(dataclasses.replace(files, editions=none))
    assert [str(fault) for fault in faults] == [
        f"data/editions.csv:0:edition: found no row of {edition}; each kept edition has one"
        for edition in files.kept
    ]


@pytest.mark.parametrize("column", ["unsettled", "lesson_en", "lesson_zh"])
def test_a_judgement_may_be_written_later(files: Files, column: str) -> None:
    assert list(frozen_faults(edited(files, **{column: "We had the mix wrong"}))) == []


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"metric": "{birem.revenue.2026H1}"},
            "metric: found 'birem', an unknown entity; nearest: bi",
        ),
        ({"metric": "{biren.revenues.2026H1}"}, "metric: found 'revenues', an unknown metric"),
        ({"metric": "{biren.revenue.2026H3}"}, "whose period is none"),
        ({"up": "{biren.revenue.2026H2}"}, "up: found 'biren.revenue.2026H2', an unknown fact"),
        ({"maker": "broker"}, "maker: found 'broker', an unknown maker"),
        ({"edition": "2026-07-01"}, "edition: found 2026-07-01; a row of editions.csv or a coming"),
        ({"id": "june_rating"}, "id: found 'june_rating' again, first at data/forecasts.csv:2"),
    ],
    ids=str,
)
def test_a_wrong_name_is_refused(files: Files, cells: dict[str, str], message: str) -> None:
    faults = [str(fault) for fault in ledger_faults(edited(files, **cells))]
    assert len(faults) == 1
    assert message in faults[0]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"low": "1", "high": ""}, "an interval has both ends, or none"),
        ({"low": "1", "high": "2", "central": ""}, "an interval has a central value"),
        ({"reason": "Orders", "reason_holds": ""}, "a reason in words and one in facts"),
        ({"better": "worse"}, "higher"),
    ],
    ids=str,
)
def test_a_row_that_could_not_be_settled_is_refused(
    files: Files, cells: dict[str, str], message: str
) -> None:
    row = {**files.forecasts.rows[0].model_dump(), **cells}
    with pytest.raises(ValueError, match=message):
        ForecastRow.model_validate(row)


def test_the_whole_check_refuses_a_changed_mark(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    ledger = tmp_path / "data" / "forecasts.csv"
    text = ledger.read_text("utf-8")
    assert text.count(",868,434,") == 1
    ledger.write_text(text.replace(",868,434,", ",868,1300,"), "utf-8")
    with pytest.raises(
        DataError, match=r"data/forecasts\.csv:4:down: june_h1_revenue: found '1300'"
    ):
        load_dataset(tmp_path)
