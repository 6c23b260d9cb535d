"""Reading a PDF back: its words, the place of every character, its tags."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from bs4 import BeautifulSoup, Tag

from thesisbook.outputs.pdf.tags import attribute, children, elements
from thesisbook.outputs.pdf.vocabulary import dropped

HEADER, FOOTER = 60.0, 52.0  # points at top and bottom that belong to the page, not the text
BLOCK = {"p", "li", "dt", "dd", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "figcaption"}
CUT = "\x1e"
END = rf"(?<=[.!?。；！？])\s+|{CUT}"
CAPTION = re.compile(r"Exhibit (\d+)\.(\d+)\s")
ONE_LINE = 4.0  # points: captions side by side stand as high, but for rounding
CAPTION_TYPE = 8.5  # points: what is smaller lists exhibits, or says that one goes on
PAPER = 245  # shade of grey above which nothing is printed
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def squeezed(text: str) -> str:
    """Text without what setting it may change: spaces, hyphens at line ends, ligatures."""
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s\u00ad\u200b\u2060\ufeff\u0002\ufffe-]+", "", text)


@dataclass
class Box:
    """One character on a page, in points from its lower left corner."""

    page: int
    char: str
    left: float
    bottom: float
    right: float
    top: float


def page_texts(path: Path, body_only: bool = True) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    texts = []
    for page in document:
        width, height = page.get_size()
        text = page.get_textpage()
        if body_only:
            texts.append(text.get_text_bounded(0, FOOTER, width, height - HEADER))
        else:
            texts.append(text.get_text_range())
    return texts


def boxes(path: Path) -> Iterator[tuple[float, float, Box]]:
    """Every visible character with the width and height of its page."""
    document = pypdfium2.PdfDocument(path)
    for number, page in enumerate(document, 1):
        width, height = page.get_size()
        text = page.get_textpage()
        for index in range(text.count_chars()):
            char = chr(pdfium.FPDFText_GetUnicode(text, index))
            if not char.isspace() and char != "\x00":
                yield width, height, Box(number, char, *text.get_charbox(index))


def marked_rows(path: Path) -> Iterator[list[bool]]:
    """For each page whether anything stands on each row of pixels of its body."""
    for page in pypdfium2.PdfDocument(path):
        pixels = page.render(scale=0.5, grayscale=True).to_pil()
        body = pixels.crop((0, int(HEADER / 2), pixels.width, pixels.height - int(FOOTER / 2)))
        rows = (body.crop((0, y, body.width, y + 1)).tobytes() for y in range(body.height))
        yield [min(row) < PAPER for row in rows]


def blank_shares(path: Path) -> list[float]:
    """For each page its highest band without anything on it, as a share of the body's height."""
    found = []
    for rows in marked_rows(path):
        bands = "".join("x" if marked else " " for marked in rows).split("x")
        found.append(max(map(len, bands)) / len(rows))
    return found


def filled_shares(path: Path) -> list[float]:
    """For each page how far down anything stands, as a share of the body's height."""
    return [
        max((k for k, marked in enumerate(rows, 1) if marked), default=0) / len(rows)
        for rows in marked_rows(path)
    ]


def type_sizes(path: Path) -> Iterator[tuple[int, float, str]]:
    """Page, size in points and character of everything set, in the size that is seen."""
    for number, page in enumerate(pypdfium2.PdfDocument(path), 1):
        text = page.get_textpage()
        for index in range(text.count_chars()):
            char = chr(pdfium.FPDFText_GetUnicode(text, index))
            if char.isspace() or char == "\x00":
                continue
            yield number, seen_size(text, index), char


def seen_size(text: pypdfium2.PdfTextPage, index: int) -> float:
    """Points of the type of a character as it stands on the page."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text, index, ctypes.byref(matrix))
    return pdfium.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d)


def bold(text: pypdfium2.PdfTextPage, index: int) -> bool:
    """Whether the face of a character is a bold one."""
    name = ctypes.create_string_buffer(100)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(text, index, name, 100, ctypes.byref(flags))
    return b"Bold" in name.value


def exhibits_by_page(path: Path) -> list[list[tuple[int, int]]]:
    """Numbers of the exhibits on each page, from top to bottom."""
    found = []
    for page in pypdfium2.PdfDocument(path):
        text = page.get_textpage()
        places = []
        for match in CAPTION.finditer(text.get_text_range()):
            left, bottom, _, _ = text.get_charbox(match.start())
            if seen_size(text, match.start()) > CAPTION_TYPE and bold(text, match.start()):
                places.append((-bottom, left, (int(match[1]), int(match[2]))))
        lines: list[list[tuple[float, float, tuple[int, int]]]] = []
        for place in sorted(places):
            if lines and place[0] - lines[-1][0][0] < ONE_LINE:
                lines[-1].append(place)
            else:
                lines.append([place])
        found.append([one[2] for line in lines for one in sorted(line, key=lambda at: at[1])])
    return found


def blocks(html: str) -> list[str]:
    """Text of every paragraph, item and cell of the documents, without the landing page."""
    soup = BeautifulSoup(html, "lxml")
    found: list[str] = []
    for mark in soup.find("article").find_all("span", id=re.compile("^document-")):
        section = mark.find_next_sibling("section")
        for tag in section.find_all(True):
            names = set(tag.get_attribute_list("class"))
            if dropped(tag) or tag.name == "svg":
                tag.clear()
            elif names & {"math", "footnote-reference"}:
                tag.replace_with(CUT)  # set otherwise: the words before and after are looked for
        for tag in section.find_all(BLOCK):
            if not tag.find(BLOCK) and not hidden(tag):
                found.append(tag.get_text())
    return found


def sentences(html: str) -> list[str]:
    """Sentences and cells of the documents, squeezed."""
    parts = (part for text in blocks(html) for part in re.split(END, text))
    return [short for part in parts if (short := squeezed(part))]


def hidden(tag: Tag) -> bool:
    return any(dropped(above) for above in tag.parents)


def missing_sentences(wanted: list[str], pages: list[str]) -> list[str]:
    """Sentences that stand on no page, nor run from one page to the next."""
    read = [squeezed(text) for text in pages]
    whole = "\x1f".join(read)
    return [s for s in wanted if s not in whole and not runs_over(s, read)]


def runs_over(sentence: str, pages: list[str]) -> bool:
    """Whether it begins on one page and ends on a later one (pages of exhibits may lie between)."""
    for number, first in enumerate(pages):
        cuts = [cut for cut in range(1, len(sentence)) if sentence[:cut] in first]
        for second in pages[number + 1 : number + 4]:
            if any(sentence[cut:] in second for cut in cuts):
                return True
    return False


def numbers(texts: list[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for text in texts:
        for token in NUMBER.findall(unicodedata.normalize("NFKC", text)):
            counts[token] = counts.get(token, 0) + 1
    return counts


@dataclass
class Element:
    """An element of the structure tree."""

    kind: str
    alt: str | None


def tags(path: Path) -> list[Element]:
    """Elements of the structure tree in reading order."""
    found = []
    with pikepdf.open(path) as pdf:
        stack = [pdf.Root.StructTreeRoot]
        while stack:
            item = stack.pop()
            if isinstance(item, pikepdf.Dictionary) and "/K" in item:
                children = item.K
                listed = list(children) if isinstance(children, pikepdf.Array) else [children]
                stack += reversed([c for c in listed if isinstance(c, pikepdf.Dictionary)])
            if isinstance(item, pikepdf.Dictionary) and "/S" in item:
                alt = str(item.Alt) if "/Alt" in item else None
                found.append(Element(str(item.S), alt))
    return found


def marked_texts(path: Path) -> dict[tuple[int, int], str]:
    """Words by page and marked-content id."""
    found: dict[tuple[int, int], str] = {}
    for number, page in enumerate(pypdfium2.PdfDocument(path)):
        text = page.get_textpage()
        for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            mark = pdfium.FPDFPageObj_GetMarkedContentID(item.raw)
            length = pdfium.FPDFTextObj_GetText(item.raw, text.raw, None, 0)
            buffer = ctypes.create_string_buffer(length)
            pdfium.FPDFTextObj_GetText(
                item.raw, text.raw, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), length
            )
            if mark >= 0:
                words = buffer.raw[: max(length - 2, 0)].decode("utf-16-le")
                found[number, mark] = found.get((number, mark), "") + words
    return found


def read_aloud(path: Path) -> str:
    """The words in the order of the structure tree, as a screen reader says them; squeezed."""
    texts = marked_texts(path)
    spoken: list[str] = []
    with pikepdf.open(path) as pdf:
        pages = {page.objgen: number for number, page in enumerate(pdf.pages)}

        def walk(item: object, page: int | None) -> None:
            if isinstance(item, int) and page is not None:
                spoken.append(texts.get((page, item), ""))
            elif isinstance(item, pikepdf.Array):
                for child in item:
                    walk(child, page)
            elif isinstance(item, pikepdf.Dictionary):
                here = pages.get(item.Pg.objgen, page) if "/Pg" in item else page
                if "/MCID" in item:
                    walk(int(item.MCID), here)
                elif "/K" in item:
                    walk(item.K, here)

        walk(pdf.Root.StructTreeRoot, None)
    return squeezed("".join(spoken))


def out_of_order(wanted: list[str], spoken: str, skip: str = "") -> list[str]:
    """Sentences long enough to be told apart that do not come, one after the other, in `spoken`.

    Those with a character of `skip` are let go.
    """
    found, last = [], 0
    for sentence in wanted:
        if len(sentence) < 25 or set(sentence) & set(skip):
            continue
        place = spoken.find(sentence, last)
        if place < 0:
            found.append(sentence)
        else:
            last = place
    return found


def pages_apart(path: Path) -> list[tuple[str, int]]:
    """For each exhibit its caption, and the pages between it and the text read before it, or the
    end of a table over pages that it follows."""
    texts = marked_texts(path)
    found: list[tuple[str, int]] = []
    last = 0
    with pikepdf.open(path) as pdf:
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages)}

        def marks(item: object, page: int | None) -> Iterator[tuple[int, int]]:
            if isinstance(item, int) and page is not None:
                yield page, item
            elif isinstance(item, pikepdf.Array):
                for child in item:
                    yield from marks(child, page)
            elif isinstance(item, pikepdf.Dictionary):
                here = numbers.get(item.Pg.objgen, page) if "/Pg" in item else page
                if "/MCID" in item:
                    yield here or 0, int(item.MCID)
                elif "/K" in item:
                    yield from marks(item.K, here)

        def walk(item: object) -> None:
            nonlocal last
            if isinstance(item, pikepdf.Array):
                for child in item:
                    walk(child)
                return
            if not isinstance(item, pikepdf.Dictionary) or "/K" not in item:
                return
            kind = str(item.get("/S", ""))
            own = list(marks(item, None)) if kind in {"/P", "/Caption", "/H1", "/H2"} else []
            words = "".join(texts.get(mark, "") for mark in own)
            if kind == "/Caption" and own:
                found.append((words, own[0][0] - last))
                return
            if kind == "/Table":  # after one that runs over pages the next stands where it ends
                pages = {page for page, _ in marks(item, None)}
                last = max([last, *pages]) if len(pages) > 1 else last
                return
            if kind in {"/P", "/H1", "/H2"} and own and not words.startswith("Source"):
                last = max(page for page, _ in own)
                return
            if kind not in {"/Note", "/TOC"}:
                walk(item.K)

        walk(pdf.Root.StructTreeRoot)
    return found


def tables(path: Path) -> Iterator[list[list[tuple[str, str, str]]]]:
    """Rows of every table in the structure: kind, scope and words of each cell."""
    texts = marked_texts(path)
    with pikepdf.open(path) as pdf:
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages)}

        def words(item: object, page: int | None = None) -> str:
            if isinstance(item, int):
                return texts.get((page or 0, item), "")
            if isinstance(item, pikepdf.Array):
                return "".join(words(child, page) for child in item)
            if not isinstance(item, pikepdf.Dictionary):
                return ""
            here = numbers.get(item.Pg.objgen, page) if "/Pg" in item else page
            inside = item.get("/MCID", item.get("/K"))
            return words(int(inside) if "/MCID" in item else inside, here)

        for table in elements(pdf.Root.StructTreeRoot):
            if table.S == "/Table":
                rows = [row for row in elements(table.K) if row.S == "/TR"]
                yield [
                    [
                        (str(cell.S), str(attribute(cell, "/Scope") or ""), words(cell))
                        for cell in children(row)
                    ]
                    for row in rows
                ]
