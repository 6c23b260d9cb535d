"""Put files and folders in place, each in one step."""

from __future__ import annotations

import ctypes
import filecmp
import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from thesisbook.engine.errors import BuildError
from thesisbook.engine.fast.reads import file_digest

#: A file that Sphinx keeps beside its pages.
UNPUBLISHED = (".buildinfo",)
RENAME_EXCHANGE = 2
AT_FDCWD = -100
PARTS = "receipts"
SHARED = ("_static", "exhibits", "cards")
LINK = re.compile(rf'((?:href|src)=")((?:\.\./)*)((?:{"|".join(SHARED)})/[^"?#]*)')


#: A file that marks a folder made by a build, which a build may write into again.
MARK = ".thesisbook"
MARK_WORDS = "Made by a build of thesisbook, which may replace what is in this folder.\n"
#: Folders of a project that hold what the user wrote.
SOURCES = ("data", "notebooks", "book", "src", "tests", ".git")


def refuse_foreign(folder: Path, root: Path) -> None:
    """Raises BuildError unless outputs may be written into a folder of their own: one that is not
    there yet, is empty or was made by a build, and is no part of the sources of project `root`."""
    place, root = folder.resolve(), root.resolve()
    if place == root or place in root.parents:
        raise BuildError(f"{folder} holds the sources of the project: give a folder of its own")
    for name in SOURCES:
        if place.is_relative_to(root / name):
            raise BuildError(f"{folder} lies in {name}/, among the sources: give another folder")
    if place.exists() and not place.is_dir():
        raise BuildError(f"{folder} is a file: give a folder")
    if place.is_dir() and any(place.iterdir()) and not (place / MARK).is_file():
        raise BuildError(
            f"{folder} is not empty and was not made by a build: give an empty or a new folder"
        )


def mark(folder: Path) -> None:
    """Mark the folder as made by a build."""
    if not (folder / MARK).is_file():
        put_text(MARK_WORDS, folder / MARK)


def put_file(source: Path, target: Path) -> bool:
    """Copies a file beside its target and moves it into place; False if it was there already."""
    if target.is_file() and filecmp.cmp(source, target, shallow=False):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, beside)
    beside.replace(target)
    return True


def put_text(text: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.part")
    beside.write_text(text, encoding="utf-8", newline="\n")
    beside.replace(target)


def swap_folder(new: Path, target: Path) -> None:
    """Puts folder `new` in the place of `target` in one step; `new` then holds what was there.

    Where the system cannot exchange two names, there is an instant with the old folder set aside.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        new.rename(target)
    elif not _exchange(new, target):
        aside = new.with_name(new.name + ".old")
        target.rename(aside)
        new.rename(target)
        aside.rename(new)
    if new.exists():
        shutil.rmtree(new)


def _exchange(one: Path, other: Path) -> bool:
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    names = os.fsencode(one), os.fsencode(other)
    return libc.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0


def assemble_site(base: Path, others: Mapping[str, Path], to: Path) -> None:
    """One site of the base pages and, in a folder each, those of other scenarios and languages.

    A static file or a picture that another book shares with the base, or with the first book of
    its language, is stored once and linked. Parts of receipts, named by what they hold, all lie at
    the top. Data of exhibits stay beside the pages whose numbers they bind.
    """
    shutil.copytree(base, to, ignore=shutil.ignore_patterns(*UNPUBLISHED))
    for name, source in others.items():
        folder = to / name
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns(*UNPUBLISHED))
        _move_up(folder / PARTS, to / PARTS)
        depth, parent = name.count("/") + 1, name.rpartition("/")[0]
        above = [(base, depth)] + ([(to / parent, depth - 1 - parent.count("/"))] if parent else [])
        shared: dict[str, str] = {}
        for path in sorted(p for part in SHARED for p in (folder / part).rglob("*")):
            relative = path.relative_to(folder).as_posix()
            for other, ups in above:
                if path.suffix != ".csv" and path.is_file() and _same(path, other / relative):
                    shared[relative] = "../" * ups
                    path.unlink()
        for part in SHARED:
            _drop_empty(folder / part)
        for page in sorted(folder.rglob("*.html")):
            _link_to_shared(page, shared)


def _move_up(folder: Path, to: Path) -> None:
    """Move the files of `folder` to `to`, where a name stands for one content; drop `folder`."""
    for path in folder.glob("*"):
        to.mkdir(exist_ok=True)
        path.replace(to / path.name)
    if folder.is_dir():
        folder.rmdir()


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and filecmp.cmp(one, other, shallow=False)


def _drop_empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _link_to_shared(page: Path, shared: Mapping[str, str]) -> None:
    """Lead the links of a page to the files that another book holds, so many folders up."""
    text = page.read_text(encoding="utf-8")

    def up(match: re.Match[str]) -> str:
        start, ups, name = match.groups()
        return f"{start}{shared.get(name, '')}{ups}{name}"

    page.write_text(LINK.sub(up, text), encoding="utf-8", newline="\n")


def checksums(files: Sequence[tuple[str, Path]]) -> str:
    """Lines as `sha256sum` writes them, by name."""
    return "".join(f"{file_digest(path)}  {name}\n" for name, path in sorted(files))
