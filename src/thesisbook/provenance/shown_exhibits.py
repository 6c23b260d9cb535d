"""Whether a page shows an exhibit as it is: all rows of its data, and its own drawing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree
from lxml import html as lxml_html

_HIDDEN = re.compile(r"display:\s*none|visibility:\s*(hidden|collapse)")


def exhibit_faults(
    article: lxml_html.HtmlElement, exhibits: Path, page: Path
) -> Iterator[tuple[str, str]]:
    """The id of each exhibit that is not shown as its files are, and why.

    The data lie in `exhibits`; the drawing is the file that `page` offers, which books share.
    """
    for figure in article.xpath(".//figure[@data-exhibit]"):
        name = figure.get("data-exhibit")
        for why in (*_table_faults(figure, exhibits), *_drawing_faults(figure, page.parent)):
            yield name, why


def _table_faults(figure: lxml_html.HtmlElement, exhibits: Path) -> Iterator[str]:
    """A row of the data without a row of the table; a table may have rows of headings as well."""
    data = exhibits / f"{figure.get('data-exhibit')}.csv"
    bodies = figure.xpath(".//table/tbody")
    if not bodies or not data.is_file():
        return  # an exhibit without data is told where its numbers are read
    rows = [row for body in bodies for row in body.xpath("./tr")]
    if hidden := sum(_is_hidden(row) for row in rows):
        yield f"hides {hidden} of its rows"
    headings = sum(len(row.xpath("./td")) <= 1 for row in rows)
    wanted = sum(1 for _ in csv.reader(io.StringIO(data.read_text("utf-8")))) - 1
    if not wanted <= len(rows) <= wanted + headings:
        yield f"has {len(rows)} rows where its data have {wanted}"


def _is_hidden(row: lxml_html.HtmlElement) -> bool:
    around = (row, *row.iterancestors("tr", "tbody", "table"), *row.xpath("./td|./th"))
    return any(
        one.get("hidden") is not None or bool(_HIDDEN.search(one.get("style", "")))
        for one in around
    )


def _drawing_faults(figure: lxml_html.HtmlElement, beside: Path) -> Iterator[str]:
    """A drawing whose words are not those of the file that the page in `beside` offers for it."""
    shown = figure.xpath(".//*[local-name()='svg']")
    if not shown:
        return
    offered = [beside / link for link in figure.xpath(".//a/@href") if link.endswith(".svg")]
    if not (offered and offered[0].is_file()):
        yield "shows a drawing of which the site has no file"
    elif _labels(shown[0]) != _labels(etree.fromstring(offered[0].read_bytes())):
        yield "shows another drawing than its file has"


def _labels(svg: etree._Element) -> list[str]:
    found = svg.xpath(".//*[local-name()='text']")
    return sorted("".join(text.itertext()).strip() for text in found)
