"""Imports what pages are made with: in the warm parent, or in a child that waits for chapters."""

from __future__ import annotations

import contextlib
import gc
import importlib

#: What Jupyter Book and the theme load by name when Sphinx starts.
LIBRARIES = (
    "jupyter_book.sphinx",
    "sphinx.builders.html",
    "sphinx.builders.singlehtml",
    "sphinx_togglebutton",
    "sphinx_copybutton",
    "myst_nb.sphinx_ext",
    "jupyter_book",
    "sphinx_thebe",
    "sphinx_comments",
    "sphinx_external_toc",
    "sphinx.ext.intersphinx",
    "sphinx.ext.mathjax",
    "sphinx_design",
    "sphinx_book_theme",
    "sphinx_multitoc_numbering",
    "sphinx_jupyterbook_latex",
    "sphinxcontrib.bibtex",
    "sphinx.search.en",
    "sphinx_design.extension",
    "sphinxcontrib.bibtex.style.referencing.author_year",
    "pybtex.style.formatting.unsrt",
    "xml.dom.minidom",
    "pygments.lexers.python",
    "thesisbook.outputs.site",
    "thesisbook.engine.site_stage",
)


def import_all() -> None:
    """Imports what is there; what is not, a child that wants it will report."""
    from sphinx.application import builtin_extensions  # noqa: PLC0415

    for name in (*LIBRARIES, *builtin_extensions):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


import_all()
gc.freeze()
