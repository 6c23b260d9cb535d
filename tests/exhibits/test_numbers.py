"""Named numbers: every one in every scenario, and errors that name the culprit."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from types import SimpleNamespace

import pytest

from thesisbook.data import Dataset
from thesisbook.exhibits import Report
from thesisbook.exhibits.formats import is_format
from thesisbook.exhibits.numbers import NumberError, Numbers, UnknownNumber
from thesisbook.exhibits.references import Results
from this_project import SCENARIOS


def row(name: str, expression: str, code: str = "0") -> SimpleNamespace:
    return SimpleNamespace(
        name=name, expression=expression, format=code, label_en=name, label_zh=name
    )


def numbers(dataset: Dataset, *rows: SimpleNamespace) -> Numbers:
    changed = dataclasses.replace(dataset, numbers={"common": rows})
    return Numbers(changed, Results(changed, "base"))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_number_of_the_book_has_a_text(dataset: Dataset, scenario: str) -> None:
    report = Report.open(scenario, dataset=dataset)
    names = [n for chapter in dataset.numbers for n in report.numbers.open_chapter(chapter)]
    assert len(set(names)) > 100
    for name in dict.fromkeys(names):
        text = report.number(name).text
        assert text.strip(), name
        assert "nan" not in text.split(), name


def test_names_are_unique_over_all_files(dataset: Dataset) -> None:
    counted = Counter(row.name for rows in dataset.numbers.values() for row in rows)
    assert [name for name, count in counted.items() if count > 1] == []


def test_formats_are_in_the_list(dataset: Dataset) -> None:
    for chapter, rows in dataset.numbers.items():
        for given in rows:
            assert is_format(given.format), (chapter, given.name)


def test_a_number_shows_its_text_and_carries_its_name(report: Report) -> None:
    number = report.number("target_price")
    assert number.text.startswith("HKD ")
    assert repr(number) == number.text
    assert number._repr_html_() == (
        f'<span class="num" tabindex="0" data-receipt="target_price">{number.text}</span>'
    )


def test_words_are_escaped(dataset: Dataset) -> None:
    made = numbers(dataset, row("word", "'a < b'", "text"))
    assert "a &lt; b" in made["word"]._repr_html_()


def test_numbers_may_name_numbers_but_no_circle(dataset: Dataset) -> None:
    made = numbers(
        dataset, row("a", "{num.b} + 1"), row("b", "2"), row("c", "{num.d}"), row("d", "{num.c}")
    )
    assert made["a"].value == 3
    with pytest.raises(NumberError, match="circle"):
        made["c"]


def test_errors_name_the_number(dataset: Dataset) -> None:
    made = numbers(
        dataset,
        row("unknown_fact", "{biren.revenu.2025}"),
        row("by_zero", "1 / 0"),
        row("text_as_number", "'x'", "pct1"),
    )
    for name in ("unknown_fact", "by_zero", "text_as_number"):
        with pytest.raises(NumberError, match=name):
            made[name]


def test_unknown_names_bring_the_nearest(report: Report) -> None:
    with pytest.raises(UnknownNumber, match="target_price"):
        report.number("target_prise")


def test_templates_are_filled_in_text_and_html(report: Report) -> None:
    price = report.number("price")
    assert report.numbers.fill("at {price} & more") == f"at {price.text} & more"
    assert report.numbers.fill("at {price} & more", html=True) == (
        f"at {price._repr_html_()} &amp; more"
    )


def test_the_price_moves_what_rests_on_it_and_nothing_else(dataset: Dataset) -> None:
    before = Report.open("base", dataset=dataset)
    after = Report.open("base", {"price": 100.0}, dataset=dataset)
    names = before.numbers.open_chapter("common")
    moved = {n for n in names if before.number(n).value != after.number(n).value}
    assert {"price", "upside", "market_cap", "relative_return"} <= moved
    assert not moved & {"target_price", "revenue_2027", "published_target", "wacc", "ipo_proceeds"}
    assert after.number("upside_word").text == "below"
    assert math.isclose(after.number("upside").value, before.number("target_price").value / 100 - 1)
