"""The book as plain text: `book.md`, all pages in Markdown, and `llms.txt`, which tells what is
where.

Both are written from the finished pages, so that a number in them is the one a reader sees there.
A figure is told by its spoken description, a table by its cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from lxml import html as lxml_html

from thesisbook.outputs.site.pages import Edition, description
from thesisbook.provenance.built_pages import HELPERS, pages
from thesisbook.provenance.kept import Kept

BOOK = "book.md"
GUIDE = "llms.txt"
RULE = "---"  # before each page, which is then named with its address
ARTICLE = '//article[contains(@class, "bd-article")]'
CONTENTS = '//nav[contains(@class, "bd-docs-nav")]//a[contains(@class, "internal")]'
HEADINGS = {f"h{level}": level for level in range(1, 7)}
BOLD, ITALIC, CODE = "**", "*", "`"
MARKS = {"strong": BOLD, "b": BOLD, "em": ITALIC, "i": ITALIC, "code": CODE}
DROPPED = frozenset({"script", "style", "nav", "button", "summary", "form"})
DROPPED_CLASSES = frozenset(
    {"headerlink", "exhibit-links", "made", "cell_input", "above-input", "toctree-wrapper"}
)
#: The places of a page that hold other blocks; any other element is a block of text by itself.
HOLDERS = frozenset({"div", "section", "article", "details", "figure", "aside", "dl", "body"})
SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Page:
    """One page of the book as text: address below the site, what the contents call it."""

    address: str
    title: str
    lead: str
    text: str


def write(
    site: Path,
    book: Edition,
    offered: Mapping[Path, str],
    *,
    others: Iterable[Path] = (),
    base_url: str = "",
    kept: Kept | None = None,
) -> list[Path]:
    """Both files in folder `site`, from the pages of the scenario at its top; none where a site
    has no contents. `offered` are its downloads with their names, `others` the folders of further
    scenarios, `base_url` the site's address if it is known."""
    listed = contents(site, others)
    if not listed:
        return []
    texts = [(site / address).read_text(encoding="utf-8") for address, _ in listed]
    asked = [(address, text) for (address, _), text in zip(listed, texts, strict=True)]
    made = kept.each("twin", asked, _converted) if kept else _converted(asked)
    found = [
        Page(address, title, description(_article(page)), text.decode("utf-8"))
        for (address, title), page, text in zip(listed, texts, made, strict=True)
    ]
    texts = [f"{RULE}\n\n[{page.title}]({page.address})\n\n{page.text}" for page in found]
    whole = [f"# {book.title or 'Report'}\n", _imprint(book), *texts]
    written = {BOOK: "\n".join(whole), GUIDE: _guide(found, book, offered, site, base_url)}
    for name, text in written.items():
        (site / name).write_text(text, encoding="utf-8", newline="\n")
    return [site / name for name in written]


def contents(site: Path, others: Iterable[Path] = ()) -> list[tuple[str, str]]:
    """Address below `site` and name of each page, in the order of the contents: the root first."""
    own = [page for page in pages(site, without=set(others)) if page.name not in HELPERS]
    for page in sorted(own, key=lambda path: (len(path.parts), str(path))):
        links = lxml_html.fromstring(page.read_text(encoding="utf-8")).xpath(CONTENTS)
        if links:
            here = page.relative_to(site).as_posix()
            found = {
                urljoin(here, urlsplit(link.get("href")).path) or here: _flat(link.text_content())
                for link in links
            }
            return [(name, title) for name, title in found.items() if (site / name).is_file()]
    return []


def _imprint(book: Edition) -> str:
    said = "The pages of the site as text, with the same numbers."
    if book.date:
        said += f" Edition of {book.date}"
        said += f", prices as of {book.price_date}." if book.price_date else "."
    return f"{said} Independent research, not investment advice.\n"


def _guide(
    found: Sequence[Page], book: Edition, offered: Mapping[Path, str], site: Path, base_url: str
) -> str:
    """What stands where, in the form of llmstxt.org: a title, a summary, lists of links."""
    lead = next((page.lead for page in found if page.lead), "")
    lines = [f"# {book.title or 'Report'}", "", f"> {lead}", "", _imprint(book)]
    lines += ["Every number has a receipt: value, unit, source or formula with its inputs. A page"]
    lines += ["shows it at the number; the JSON of all numbers has them by name.", "", "## Pages"]
    lines += [""]
    for page in found:
        told = f": {page.lead}" if page.lead else ""
        lines.append(f"- [{page.title}]({base_url}{quote(page.address)}){told}")
    lines += ["", "## Files", "", f"- [The whole book as text]({base_url}{BOOK})"]
    for path, label in offered.items():
        address = quote(path.relative_to(site).as_posix())
        lines.append(f"- [{label}]({base_url}{address})")
    return "\n".join(lines) + "\n"


def _article(page: str) -> str:
    found = lxml_html.document_fromstring(page).xpath(ARTICLE)
    return lxml_html.tostring(found[0], encoding="unicode") if found else ""


def _converted(asked: Iterable[tuple[str, str]]) -> list[bytes]:
    """The Markdown of each page, given its address and its HTML."""
    return [markdown(page, address).encode("utf-8") for address, page in asked]


def markdown(page: str, address: str) -> str:
    """The text of a rendered page, its headings one step lower; links lead from the site's top."""
    found = lxml_html.document_fromstring(page).xpath(ARTICLE)
    parts = [part for article in found for part in _blocks(article, address) if part.strip()]
    return "\n\n".join(parts) + "\n"


def _blocks(element: lxml_html.HtmlElement, address: str) -> Iterator[str]:
    """The blocks of text within an element, in reading order."""
    for child in element:
        if _dropped(child):
            continue
        classes = set((child.get("class") or "").split())
        if child.tag in HEADINGS:
            yield f"{'#' * min(6, HEADINGS[child.tag] + 1)} {_line(child, address)}"
        elif child.tag == "svg":  # drawn twice, for two widths
            yield "" if "phone" in classes else _flat(child.get("aria-label") or "")
        elif child.tag == "figcaption" or "admonition-title" in classes:
            yield f"{BOLD}{_line(child, address)}{BOLD}"
        elif child.tag == "table":
            yield _table(child, address)
        elif child.tag in ("ul", "ol"):
            yield "\n".join(_items(child, address))
        elif child.tag == "pre":
            yield f"```\n{child.text_content().strip()}\n```"
        elif "math" in classes:
            yield _flat(child.text_content())
        elif child.tag == "blockquote":
            inside = "\n\n".join(_blocks(child, address)) or _line(child, address)
            yield "\n".join(f"> {line}".rstrip() for line in inside.splitlines())
        elif child.tag in HOLDERS and _holds_blocks(child):
            yield from _blocks(child, address)
        else:
            yield _line(child, address)


def _holds_blocks(element: lxml_html.HtmlElement) -> bool:
    """Whether an element holds blocks, and no words of its own."""
    own = [element.text, *(child.tail for child in element)]
    return len(element) > 0 and not any((words or "").strip() for words in own)


def _dropped(element: lxml_html.HtmlElement) -> bool:
    if not isinstance(element.tag, str) or element.tag in DROPPED:
        return True
    return not DROPPED_CLASSES.isdisjoint((element.get("class") or "").split())


def _items(listing: lxml_html.HtmlElement, address: str) -> Iterator[str]:
    for number, item in enumerate(listing.iterchildren("li"), 1):
        sign = "-" if listing.tag == "ul" else f"{number}."
        blocks = list(_blocks(item, address)) if _holds_blocks(item) else [_line(item, address)]
        first, *rest = "\n".join(block for block in blocks if block).splitlines() or [""]
        yield f"{sign} {first}"
        yield from (f"{' ' * (len(sign) + 1)}{line}".rstrip() for line in rest)


def _table(table: lxml_html.HtmlElement, address: str) -> str:
    """Cells as they are shown, one line a row; a cell over several columns is followed by empty
    ones."""
    rows = []
    for row in table.iter("tr"):
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            words = "" if _hidden(cell) else _line(cell, address).replace("|", r"\|")
            cells += [words, *[""] * (int(cell.get("colspan") or 1) - 1)]
        rows.append(cells)
    width = max(map(len, rows), default=0)
    lines = [f"| {' | '.join([*cells, *[''] * (width - len(cells))])} |" for cells in rows]
    return "\n".join([*lines[:1], f"|{' --- |' * width}", *lines[1:]])


def _hidden(cell: lxml_html.HtmlElement) -> bool:
    """Whether a cell says nothing but a word for screen readers."""
    return len(cell) == 1 and cell[0].get("class") == "visually-hidden" and not cell.text


def _line(element: lxml_html.HtmlElement, address: str) -> str:
    return _flat("".join(_words(element, address)))


def _words(element: lxml_html.HtmlElement, address: str) -> Iterator[str]:
    """The words of an element, with marks of stress, code and links."""
    yield element.text or ""
    for child in element:
        if not _dropped(child):
            inside = "".join(_words(child, address))
            mark = MARKS.get(child.tag, "")
            if child.tag == "a" and inside.strip():
                yield f"[{inside.strip()}]({_address(child.get('href') or '', address)})"
            elif child.tag == "br":
                yield " "
            elif mark and inside.strip():
                yield f"{mark}{inside.strip()}{mark}"
            else:
                yield inside
        yield child.tail or ""


def _address(link: str, page: str) -> str:
    return link if urlsplit(link).scheme else urljoin(page, link)


def _flat(text: str) -> str:
    return SPACES.sub(" ", text).strip()
