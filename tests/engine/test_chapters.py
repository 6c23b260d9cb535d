"""An executed chapter: the same bytes with a kernel, no state shared, nothing of chance in it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from toy_project import build, edit, thesisbook

from thesisbook.engine.fast.processes import Launcher
from thesisbook.engine.numbers_json import write_numbers
from thesisbook.engine.site_stage import prepare_site


def executed(root: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (root / "book/chapters").glob("*.ipynb")}


def test_ordinary_kernels_give_the_same_bytes(copied_toy: Path) -> None:
    ours = executed(copied_toy)
    shutil.rmtree(copied_toy / "_build")
    shutil.rmtree(copied_toy / "book/chapters")
    build(copied_toy, "--kernel")
    assert executed(copied_toy) == ours
    assert len(ours) == 3


def test_chapters_share_no_state(copied_toy: Path) -> None:
    mark = "import builtins\\nprint(getattr(builtins, 'mark', 'unmarked'))\\nbuiltins.mark = 1\\n"
    for chapter in ("01_sales", "02_price"):
        edit(copied_toy / f"notebooks/{chapter}.ipynb", "data = load", mark + "data = load")
    build(copied_toy, "-j1")
    for content in (executed(copied_toy)[f"{c}.ipynb"] for c in ("01_sales", "02_price")):
        assert b"unmarked\\n" in content


def test_executed_notebook_carries_no_time_place_or_chance(built_toy: Path) -> None:
    for name, content in executed(built_toy).items():
        assert str(built_toy).encode() not in content, name
        notebook = json.loads(content)
        assert notebook["metadata"]["thesisbook"]["scenario"] == "base"
        assert "papermill" not in notebook["metadata"]
        assert all(set(c["metadata"]) <= {"tags"} for c in notebook["cells"])
    assert b"<class 'object'>" in executed(built_toy)["02_price.ipynb"]


def test_numbers_are_collected_with_twelve_digits(built_toy: Path) -> None:
    numbers = json.loads((built_toy / "_build/numbers.json").read_text(encoding="utf-8"))
    assert numbers["scenario"] == "base"
    assert numbers["numbers"]["sales"]["value"] == 416.666666667  # 1250 / 3
    assert set(numbers["numbers"]) == {"sales", "price"}


def test_numbers_say_what_the_run_is_called(tmp_path: Path) -> None:
    payload = {"run": "Base, changed: WACC 12.0%", "numbers": {"n": {"value": 1.0}}}
    output = {"data": {"application/vnd.thesisbook.numbers+json": payload}}
    notebook, out = tmp_path / "a.ipynb", tmp_path / "numbers.json"
    notebook.write_text(json.dumps({"cells": [{"outputs": [output]}]}), "utf-8")
    write_numbers(notebooks=[notebook], about={"scenario": "base"}, out=out)
    told = json.loads(out.read_text("utf-8"))
    assert (told["label"], told["scenario"]) == (payload["run"], "base")


def test_sums_are_those_of_the_files(built_toy: Path) -> None:
    from thesisbook.engine.manifest import file_digest  # noqa: PLC0415
    from thesisbook.score.verifying import read_sums  # noqa: PLC0415

    sums = read_sums((built_toy / "_build/SHA256SUMS").read_text("utf-8"))
    assert {"numbers.json", "html/index.html", "../book/chapters/01_sales.ipynb"} <= set(sums)
    for name, digest in sums.items():
        assert file_digest(built_toy / "_build" / name) == digest
    assert not [name for name in sums if "environment" in name or "doctree" in name]


def test_language_is_kept_and_the_other_left_out(copied_toy: Path) -> None:
    done = thesisbook(copied_toy, "build", "--only", "html", "--lang", "zh")
    assert done.returncode == 0, done.stderr
    page = copied_toy / "_build/books/base-zh/html/book/chapters/01_sales.html"
    text = page.read_text(encoding="utf-8")
    assert "中文的句子" in text
    assert "Sales in English" not in text


def test_a_reserved_child_answers_the_call_it_waits_for(tmp_path: Path) -> None:
    launcher = Launcher()
    launcher.reserve(prepare_site)
    (reserved,) = launcher._children
    try:
        assert launcher.call(os.getpid, tmp_path / "log") != reserved.pid
        assert launcher.call(os.getpid, tmp_path / "log", reserved=True) == reserved.pid
        assert launcher.call(os.getpid, tmp_path / "log", reserved=True) != reserved.pid
    finally:
        launcher.stop()
    assert launcher._children == set()


def test_a_reserved_child_that_nobody_calls_is_let_go(tmp_path: Path) -> None:
    launcher = Launcher()
    launcher.reserve(prepare_site)
    (reserved,) = launcher._children
    launcher.release()
    assert reserved.exitcode is not None
    assert launcher._children == set()


def test_the_processes_of_a_build_share_the_parsed_data(built_toy: Path) -> None:
    assert [path for path in (built_toy / "_build/.cache/data").rglob("*") if path.is_file()]
