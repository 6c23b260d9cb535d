"""The graph of a build: check, then chapters in parallel, then site, print edition and workbook."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from thesisbook.data import is_whole
from thesisbook.engine.fast.processes import Launcher
from thesisbook.engine.making import Maker
from thesisbook.engine.manifest import Record
from thesisbook.engine.plan import PAGES, Planner, Stage
from thesisbook.engine.progress import Progress
from thesisbook.engine.project import Project, Variant
from thesisbook.engine.site_stage import extensions, prepare_site


@dataclass
class Book:
    """What is known of one variant while it is being built."""

    variant: Variant
    outputs: frozenset[str]
    stages: list[Stage] = field(default_factory=list)
    chapters: dict[str, Record] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)

    @property
    def has_pages(self) -> bool:
        """Whether anything is wanted that is made of chapters; a workbook alone needs none."""
        return not self.outputs.isdisjoint(PAGES)


@dataclass
class Build:
    """One build of one or more variants into the cache; `publish` puts them in place."""

    project: Project
    launcher: Launcher
    work: Path
    progress: Progress
    jobs: int = 2
    lasting: bool = False  # the launcher serves other builds after this one
    planner: Planner = field(init=False)
    maker: Maker = field(init=False)

    def __post_init__(self) -> None:
        self.planner = Planner(self.project)
        self.maker = Maker(self.project, self.planner, self.launcher, self.work)
        self._queue: dict[Future, Callable[[Any], None]] = {}

    def run(self, wanted: Mapping[str, tuple[Variant, Iterable[str]]]) -> dict[str, Book]:
        """Brings every variant of `wanted` (key -> (variant, outputs)) up to date in the cache."""
        books = {
            key: Book(variant, frozenset(outputs)) for key, (variant, outputs) in wanted.items()
        }
        editions = sum(len(book.outputs.intersection(PAGES)) for book in books.values())
        aside = editions == 1 and not self.lasting
        if self.planner.touched():
            self.launcher.warm(site=not aside)  # it imports while the data are checked
        checks = [self.planner.check(book.variant) for book in books.values()]
        stale = any(check.reason for check in checks) or self._stale(books)
        if stale:
            self.launcher.warm(site=not aside)
        # All books have the same data and notebooks, also one whose check was kept.
        checked = any(not check.reason for check in checks)
        for check in checks:
            if check.reason:
                with self.progress.task(check.name, check.reason):
                    self.maker.check(check, variant_alone=checked)
                checked = True
        with ThreadPoolExecutor(self.jobs) as pool:
            self._pool = pool
            try:
                self._check_sentences()
                if stale and aside:
                    self.launcher.reserve(prepare_site)
                for book in books.values():
                    if book.has_pages:
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
            finally:
                self.launcher.release()
        for book in books.values():  # everything ran, so no half-run notebook is news any more
            shutil.rmtree(self.project.build / "failed" / book.variant.key, ignore_errors=True)
        return books

    def _stale(self, books: Mapping[str, Book]) -> bool:
        """Whether a chapter is sure to run; look-ups in data that are not checked yet count not."""
        return any(
            not self.planner.is_current(book.variant, chapter)
            for book in books.values()
            if book.has_pages
            for chapter in self.project.chapters
        )

    def _begin(self, book: Book) -> None:
        for stage in book.stages:
            if not stage.reason and stage.record is not None:
                book.chapters[stage.chapter] = stage.record
                self._still_right(stage)
        due = [stage for stage in book.stages if stage.reason]
        book.missing = {stage.chapter for stage in due}
        for stage in sorted(due, key=self._expected, reverse=True):
            work = self.maker.chapter if stage.record is None else self.maker.prose
            self._submit(stage, work, partial(self._chapter_done, book, stage))
        if "xlsx" in book.outputs:
            stage = self.planner.workbook(book.variant)
            if stage.reason:
                self._submit(stage, self.maker.workbook, lambda _: None)
            else:
                self._still_right(stage)
        if not due and book.has_pages:
            self._pages(book)

    def _still_right(self, stage: Stage) -> None:
        self.maker.still_right(stage)
        self.progress.kept(stage.name)

    def _expected(self, stage: Stage) -> tuple[float, int]:
        """Seconds a chapter took last time; unknown ones first, the longest notebook leading."""
        record = Record.load(self.planner.record_path("chapter", stage.variant, stage.chapter))
        length = len(self.planner.notebooks[stage.chapter])
        return record.seconds if record else float("inf"), length

    def _check_sentences(self) -> None:
        """Queues the part of the check that values every scenario."""
        if is_whole(self.project.root):
            stage = self.planner.sentences()
            if stage.reason:
                self._submit(stage, self.maker.sentences, lambda _: None)

    def _archive(self, books: Mapping[str, Book]) -> None:
        """Queues the zips that a site with its own extension offers."""
        pages = any("html" in book.outputs for book in books.values())
        if pages and "thesisbook.outputs.site" in extensions(self.project.root):
            stage = self.planner.archives()
            if stage.reason:
                self._submit(stage, self.maker.archives, lambda _: None)

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

    def _chapter_done(self, book: Book, stage: Stage, record: Record) -> None:
        book.chapters[stage.chapter] = record
        book.missing.discard(stage.chapter)
        if not book.missing:
            self._pages(book)

    def _pages(self, book: Book) -> None:
        """Queues what is made of a book's executed chapters."""
        inputs = self.planner.page_inputs(book.chapters)
        for kind in PAGES:
            if kind in book.outputs:
                stage = self.planner.pages(kind, book.variant, inputs)
                if stage.reason:
                    self._submit(stage, self.maker.edition, lambda _: None, inputs["digest"])
                else:
                    self._still_right(stage)
        stage = self.planner.numbers(book.variant, inputs["chapters"])
        if stage.reason:  # a moment's work, and not worth a line
            self._queue[self._pool.submit(self.maker.numbers, stage)] = lambda _: None
