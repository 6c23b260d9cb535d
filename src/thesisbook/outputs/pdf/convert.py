"""Convert the book's HTML to Typst, one construct at a time. An unknown construct is an error.

`Converter` turns elements into Typst expressions (see `markup`). What each construct becomes is a
function of template/report.typ of the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from bs4 import NavigableString, PageElement, Tag

from thesisbook.outputs.pdf.glyphs import is_chinese, text_width, visible
from thesisbook.outputs.pdf.inline import Inline
from thesisbook.outputs.pdf.markup import PdfError, block, call, string
from thesisbook.outputs.pdf.pdf_tables import Widths, fit, grid_of, squeeze, table
from thesisbook.outputs.pdf.vocabulary import (
    BOXES,
    CONTAINERS,
    HEADINGS,
    PLAIN_BLOCKS,
    TITLES,
    classes,
    describe,
    dropped,
    follower,
)

__all__ = ["Converter"]


TEXT_LINE = 44.0
"""Ems in a line of text."""

LONGEST_LEAD = 2.5
"""Lines of a paragraph that is kept with the table it leads to."""

SMALL_TYPE, MUCH_TALLER = 7.4, 1.1
"""A table of the text set smaller (points), or this much taller, takes the width of the page."""
MANY_COLUMNS = 5
TALLEST_WHOLE = 330.0
"""Points: a table of the text up to this height is kept whole."""


@dataclass
class Converter(Inline):
    """Converts elements of one document."""

    def blocks(self, parent: Tag, besides: Collection[Tag] = ()) -> list[str]:
        """Every child of a block element; loose text between blocks becomes a paragraph."""
        out: list[str] = []
        run: list[PageElement] = []
        for child in parent.children:
            if isinstance(child, Tag) and (dropped(child) or any(child is b for b in besides)):
                continue
            if isinstance(child, Tag) and self.is_block(child):
                out += self.loose(run)
                out += self.block(child)
                run = []
            else:
                run.append(child)
        return out + self.loose(run)

    def loose(self, run: list[PageElement]) -> list[str]:
        pieces = self.inline(run)
        if not pieces:
            return []
        if all(piece.startswith("anchor(") for piece in pieces):
            return pieces
        return [self.paragraph(run, pieces)]

    def paragraph(self, run: Iterable[PageElement], pieces: list[str]) -> str:
        text = "".join(item.get_text() for item in run)
        if is_chinese(text):
            return call("para", block(pieces), lang=string("zh"))
        return call("para", block(pieces))

    def plain_paragraph(self, tag: Tag) -> list[str]:
        """A paragraph; a short one stays with the table that it leads to."""
        made = self.loose(list(tag.children))
        if any(parent.name in CONTAINERS or classes(parent) & BOXES for parent in tag.parents):
            return made
        short = len(made) == 1 and text_width(tag.get_text()) < LONGEST_LEAD * TEXT_LINE
        following = follower(tag) if short else None
        leads = following is not None and following.name == "table"
        return [call("lead-in", *made)] if leads else made

    def block(self, tag: Tag) -> list[str]:
        """The Typst expressions of one block element, its own anchor first."""
        if tag.name not in {"figure", *PLAIN_BLOCKS}:
            self.after_exhibit = False
        if tag.name in {"figure", *HEADINGS}:
            return self.block_body(tag)  # these set their label themselves, to be on the same page
        return self.anchor(tag) + self.block_body(tag)

    def block_body(self, tag: Tag) -> list[str]:
        """Convert the element by its class, otherwise by its name."""
        names = classes(tag)
        for wanted, convert in self.by_class().items():
            if names & wanted:
                return convert(tag)
        by_name = self.by_name()
        if tag.name not in by_name:
            raise PdfError(f"no way to print {describe(tag)}")
        return by_name[tag.name](tag)

    def by_class(self) -> dict[frozenset[str], Callable[[Tag], list[str]]]:
        return {
            frozenset({"math"}): self.equation,
            frozenset({"footnote-list", "footnotes"}): lambda _: [],  # set where called
            frozenset({"citation"}): self.citation,
            frozenset(BOXES): self.box,
            frozenset({"attribution"}): lambda t: [
                call("attribution", block(self.inline(t.children)))
            ],
        }

    def by_name(self) -> dict[str, Callable[[Tag], list[str]]]:
        known: dict[str, Callable[[Tag], list[str]]] = {
            "p": self.plain_paragraph,
            "ul": self.bullets,
            "ol": self.numbered,
            "dl": self.definitions,
            "pre": self.code_block,
            "blockquote": lambda t: [call("quotation", block(self.blocks(t)))],
            "hr": lambda _: ["rule()"],
            "img": self.image,
            "figure": self.figure,
            "table": self.plain_table,
            "details": self.box,
        }
        known |= dict.fromkeys((*PLAIN_BLOCKS, "a", "span"), self.blocks)
        return known | dict.fromkeys(HEADINGS, self.heading)

    def heading(self, tag: Tag) -> list[str]:
        level = max(int(tag.name[1]) - self.top + 1, 1)
        label = self.links.label(tag) if self.anchored else None
        named = {"id": string(label)} if label else {}
        if level == 1 and self.part:
            named["part"], self.part = string(visible(self.part)), ""
        return [call("section-heading", level, block(self.unlinked(tag)), **named)]

    def bullets(self, tag: Tag) -> list[str]:
        return [call("bullets", *(block(self.blocks(item)) for item in self.items(tag, {"li"})))]

    def numbered(self, tag: Tag) -> list[str]:
        items = [block(self.blocks(item)) for item in self.items(tag, {"li"})]
        return [call("numbered", *items, start=int(str(tag.get("start", "1"))))]

    def definitions(self, tag: Tag) -> list[str]:
        out = []
        for item in self.items(tag, {"dt", "dd"}):
            if item.name == "dt":
                pieces = self.anchor(item) + self.inline(item.children)
                out.append(call("term", block(pieces)))
            else:
                out.append(call("definition", block(self.anchor(item) + self.blocks(item))))
        return out

    def items(self, tag: Tag, allowed: set[str]) -> list[Tag]:
        found = []
        for child in tag.children:
            if isinstance(child, Tag) and not dropped(child):
                if child.name not in allowed:
                    raise PdfError(f"{describe(child)} inside <{tag.name}>")
                found.append(child)
            elif isinstance(child, NavigableString) and child.strip():
                raise PdfError(f"text {child.strip()[:40]!r} straight inside <{tag.name}>")
        return found

    def code_block(self, tag: Tag) -> list[str]:
        return [call("code-block", string(visible(tag.get_text().rstrip("\n"))))]

    def box(self, tag: Tag) -> list[str]:
        titles = [
            child
            for child in tag.find_all(True, recursive=False)
            if classes(child) & TITLES or child.name == "summary"
        ]
        title = [piece for child in titles for piece in self.inline(child.children)]
        body = self.blocks(tag, besides=titles)
        warm = bool(
            classes(tag) & {"warning", "caution", "danger", "important", "attention", "error"}
        )
        return [call("box-note", block(title), block(body), warm=warm)]

    def citation(self, tag: Tag) -> list[str]:
        label = tag.find("span", class_="label", recursive=False)
        if not isinstance(label, Tag):
            raise PdfError(f"{describe(tag)}: a citation without its label")
        body = [c for c in tag.find_all(True, recursive=False) if c is not label and not dropped(c)]
        pieces = [piece for child in body for piece in self.block(child)]
        mark = string(visible(label.get_text(strip=True)))
        return [call("citation", mark, block(pieces))]

    def equation(self, tag: Tag) -> list[str]:
        number = tag.find("span", class_="eqno")
        text = "".join(str(c) for c in tag.children if isinstance(c, NavigableString))
        label = (
            "".join(c for c in number.strings if "#" not in c) if isinstance(number, Tag) else ""
        )
        return [self.formula(text, block=True, number=string(label) if label else None)]

    def figure(self, tag: Tag) -> list[str]:
        if "exhibit" not in classes(tag):
            return [*self.anchor(tag), call("plain-figure", block(self.blocks_of_figure(tag)))]
        from thesisbook.outputs.pdf.exhibit import exhibit, left_out  # noqa: PLC0415 (mutual)

        if str(tag.get("data-exhibit")) in self.left_out:
            return [left_out(self, tag)]
        if any(tag is partner for partner in self.partners.values()):
            return []  # it stands beside the one before
        return [exhibit(self, tag)]

    def plain_table(self, tag: Tag) -> list[str]:
        """A table of the text: in its column, or over the width of the page where it needs it."""
        grid = grid_of(tag)
        narrow = fit(grid, Widths.TEXT)
        wide = fit(grid, Widths.PAGE) or squeeze(grid, Widths.PAGE)
        over_page = (
            narrow is None
            or grid.columns >= MANY_COLUMNS
            or narrow.size < SMALL_TYPE
            or narrow.height > MUCH_TALLER * wide.height
        )
        width, chosen = (Widths.PAGE, wide) if over_page else (Widths.TEXT, narrow)
        broken = wide.height > TALLEST_WHOLE
        called = self.words["table"] if broken else ""
        shown = table(self, tag, width, chosen, called)
        return [call("plain-table", shown, over_page=over_page, breakable=broken)]

    def blocks_of_figure(self, tag: Tag) -> list[str]:
        out = []
        for child in tag.find_all(True, recursive=False):
            if child.name == "figcaption":
                lines = child.find_all("p") or [child]
                out += [call("small-caption", block(self.inline(p.children))) for p in lines]
            else:
                out += self.block(child) if self.is_block(child) else self.inline([child])
        return out

    def image(self, tag: Tag) -> list[str]:
        return [self.drawings.image(str(tag.get("src", "")), str(tag.get("alt", "")))]
