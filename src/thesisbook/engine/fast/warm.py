"""Imported once by the fork server: what the children of a build need."""

from __future__ import annotations

import gc
import importlib
import os
from collections.abc import Sequence

from thesisbook.engine.fast.processes import ASKED, WITH_SITE, die_with_parent

CHAPTERS = (
    # the kernel and its driver
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "IPython.core.interactiveshell",
    "nbclient",
    "papermill",
    # what chapters import
    "numpy",
    "pandas",
    # (not pyplot nor its inline backend: they hook into the shell they find on import, none here)
    "matplotlib.figure",
    "matplotlib.dates",
    "matplotlib.ticker",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "thesisbook.data",
    "thesisbook.model",
    "thesisbook.exhibits.report",
    "thesisbook.exhibits.charts",
    "thesisbook.engine.chapters",
)
SITE = (
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


def import_chapters() -> None:
    """Imports what chapters run with."""
    _import(CHAPTERS)


def import_site() -> None:
    """Imports what pages are made with."""
    _import(SITE)
    from sphinx.application import builtin_extensions  # noqa: PLC0415

    _import(builtin_extensions)


def _import(names: Sequence[str]) -> None:
    """Imports what is there; what is not, a child that wants it will report."""
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError:
            continue


if (asked := os.environ.pop(ASKED, "")).partition(" ")[0] == str(os.getppid()):
    die_with_parent()
    import_chapters()
    if asked.endswith(WITH_SITE):
        import_site()
    gc.freeze()
