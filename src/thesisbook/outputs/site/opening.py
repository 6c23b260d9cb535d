"""Words of a chapter's opening on another page, so that they are written once.

A hand-written page says `{{ <chapter>.title }}` or `{{ <chapter>.<class> }}`. The first stands for
the heading of the chapter's first cell, the second for the words of its block of that class. The
chapter need not be in the contents; it stands in a folder that has a page of them.
"""

from __future__ import annotations

import json
import posixpath
import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

ASKED = re.compile(r"\{\{ *(\w+)\.([\w-]+) *\}\}")
FENCE = re.compile(r"^(`{3,}|:{3,})\{\w+\}")
CHAPTER_LINK = re.compile(r"\]\((\d\d_\w+)\)")


def with_openings(app: Sphinx, docname: str, text: str) -> str:
    """`text` with the words it asks for. ExtensionError where a chapter does not have them."""
    for chapter, passage in dict.fromkeys(ASKED.findall(text)):
        folders = sorted({posixpath.dirname(name) for name in app.env.found_docs})
        known = (folder for folder in folders if _file(app, folder, chapter).is_file())
        source = next(known, None)
        if source is None:
            places = ", ".join(folder or "." for folder in folders)
            raise ExtensionError(f"{docname}: {chapter}.ipynb does not stand in {places}")
        path = _file(app, source, chapter)
        app.env.note_dependency(str(path))
        try:
            words = passage_of(path.read_text(encoding="utf-8"), passage)
        except LookupError as error:
            raise ExtensionError(f"{docname}: {chapter}: {error.args[0]}") from error
        folder = posixpath.relpath(source or ".", posixpath.dirname(docname) or ".")
        words = CHAPTER_LINK.sub(rf"]({folder}/\1)", words.replace("{glue:}", "{num}"))
        marker = re.compile(rf"\{{\{{ *{chapter}\.{passage} *\}}\}}")
        text = words.join(marker.split(text))
    return text


def _file(app: Sphinx, folder: str, chapter: str) -> Path:
    return Path(app.srcdir) / folder / f"{chapter}.ipynb"


def passage_of(notebook: str, passage: str) -> str:
    """The title, or the words of the block of class `passage`, of a notebook's first words.

    LookupError where there is none.
    """
    cells = json.loads(notebook)["cells"]
    first = next((c["source"] for c in cells if c["cell_type"] == "markdown"), "")
    lines = (first if isinstance(first, str) else "".join(first)).splitlines()
    if passage == "title":
        titles = (line.removeprefix("# ") for line in lines if line.startswith("# "))
        found = next(titles, None)
    else:
        found = _block(lines, passage)
    if found is None:
        raise LookupError(f"its first cell has no {passage!r}")
    return found


def _block(lines: list[str], passage: str) -> str | None:
    """What stands between the fences of the block of that class, without its options."""
    for number, line in enumerate(lines):
        fence = FENCE.match(line)
        if fence is None:
            continue
        closing = next(k for k in range(number + 1, len(lines)) if lines[k].rstrip() == fence[1])
        options = [k for k in lines[number + 1 : closing] if re.match(r":[\w-]+:", k)]
        if passage in " ".join((line, *options)).split():
            return "\n".join(k for k in lines[number + 1 : closing] if k not in options)
    return None
