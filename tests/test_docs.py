"""README and CONTRIBUTING say what is so: numbers, commands, paths."""

from __future__ import annotations

import re
import shlex
import tomllib
from datetime import date
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from thesisbook.cli import main
from thesisbook.data import Dataset
from thesisbook.model import TreeValue, resolve, run, value_tree
from this_project import SCENARIOS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "README.zh.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
FIRST = "2026-06-02"
#: What a project being worked on, or a table of forms, names without having it.
BUILT = ("_build", "book/chapters", ".venv", "NN", "<", "*", "OLD", "NEW", "=", " ")


@pytest.fixture(scope="module")
def results(dataset: Dataset) -> dict[str, object]:
    return {name: run(resolve(dataset, name)) for name in SCENARIOS}


@pytest.fixture(scope="module")
def house(dataset: Dataset) -> TreeValue:
    return value_tree(dataset)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_targets_are_the_model_s(results: dict, scenario: str) -> None:
    assert f"HKD {results[scenario].quantity('target_price'):.2f}" in README


def test_no_other_hkd_figure_is_told(results: dict, house: TreeValue) -> None:
    known = {f"{result.quantity('target_price'):.2f}" for result in results.values()}
    known |= {f"{result.quantity('price'):.2f}" for result in results.values()}
    known |= {f"{house.expected(name):.2f}" for name in ("value_per_share", "target_price")}
    assert set(re.findall(r"HKD (\d+\.\d\d)", README)) == known
    assert set(re.findall(r"(\d+\.\d\d)港元", CHINESE)) == known


def test_the_house_view_is_as_told(house: TreeValue) -> None:
    text = " ".join(README.split())
    assert f"a tree of {len(house.branches)} branches" in text
    assert f"worth HKD {house.expected('target_price'):.2f} in twelve months" in text
    day = date.fromisoformat(str(house.assumptions("valuation_date")))
    price = f"at a price of HKD {house.assumptions('price'):.2f} on {day.day} {day:%B %Y}"
    assert f"{price}. Less what we assume of the index, that is *{house.rating}*" in text
    assert f"its value today is HKD {house.expected('value_per_share'):.2f}" in text


def test_the_edition_and_the_last_one_are_as_told(dataset: Dataset, results: dict) -> None:
    text = " ".join(README.split())
    day = date.fromisoformat(str(dataset.company["edition"]))
    assert f"Edition of {day.day} {day:%B %Y}" in text
    assert re.findall(r"^## (.*)", CHANGELOG, re.M)[0].startswith(
        f"Edition of {day.day} {day:%B %Y}"
    )
    june = next(row for row in dataset.editions if row.edition == FIRST)
    assert f"In June we said *{june.rating}*, with a target of HKD {june.target:.2f}" in text
    assert results["published"].quantity("rating") == "strong_buy"
    assert "as *strong buy*" in text


def test_the_newest_change_tells_the_target_and_what_it_was(house: TreeValue) -> None:
    newest = re.split(r"^## ", CHANGELOG, flags=re.M)[1]
    assert f"HKD {house.expected('target_price'):.2f}" in newest
    assert f"*{house.rating}*" in newest


@pytest.mark.parametrize(
    "text", [README, CHINESE, CONTRIBUTING], ids=["README", "README.zh", "CONTRIBUTING"]
)
def test_every_command_exists(text: str) -> None:
    listed = CliRunner().invoke(main, ["--help"]).output
    for name in re.findall(r"`thesisbook (\w+)", text):
        assert re.search(rf"^  {name} ", listed, flags=re.M), name


def test_options_that_are_shown_exist() -> None:
    for line in re.findall(r"`thesisbook ([^`]+)`", README + CHINESE + CONTRIBUTING):
        name, *rest = shlex.split(line)
        told = CliRunner().invoke(main, [name, "--help"]).output
        for option in (word for word in rest if word.startswith("-")):
            assert re.search(rf"(?<!\S){option}\b", told), line


def test_make_targets_exist() -> None:
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    wanted = set(re.findall(r"make ([a-z]+)\b", README + CONTRIBUTING, re.ASCII)) - {"it"}
    assert {"book", "test"} <= wanted
    assert {name for name in wanted if not re.search(rf"^{name}:", rules, flags=re.M)} == set()


@pytest.mark.parametrize(
    "text", [README, CHINESE, CONTRIBUTING], ids=["README", "README.zh", "CONTRIBUTING"]
)
def test_paths_exist(text: str) -> None:
    ticks = re.findall(r"`([^`\n]+)`", text) + re.findall(r"\]\(([^)#]+)\)", text)
    paths = {t for t in ticks if ("/" in t or re.search(r"\.\w{2,5}$", t)) and "://" not in t}
    named = {p for p in paths if not any(mark in p for mark in BUILT) and "{" not in p}
    assert len(named) >= 8
    places = (ROOT, ROOT / "data", ROOT / "src" / "thesisbook", ROOT / "src")
    assert [p for p in sorted(named) if not any((place / p).exists() for place in places)] == []
    starred = {p for p in paths if "*" in p and not p.startswith("_build")}
    assert [p for p in starred if not list(ROOT.glob(p))] == []


def test_what_a_reader_does_by_hand_is_what_the_build_s_test_does() -> None:
    assert "papermill notebooks/06_valuation.ipynb book/chapters/06_valuation.ipynb" in README
    assert "-p scenario bear" in README and "jupyter-book build ." in README


def test_readme_is_a_page() -> None:
    assert len(README.splitlines()) <= 80
    picture = re.search(r"!\[([^\]]+)\]\(([^)]+)\)", README)
    assert picture and (ROOT / picture[2]).is_file()


def test_the_citation_is_that_of_the_edition_and_of_the_package(dataset: Dataset) -> None:
    told = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert told["title"] == README.splitlines()[0].removeprefix("# ")
    assert told["title"].startswith(f"{config['title']}: ")
    assert str(told["date-released"]) == str(dataset.company["edition"])
    assert (told["version"], told["license"]) == (package["version"], package["license"])
    assert told["authors"] == [{"name": config["author"]}]
    assert {"cff-version", "message", "type", "abstract"} <= set(told)
