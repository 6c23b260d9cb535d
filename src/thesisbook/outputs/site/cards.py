"""Social cards: a picture of each chapter with its title and lead exhibit."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from thesisbook.exhibits import theme
from thesisbook.outputs.site.exhibit_links import picture, slim
from thesisbook.outputs.site.notebooks import Chapter
from thesisbook.outputs.site.pages import Edition
from thesisbook.provenance.kept import Kept

FOLDER = "cards"
TEMPLATE = Path(__file__).parent / "card.typ"


@dataclass(frozen=True)
class Card:
    """The words and the picture of one card."""

    name: str
    title: str
    caption: str = ""
    drawing: str | None = None


def name_of(docname: str) -> str:
    """File name of a page's card, without its folder."""
    return f"{docname.rsplit('/', 1)[-1]}.png"


def card(chapter: Chapter, title: str) -> Card:
    """The card of `chapter`: its first figure leads."""
    for exhibit in chapter.exhibits:
        drawing = picture(exhibit)
        if drawing is not None:
            return Card(name_of(chapter.docname), title, exhibit.title, drawing)
    return Card(name_of(chapter.docname), title)


def write(cards: Sequence[Card], book: Edition, changed: str, outdir: Path, kept: Kept) -> None:
    """`cards/*.png`, 1200 by 630 pixels each; `changed` names a run that is no scenario."""
    folder = outdir / FOLDER
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    line = " · ".join(filter(None, (book.ticker, book.date, changed)))
    asked = [(one, book.name, line) for one in cards]
    for one, image in zip(cards, kept.each("card", asked, _drawn), strict=True):
        (folder / one.name).write_bytes(image)


def _drawn(asked: Sequence[tuple[Card, str, str]]) -> list[bytes]:
    """A PNG for each card with the brand and the line below it, which all have in common."""
    import typst  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as place:
        told = []
        for index, (one, _, _) in enumerate(asked):
            drawing = f"{index}.svg" if one.drawing else ""
            if one.drawing:
                (Path(place) / drawing).write_text(one.drawing, encoding="utf-8")
            told.append({"title": one.title, "caption": one.caption, "drawing": drawing})
        shutil.copyfile(TEMPLATE, Path(place) / TEMPLATE.name)
        _, brand, line = asked[0]
        images = typst.compile(
            str(Path(place) / TEMPLATE.name),
            root=place,
            font_paths=[str(theme.FONT_FOLDER)],
            ignore_system_fonts=True,
            format="png",
            ppi=72,
            sys_inputs={
                "cards": json.dumps(told, ensure_ascii=False),
                "brand": brand,
                "line": line,
            },
        )
    return [slim(image) for image in ([images] if isinstance(images, bytes) else images)]
