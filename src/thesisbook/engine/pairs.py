"""Texts in two languages: which belong together, whether they agree, and who has confirmed them.

A Chinese cell of a chapter stands behind its English one; a Chinese page is `book/zh/` and the name
of the English. Each keeps two marks: `en`, the digest of the English text that it was last
confirmed against, and `read`, that of both texts as a second reader passed them. A text whose
English has changed since is marked on the page and named by the build.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from thesisbook.data import Fault
from thesisbook.engine.placing import put_text
from thesisbook.provenance.paragraph_pairs import pair_faults

if TYPE_CHECKING:
    from thesisbook.engine.project import Project

MARKS = "pair"
#: What a page says of a text whose English has changed.
CHANGED = {"zh": "*本段的英文已有改动，中文有待核对。*"}
FRONT = re.compile(r"\A---\npair: (\{.*\})\n---\n")


def digest(*texts: str) -> str:
    """A short digest of texts, without the white space at their ends."""
    whole = "\0".join(text.strip() for text in texts)
    return hashlib.sha256(whole.encode("utf-8")).hexdigest()[:12]


@dataclass(frozen=True)
class Pair:
    """An English text and the one that says the same in `language`, with its marks."""

    file: str
    row: str
    language: str
    english: str
    other: str
    marks: Mapping[str, str]

    @property
    def confirmed(self) -> bool:
        """Whether the English is still the one that the other text was confirmed against."""
        return self.marks.get("en") == digest(self.english)

    @property
    def read(self) -> bool:
        """Whether a second reader passed the two texts as they stand."""
        return self.marks.get("read") == digest(self.english, self.other)

    @property
    def name(self) -> str:
        return f"{self.file}:{self.row}" if self.row else self.file


def text_of(cell: Mapping[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _is_text_in(cell: Mapping[str, Any], language: str) -> bool:
    return cell["cell_type"] == "markdown" and language in cell["metadata"].get("tags", ())


def behind(cells: Iterable[Mapping[str, Any]], language: str) -> Iterator[tuple[Any, Any]]:
    """Each English cell with the cell of `language` that follows it, or None."""
    rows = list(cells)
    for cell, following in zip(rows, [*rows[1:], None], strict=True):
        if _is_text_in(cell, "en"):
            yield cell, following if following and _is_text_in(following, language) else None


def mark_changed(cells: Iterable[Any], language: str | None) -> None:
    """Say in each cell of `language` whose English has changed that it has."""
    for one, other in behind(cells, language or "en"):
        if other is not None and language in CHANGED:
            other["source"] = marked(text_of(one), text_of(other), other["metadata"].get(MARKS))


def marked(english: str, other: str, marks: Mapping[str, str] | None, language: str = "zh") -> str:
    """`other` with a line that says so where its English has changed since it was confirmed."""
    if not marks or marks.get("en") == digest(english):
        return other
    heading, line, rest = other.partition("\n")
    if heading.startswith("#"):
        return f"{heading}\n\n{CHANGED[language]}\n{line}{rest}"
    return f"{CHANGED[language]}\n\n{other}"


def page_text(english: str, other: str) -> str:
    """A page without its marks, with a line that says so where its English has changed."""
    found = FRONT.match(other)
    return marked(english, FRONT.sub("", other), json.loads(found[1]) if found else None)


def pairs_of(project: Project) -> Iterator[Pair]:
    """Every pair of the chapters and pages, for each language of the book but English."""
    for language in project.languages[1:]:
        for chapter in project.chapters:
            path = project.notebook(chapter)
            file = path.relative_to(project.root).as_posix()
            for one, other in behind(json.loads(path.read_text("utf-8"))["cells"], language):
                marks = other["metadata"].get(MARKS, {}) if other else {}
                said = text_of(other) if other else ""
                yield Pair(file, str(one.get("id", "")), language, text_of(one), said, marks)
        for page in sorted((project.root / "book").glob("*.md")):
            path = page.parent / language / page.name
            text = path.read_text("utf-8") if path.is_file() else ""
            found = FRONT.match(text)
            marks = json.loads(found[1]) if found else {}
            file = path.relative_to(project.root).as_posix()
            yield Pair(file, "", language, page.read_text("utf-8"), FRONT.sub("", text), marks)


def language_faults(project: Project) -> Iterator[Fault]:
    """Texts without their twin, and twins that do not agree."""
    for pair in pairs_of(project):
        if not pair.other:
            message = f"found no text in {pair.language} beside it; every text has one"
            yield Fault(pair.file, 1, pair.row or "-", message)
            continue
        for why in pair_faults(pair.english, pair.other):
            message = f"{why}; what the English has is allowed"
            yield Fault(pair.file, 1, pair.row or "-", f"found {message}")


def confirm(project: Project, *, read: bool = False) -> int:
    """Set the marks of every pair to its texts as they are; returns how many changed.

    `read` sets the mark of the second reader too.
    """
    changed = 0
    for language in project.languages[1:]:
        for chapter in project.chapters:
            path = project.notebook(chapter)
            book = json.loads(path.read_text("utf-8"))
            for one, other in behind(book["cells"], language):
                if other is not None:
                    marks = _marks(text_of(one), text_of(other), other["metadata"], read=read)
                    changed += marks != other["metadata"].get(MARKS)
                    other["metadata"][MARKS] = marks
            text = json.dumps(book, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
            if text != path.read_text("utf-8"):
                put_text(text, path)
    for pair in pairs_of(project):
        path = project.root / pair.file
        if pair.row or not path.is_file():
            continue
        marks = _marks(pair.english, pair.other, {MARKS: dict(pair.marks)}, read=read)
        if marks != pair.marks:
            changed += 1
            put_text(f"---\npair: {json.dumps(marks, sort_keys=True)}\n---\n{pair.other}", path)
    return changed


def _marks(english: str, other: str, metadata: Mapping[str, Any], *, read: bool) -> dict[str, str]:
    kept = dict(metadata.get(MARKS, {})) | {"en": digest(english)}
    return kept | ({"read": digest(english, other)} if read else {})
