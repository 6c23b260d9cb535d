"""Sphinx extension that turns an executed book into the reader's site.

Listed among the extensions as `thesisbook.outputs.site` it needs no further setting: it hides
plumbing cells, collects receipts, writes each exhibit's data and picture, sets the search language,
vendored mathematics, templates and styles, and at the end of the build seals every page with a
content security policy. It changes nothing in the sources.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from thesisbook.outputs.site import anchors, directives, finish, pages, script_words, search
from thesisbook.outputs.site import exhibit_links as figures
from thesisbook.outputs.site import receipt_script as receipts
from thesisbook.outputs.site.chapter_lines import with_contents
from thesisbook.outputs.site.notebooks import tag_cells
from thesisbook.outputs.site.opening import with_openings

Context = dict[str, Any]
HERE = Path(__file__).parent
SIDEBAR = ("brand.html", "search-button-field.html", "sbt-sidebar-nav.html")
PAGE_BUILDERS = frozenset({"html", "dirhtml"})


def configure(app: Sphinx, config: Config) -> None:
    """Settings that belong to the site whatever the book's own configuration says."""
    config.html_static_path.append(str(HERE / "static"))
    config.templates_path.insert(0, str(HERE / "templates"))
    config.html_search_language = search.LANGUAGE
    if words := script_words.file_of(finish.spoken(config)):
        app.add_js_file(words, loading_method="defer", priority=898)
    config.mathjax_path = "mathjax/tex-svg.js"
    config.mathjax3_config = {"options": {"enableMenu": False}, "svg": {"fontCache": "local"}}
    config.mathjax_options = {"defer": "defer"}
    # Whole addresses are written when a site is put together, not into each of its pages.
    config.thesisbook_address, config.html_baseurl = config.html_baseurl, ""
    config.html_copy_source = False
    config.html_use_index = False
    config.html_show_sourcelink = False
    config.html_last_updated_fmt = None
    config.nb_code_prompt_show = "How this was made"
    config.nb_code_prompt_hide = "How this was made"
    config.html_sidebars = {
        "**": ["brand.html", "search-button-field.html", "sbt-sidebar-nav.html"]
    }
    options = config.html_theme_options
    options["article_footer_items"] = ["page-footer.html"]
    options["navbar_persistent"] = []
    options["primary_sidebar_end"] = []
    options["footer_content_items"] = ["site-footer.html"]
    options["search_bar_text"] = "Search in English or Chinese"
    options["use_download_button"] = False
    options["use_fullscreen_button"] = False
    options["show_toc_level"] = 2
    options["back_to_top_button"] = False


def on_source_read(app: Sphinx, docname: str, source: list[str]) -> None:
    """Before a page is parsed: hide plumbing of notebooks, put in words of an opening."""
    notebook = str(app.env.doc2path(docname)).endswith(".ipynb")
    if notebook:
        source[0] = tag_cells(source[0], str(app.config.language or "en").partition("_")[0])
    else:
        source[0] = with_contents(app, docname, with_openings(app, docname, source[0]))
    source[0] = anchors.taken_out(app, docname, source[0])


def on_context(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """What the templates need; before the theme, which renders some of them early."""
    context["thesis"] = pages.context(app, pagename, context)
    if pagename == app.config.root_doc:  # no side bar: the landing page takes the whole width
        context["meta"] = {**(context.get("meta") or {}), "html_theme.sidebar_secondary.remove": ""}


def on_page(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """The page's own text with permalinks and exhibit links."""
    if app.builder.name not in PAGE_BUILDERS:
        return
    pages.drop_unused(context)
    if "body" not in context:
        return
    to_root = "../" * pagename.count("/")
    body = pages.mended(context["body"])
    as_of = context["thesis"]["as_of"]
    chapters = directives.executed_chapters(app.env)
    narrow = {exhibit.id: exhibit.narrow for chapter in chapters for exhibit in chapter.exhibits}
    context["body"] = figures.with_links(receipts.permalinks(body), to_root, as_of, narrow)


def lost_page(app: Sphinx) -> Iterator[tuple[str, Context, str]]:
    """The page that a server shows for an address that is not there."""
    if app.builder.name in PAGE_BUILDERS:
        yield "404", {"title": finish.words_of(app)("Page not found")}, "404.html"


def prepare(app: Sphinx) -> None:
    """Start drawing the pictures while Sphinx is at work, and register what is done at its end."""
    if app.builder.name not in PAGE_BUILDERS:
        return
    aside = finish.Aside(app)

    def on_finish(app: Sphinx, fault: Exception | None) -> None:
        aside.done()
        if fault is None:
            finish.finish(app, aside)

    app.connect("env-before-read-docs", lambda app, *_: aside.downloads(app))
    app.connect("env-updated", lambda app, *_: aside.cards(app))
    app.connect("build-finished", on_finish, priority=900)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_config_value("thesisbook_scenario", None, "html", (str, type(None)))
    app.add_config_value("thesisbook_root", "", "", (str,))  # whose data have the words
    app.add_config_value("thesisbook_address", "", "", (str,))
    app.add_search_language(search.SearchEnglishChinese)
    app.add_css_file("fonts.css", priority=880)
    app.add_css_file("site.css", priority=900)
    app.add_css_file("exhibits.css", priority=890)
    app.add_js_file("words.js", loading_method="defer", priority=899)
    app.add_js_file("site.js", loading_method="defer", priority=900)
    app.add_js_file("receipt_store.js", loading_method="defer", priority=901)
    app.add_js_file("folds.js", loading_method="defer", priority=902)
    app.add_js_file("receipt_panel.js", loading_method="defer", priority=903)
    app.add_js_file("audit_view.js", loading_method="defer", priority=904)
    app.add_js_file("search.js", loading_method="defer", priority=910)
    app.add_directive("source-list", directives.SourceList)
    app.connect("config-inited", configure, priority=900)
    app.add_directive("exhibit", directives.ExhibitDirective)
    app.add_directive("what-if", directives.WhatIfPage)
    app.add_role("num", directives.NumberRole())
    app.add_post_transform(directives.ExhibitLinks)
    app.connect("source-read", on_source_read)
    app.connect("doctree-read", anchors.give, priority=100)  # before anything notes addresses
    app.connect("html-page-context", on_context, priority=100)
    app.connect("html-page-context", on_page, priority=900)
    app.connect("html-collect-pages", lost_page)
    app.connect("builder-inited", prepare)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
