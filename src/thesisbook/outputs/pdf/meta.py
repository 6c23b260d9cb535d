"""What the print edition knows of the book beside its pages: title data and receipts."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from thesisbook.data import read_company, read_prints
from thesisbook.exhibits.translation import Translation, translation_of
from thesisbook.outputs.pdf.markup import PdfError

if TYPE_CHECKING:
    from thesisbook.data.prints import Note

__all__ = ["PdfMeta", "words_of"]

WORDS = Path(__file__).parent / "template" / "words.yaml"
NUMBERS_MIME = "application/vnd.thesisbook.numbers+json"
EXHIBIT_MIME = "application/vnd.thesisbook.exhibit+json"


@cache
def _words() -> dict[str, dict[str, str]]:
    return yaml.safe_load(WORDS.read_text(encoding="utf-8"))


def words_of(language: str) -> dict[str, str]:
    """The edition's own words (contents, page, ...) in `language`."""
    if language not in _words():
        raise PdfError(f"no words for the language {language!r}; there are {', '.join(_words())}")
    return _words()[language]


@dataclass(frozen=True)
class PdfMeta:
    """Title data of one PDF.

    `edition` is the date of the book; it is also the date in the file, so that the same book gives
    the same bytes. `numbers` maps the name of each named number to its receipt, `receipts` each
    reference behind them (`model.target_price`, a fact id) to its own: as they travel with
    executed notebooks. `notice` is the disclosure line at the foot of every page.
    """

    title: str
    ticker: str
    edition: dt.date
    numbers: Mapping[str, Mapping[str, Any]]
    receipts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    company: str = ""
    sector: str = ""
    exchange: str = ""
    language: str = "en"
    scenario: str = "base"
    scenario_label: str = ""
    overrides: Mapping[str, Any] = field(default_factory=dict)
    inputs_sha256: str = ""
    narrow: Mapping[str, str] = field(default_factory=dict)
    """Drawings of exhibits for half the width of the page, by exhibit."""
    root: Path | None = None
    """The project whose data fill the front page; None without one."""
    left_out: Sequence[str] = ()
    """Documents and exhibits of the whole report that are left to the site."""
    figures: Sequence[str] = ()
    """Exhibits for the front page: the first that the book has is drawn."""
    note: Note | None = None
    """What the short edition holds; None without one."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """Captions of the parts of the book by the document that opens each."""
    author: str = "thesisbook"
    keywords: Sequence[str] = ()
    notice: str = ""
    strict: bool = True
    """Whether a link to a page that is not in the book is an error, as in a whole book it is."""

    @classmethod
    def of(cls, meta: Mapping[str, Any] | PdfMeta) -> PdfMeta:
        """From a mapping of these fields; raises PdfError on a missing or unknown one.

        The key `source` names the folder of the book (`data/company.yaml`, executed notebooks in
        `book/chapters`), from which fields that are not given are read. `epoch` is let go: the
        edition says it.
        """
        if isinstance(meta, PdfMeta):
            return meta
        data = {key: value for key, value in meta.items() if key not in {"source", "epoch"}}
        if "source" in meta:
            language = str(data.get("language", "en"))
            data = from_book(Path(meta["source"]), language, str(data.get("scenario", ""))) | data
        if data.get("root") is not None:
            data = printed(Path(data["root"])) | data
        known = {item.name for item in fields(cls)}
        if unknown := sorted(set(data) - known):
            raise PdfError(f"unknown title data {', '.join(unknown)}; known: {sorted(known)}")
        if missing := sorted({"title", "ticker", "edition", "numbers"} - set(data)):
            raise PdfError(f"missing title data {', '.join(missing)}")
        data["root"] = Path(data["root"]) if data.get("root") is not None else None
        if not isinstance(data["edition"], dt.date):
            data["edition"] = dt.date.fromisoformat(str(data["edition"]))
        return cls(**data)

    @cached_property
    def say(self) -> Translation:
        """The words of the edition's language, by their English form."""
        return translation_of(self.root, self.language)

    def text(self, name: str) -> str | None:
        """The shown form of a named number, None where the book has no such number."""
        number = self.numbers.get(name)
        return None if number is None else str(number["text"])


def printed(root: Path) -> dict[str, Any]:
    """What data/print.yaml of the project says the editions hold."""
    read = read_prints(root)
    if read is None:
        return {}
    prints = read[1]
    figures = prints.front_page.figures if prints.front_page else ()
    return {"left_out": prints.left_out, "note": prints.note, "figures": figures}


def from_book(source: Path, language: str, scenario: str) -> dict[str, Any]:
    """Title data and receipts out of a book's folder."""
    company = read_company(source)

    def name(*keys: str) -> str:
        entry: Any = company
        for key in keys:
            entry = entry.get(key) if isinstance(entry, Mapping) else None
        return str(entry.get(language) or entry.get("en") or "") if entry else ""

    numbers: dict[str, Any] = {}
    receipts: dict[str, Any] = {}
    narrow: dict[str, str] = {}
    run = name("scenarios", scenario)
    for notebook in sorted((source / "book" / "chapters").glob("*.ipynb")):
        for output in outputs(notebook):
            payload, exhibit = output.get(NUMBERS_MIME, {}), output.get(EXHIBIT_MIME, {})
            numbers |= payload.get("numbers", {})
            receipts |= payload.get("receipts", {})
            run = payload.get("run") or run
            if exhibit.get("narrow"):
                narrow[exhibit["id"]] = exhibit["narrow"]
    return {
        "company": name("name"),
        "sector": name("sector"),
        "exchange": name("exchange"),
        "scenario_label": run,
        "keywords": [x for x in (name("name"), company.get("ticker"), name("sector")) if x],
        "parts": parts_of(source / "_toc.yml"),
        "numbers": numbers,
        "receipts": receipts,
        "narrow": narrow,
    }


def parts_of(toc: Path) -> dict[str, str]:
    """Captions of parts by their first file; the single page itself does not say them."""
    parts = (
        yaml.safe_load(toc.read_text(encoding="utf-8")).get("parts", []) if toc.is_file() else []
    )
    return {
        part["chapters"][0]["file"]: part["caption"]
        for part in parts
        if part.get("caption") and part.get("chapters")
    }


def outputs(notebook: Path) -> list[Mapping[str, Any]]:
    """What the cells of an executed notebook put out, by kind."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    return [
        output["data"]
        for cell in content["cells"]
        for output in cell.get("outputs", [])
        if "data" in output
    ]


def payloads(notebook: Path) -> list[Mapping[str, Any]]:
    """The receipts that an executed notebook carries in its outputs."""
    return [found[NUMBERS_MIME] for found in outputs(notebook) if NUMBERS_MIME in found]
