"""Texts in two languages: which belong together, what does not agree, and who has read them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner

from thesisbook.cli import main, register
from thesisbook.engine.chapters import normalised
from thesisbook.engine.pairs import CHANGED, confirm, language_faults, page_text, pairs_of
from thesisbook.engine.project import Project
from thesisbook.provenance.chinese_figures import figures
from thesisbook.provenance.paragraph_pairs import pair_faults, paragraph_faults, paragraphs
from thesisbook.provenance.read_back import Said, read_back

ROOT = Path(__file__).parents[2]
ENGLISH = "## Revenue\n\nWe expect {glue:}`revenue` in 2027E, and no less."
CHINESE = "## 收入 {#revenue}\n\n我们预计2027E收入为{glue:}`revenue`，不会更低。"


def cell(language: str, text: str) -> dict[str, Any]:
    made: dict[str, Any] = nbformat.v4.new_markdown_cell(text, metadata={"tags": [language]})
    return {**made, "id": f"revenue{'-zh' if language == 'zh' else ''}"}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """One chapter and one page, both in two languages."""
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nchapters:\n- file: book/chapters/01_sales\n"
    )
    for folder in ("notebooks", "book/zh"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "book" / "index.md").write_text("# Report\n\nOne page.\n", encoding="utf-8")
    (tmp_path / "book" / "zh" / "index.md").write_text("# 报告\n\n一页。\n", encoding="utf-8")
    write(tmp_path, [cell("en", ENGLISH), cell("zh", CHINESE)])
    return Project(tmp_path)


def write(root: Path, cells: list[dict[str, Any]]) -> None:
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (root / "notebooks" / "01_sales.ipynb").write_text(json.dumps(book), encoding="utf-8")


def test_pairs_that_agree_have_no_fault(project: Project) -> None:
    assert project.languages == ("en", "zh")
    assert len(list(pairs_of(project))) == 2
    assert list(language_faults(project)) == []


def test_a_text_without_its_twin_is_a_fault(project: Project) -> None:
    write(project.root, [cell("en", ENGLISH)])
    (project.root / "book" / "zh" / "index.md").unlink()
    told = [str(fault) for fault in language_faults(project)]
    assert told == [
        "notebooks/01_sales.ipynb:1:revenue: found no text in zh beside it; every text has one",
        "book/zh/index.md:1:-: found no text in zh beside it; every text has one",
    ]


@pytest.mark.parametrize(
    ("chinese", "why"),
    [
        ("## 收入 {#revenue}", "1 paragraphs for 2 English ones"),
        (CHINESE.replace("`revenue`，", "`profit`，"), "without the number {glue:}`revenue`"),
        (CHINESE.replace("2027E", "2028E"), "without the figure 2027E"),
        (CHINESE.replace("，不会更低", ""), "a negation is lost"),
        (CHINESE.replace("## ", ""), "another kind of paragraph"),
        (CHINESE + "见[下页](02_market)。", "other links, sources or notes"),
    ],
)
def test_what_does_not_agree_is_told(chinese: str, why: str) -> None:
    assert any(why in told for told in pair_faults(ENGLISH, chinese))


def test_a_paragraph_much_shorter_is_told() -> None:
    english = "The company says that its cards are sold to state operators and a few integrators."
    assert list(paragraph_faults(english, "公司称加速卡主要销往国有电信运营商与少数集成商。")) == []
    assert any("characters for" in why for why in paragraph_faults(english, "公司称如此。"))


def test_figures_have_one_form_in_both_languages() -> None:
    assert figures("12,000 cards in June 2026, RMB 1.2 bn of the BR20X at 7 nm, 3.5%") == [
        *("month 6", "BR20X", "7nm", "12000", "2026", "1200000000", "3.5%")
    ]
    chinese = figures("2026年6月1.2万片，BR20X为12亿元，7纳米，3.5%")
    assert sorted(chinese) == sorted(figures("12,000 in June 2026, 1.2 bn, BR20X, 7 nm, 3.5%"))


def test_marks_say_whether_a_text_was_confirmed_and_read(project: Project) -> None:
    assert not any(pair.confirmed for pair in pairs_of(project))
    assert confirm(project) == 2
    assert all(pair.confirmed and not pair.read for pair in pairs_of(project))
    assert confirm(project, read=True) == 2
    assert all(pair.read for pair in pairs_of(project))
    assert confirm(project, read=True) == 0
    cells = json.loads(project.notebook("01_sales").read_text("utf-8"))["cells"]
    cells[1]["source"] = CHINESE.replace("我们预计", "我们认为")
    write(project.root, cells)
    first = next(pairs_of(project))
    assert first.confirmed and not first.read


def test_a_changed_english_is_marked_on_the_page_and_named(project: Project) -> None:
    confirm(project)
    book = nbformat.reads(project.notebook("01_sales").read_text("utf-8"), as_version=4)
    assert CHANGED["zh"] not in normalised(book, {"language": "zh"}).decode()
    book = nbformat.reads(project.notebook("01_sales").read_text("utf-8"), as_version=4)
    book.cells[0]["source"] = ENGLISH.replace("expect", "now expect")
    assert CHANGED["zh"] in normalised(book, {"language": "zh"}).decode()
    page = (project.root / "book" / "zh" / "index.md").read_text("utf-8")
    assert page_text("# Report\n\nOne page.\n", page) == "# 报告\n\n一页。\n"
    assert CHANGED["zh"] in page_text("# Report\n\nTwo pages.\n", page)


def test_the_command_confirms_what_agrees_and_nothing_else(project: Project) -> None:
    register()
    command = ["-C", str(project.root), "pairs", "--read"]
    told = CliRunner().invoke(main, command)
    assert told.exit_code == 0, told.output
    assert "2 pairs, 2 read twice" in told.output
    write(project.root, [cell("en", ENGLISH), cell("zh", "## 收入 {#revenue}")])
    told = CliRunner().invoke(main, command)
    assert told.exit_code == 1
    assert "1 paragraphs for 2 English ones" in told.output


def test_every_text_of_the_book_agrees_and_was_read_twice() -> None:
    every = list(pairs_of(Project(ROOT)))
    assert len(every) > 120
    assert list(language_faults(Project(ROOT))) == []
    assert [pair.name for pair in every if not (pair.confirmed and pair.read)] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1.5万亿", "1500000000000"),
        ("3千", "3000"),
        ("2.5百万", "2500000"),
        ("12十亿", "12000000000"),
        ("0.5 thousand", "500"),
        ("4 million", "4000000"),
        ("7 mn", "7000000"),
        ("2 billion", "2000000000"),
        ("1 trillion", "1000000000000"),
        ("1.23456 thousand", "1234.56"),  # finer than its scale: the rest stays a decimal
        ("\u22123.5%", "-3.5%"),
        ("-3.5%", "-3.5%"),
        ("+3.5%", "3.5%"),
        ("9-12", "9 12"),  # a range, no sign
        ("2027H1", "2027H1"),
        ("1,234,567", "1234567"),
    ],
)
def test_a_figure_is_said_plainly(text: str, said: str) -> None:
    assert figures(text) == said.split()


def test_months_are_numbered_from_january_to_december() -> None:
    assert figures("January, May and December") == ["month 1", "month 5", "month 12"]
    assert figures("1月、12月") == ["month 1", "month 12"]
    assert figures("2025,6月5日") == ["month 6", "2025", "5"]  # what is taken out keeps them apart


def test_a_paragraph_that_says_more_than_the_english_is_told() -> None:
    told = list(paragraph_faults("Sales rise.", "收入增长5%。"))
    assert told == ["with a figure that the English has not: 5%"]
    told = list(paragraph_faults("Sales {glue:}`a`.", "收入{glue:}`a`、{glue:}`b`。"))
    assert told == ["with a number that the English has not: {glue:}`b`"]


def test_a_named_number_that_stands_twice_must_stand_twice() -> None:
    twice = "From {glue:}`a` to {glue:}`a`."
    assert list(paragraph_faults(twice, "从{glue:}`a`到{glue:}`a`。")) == []
    assert list(paragraph_faults(twice, "到{glue:}`a`。")) == ["without the number {glue:}`a`"]


def test_a_name_with_digits_may_stand_for_a_pronoun_but_not_be_left_out() -> None:
    for name in ("BR106", "A800"):
        assert list(paragraph_faults("It sells.", f"{name}畅销。")) == []
    size = list(paragraph_faults("It sells.", "7纳米芯片畅销。"))
    assert size == ["with a figure that the English has not: 7nm"]
    assert list(paragraph_faults("BR106 sells.", "它畅销。")) == ["without the figure BR106"]
    months = list(paragraph_faults("It sells.", "它在6月畅销。"))
    assert months == ["with a figure that the English has not: month 6"]


def test_paragraphs_are_numbered_from_one_and_items_count_alone() -> None:
    assert paragraphs("a\n\n* b\n* c\n\n| d |\n| e |") == ["a", "* b", "* c", "| d |", "| e |"]
    faults = list(pair_faults("One.\n\nTwo in 2027.", "一。\n\n二。"))
    assert faults == ["paragraph 2: without the figure 2027"]


@pytest.mark.parametrize(
    ("words", "characters", "faulty"),
    [
        (12, 12, False),  # a character a word is the least
        (12, 11, True),
        (12, 36, False),  # three are the most
        (12, 37, True),
        (11, 5, False),  # a short paragraph is not measured
    ],
)
def test_length_is_measured_from_twelve_words_on(words: int, characters: int, faulty: bool) -> None:
    found = list(paragraph_faults("word " * words, "字" * characters))
    assert found == ([f"{characters} characters for {words} words"] if faulty else [])


CURRENCIES = {"RMB": "CNY", "元": "CNY", "HKD": "HKD", "港元": "HKD"}


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("12.5%", "12.5%"),
        ("\u221212.5%", "\u221212.5%"),
        ("1.5 pp", "1.5个百分点"),
        ("25 bp", "25个基点"),
        ("18x", "18倍"),
        ("7 shares", "7股"),
        ("45 days", "45天"),
        ("1 day", "1天"),
        ("6 months", "6个月"),
        ("3 years", "3年"),
        ("RMB 1,234 mn", "12.34亿元"),
        ("HKD 34.44", "34.44港元"),
        ("RMB 1.2 bn", "12亿元"),
        ("2 million shares", "200万股"),
        ("30 June 2027", "2027年6月30日"),
        ("June 2027", "2027年6月"),
    ],
)
def test_a_number_says_the_same_in_both_languages(english: str, chinese: str) -> None:
    one, other = read_back(english, CURRENCIES), read_back(chinese, CURRENCIES)
    assert one is not None and other is not None
    assert one.agrees(other) and other.agrees(one)


@pytest.mark.parametrize(
    ("shown", "value", "within", "measure"),
    [
        ("12.5%", 0.125, 0.0005, "share"),
        ("1.5 pp", 1.5, 0.05, "points"),
        ("\u2212HKD 34.44", -34.44, 0.005, "HKD"),
        ("+3", 3.0, 0.5, ""),
        ("RMB 1,234 mn", 1234e6, 0.5e6, "CNY"),
        ("1.2万亿元", 1.2e12, 0.05e12, "CNY"),
        ("40 bp", 40.0, 0.5, "basis points"),
        ("3x", 3.0, 0.5, "times"),
        ("USD 5", 5.0, 0.5, "USD"),  # a code that no list has stands for itself
    ],
)
def test_what_is_shown_is_read_as_value_rounding_and_measure(
    shown: str, value: float, within: float, measure: str
) -> None:
    said = read_back(shown, CURRENCIES)
    assert said is not None
    assert (said.value, said.within) == pytest.approx((value, within), rel=1e-12)
    assert said.measure == measure


def test_a_day_is_exact_and_a_month_is_its_first_day() -> None:
    day, month = read_back("30 June 2027", {}), read_back("June 2027", {})
    assert day == Said(date(2027, 6, 30).toordinal(), 0.0, "day")
    assert month == Said(date(2027, 6, 1).toordinal(), 0.0, "day")


@pytest.mark.parametrize("words", ["buy", "12 apples", "5 mn apples", "", "June"])
def test_words_are_no_number(words: str) -> None:
    assert read_back(words, CURRENCIES) is None


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("12.5%", "12.4%", True),  # the true 12.45% rounds to either
        ("12.5%", "12.3%", False),
        ("12.5%", "13%", True),
        ("5%", "-5%", False),
        ("5%", "5 pp", False),
        ("HKD 5", "RMB 5", False),
        ("1万", "1亿", False),
        ("30 June 2027", "29 June 2027", False),
    ],
)
def test_numbers_agree_within_the_rounding_of_both(one: str, other: str, agree: bool) -> None:
    first, second = read_back(one, CURRENCIES), read_back(other, CURRENCIES)
    assert first is not None and second is not None
    assert first.agrees(second) is agree
