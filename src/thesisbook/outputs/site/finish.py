"""Finish a site build: the steps that need all pages at once.

Works on the output folder alone, so that a build that rewrote one page and one that rewrote all of
them give the same bytes.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from thesisbook.data import read_company
from thesisbook.data.currencies import write_as
from thesisbook.data.languages import LANGUAGES
from thesisbook.exhibits import theme
from thesisbook.exhibits.translation import Translation, translation_of
from thesisbook.outputs.site import cards, policy, script_words, search, style_sheet, webfonts
from thesisbook.outputs.site import exhibit_links as figures
from thesisbook.outputs.site import receipt_script as receipts
from thesisbook.outputs.site import site_parts as site
from thesisbook.outputs.site.directives import book_root, executed_chapters
from thesisbook.outputs.site.pages import changed_run, edition, plain, short_titles
from thesisbook.outputs.whatif import scripts
from thesisbook.provenance.kept import Kept

UNUSED_STATIC = (
    "scripts/fontawesome.js",
    "vendor",
    "styles/theme.css",
    "locales",
    "images",
    "file.png",
    "minus.png",
    "plus.png",
)
UNUSED_PATTERNS = (
    "**/*.map",
    "**/*.LICENSE.txt",
    "*webpack-macros.html",
    "*thebe*",
    "*copy*button*",
    "clipboard*",
    "translations.js",
    "togglebutton*",
    "*-solid.svg",
)


class Aside:
    """Pictures, drawn in a thread while Sphinx reads and writes: drawing leaves Python free."""

    def __init__(self, app: Sphinx) -> None:
        self.kept = Kept(Path(app.doctreedir) / "kept")
        self._pool = ThreadPoolExecutor(1)
        self._waiting: list[Future] = []

    def downloads(self, app: Sphinx) -> None:
        """Start making the files of each exhibit, as soon as the chapters are known."""
        read = executed_chapters(app.env)
        self._submit(figures.write_downloads, read, Path(app.outdir), self.kept)

    def cards(self, app: Sphinx) -> None:
        """Start drawing a card for each chapter, as soon as its title has been read."""
        outdir, root = Path(app.outdir), book_root(Path(app.srcdir))
        named = str(app.config.html_title or app.config.project)
        book = edition(root, named, str(app.config.language or "en"))
        changed = changed_run(app, book)
        shown = [
            cards.card(one, plain(app.env.titles[one.docname].astext()))
            for one in executed_chapters(app.env)
        ]
        self._submit(cards.write, shown, book, changed, outdir, self.kept)

    def _submit(self, work: Callable[..., Any], *arguments: Any) -> None:
        self._waiting.append(self._pool.submit(work, *arguments))

    def done(self) -> None:
        """Wait for all of it; an error of the thread is raised here."""
        self._pool.shutdown()
        for future in self._waiting:
            future.result()


def finish(app: Sphinx, aside: Aside) -> None:
    """Write receipts, search text and fonts, drop what no page uses, seal the pages."""
    outdir, root = Path(app.outdir), book_root(Path(app.srcdir))
    static = outdir / "_static"
    read = executed_chapters(app.env)
    (static / "exhibits.css").write_text(theme.css(), encoding="utf-8", newline="\n")
    for path in scripts(static):  # of an earlier run by jupyter-book alone
        path.unlink()
    script_words.write(static, spoken(app.config))
    prune_static(outdir)
    paths = {name: outdir / f"{name}.html" for name in sorted(app.env.found_docs)}
    texts = {name: path.read_text("utf-8") for name, path in paths.items() if path.exists()}
    say = words_of(app)
    for name, text in texts.items():
        texts[name] = say.page(text)
        if texts[name] != text:
            paths[name].write_text(texts[name], encoding="utf-8", newline="\n")
    titles = short_titles(app, list(texts))
    write_as(read_company(root).get("currencies") or {})
    receipts.write(receipts.collect(read), texts, outdir, say)
    search.write_text(texts, titles, outdir, aside.kept)
    webfonts.write_latin(static)
    named = [language.name for language in LANGUAGES.values()]  # on the switch of every page
    shown = [*texts.values(), *titles.values(), *say.said, *named]
    webfonts.write(shown, static, aside.kept)
    aside.done()
    every = site.pages(outdir)
    style_sheet.write(static, [path.read_text(encoding="utf-8") for path in every], aside.kept)
    aside.kept.prune()
    for path in every:
        policy.seal(path)
    # A build of one scenario is one part of a site; what a site has once is added to the whole.
    whole = app.config.thesisbook_scenario is None
    site.complete_site(
        outdir,
        root,
        {"": ("", spoken(app.config) if whole else "en")},
        base_url=app.config.thesisbook_address,
        archive=whole and root == Path(app.srcdir),
        whole=whole,
    )


def words_of(app: Sphinx) -> Translation:
    """What the book's pages say in its language, with the words of its project."""
    root = Path(app.config.thesisbook_root or book_root(Path(app.srcdir)))
    return translation_of(root, spoken(app.config))


def spoken(config: Config) -> str:
    """The language of the book, as the package calls it: `zh` of Sphinx's `zh_CN`."""
    return str(config.language or "en").partition("_")[0]


def prune_static(outdir: Path) -> None:
    """Remove theme files that no page asks for: icon fonts, scripts, source maps, translations."""
    static = outdir / "_static"
    for name in UNUSED_STATIC:
        path = static / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for pattern in UNUSED_PATTERNS:
        for path in static.glob(pattern):
            path.unlink()
