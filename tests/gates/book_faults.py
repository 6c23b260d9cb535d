"""Faults of prose, captions and of what was built, by kind."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator

import pypdfium2
import pypdfium2.raw as pdfium
from built_words import page_sentences
from copies import Copy, NothingToSpoil
from data_faults import BASE, FACTS
from lxml import html as lxml_html
from pdf_reading import squeezed

CAPTIONS = "data/captions/*.csv"
GLUE = re.compile(r"\{glue:\}`(\w+)`")
COMPARED = ("is more than", "is less than", "exceeds", "lies below")
REFERENCES = ("revenue", "gross_profit", "cash", "ebit", "net_profit", "capital_expenditure")
CALCULATING = (
    "Revenue build",
    "Income statement",
    "Balance sheet",
    "Cash flow",
    "DCF",
    "DCF value",
    "Comparables",
    "Valuation",
)
ADDRESS = re.compile(r"(?<![A-Za-z!$'])([A-Z]{1,2})(\d+)(?![\d(:])")


def _june(copy: Copy) -> dict[str, str]:
    """The named numbers as the last published edition printed them, those with a figure."""
    last = max(row["edition"] for row in copy.rows("data/editions.csv"))
    kept = copy.rows(f"data/editions/{last}/numbers.csv")
    return {row["name"]: row["shown"] for row in kept if re.search(r"\d", row["shown"])}


def _prose(copy: Copy, pattern: re.Pattern[str]) -> tuple[str, int, str, re.Match[str]]:
    """A random match in prose: notebook, cell, text of the cell, match."""
    found = [
        (name, place, text, match)
        for name in copy.notebooks()
        for place, text in copy.cells(name)
        for match in pattern.finditer(text)
    ]
    return copy.pick(found)


def stale_figure(copy: Copy) -> None:
    """The figure of the last edition is typed in a sentence, or an assumption keeps its fact."""
    if copy.dice.random() < 0.25:
        known = {row["id"] for table in copy.tables(FACTS) for row in copy.rows(table)}

        def older(fact: str) -> list[str]:
            stem, _, day = fact.rpartition(".")
            return [f for f in sorted(known) if f.rpartition(".")[0] == stem and f[-10:] < day]

        places = [
            m
            for m in re.finditer(r"  fact: (\S+\.20\d\d-\d\d-\d\d)\n", copy.text(BASE))
            if older(m[1])
        ]
        found = copy.pick(places)
        copy.replace(BASE, found[1], copy.pick(older(found[1])), found.start(1))
        return
    june = _june(copy)
    names = "|".join(sorted(june))
    name, place, text, found = _prose(copy, re.compile(rf"\{{glue:\}}`({names})`"))
    copy.said = f"{name} cell {place}: {found[1]} -> {june[found[1]]} typed"
    copy.write_cell(name, place, text[: found.start()] + june[found[1]] + text[found.end() :])


def _caption(copy: Copy, column: str) -> None:
    """A number in a caption is typed: as it was in June, or as anything."""
    june = _june(copy)
    name, rows, at = copy.a_row(copy.tables(CAPTIONS), lambda row: "{" in row[column])
    text = rows[at][column]
    found = copy.pick(re.finditer(r"\{(\w+)\}", text))
    typed = june.get(found[1]) or copy.pick(("HKD 61.65", "14.9%", "RMB 7.5 bn", "2.4 times"))
    copy.set_cells(name, rows, at, **{column: text[: found.start()] + typed + text[found.end() :]})


def caption_typed(copy: Copy) -> None:
    """A number of a caption's title or note is typed."""
    _caption(copy, copy.pick(("title", "title", "note")))


def alt_stale(copy: Copy) -> None:
    """A number of an alternative text is typed, as it was."""
    _caption(copy, "alt")


def sentence_false(copy: Copy) -> None:
    """A sentence compares two numbers and is false in a scenario, with or without a condition."""
    quantity, year = copy.pick(REFERENCES), copy.pick((2027, 2028))
    weak = copy.pick(("bear", "closed"))
    name = copy.pick(n for n in copy.notebooks() if "compare" not in n)
    chapter = name.rpartition("/")[2].removesuffix(".ipynb")
    names = [row["name"] for row in copy.rows(f"data/numbers/{chapter}.csv")]
    place, text = copy.pick((p, t) for p, t in copy.cells(name) if GLUE.search(t))
    one, other = copy.dice.sample(names, 2)
    said = f"At {{glue:}}`{one}` it {copy.pick(COMPARED)} {{glue:}}`{other}`."
    holds: dict[str, object] = {}
    if copy.dice.random() < 0.5:
        holds = {"holds": [f"{{model.{quantity}.{year}}} > {{{weak}.{quantity}.{year}}}"]}
    else:
        place, text = copy.pick(
            (p, t) for p, t in copy.cells(name) if GLUE.search(t) and not _holds(copy, name, p)
        )
    copy.said = f"{name} cell {place}: {said} with {holds or 'no condition'}"
    copy.write_cell(name, place, f"{text}\n\n{said}", **holds)


def _holds(copy: Copy, notebook: str, place: int) -> bool:
    import json  # noqa: PLC0415

    return bool(json.loads(copy.text(notebook))["cells"][place]["metadata"].get("holds"))


def exhibit_swapped(copy: Copy) -> None:
    """Two exhibits have changed places: in the captions, in the code, or as drawn on the page."""
    how = copy.dice.random()
    if how < 1 / 3:
        name = copy.pick(copy.tables(CAPTIONS))
        rows = copy.rows(name)
        a, b = copy.dice.sample(range(len(rows)), 2)
        rows[a]["id"], rows[b]["id"] = rows[b]["id"], rows[a]["id"]
        copy.said = f"{name}: ids of rows {a + 2} and {b + 2} swapped"
        copy.write_rows(name, rows)
    elif how < 2 / 3:
        call = re.compile(r'report\.(?:figure|table)\(\s*"(\w+)"')
        found = [
            (name, place, text, match)
            for name in copy.notebooks()
            for place, text in copy.cells(name, "code")
            for match in call.finditer(text)
        ]
        name, place, text, match = copy.pick(found)
        other = copy.pick(m[1] for n, _, _, m in found if n == name and m[1] != match[1])
        copy.said = f"{name} cell {place}: {match[1]} shown as {other}"
        copy.write_cell(name, place, text[: match.start(1)] + other + text[match.end(1) :])
    else:
        page, text = _page(copy, "<svg")
        drawings = list(re.finditer(r"<svg class=\"page\".*?</svg>", text, flags=re.S))
        if len(drawings) < 2:
            raise NothingToSpoil
        a, b = sorted(copy.dice.sample(drawings, 2), key=lambda m: m.start())
        changed = text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :]
        copy.said = f"{page}: two drawings swapped at {a.start()} and {b.start()}"
        copy.write(page, changed)
        copy.given["page"] = page


def _page(copy: Copy, holds: str) -> tuple[str, str]:
    """A page of the built book that holds this, put into the copy: its name and its text."""
    assert copy.built
    pages = sorted((copy.built / "html/book/chapters").glob("*.html"))
    path = copy.pick(p for p in pages if holds in p.read_text("utf-8"))
    return f"built/html/book/chapters/{path.name}", path.read_text("utf-8")


def row_hidden(copy: Copy) -> None:
    """A row of a table of the page is gone or hidden."""
    page, text = _page(copy, "exhibit-table")
    tables = [
        m
        for m in re.finditer(r'<figure class="exhibit exhibit-table".*?</figure>', text, flags=re.S)
        if m[0].count("<tr") > 3
    ]
    table = copy.pick(tables)
    body = table[0].partition("</thead>")[2] or table[0]
    start = table.end() - len(body)
    row = copy.pick(re.finditer(r"<tr.*?</tr>", body, flags=re.S))
    new = copy.pick(
        (
            "",
            row[0].replace("<tr", "<tr hidden", 1),
            row[0].replace("<tr", '<tr style="display:none"', 1),
        )
    )
    at = start + row.start()
    copy.said = f"{page}: a row of a table -> {new[:30]!r} ({_words(row[0])})"
    copy.write(page, text[:at] + new + text[at + len(row[0]) :])
    copy.given["page"] = page


def _words(html: str) -> str:
    return " ".join(lxml_html.fromstring(f"<table>{html}</table>").text_content().split())[:60]


def receipt_elsewhere(copy: Copy) -> None:
    """A number of the page has the receipt of another number."""
    page, text = _page(copy, "data-receipt")
    spans = list(re.finditer(r'data-receipt="([^"]+)"[^>]*>([^<]*\d[^<]*)<', text))
    span = copy.pick(spans)
    other = copy.pick(s[1] for s in spans if s[1] != span[1] and s[2].strip() != span[2].strip())
    copy.said = f"{page}: {span[2]!r} of {span[1]} has the receipt {other}"
    copy.write(page, text[: span.start(1)] + other + text[span.end(1) :])
    copy.given["page"] = page


def formula_moved(copy: Copy) -> None:
    """A formula of the workbook reads the row above or below, in a cell or all along its row."""
    assert copy.built
    source = next((copy.built / "xlsx").glob("*.xlsx"))
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
        titles = re.findall(
            r'<sheet name="([^"]+)" sheetId="(\d+)"', parts["xl/workbook.xml"].decode()
        )
    sheets = {f"xl/worksheets/sheet{number}.xml": title for title, number in titles}
    name = copy.pick(n for n, title in sheets.items() if title in CALCULATING and n in parts)
    text = parts[name].decode()
    cells = [
        m
        for m in re.finditer(r'<c r="([A-Z]+)(\d+)"[^>]*><f>([^<]*)</f>', text)
        if ADDRESS.search(m[3])
    ]
    cell = copy.pick(cells)
    step = copy.pick((-1, 1))
    along = copy.dice.random() < 0.3
    row = [m for m in cells if m[2] == cell[2]] if along else [cell]
    which = copy.dice.randrange(len(ADDRESS.findall(cell[3])))
    for match in reversed(row):
        places = list(ADDRESS.finditer(match[3]))
        if which >= len(places):
            continue
        at = match.start(3) + places[which].start(2)
        old = places[which][2]
        text = text[:at] + str(max(1, int(old) + step)) + text[at + len(old) :]
    copy.said = (
        f"{sheets[name]}!{cell[1]}{cell[2]}{' and its row' if along else ''}: ={cell[3]} {step:+d}"
    )
    parts[name] = text.encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in parts.items():
            archive.writestr(member, content)
    copy.write("moved.xlsx", made.getvalue())
    copy.given["workbook"] = "moved.xlsx"


def paragraph_lost(copy: Copy) -> None:
    """A paragraph of the print edition is gone from its page."""
    assert copy.built
    source = min((copy.built / "pdf").glob("*.pdf"), key=lambda p: len(p.name))
    document = pypdfium2.PdfDocument(source)
    told = "".join(text for text in page_sentences(copy.built) if len(text) > 60)
    for _ in range(40):
        page = document[copy.dice.randrange(5, len(document))]
        lines = list(_lines(page))
        if len(lines) < 12:
            continue
        first = copy.dice.randrange(2, len(lines) - 8)
        gone = lines[first : first + copy.dice.randrange(2, 6)]
        words = " ".join(said for _, said in gone)
        if not all(len(squeezed(said)) > 30 and squeezed(said) in told for _, said in gone):
            continue  # a table, a drawing, or a caption, which the list of exhibits repeats
        for items, _ in gone:
            for item in items:
                page.remove_obj(item)
        page.gen_content()
        break
    else:
        raise NothingToSpoil
    copy.said = f"{source.name}: gone is {words[:80]!r}"
    made = io.BytesIO()
    document.save(made)
    copy.write("lost.pdf", made.getvalue())
    copy.given["pdf"] = "lost.pdf"


def _lines(page: pypdfium2.PdfPage) -> Iterator[tuple[list[pypdfium2.PdfObject], str]]:
    """The text objects of each line of a page, in reading order of the file, and its words."""
    text, items, last = page.get_textpage(), [], None
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
        bottom = item.get_bounds()[1]
        if last is not None and abs(bottom - last) > 4 and items:
            yield items, _said(text, items)
            items = []
        items.append(item)
        last = bottom
    if items:
        yield items, _said(text, items)


def _said(text: pypdfium2.PdfTextPage, items: list[pypdfium2.PdfObject]) -> str:
    left, bottom, right, top = zip(*(item.get_bounds() for item in items), strict=True)
    return text.get_text_bounded(min(left), min(bottom), max(right), max(top))


KINDS: dict[str, Callable[[Copy], None]] = {
    "stale figure kept": stale_figure,
    "caption number typed": caption_typed,
    "alternative text stale": alt_stale,
    "sentence false in one scenario": sentence_false,
    "exhibit swapped": exhibit_swapped,
    "table row hidden": row_hidden,
    "receipt pointing at another number": receipt_elsewhere,
    "workbook formula moved by a row": formula_moved,
    "PDF paragraph lost": paragraph_lost,
}
