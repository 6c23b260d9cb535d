"""Directives for hand-written pages, and links to exhibits from anywhere in the book."""

from __future__ import annotations

import csv
import html
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.nodes import Element, Node, TextElement
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from thesisbook.sphinx.notebooks import read_chapter

EXHIBIT = "ex-"


def project_root(srcdir: Path) -> Path:
    """The project that the sources in `srcdir` belong to: the nearest folder with data."""
    for folder in (srcdir, *srcdir.parents):
        if (folder / "data" / "sources.csv").is_file():
            return folder
    return srcdir


class SourceList(SphinxDirective):
    """All sources of data/sources.csv as a table: identifier, publisher, title, date, kind."""

    has_content = False
    heads: ClassVar[tuple[str, ...]] = ("Id", "Publisher", "Title", "Date", "Kind", "SHA-256")

    def run(self) -> list[Node]:
        path = project_root(Path(str(self.env.srcdir))) / "data" / "sources.csv"
        if not path.is_file():
            return []
        self.env.note_dependency(str(path))
        with path.open(encoding="utf-8", newline="") as lines:
            rows = "".join(self._row(row) for row in csv.DictReader(lines))
        head = "".join(f'<th scope="col">{name}</th>' for name in self.heads)
        table = (
            '<div class="table-scroll source-list" tabindex="0" role="region" '
            f'aria-label="Sources"><table><thead><tr>{head}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )
        return [nodes.raw("", table, format="html")]

    def _row(self, row: dict[str, str]) -> str:
        said = {key: html.escape(value or "") for key, value in row.items()}
        title = said["title"]
        if said["url"].startswith("https://"):
            title = f'<a class="external" rel="noopener" href="{said["url"]}">{title}</a>'
        note = f"<br><small>{said['note']}</small>" if said.get("note") else ""
        kind = "primary" if said["kind"] == "primary" else f"secondary, {said['kind']}"
        return (
            f'<tr id="source-{said["id"]}" data-source="{said["id"]}">'
            f'<th scope="row">{said["id"]}</th><td>{said["publisher"]}</td>'
            f'<td lang="{said["language"] or "en"}">{title}{note}</td><td>{said["date"]}</td>'
            f"<td>{kind}</td><td><code>{said['sha256'][:12]}</code></td></tr>"
        )


def resolve_exhibit(
    app: Sphinx, env: BuildEnvironment, node: Element, content: TextElement
) -> nodes.reference | None:
    """A link `#ex-...` to the exhibit of that id, on whatever page it stands."""
    target = str(node.get("reftarget", "")).lstrip("#")
    if not target.startswith(EXHIBIT):
        return None
    docname = _page_of(env, target)
    if docname is None:
        return None
    here = str(node.get("refdoc", env.docname))
    if app.builder.name == "singlehtml" or docname == here:
        address = f"#{target}"
    else:
        address = f"{app.builder.get_relative_uri(here, docname)}#{target}"
    link = nodes.reference("", "", internal=True, refuri=address)
    link += content
    return link


def _page_of(env: BuildEnvironment, anchor: str) -> str | None:
    for docname in sorted(env.found_docs):
        path = Path(str(env.doc2path(docname)))
        if path.suffix == ".ipynb":
            for exhibit in read_chapter(path, docname).exhibits:
                if f"{EXHIBIT}{exhibit.id.replace('_', '-')}" == anchor:
                    return docname
    return None
