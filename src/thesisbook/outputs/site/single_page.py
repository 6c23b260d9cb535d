"""Sphinx extension: the single page that is only printed needs no index of its words."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx


def without_search(app: Sphinx) -> None:
    """Switch off the search index of the single page: it took a fifth of its time."""
    app.builder.search = False  # type: ignore[attr-defined]


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("builder-inited", without_search)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
