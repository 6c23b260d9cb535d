"""The two-level graph: check, then chapters in parallel, then site, print edition and workbook."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from thesisbook.build.chapters import with_prose
from thesisbook.build.errors import ChapterFailed
from thesisbook.build.manifest import Record, key_of
from thesisbook.build.placing import put_file, swap_folder
from thesisbook.build.plan import Planner, Stage, data_digest, outputs_of
from thesisbook.build.processes import Launcher
from thesisbook.build.progress import Progress
from thesisbook.build.project import Project, Variant
from thesisbook.build.site import extensions, finished, fresh_or_kept, stage_sources
from thesisbook.build.tracing import Trace, file_digest

NOTHING = Trace({}, {}, ())
OUTPUTS = ("html", "pdf", "xlsx")


@dataclass
class Book:
    """What is known of one variant while it is being built."""

    variant: Variant
    outputs: frozenset[str]
    stages: list[Stage] = field(default_factory=list)
    chapters: dict[str, Record] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)


@dataclass
class Build:
    """One build of one or more variants into the cache; `publish` puts them in place."""

    project: Project
    launcher: Launcher
    work: Path
    progress: Progress
    jobs: int = 2
    planner: Planner = field(init=False)

    def __post_init__(self) -> None:
        self.planner = Planner(self.project)
        self._queue: dict[Future, Callable[[Any], None]] = {}

    def run(self, wanted: Mapping[str, tuple[Variant, Iterable[str]]]) -> dict[str, Book]:
        """Brings every variant of `wanted` (key -> (variant, outputs)) up to date in the cache."""
        books = {
            key: Book(variant, frozenset(outputs)) for key, (variant, outputs) in wanted.items()
        }
        checks = [self.planner.check(book.variant) for book in books.values()]
        if any(check.reason for check in checks) or self._stale(books):
            self.launcher.warm()  # it imports while the data are checked
        for check in checks:
            self._check(check)
        with ThreadPoolExecutor(self.jobs) as pool:
            self._pool = pool
            try:
                for book in books.values():
                    book.stages = self.planner.chapters(book.variant)
                for book in books.values():
                    self._begin(book)
                self._archive(books)
                self._drain()
            except BaseException:
                for future in self._queue:
                    future.cancel()
                self.launcher.stop()
                raise
        for book in books.values():  # everything ran, so no half-run notebook is news any more
            shutil.rmtree(self.project.build / "failed" / book.variant.key, ignore_errors=True)
        return books

    def _stale(self, books: Mapping[str, Book]) -> bool:
        """Whether a chapter is sure to run; look-ups in data that are not checked yet count not."""
        return any(
            not self.planner.is_current(book.variant, chapter)
            for book in books.values()
            for chapter in self.project.chapters
        )

    def _check(self, stage: Stage) -> None:
        variant = stage.variant
        if not stage.reason:
            return
        from thesisbook.build.checking import check_project  # noqa: PLC0415 - loads pandas

        with self.progress.task(stage.name, stage.reason):
            started = time.perf_counter()
            check_project(self.project, variant)
            output = self.planner.output("check", variant)
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_text("", encoding="ascii")
            self._keep(stage, output, NOTHING, time.perf_counter() - started)

    def _begin(self, book: Book) -> None:
        for stage in book.stages:
            if not stage.reason and stage.record is not None:
                book.chapters[stage.chapter] = stage.record
                self._still_right(stage)
        due = [stage for stage in book.stages if stage.reason]
        book.missing = {stage.chapter for stage in due}
        for stage in sorted(due, key=self._expected, reverse=True):
            work = self._chapter if stage.record is None else self._prose
            self._submit(stage, work, partial(self._chapter_done, book, stage))
        if "xlsx" in book.outputs:
            stage = self.planner.workbook(book.variant)
            if stage.reason:
                self._submit(stage, self._workbook, lambda _: None)
            else:
                self._still_right(stage)
        if not due:
            self._pages(book)

    def _still_right(self, stage: Stage) -> None:
        """Notes for which data a kept stage holds, so that its look-ups are not tried again."""
        if stage.record is not None and stage.record.data != self.planner.data:
            self._record(stage, replace(stage.record, data=self._data()))
        self.progress.kept(stage.name)

    def _expected(self, stage: Stage) -> tuple[float, int]:
        """Seconds a chapter took last time; unknown ones first, the longest notebook leading."""
        record = Record.load(self.planner.record_path("chapter", stage.variant, stage.chapter))
        length = len(self.planner.notebooks[stage.chapter])
        return record.seconds if record else float("inf"), length

    def _archive(self, books: Mapping[str, Book]) -> None:
        """Queues the zips that a site with its own extension offers."""
        pages = any("html" in book.outputs for book in books.values())
        if pages and "thesisbook.sphinx" in extensions(self.project.root):
            stage = self.planner.archives()
            if stage.reason:
                self._submit(stage, self._zip, lambda _: None)

    def _zip(self, stage: Stage) -> Record:
        folder = self.work / "archives"
        folder.mkdir(parents=True, exist_ok=True)
        started = time.perf_counter()
        self.launcher.call(
            "thesisbook.sphinx.archives:write",
            self.work / "archives.log",
            root=self.project.root,
            folder=folder,
        )
        target = self.planner.output("archives", stage.variant)
        swap_folder(folder, target)
        return self._keep(stage, target, NOTHING, time.perf_counter() - started)

    def _submit(
        self, stage: Stage, work: Callable[..., Any], done: Callable[[Any], None], *args: Any
    ) -> None:
        def timed() -> Any:
            with self.progress.task(stage.name, stage.reason):
                return work(stage, *args)

        self._queue[self._pool.submit(timed)] = done

    def _drain(self) -> None:
        """Waits for all; after a fault nothing new starts, what runs is finished and kept."""
        fault: BaseException | None = None
        while self._queue:
            finished, _ = wait(self._queue, return_when=FIRST_COMPLETED)
            for future in finished:
                done = self._queue.pop(future)
                if future.cancelled():
                    continue
                error = future.exception()
                if error is None and fault is None:
                    done(future.result())
                elif error is not None and fault is None:
                    fault = error
                    for waiting in self._queue:
                        waiting.cancel()
        if fault is not None:
            raise fault

    def _chapter(self, stage: Stage) -> Record:
        folder = self.work / stage.variant.key
        folder.mkdir(parents=True, exist_ok=True)
        source = folder / f"{stage.chapter}.source.ipynb"
        source.write_bytes(self.planner.notebooks[stage.chapter])
        out = folder / f"{stage.chapter}.done.ipynb"
        started = time.perf_counter()
        try:
            trace = self.launcher.call(
                "thesisbook.build.chapters:execute",
                folder / f"{stage.chapter}.log",
                root=str(self.project.root),
                chapter=stage.chapter,
                parameters=stage.variant.parameters(),
                out=str(out),
                work=str(folder),
                forking=self.launcher.forking,
            )
        except ChapterFailed as error:
            raise self._set_apart(stage, error) from None
        target = self.planner.output("chapter", stage.variant, stage.chapter)
        put_file(out, target)
        return self._keep(stage, target, Trace.from_json(trace), time.perf_counter() - started)

    def _prose(self, stage: Stage) -> Record:
        """A chapter whose text alone has changed: the cells that ran are those that would run."""
        assert stage.record is not None
        target = self.planner.output("chapter", stage.variant, stage.chapter)
        source = self.planner.notebooks[stage.chapter]
        made = self.work / f"{stage.variant.key}-{stage.chapter}.ipynb"
        made.write_bytes(with_prose(source, target.read_bytes(), stage.variant.parameters()))
        put_file(made, target)
        return self._keep(stage, target, stage.record.trace, stage.record.seconds)

    def _set_apart(self, stage: Stage, error: ChapterFailed) -> ChapterFailed:
        kept = self.project.build / "failed" / stage.variant.key / f"{stage.chapter}.ipynb"
        if error.partial is not None and error.partial.exists():
            put_file(error.partial, kept)
        return ChapterFailed(error.chapter, f"{error}\nthe half-run notebook: {kept}", kept)

    def _chapter_done(self, book: Book, stage: Stage, record: Record) -> None:
        book.chapters[stage.chapter] = record
        book.missing.discard(stage.chapter)
        if not book.missing:
            self._pages(book)

    def _pages(self, book: Book) -> None:
        """Queues what is made of a book's executed chapters."""
        if not book.outputs & {"html", "pdf"}:
            return
        inputs = {
            "chapters": {c: book.chapters[c].outputs[""] for c in self.project.chapters},
            "static": self.static_key(),
            "digest": self.planner.inputs_digest(book.chapters),
        }
        for kind in ("html", "pdf"):
            if kind in book.outputs:
                stage = self.planner.pages(kind, book.variant, inputs)
                if stage.reason:
                    self._submit(stage, self._edition, lambda _: None, inputs["digest"])
                else:
                    self._still_right(stage)

    def static_key(self) -> str:
        """Digest of what Sphinx copies without opening it by name."""
        from thesisbook.build.site import static_files  # noqa: PLC0415

        root = self.project.root
        found = static_files(self.project)
        return key_of({p.relative_to(root).as_posix(): file_digest(p) for p in found})

    def _edition(self, stage: Stage, digest: str) -> Record:
        """The site (`html`) or, by way of a single page, the print edition (`pdf`).

        The site's Sphinx folder is kept, so that the next run reads and writes what changed only.
        """
        html = stage.kind == "html"
        log = self.work / stage.variant.key / f"{stage.kind}.log"
        place = self.planner.output("html", stage.variant).parent if html else log.with_suffix("")
        base = self.planner.site_base(self.static_key())
        known = self.planner.record_path(stage.kind, stage.variant)
        before = Record.load(known)
        known.unlink(missing_ok=True)
        kept = fresh_or_kept(place, base)
        log.parent.mkdir(parents=True, exist_ok=True)
        chapters = self.planner.output("chapter", stage.variant, "x").parent
        stage_sources(self.project, chapters, place / "source")
        started = time.perf_counter()
        arguments: dict[str, Any] = {
            "root": str(self.project.root),
            "source": str(place / "source"),
            "out": str(place / "html"),
            "builder": "html" if html else "singlehtml",
            "scenario": stage.variant.scenario,
            "strict": not self.project.partial,  # pages left out are still linked to
            "known": sorted(before.trace.files) if before and kept else [],
        }
        if not html:
            arguments["pdf"] = str(place / "book.pdf")
            arguments["meta"] = self.project.imprint(stage.variant, digest)
        trace = self.launcher.call("thesisbook.build.site:make_edition", log, **arguments)
        finished(place, base)
        target = self.planner.output(stage.kind, stage.variant)
        if not html:
            put_file(place / "book.pdf", target)
        return self._keep(stage, target, Trace.from_json(trace), time.perf_counter() - started)

    def _workbook(self, stage: Stage) -> Record:
        folder = self.work / stage.variant.key
        folder.mkdir(parents=True, exist_ok=True)
        out = folder / "model.xlsx"
        started = time.perf_counter()
        trace = self.launcher.call(
            "thesisbook.build.workbook:make_workbook",
            folder / "xlsx.log",
            root=str(self.project.root),
            out=str(out),
            scenario=stage.variant.scenario,
            overrides=dict(stage.variant.overrides),
        )
        target = self.planner.output("xlsx", stage.variant)
        put_file(out, target)
        return self._keep(stage, target, Trace.from_json(trace), time.perf_counter() - started)

    def _keep(self, stage: Stage, output: Path, trace: Trace, seconds: float) -> Record:
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
