"""One command puts a later figure into the data, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import Result

from thesisbook.data import load_dataset
from thesisbook.data.check import run_check
from thesisbook.model import bridge, resolve, run

ROOT = Path(__file__).parents[2]
Typed = Callable[..., Result]
DAY = "2026-06-30"
PLACE = ("--date", DAY, "--source", "exchange-2026-06-30", "--locator", "page 1")
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
    return run(resolve(load_dataset(root), "published")).headline()


def test_a_price_is_one_command(typed: Typed, copy: Path) -> None:
    before, texts = published(copy), contents(copy)
    done = typed("set", "price", "70", *PLACE, *NEW, project=copy)
    assert done.exit_code == 0, done.output
    data = load_dataset(copy)
    fact = data.fact(data.scenarios["base"]["price"]["fact"])
    assert (fact.value, fact.period, fact.source) == (70.0, DAY, "exchange-2026-06-30")
    assert fact.locator == "page 1" and fact.basis == "reported"
    assert data.company["price_date"] == DAY
    assert data.company["edition"] == DAY
    assert data.sources["exchange-2026-06-30"].grade == "A"
    assert resolve(data)("valuation_date") == DAY
    assert published(copy) == before
    assert run_check(copy) == 0
    assert bridge(data)["target_after"].iloc[-1] == round(
        run(resolve(data)).quantity("target_price"), 2
    )
    assert "HKD 61.65 → 70.00" in done.output
    assert _untouched_lines(texts, contents(copy)) > 0.995


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
        "2026-06-01",
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
    company = load_dataset(copy).company
    later = next(s for s in load_dataset(copy).sources.values() if s.date > company["edition"])
    done = typed(
        "set",
        "price",
        "70",
        "--date",
        DAY,
        "--source",
        later.id,
        "--locator",
        "page 1",
        project=copy,
    )
    assert done.exit_code == 0, done.output
    assert load_dataset(copy).company["edition"] == later.date


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
    for words in (
        ("price", "70", *PLACE, *NEW),
        ("shares", "2,560.8", *PLACE),
        ("fx", "1.16", *PLACE),
    ):
        done = typed("set", *words, project=copy)
        assert done.exit_code == 0, done.output
    data = load_dataset(copy)
    result = run(resolve(data))
    assert (result.quantity("shares_mn"), result.quantity("fx")) == (2560.8, 1.16)
    assert published(copy) == before
    steps = {step.id: step.parameters for step in data.studies["bridge"]}
    assert steps["update"] == ("price", "shares_mn", "fx")
    assert data.fact(data.scenarios["base"]["fx"]["fact"]).metric == "fx"


def test_dates_are_set_by_themselves(typed: Typed, copy: Path) -> None:
    assert typed("set", "valuation_date", DAY, project=copy).exit_code == 0
    assert typed("set", "edition", "2026-07-01", project=copy).exit_code == 0
    data = load_dataset(copy)
    assert data.company["edition"] == "2026-07-01"
    assert resolve(data)("valuation_date") == DAY
    assert data.company["price_date"] == "2026-06-02"


REFUSED = [
    (("price", "5000", *PLACE, *NEW), "price.fact: found 5000.0; 1 to 1000 is allowed"),
    (("price", "seventy", *PLACE, *NEW), "data/facts/valuation.csv:"),
    (("price", "70", "--date", "30.6.2026", *PLACE[2:], *NEW), "data/facts/valuation.csv:"),
    (("price", "70", *PLACE), "exchange-2026-06-30"),
    (("price", "70", "--date", "2026-06-02", "--source", "004", "--locator", "x"), "found '61.65'"),
    (("prise", "70", *PLACE, *NEW), "prise: no such parameter; nearest: price"),
    (("gross_margin", "0.5", *PLACE, *NEW), "runs by year"),
    (("valuation_date", "2027-06-30"), "valuation_date: 2027-06-30 is out of range"),
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
        text.replace("price_date: 2026-06-02", "price_date: 2026-06-02  # close"), encoding="utf-8"
    )
    assert typed("set", "price", "70", *PLACE, *NEW, project=copy).exit_code == 0
    assert f"price_date: {DAY}  # close" in company.read_text(encoding="utf-8")
