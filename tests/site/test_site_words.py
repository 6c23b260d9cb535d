"""What scripts say has a word in the other language, and each word as many places for parts."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from thesisbook.exhibits.translation import FOLDER, own_words
from thesisbook.outputs.site import script_words

CALL = re.compile(r"(?<![\w.])(?:window\.)?say\((?!\s*\")(.{0,40})")


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("english", script_words.asked())
def test_what_a_script_says_has_a_word(english: str) -> None:
    said = own_words("zh").get(flat(english), "")
    assert said, f"no row in words/zh.csv: {english}"
    assert said.count("{}") == english.count("{}")


def test_scripts_say_literals_only() -> None:
    """Another argument would have no word on the page, whatever the table has."""
    folder = Path(script_words.__file__).parents[1]
    paths = [*(folder / "site" / "static").glob("*.js"), *(folder / "whatif").rglob("*.js")]
    found = {path.name: CALL.findall(path.read_text(encoding="utf-8")) for path in paths}
    assert {name: calls for name, calls in found.items() if calls} == {}


def test_a_row_has_as_many_places_on_both_sides() -> None:
    for path in FOLDER.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        english = [flat(row["en"]) for row in rows]
        assert len(set(english)) == len(english), "a row that stands twice"
        for row in rows:
            assert row["en"].count("{}") == row[path.stem].count("{}"), row["en"]
            assert row[path.stem].strip(), row["en"]


def test_the_script_of_words(tmp_path: Path) -> None:
    script_words.write(tmp_path, "en")
    assert not list(tmp_path.iterdir())
    script_words.write(tmp_path, "zh")
    text = (tmp_path / "words-zh.js").read_text(encoding="utf-8")
    assert text.startswith("window.WORDS={")
    assert '"Close the receipt":"关闭回执"' in text
