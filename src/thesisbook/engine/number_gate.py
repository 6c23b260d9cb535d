"""The last stage before publishing: no number on a page that nothing answers for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from thesisbook.engine.errors import BuildError
from thesisbook.engine.project import CHAPTERS

_SHOWN = 20


class TypedNumber(BuildError):
    """Numbers typed into prose or printed by a cell, which no receipt or exhibit answers for."""


def refuse_typed_numbers(*, site: Path, root: Path, scenarios: Sequence[str], kept: Path) -> None:
    """Raises TypedNumber with source file, number and sentence of each on the pages of `site`.

    The first of `scenarios` has its pages at the top of the site, others in folders of their names.
    `kept` holds what was read of the same pages before.
    """
    from thesisbook.provenance.built_pages import book_pages  # noqa: PLC0415 - lxml, in a child
    from thesisbook.provenance.coverage import allowances, measure, names_of  # noqa: PLC0415
    from thesisbook.provenance.kept import Kept  # noqa: PLC0415

    allowed, names, memory = allowances(root), names_of(root), Kept(kept)
    found = [
        f"{_source(item.page)}: {item.token!r} {item.why}: {item.sentence}"
        for top in (site, *(site / name for name in scenarios[1:]))
        for item in measure(top, book_pages(top), allowed, names, memory).unbound
    ]
    if found:
        lines = list(dict.fromkeys(found))
        more = [f"and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
        advice = "name each in data/numbers and write {glue:}`name`; nothing was published"
        raise TypedNumber("\n".join([*lines[:_SHOWN], *more, advice]))


def _source(page: str) -> str:
    """The file that a page is made from."""
    stem = page.removesuffix(".html")
    if stem.startswith(CHAPTERS):
        return f"notebooks{stem.removeprefix(CHAPTERS)}.ipynb"
    return f"{stem}.md"
