"""Lines of text: white space as a browser has it, styles, links, formulas, footnotes, numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bs4 import NavigableString, PageElement, Tag

from thesisbook.outputs.pdf.assets import Drawings
from thesisbook.outputs.pdf.glyphs import visible
from thesisbook.outputs.pdf.links import Links
from thesisbook.outputs.pdf.markup import PdfError, block, call, string
from thesisbook.outputs.pdf.mathematics import MathTable, latex_of
from thesisbook.outputs.pdf.meta import words_of
from thesisbook.outputs.pdf.vocabulary import (
    BETWEEN_CHINESE,
    BLOCKS,
    LITERAL,
    PLAIN_INLINE,
    SPACE,
    STYLES,
    classes,
    describe,
    dropped,
)

__all__ = ["Inline"]


@dataclass
class Inline:
    """Converts lines of text; `anchored=False` for a second copy without link targets."""

    links: Links
    drawings: Drawings
    formulas: MathTable
    anchored: bool = True
    receipts: Collection[str] = ()
    """Numbers that the appendix explains."""
    words: Mapping[str, str] = field(default_factory=lambda: words_of("en"))
    """The edition's own words."""
    narrow: Mapping[str, str] = field(default_factory=dict)
    """Drawings of exhibits for half the width of the page."""
    left_out: Collection[str] = ()
    """Exhibits that are left to the site."""
    partners: Mapping[int, Tag] = field(default_factory=dict)
    """By exhibit, the next one that stands beside it."""
    top: int = 2
    """Level of the HTML heading that is the document's title."""
    part: str = ""
    """Caption of the part of the book that the next title opens."""
    floating: bool = True
    """Whether exhibits go to the head or foot of a page."""
    after_exhibit: bool = False
    after_long_table: bool = False

    def is_block(self, tag: Tag) -> bool:
        """Whether the element is a block, or a link or mark around one."""
        if tag.name in {"a", "span"}:
            return any(isinstance(c, Tag) and self.is_block(c) for c in tag.children)
        return tag.name in BLOCKS

    def inline(self, nodes: Iterable[PageElement]) -> list[str]:
        """A run of inline nodes, white space collapsed as a browser does it."""
        out: list[str] = []
        self.inline_into(out, nodes, at_start=True)
        while out and out[-1] == string(" "):
            out.pop()
        if out and out[-1].startswith('"') and out[-1].endswith(' "'):
            out[-1] = out[-1][:-2] + '"'
        return out

    def inline_into(self, out: list[str], nodes: Iterable[PageElement], at_start: bool) -> bool:
        """Append the pieces of `nodes`; returns whether the line so far ends in a space."""
        spaced = at_start
        for node in nodes:
            if isinstance(node, NavigableString):
                text = SPACE.sub(" ", BETWEEN_CHINESE.sub("", str(node)))
                text = text.lstrip(" ") if spaced else text
                if text:
                    out.append(string(visible(text)))
                    spaced = text.endswith(" ")
            elif isinstance(node, Tag) and not dropped(node):
                if node.name == "br":
                    out.append("linebreak()")
                    spaced = True
                    continue
                spaced = self.inline_tag(out, node, spaced)
        return spaced

    def inline_tag(self, out: list[str], tag: Tag, spaced: bool) -> bool:
        name, names = tag.name, classes(tag)
        out += self.anchor(tag)
        atom = self.atom(tag, names)
        if atom is not None:
            out.append(atom)
            return False
        if self.is_block(tag):
            raise PdfError(f"the block {describe(tag)} stands inside a line of text")
        if name not in {"a", *STYLES, *PLAIN_INLINE}:
            raise PdfError(f"no way to print {describe(tag)}")
        inner: list[str] = []
        spaced_after = self.inline_into(inner, tag.children, spaced)
        if not inner:
            return spaced_after
        out.append(self.wrapped(tag, inner))
        return spaced_after

    def atom(self, tag: Tag, names: set[str]) -> str | None:
        """The Typst expression of an element that is converted as one piece; None for any other."""
        name = tag.name
        if "math" in names:
            return self.formula(tag.get_text())
        if "footnote-reference" in names:
            return self.footnote(tag)
        if name in LITERAL:
            return call("literal", string(visible(SPACE.sub(" ", tag.get_text()))))
        if name in {"svg", "img"}:
            return "" if tag.get("aria-hidden") == "true" else self.drawings.inline(tag)
        if name == "input" and tag.get("type") == "checkbox":
            return string("☒" if tag.has_attr("checked") else "☐")
        return None

    def wrapped(self, tag: Tag, inner: list[str]) -> str:
        name, body = tag.name, block(inner)
        if name in STYLES:
            return call(STYLES[name], body)
        if name == "a":
            return self.links.link(tag, body)
        if name == "span" and "data-receipt" in tag.attrs:
            receipt = str(tag["data-receipt"])
            return call("num", string(receipt), body) if receipt in self.receipts else body
        return body

    def footnote(self, tag: Tag) -> str:
        target = self.links.target(tag)
        label = str(self.links.label(target))
        if not self.links.first_call(target):
            return call("footnote", call("label", string("fn-" + label)))
        body: list[str] = []
        for child in target.find_all(True, recursive=False):
            if not classes(child) & {"label", "backrefs"} and not dropped(child):
                body += self.inline(child.children) if child.name == "p" else self.block(child)
        return call("note", block(body), id=string("fn-" + label))

    def unlinked(self, tag: Tag) -> list[str]:
        """A title without links: contents and bookmarks repeat it, where none are allowed."""
        plain = replace(self, receipts=(), anchored=False)
        return plain.inline(tag.children)

    def anchor(self, tag: Tag) -> list[str]:
        label = self.links.label(tag) if self.anchored else None
        return [call("anchor", string(label))] if label else []

    def formula(self, text: str, **named: object) -> str:
        formula = self.formulas[latex_of(text)]
        return call(
            "formula",
            f"$ {formula.typst} $" if named.get("block") else f"${formula.typst}$",
            alt=string(formula.words),
            **named,
        )

    def block(self, tag: Tag) -> list[str]:
        """A block inside a footnote: see `Converter`."""
        raise NotImplementedError
