"""HTML of the book to Typst, one construct at a time; an unknown construct is an error, never a loss.

`Converter` turns elements into Typst expressions (see `markup`). What each construct becomes is a
function of template/report.typ of the same name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from bs4 import NavigableString, PageElement, Tag

from thesisbook.outputs.pdf.assets import Drawings
from thesisbook.outputs.pdf.glyphs import CJK, is_chinese, visible
from thesisbook.outputs.pdf.links import Links
from thesisbook.outputs.pdf.markup import PdfError, block, call, string
from thesisbook.outputs.pdf.mathematics import MathTable, latex_of
from thesisbook.outputs.pdf.tables import Widths, table

__all__ = ["Converter"]

DROPPED_TAGS = {"script", "style", "button", "template", "noscript", "wbr", "colgroup"}
DROPPED_CLASSES = {
    "headerlink",  # the pilcrow beside a heading
    "backrefs",  # ways back from a footnote: the PDF reader has its own
    "sd-summary-state-marker",
    "tableofcontents-wrapper",  # the print edition makes its own, with page numbers
    "exhibit-links",  # files beside a page of the site
    "cell_input",  # print shows what the code made; the code itself is on the site
    "above-input",
    "below-input",
    "screen-only",
}
PLAIN_INLINE = {"span", "abbr", "cite", "small", "time", "u", "data", "mark", "ins", "label"}
STYLES = {"em": "emph", "i": "emph", "strong": "strong", "b": "strong", "sub": "sub", "sup": "super",
          "dfn": "emph", "var": "emph", "s": "strike", "del": "strike", "q": "quoted"}  # fmt: skip
LITERAL = {"code", "kbd", "samp", "tt"}
PLAIN_BLOCKS = {"section", "div", "article", "main", "header", "footer", "nav"}
BOXES = {"admonition", "topic", "sidebar", "sd-card", "exercise", "margin"}
TITLES = {"admonition-title", "topic-title", "sidebar-title", "sd-summary-title", "sd-card-header"}
BLOCKS = PLAIN_BLOCKS | {"p", "ul", "ol", "dl", "pre", "blockquote", "table", "figure", "hr", "aside",
                         "details", "h1", "h2", "h3", "h4", "h5", "h6", "img"}  # fmt: skip
SPACE = re.compile(r"[ \t\r\n\f]+")
BETWEEN_CHINESE = re.compile(rf"(?<={CJK.pattern})[ \t]*\n\s*(?={CJK.pattern})")


def classes(tag: Tag) -> set[str]:
    return set(tag.get_attribute_list("class")) - {None}


def dropped(tag: Tag) -> bool:
    return tag.name in DROPPED_TAGS or bool(classes(tag) & DROPPED_CLASSES)


def describe(tag: Tag) -> str:
    names = "".join(f".{name}" for name in tag.get_attribute_list("class") if name)
    text = SPACE.sub(" ", tag.get_text())[:60]
    return f"<{tag.name}{names}> ({text!r})"


@dataclass
class Converter:
    """Converts elements of one document; `anchored=False` for a second copy without link targets."""

    links: Links
    drawings: Drawings
    formulas: MathTable
    anchored: bool = True
    receipts: frozenset[str] = frozenset()
    """Names of numbers that the appendix explains; the others are plain text."""
    numbers_used: set[str] = field(default_factory=set)

    # Blocks

    def blocks(self, parent: Tag) -> list[str]:
        """Every child of a block element; loose text between blocks becomes a paragraph."""
        out: list[str] = []
        run: list[PageElement] = []
        for child in parent.children:
            if isinstance(child, Tag) and dropped(child):
                continue
            if isinstance(child, Tag) and self.is_block(child):
                out += self.loose(run)
                out += self.block(child)
                run = []
            else:
                run.append(child)
        return out + self.loose(run)

    def is_block(self, tag: Tag) -> bool:
        if tag.name in {"a", "span"} and "equation" not in classes(tag):
            return any(isinstance(c, Tag) and self.is_block(c) for c in tag.children)
        return tag.name in BLOCKS

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

    def block(self, tag: Tag) -> list[str]:
        """The Typst expressions of one block element, its own anchor first."""
        if tag.name == "figure" or re.fullmatch("h[1-6]", tag.name):
            return self.block_body(tag)  # these carry the label themselves, to be on the same page
        return self.anchor(tag) + self.block_body(tag)

    def block_body(self, tag: Tag) -> list[str]:
        name, names = tag.name, classes(tag)
        if re.fullmatch("h[1-6]", name):
            return self.heading(tag)
        if name == "figure":
            return self.figure(tag)
        if name == "table":
            return [call("plain-table", table(self, tag, Widths.TEXT))]
        if name == "div" and "math" in names:
            return self.equation(tag)
        if "footnote-list" in names or "footnotes" in names:
            return []  # set where they are called
        if "citation" in names and name == "div":
            return [self.citation(tag)]
        if names & BOXES or name == "details":
            return self.box(tag, names)
        if "attribution" in names:
            return [call("attribution", block(self.inline(tag.children)))]
        if name == "p":
            return self.loose(list(tag.children))
        simple: dict[str, Callable[[Tag], list[str]]] = {
            "ul": self.bullets, "ol": self.numbered, "dl": self.definitions, "pre": self.code_block,
            "blockquote": lambda t: [call("quotation", block(self.blocks(t)))],
            "hr": lambda t: ["rule()"], "img": self.image,
        }  # fmt: skip
        if name in simple:
            return simple[name](tag)
        if name in PLAIN_BLOCKS | {"a", "span"}:
            return self.blocks(tag)
        raise PdfError(f"no way to print {describe(tag)}")

    def heading(self, tag: Tag) -> list[str]:
        # singlehtml puts every document one level below the root page.
        level = max(int(tag.name[1]) - 1, 1)
        label = self.links.label(tag) if self.anchored else None
        named = {"id": string(label)} if label else {}
        return [call("section-heading", level, block(self.unlinked(tag)), **named)]

    def bullets(self, tag: Tag) -> list[str]:
        return [call("bullets", *(block(self.blocks(item)) for item in self.items(tag, {"li"})))]

    def numbered(self, tag: Tag) -> list[str]:
        items = [block(self.blocks(item)) for item in self.items(tag, {"li"})]
        return [call("numbered", *items, start=int(str(tag.get("start", 1))))]

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

    def box(self, tag: Tag, names: set[str]) -> list[str]:
        title, body = [], []
        for child in tag.children:
            if isinstance(child, Tag) and (classes(child) & TITLES or child.name == "summary"):
                title = self.inline(child.children)
            elif isinstance(child, Tag) and not dropped(child):
                body += self.block(child) if self.is_block(child) else self.loose([child])
            elif isinstance(child, NavigableString) and child.strip():
                body += self.loose([child])
        warm = bool(names & {"warning", "caution", "danger", "important", "attention", "error"})
        return [call("box-note", block(title), block(body), warm=warm)]

    def citation(self, tag: Tag) -> str:
        label = tag.find("span", class_="label", recursive=False)
        if not isinstance(label, Tag):
            raise PdfError(f"{describe(tag)}: a citation without its label")
        body = [
            c for c in tag.children if c is not label and not (isinstance(c, Tag) and dropped(c))
        ]
        pieces = [p for c in body if isinstance(c, Tag) for p in self.block(c)]
        return call("citation", string(visible(label.get_text(strip=True))), block(pieces))

    def equation(self, tag: Tag) -> list[str]:
        number = tag.find("span", class_="eqno")
        text = "".join(str(c) for c in tag.children if isinstance(c, NavigableString))
        label = (
            "".join(c for c in number.strings if "#" not in c) if isinstance(number, Tag) else ""
        )
        return [self.formula(text, block=True, number=string(label) if label else None)]

    def formula(self, text: str, **named: object) -> str:
        latex = latex_of(text)
        return call("formula", f"$ {self.formulas[latex]} $" if named.get("block")
                    else f"${self.formulas[latex]}$", alt=string(latex), **named)  # fmt: skip

    def figure(self, tag: Tag) -> list[str]:
        if "exhibit" not in classes(tag):
            return self.anchor(tag) + [call("plain-figure", block(self.blocks_of_figure(tag)))]
        from thesisbook.outputs.pdf.exhibit import exhibit  # noqa: PLC0415 (they need one another)

        return [exhibit(self, tag)]

    def blocks_of_figure(self, tag: Tag) -> list[str]:
        out = []
        for child in tag.find_all(True, recursive=False):
            if child.name == "figcaption":
                out.append(
                    call("small-caption", block(self.inline(child.find_all("p") or child.children)))
                )
            else:
                out += self.block(child) if self.is_block(child) else self.inline([child])
        return out

    def image(self, tag: Tag) -> list[str]:
        return [self.drawings.image(str(tag.get("src", "")), str(tag.get("alt", "")))]

    # Inline

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
        if "math" in names:
            out.append(self.formula(tag.get_text()))
            return False
        if name in LITERAL:
            out.append(call("literal", string(visible(SPACE.sub(" ", tag.get_text())))))
            return False
        if name == "svg" or name == "img":
            out += [] if tag.get("aria-hidden") == "true" else [self.drawings.inline(tag)]
            return False
        if name == "a" and "footnote-reference" in names:
            out.append(self.footnote(tag))
            return False
        if self.is_block(tag):
            raise PdfError(f"the block {describe(tag)} stands inside a line of text")
        inner: list[str] = []
        spaced_after = self.inline_into(inner, tag.children, spaced)
        if not inner:
            return spaced_after
        out.append(self.wrapped(tag, inner))
        return spaced_after

    def wrapped(self, tag: Tag, inner: list[str]) -> str:
        name, body = tag.name, block(inner)
        if name in STYLES:
            return call(STYLES[name], body)
        if name == "a":
            return self.links.link(tag, body)
        if name == "span" and "data-receipt" in tag.attrs:
            receipt = str(tag["data-receipt"])
            self.numbers_used.add(receipt)
            return call("num", string(receipt), body) if receipt in self.receipts else body
        if name in PLAIN_INLINE:
            return body
        raise PdfError(f"no way to print {describe(tag)}")

    def footnote(self, tag: Tag) -> str:
        target = self.links.target(tag)
        label = self.links.label(target)
        if not self.links.first_call(target):
            return call("footnote", call("label", string("fn-" + label)))
        body: list[str] = []
        for child in target.find_all(True, recursive=False):
            if not classes(child) & {"label", "backrefs"} and not dropped(child):
                body += self.inline(child.children) if child.name == "p" else self.block(child)
        return call("note", block(body), id=string("fn-" + label))

    def unlinked(self, tag: Tag) -> list[str]:
        """A title: it is shown again in contents and bookmarks, where no link may stand in it."""
        plain = replace(self, receipts=frozenset(), anchored=False)
        return plain.inline(tag.children)

    def anchor(self, tag: Tag) -> list[str]:
        label = self.links.label(tag) if self.anchored and tag.get("id") else None
        return [call("anchor", string(label))] if label else []
