"""Sphinx extension: find the pages to write again, so that the site equals that of a clean build.

Sphinx by itself writes a page again when the page's own source has changed. But every page also
shows the titles of others (navigation, previous and next), links to labels, citations and exhibits
elsewhere. If any of that has changed since the last run, all pages are written.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.search import js_index

from thesisbook.outputs.site.notebooks import read_chapter

STATE = "book-state.txt"
#: A memory address in the text of an object does not change what a page shows.
ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def pages_to_write(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """All pages when what they share has changed, else none beyond Sphinx's own."""
    place = Path(app.doctreedir) / STATE
    state = shared_state(env)
    if place.exists() and place.read_text(encoding="ascii") == state:
        return []
    place.write_text(state, encoding="ascii")
    return sorted(env.found_docs)


def shared_state(env: BuildEnvironment) -> str:
    """Digest of everything that a page may show of other pages."""
    standard = env.get_domain("std").data
    citations = env.domaindata.get("cite", {})
    parts: list[Any] = [
        {name: title.astext() for name, title in env.titles.items()},
        {name: title.astext() for name, title in env.longtitles.items()},
        {name: toc.pformat() for name, toc in env.tocs.items()},
        env.toctree_includes,
        repr(sorted(env.toc_secnumbers.items())),
        repr(sorted(env.toc_fignumbers.items())),
        repr(sorted(standard["labels"].items())),
        repr(sorted(standard["anonlabels"].items())),
        repr(sorted(standard["terms"].items())),
        repr(sorted(standard["objects"].items())),
        ADDRESS.sub("", repr({name: citations[name] for name in sorted(citations)})),
        {name: _exhibits(Path(env.doc2path(name)), name) for name in sorted(env.found_docs)},
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _exhibits(path: Path, docname: str) -> list[list[str]]:
    """Ids and numbers of the exhibits of an executed notebook."""
    if path.suffix != ".ipynb":
        return []
    return [[exhibit.id, exhibit.number] for exhibit in read_chapter(path, docname).exhibits]


def drop_leftovers(app: Sphinx, fault: Exception | None) -> None:
    """Removes images that no page shows any more, and words of the search that no page has."""
    if fault is not None or app.builder.name != "html":
        return
    index = Path(app.outdir) / "searchindex.js"
    content = js_index.loads(index.read_text(encoding="utf-8"))
    for part in ("terms", "titleterms"):
        content[part] = {word: pages for word, pages in content[part].items() if pages != []}
    index.write_text(js_index.dumps(content), encoding="utf-8")
    kept = {name for _, name in app.env.images.values()}
    for path in (Path(app.outdir) / "_images").glob("*"):
        if path.name not in kept:
            path.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("env-updated", pages_to_write, priority=999)
    app.connect("build-finished", drop_leftovers, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
