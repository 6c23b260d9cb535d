"""The ledger: what was published stays as it was published, and names what there is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from thesisbook.data.ledger_checks import frozen_faults, ledger_faults
from thesisbook.data.ledger_rows import ForecastRow

DAY = "2026-06-03"
LEDGER, COPY = "data/forecasts.csv", f"data/editions/{DAY}/forecasts.csv"


class Rows(list[Any]):
    """Rows with their lines, as in a table that was read."""

    def __init__(self, file: str, *rows: Any) -> None:
        super().__init__(enumerate(rows, 2))
        self.file = file
        self.rows = rows


def row(name: str, **changed: str) -> ForecastRow:
    cells = {**dict.fromkeys(ForecastRow.model_fields, ""), "id": name, "edition": DAY}
    return ForecastRow.model_construct(**{**cells, "maker": "own", **changed})  # type: ignore[arg-type]


def frozen(today: list[ForecastRow], kept: list[ForecastRow], digest: str = "a" * 64) -> list[str]:
    edition = SimpleNamespace(ledger="a" * 64, forecasts=Rows(COPY, *kept))
    rows = [SimpleNamespace(edition=DAY, ledger=digest)] if digest else []
    files: Any = SimpleNamespace(
        forecasts=Rows(LEDGER, *today),
        editions=Rows("data/editions.csv", *rows),
        kept={DAY: edition},
    )
    return [str(fault) for fault in frozen_faults(files)]


def test_rows_as_they_were_published_and_later_judgements_have_no_fault() -> None:
    judged = row("a", unsettled="no print", lesson_en="x", lesson_zh="x")
    later = row("b", edition="2026-10-08")
    assert frozen([judged, later], [row("a")]) == []


def test_a_published_row_stays_as_it_was() -> None:
    (fault,) = frozen(
        [row("z", edition="2026-10-08"), row("a", due="2027")], [row("a", due="2026")]
    )
    assert fault == f"{LEDGER}:3:due: a: found '2027', published as '2026' ({COPY}:2); it stays"


def test_a_published_row_cannot_be_left_out_and_none_be_added() -> None:
    gone, new = frozen([row("b")], [row("a")])
    assert gone == f"{LEDGER}:0:id: found no row a, published at {COPY}:2; published rows stay"
    assert new.startswith(f"{LEDGER}:2:edition: found b in the edition of {DAY}, which was")


def test_a_frozen_copy_is_the_one_that_was_published() -> None:
    (other,) = frozen([row("a")], [row("a")], "b" * 64)
    assert other.startswith(f"{COPY}:0:-: found another content than was published (SHA-256 ")
    assert f"(SHA-256 {'a' * 12}, published {'b' * 12})" in other
    (none,) = frozen([row("a")], [row("a")], "")
    assert none == f"data/editions.csv:0:edition: found no row of {DAY}; each kept edition has one"


def named(*rows: ForecastRow, events: tuple[Any, ...] = ()) -> list[str]:
    def ids(*names: str) -> Any:
        return SimpleNamespace(rows=[SimpleNamespace(id=name) for name in names])

    files: Any = SimpleNamespace(
        forecasts=Rows(LEDGER, *rows),
        calendar=Rows("data/calendar.csv", *events),
        editions=Rows("data/editions.csv", SimpleNamespace(edition="2026-01-01")),
        sources=ids("004"),
        facts=[ids("acme.revenue.2025")],
        entities=ids("acme"),
        metrics=ids("revenue"),
        company=(None, SimpleNamespace(edition=DAY)),
    )
    return [str(fault) for fault in ledger_faults(files)]


@pytest.mark.parametrize(
    "good",
    [
        row("a", metric="{acme.revenue.2027}", central="{acme.revenue.2025}"),
        row("a", maker="004", edition="2026-01-01"),
        row("a", edition="2026-10-08"),
    ],
)
def test_a_forecast_may_wait_for_a_fact_of_known_entity_metric_and_period(
    good: ForecastRow,
) -> None:
    assert named(good) == []


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"maker": "005"}, "maker", "found '005'"),
        ({"edition": "2026-06-02"}, "edition", "a row of editions.csv or a coming edition"),
        ({"metric": "{acmee.revenue.2027}"}, "metric", "an unknown entity"),
        ({"metric": "{acme.revenu.2027}"}, "metric", "an unknown metric"),
        ({"reason_holds": "{acme.revenue.soon}"}, "reason_holds", "whose period is none; allowed"),
        ({"central": "{acme.revenue.2027}"}, "central", "an unknown fact"),
        ({"base_rate": "{acme.revenue.2027}"}, "base_rate", "an unknown fact"),
    ],
)
def test_what_a_forecast_names_is_there(cells: dict[str, str], column: str, says: str) -> None:
    (fault,) = named(row("a", **cells))
    assert fault.startswith(f"{LEDGER}:2:{column}: ")
    assert says in fault


def test_a_key_is_given_once_and_an_event_names_a_forecast_that_is_there() -> None:
    (fault,) = named(row("a"), row("b"), row("a"))
    assert fault == f"{LEDGER}:4:id: found 'a' again, first at {LEDGER}:2; once is allowed"
    known, gone, none = (SimpleNamespace(id=n, forecast=n) for n in ("a", "b", ""))
    (fault,) = named(row("a"), events=(known, none, gone))
    assert fault.startswith("data/calendar.csv:4:forecast: ")
    assert "an unknown forecast" in fault
