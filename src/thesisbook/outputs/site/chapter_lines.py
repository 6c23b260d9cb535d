"""The contents of the book with one line for each page: what it finds, and how long it takes.

A hand-written page says `{{ contents }}`. The line is the first whole sentence of a chapter's
takeaways, or else of the page itself, so that it is written once.
"""

from __future__ import annotations

import json
import posixpath
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from thesisbook.exhibits.line_breaks import CHINESE
from thesisbook.outputs.site.opening import CHAPTER_LINK, passage_of

ASKED = re.compile(r"\{\{ *contents *\}\}")
WORDS_A_MINUTE, CHARACTERS_A_WORD = 230, 1.7  # of Chinese, some 400 characters
LABEL_WORDS = 5  # a sentence of fewer words is a label: "What we think."
SENTENCE = re.compile(r"(?<=[.!?])(?:\*\*)?\s+(?=\S)|(?<=[。！？])(?:\*\*)?(?=.)")
ITEM = re.compile(r"^(?:[*-]|\d+\.)\s+", re.MULTILINE)
ROLE = re.compile(r"\{[\w:-]+\}`([^`]+)`")
FENCED = re.compile(r"^(`{3,}|:{3,}).*?^\1\s*$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ .*$", re.MULTILINE)


def with_contents(app: Sphinx, docname: str, text: str) -> str:
    """`text` with the contents where it asks for them; the page then depends on all others."""
    if not ASKED.search(text):
        return text
    site_map = _site_map(app)
    parts = []
    for tree in site_map.root.subtrees:
        rows = [_row(app, docname, str(page)) for page in tree.items]
        if rows:
            parts.append(f"**{tree.caption}**\n\n" if tree.caption else "")
            parts[-1] += "\n".join(rows)
    found = ":::{div} chapter-lines\n" + "\n\n".join(parts) + "\n:::"
    return ASKED.sub(lambda _: found, text)


def _site_map(app: Sphinx) -> Any:
    """The contents as `_toc.yml` has them, which the reader of that file leaves on `env`."""
    return app.env.external_site_map  # type: ignore[attr-defined]


def _row(app: Sphinx, docname: str, page: str) -> str:
    path = Path(str(app.env.doc2path(page)))
    app.env.note_dependency(str(path))
    title, line, minutes = of_page(path.read_text(encoding="utf-8"), path.suffix == ".ipynb")
    title = _site_map(app)[page].title or title
    folder = posixpath.dirname(docname) or "."
    way = posixpath.relpath(page, folder)
    line = CHAPTER_LINK.sub(rf"]({posixpath.relpath(posixpath.dirname(page), folder)}/\1)", line)
    told = f'<span data-site="minutes">{minutes} min</span>'
    return f"* [{title}]({way}) {told}\n  {line.replace('{glue:}', '{num}')}".rstrip()


def of_page(text: str, notebook: bool) -> tuple[str, str, int]:
    """Title, line and minutes of a page, given its text or its executed notebook."""
    cells = [text]
    if notebook:
        found = (c for c in json.loads(text)["cells"] if c["cell_type"] == "markdown")
        cells = ["".join(cell["source"]) for cell in found]
    whole = "\n\n".join(cells)
    title = next((line[2:] for line in whole.splitlines() if line.startswith("# ")), "")
    minutes = max(1, round(_words(ROLE.sub(r"\1", whole)) / WORDS_A_MINUTE))
    return title.strip(), _line(text, whole, notebook), minutes


def _words(text: str) -> float:
    """The number of words, or of Chinese characters by what they count for in reading."""
    characters, others = len(CHINESE.findall(text)), CHINESE.sub(" ", text).split()
    return sum(any(map(str.isalnum, one)) for one in others) + characters / CHARACTERS_A_WORD


def _line(text: str, whole: str, notebook: bool) -> str:
    """The first sentence that is no label, of the first takeaway or the first paragraph."""
    passage = ""
    if notebook:
        try:
            passage = ITEM.split(passage_of(text, "takeaways").strip())[1]
        except LookupError:
            passage = ""
    if not passage:
        prose = HEADING.sub("", FENCED.sub("", whole)).strip()
        passage = prose.partition("\n\n")[0]
    sentences = SENTENCE.split(" ".join(passage.split()))
    whole_ones = [one for one in sentences if _words(one) > LABEL_WORDS]
    return (whole_ones or sentences)[0].replace("**", "").strip()
