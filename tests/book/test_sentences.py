"""Typed comparisons between numbers are conditions that the build checks; triggers are quoted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from thesisbook.data import Dataset, load_dataset
from thesisbook.engine.conditions import HOLDS
from this_project import ROOT

CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))
GLUE = re.compile(r"\{glue:[a-z]*\}`(\w+)`")
COMPARED = re.compile(
    r"\b((more|less|fewer|higher|lower|larger|smaller|dearer|cheaper|"
    r"longer|shorter|faster|slower) than|"
    r"above|below|exceeds?|exceeded|doubles?|doubled|outweighs?)\b"
)
SENTENCE = re.compile(r"[^.!?|\n]+(?:\.\d[^.!?|\n]*)*")


def claims() -> Iterator[tuple[str, str, bool]]:
    """Cell, sentence and whether the cell has conditions, of each that compares with a number."""
    for path in CHAPTERS:
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            if cell["cell_type"] != "markdown":
                continue
            text = "".join(cell["source"])
            for sentence in SENTENCE.findall(text):
                if len(GLUE.findall(sentence)) > 1 and COMPARED.search(sentence):
                    where = f"{path.stem}:{cell.get('id')}"
                    yield where, " ".join(sentence.split()), bool(cell["metadata"].get(HOLDS))


def test_every_typed_comparison_of_numbers_has_a_condition() -> None:
    found = list(claims())
    assert len(found) > 20, "looked at too few sentences"
    print(f"{len(found)} sentences that compare numbers")
    assert [f"{where}: {said}" for where, said, held in found if not held] == []


@pytest.mark.parametrize("said", ["a {glue:}`x` is more than {glue:}`y`", "{glue:}`x` exceeds 3"])
def test_the_lint_sees_a_comparison(said: str) -> None:
    assert COMPARED.search(said)
    assert GLUE.findall(said)


def test_a_mark_of_a_trigger_is_quoted_from_the_ledger(dataset: Dataset) -> None:
    """No named number types a threshold of its own: what is called a trigger asks the ledger."""
    numbers = [(chapter, row) for chapter, rows in dataset.numbers.items() for row in rows]
    assert sum("{ledger." in row.expression for _, row in numbers) > 20
    called = r"\btrigger|\bthreshold of ours|\bmark of (June|October)"
    named = [(c, row) for c, row in numbers if re.search(called, row.label_en, re.I)]
    quoted = ("{ledger.", "{score.")
    typed = [f"{c}: {row.name}" for c, row in named if not any(q in row.expression for q in quoted)]
    assert typed == []


def prose_words(path: Path) -> int:
    """Words of the English prose of a chapter, without tables; a number counts as one."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    texts = [
        "".join(cell["source"])
        for cell in cells
        if cell["cell_type"] == "markdown" and not str(cell.get("id", "")).endswith("-zh")
    ]
    lines = [line for text in texts for line in text.splitlines() if not line.startswith("|")]
    return sum(len(GLUE.sub("1", line).split()) for line in lines)


def test_chapters_keep_to_their_length() -> None:
    """1,000 to 2,200 words a chapter, but the page of tables that sets the scenarios side by side;
    45,000 in the whole book, tables and notes included."""
    counts = {path.stem: prose_words(path) for path in CHAPTERS}
    tables_only = {stem for stem in counts if stem.endswith("compare")}
    outside = {s: n for s, n in counts.items() if s not in tables_only and not 950 <= n <= 2200}
    assert outside == {}
    pages = [*(ROOT / "book").glob("*.md")]
    written = sum(len(page.read_text("utf-8").split()) for page in pages)
    captions = sum(
        len(f"{row.title} {row.note}".split())
        for rows in load_dataset(ROOT).captions.values()
        for row in rows
    )
    assert sum(counts.values()) + written + captions <= 45_000
