"""Join finished pages into one site: downloads, switch of scenarios, feed, site map.

Works on finished HTML alone and can be run again at any time: each part it fills stands between two
comments in the page (`<!--scenarios-->...<!--/scenarios-->`).
"""

from __future__ import annotations

import html
import os.path
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from thesisbook.data import is_whole, load_dataset
from thesisbook.data.languages import LANGUAGES
from thesisbook.exhibits.translation import translation_of
from thesisbook.outputs.site import archives, changes, policy, search, sharing, text_twin
from thesisbook.outputs.site.pages import Edition, edition
from thesisbook.outputs.whatif import write_script
from thesisbook.provenance.built_pages import DOWNLOADS, book_pages, pages
from thesisbook.provenance.kept import Kept
from thesisbook.provenance.receipt_store import json_text

LABELS = {
    ".pdf": "Report{scenario} (PDF)",
    "-note.pdf": "Short report{scenario} (PDF)",
    ".xlsx": "Model{all_scenarios} (Excel workbook)",
    ".ics": "Calendar of events (iCalendar)",
    archives.NOTEBOOKS: "Notebooks with their data (zip, runs by itself)",
    archives.DATA: "All data (zip)",
    archives.NUMBERS: "All numbers{first} (JSON, zip)",
}
AUDIT = "audit.js"
COVERAGE = re.compile(r'(<(\w+)[^>]*\bdata-site="coverage"[^>]*>)[^<]*(</\2>)')
ASKING = re.compile(r"<div[^>]* data-whatif=")
ARTICLE_PAGES = re.compile(r'<article class="bd-article')


@dataclass(frozen=True)
class Part:
    """The pages of one book on a site: those below `top`, the first at the site's own top."""

    site: Path
    scenario: str
    language: str
    top: Path

    @property
    def folder(self) -> str:
        return "" if self.top == self.site else self.top.relative_to(self.site).as_posix()


def complete_site(
    site: Path,
    root: Path,
    books: Mapping[str, tuple[str, str]] | None = None,
    downloads: Sequence[Path] = (),
    *,
    reports: Mapping[str, Sequence[Path]] | None = None,
    inputs: Mapping[str, str] | None = None,
    base_url: str = "",
    archive: bool = True,
    whole: bool = True,
    kept: Path | None = None,
) -> None:
    """Fill the open places of the pages under `site`.

    `root` is the project (its `data/`, `notebooks/`, `CHANGELOG.md` are read where they exist);
    `books` has for each folder of pages, "" first, their scenario and language; `downloads` are
    files to offer on every page, `reports` has for a book, by its folder, the files that only its
    own pages offer, before all others, and `inputs` the digest of all that its pages are made
    from. `base_url` is the site's address with a slash at its end, if it is known: a map of the
    site and social cards want whole addresses. `archive` puts zips of the project on offer;
    `whole` says that these pages are all of the site, which then gets what it has once: a map and
    the text of its first book. `kept` is a folder for what need not be found out again by the next
    run.
    """
    book = edition(root, "")
    offered = _downloads(site, root if archive else None, downloads)
    own_report = {name: _downloads(site, None, paths) for name, paths in (reports or {}).items()}
    log = changes.read(root / "CHANGELOG.md")
    parts = [Part(site, *of, site / name) for name, of in (books or {"": ("", "en")}).items()]
    others = {part.top for part in parts if part.top != site}
    has_data = is_whole(root)
    names = other_names(root) if has_data else {}
    memory = Kept(kept) if kept is not None else None
    for part in parts:
        top, say = part.top, translation_of(root, part.language)
        book = edition(root, "", part.language)
        listed = _labelled([*own_report.get(part.folder, []), *offered], part, parts, book)
        counts: dict[str, Any] = {}
        search.add_names(top, names)
        if has_data:
            counts = _tell_coverage(top, root, memory)
        _write(top / AUDIT, f"window.AUDIT={json_text(counts)};\n")
        own = pages(top, without=others - {top})
        for page in own:
            relative = page.relative_to(top).as_posix()
            text = page.read_text(encoding="utf-8")
            new = _fill(text, "scenarios", _switches(relative, part, parts, book))
            new = _fill(new, "downloads", _links(page, listed))
            new = _fill(new, "inputs", _colophon((inputs or {}).get(part.folder, "")))
            new = _fill(new, "sharing", sharing.tags(site, top, relative, base_url))
            if log:
                new = _fill(new, "changed", f'<span lang="en">{changes.last(log, relative)}</span>')
            _write(page, say.page(new))
        _write(top / "feed.xml", changes.feed(log, book))
        _redirect(site, top, own, book.title or "Report", base_url)
    if has_data and any(ASKING.search(page.read_text(encoding="utf-8")) for page in pages(site)):
        for language in sorted({part.language for part in parts}):
            write_script(site, load_dataset(root), language)
    if whole:
        listed = _labelled([*own_report.get("", []), *offered], parts[0], parts, book)
        text_twin.write(site, book, listed, others=others, base_url=base_url, kept=memory)
        sharing.write_map(site, base_url)
    if memory is not None:
        memory.prune()


def other_names(root: Path) -> dict[str, str]:
    """English names of what the data speak of, with the Chinese ones."""
    rows = load_dataset(root).entities.values()
    return {r["name_en"]: r["name_zh"] for r in rows if r["name_zh"] not in ("", r["name_en"])}


def _tell_coverage(top: Path, root: Path, kept: Kept | None) -> dict[str, Any]:
    """Write the receipt coverage into the page that has a place for it; the counts by page."""
    own = book_pages(top)
    asking = [page for page in own if COVERAGE.search(page.read_text(encoding="utf-8"))]
    if not asking:
        return {}
    from thesisbook.provenance.coverage import allowances, by_page, names_of  # noqa: PLC0415
    from thesisbook.provenance.page_reading import Coverage  # noqa: PLC0415

    found = by_page(top, own, allowances(root), names_of(root), kept)
    words = html.escape(sum(found.values(), Coverage()).summary())
    for page in asking:
        text = page.read_text(encoding="utf-8")
        _write(page, COVERAGE.sub(lambda found: f"{found[1]}{words}{found[3]}", text))
    return {name.removesuffix(".html"): one.counts() for name, one in found.items()}


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")


def _fill(page: str, name: str, content: str) -> str:
    pattern = re.compile(f"<!--{name}-->.*?<!--/{name}-->", re.DOTALL)
    return pattern.sub(lambda _: f"<!--{name}-->{content}<!--/{name}-->", page)


def _way(page: Path, target: Path) -> str:
    """A relative address from `page` to the file `target`."""
    return quote(Path(os.path.relpath(target, page.parent)).as_posix())


def _switches(relative: str, own: Part, parts: Sequence[Part], book: Edition) -> str:
    """The same page in the other languages, and in the other scenarios of its language."""
    by_language = {part.language: part for part in parts if part.scenario == own.scenario}
    by_scenario = {part.scenario: part for part in parts if part.language == own.language}
    found = ""
    if len(by_scenario) > 1:
        ways = {part: (book.scenario_name(part.scenario), "") for part in by_scenario.values()}
        found += _switch("scenario", relative, own, ways)
    if len(by_language) > 1:
        ways = {
            part: (said.name, f' lang="{said.tag}" hreflang="{said.tag}"')
            for part, said in ((one, LANGUAGES[one.language]) for one in by_language.values())
        }
        found += _switch("language", relative, own, ways)
    return found


def _switch(kind: str, relative: str, own: Part, ways: Mapping[Part, tuple[str, str]]) -> str:
    items, label = [], kind.capitalize()
    for part, (name, attributes) in ways.items():
        target, words = part.top / relative, html.escape(name)
        if part == own:
            items.append(f'<li><span aria-current="true"{attributes}>{words}</span></li>')
        else:
            way = _way(own.top / relative, target if target.exists() else part.top / "index.html")
            items.append(f'<li><a href="{way}"{attributes}>{words}</a></li>')
    return (
        f'<nav class="{kind}-switch" aria-label="{label}">'
        f'<span class="{kind}-label">{label}</span><ul>{"".join(items)}</ul></nav>'
    )


def _downloads(site: Path, root: Path | None, downloads: Sequence[Path]) -> list[Path]:
    """Put every file on offer under `site/downloads`; the files, in the order they are listed."""
    folder = site / DOWNLOADS
    offered = []
    for source in downloads:
        folder.mkdir(exist_ok=True)
        if source.suffix == ".json":  # large, and little of it when zipped
            offered.append(archives.zipped(source, folder))
            continue
        target = folder / source.name
        if not target.exists() or target.read_bytes() != source.read_bytes():
            shutil.copyfile(source, target)
        offered.append(target)
    if root is not None and any((root / "notebooks").glob("*.ipynb")):
        folder.mkdir(exist_ok=True)
        offered += archives.write(root, folder)
    return offered


def _labelled(
    offered: Sequence[Path], own: Part, parts: Sequence[Part], book: Edition
) -> dict[Path, str]:
    """Each file on offer with what it is called; where a site has several scenarios, it says of
    which of them the file is."""
    several = len({part.scenario for part in parts}) > 1
    said = {
        "scenario": f", {book.scenario_name(own.scenario)}" if several else "",
        "first": f", {book.scenario_name(parts[0].scenario)}" if several else "",
        "all_scenarios": ", all scenarios" if several else "",
    }
    found = {}
    for path in offered:
        kind = "-note.pdf" if path.name.endswith("-note.pdf") else path.suffix
        label = LABELS.get(path.name) or LABELS.get(kind)
        found[path] = html.escape(label.format(**said) if label else path.name)
    return found


def _links(page: Path, offered: Mapping[Path, str]) -> str:
    if not offered:
        return ""
    items = [
        f'<li><a href="{_way(page, path)}" download>{label}</a></li>'
        for path, label in offered.items()
    ]
    return (
        '<div class="page-downloads"><span class="footer-label">Downloads</span>'
        f"<ul>{''.join(items)}</ul></div>"
    )


def _colophon(digest: str) -> str:
    if not digest:
        return ""
    return f'<span class="footer-label">Inputs SHA-256</span> <code>{digest}</code>'


def _redirect(site: Path, top: Path, own: Sequence[Path], title: str, base_url: str) -> None:
    """A first page at the top of a scenario that leads to the book's root page."""
    index = top / "index.html"
    if index.exists() and ARTICLE_PAGES.search(index.read_text(encoding="utf-8")):
        return
    roots = [page for page in own if page.name == "index.html" and page != index]
    if not roots:
        return
    to = min(roots, key=lambda page: (len(page.parts), str(page))).relative_to(top).as_posix()
    words = html.escape(title)
    shared = sharing.tags(site, top, to, base_url) or f'<link rel="canonical" href="{to}">'
    page = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n    <meta charset="utf-8">\n'
        f'    <meta http-equiv="refresh" content="0; url={to}">\n    <title>{words}</title>\n'
        f'  {shared}\n    <link rel="icon" href="data:,">\n</head>\n'
        f'<body><main><h1>{words}</h1><p><a href="{to}">Go to the report</a></p></main></body>\n'
        "</html>\n"
    )
    _write(index, policy.sealed(page))
