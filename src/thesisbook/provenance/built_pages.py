"""Which HTML files of a built site are pages of the book."""

from __future__ import annotations

from pathlib import Path

from thesisbook.provenance.receipt_store import FOLDER, INDEX

DOWNLOADS = "downloads"
NOT_PAGES = frozenset({"_static", "_sources", DOWNLOADS, "exhibits", FOLDER})
HELPERS = frozenset({"search.html", "genindex.html", "404.html"})


def pages(top: Path, without: set[Path] | frozenset[Path] = frozenset()) -> list[Path]:
    """The HTML files of one scenario, sorted; `without` are folders of other scenarios."""
    skip = {path.name for path in without if path.parent == top} | NOT_PAGES
    return sorted(
        page for page in top.rglob("*.html") if not skip.intersection(page.relative_to(top).parts)
    )


def book_pages(top: Path) -> list[Path]:
    """The pages of one scenario that readers read: those with text, without search and index."""
    others = {path.parent for path in top.glob(f"*/{INDEX}")}
    own = pages(top, without=others)
    return [page for page in own if page.name not in HELPERS and page != top / "index.html"]
