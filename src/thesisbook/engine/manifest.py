"""Keys of stages and records of finished ones, by which a build knows what it can skip."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import thesisbook
from thesisbook.data.tree import files_of
from thesisbook.engine.fast.reads import Trace, bytes_digest, file_digest

PACKAGE = Path(thesisbook.__file__).parent
NAME = "thesisbook"
MODULE_NAME = re.compile(rf"{NAME}(\.\w+)+(:\w+)?")
LOCKED = re.compile(r"^([\w.-]+)==", re.MULTILINE)
FORMAT = 1


def key_of(*parts: Any) -> str:
    """Digest of JSON-ready parts: equal parts give equal keys."""
    text = json.dumps([FORMAT, *parts], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Record:
    """One finished stage: its key, what it read, and digests of what it wrote.

    `data` is the digest of data/ when it ran; while that is the same, its look-ups need not be
    checked. `run` is the key of what a chapter executed, without its prose.
    """

    key: str
    trace: Trace
    outputs: dict[str, str]
    seconds: float
    data: str
    run: str = ""

    def save(self, path: Path) -> None:
        """Write the record atomically; called last, when the outputs are in place."""
        content = {
            "key": self.key,
            "trace": self.trace.as_json(),
            "outputs": self.outputs,
            "seconds": self.seconds,
            "data": self.data,
            "run": self.run,
        }
        save_note(content, path)

    @classmethod
    def load(cls, path: Path) -> Record | None:
        """The record, or None where there is none or it is not as it was saved."""
        content = load_note(path)
        try:
            trace = Trace.from_json(content["trace"])
            rest = [content[name] for name in ("outputs", "seconds", "data", "run")]
            return cls(content["key"], trace, *rest)
        except (KeyError, TypeError):
            return None


def save_note(content: Any, path: Path) -> None:
    """Write JSON-ready content with its digest, atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    note = {"digest": key_of(content), "content": content}
    beside.write_text(json.dumps(note), encoding="utf-8")
    beside.replace(path)


def load_note(path: Path) -> Any:
    """The content that was kept; None if there is none or the file was cut or altered."""
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        return note["content"] if note["digest"] == key_of(note["content"]) else None
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def tree_digests(folder: Path) -> dict[str, str]:
    """Relative path -> SHA-256 of every file below a folder, links followed, sorted."""
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in files_of(folder)}


def environment_key(root: Path) -> str:
    """Digest of the locked requirements, the interpreter and what is installed of the former.

    What is installed besides, for tests say, makes no book another one.
    """
    lock = root / "requirements.txt"
    folders = {path for path in sys.path if path.endswith("-packages")}
    found = [entry.stem for folder in folders for entry in Path(folder).glob("*.dist-info")]
    if lock.is_file():
        locked = {_plain(name) for name in LOCKED.findall(lock.read_text(encoding="utf-8"))}
        found = [entry for entry in found if _plain(entry.partition("-")[0]) in locked]
    return key_of(file_digest(lock), list(sys.version_info[:3]), sys.platform, sorted(found))


def _plain(name: str) -> str:
    """A distribution's name in the form in which all its spellings are the same."""
    return re.sub(r"[-_.]+", "-", name).lower()


class CodeKeys:
    """Digests of the package modules that code reaches by its imports, and of their data files.

    An import anywhere in a module counts, also inside functions and as a string for
    `import_module`; so a digest may change without need, but never misses a change.
    """

    def __init__(self, cache: Path, package: Path = PACKAGE) -> None:
        self.package, self._cache = package, cache
        self._imports: dict[str, list[str]] = load_note(cache) or {}
        self._known = len(self._imports)
        self._others = self._assets()
        self._files: dict[str, Path | None] = {}
        self._keys: dict[tuple[str, ...], str] = {}

    def of_source(self, source: str) -> str:
        """Key of the package code that a piece of source (a notebook's cells) reaches."""
        known = f"source:{bytes_digest(source.encode())}"
        if known not in self._imports:
            self._imports[known] = sorted(imported(source, NAME))
        return self.of_modules(*self._imports[known])

    def of_modules(self, *names: str) -> str:
        """Key of these modules and everything of the package they reach, as they are when first
        asked for."""
        wanted = tuple(sorted(names))
        if wanted not in self._keys:
            self._keys[wanted] = self._key(wanted)
        return self._keys[wanted]

    def _key(self, names: tuple[str, ...]) -> str:
        reached = self._closure(names)
        files = {name: file_digest(path) for name, path in sorted(reached.items())}
        folders = {path.parent for path in reached.values()} - {self.package}
        assets = {
            str(path.relative_to(self.package)): file_digest(path)
            for path, above in self._others.items()
            if above & folders
        }
        return key_of(files, assets)

    def save(self) -> None:
        """Keeps the import lists, so that the next build parses changed modules only."""
        if len(self._imports) != self._known:
            save_note(self._imports, self._cache)

    def _assets(self) -> dict[Path, set[Path]]:
        """Files that are no code, each with the folders it lies in."""
        return {
            path: set(path.parents)
            for path in sorted(self.package.rglob("*"))
            if path.suffix not in (".py", ".pyc") and path.is_file()
        }

    def _closure(self, names: Iterable[str]) -> dict[str, Path]:
        reached: dict[str, Path] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            for module in _with_parents(name):
                path = None if module in reached else self._file(module)
                if path is not None:
                    reached[module] = path
                    waiting += self._imports_of(module, path)
        return reached

    def _file(self, module: str) -> Path | None:
        if module not in self._files:
            self._files[module] = self._find(module)
        return self._files[module]

    def _find(self, module: str) -> Path | None:
        base = self.package.joinpath(*module.split(".")[1:])
        for path in (
            base.with_suffix(".py") if base != self.package else None,
            base / "__init__.py",
        ):
            if path is not None and path.is_file():
                return path
        return None

    def _imports_of(self, module: str, path: Path) -> list[str]:
        known = f"{module}:{file_digest(path)}"
        if known not in self._imports:
            holder = module if path.name == "__init__.py" else module.rpartition(".")[0]
            self._imports[known] = sorted(imported(path.read_text(encoding="utf-8"), holder))
        return self._imports[known]


def _with_parents(name: str) -> Iterator[str]:
    parts = name.split(".")
    yield from (".".join(parts[: n + 1]) for n in range(len(parts)))


@lru_cache(maxsize=256)
def imported(source: str, holder: str) -> frozenset[str]:
    """Names of this package that source code imports; `holder` is the package it stands in."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = holder.split(".")[: len(holder.split(".")) - node.level + 1]
            base = ".".join(parts) if node.level else ""
            module = ".".join(p for p in (base, node.module or "") if p)
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Constant) and MODULE_NAME.fullmatch(str(node.value)):
            names.add(str(node.value).partition(":")[0])
    return frozenset(n for n in names if n == NAME or n.startswith(NAME + "."))


def executed_part(content: bytes) -> list[Any]:
    """The parts of a notebook that its run depends on: code cells and kernel, not prose."""
    try:
        notebook = json.loads(content)
        cells = [c for c in notebook["cells"] if c["cell_type"] == "code"]
        parts = [["".join(c["source"]), c["metadata"]] for c in cells]
        return [parts, notebook["metadata"].get("kernelspec")]
    except (ValueError, KeyError, TypeError):
        return [bytes_digest(content)]  # not a notebook: the check reports it


def notebook_source(content: bytes) -> str:
    """The code of a notebook, for its imports; IPython's magics left out."""
    cells = json.loads(content)["cells"]
    code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    lines = "\n".join(code).splitlines()
    return "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in lines)
