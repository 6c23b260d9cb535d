"""What a build has to run, and why: keys and records of every stage of a book."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from thesisbook.data.tree import files_of
from thesisbook.engine.fast.reads import bytes_digest, file_digest, holding
from thesisbook.engine.manifest import (
    CodeKeys,
    Record,
    environment_key,
    executed_part,
    key_of,
    notebook_source,
    tree_digests,
)
from thesisbook.engine.notebook_files import conditions, numbers_named
from thesisbook.engine.placing import UNPUBLISHED
from thesisbook.engine.project import Project, Variant

#: Modules that shape a stage's output besides what the stage itself imports.
STAGE_CODE = {
    "chapter": ("thesisbook.engine.execution",),
    "html": (
        "thesisbook.outputs.site",
        "thesisbook.engine.site_stage",
        "thesisbook.engine.number_gate",
    ),
    "pdf": ("thesisbook.outputs.pdf", "thesisbook.outputs.site", "thesisbook.engine.site_stage"),
    "archives": (
        "thesisbook.outputs.site.archives",
        "thesisbook.engine.finishing_stage",
        "thesisbook.score.events",
    ),
    "xlsx": ("thesisbook.outputs.workbook",),
    "numbers": ("thesisbook.engine.numbers_json",),
    "check": (
        "thesisbook.data.check",
        "thesisbook.model",
        "thesisbook.engine.checking",
        "thesisbook.model.number_units",
        "thesisbook.engine.run_parameters",
    ),
    "sentences": ("thesisbook.engine.checking", "thesisbook.score.checks", "thesisbook.exhibits"),
}

#: What is made of executed chapters, and everything that can be asked for.
PAGES = ("html", "pdf")
OUTPUTS = (*PAGES, "xlsx")

INPUTS = ("data", "notebooks", "book", "_config.yml", "_toc.yml", "requirements.txt")


@dataclass(frozen=True)
class Stage:
    """One unit of work. `reason` says why it must run, or is empty where its record holds.

    If only a chapter's prose has changed, `reason` is set and `record` is the run whose outputs are
    reused.
    """

    kind: str
    variant: Variant
    chapter: str
    key: str
    reason: str
    record: Record | None = None
    run: str = ""

    @property
    def name(self) -> str:
        what = self.chapter or self.kind
        return what if self.variant.is_default else f"{what} [{self.variant.key}]"


@dataclass
class Planner:
    """Computes keys and compares them with the records of earlier builds."""

    project: Project
    code: CodeKeys = field(init=False)
    notebooks: dict[str, bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.cache = self.project.build / ".cache"
        self.code = CodeKeys(self.cache / "imports.json")
        self.notebooks = {c: self.project.source(c) for c in self.project.chapters}
        self._notebook_keys: dict[str, list[Any]] = {}

    @cached_property
    def environment(self) -> str:
        return environment_key(self.project.root)

    @cached_property
    def data(self) -> str:
        """Digest of everything under data/."""
        return data_digest(self.project.root)

    def output(self, kind: str, variant: Variant, chapter: str = "") -> Path:
        """Where the cache keeps the output of a stage."""
        names = {
            "chapter": f"{chapter}.ipynb",
            "html": "sphinx/html",
            "pdf": "prints",
            "xlsx": "model.xlsx",
            "check": "checked",
            "sentences": "sentences",
            "archives": "archives",
            "numbers": "numbers/all.json",
        }
        return self.cache / variant.key / names[kind]

    def record_path(self, kind: str, variant: Variant, chapter: str = "") -> Path:
        return self.cache / variant.key / f"{chapter or kind}.json"

    def stages(
        self,
        kind: str,
        variant: Variant,
        keys: Mapping[str, str],
        runs: Mapping[str, str] | None = None,
    ) -> list[Stage]:
        """The stages of a kind by name (chapter, or ""), each with its reason to run.

        `keys` are the keys of whole stages; `runs`, for chapters, those of the executed part alone.
        """
        reasons: dict[str, str] = {}
        traces, records = {}, {}
        runs = runs or dict.fromkeys(keys, "")
        for name, key in keys.items():
            record = Record.load(self.record_path(kind, variant, name))
            if record is None:
                reasons[name] = "not built yet"
            elif record.key != key and not (runs[name] and record.run == runs[name]):
                reasons[name] = "its notebook, code, parameters or environment changed"
            elif not self._whole(kind, variant, name, record):
                reasons[name] = "its output is missing or was altered"
            else:
                traces[name], records[name] = record.trace, record
                if record.data == self.data:
                    traces[name] = replace(record.trace, lookups=())
        for name, reason in holding(self.project.root, traces).items():
            reasons[name] = reason
            del records[name]
        for name, record in records.items():
            if record.key != keys[name]:
                reasons[name] = "its text changed"
        return [
            Stage(kind, variant, n, keys[n], reasons.get(n, ""), records.get(n), runs[n])
            for n in keys
        ]

    def _whole(self, kind: str, variant: Variant, name: str, record: Record) -> bool:
        output = self.output(kind, variant, name)
        return outputs_of(output) == record.outputs

    def check(self, variant: Variant) -> Stage:
        missing = self.project.missing_pages()
        code = self._code("check")
        cells = {
            name: [executed_part(content), numbers_named(content)]
            for name, content in self.notebooks.items()
        }
        parts = (self.data, code, variant.parameters(), cells, missing, self.environment)
        key = key_of("check", *parts)
        return self.stages("check", variant, {"": key})[0]

    def sentences(self) -> Stage:
        """Sentences and kept editions under every scenario: once for all books."""
        root = self.project.root
        paths = filter(Path.is_file, map(self.project.notebook, self.project.chapters))
        asked = [[path.stem, *each] for path in paths for each in conditions(path, root)]
        parts = (self.data, asked, self._code("sentences"), self.environment)
        return self.stages("sentences", Variant(), {"": key_of("sentences", *parts)})[0]

    def chapters(self, variant: Variant) -> list[Stage]:
        chapters = self.project.chapters
        keys = {c: self._chapter_key(variant, c) for c in chapters}
        runs = {c: self._chapter_key(variant, c, text=False) for c in chapters}
        return self.stages("chapter", variant, keys, runs)

    def touched(self) -> bool:
        """Whether any input is younger than every record: a guess from file times."""
        records = [path.stat().st_mtime_ns for path in self.cache.glob("*/*.json")]
        newest = max(records, default=0)
        inputs = files_below([self.project.root / name for name in INPUTS])
        return any(path.stat().st_mtime_ns > newest for path in inputs)

    def is_current(self, variant: Variant, chapter: str) -> bool:
        """Whether the record of a chapter has its key: a quick test before the data are read."""
        record = Record.load(self.record_path("chapter", variant, chapter))
        return record is not None and record.key == self._chapter_key(variant, chapter)

    def archives(self) -> Stage:
        """Zips and calendar on offer: what a reader takes away, whatever the scenario."""
        root = self.project.root
        trees = [tree_digests(root / name) for name in ("notebooks", "src")]
        names = ("pyproject.toml", "requirements.txt", "README.md", "LICENSE")
        files = [file_digest(root / name) for name in names]
        key = key_of("archives", self.data, trees, files, self._code("archives"))
        return self.stages("archives", Variant(), {"": key})[0]

    def workbook(self, variant: Variant) -> Stage:
        parts = (self._code("xlsx"), variant.parameters(), self.environment)
        return self.stages("xlsx", variant, {"": key_of("xlsx", *parts)})[0]

    def pages(self, kind: str, variant: Variant, inputs: Mapping[str, Any]) -> Stage:
        """The site or the print edition, given what its chapters are (`inputs`)."""
        parts = (self._code(kind), self.environment, variant.key, self.project.toc)
        key = key_of(kind, *parts, dict(inputs))
        return self.stages(kind, variant, {"": key})[0]

    def page_inputs(self, records: Mapping[str, Record]) -> dict[str, Any]:
        """What the pages of a book are made of, given the records of its executed chapters."""
        return {
            "chapters": {c: records[c].outputs[""] for c in self.project.chapters},
            "static": self.static_key(),
            "digest": self.inputs_digest(records),
        }

    def static_key(self) -> str:
        """Digest of what Sphinx copies without opening it by name."""
        from thesisbook.engine.site_stage import static_files  # noqa: PLC0415

        root = self.project.root
        found = static_files(self.project)
        return key_of({p.relative_to(root).as_posix(): file_digest(p) for p in found})

    def is_made(self, kind: str, variant: Variant) -> bool:
        """Whether the output that the cache has is the one that would be made now."""
        if kind == "xlsx":
            return not self.workbook(variant).reason
        records = {s.chapter: s.record for s in self.chapters(variant) if not s.reason}
        whole = {name: record for name, record in records.items() if record is not None}
        if len(whole) < len(self.project.chapters):
            return False
        return not self.pages(kind, variant, self.page_inputs(whole)).reason

    def numbers(self, variant: Variant, chapters: Mapping[str, str]) -> Stage:
        """All numbers of a book, given the digests of its executed chapters."""
        key = key_of("numbers", self._code("numbers"), self.project.edition, dict(chapters))
        return self.stages("numbers", variant, {"": key})[0]

    def site_base(self, static: str) -> str:
        """Digest of what every page depends on: with another, the pages are made from nothing."""
        config = file_digest(self.project.root / "_config.yml")
        code = self._code("html")
        return key_of(code, self.environment, config, self.project.toc, static, str(self.cache))

    def inputs_digest(self, records: Mapping[str, Record]) -> str:
        """One digest of everything the chapters of a book were made from."""
        return key_of(
            file_digest(self.project.root / "requirements.txt"),
            {name: self._notebook_key(name) for name in records},
            {name: record.trace.as_json() for name, record in records.items()},
        )

    def digest_of(self, variant: Variant) -> str:
        """`inputs_digest` of a book whose chapters are all built."""
        found = {
            chapter: Record.load(self.record_path("chapter", variant, chapter))
            for chapter in self.project.chapters
        }
        return self.inputs_digest({name: record for name, record in found.items() if record})

    def _chapter_key(self, variant: Variant, chapter: str, text: bool = True) -> str:
        notebook = self._notebook_key(chapter)
        if not text:
            notebook = [*executed_part(self.notebooks[chapter]), *notebook[1:]]
        return key_of("chapter", notebook, variant.parameters(), self.environment)

    def _notebook_key(self, chapter: str) -> list[Any]:
        """Digests of a notebook and of the package code that its cells reach."""
        content = self.notebooks[chapter]
        if chapter not in self._notebook_keys:
            try:
                code = self.code.of_source(notebook_source(content))
            except (SyntaxError, ValueError, KeyError, TypeError):
                # the check or the run reports it
                code = self.code.of_modules("thesisbook.exhibits")
            self._notebook_keys[chapter] = [bytes_digest(content), code, self._code("chapter")]
        return self._notebook_keys[chapter]

    def _code(self, kind: str) -> str:
        return self.code.of_modules(*STAGE_CODE[kind])


def files_below(places: Iterable[Path]) -> Iterator[Path]:
    """The files at and below some places, sorted, without those that builds write."""
    for place in places:
        for path in files_of(place) if place.is_dir() else [place]:
            if path.is_file() and not {"chapters", "__pycache__"}.intersection(path.parts):
                yield path


def data_digest(root: Path) -> str:
    """Digest of everything under data/ as it is now."""
    return key_of(tree_digests(root / "data"))


def outputs_of(output: Path) -> dict[str, str]:
    """Digests of an output: of the file itself, or of every file of a folder that is published."""
    if output.is_dir():
        found = tree_digests(output)
        return {name: digest for name, digest in found.items() if name not in UNPUBLISHED}
    return {"": file_digest(output)}
