"""Copy a finished book from the cache to its published place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from thesisbook.data.languages import ENGLISH
from thesisbook.data.parts import ledger_files
from thesisbook.engine.fast.processes import Launcher
from thesisbook.engine.fast.reads import file_digest
from thesisbook.engine.finishing_stage import complete_pages, refuse_edited_script
from thesisbook.engine.manifest import Record, key_of, load_note, save_note, tree_digests
from thesisbook.engine.placing import (
    assemble_site,
    checksums,
    mark,
    put_file,
    put_text,
    swap_folder,
)
from thesisbook.engine.plan import OUTPUTS, PAGES, Planner
from thesisbook.engine.project import CHAPTERS, Project, Variant
from thesisbook.engine.site_stage import PRINTS, extensions

CODE = (
    "thesisbook.outputs.site.site_parts",
    "thesisbook.outputs.reading_copies",
    "thesisbook.engine.publishing",
)
OLDER = "OLDER.txt"
OLDER_WORDS = """Not made in the last build, and of an older state of data, text or code:

{names}

They are made anew by: thesisbook build {options}
"""


@dataclass
class Published:
    """The outputs of one book in folder `target`: what changed is replaced, each thing whole.

    `variant` is the book, `others` are the scenarios that share its site. `in_place`: executed
    chapters go to the book's own folder, where Jupyter Book finds them. `address` is the one that
    the site will have, if it is known.
    """

    project: Project
    planner: Planner
    launcher: Launcher
    work: Path
    outputs: Sequence[str]
    target: Path
    variant: Variant
    others: Sequence[Variant]
    in_place: bool
    address: str = ""

    def publish(self) -> tuple[str, ...]:
        """Put everything in place that is not there yet; return what was replaced."""
        note = self.planner.cache / f"published-{self._place_key()}.json"
        wanted = self._wanted()
        if load_note(note) == [wanted, self._signature()]:
            return ()
        note.unlink(missing_ok=True)
        mark(self.target)
        replaced = []
        if not set(PAGES).isdisjoint(self.outputs):
            replaced = [c for c in self.project.chapters if self._put_chapter(c)]
            put_file(self.planner.output("numbers", self.variant), self.target / "numbers.json")
            for name, path in self._ledger().items():
                put_file(path, self.target / name)
        for kind, book, name in self._editions():
            if put_file(self._made_file(kind, book), self.target / name):
                replaced.append(kind if book == self.variant else f"{kind} [{book.key}]")
        if "html" in self.outputs and self._put_site():
            replaced.append("html")
        self._name_older()
        put_text(checksums(self._files()), self.target / "SHA256SUMS")
        made = {kind: self._state(kind, books) for kind, books in self.made.items()}
        save_note({**self._before, **made}, self._made_note)
        save_note([wanted, self._signature()], note)
        return tuple(replaced)

    @cached_property
    def made(self) -> dict[str, list[Variant]]:
        """Books by kind of output: what this build was asked for, and what an earlier one left
        here that would be made the same today."""
        found = {}
        for kind in OUTPUTS:
            if kind in self.outputs:
                books = [self.variant, *self.others]
                if kind == "pdf":
                    books = [book for book in books if book.is_printed(self.variant)]
                if kind == "xlsx":
                    books = [book for book in books if book.scenario == self.variant.scenario]
                found[kind] = books
            elif kind in self._before and (self.target / kind).is_dir():
                books = [Variant(**given) for given in self._before[kind]["books"]]
                whole = all(self.planner.is_made(kind, book) for book in books)
                if whole and self._state(kind, books) == self._before[kind]:
                    found[kind] = books
        return found

    @property
    def older(self) -> tuple[str, ...]:
        """Names of published outputs that are of an older state of the project."""
        names = [kind for kind in OUTPUTS if kind not in self.made]
        if not set(PAGES).intersection(self.made):
            names += ["numbers.json", "notebooks"]
        return tuple(name for name in names if (self.target / name).exists())

    def _name_older(self) -> None:
        if not self.older:
            (self.target / OLDER).unlink(missing_ok=True)
            return
        options = " ".join(f"--only {kind}" for kind in OUTPUTS if kind in self.older)
        words = OLDER_WORDS.format(names="\n".join(self.older), options=options)
        put_text(words.rstrip() + "\n", self.target / OLDER)

    @property
    def _made_note(self) -> Path:
        return self.planner.cache / f"made-{self._place_key()}.json"

    @cached_property
    def _before(self) -> dict[str, Any]:
        """By kind, the books and the digest of what was last put here."""
        return load_note(self._made_note) or {}

    def _state(self, kind: str, books: Sequence[Variant]) -> dict[str, Any]:
        records = [Record.load(self.planner.record_path(kind, book)) for book in books]
        parts = [record.outputs if record else None for record in records]
        return {"books": [book.parameters() for book in books], "digest": key_of(parts)}

    def _place_key(self) -> str:
        return key_of(os.path.relpath(self.target, self.project.root))[:16]

    def _put_chapter(self, chapter: str) -> bool:
        """Puts a copy to be read beside the outputs, and the chapter itself where it is wanted."""
        from thesisbook.outputs.reading_copies import reading_copy  # noqa: PLC0415 - loads the data

        source = self.planner.output("chapter", self.variant, chapter)
        put_text(reading_copy(source.read_bytes()).decode("utf-8"), self._copies / source.name)
        return self.in_place and put_file(source, self.project.root / CHAPTERS / source.name)

    @property
    def _copies(self) -> Path:
        return self.target / "notebooks"

    @property
    def _site(self) -> Path:
        return self.target / "html"

    def _editions(self) -> list[tuple[str, Variant, str]]:
        """Kind, book and published name of each print edition and of the workbook, if wanted: the
        whole report (`pdf`), the short one where the data describe it (`note`), and `xlsx`.

        The workbook has every scenario behind its selector: one is enough.
        """
        books = self.made.get("pdf", ())
        found = [("pdf", book, f"pdf/{self._stem(book)}.pdf") for book in books]
        notes = [book for book in books if self._made_file("note", book).is_file()]
        found += [("note", book, f"pdf/{self._stem(book)}-note.pdf") for book in notes]
        for book in self.made.get("xlsx", ()):
            ending = "" if book.language == ENGLISH else f"-{book.language}"
            found.append(("xlsx", book, f"xlsx/{self.project.name}-model{ending}.xlsx"))
        return found

    def _made_file(self, kind: str, book: Variant) -> Path:
        """The file in the cache that is published."""
        if kind == "xlsx":
            return self.planner.output(kind, book)
        return self.planner.output("pdf", book) / PRINTS["book" if kind == "pdf" else kind]

    def _stem(self, book: Variant) -> str:
        """Name of a print edition, which says what it is wherever it is taken."""
        stem = f"{self.project.name}-{self.project.edition}"
        return stem if book.is_default else f"{stem}-{book.key}"

    def _ledger(self) -> dict[str, Path]:
        """The ledger and its frozen copies by published name; `verify` reads them there."""
        files = ledger_files(self.project.root) if self._chapters_made else {}
        return {f"ledger/{name}": path for name, path in files.items()}

    def _downloads(self) -> list[Path]:
        numbers = ["numbers.json"] if self._chapters_made else []
        return [self.target / name for name in (*(e[2] for e in self._editions()), *numbers)]

    @property
    def _chapters_made(self) -> Sequence[str]:
        """The chapters, where anything made of them is wanted or kept."""
        return self.project.chapters if set(PAGES).intersection(self.made) else ()

    def _files(self) -> list[tuple[str, Path]]:
        """Everything published, by its name relative to the target folder."""
        folders = [self._copies, *([self.project.root / CHAPTERS] if self.in_place else [])]
        paths = [f / f"{chapter}.ipynb" for f in folders for chapter in self._chapters_made]
        paths += [*self._downloads(), *(self.target / name for name in self._ledger())]
        if "html" in self.made:
            paths += sorted(path for path in self._site.rglob("*") if path.is_file())
        return [(Path(os.path.relpath(path, self.target)).as_posix(), path) for path in paths]

    def _signature(self) -> str:
        """Cheap fingerprint of everything published: names, sizes and times."""
        rows = []
        for name, path in [*self._files(), ("SHA256SUMS", self.target / "SHA256SUMS")]:
            if not path.is_file():
                return ""
            status = path.stat()
            rows.append([name, status.st_size, status.st_mtime_ns])
        return key_of(rows)

    def _wanted(self) -> str:
        """Digest of everything the published files are made of."""
        editions = self._editions()
        made = [("chapter", self.variant, chapter) for chapter in self._chapters_made]
        made += [("numbers", self.variant, "")] if made else []
        made += [(kind, book, "") for kind, book, _ in editions if kind != "note"]
        records = [self.planner.record_path(*one) for one in made]
        parts: list[Any] = [self.variant.parameters(), self.project.edition, self.older]
        parts.append(self.address)
        parts.append([name for _, _, name in editions])
        if "html" in self.outputs:
            books = [self.variant, *self.others]
            records += [self.planner.record_path("html", variant) for variant in books]
            parts.append([variant.parameters() for variant in books])
            if self._completes:
                records.append(self.planner.record_path("archives", Variant()))
                parts += [self.planner.data, file_digest(self.project.root / "CHANGELOG.md")]
        parts.append([[name, file_digest(path)] for name, path in self._ledger().items()])
        parts.append(self.planner.code.of_modules(*CODE))
        notes = [load_note(path) for path in records]
        parts += [note and [note["outputs"], note["key"]] for note in notes]
        return key_of(parts)

    def _put_site(self) -> bool:
        """Assembles the site and exchanges it with the published one, unless that is the same."""
        if self._completes:
            self.launcher.call(refuse_edited_script, self.work / "script.log", site=self._site)
        beside = self.target / f".html.{self.work.name}"
        self.target.mkdir(parents=True, exist_ok=True)
        pages = {v.folder(self.variant): self.planner.output("html", v) for v in self.others}
        try:
            assemble_site(self.planner.output("html", self.variant), pages, beside)
            if self._completes:
                zips = sorted(self.planner.output("archives", Variant()).iterdir(), reverse=True)
                self._complete(beside, zips)
            if self._site.is_dir() and tree_digests(beside) == tree_digests(self._site):
                return False
            swap_folder(beside, self._site)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        return True

    @property
    def _completes(self) -> bool:
        """Whether the book uses the site extension, which has open places to fill."""
        return "thesisbook.outputs.site" in extensions(self.project.root)

    def _complete(self, site: Path, zips: Sequence[Path]) -> None:
        """Fills the open places of the assembled pages; each book offers its own reports."""
        books = {book.folder(self.variant): book for book in (self.variant, *self.others)}
        own: dict[str, list[Path]] = {}
        for kind, book, name in self._editions():
            if kind != "xlsx" or book.language != self.variant.language:
                own.setdefault(book.folder(self.variant), []).append(self.target / name)
        given = {path for paths in own.values() for path in paths}
        shared = [path for path in self._downloads() if path not in given]
        self.launcher.call(
            complete_pages,
            self.work / "site.log",
            site=site,
            root=self.project.root,
            books={folder: (book.scenario, book.language) for folder, book in books.items()},
            reports=own,
            inputs={folder: self.planner.digest_of(book) for folder, book in books.items()},
            downloads=[*shared, *zips],
            base_url=self.address,
            kept=self.planner.cache / "site",
            archive=False,  # the zips are among the downloads
        )
