"""The folders of a project, and the parameters of a book (`Variant`)."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from thesisbook.data import DataError, read_company, scenario_names
from thesisbook.data.languages import ENGLISH, LANGUAGES
from thesisbook.engine.errors import BuildError, DataFault

CHAPTERS = "book/chapters"
DEFAULT_SCENARIO = "base"


@dataclass(frozen=True)
class Variant:
    """The parameters of one whole book."""

    scenario: str = DEFAULT_SCENARIO
    overrides: Mapping[str, Any] = field(default_factory=dict)
    language: str = ENGLISH

    @property
    def key(self) -> str:
        """Folder name: readable where the scenario says it all, else with a digest."""
        parts = [self.scenario]
        if self.language != ENGLISH:
            parts.append(self.language)
        if self.overrides:
            text = json.dumps(dict(sorted(self.overrides.items())), sort_keys=True)
            parts.append(hashlib.sha256(text.encode()).hexdigest()[:10])
        return "-".join(parts)

    def folder(self, first: Variant) -> str:
        """Where this book stands on a site that has the book `first` at its top; empty for it."""
        parts = [self.language] if self.language != first.language else []
        if self.scenario != first.scenario:
            parts.append(self.scenario)
        return "/".join(parts)

    def is_printed(self, first: Variant) -> bool:
        """Whether the book has print editions beside `first`: in another language, one scenario."""
        return self.language == first.language or self.scenario == first.scenario

    @property
    def is_default(self) -> bool:
        return self.key == DEFAULT_SCENARIO

    def parameters(self) -> dict[str, Any]:
        """What papermill injects into each chapter."""
        return {
            "scenario": self.scenario,
            "overrides": dict(sorted(self.overrides.items())),
            "language": self.language,
        }


@dataclass(frozen=True)
class Project:
    """A project folder: `_config.yml`, `_toc.yml`, `notebooks/`, `book/`, `data/`."""

    root: Path
    partial: bool = False  # leave out pages of the table of contents that are not written yet
    folder: Path | None = None  # build here instead of _build

    @classmethod
    def find(
        cls, start: Path | None = None, partial: bool = False, folder: Path | None = None
    ) -> Project:
        """The nearest folder at or above `start` (default: here) that has a `_toc.yml`.

        Raises BuildError where there is none, or no such folder as `start`.
        """
        if start is not None and not start.is_dir():
            raise BuildError(f"no such folder: {start}")
        here = (start or working_folder()).resolve()
        for place in (here, *here.parents):
            if (place / "_toc.yml").is_file() and (place / "notebooks").is_dir():
                return cls(place, partial, folder)
        if "THESISBOOK_ROOT" in os.environ:
            return cls(Path(os.environ["THESISBOOK_ROOT"]).resolve(), partial, folder)
        raise BuildError(f"no book project (_toc.yml, notebooks/) in {here} or above it")

    @cached_property
    def toc(self) -> dict[str, Any]:
        toc = settings_file(self.root, "_toc.yml")
        return _only(toc, self._exists) if self.partial else toc

    def _exists(self, page: str) -> bool:
        folder, _, stem = page.rpartition("/")
        if folder == CHAPTERS:
            return self.notebook(stem).is_file()
        return any((self.root / f"{page}{suffix}").is_file() for suffix in (".md", ".ipynb"))

    @cached_property
    def pages(self) -> tuple[str, ...]:
        """Every page of the table of contents, in order, without suffix."""
        return tuple(_pages(self.toc))

    @cached_property
    def chapters(self) -> tuple[str, ...]:
        """Stems of the notebooks that are chapters of this book, in its order."""
        stems = [page.rpartition("/")[2] for page in self.pages if page.startswith(CHAPTERS + "/")]
        return tuple(stem for stem in stems if self.notebook(stem).is_file())

    def notebook(self, chapter: str) -> Path:
        return self.root / "notebooks" / f"{chapter}.ipynb"

    def source(self, chapter: str) -> bytes:
        """The notebook of a chapter."""
        return self.notebook(chapter).read_bytes()

    def missing_pages(self) -> list[str]:
        """Pages of the table of contents that have no notebook or text."""
        return [page for page in self.pages if not self._exists(page)]

    @cached_property
    def company(self) -> dict[str, Any]:
        """data/company.yaml as it stands (the data check validates it)."""
        try:
            return read_company(self.root)
        except DataError as error:
            raise DataFault(str(error)) from None

    @cached_property
    def edition(self) -> str:
        """ISO date of the edition; it is the only date written into outputs."""
        return str(self.company.get("edition", "2000-01-01"))

    @cached_property
    def name(self) -> str:
        """Stem of published file names: the ticker, or the folder of the project."""
        ticker = str(self.company.get("ticker", "book"))
        return re.sub(r"[^A-Za-z0-9]+", "-", ticker).strip("-").lower()

    @cached_property
    def epoch(self) -> int:
        """SOURCE_DATE_EPOCH: midnight UTC of the edition."""
        from datetime import UTC, datetime  # noqa: PLC0415

        return int(datetime.fromisoformat(self.edition).replace(tzinfo=UTC).timestamp())

    @cached_property
    def scenarios(self) -> tuple[str, ...]:
        """Scenarios of the published site: `base`, then those of company.yaml in its order.

        One whose facts end before the edition has no book of its own.
        """
        earlier = {
            name
            for name, of in (self.company.get("scenarios") or {}).items()
            if isinstance(of, dict) and "as_of" in of
        }
        names = [name for name in scenario_names(self.root) if name not in earlier]
        order = dict.fromkeys((DEFAULT_SCENARIO, *self.company.get("scenarios", ()), *names))
        return tuple(name for name in order if name in names) or (DEFAULT_SCENARIO,)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Languages of the book: English, and each other one that its pages of text are in."""
        others = [one for one in LANGUAGES if (self.root / "book" / one).is_dir()]
        return (ENGLISH, *others)

    def imprint(self, variant: Variant, digest: str) -> dict[str, Any]:
        """Title data of the print edition; `digest` is that of its inputs."""
        return {
            "title": (self.company.get("name") or {}).get(variant.language, self.name),
            "ticker": self.company.get("ticker", ""),
            "edition": self.edition,
            "language": variant.language,
            "scenario": variant.scenario,
            "overrides": dict(variant.overrides),
            "inputs_sha256": digest,
            "epoch": self.epoch,
        }

    @property
    def build(self) -> Path:
        """The folder of everything that is built, caches included."""
        return self.folder or self.root / "_build"


def working_folder() -> Path:
    """The current folder. Raises BuildError if it has been removed."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise BuildError("the working folder was deleted: change to another, or give -C") from None


def settings_file(root: Path, name: str) -> dict[str, Any]:
    """The content of a YAML file beside the book, which holds keys. Raises DataFault."""
    import yaml  # noqa: PLC0415

    try:
        content = yaml.safe_load((root / name).read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or error
        raise DataFault(f"{name}:{row}:-: found no YAML ({problem})") from None
    except UnicodeDecodeError:
        raise DataFault(f"{name}:1:-: found no UTF-8; UTF-8 is allowed") from None
    if not isinstance(content, dict):
        raise DataFault(f"{name}:1:-: found no keys; keys with values are allowed")
    return content


BRANCHES = ("parts", "chapters", "sections", "subtrees", "entries")


def _only(node: Any, exists: Callable[[str], bool]) -> Any:
    """A table of contents without entries whose file is not there."""
    if isinstance(node, list):
        kept = [child for child in node if "file" not in child or exists(child["file"])]
        return [_only(child, exists) for child in kept]
    if isinstance(node, dict):
        return {
            key: _only(value, exists) if key in BRANCHES else value for key, value in node.items()
        }
    return node


def _pages(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from _pages(child)
    elif isinstance(node, dict):
        for key in ("root", "file"):
            if key in node:
                yield str(node[key]).removesuffix(".md").removesuffix(".ipynb")
        for key in BRANCHES:
            yield from _pages(node.get(key, []))
