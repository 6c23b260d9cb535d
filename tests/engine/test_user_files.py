"""Nothing of the user's is destroyed, no cut cache is trusted, no old output passes as new."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from toy_project import build, command, edit, environment_of, make_toy, ran, thesisbook

from thesisbook.engine.fast.processes import Launcher
from thesisbook.engine.fast.reads import Trace, file_digest
from thesisbook.engine.manifest import Record
from thesisbook.engine.placing import MARK
from thesisbook.engine.plan import Planner
from thesisbook.engine.project import Project, Variant
from thesisbook.engine.publishing import OLDER, Published


def contents(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def refused(done: subprocess.CompletedProcess, code: int = 1) -> str:
    assert done.returncode == code, done.stderr
    said = done.stderr.strip().splitlines()
    assert "Traceback" not in done.stderr
    return said[-1]


@pytest.mark.parametrize("option", ["--out", "--build-folder"])
@pytest.mark.parametrize(
    ("place", "said"),
    [
        (".", "holds the sources of the project"),
        ("..", "holds the sources of the project"),
        ("notebooks", "lies in notebooks/, among the sources"),
        ("data/new", "lies in data/, among the sources"),
        ("own", "is not empty and was not made by a build"),
        ("_toc.yml", "is a file"),
    ],
)
def test_a_build_writes_into_nothing_of_the_user_s(
    toy: Path, option: str, place: str, said: str
) -> None:
    (toy / "own").mkdir()
    (toy / "own/thesis.txt").write_text("years of work", encoding="utf-8")
    before = contents(toy)
    done = thesisbook(toy, "build", "--only", "html", option, str(toy / place))
    assert said in refused(done)
    assert contents(toy) == before


def test_a_folder_that_a_build_made_is_written_again(copied_toy: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    build(copied_toy, "--out", str(out))
    assert (out / MARK).is_file() and (out / "html/index.html").is_file()
    edit(copied_toy / "book/method.md", "# ", "# Our ")
    build(copied_toy, "--out", str(out))
    assert "Our" in (out / "html/book/method.html").read_text(encoding="utf-8")


def test_an_edit_behind_a_link_is_followed(toy: Path, tmp_path: Path) -> None:
    """Facts may lie in a folder that several projects share."""
    shared = tmp_path / "shared"
    shutil.move(toy / "data/facts", shared)
    (toy / "data/facts").symlink_to(shared)
    build(toy)
    page = toy / "_build/html/book/chapters/01_sales.html"
    assert "1250.0" in page.read_text(encoding="utf-8")
    edit(shared / "market.csv", ",1250,", ",1300,")
    build(toy)
    assert "1300.0" in page.read_text(encoding="utf-8")


def test_a_link_to_a_folder_above_ends(tmp_path: Path) -> None:
    from thesisbook.data.tree import files_of  # noqa: PLC0415

    (tmp_path / "a").mkdir()
    (tmp_path / "a/file").write_text("x", encoding="utf-8")
    (tmp_path / "a/loop").symlink_to(tmp_path)
    assert [p.name for p in files_of(tmp_path)] == ["file"]


@pytest.mark.parametrize(
    "kept", ["", '{"digest": "0", "content": []}', "[", '[["old"], "x"]', "null"]
)
def test_kept_notes_that_do_not_fit_are_made_again(copied_toy: Path, kept: str) -> None:
    notes = [
        p for p in (copied_toy / "_build/.cache").rglob("*.json") if p.parent.name != "numbers"
    ]
    assert len(notes) > 5
    for note in notes:
        note.write_text(kept, encoding="utf-8")
    build(copied_toy)
    assert "nothing to do" in build(copied_toy).stderr


def test_every_kept_file_that_was_emptied_is_made_again(copied_toy: Path) -> None:
    site = contents(copied_toy / "_build/html")
    for path in (copied_toy / "_build/.cache").rglob("*"):
        if path.is_file():
            path.write_bytes(b"")
    build(copied_toy)
    assert contents(copied_toy / "_build/html") == site


def test_notes_of_sphinx_that_were_emptied_are_made_again(copied_toy: Path) -> None:
    folders = [*(copied_toy / "_build/.cache").glob("*/sphinx/doctrees*")]
    assert folders
    for path in [p for folder in folders for p in folder.rglob("*") if p.is_file()]:
        path.write_bytes(b"")
    edit(copied_toy / "notebooks/01_sales.ipynb", "# ", "# Our ")
    build(copied_toy)
    assert "Our" in (copied_toy / "_build/html/book/chapters/01_sales.html").read_text("utf-8")


def workbook_of(root: Path) -> None:
    """Puts a workbook into the cache as a build would, made of the company file."""
    planner = Planner(Project.find(root))
    stage, place = planner.workbook(Variant()), planner.output("xlsx", Variant())
    place.write_bytes(b"a workbook")
    company = "data/company.yaml"
    trace = Trace({company: file_digest(root / company)}, {}, ())
    record = Record(stage.key, trace, {"": file_digest(place)}, 1.0, planner.data)
    record.save(planner.record_path("xlsx", Variant()))


def published(root: Path, work: Path, *outputs: str) -> Published:
    """The cached outputs of a project, put in place."""
    project = Project.find(root)
    books = Published(
        project, Planner(project), Launcher(), work, outputs, project.build, Variant(), [], True
    )
    books.publish()
    return books


def test_an_output_of_an_older_state_is_named(copied_toy: Path, tmp_path: Path) -> None:
    sums, older = copied_toy / "_build/SHA256SUMS", copied_toy / "_build" / OLDER
    workbook_of(copied_toy)
    assert published(copied_toy, tmp_path, "xlsx").older == ()
    assert "html/index.html" in sums.read_text(encoding="utf-8")  # it still holds
    assert published(copied_toy, tmp_path, "html").older == ()
    assert "xlsx/" in sums.read_text(encoding="utf-8")
    edit(copied_toy / "data/company.yaml", "Acme", "Acme New")
    done = build(copied_toy)
    assert "of an older state, not made now: xlsx" in done.stderr
    assert "_build/xlsx" not in done.stderr
    assert "xlsx" in older.read_text(encoding="utf-8")
    assert "xlsx/" not in sums.read_text(encoding="utf-8")
    assert "older state" in build(copied_toy).stderr  # also where there is nothing to do
    workbook_of(copied_toy)
    assert published(copied_toy, tmp_path, "xlsx").older == ()
    assert not older.exists() and "xlsx/" in sums.read_text(encoding="utf-8")


def test_pages_are_of_an_older_state_beside_a_new_workbook(
    copied_toy: Path, tmp_path: Path
) -> None:
    edit(copied_toy / "notebooks/01_sales.ipynb", "# ", "# Our ")
    workbook_of(copied_toy)
    books = published(copied_toy, tmp_path, "xlsx")
    assert books.older == ("html", "numbers.json", "notebooks")
    assert "numbers.json" in (copied_toy / "_build" / OLDER).read_text(encoding="utf-8")


def test_folder_that_does_not_exist(copied_toy: Path) -> None:
    done = thesisbook(copied_toy / "editon", "check")
    assert "no such folder" in refused(done) and "editon" in done.stderr


def test_working_folder_that_was_deleted(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    line = [word for word in command(tmp_path, "check") if word not in ("-v", "-C", str(tmp_path))]
    done = subprocess.run(
        ["sh", "-c", 'cd "$0" && rmdir "$0" && exec "$@"', str(gone), *line],
        env=environment_of(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "the working folder was deleted" in refused(done)


@pytest.mark.parametrize("port", ["99999", "-1", "eighty"])
def test_ports_that_are_none(copied_toy: Path, port: str) -> None:
    assert "'--port'" in refused(thesisbook(copied_toy, "serve", "--port", port), 2)


def test_a_port_in_use_is_named(copied_toy: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        done = thesisbook(copied_toy, "serve", "--port", str(port))
        assert f"port {port}: address already in use; choose another" in refused(done)


def test_path_with_braces(tmp_path: Path) -> None:
    toy = make_toy(tmp_path / "edition {x} {0}")
    assert ran(build(toy)) >= {"01_sales", "02_price"}


def test_unknown_language_in_a_dry_run(copied_toy: Path) -> None:
    done = thesisbook(copied_toy, "build", "--lang", "fr", "--dry-run")
    assert "unknown language 'fr'" in refused(done, 2)


def test_a_workbook_alone_runs_no_chapter(toy: Path) -> None:
    done = thesisbook(toy, "build", "--only", "xlsx", "--dry-run")
    stages = [line.partition(":")[0] for line in done.stdout.splitlines()]
    assert stages == ["sentences", "check", "xlsx"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open any port")
def test_a_port_that_may_not_be_opened(copied_toy: Path) -> None:
    assert "port 1: permission denied" in refused(thesisbook(copied_toy, "serve", "--port", "1"))
