"""Make the PDF: from the HTML page by way of Typst source to bytes."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import typst

from thesisbook.outputs.pdf.assets import Drawings
from thesisbook.outputs.pdf.checklists import refuse_vanished
from thesisbook.outputs.pdf.convert import Converter
from thesisbook.outputs.pdf.exhibit import pairs
from thesisbook.outputs.pdf.front import front_page, in_small_print
from thesisbook.outputs.pdf.front_values import FrontValues, front_values
from thesisbook.outputs.pdf.glyphs import FONT_FOLDERS, visible
from thesisbook.outputs.pdf.links import Links
from thesisbook.outputs.pdf.markup import PdfError, array, call, string
from thesisbook.outputs.pdf.mathematics import MathTable, latex_of, typst_math
from thesisbook.outputs.pdf.meta import PdfMeta, words_of
from thesisbook.outputs.pdf.note import note_body
from thesisbook.outputs.pdf.page import Document, Page, read_page
from thesisbook.outputs.pdf.receipt_notes import appendix, headline_names, source_ids
from thesisbook.outputs.pdf.tags import complete

__all__ = ["typst_files", "write_pdf", "write_prints"]

TEMPLATE = Path(__file__).parent / "template"


def write_pdf(html: Path, out: Path, meta: Mapping[str, Any] | PdfMeta) -> Path:
    """Print the `singlehtml` page `html` to the file `out`; `meta` is described by `PdfMeta`.

    The file is tagged (PDF/UA-1) and has the same bytes for the same page and meta. Raises
    PdfError, naming the element, on anything that cannot be printed; `out` is written only when
    all is well.
    """
    return write_prints(html, {"book": out}, meta)["book"]


def write_prints(
    html: Path, out: Mapping[str, Path], meta: Mapping[str, Any] | PdfMeta
) -> dict[str, Path]:
    """Print the page as the whole report (`book`) and the short one (`note`): files by edition.

    A book whose data describe no note has none. Raises PdfError as `write_pdf` does, and where a
    checklist of the data names a place that the page does not have; then nothing is written.
    """
    details = PdfMeta.of(meta)
    page = read_page(html.read_text(encoding="utf-8"))
    front = front_values(details)
    if details.strict and details.root is not None:
        refuse_vanished(details.root, page, front)
    made: dict[str, bytes] = {}
    for edition in out:
        if edition == "note" and details.note is None:
            continue
        files = typst_files(page, html.parent, details, front, edition)
        made[edition] = packed(compiled(files, details))
    for edition, data in made.items():
        out[edition].parent.mkdir(parents=True, exist_ok=True)
        partial = out[edition].with_name(f".{out[edition].name}.part")
        partial.write_bytes(data)
        partial.replace(out[edition])
    return {edition: out[edition] for edition in made}


def compiled(files: dict[str, bytes], meta: PdfMeta) -> bytes:
    """The PDF of these sources; any word of warning from Typst is a PdfError.

    The places of exhibits depend on those of titles and the reverse. If the layout does not
    converge, exhibits are placed without regard to titles (`steady` in the template).
    """
    data, warnings = run_typst(files, meta, steady=False)
    if any("converge" in warning for warning in warnings):
        data, warnings = run_typst(files, meta, steady=True)
    if warnings:
        raise PdfError("Typst warns: " + "; ".join(warnings))
    return data


def packed(data: bytes) -> bytes:
    """The same PDF with its tags completed, and its small objects in compressed streams: the tags
    of a long report are thousands of them, and more than half of the file as Typst writes it."""
    small = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        complete(document)
        together = pikepdf.ObjectStreamMode.generate
        document.save(small, object_stream_mode=together, deterministic_id=True)
    return small.getvalue()


def run_typst(files: dict[str, bytes], meta: PdfMeta, steady: bool) -> tuple[bytes, list[str]]:
    moment = dt.datetime.combine(meta.edition, dt.time(), tzinfo=dt.UTC)
    try:
        data, warnings = typst.compile_with_warnings(  # type: ignore[call-overload]
            files,  # typst accepts files by name, which its type stubs do not say
            font_paths=[str(folder) for folder in FONT_FOLDERS],
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
            timestamp=int(moment.timestamp()),
            sys_inputs={"steady": "yes" if steady else "no"},
        )
    except typst.TypstError as error:
        raise PdfError(f"Typst: {error}\n{getattr(error, 'diagnostic', '') or ''}") from error
    return data, [str(getattr(item, "message", item)) for item in warnings]


def typst_files(
    page: Page,
    folder: Path,
    meta: PdfMeta,
    front: FrontValues | None = None,
    edition: str = "book",
) -> dict[str, bytes]:
    """All sources of an edition's PDF by name, `main` being the one to compile."""
    drawings = Drawings(page.drawings, folder)
    names = headline_names(page, meta) if edition == "book" else frozenset()
    links = Links(page, meta.strict)
    entries = {key: links.place(f"source-{key}") for key in source_ids(names, meta)}
    convert = Converter(
        links,
        drawings,
        formulas_of(page),
        receipts=names,
        words=words_of(meta.language),
        narrow=meta.narrow,
        left_out=meta.left_out if edition == "book" else (),
    )
    body = [front_page(page, convert, meta, front)]
    if edition == "note":
        body += note_body(page, convert, meta)
    else:
        body.append("contents(meta)")
        for document in page.documents:
            if document.stem not in meta.left_out:
                body += chapter(convert, document, meta.parts.get(document.name, ""))
    if names:
        body.append(appendix(names, meta, entries))
    main = "\n".join(
        [
            '#import "/report.typ": *',
            f"#let words = {words(meta)}",
            f"#let meta = {details(meta, edition)}",
            "#show: report.with(meta)",
            "#let front-page = front-page-of.with(meta)",
            *("#" + piece for piece in body),
        ]
    )
    files = {path.name: path.read_bytes() for path in TEMPLATE.glob("*.typ")}
    return {"main": main.encode(), **files, **drawings.files}


def chapter(convert: Converter, document: Document, part: str = "") -> list[str]:
    """A page of the book as a chapter of the print edition."""
    try:
        top = int(document.title.name[1])
        partners = pairs(convert, document.section.find_all("figure", class_="exhibit"))
        convert = replace(convert, part=part, top=top, partners=partners)
        body = convert.blocks(document.section)
        return [*in_small_print(document, body), "chapter-end()"]
    except PdfError as error:
        raise PdfError(f"{document.name}: {error}") from error


def formulas_of(page: Page) -> MathTable:
    found = []
    for tag in page.root.find_all(class_="math"):
        strings = tag.find_all(string=True, recursive=False)
        found.append(latex_of("".join(strings)))
    return typst_math(found)


def words(meta: PdfMeta) -> str:
    return (
        "("
        + ", ".join(
            f"{key.replace('_', '-')}: {text(word)}"
            for key, word in words_of(meta.language).items()
        )
        + ")"
    )


def text(words: str) -> str:
    return string(visible(words))


def details(meta: PdfMeta, edition: str) -> str:
    own = words_of(meta.language)
    date = meta.edition
    called = meta.scenario_label or meta.scenario
    run = "" if meta.scenario == "base" and not meta.overrides else called
    parts = (meta.company, meta.ticker, meta.edition.isoformat(), run)
    short = " · ".join(part for part in parts if part)
    company = meta.company or meta.title
    kind = own["initiation"].lower()
    kind = own["note"].format(initiation=kind) if edition == "note" else kind
    title = own["document"].format(company=company, ticker=meta.ticker, initiation=kind)
    settings = ", ".join(f"{name} = {value}" for name, value in sorted(meta.overrides.items()))
    pairs = {
        "title": text(title),
        "company": text(company),
        "ticker": text(meta.ticker),
        "sector": text(meta.sector),
        "exchange": text(meta.exchange),
        "author": text(meta.author),
        "subject": text(f"{title}. {own['scenario']}: {called}"),
        "overrides": text(settings),
        "digest": text(meta.inputs_sha256),
        "keywords": array(text(word) for word in meta.keywords),
        "date": call("datetime", year=date.year, month=date.month, day=date.day),
        "edition": text(date.isoformat()),
        "scenario": text(called),
        "lang": text(meta.language),
        "short": text(short),
        "notice": text(meta.notice or own["notice"]),
        "brief": "true" if edition == "note" else "false",
        "words": "words",
    }
    return "(" + ", ".join(f"{key}: {item}" for key, item in pairs.items()) + ")"
