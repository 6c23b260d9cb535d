"""Only what is touched runs again, and the result is that of a clean build."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from toy_project import build, edit, ran, thesisbook

from thesisbook.engine.manifest import load_note
from thesisbook.engine.plan import Planner
from thesisbook.engine.project import Project

BOOK = {"01_sales", "02_price", "03_chart"}


def test_first_build_runs_everything(toy: Path) -> None:
    assert ran(build(toy)) == {"check", "sentences", "html", *BOOK}
    page = (toy / "_build/html/book/chapters/01_sales.html").read_text(encoding="utf-8")
    assert "base {} en 1250.0" in page
    assert "Sales in English." in page
    assert "中文的句子" not in page


def test_nothing_changed_runs_nothing(copied_toy: Path) -> None:
    done = build(copied_toy)
    assert ran(done) == set()
    assert "nothing to do" in done.stderr


def _data_cell(root: Path) -> None:
    edit(root / "data/facts/market.csv", ",1250,", ",1251,")


def _other_cell(root: Path) -> None:
    edit(root / "data/facts/market.csv", "38.50,38.50", "39.50,39.50")


def _file_read_by_a_cell(root: Path) -> None:
    edit(root / "notebooks/inputs/rates.csv", "0.12", "0.13")


def _notebook(root: Path) -> None:
    edit(root / "notebooks/02_price.ipynb", "# Price", "# The price")


def _code(root: Path) -> None:
    edit(root / "notebooks/02_price.ipynb", "round(price, 3)", "round(price, 1)")


def _text_added(root: Path) -> None:
    path = root / "notebooks/01_sales.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"].insert(3, {**notebook["cells"][0], "source": "## More", "id": "more"})
    path.write_text(json.dumps(notebook), encoding="utf-8")


def _condition(root: Path) -> None:
    path = root / "notebooks/01_sales.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][0]["metadata"]["holds"] = ["{rival.revenue.2025} > 0"]
    path.write_text(json.dumps(notebook), encoding="utf-8")


def _page(root: Path) -> None:
    edit(root / "book/method.md", "By hand.", "By hand, again.")


def _style(root: Path) -> None:
    edit(root / "book/_static/toy.css", "#222", "#333")


def _requirement(root: Path) -> None:
    (root / "requirements.txt").write_text("nothing==1\n", encoding="ascii")


def _page_outside(root: Path) -> None:
    edit(root / "book/loose.md", "# Not", "# Still not")


EDITS: dict[Callable[[Path], None], set[str]] = {
    _data_cell: {"check", "sentences", "01_sales", "html"},
    _other_cell: {"check", "sentences", "02_price", "html"},
    _file_read_by_a_cell: {"03_chart", "html"},
    _notebook: {"02_price", "html"},
    _code: {"check", "02_price", "html"},
    _text_added: {"01_sales", "html"},
    _condition: {"sentences", "01_sales", "html"},
    _page: {"html"},
    _style: {"html"},
    _requirement: {"check", "sentences", "html", *BOOK},
    _page_outside: set(),
}


@pytest.mark.parametrize("change", EDITS, ids=lambda change: change.__name__.strip("_"))
def test_an_edit_runs_what_it_touches(change: Callable, copied_toy: Path) -> None:
    change(copied_toy)
    assert ran(build(copied_toy)) == EDITS[change]


def test_dry_run_says_what_and_why_and_writes_nothing(copied_toy: Path) -> None:
    _data_cell(copied_toy)
    before = _tree(copied_toy)
    done = thesisbook(copied_toy, "build", "--dry-run", "--only", "html")
    assert done.returncode == 0
    assert "01_sales: data: facts rival.revenue.2025 changed" in done.stdout
    assert "02_price" not in done.stdout
    assert _tree(copied_toy) == before


def test_changed_back_is_built_back(copied_toy: Path) -> None:
    before = (copied_toy / "_build/SHA256SUMS").read_text(encoding="ascii")
    _data_cell(copied_toy)
    build(copied_toy)
    assert (copied_toy / "_build/SHA256SUMS").read_text(encoding="ascii") != before
    edit(copied_toy / "data/facts/market.csv", ",1251,", ",1250,")
    build(copied_toy)
    assert (copied_toy / "_build/SHA256SUMS").read_text(encoding="ascii") == before


def test_altered_output_is_made_again(copied_toy: Path) -> None:
    page = copied_toy / "_build/html/book/method.html"
    good = page.read_bytes()
    page.write_bytes(b"altered")
    build(copied_toy)
    assert page.read_bytes() == good


def test_incremental_is_clean_build(copied_toy: Path, tmp_path: Path) -> None:
    changes = [_data_cell, _page, _notebook, _text_added, _code, _file_read_by_a_cell]
    _equal_after(changes, copied_toy, tmp_path)


def test_text_alone_starts_no_kernel(copied_toy: Path) -> None:
    _text_added(copied_toy)
    place = copied_toy / "_build/.cache/base/01_sales.json"
    before = load_note(place)
    done = build(copied_toy)
    assert "01_sales: its text changed" in done.stderr
    after = load_note(place)
    assert after["key"] != before["key"]
    assert after["seconds"] == before["seconds"], "that of the run that still holds"
    _code(copied_toy)
    edit(copied_toy / "notebooks/02_price.ipynb", "# Price", "# The price")
    done = build(copied_toy)
    assert "02_price: its notebook, code, parameters or environment changed" in done.stderr


def test_text_with_an_edit_of_its_data_runs_the_cells(copied_toy: Path) -> None:
    _text_added(copied_toy)
    _data_cell(copied_toy)
    done = build(copied_toy)
    assert "01_sales: data: facts rival.revenue.2025 changed" in done.stderr


def test_a_build_takes_its_own_outputs_for_no_edit(copied_toy: Path) -> None:
    _data_cell(copied_toy)
    build(copied_toy)
    assert not Planner(Project(copied_toy)).touched()
    _notebook(copied_toy)
    assert Planner(Project(copied_toy)).touched()


def test_look_ups_that_hold_are_not_tried_again(copied_toy: Path) -> None:
    _data_cell(copied_toy)
    build(copied_toy)
    records = [load_note(p) for p in copied_toy.rglob("_build/.cache/*/0*.json")]
    assert len(records) == len(BOOK)
    assert len({record["data"] for record in records}) == 1


@pytest.mark.soak
def test_a_hundred_random_edits(copied_toy: Path, tmp_path: Path) -> None:
    dice = random.Random(5)
    for number in range(100):
        target = dice.choice(
            [
                "data/facts/market.csv",
                "notebooks/01_sales.ipynb",
                "notebooks/03_chart.ipynb",
                "book/method.md",
                "book/index.md",
                "book/_static/toy.css",
                "notebooks/inputs/rates.csv",
                "data/labels.csv",
                "data/assumptions/bull.yaml",
            ]
        )
        _change_something(copied_toy / target, number)
        build(copied_toy)
        if number % 4 == 3:
            _same_as_clean(copied_toy, tmp_path / f"clean-{number}")


def _change_something(path: Path, number: int) -> None:
    text = path.read_text(encoding="utf-8")
    if path.name == "market.csv":
        old = next(row for row in text.splitlines() if row.startswith("rival.revenue.2025"))
        new = ",".join(
            str(1300 + number) if part.isdigit() and len(part) == 4 and n == 5 else part
            for n, part in enumerate(old.split(","))
        )
        text = text.replace(old, new)
    elif path.suffix == ".csv" and path.name == "rates.csv":
        text += f"{2030 + number},0.{number}\n"
    elif path.suffix == ".csv":
        text = text.rstrip("\n") + f"\nword_{number},Word {number},词 {number}\n"
    elif path.suffix == ".yaml":
        text = text.replace("Cheaper capital.", "Cheaper capital still.", 1)
    elif path.suffix == ".ipynb":
        old, new = [('"# ', f'"# {number} '), ("scenario, ", f"{number}, scenario, ")][number % 2]
        text = text.replace(old, new, 1)
    elif path.suffix == ".css":
        text += f"p {{ margin: {number}px; }}\n"
    else:
        text += f"\nSentence {number}.\n"
    path.write_text(text, encoding="utf-8")


def _equal_after(changes: list[Callable], root: Path, tmp_path: Path) -> None:
    for change in changes:
        change(root)
        build(root)
    _same_as_clean(root, tmp_path / "clean")


def _same_as_clean(root: Path, clean: Path) -> None:
    shutil.copytree(root, clean, ignore=shutil.ignore_patterns("_build", "chapters"))
    build(clean)
    one = (root / "_build/SHA256SUMS").read_text(encoding="utf-8").splitlines()
    other = (clean / "_build/SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert one == other
    assert len(one) > 20
    shutil.rmtree(clean)


def _tree(root: Path) -> dict[str, int]:
    return {str(p): p.stat().st_mtime_ns for p in sorted(root.rglob("*")) if p.is_file()}


def test_a_sentence_that_is_false_stops_the_build(copied_toy: Path) -> None:
    site = {path: path.read_bytes() for path in (copied_toy / "_build/html").rglob("*.html")}
    _condition(copied_toy)
    edit(copied_toy / "notebooks/01_sales.ipynb", "2025} > 0", "2025} < 0")
    done = thesisbook(copied_toy, "build", "--only", "html")
    assert done.returncode == 1
    assert "found '{rival.revenue.2025} < 0' false in base" in done.stderr
    assert site == {
        path: path.read_bytes() for path in (copied_toy / "_build/html").rglob("*.html")
    }
