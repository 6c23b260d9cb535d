"""A finished book out of the cache and into its published place."""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thesisbook.build.manifest import key_of, tree_digests
from thesisbook.build.placing import assemble_site, checksums, put_file, put_text, swap_folder
from thesisbook.build.plan import Planner, numbers_of
from thesisbook.build.project import Project, Variant
from thesisbook.build.site import configuration, extensions
from thesisbook.build.tracing import file_digest

DIGITS = 12
SITE_CODE = ("thesisbook.sphinx.site", "thesisbook.build.placing")


@dataclass
class Published:
    """The outputs of one book in folder `target`: what changed is replaced, each thing whole."""

    project: Project
    planner: Planner
    outputs: Sequence[str]
    target: Path
    work: Path

    def publish(
        self, variant: Variant, all_variants: Sequence[Variant], in_place: bool
    ) -> tuple[str, ...]:
        """Puts everything in place; returns what was replaced.

        `all_variants` are those of the site, `variant` the one at its top. `in_place`: executed
        chapters go to the book's own folder, where Jupyter Book finds them.
        """
        chapters = self.project.root / "book/chapters" if in_place else self.target / "notebooks"
        replaced = []
        files: list[tuple[str, Path]] = []
        numbers: dict[str, Any] = {**variant.parameters(), "edition": self.project.edition}
        numbers |= {"numbers": {}, "receipts": {}}
        for chapter in self.project.chapters:
            source = self.planner.output("chapter", variant, chapter)
            if put_file(source, chapters / source.name):
                replaced.append(chapter)
            for part, entries in numbers_of(source).items():
                numbers[part].update(entries)
            files.append((os.path.relpath(chapters / source.name, self.target), source))
        text = json.dumps(rounded(numbers), ensure_ascii=False, indent=1, sort_keys=True)
        put_text(text + "\n", self.target / "numbers.json")
        downloads = []
        for kind, name in self.names().items():
            if put_file(self.planner.output(kind, variant), self.target / name):
                replaced.append(kind)
            downloads.append(name)
        downloads.append("numbers.json")
        files += [(name, self.target / name) for name in downloads]
        if "html" in self.outputs:
            if self._site(variant, all_variants, [self.target / name for name in downloads]):
                replaced.append("html")
            pages = sorted(path for path in self._place.rglob("*") if path.is_file())
            files += [(path.relative_to(self.target).as_posix(), path) for path in pages]
        put_text(checksums(files), self.target / "SHA256SUMS")
        return tuple(replaced)

    def names(self) -> dict[str, str]:
        """Published names of the print edition and the workbook, if they are wanted."""
        stem = f"{self.project.name}-{self.project.edition}"
        names = {"pdf": f"pdf/{stem}.pdf", "xlsx": f"xlsx/{self.project.name}-model.xlsx"}
        return {kind: name for kind, name in names.items() if kind in self.outputs}

    @property
    def _place(self) -> Path:
        return self.target / "html"

    def _site(
        self, variant: Variant, variants: Sequence[Variant], downloads: Sequence[Path]
    ) -> bool:
        """Assembles the site and exchanges it with the published one, unless that is the same."""
        wanted = self._site_key(variants, downloads)
        name = key_of(os.path.relpath(self._place, self.project.root))[:16]
        note = self.planner.cache / f"published-{name}.json"
        if note.is_file():
            known = json.loads(note.read_text(encoding="utf-8"))
            if known == [wanted, signature(self._place)]:
                return False
        note.unlink(missing_ok=True)
        self.target.mkdir(parents=True, exist_ok=True)
        beside = self.target / f".html.{self.work.name}"
        others = {v.scenario: self.planner.output("html", v) for v in variants if v != variant}
        try:
            assemble_site(self.planner.output("html", variant), others, beside)
            if self._completes:
                self._complete(beside, [variant.scenario, *others], downloads)
            swap_folder(beside, self._place)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        put_text(json.dumps([wanted, signature(self._place)]), note)
        return True

    @property
    def _completes(self) -> bool:
        """Whether the book uses the site extension, which has open places to fill."""
        return "thesisbook.sphinx" in extensions(self.project.root)

    def _complete(self, site: Path, scenarios: Sequence[str], downloads: Sequence[Path]) -> None:
        from thesisbook.sphinx.site import complete_site  # noqa: PLC0415

        address = (configuration(self.project.root).get("html") or {}).get("baseurl") or ""
        complete_site(site, self.project.root, scenarios, downloads, base_url=address)

    def _site_key(self, variants: Sequence[Variant], downloads: Sequence[Path]) -> str:
        """Digest of everything the assembled site is made of."""
        records = [self.planner.record_path("html", variant) for variant in variants]
        parts: list[Any] = [json.loads(path.read_text(encoding="utf-8"))["outputs"]
                            for path in records]  # fmt: skip
        if self._completes:
            root = self.project.root
            parts += [self.planner.data, file_digest(root / "CHANGELOG.md")]
            parts += [tree_digests(root / "notebooks"), self.planner.code.of_modules(*SITE_CODE)]
            parts += [[path.name, file_digest(path)] for path in downloads]
        return key_of(parts)


def signature(folder: Path) -> str:
    """Cheap fingerprint of a published folder: names, sizes and times."""
    rows = []
    for path in sorted(folder.rglob("*")):
        status = path.stat()
        if path.is_file():
            rows.append([path.relative_to(folder).as_posix(), status.st_size, status.st_mtime_ns])
    return key_of(rows)


def rounded(value: Any) -> Any:
    """Floats to 12 significant digits: beyond that, processors differ."""
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {str(key): rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    return value
