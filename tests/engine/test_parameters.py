"""Parameters are checked against scenario, schema and notebook before anything runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from toy_project import build, edit, ran, thesisbook

from thesisbook.engine import checking
from thesisbook.engine.chapters import check_parameters
from thesisbook.engine.errors import ParameterFault
from thesisbook.engine.project import Project, Variant
from thesisbook.engine.run_parameters import parse_overrides


def refused(done: object) -> str:
    assert done.returncode == 2  # type: ignore[attr-defined]
    assert ran(done) == set()  # type: ignore[arg-type]
    said = done.stderr.strip().splitlines()  # type: ignore[attr-defined]
    return said[-1]


def test_unknown_scenario(copied_toy: Path) -> None:
    said = refused(thesisbook(copied_toy, "build", "--scenario", "bare"))
    assert "unknown scenario 'bare' (there are: base, bull)" in said
    assert not (copied_toy / "_build/books").exists()


def test_unknown_language(copied_toy: Path) -> None:
    assert "unknown language 'fr'" in refused(thesisbook(copied_toy, "build", "--lang", "fr"))


def test_notebook_without_the_parameter(copied_toy: Path) -> None:
    edit(copied_toy / "notebooks/02_price.ipynb", "overrides = {}", "override = {}")
    said = refused(thesisbook(copied_toy, "build"))
    assert "02_price.ipynb: no parameter overrides" in said


def test_notebook_with_another_type(copied_toy: Path) -> None:
    edit(copied_toy / "notebooks/02_price.ipynb", 'scenario = \\"base\\"', "scenario = 1")
    said = refused(thesisbook(copied_toy, "build"))
    assert "02_price.ipynb: parameter scenario must be int, not str 'base'" in said


def test_notebook_without_parameters_cell(copied_toy: Path) -> None:
    edit(copied_toy / "notebooks/02_price.ipynb", '"parameters"', '"settings"')
    said = refused(thesisbook(copied_toy, "build"))
    assert "needs one cell tagged parameters, has 0" in said


@pytest.mark.parametrize(
    "line",
    [
        'scenario = "base"  # a=b',
        'scenario = "a=b"',
        'scenario: Literal["base", "bull"] = "base"',
        'scenario, other = "base", 1',
    ],
)
def test_a_line_that_papermill_cannot_read_is_named(toy: Path, line: str) -> None:
    path = toy / "notebooks/02_price.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    cell = next(c for c in content["cells"] if "parameters" in c["metadata"].get("tags", []))
    source = "".join(cell["source"])
    cell["source"] = source.replace('scenario = "base"', line)
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ParameterFault, match="papermill cannot read line 1") as refusal:
        check_parameters(path, Variant().parameters())
    assert line in str(refusal.value)


@pytest.mark.parametrize("text", ["wacc", "=1", "wacc=nan", "wacc=inf", "wacc=-inf"])
def test_malformed_overrides(text: str) -> None:
    with pytest.raises(ParameterFault):
        parse_overrides([text])


def test_given_twice() -> None:
    with pytest.raises(ParameterFault, match="given twice"):
        parse_overrides(["wacc=1", "wacc=2"])


def test_values_by_their_looks() -> None:
    given = ["a=1", "b=0.5", "c=true", "d=median", "e= 1e-3 "]
    parsed = {"a": 1.0, "b": 0.5, "c": True, "d": "median", "e": 0.001}
    assert parse_overrides(given) == parsed


def test_key_of_a_variant_is_its_own() -> None:
    keys = {
        Variant().key,
        Variant("bull").key,
        Variant("bull", {"wacc": 0.1}).key,
        Variant("bull", {"wacc": 0.11}).key,
        Variant("base", {}, "zh").key,
    }
    assert len(keys) == 5
    assert Variant("bull", {"a": 1.0, "b": 2.0}).key == Variant("bull", {"b": 2.0, "a": 1.0}).key


def test_book_of_another_scenario_stands_apart(copied_toy: Path) -> None:
    before = (copied_toy / "_build/SHA256SUMS").read_bytes()
    chapters = {p: p.read_bytes() for p in (copied_toy / "book/chapters").iterdir()}
    build(copied_toy, "--scenario", "bull")
    book = copied_toy / "_build/books/bull"
    assert "bull {} en" in (book / "html/book/chapters/01_sales.html").read_text(encoding="utf-8")
    assert json.loads((book / "numbers.json").read_text(encoding="utf-8"))["scenario"] == "bull"
    assert (copied_toy / "_build/SHA256SUMS").read_bytes() == before
    assert {p: p.read_bytes() for p in (copied_toy / "book/chapters").iterdir()} == chapters


def test_site_of_all_scenarios_shares_static_files(copied_toy: Path) -> None:
    build(copied_toy, "--all")
    site = copied_toy / "_build/html"
    base = (site / "book/chapters/01_sales.html").read_text(encoding="utf-8")
    bull = (site / "bull/book/chapters/01_sales.html").read_text(encoding="utf-8")
    assert "base {} en" in base
    assert "bull {} en" in bull
    links = [part.split('"')[0] for part in bull.split('href="')[1:]]
    styles = [link.split("?")[0] for link in links if ".css" in link]
    assert len(styles) > 2
    for link in styles:
        assert (site / "bull/book/chapters" / link).resolve().is_file(), link
    assert not list((site / "bull").rglob("*.css"))
    assert "nothing to do" in build(copied_toy, "--all").stderr


def test_data_are_checked_once_for_all_books(
    copied_toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, whole = [], checking.check_project

    def counted(project: Project, variant: Variant) -> None:
        asked.append(variant.scenario)
        whole(project, variant)

    monkeypatch.setattr(checking, "check_project", counted)
    build(copied_toy, "--all")
    assert asked == []  # base was built, and its check kept
    edit(copied_toy / "data" / "sources.csv", ",", " ,")
    assert thesisbook(copied_toy, "build", "--all", "--only", "html").returncode != 0
    assert asked == ["base"]
    edit(copied_toy / "data" / "sources.csv", " ,", ",")
    edit(copied_toy / "data" / "company.yaml", "entity:", "# checked anew\nentity:")
    build(copied_toy, "--all")
    assert asked == ["base", "base"]
