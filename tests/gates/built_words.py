"""What the built pages say that must stand in print."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup
from copies import ROOT
from pdf_reading import sentences

from thesisbook.data import read_prints
from thesisbook.provenance.built_pages import book_pages


@cache
def page_sentences(built: Path) -> tuple[str, ...]:
    """The sentences and cells of the built pages that data/print.yaml leaves in print.

    The landing page is set otherwise in print, and the note on coverage is written by the site.
    """
    prints = read_prints(ROOT)
    left_out = prints[1].left_out if prints and prints[1] else ()
    found: list[str] = []
    for path in book_pages(built / "html"):
        if path.stem in (*left_out, "index"):
            continue
        article = BeautifulSoup(path.read_text("utf-8"), "lxml").find("article")
        unprinted = [f'figure[data-exhibit="{name}"]' for name in left_out]
        for tag in article.select(", ".join(["[data-site]", *unprinted])):
            tag.decompose()
        inside = f'<span id="document-page"></span><section>{article}</section>'
        found += sentences(f"<article>{inside}</article>")
    return tuple(found)
