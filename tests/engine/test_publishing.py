"""Placing files and folders, and what is kept of what a build has read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from toy_project import edit, thesisbook

from thesisbook.engine.command import Order, _wanted
from thesisbook.engine.errors import BuildError
from thesisbook.engine.fast.processes import Launcher
from thesisbook.engine.fast.reads import Trace, holding, listing_digest
from thesisbook.engine.manifest import CodeKeys, environment_key, imported, key_of
from thesisbook.engine.placing import _exchange, assemble_site, put_file, swap_folder
from thesisbook.engine.plan import STAGE_CODE, Planner
from thesisbook.engine.project import Project, Variant
from thesisbook.engine.publishing import Published
from thesisbook.provenance.receipt_store import rounded


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_same_file_is_left_alone(tmp_path: Path) -> None:
    source, target = write(tmp_path / "a", "one"), tmp_path / "folder/b"
    assert put_file(source, target)
    time = target.stat().st_mtime_ns
    assert not put_file(source, target)
    assert target.stat().st_mtime_ns == time
    assert put_file(write(source, "two"), target)
    assert target.read_text(encoding="utf-8") == "two"
    assert [p.name for p in target.parent.iterdir()] == ["b"]


def test_folders_are_exchanged_in_one_step(tmp_path: Path) -> None:
    write(tmp_path / "new/page", "new")
    write(tmp_path / "site/page", "old")
    assert _exchange(tmp_path / "new", tmp_path / "site")
    assert (tmp_path / "site/page").read_text(encoding="utf-8") == "new"
    assert (tmp_path / "new/page").read_text(encoding="utf-8") == "old"
    swap_folder(tmp_path / "new", tmp_path / "site")
    assert (tmp_path / "site/page").read_text(encoding="utf-8") == "old"
    assert not (tmp_path / "new").exists()


def test_scenario_keeps_its_own_static_files(tmp_path: Path) -> None:
    base, bear = tmp_path / "base", tmp_path / "bear"
    for site, colour in ((base, "blue"), (bear, "red")):
        write(site / "_static/shared.css", "p {}")
        write(site / "_static/own.css", colour)
        link = '<a href="../_static/shared.css?v=1"><a href="../_static/own.css">'
        write(site / "book/page.html", link)
    assemble_site(base, {"bear": bear}, tmp_path / "site")
    page = (tmp_path / "site/bear/book/page.html").read_text(encoding="utf-8")
    assert page == '<a href="../../_static/shared.css?v=1"><a href="../_static/own.css">'
    assert (tmp_path / "site/bear/_static/own.css").read_text(encoding="utf-8") == "red"
    assert not (tmp_path / "site/bear/_static/shared.css").exists()


def test_pictures_that_scenarios_share_are_stored_once(tmp_path: Path) -> None:
    base, bear = tmp_path / "base", tmp_path / "bear"
    for site, target in ((base, "77"), (bear, "12")):
        write(site / "exhibits/market.png", "the same")
        write(site / "exhibits/market.csv", "a,1")
        write(site / "exhibits/value.svg", target)
        write(site / "cards/market.png", "the same")
        head = '<img src="../cards/market.png">'
        links = [f'<a href="../exhibits/{n}">' for n in ("market.png", "market.csv", "value.svg")]
        write(site / "book/page.html", head + "".join(links))
    assemble_site(base, {"bear": bear}, tmp_path / "site")
    own = {p.name for p in (tmp_path / "site/bear").rglob("*") if p.is_file()}
    assert own == {"market.csv", "value.svg", "page.html"}
    page = tmp_path / "site/bear/book/page.html"
    links = re.findall(r'(?:href|src)="([^"]*)"', page.read_text(encoding="utf-8"))
    found = [(page.parent / link).read_text(encoding="utf-8") for link in links]
    assert found == ["the same", "the same", "a,1", "12"]


def test_each_book_has_a_print_edition_named_after_it(toy: Path, tmp_path: Path) -> None:
    bear, cheap = Variant("bear"), Variant("bear", {"price": 40})
    order = Order(all_scenarios=True)
    project = Project.find(toy)
    wanted = _wanted(project, order)
    assert {key: kinds for key, (_, kinds) in wanted.items()} == {
        "base": ("html", "pdf", "xlsx"),
        "bull": ("html", "pdf"),
    }
    one = Published(
        project,
        Planner(project),
        Launcher(),
        tmp_path,
        order.outputs,
        tmp_path,
        Variant(),
        [bear, cheap],
        in_place=True,
    )
    names = {(kind, book.key): name for kind, book, name in one._editions()}
    assert names == {
        ("pdf", "base"): "pdf/0700-hk-2026-06-03.pdf",
        ("pdf", "bear"): "pdf/0700-hk-2026-06-03-bear.pdf",
        ("pdf", cheap.key): f"pdf/0700-hk-2026-06-03-{cheap.key}.pdf",
        ("xlsx", "base"): "xlsx/0700-hk-model.xlsx",
    }


def test_numbers_have_twelve_digits() -> None:
    given = {"a": 1 / 3, "b": [1e10 / 3], "c": "1.23456789012345", "d": 5, 2027: True}
    expected = {"a": 0.333333333333, "b": [3333333333.33], "c": "1.23456789012345", "d": 5}
    assert rounded(given) == {**expected, "2027": True}


def package(folder: Path) -> Path:
    root = folder / "thesisbook"
    write(root / "__init__.py", "")
    write(root / "low/__init__.py", "")
    write(root / "low/one.py", "X = 1\n")
    write(root / "low/two.py", "Y = 2\n")
    write(root / "low/style.css", "p {}")
    write(root / "high/__init__.py", "from thesisbook.low import one\n")
    write(root / "high/lazy.py", "def f():\n    from . import other\n")
    write(root / "high/other.py", "import thesisbook.low.two\n")
    return root


@pytest.mark.parametrize(
    ("changed", "touched"),
    [
        ("low/one.py", {"thesisbook.low.one", "thesisbook.high", "thesisbook.high.lazy"}),
        ("low/two.py", {"thesisbook.low.two", "thesisbook.high.lazy"}),
        ("high/other.py", {"thesisbook.high.lazy"}),
        (
            "low/style.css",
            {"thesisbook.low.one", "thesisbook.low.two", "thesisbook.high", "thesisbook.high.lazy"},
        ),
    ],
)
def test_code_keys_follow_imports(tmp_path: Path, changed: str, touched: set[str]) -> None:
    root = package(tmp_path)
    names = ("thesisbook.low.one", "thesisbook.low.two", "thesisbook.high", "thesisbook.high.lazy")
    before = {n: CodeKeys(tmp_path / "cache.json", root).of_modules(n) for n in names}
    write(root / changed, (root / changed).read_text(encoding="utf-8") + "\n# changed\n")
    after = {n: CodeKeys(tmp_path / "cache.json", root).of_modules(n) for n in names}
    assert {n for n in names if before[n] != after[n]} == touched


def test_imports_of_all_kinds_are_seen() -> None:
    source = (
        "import os, thesisbook.a\nfrom thesisbook import b\nfrom .c import d\nfrom .. import e\n"
        "def f():\n    import thesisbook.g as g\n    load('thesisbook.h:run')\n"
    )
    assert imported(source, "thesisbook.sub.here") == {
        "thesisbook.a",
        "thesisbook",
        "thesisbook.b",
        "thesisbook.sub.here.c",
        "thesisbook.sub.here.c.d",
        "thesisbook.sub",
        "thesisbook.sub.e",
        "thesisbook.g",
        "thesisbook.h",
    }


def test_chapters_are_not_made_of_what_prints_or_shows_them(tmp_path: Path) -> None:
    """A new template of the print edition once ran every chapter again."""
    reached = CodeKeys(tmp_path / "imports.json")._closure(STAGE_CODE["chapter"])
    assert {"thesisbook.engine.execution", "thesisbook.engine.fast.shell"} <= reached.keys()
    assert not [name for name in reached if name.startswith("thesisbook.outputs.pdf")]
    assert not [name for name in reached if name.startswith("thesisbook.outputs.site")]


def test_what_is_installed_for_tests_makes_no_book_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A book built before `make test` once was built again after it, every chapter."""
    packages = tmp_path / "site-packages"
    for name in ("Py_YAML-6.0.3", "numpy-2.4.6"):
        (packages / f"{name}.dist-info").mkdir(parents=True)
    monkeypatch.setattr("sys.path", [str(packages)])
    write(tmp_path / "requirements.txt", "numpy==2.4.6\n    # via x\npy-yaml==6.0.3 ; a == 'b'\n")
    before = environment_key(tmp_path)
    (packages / "pytest-9.2.0.dist-info").mkdir()
    assert environment_key(tmp_path) == before
    (packages / "Py_YAML-6.0.3.dist-info").rename(packages / "Py_YAML-6.0.4.dist-info")
    assert environment_key(tmp_path) != before


def test_key_knows_order_and_type() -> None:
    assert key_of([1, 2]) != key_of([2, 1])
    assert key_of(1) != key_of("1")
    assert key_of({"a": 1, "b": 2}) == key_of({"b": 2, "a": 1})


def test_trace_holds_until_a_read_differs(tmp_path: Path) -> None:
    from thesisbook.engine.fast.reads import file_digest  # noqa: PLC0415

    read = write(tmp_path / "inputs/a.csv", "1")
    trace = Trace(
        {"inputs/a.csv": file_digest(read), "inputs/none.csv": "absent"},
        {"inputs": listing_digest(tmp_path / "inputs")},
        (),
    )
    assert holding(tmp_path, {"chapter": trace}) == {}
    write(tmp_path / "inputs/b.csv", "2")
    assert holding(tmp_path, {"chapter": trace}) == {"chapter": "inputs changed"}
    (tmp_path / "inputs/b.csv").unlink()
    write(read, "3")
    assert holding(tmp_path, {"chapter": trace}) == {"chapter": "inputs/a.csv changed"}
    write(read, "1")
    write(tmp_path / "inputs/none.csv", "")
    assert holding(tmp_path, {"chapter": trace}) == {"chapter": "inputs/none.csv changed"}


def test_faults_of_a_child_reach_the_parent(tmp_path: Path) -> None:
    launcher = Launcher()
    with pytest.raises(BuildError, match=r"json.loads: JSONDecodeError"):
        launcher.call(json.loads, tmp_path / "log", s="{")
    assert launcher.call(json.dumps, tmp_path / "log", obj={"a": 1}) == json.dumps({"a": 1})


def test_a_number_printed_by_a_cell_is_not_published(toy: Path) -> None:
    """A book whose numbers carry receipts is published only where each of them does."""
    extension = "sphinx:\n  extra_extensions: [thesisbook.outputs.site]\n"
    edit(toy / "_config.yml", "sphinx:\n", extension)
    done = thesisbook(toy, "build", "--only", "html")
    assert done.returncode == 1
    assert "notebooks/01_sales.ipynb: '1250.0' has no receipt" in done.stderr
    assert not (toy / "_build" / "html").exists()
    assert not (toy / "book" / "chapters").exists()
