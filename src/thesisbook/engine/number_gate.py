"""Refuse pages with a number that has no receipt, exhibit or other origin."""

from __future__ import annotations

from pathlib import Path

from thesisbook.engine.errors import BuildError
from thesisbook.engine.project import CHAPTERS

_SHOWN = 20


class TypedNumber(BuildError):
    """Numbers typed into prose or printed by a cell, without a receipt or exhibit."""


def refuse_typed_numbers(*, site: Path, root: Path, kept: Path) -> None:
    """Raises TypedNumber with source file, number and sentence of each on the pages of `site`.

    `root` is the project; `kept` a folder for what was read of the same pages before.
    """
    from thesisbook.provenance.built_pages import book_pages  # noqa: PLC0415 - lxml, in a child
    from thesisbook.provenance.coverage import allowances, measure, names_of  # noqa: PLC0415
    from thesisbook.provenance.kept import Kept  # noqa: PLC0415

    memory = Kept(kept)
    read = measure(site, book_pages(site), allowances(root), names_of(root), memory)
    memory.prune()
    found = [f"{_source(i.page)}: {i.token!r} {i.why}: {i.sentence}" for i in read.unbound]
    if found:
        more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
        advice = "name each in data/numbers and write {glue:}`name`; nothing was published"
        raise TypedNumber("\n".join([*found[:_SHOWN], *more, advice]))


def _source(page: str) -> str:
    """The file that a page is made from."""
    stem = page.removesuffix(".html")
    if stem.startswith(CHAPTERS):
        return f"notebooks{stem.removeprefix(CHAPTERS)}.ipynb"
    return f"{stem}.md"
