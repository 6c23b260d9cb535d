"""The pages: Sphinx over a staged copy of the book's sources."""

from __future__ import annotations

import contextlib
import filecmp
import io
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from thesisbook.data.languages import LANGUAGES
from thesisbook.data.tree import files_of
from thesisbook.engine.errors import BuildError
from thesisbook.engine.fast import reads as tracing
from thesisbook.engine.pairs import page_text
from thesisbook.engine.placing import put_text
from thesisbook.engine.project import CHAPTERS, Project, settings_file

SOURCES = ("_config.yml", "_toc.yml")
BASE = "base.txt"
#: The print editions of a book, and what each is called in the cache.
PRINTS = {"book": "book.pdf", "note": "note.pdf"}


def stage_sources(project: Project, chapters: Path, to: Path, language: str = "en") -> None:
    """Brings folder `to` in line with everything Sphinx reads; executed chapters from `chapters`.

    A page of text in another language than English is `book/<language>/` and the page's name.

    A file that is there already, with the same content, is left alone with its time, so that
    Sphinx need not read it again. Pages of text are renewed always: they are small, and may show
    numbers and exhibits of any chapter.
    """
    wanted = {name: project.root / name for name in SOURCES}
    others = tuple(f"book/{name}/" for name in LANGUAGES)
    for path in files_of(project.root / "book"):
        relative = path.relative_to(project.root).as_posix()
        if not relative.startswith((CHAPTERS, *others)):
            wanted[relative] = path
    for path in files_of(project.root / "book" / language):
        wanted[f"book/{path.relative_to(project.root / 'book' / language).as_posix()}"] = path
    for name in ("company.yaml", "sources.csv"):  # the site shows company, edition and sources
        if (project.root / "data" / name).is_file():
            wanted[f"data/{name}"] = project.root / "data" / name
    for chapter in project.chapters:
        wanted[f"{CHAPTERS}/{chapter}.ipynb"] = chapters / f"{chapter}.ipynb"
    for path in [p for p in to.rglob("*") if p.is_file()]:
        if path.relative_to(to).as_posix() not in wanted:
            path.unlink()
    for name, source in wanted.items():
        target = to / name
        if source.is_relative_to(project.root / "book" / language) and source.suffix == ".md":
            english = project.root / name
            put_text(page_text(english.read_text("utf-8"), source.read_text("utf-8")), target)
            continue
        same = target.is_file() and filecmp.cmp(source, target, shallow=False)
        if not same or target.suffix == ".md":
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    if project.partial:
        (to / "_toc.yml").write_text(json.dumps(project.toc), encoding="utf-8")


def fresh_or_kept(place: Path, base: str) -> bool:
    """Empties a Sphinx folder unless its last run ended well and with the same `base`: settings,
    code and static files; returns whether it was kept. It counts as unfinished until `finished`."""
    note = place / BASE
    kept = note.is_file() and note.read_text(encoding="ascii") == base
    if not kept:
        shutil.rmtree(place, ignore_errors=True)
    note.unlink(missing_ok=True)
    place.mkdir(parents=True, exist_ok=True)
    # What stands there already would change how Sphinx refers to it.
    shutil.rmtree(place / "html" / "_static", ignore_errors=True)
    return kept


def finished(place: Path, base: str) -> None:
    (place / BASE).write_text(base, encoding="ascii")


def prepare_site() -> None:
    """Imports what `make_edition` works with, in a child that waits for the chapters."""
    from thesisbook.engine.fast import site_libraries  # noqa: F401, PLC0415


def make_edition(
    *,
    root: str,
    source: str,
    out: str,
    builder: str,
    scenario: str,
    language: str,
    strict: bool,
    known: Sequence[str],
    prints: Mapping[str, str] | None = None,
    meta: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Pages of one book in folder `out`, and from a single page its print editions, `prints`.

    Runs in a child of its own. Returns the trace of the project files it read; reads in the staged
    copy `source` count as reads of the same file of the project, as do the `known` ones of the
    run that this one goes on from.
    """
    os.chdir(source)
    with tracing.recording(Path(root)) as recorder, _staged_reads(recorder, source, language):
        run_sphinx(Path(source), Path(out), builder, scenario, strict, language=language, root=root)
        if prints is not None:
            from thesisbook.exhibits.translation import translation_of  # noqa: PLC0415
            from thesisbook.outputs.pdf import write_prints  # noqa: PLC0415

            single = Path(out) / f"{Project(Path(source)).pages[0]}.html"
            said = translation_of(Path(root), language).page(single.read_text(encoding="utf-8"))
            single.write_text(said, encoding="utf-8", newline="\n")
            given = {**(meta or {}), "source": source, "root": root, "strict": strict}
            write_prints(single, {name: Path(path) for name, path in prints.items()}, given)
    files = {}
    for path in sorted({*recorder.files, *known} - {"_toc.yml"}):  # which the stage's key holds
        staged = Path(source) / path
        files[path] = tracing.file_digest(staged if staged.exists() else Path(root) / path)
    return {"files": files, "listings": {}, "lookups": recorder.trace().lookups}


def run_sphinx(
    source: Path,
    out: Path,
    builder: str,
    scenario: str,
    strict: bool,
    *,
    language: str = "en",
    root: str = "",
) -> None:
    """One run of Jupyter Book's Sphinx; if strict, a warning is an error. Raises BuildError."""
    from jupyter_book.config import get_final_config  # noqa: PLC0415
    from jupyter_book.sphinx import build_sphinx  # noqa: PLC0415

    overrides: dict[str, Any] = {"latex_individualpages": False, "nitpicky": True}
    config, _ = get_final_config(
        user_yaml=source / "_config.yml", cli_config=dict(overrides), sourcedir=source
    )
    own = (
        "thesisbook.outputs.site.incremental"
        if builder == "html"
        else "thesisbook.outputs.site.single_page"
    )
    overrides["extensions"] = [*config["extensions"], own]
    if "thesisbook.outputs.site" in extensions(source):
        overrides["thesisbook_scenario"] = scenario
        overrides["language"] = LANGUAGES[language].sphinx
        overrides["thesisbook_root"] = root
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        result = build_sphinx(
            str(source),
            str(out),
            noconfig=True,
            path_config=str(source / "_config.yml"),
            doctreedir=str(out.with_name(f"doctrees-{builder}")),
            confoverrides=overrides,
            builder=builder,
            freshenv=False,
            warningiserror=strict,
            keep_going=True,
        )
    if result != 0:
        raise BuildError(
            f"Sphinx ({builder}) refused the pages:\n{_complaints(said.getvalue(), result)}"
        )


def _complaints(said: str, result: Any) -> str:
    """The warnings and errors in what Sphinx said, else the end of it."""
    lines = said.strip().splitlines()
    found = [line for line in lines if any(word in line for word in ("WARNING", "ERROR", "SEVERE"))]
    if isinstance(result, Exception):
        found.append(f"{type(result).__name__}: {result}")
    return "\n".join(found or lines[-20:])


def configuration(root: Path) -> dict[str, Any]:
    """The content of _config.yml."""
    return settings_file(root, "_config.yml")


def extensions(root: Path) -> list[str]:
    """Sphinx extensions that the book's own configuration adds."""
    return (configuration(root).get("sphinx") or {}).get("extra_extensions") or []


class _staged_reads:
    """Counts reads below the staged copy as reads of the project's own files."""

    def __init__(self, recorder: Any, source: str, language: str) -> None:
        self.recorder, self.prefix = recorder, source + os.sep
        self.own = f"book/{language}"

    def __enter__(self) -> None:
        inside = self.recorder._inside
        prefix, root, own = self.prefix, self.recorder.root, self.own

        def mapped(path: str) -> str | None:
            if path.startswith(prefix):
                name = path[len(prefix) :]
                in_language = Path(root, name.replace("book", own, 1))
                path = str(in_language if in_language.is_file() else Path(root, name))
            return inside(path)

        self.recorder._inside = mapped

    def __exit__(self, *exc: object) -> None:
        return None


def static_files(project: Project) -> Sequence[Path]:
    """Files Sphinx copies without reading: everything under the book's static folders."""
    sphinx = (configuration(project.root).get("sphinx") or {}).get("config") or {}
    folders = [*sphinx.get("html_static_path", []), *sphinx.get("html_extra_path", [])]
    found: list[Path] = []
    for name in folders:
        base = project.root / name
        found += files_of(base) if base.is_dir() else [base]
    return found
