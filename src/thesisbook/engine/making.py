"""The work of each stage: its output into the cache, then the record of what it was made from."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from thesisbook.data import is_whole
from thesisbook.engine.chapters import with_prose
from thesisbook.engine.errors import ChapterFailed
from thesisbook.engine.execution import execute
from thesisbook.engine.fast.processes import Launcher
from thesisbook.engine.fast.reads import Trace
from thesisbook.engine.finishing_stage import write_archives
from thesisbook.engine.manifest import Record
from thesisbook.engine.number_gate import refuse_typed_numbers
from thesisbook.engine.numbers_json import write_numbers
from thesisbook.engine.placing import put_file, put_text, swap_folder
from thesisbook.engine.plan import Planner, Stage, data_digest, outputs_of
from thesisbook.engine.project import Project
from thesisbook.engine.run_parameters import check_variant
from thesisbook.engine.site_stage import (
    PRINTS,
    extensions,
    finished,
    fresh_or_kept,
    make_edition,
    stage_sources,
)
from thesisbook.engine.workbook_stage import make_workbook

NOTHING = Trace({}, {}, ())
#: Seconds that a cell may take; the slowest of an ordinary book takes two.
CELL_SECONDS = 300.0


@dataclass
class Maker:
    """Makes stages, each in a child of the warm parent; may be used from several threads."""

    project: Project
    planner: Planner
    launcher: Launcher
    work: Path
    kernel: bool = False  # cells run in ordinary kernels
    cell_seconds: float = CELL_SECONDS

    def check(self, stage: Stage, variant_alone: bool) -> Record:
        """Check data and notebooks, unless that was done for another book, then the parameters."""
        from thesisbook.engine.checking import check_project  # noqa: PLC0415 - loads the data

        started = time.perf_counter()
        if variant_alone:
            check_variant(self.project, stage.variant)
        else:
            check_project(self.project, stage.variant)
        return self._passed(stage, started)

    def sentences(self, stage: Stage) -> Record:
        """Check what the scenarios are worth, beside the chapters."""
        from thesisbook.engine.checking import check_worth  # noqa: PLC0415

        started = time.perf_counter()
        self.launcher.call(check_worth, self.work / "sentences.log", project=self.project)
        return self._passed(stage, started)

    def _passed(self, stage: Stage, started: float) -> Record:
        output = self.planner.output(stage.kind, stage.variant)
        put_text("", output)
        return self.keep(stage, output, NOTHING, time.perf_counter() - started)

    def chapter(self, stage: Stage) -> Record:
        folder = self.work / stage.variant.key
        folder.mkdir(parents=True, exist_ok=True)
        source = folder / f"{stage.chapter}.source.ipynb"
        source.write_bytes(self.planner.notebooks[stage.chapter])
        out = folder / f"{stage.chapter}.done.ipynb"
        started = time.perf_counter()
        try:
            trace = self.launcher.call(
                execute,
                folder / f"{stage.chapter}.log",
                telling=True,
                root=str(self.project.root),
                chapter=stage.chapter,
                parameters=stage.variant.parameters(),
                out=str(out),
                work=str(folder),
                kernel=self.kernel,
                cell_seconds=self.cell_seconds,
            )
        except ChapterFailed as error:
            raise self._set_apart(stage, error) from None
        target = self.planner.output("chapter", stage.variant, stage.chapter)
        put_file(out, target)
        return self.keep(stage, target, Trace.from_json(trace), time.perf_counter() - started)

    def prose(self, stage: Stage) -> Record:
        """A chapter whose text alone has changed: the cells that ran are those that would run."""
        assert stage.record is not None
        target = self.planner.output("chapter", stage.variant, stage.chapter)
        source = self.planner.notebooks[stage.chapter]
        made = self.work / f"{stage.variant.key}-{stage.chapter}.ipynb"
        made.write_bytes(with_prose(source, target.read_bytes(), stage.variant.parameters()))
        put_file(made, target)
        return self.keep(stage, target, stage.record.trace, stage.record.seconds)

    def _set_apart(self, stage: Stage, error: ChapterFailed) -> ChapterFailed:
        kept = self.project.build / "failed" / stage.variant.key / f"{stage.chapter}.ipynb"
        if error.partial is not None and error.partial.exists():
            put_file(error.partial, kept)
        return ChapterFailed(error.chapter, f"{error}\nthe half-run notebook: {kept}", kept)

    def edition(self, stage: Stage, digest: str) -> Record:
        """The site (`html`) or, by way of a single page, the print editions (`pdf`).

        The site's Sphinx folder is kept, so that the next run reads and writes what changed only.
        """
        html = stage.kind == "html"
        log = self.work / stage.variant.key / f"{stage.kind}.log"
        place = self.planner.output("html", stage.variant).parent if html else log.with_suffix("")
        base = self.planner.site_base(self.planner.static_key())
        known = self.planner.record_path(stage.kind, stage.variant)
        before = Record.load(known)
        known.unlink(missing_ok=True)
        kept = fresh_or_kept(place, base)
        log.parent.mkdir(parents=True, exist_ok=True)
        chapters = self.planner.output("chapter", stage.variant, "x").parent
        stage_sources(self.project, chapters, place / "source", stage.variant.language)
        started = time.perf_counter()
        arguments: dict[str, Any] = {
            "root": str(self.project.root),
            "source": str(place / "source"),
            "out": str(place / "html"),
            "builder": "html" if html else "singlehtml",
            "scenario": stage.variant.scenario,
            "language": stage.variant.language,
            "strict": not self.project.partial,  # pages left out are still linked to
            "known": sorted(before.trace.files) if before and kept else [],
        }
        if not html:
            arguments["prints"] = {
                edition: str(place / "prints" / file) for edition, file in PRINTS.items()
            }
            arguments["meta"] = self.project.imprint(stage.variant, digest)
        trace = self.launcher.call(make_edition, log, reserved=True, **arguments)
        finished(place, base)
        if html and self._binds_numbers():
            self.launcher.call(
                refuse_typed_numbers,
                log.with_suffix(".numbers.log"),
                site=place / "html",
                root=self.project.root,
                kept=place / "read",
            )
        target = self.planner.output(stage.kind, stage.variant)
        if not html:
            swap_folder(place / "prints", target)
        return self.keep(stage, target, Trace.from_json(trace), time.perf_counter() - started)

    def _binds_numbers(self) -> bool:
        """Whether the book's numbers travel with receipts: it has the data, and the extension."""
        extended = "thesisbook.outputs.site" in extensions(self.project.root)
        return extended and is_whole(self.project.root)

    def numbers(self, stage: Stage) -> Record:
        started = time.perf_counter()
        notebooks = [
            self.planner.output("chapter", stage.variant, c) for c in self.project.chapters
        ]
        target = self.planner.output("numbers", stage.variant)
        self.launcher.call(
            write_numbers,
            self.work / f"numbers-{stage.variant.key}.log",
            notebooks=notebooks,
            about={**stage.variant.parameters(), "edition": self.project.edition},
            out=target,
        )
        return self.keep(stage, target, NOTHING, time.perf_counter() - started)

    def workbook(self, stage: Stage) -> Record:
        folder = self.work / stage.variant.key
        folder.mkdir(parents=True, exist_ok=True)
        out = folder / "model.xlsx"
        started = time.perf_counter()
        trace = self.launcher.call(
            make_workbook,
            folder / "xlsx.log",
            root=str(self.project.root),
            out=str(out),
            scenario=stage.variant.scenario,
            overrides=dict(stage.variant.overrides),
            language=stage.variant.language,
        )
        target = self.planner.output("xlsx", stage.variant)
        put_file(out, target)
        return self.keep(stage, target, Trace.from_json(trace), time.perf_counter() - started)

    def archives(self, stage: Stage) -> Record:
        folder = self.work / "archives"
        folder.mkdir(parents=True, exist_ok=True)
        started = time.perf_counter()
        self.launcher.call(
            write_archives,
            self.work / "archives.log",
            root=self.project.root,
            folder=folder,
        )
        target = self.planner.output("archives", stage.variant)
        swap_folder(folder, target)
        return self.keep(stage, target, NOTHING, time.perf_counter() - started)

    def still_right(self, stage: Stage) -> None:
        """Notes for which data a kept stage holds, so that its look-ups are not tried again."""
        if stage.record is not None and stage.record.data != self.planner.data:
            self._record(stage, replace(stage.record, data=self._data()))

    def keep(self, stage: Stage, output: Path, trace: Trace, seconds: float) -> Record:
        outputs = outputs_of(output)
        return self._record(
            stage, Record(stage.key, trace, outputs, seconds, self._data(), stage.run)
        )

    def _record(self, stage: Stage, record: Record) -> Record:
        record.save(self.planner.record_path(stage.kind, stage.variant, stage.chapter))
        return record

    def _data(self) -> str:
        """Digest of the data that were planned with, or nothing where they have changed since."""
        still = data_digest(self.project.root) == self.planner.data
        return self.planner.data if still else ""
