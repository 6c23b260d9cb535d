"""One command puts a later figure into the data, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from click.testing import Result

from thesisbook.data import Dataset, load_dataset
from thesisbook.data.check import run_check
from thesisbook.model import bridge, resolve, run
from thesisbook.model.bridge import bridge_ends
from thesisbook.score.revisions import Revisions

ROOT = Path(__file__).parents[2]
Typed = Callable[..., Result]
DATA = load_dataset(ROOT)
EDITION, PRICE_DATE = (str(DATA.company[name]) for name in ("edition", "price_date"))
PRICE = DATA.fact(DATA.scenarios["base"]["price"]["fact"])
#: Scenarios of an earlier day, and that of the audited report: what they hold does not move.
EARLIER = [n for n, s in DATA.company["scenarios"].items() if n == "published" or s.get("as_of")]


def day_after(days: int) -> str:
    return str(date.fromisoformat(EDITION) + timedelta(days=days))


DAY = day_after(7)
PLACE = ("--date", DAY, "--source", "exchange-daily", "--locator", "page 1")
NEW = ("--publisher", "Exchange", "--title", "Daily quotations", "--kind", "primary")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The data of the project with what makes a folder a project."""
    root = tmp_path / "project"
    shutil.copytree(ROOT / "data", root / "data")
    shutil.copy(ROOT / "_toc.yml", root)
    (root / "notebooks").mkdir()
    return root


def contents(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def published(root: Path) -> dict:
    data = load_dataset(root)
    return {name: run(resolve(data, name)).headline() for name in EARLIER}


def test_a_price_is_one_command(typed: Typed, copy: Path) -> None:
    before, texts = published(copy), contents(copy)
    done = typed("set", "price", "70", *PLACE, *NEW, project=copy)
    assert done.exit_code == 0, done.output
    data = load_dataset(copy)
    fact = data.fact(data.scenarios["base"]["price"]["fact"])
    assert (fact.value, fact.period, fact.source) == (70.0, DAY, "exchange-daily")
    assert fact.locator == "page 1" and fact.basis == "reported"
    assert data.company["price_date"] == DAY
    assert data.company["edition"] == DAY
    assert data.sources["exchange-daily"].grade == "A"
    assert resolve(data)("valuation_date") == DAY
    assert published(copy) == before
    assert run_check(copy) == 0
    _bridges_end_where_they_should(data)
    assert f"HKD {PRICE.value:.2f} → 70.00" in done.output
    assert "thesisbook check names sentences and forecasts" in done.output.splitlines()[-1]
    assert _untouched_lines(texts, contents(copy)) > 0.99


def _bridges_end_where_they_should(data: Dataset) -> None:
    """The bridge to the audit leaves nothing over, nor does the one between editions."""
    end = run(resolve(data, bridge_ends(data)[1])).quantity("target_price")
    assert bridge(data)["target_after"].iloc[-1] == round(end, 2)
    revisions = Revisions(data)
    assert revisions.levels[-1].value == pytest.approx(revisions.tree.expected("target_price"))


def _untouched_lines(before: dict[str, bytes], after: dict[str, bytes]) -> float:
    """The share of lines, comments among them, that stand as they stood."""
    old = [line for text in before.values() for line in text.splitlines()]
    new = {line for text in after.values() for line in text.splitlines()}
    return sum(line in new for line in old) / len(old)


def test_an_earlier_document_leaves_the_edition(typed: Typed, copy: Path) -> None:
    before = load_dataset(copy).company["edition"]
    done = typed(
        "set",
        "price",
        "61.7",
        "--date",
        day_after(-1),
        "--source",
        "daily",
        "--locator",
        "page 1",
        *NEW,
        "--grade",
        "B",
        project=copy,
    )
    assert done.exit_code == 0, done.output
    data = load_dataset(copy)
    assert data.company["edition"] == before
    assert data.sources["daily"].grade == "B"


def test_a_known_document_that_is_later_moves_the_edition(typed: Typed, copy: Path) -> None:
    with (copy / "data/sources.csv").open("a", encoding="utf-8") as sources:
        sources.write(f"later,Exchange,Daily quotations,{day_after(9)},primary,A,en,,,,origin,,\n")
    done = typed("set", "price", "70", "--date", DAY, "--source", "later", *PLACE[4:], project=copy)
    assert done.exit_code == 0, done.output
    assert load_dataset(copy).company["edition"] == day_after(9)


def test_forecasts_of_the_edition_in_work_move_with_it(typed: Typed, copy: Path) -> None:
    """A kept edition has published its forecasts: they stay what and whose they were."""
    register = copy / "data/editions.csv"
    kept = {row.edition for row in load_dataset(copy).editions} - {EDITION}
    lines = register.read_text(encoding="utf-8").splitlines(keepends=True)
    register.write_text("".join(x for x in lines if not x.startswith(EDITION)), encoding="utf-8")
    shutil.rmtree(copy / "data/editions" / EDITION, ignore_errors=True)
    before = [(row.id, row.edition) for row in load_dataset(copy).forecasts]
    assert {edition for _, edition in before} == kept | {EDITION}
    assert typed("set", "edition", DAY, project=copy).exit_code == 0
    after = [(row.id, row.edition) for row in load_dataset(copy).forecasts]
    assert after == [(name, edition if edition in kept else DAY) for name, edition in before]


def test_the_reason_is_replaced_whole(typed: Typed, copy: Path) -> None:
    typed("set", "price", "70", *PLACE, *NEW, project=copy)
    base = yaml.safe_load((copy / "data/assumptions/base.yaml").read_text(encoding="utf-8"))
    assert base["price"]["reason"] == f"As of {DAY}, by Exchange."
    assert base["shares_mn"]["reason"].startswith("All classes")


def test_the_same_again_changes_nothing(typed: Typed, copy: Path) -> None:
    typed("set", "price", "70", *PLACE, *NEW, project=copy)
    before = contents(copy)
    done = typed("set", "price", "70.0", *PLACE, project=copy)
    assert done.exit_code == 0 and "already; nothing was written" in done.output
    assert contents(copy) == before


def test_shares_and_rate_after_a_price_extend_the_step(typed: Typed, copy: Path) -> None:
    before = published(copy)
    known = DATA.fact(DATA.scenarios["base"]["fx"]["fact"])
    for words in (
        ("price", "70", *PLACE, *NEW),
        ("shares", "2,560.8", *PLACE),
        ("fx", "1.16", *PLACE),
    ):
        done = typed("set", *words, project=copy)
        assert done.exit_code == 0, done.output
    data = load_dataset(copy)
    assert [resolve(data)(name) for name in ("shares_mn", "fx")] == [2560.8, 1.16]
    assert published(copy) == before
    _bridges_end_where_they_should(data)
    steps = {step.id: step.parameters for step in data.studies["edition_bridge"].steps}
    assert steps["update"] == ("shares_mn",)  # the step of price and rate is there
    assert data.fact(data.scenarios["base"]["fx"]["fact"]).metric == known.metric


def test_dates_are_set_by_themselves(typed: Typed, copy: Path) -> None:
    assert typed("set", "valuation_date", DAY, project=copy).exit_code == 0
    assert typed("set", "edition", day_after(8), project=copy).exit_code == 0
    data = load_dataset(copy)
    assert data.company["edition"] == day_after(8)
    assert resolve(data)("valuation_date") == DAY
    assert data.company["price_date"] == PRICE_DATE


REFUSED = [
    (("price", "5000", *PLACE, *NEW), "price.fact: found 5000.0; 1 to 1000 is allowed"),
    (("price", "seventy", *PLACE, *NEW), f"{PRICE.file}:"),
    (("price", "70", "--date", "30.6.2026", *PLACE[2:], *NEW), f"{PRICE.file}:"),
    (("price", "70", *PLACE), "exchange-daily"),
    (("price", "70", "--date", PRICE_DATE, *PLACE[2:], *NEW), f"found {PRICE.printed!r}"),
    (("prise", "70", *PLACE, *NEW), "prise: no such parameter; nearest: price"),
    (("gross_margin", "0.5", *PLACE, *NEW), "runs by year"),
    (("valuation_date", "2127-06-30"), "valuation_date: 2127-06-30 is out of range"),
    (("edition", "soon"), "data/company.yaml:"),
]


@pytest.mark.parametrize(("words", "said"), REFUSED, ids=lambda v: str(v)[:40])
def test_what_is_refused_leaves_everything(
    typed: Typed, copy: Path, words: tuple[str, ...], said: str
) -> None:
    before = contents(copy)
    done = typed("set", *words, project=copy)
    assert done.exit_code in (1, 2)
    assert said in done.output
    assert "nothing was written" in done.output
    assert contents(copy) == before


@pytest.mark.parametrize(
    "words", [("price", "70"), ("price_date", DAY), ("price", "70", *PLACE[:4])]
)
def test_a_figure_without_its_place_is_asked_for(
    typed: Typed, copy: Path, words: tuple[str, ...]
) -> None:
    before = contents(copy)
    done = typed("set", *words, project=copy)
    assert done.exit_code == 2 and "Error:" in done.output
    assert contents(copy) == before


def test_dry_run_writes_nothing(typed: Typed, copy: Path) -> None:
    before = contents(copy)
    done = typed("set", "price", "70", *PLACE, *NEW, "--dry-run", project=copy)
    assert done.exit_code == 0 and done.output.startswith("would write")
    assert contents(copy) == before


def test_an_entry_on_one_line_keeps_its_comment(typed: Typed, copy: Path) -> None:
    company = copy / "data/company.yaml"
    text = company.read_text(encoding="utf-8")
    company.write_text(
        text.replace(f"price_date: {PRICE_DATE}", f"price_date: {PRICE_DATE}  # close"),
        encoding="utf-8",
    )
    assert typed("set", "price", "70", *PLACE, *NEW, project=copy).exit_code == 0
    assert f"price_date: {DAY}  # close" in company.read_text(encoding="utf-8")
