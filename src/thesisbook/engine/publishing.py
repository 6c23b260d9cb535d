"""A finished book out of the cache and into its published place."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thesisbook.engine.fast.processes import Launcher
from thesisbook.engine.fast.reads import file_digest
from thesisbook.engine.manifest import key_of, tree_digests
from thesisbook.engine.placing import assemble_site, checksums, put_file, put_text, swap_folder
from thesisbook.engine.plan import Planner
from thesisbook.engine.project import Project, Variant
from thesisbook.engine.site_stage import configuration, extensions

CODE = ("thesisbook.outputs.site.site_parts", "thesisbook.engine.publishing")


@dataclass
class Published:
    """The outputs of one book in folder `target`: what changed is replaced, each thing whole.

    `variant` is the book, `others` are the scenarios that share its site. `in_place`: executed
    chapters go to the book's own folder, where Jupyter Book finds them.
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

    def publish(self) -> tuple[str, ...]:
        """Puts everything in place, unless it is; returns what was replaced."""
        note = self.planner.cache / f"published-{self._place_key()}.json"
        wanted = self._wanted()
        if note.is_file():
            known = json.loads(note.read_text(encoding="utf-8"))
            if known == [wanted, self._signature()]:
                return ()
        note.unlink(missing_ok=True)
        replaced = [c for c in self.project.chapters if self._put_chapter(c)]
        put_file(self.planner.output("numbers", self.variant), self.target / "numbers.json")
        for kind, book, name in self._editions():
            if put_file(self.planner.output(kind, book), self.target / name):
                replaced.append(kind if book == self.variant else f"{kind} [{book.key}]")
        if "html" in self.outputs and self._put_site():
            replaced.append("html")
        put_text(checksums(self._files()), self.target / "SHA256SUMS")
        put_text(json.dumps([wanted, self._signature()]), note)
        return tuple(replaced)

    def _place_key(self) -> str:
        return key_of(os.path.relpath(self.target, self.project.root))[:16]

    def _put_chapter(self, chapter: str) -> bool:
        source = self.planner.output("chapter", self.variant, chapter)
        return put_file(source, self._chapters / source.name)

    @property
    def _chapters(self) -> Path:
        return self.project.root / "book/chapters" if self.in_place else self.target / "notebooks"

    @property
    def _site(self) -> Path:
        return self.target / "html"

    def _editions(self) -> list[tuple[str, Variant, str]]:
        """Kind, book and published name of each print edition and of the workbook, if wanted.

        The workbook has every scenario behind its selector: one is enough.
        """
        books = [self.variant, *self.others] if "pdf" in self.outputs else []
        found = [("pdf", book, f"pdf/{self._stem(book)}.pdf") for book in books]
        if "xlsx" in self.outputs:
            found.append(("xlsx", self.variant, f"xlsx/{self.project.name}-model.xlsx"))
        return found

    def _stem(self, book: Variant) -> str:
        """Name of a print edition, which says what it is wherever it is taken."""
        stem = f"{self.project.name}-{self.project.edition}"
        return stem if book.is_default else f"{stem}-{book.key}"

    def _downloads(self) -> list[Path]:
        return [self.target / name for name in (*(e[2] for e in self._editions()), "numbers.json")]

    def _files(self) -> list[tuple[str, Path]]:
        """Everything published, by its name relative to the target folder."""
        paths = [self._chapters / f"{chapter}.ipynb" for chapter in self.project.chapters]
        paths += self._downloads()
        if "html" in self.outputs:
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
        made = [("chapter", self.variant, chapter) for chapter in self.project.chapters]
        made += [("numbers", self.variant, "")]
        made += [(kind, book, "") for kind, book, _ in editions]
        records = [self.planner.record_path(*one) for one in made]
        parts: list[Any] = [self.variant.parameters(), self.project.edition]
        parts.append([name for _, _, name in editions])
        if "html" in self.outputs:
            books = [self.variant, *self.others]
            records += [self.planner.record_path("html", variant) for variant in books]
            parts.append([variant.scenario for variant in books])
            if self._completes:
                records.append(self.planner.record_path("archives", Variant()))
                parts += [self.planner.data, file_digest(self.project.root / "CHANGELOG.md")]
        parts.append(self.planner.code.of_modules(*CODE))
        notes = [json.loads(path.read_text(encoding="utf-8")) for path in records]
        parts += [[note["outputs"], note["key"]] for note in notes]
        return key_of(parts)

    def _put_site(self) -> bool:
        """Assembles the site and exchanges it with the published one, unless that is the same."""
        beside = self.target / f".html.{self.work.name}"
        self.target.mkdir(parents=True, exist_ok=True)
        pages = {v.scenario: self.planner.output("html", v) for v in self.others}
        try:
            assemble_site(self.planner.output("html", self.variant), pages, beside)
            if self._completes:
                zips = sorted(self.planner.output("archives", Variant()).iterdir(), reverse=True)
                self._complete(beside, [self.variant.scenario, *pages], zips)
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

    def _complete(self, site: Path, scenarios: Sequence[str], zips: Sequence[Path]) -> None:
        """Fills the open places of the assembled pages; each scenario offers its own report."""
        own = {
            b.scenario: self.target / name for kind, b, name in self._editions() if kind == "pdf"
        }
        shared = [path for path in self._downloads() if path not in own.values()]
        address = (configuration(self.project.root).get("html") or {}).get("baseurl") or ""
        self.launcher.call(
            "thesisbook.outputs.site.site_parts:complete_site",
            self.work / "site.log",
            site=site,
            root=self.project.root,
            scenarios=list(scenarios),
            reports=own,
            inputs={b.scenario: self.planner.digest_of(b) for b in (self.variant, *self.others)},
            downloads=[*shared, *zips],
            base_url=address,
            kept=self.planner.cache / "site",
            archive=False,  # the zips are among the downloads
        )
