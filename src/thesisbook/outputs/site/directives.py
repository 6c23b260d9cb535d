"""Directives and roles for hand-written pages, and links to exhibits from anywhere."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.nodes import Node
from sphinx import addnodes
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective, SphinxRole

from thesisbook.data import DataError, project_root, read_sources
from thesisbook.outputs.site.notebooks import WHAT_IF, Chapter, read_chapter

EXHIBIT = "ex-"


def book_root(srcdir: Path) -> Path:
    """The project that the sources in `srcdir` belong to; `srcdir` itself where none has data."""
    try:
        return project_root(srcdir)
    except DataError:
        return srcdir


class SourceList(SphinxDirective):
    """All sources of data/sources.csv as a table: id, publisher, title, date, kind, grade."""

    has_content = False
    heads: ClassVar = ("Id", "Publisher", "Title", "Date", "Kind, grade", "SHA-256")

    def run(self) -> list[Node]:
        root = book_root(Path(str(self.env.srcdir)))
        self.env.note_dependency(str(root / "data" / "sources.csv"))
        rows = "".join(self._row(row) for row in read_sources(root))
        head = "".join(f'<th scope="col">{name}</th>' for name in self.heads)
        table = (
            '<div class="table-scroll source-list" tabindex="0" role="region" '
            f'aria-label="Sources"><table><thead><tr>{head}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )
        return [nodes.raw("", table, format="html")]

    def _row(self, row: Any) -> str:
        said = {key: html.escape(str(value or "")) for key, value in row.model_dump().items()}
        title = said["title"]
        if said["url"].startswith("https://"):
            title = f'<a class="external" rel="noopener" href="{said["url"]}">{title}</a>'
        note = f"<br><small>{said['note']}</small>" if said["note"] else ""
        # a work in another language may stand here under an English name
        spoken = "en" if row.title.isascii() else row.language
        digest = f"<code>{said['sha256'][:12]}</code>" if said["sha256"] else "–"
        kind = "primary" if said["kind"] == "primary" else f"secondary, {said['kind']}"
        return (
            f'<tr id="source-{said["id"]}" data-source="{said["id"]}">'
            f'<th scope="row">{said["id"]}</th><td>{said["publisher"]}</td>'
            f'<td><span lang="{spoken}">{title}</span>{note}</td><td>{said["date"]}</td>'
            f"<td>{kind}, {said['grade']}</td><td>{digest}</td></tr>"
        )


def executed_chapters(env: BuildEnvironment) -> list[Chapter]:
    """The executed notebooks of the book, by name; pages that ask for them depend on them."""
    found = []
    for docname in sorted(env.found_docs):
        path = Path(str(env.doc2path(docname)))
        if path.suffix == ".ipynb":
            found.append(read_chapter(path, docname))
    return found


class NumberRole(SphinxRole):
    """A named number of any chapter in a hand-written page: ``{num}`target_price` ``."""

    def run(self) -> tuple[list[Node], list[nodes.system_message]]:
        for chapter in executed_chapters(self.env):
            if self.text in chapter.numbers and "text" in chapter.numbers[self.text]:
                self.env.note_dependency(str(chapter.path))
                shown = html.escape(str(chapter.numbers[self.text]["text"]))
                span = f'<span class="num" tabindex="0" data-receipt="{self.text}">{shown}</span>'
                return [nodes.raw("", span, format="html")], []
        message = self.inliner.reporter.error(f"no chapter has a number {self.text!r}")
        return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]


class ExhibitDirective(SphinxDirective):
    """An exhibit of any chapter, shown again on another page: ``{exhibit} valuation_bridge``.

    It keeps its number, and its anchor leads to the place where it is discussed.
    """

    required_arguments = 1
    has_content = False

    def run(self) -> list[Node]:
        wanted = self.arguments[0]
        for chapter in executed_chapters(self.env):
            for exhibit in chapter.exhibits:
                if exhibit.id == wanted:
                    self.env.note_dependency(str(chapter.path))
                    return [nodes.raw("", exhibit.html, format="html")]
        raise self.error(f"no chapter has an exhibit {wanted!r}")


class WhatIfPage(SphinxDirective):
    """The whole "What if", on a page of its own, in the run of the first panel of a chapter.

    Print and a page without its script show that panel's table.
    """

    has_content = False

    def run(self) -> list[Node]:
        for chapter in executed_chapters(self.env):
            if chapter.panel:
                self.env.note_dependency(str(chapter.path))
                whole = chapter.panel.replace(WHAT_IF, ' data-whatif="page"', 1)
                return [nodes.raw("", whole, format="html")]
        raise self.error("no chapter has a panel: report.what_if()")


class ExhibitLinks(SphinxPostTransform):
    """Resolves links `#ex-...` to the exhibit of that id, on whatever page it stands.

    Exhibits are raw HTML to the parser, which therefore knows none of their ids.
    """

    default_priority = 8  # before the parser's own resolver (9), which would warn

    def run(self, **kwargs: Any) -> None:
        here = self.env.docname
        for node in list(self.document.findall(addnodes.pending_xref)):
            target = str(node.get("reftarget", "")).lstrip("#")
            docname = _page_of(self.env, target) if target.startswith(EXHIBIT) else None
            if docname is None:
                continue
            address = f"#{target}"
            if docname != here and self.app.builder.name != "singlehtml":
                address = f"{self.app.builder.get_relative_uri(here, docname)}{address}"
            link = nodes.reference("", "", internal=True, refuri=address)
            link += [child.deepcopy() for child in node.children]
            node.replace_self(link)


def _page_of(env: BuildEnvironment, anchor: str) -> str | None:
    for chapter in executed_chapters(env):
        for exhibit in chapter.exhibits:
            if f"{EXHIBIT}{exhibit.id.replace('_', '-')}" == anchor:
                return chapter.docname
    return None
