"""New figures in the files of the data: what changes, and that nothing else does."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from thesisbook.data import DataError, Dataset, load_dataset
from thesisbook.data.edit_consequences import FORECASTS, move_edition
from thesisbook.data.edits import (
    BASE,
    COMPANY,
    METRICS,
    NEW_FACTS,
    SOURCES,
    Edits,
    Print,
    _publication,
    _same,
    add_source,
    set_figure,
    set_value,
    write,
)

MARKET = "data/facts/market.csv"
SOURCE = {"id": "close-2026-06-10", "publisher": "Exchange", "title": "Close"}
SOURCE |= {"date": "2026-06-10", "kind": "market", "grade": "B", "language": "en"}


@pytest.fixture
def edits(project: Path) -> Edits:
    return Edits(load_dataset(project))


def changed(edits: Edits, name: str) -> list[str]:
    """The lines that a file loses (-) and gains (+)."""
    path = edits.dataset.root / name
    before = path.read_text("utf-8").splitlines() if path.is_file() else []
    lines = difflib.unified_diff(before, edits.text(name).splitlines(), lineterm="", n=0)
    return [line for line in list(lines)[2:] if not line.startswith("@@")]


@pytest.mark.parametrize(
    ("name", "place", "content", "lines"),
    [
        (BASE, ("wacc", "value"), "0.1", ["-  value: 0.112", "+  value: 0.1"]),
        (BASE, ("wacc", "source"), '"005"', ['-  source: "004"', '+  source: "005"']),
        (COMPANY, ("edition", ""), "2026-07-01", ["-edition: 2026-06-03", "+edition: 2026-07-01"]),
        (COMPANY, ("ticker", ""), '"0701.HK"', ['-ticker: "0700.HK"', '+ticker: "0701.HK"']),
        (
            COMPANY,
            ("currencies", "trading"),
            "USD",
            [
                "-currencies: {reporting: CNY, trading: HKD}",
                "+currencies: {reporting: CNY, trading: USD}",
            ],
        ),
        (
            COMPANY,
            ("currencies", "reporting"),
            "USD",
            [
                "-currencies: {reporting: CNY, trading: HKD}",
                "+currencies: {reporting: USD, trading: HKD}",
            ],
        ),
    ],
)
def test_one_value_is_replaced_and_every_other_byte_stays(
    edits: Edits, name: str, place: tuple[str, str], content: str, lines: list[str]
) -> None:
    edits.put(name, *place, content)
    assert changed(edits, name) == lines
    assert edits.text(name).endswith("\n") and "\n\n\n" not in edits.text(name)


def test_a_value_of_the_last_entry_of_a_file_is_replaced_with_or_without_a_last_line_end(
    edits: Edits,
) -> None:
    edits.texts["x.yaml"] = "a:\n  b: 1\n\n  c: 2  # why\nlast:\n  b: 3"
    edits.put("x.yaml", "last", "b", "4")
    edits.put("x.yaml", "a", "c", "5")
    assert edits.texts["x.yaml"] == "a:\n  b: 1\n\n  c: 5  # why\nlast:\n  b: 4"
    assert edits.done == ["x.yaml: last.b 3 -> 4", "x.yaml: a.c 2 -> 5"]


def test_a_folded_reason_is_replaced_whole_and_not_told(edits: Edits) -> None:
    edits.texts["x.yaml"] = "a:\n  reason: >-\n    one\n    two\n  b: 1\n"
    edits.put("x.yaml", "a", "reason", ">-\n    three")
    assert edits.texts["x.yaml"] == "a:\n  reason: >-\n    three\n  b: 1\n"
    assert edits.done == []


def test_what_is_not_there_cannot_be_replaced(edits: Edits) -> None:
    with pytest.raises(DataError, match=r"^data/assumptions/base.yaml:0:beta: no such entry"):
        edits.put(BASE, "beta", "value", "1")
    with pytest.raises(
        DataError, match=r"base\.yaml:0:price: has no line `value:` that could be changed"
    ):
        edits.put(BASE, "price", "value", "1")


def test_a_row_is_added_at_the_end_and_its_other_cells_are_empty(edits: Edits) -> None:
    edits.add_row(METRICS, {"name_en": "Rate, 1", "id": "rate", "dimension": "ratio"})
    assert changed(edits, METRICS) == ['+rate,"Rate, 1",,ratio']
    edits.add_row("data/facts/new.csv", {"id": "a", "note": "b"})
    edits.add_row("data/facts/new.csv", {"note": "d"})
    assert edits.text("data/facts/new.csv") == "id,note\na,b\n,d\n"
    assert edits.done == [
        'data/metrics.csv: + rate,"Rate, 1",,ratio',
        "data/facts/new.csv: + a,b",
        "data/facts/new.csv: + ,d",
    ]


def test_text_is_added_after_one_line_end(edits: Edits) -> None:
    edits.texts["x.yaml"] = "a: 1\n\n"
    edits.append("x.yaml", "b:\n  c: 2\n")
    assert edits.texts["x.yaml"] == "a: 1\nb:\n  c: 2\n"
    assert edits.done == ["x.yaml: + b: c: 2"]


def test_a_new_price_is_a_fact_of_its_day_and_moves_the_days_that_follow_it(edits: Edits) -> None:
    add_source(edits, SOURCE)
    set_figure(edits, "price", Print("1,040.20", "2026-06-10", "close-2026-06-10", "line 1"))
    assert changed(edits, SOURCES) == ["+close-2026-06-10,Exchange,Close,2026-06-10,market,B,en,,,"]
    assert changed(edits, MARKET) == [
        '+acme.share_price.2026-06-10,acme,share_price,2026-06-10,"1,040.20",1040.20,'
        "HKD_per_share,reported,close-2026-06-10,line 1,"
    ]
    assert changed(edits, BASE) == [
        "-  fact: acme.share_price.2026-06-02",
        "+  fact: acme.share_price.2026-06-10",
        "-  reason: Close on the price date.",
        "+  reason: >-",
        "+    As of 2026-06-10, by Exchange.",
    ]
    assert changed(edits, COMPANY) == [
        "-edition: 2026-06-03",
        "-price_date: 2026-06-02",
        "+edition: 2026-06-10",
        "+price_date: 2026-06-10",
    ]


def test_a_figure_in_place_of_a_typed_value_brings_its_metric_and_its_own_file(
    edits: Edits,
) -> None:
    printed = Print("11.5%", "2026-03-30", "results-2026-03-30", "page 9", note="n")
    set_figure(edits, "wacc", replace(printed, text="0.115"), reason="Ours  now.")
    assert changed(edits, METRICS) == ["+wacc,Cost of capital,Cost of capital,ratio"]
    assert edits.text(NEW_FACTS).splitlines() == [
        "id,entity,metric,period,printed,value,unit,basis,source,locator,note",
        "acme.wacc.2026-03-30,acme,wacc,2026-03-30,0.115,0.115,ratio,reported,"
        "results-2026-03-30,page 9,n",
    ]
    assert changed(edits, BASE) == [
        "-  value: 0.112",
        "+  fact: acme.wacc.2026-03-30",
        "-  reason: As printed.",
        '-  source: "004"',
        "+  reason: >-",
        "+    Ours now.",
        '+  source: "results-2026-03-30"',
    ]
    assert COMPANY not in edits.texts, "an earlier source moves no day"


@pytest.mark.parametrize(
    ("text", "unit", "fits"),
    [
        ("38.50", None, True),
        ("38.5", None, True),
        ("38.51", None, False),
        ("38.5O", None, False),
        ("38.50", "nothing", False),
    ],
)
def test_a_figure_that_is_there_already_stays_what_it_is(
    edits: Edits, text: str, unit: str | None, fits: bool
) -> None:
    printed = Print(text, "2026-06-02", "004", "L2", unit=unit)
    if fits:
        set_figure(edits, "price", printed)
        assert edits.done == []
    else:
        with pytest.raises(DataError, match=r"market\.csv:2:printed: found '38\.50' already"):
            set_figure(edits, "price", printed)


def test_nothing_printed_again_is_the_same_nothing(edits: Edits) -> None:
    nil = replace(edits.dataset.fact("acme.share_price.2026-06-02"), value=0.0, printed="0")
    _same(nil, "0.00", "HKD_per_share")
    with pytest.raises(DataError, match="found '0' already"):
        _same(nil, "0.01", "HKD_per_share")


def test_a_typed_value_is_set_with_or_without_a_reason(edits: Edits) -> None:
    set_value(edits, "wacc", "0.09", "")
    assert changed(edits, BASE) == ["-  value: 0.112", "+  value: 0.09"]
    set_value(edits, "ps_basis", "median", "Robust.")
    assert changed(edits, BASE)[2:] == [
        "-  value: mean",
        '+  value: "median"',
        "-  reason: The plain choice.",
        "+  reason: >-",
        "+    Robust.",
    ]
    set_value(edits, "edition", "2026-07-01", "")
    assert changed(edits, COMPANY) == ["-edition: 2026-06-03", "+edition: 2026-07-01"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("price", "price: is acme.share_price.2026-06-02; a new figure needs --date and --source"),
        ("gross_margin", "gross_margin: runs by year; change its values in the file"),
        ("waccc", "waccc: no such parameter; nearest: wacc"),
    ],
)
def test_what_cannot_be_set_says_why(edits: Edits, name: str, says: str) -> None:
    with pytest.raises(DataError) as refused:
        set_value(edits, name, "1", "")
    assert str(refused.value).startswith(f"{BASE}:0:{says}"), "the whole entry is meant"
    assert edits.texts == {}


@pytest.mark.parametrize(
    ("date", "day"),
    [("2026-06-10", "2026-06-10"), ("2026-02", "2026-02-28"), ("2026", "2026-12-31"), ("n.d.", "")],
)
def test_a_source_is_public_on_the_last_day_of_its_date(edits: Edits, date: str, day: str) -> None:
    add_source(edits, {**SOURCE, "date": date})
    assert _publication(edits, SOURCE["id"]) == ("Exchange", day)
    assert _publication(edits, "gone") == ("gone", "")


def test_files_are_written_whole_with_plain_line_ends(edits: Edits, tmp_path: Path) -> None:
    set_value(edits, "wacc", "0.09", "")
    edits.add_row("data/facts/new.csv", {"id": "é"})
    write(edits, tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").rglob("*") if p.is_file()) == [
        "base.yaml",
        "new.csv",
    ]
    assert (tmp_path / "out/data/facts/new.csv").read_bytes() == "id\né\n".encode()


def with_published(project: Path) -> Dataset:
    company = project / COMPANY
    text = company.read_text("utf-8").replace(
        "  bull: {en: Bull, zh: 乐观}\n",
        "  bull: {en: Bull, zh: 乐观}\n"
        "  old: {en: Old, zh: 旧, as_of: 2026-06-03, extends: bull}\n"
        "  published: {en: Published, zh: 原}\n"
        "  calm: {en: Calm, zh: 平}\n",
    )
    company.write_text(text, "utf-8")
    for name in ("old", "published", "calm"):
        (project / f"data/assumptions/{name}.yaml").write_text(
            "gross_margin:\n  values: {2026: 0.4}\n  reason: Other.\n", "utf-8"
        )
    published = project / "data/assumptions/published.yaml"
    published.write_text(
        published.read_text("utf-8")
        + "price:\n  fact: acme.share_price.2026-06-02\n  reason: r.\n",
        "utf-8",
    )
    return load_dataset(project)


def test_scenarios_of_an_earlier_day_keep_the_old_value_and_the_bridge_gets_a_step(
    project: Path,
) -> None:
    """The scenario that an earlier one extends holds it for both; who has a value of its own has
    no need; a parameter that the bridge takes already needs no step."""
    edits = Edits(with_published(project))
    set_value(edits, "ps_basis", "median", "")
    kept = ["+ps_basis:", '+  value: "mean"', "+  reason: >-"]
    kept.append("+    As published; later data move base alone.")
    for name in ("bull", "published"):
        assert changed(edits, f"data/assumptions/{name}.yaml") == kept, name
    for name in ("old", "calm"):
        assert f"data/assumptions/{name}.yaml" not in edits.texts, name
    assert changed(edits, "data/studies/bridge.yaml")[0] == "+- id: update"
    assert changed(edits, "data/studies/bridge.yaml")[-1] == "+  parameters: [ps_basis]"
    set_value(edits, "wacc", "0.1", "")
    assert "ps_basis, wacc" not in edits.text("data/studies/bridge.yaml")
    assert "+wacc:" in changed(edits, "data/assumptions/published.yaml")
    assert "+wacc:" not in changed(edits, "data/assumptions/bull.yaml"), "it has its own"
    assert edits.done[-1].startswith("data/assumptions/base.yaml: wacc.value")


def test_a_second_parameter_joins_the_step(project: Path) -> None:
    edits = Edits(with_published(project))
    bridge = "data/studies/bridge.yaml"
    edits.texts[bridge] = "- id: update\n  parameters: [one,\n    two]\n- id: last\n  kind: time\n"
    set_value(edits, "ps_basis", "median", "")
    assert edits.texts[bridge] == (
        "- id: update\n  parameters: [one,\n    two, ps_basis]\n- id: last\n  kind: time\n"
    )
    edits.texts[bridge] = "- id: first\n- id: last\n  kind: time\n"
    set_value(Edits(edits.dataset, edits.texts), "ps_basis", "median", "")
    told = edits.texts[bridge].splitlines()
    assert told[:2] == ["- id: first", "- id: update"] and told[-2:] == [
        "- id: last",
        "  kind: time",
    ]


def test_forecasts_of_the_edition_in_work_move_with_it_and_those_of_a_kept_one_stay(
    edits: Edits,
) -> None:
    rows = tuple(SimpleNamespace(edition=day) for day in ("2026-06-03", "2026-06-03", "2026-01-01"))
    table = "id,edition,note\na,2026-06-03,x\nb,2026-06-03,2026-06-03\nc,2026-01-01,x\n"
    for kept, moved in (((), True), ((SimpleNamespace(edition="2026-06-03"),), False)):
        dataset = replace(edits.dataset, forecasts=rows, editions=kept)  # type: ignore[arg-type]
        one = Edits(dataset, {FORECASTS: table})
        move_edition(one, "2026-07-01")
        assert changed(one, COMPANY) == ["-edition: 2026-06-03", "+edition: 2026-07-01"]
        after = table.replace("a,2026-06-03", "a,2026-07-01").replace(
            "b,2026-06-03", "b,2026-07-01"
        )
        assert one.texts[FORECASTS] == (after if moved else table)
        told = f"{FORECASTS}: edition of 2 rows 2026-06-03 -> 2026-07-01"
        assert (told in one.done) is moved
