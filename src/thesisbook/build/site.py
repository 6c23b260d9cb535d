"""The pages: Sphinx over a staged copy of the book's sources."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from thesisbook.build import tracing
from thesisbook.build.errors import BuildError
from thesisbook.build.project import CHAPTERS, Project

SOURCES = ("_config.yml", "_toc.yml")
#: Sphinx leaves these beside its pages; they carry times and paths and nobody reads them.
SCRATCH = (".buildinfo", ".doctrees", "environment.pickle", "objects.inv.tmp")


def stage_sources(project: Project, chapters: Path, to: Path) -> None:
    """A copy of everything Sphinx reads, with executed chapters from `chapters`, in folder `to`."""
    for name in SOURCES:
        _copy(project.root / name, to / name)
    if project.partial:
        (to / "_toc.yml").write_text(json.dumps(project.toc), encoding="utf-8")
    for path in sorted((project.root / "book").rglob("*")):
        relative = path.relative_to(project.root)
        if path.is_file() and not str(relative).startswith(CHAPTERS):
            _copy(path, to / relative)
    company = project.root / "data" / "company.yaml"
    if company.is_file():  # the site names the company and its edition
        _copy(company, to / "data" / "company.yaml")
    for chapter in project.chapters:
        _copy(chapters / f"{chapter}.ipynb", to / CHAPTERS / f"{chapter}.ipynb")


def _copy(source: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, to)


def make_edition(
    *,
    root: str,
    source: str,
    out: str,
    builder: str,
    scenario: str,
    site: Sequence[str],
    strict: bool,
    pdf: str | None = None,
    meta: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Pages of one book in folder `out`, and from a single page its print edition `pdf`.

    Runs in a child of its own. Returns the trace of the project files it read; reads in the staged
    copy `source` count as reads of the same file of the project.
    """
    os.environ["THESISBOOK_SITE_SCENARIOS"] = ",".join(site)
    os.chdir(source)
    with tracing.recording(Path(root)) as recorder, _staged_reads(recorder, Path(source)):
        run_sphinx(Path(source), Path(out), builder, scenario, strict)
        if pdf is not None:
            from thesisbook.outputs.pdf import write_pdf  # noqa: PLC0415

            page = Path(out) / f"{Project(Path(source)).toc['root'].rpartition('/')[2]}.html"
            single = page if page.exists() else next(iter(sorted(Path(out).rglob("*.html"))))
            write_pdf(single, Path(pdf), {**(meta or {}), "source": source})
    files = {}
    for path in sorted(recorder.files - {"_toc.yml"}):  # which the stage's key holds
        staged = Path(source) / path
        files[path] = tracing.file_digest(staged if staged.exists() else Path(root) / path)
    return {"files": files, "listings": {}, "lookups": recorder.trace().lookups}


def run_sphinx(source: Path, out: Path, builder: str, scenario: str, strict: bool) -> None:
    """One run of Jupyter Book's Sphinx; if strict, a warning is an error. Raises BuildError."""
    from jupyter_book.sphinx import build_sphinx  # noqa: PLC0415

    overrides: dict[str, Any] = {"latex_individualpages": False, "nitpicky": True}
    if "thesisbook.sphinx" in extensions(source):
        overrides["thesisbook_scenario"] = scenario
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
            freshenv=True,
            warningiserror=strict,
            keep_going=True,
        )
    if result != 0:
        raise BuildError(
            f"Sphinx ({builder}) refused the pages:\n{_complaints(said.getvalue(), result)}"
        )
    for name in SCRATCH:
        left = out / name
        shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)


def _complaints(said: str, result: Any) -> str:
    """The warnings and errors in what Sphinx said, else the end of it."""
    lines = said.strip().splitlines()
    found = [line for line in lines if any(word in line for word in ("WARNING", "ERROR", "SEVERE"))]
    return "\n".join(found or lines[-20:] or [str(result)])


def configuration(root: Path) -> dict[str, Any]:
    import yaml  # noqa: PLC0415

    return yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8")) or {}


def extensions(root: Path) -> list[str]:
    """Sphinx extensions that the book's own configuration adds."""
    return (configuration(root).get("sphinx") or {}).get("extra_extensions") or []


class _staged_reads:
    """Counts reads below the staged copy as reads of the project's own files."""

    def __init__(self, recorder: Any, source: Path) -> None:
        self.recorder, self.prefix = recorder, str(source) + os.sep

    def __enter__(self) -> None:
        inside = self.recorder._inside
        prefix, root = self.prefix, self.recorder.root

        def mapped(path: str) -> str | None:
            if path.startswith(prefix):
                path = root + os.sep + path[len(prefix) :]
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
        found += sorted(p for p in base.rglob("*") if p.is_file()) if base.is_dir() else [base]
    return found
