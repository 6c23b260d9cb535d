"""Formulas in words: every expression of the data, and the forms of the language."""

from __future__ import annotations

import re

import pytest

from thesisbook.data import Dataset
from thesisbook.exhibits import Report
from thesisbook.exhibits.sentences import SENTENCE_FUNCTIONS
from thesisbook.exhibits.worded_formulas import FUNCTIONS, label_in_formula, worded

CODE = re.compile(r"[{}]|\w_\w|\w\.[a-z]\w|\*|==|\w\(")


def named(reference: str) -> str:
    return reference.partition(".")[0].capitalize()


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("Shares times price", "Shares times price"),
        ("{a.x} / {b.x} - 1", "[A] ÷ [B] − 1"),
        ("{a.x} - ({b.x} - {c.x})", "[A] − ([B] − [C])"),
        ("({a.x} + {b.x}) * 2", "([A] + [B]) × 2"),
        ("{a.x} / ({b.x} * {c.x})", "[A] ÷ ([B] × [C])"),
        ("-{a.x} ** 2", "−([A] to the power of 2)"),
        ("cagr({a.x}, {b.x}, 3)", "yearly growth from [A] to [B] over 3 years"),
        ("mean({a.x}, {b.x}, {c.x})", "average of [A], [B] and [C]"),
        ("show({a.x}, 'pct1', 'none')", "[A]"),
        ("largest({a.x}, 'One', {b.x}, 'Two')", "name of the largest of [A] and [B]"),
        ("'up' if {a.x} > {b.x} else 'down'", "“up” if [A] is above [B], otherwise “down”"),
        ("{a.x} * 2, with {b.x} = {c.x}", "[A] * 2, with [B] = [C]"),
    ],
)
def test_a_formula_in_words(formula: str, words: str) -> None:
    assert worded(formula, named) == words


def test_a_number_of_another_run_says_whose() -> None:
    told = {"label": "Target", "scenario": "bear"}
    assert label_in_formula("model.target_price", told) == "Target"
    assert label_in_formula("bear.target_price", told) == "Target, bear"
    assert (
        label_in_formula("acme.list_price.2025", {"label": "Acme, list price"})
        == "Acme, list price"
    )


def test_every_function_of_the_language_has_words() -> None:
    assert FUNCTIONS.keys() == SENTENCE_FUNCTIONS.keys()


def test_no_number_of_the_book_is_explained_in_code(report: Report, dataset: Dataset) -> None:
    names: list[str] = []
    for chapter in dataset.numbers:
        names = report.numbers.open_chapter(chapter)
    payload = report.numbers.payload(names)
    known = {**payload["receipts"], **payload["numbers"]}

    def label(reference: str) -> str:
        return str((known.get(reference) or known[reference.removeprefix("num.")])["label"])

    told = [worded(number["formula"], label) for number in payload["numbers"].values()]
    told += [one["label"] for one in known.values() if one["kind"] != "expression"]
    assert len(told) > 4000
    assert [words for words in told if CODE.search(words)] == []


def test_a_number_says_its_unit(report: Report, dataset: Dataset) -> None:
    names: list[str] = []
    for chapter in dataset.numbers:
        names = report.numbers.open_chapter(chapter)
    payload = report.numbers.payload(names)
    known = {**payload["receipts"], **payload["numbers"]}
    measured = [one for one in known.values() if isinstance(one["value"], float)]
    without = [one["label"] for one in measured if not one.get("unit")]
    assert len(without) < 0.002 * len(measured), without
