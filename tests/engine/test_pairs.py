"""Texts in two languages: which belong together, what does not agree, and who has read them."""

from __future__ import annotations

import json
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
from thesisbook.provenance.paragraph_pairs import pair_faults, paragraph_faults

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
