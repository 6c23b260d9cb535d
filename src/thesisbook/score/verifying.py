"""Check a published bundle against itself: no build, no network, no project."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from thesisbook.data.ledger_rows import JUDGEMENTS

SUMS = "SHA256SUMS"
LEDGER = "ledger"
NUMBERS = "numbers.json"
#: Named numbers that pages and the front of the print edition show.
HEADLINES = ("target_price", "price", "upside", "rating")
#: What a build leaves beside the outputs for itself and for whoever runs it.
UNLISTED = (SUMS, "OLDER.txt")
SLACK = 1e-9
_NUMBER = re.compile(r'<span class="num"[^>]*data-receipt="([^"]+)"[^>]*>([^<]*)</span>')


class NotABundle(ValueError):
    """What was given holds no published bundle."""


class UnreadableFile(NotABundle):
    """A file of a bundle that cannot be read, for instance one whose zip is damaged there."""


@dataclass
class Bundle:
    """The files of a folder or of a zip, by their names below the sums."""

    path: Path

    @cached_property
    def _zip(self) -> zipfile.ZipFile | None:
        if self.path.is_dir():
            return None
        try:
            return zipfile.ZipFile(self.path)
        except (zipfile.BadZipFile, OSError):
            raise NotABundle(f"{self.path}: neither a folder nor a zip that can be read") from None

    @cached_property
    def _top(self) -> PurePosixPath:
        """Where the sums are: at the top, or in the one folder that a zip holds."""
        if self._zip is None:
            names = [SUMS] if (self.path / SUMS).is_file() else []
        else:
            names = [n for n in self._zip.namelist() if PurePosixPath(n).name == SUMS]
        if not names:
            raise NotABundle(f"{self.path}: holds no {SUMS}; a published folder or its zip does")
        return PurePosixPath(min(names, key=len)).parent

    @cached_property
    def names(self) -> frozenset[str]:
        """Every file, without hidden ones and what a failed build left."""
        found: list[PurePosixPath]
        if self._zip is None:
            below = (p.relative_to(self.path) for p in self.path.rglob("*") if p.is_file())
            found = [PurePosixPath(p.as_posix()) for p in below]
        else:
            inside = (PurePosixPath(n) for n in self._zip.namelist() if not n.endswith("/"))
            found = [p.relative_to(self._top) for p in inside if p.is_relative_to(self._top)]
        return frozenset(
            p.as_posix()
            for p in found
            if not any(part.startswith(".") for part in p.parts) and p.parts[0] != "failed"
        )

    @cached_property
    def sums(self) -> dict[str, str]:
        """The published digest of each file; not of the copies that a build puts elsewhere."""
        listed = read_sums(self.read(SUMS).decode("utf-8", "replace"))
        return {name: digest for name, digest in listed.items() if not name.startswith("../")}

    def read(self, name: str) -> bytes:
        """The content of a file. Raises UnreadableFile."""
        try:
            if self._zip is None:
                return (self.path / self._top / name).read_bytes()
            return self._zip.read((self._top / name).as_posix())
        except (OSError, zipfile.BadZipFile, zlib.error) as error:
            raise UnreadableFile(f"{name}: cannot be read ({error})") from None


@dataclass
class Verified:
    """What was found: `faults` name file and fault; `agree` says what was compared."""

    files: int = 0
    faults: list[str] = field(default_factory=list)
    agree: list[str] = field(default_factory=list)


def verified(path: Path) -> Verified:
    """Compare a bundle with its sums, its ledger with its editions, its numbers with each other."""
    found = Verified()
    try:
        bundle = Bundle(path)
        found.files, found.faults = _against_sums(bundle)
        for what, faults in (
            ("ledger as published", _ledger(bundle)),
            (f"headline numbers the same in {_compared(bundle)}", _same(bundle)),
        ):
            try:
                told = list(faults)
            except UnreadableFile:
                continue  # it is among the faults already
            found.faults += told
            if not told:
                found.agree.append(what)
    except NotABundle as error:
        found.faults.append(str(error))
    return found


def read_sums(text: str) -> dict[str, str]:
    """Name -> digest from lines as `sha256sum` writes them."""
    rows = (line.partition("  ") for line in text.splitlines())
    return {name: digest for digest, _, name in rows}


def _compared(bundle: Bundle) -> str:
    """What of the bundle has headline numbers to compare, in words."""
    kinds = {"html/": "pages", "pdf/": "print editions", "xlsx/": "workbook"}
    there = [word for top, word in kinds.items() if any(n.startswith(top) for n in bundle.sums)]
    return " and ".join((", ".join(there), NUMBERS)) if there else NUMBERS


def _against_sums(bundle: Bundle) -> tuple[int, list[str]]:
    """The number of files that are as their sums say, and a fault for each other one."""
    faults, same = [], 0
    if not bundle.sums:
        faults.append(f"{SUMS}: lists no file; nothing was looked at")
    for name, digest in bundle.sums.items():
        if name not in bundle.names:
            faults.append(f"{name}: is not there; {SUMS} lists it")
            continue
        try:
            found = hashlib.sha256(bundle.read(name)).hexdigest()
        except UnreadableFile as error:
            faults.append(str(error))
            continue
        if found != digest:
            faults.append(f"{name}: is not as published (SHA-256 {found[:12]}, was {digest[:12]})")
        else:
            same += 1
    extra = sorted(bundle.names - bundle.sums.keys() - {*UNLISTED})
    return same, faults + [f"{name}: was not published; {SUMS} does not list it" for name in extra]


def _ledger(bundle: Bundle) -> Iterator[str]:
    """Frozen forecasts that are not those whose digest was published, and rows changed since."""
    editions, forecasts = f"{LEDGER}/editions.csv", f"{LEDGER}/forecasts.csv"
    if forecasts not in bundle.names:
        return
    today = {row["id"]: row for row in _rows(bundle, forecasts)}
    for row in _rows(bundle, editions) if editions in bundle.names else ():
        name = f"{LEDGER}/editions/{row.get('edition')}/forecasts.csv"
        if name not in bundle.names:
            yield f"{name}: is not there; the edition of {row.get('edition')} published it"
            continue
        if hashlib.sha256(bundle.read(name)).hexdigest() != row.get("ledger"):
            yield f"{name}: is not the ledger that the edition of {row.get('edition')} published"
            continue
        for frozen in _rows(bundle, name):
            now = today.get(frozen["id"])
            changed = [
                column
                for column, text in frozen.items()
                if column not in JUDGEMENTS and (now is None or now.get(column) != text)
            ]
            if changed:
                edition = f"the edition of {row['edition']} published"
                what = f"is not there; {edition} it"
                if now is not None:
                    what = f"has another {', '.join(changed)} than {edition}"
                yield f"{forecasts}: {frozen['id']} {what}"


def _rows(bundle: Bundle, name: str) -> list[dict[str, str]]:
    text = bundle.read(name).decode("utf-8", "replace")
    return list(csv.DictReader(io.StringIO(text)))


def _same(bundle: Bundle) -> Iterator[str]:
    """Headline numbers that pages, print edition or workbook have other than the JSON file."""
    if NUMBERS not in bundle.names:
        yield f"{NUMBERS}: is not there; the headline numbers cannot be compared"
        return
    try:
        content = json.loads(bundle.read(NUMBERS))
        numbers, label = content["numbers"], content["label"]
        shown = {name: numbers[name]["text"] for name in HEADLINES if name in numbers}
    except (ValueError, KeyError, TypeError):
        yield f"{NUMBERS}: is no list of numbers of a build, or was cut short"
        return
    for name in sorted(bundle.names & bundle.sums.keys()):
        if re.fullmatch(r"html/([^/]+|book/.+)\.html", name):
            yield from _in_page(name, bundle.read(name).decode("utf-8", "replace"), shown)
        elif name.startswith("pdf/") and name.endswith(".pdf"):
            yield from _in_print(name, bundle.read(name), shown, label)
        elif name.startswith("xlsx/") and name.endswith(".xlsx"):
            yield from _in_workbook(name, bundle.read(name), numbers)


def _in_page(name: str, text: str, shown: Mapping[str, str]) -> Iterator[str]:
    for receipt, found in dict.fromkeys(_NUMBER.findall(text)):
        wanted = shown.get(receipt)
        if wanted is not None and found.strip() != wanted:
            yield f"{name}: {receipt} is {found.strip()!r}, {NUMBERS} says {wanted!r}"


def _in_print(name: str, content: bytes, shown: Mapping[str, str], label: str) -> Iterator[str]:
    """The front page of the print edition of the run that the JSON file is of."""
    import pypdf  # noqa: PLC0415 - only this command reads a print edition
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        front = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
    except (PyPdfError, ValueError, KeyError, IndexError, OSError) as error:
        yield f"{name}: cannot be read as a PDF ({error})"
        return
    words = _plain(front)
    if f"Scenario: {label}" not in words:
        return
    for number, text in shown.items():
        if _plain(text).lstrip("-") not in words:
            yield f"{name}: {number} {text!r} of {NUMBERS} is not on the front page"


def _plain(text: str) -> str:
    """Words with one blank between them and a plain minus."""
    return " ".join(text.replace("−", "-").replace("\N{NO-BREAK SPACE}", " ").split())


def _in_workbook(name: str, content: bytes, numbers: Mapping[str, Any]) -> Iterator[str]:
    """Named numbers that a cell of the workbook holds."""
    from openpyxl import load_workbook  # noqa: PLC0415 - a third of a second

    try:
        book = load_workbook(io.BytesIO(content), data_only=True)
    except Exception as error:  # whatever a broken file makes the library raise
        yield f"{name}: cannot be read as a workbook ({error})"
        return
    for number, receipt in numbers.items():
        cell = book.defined_names.get(receipt.get("cell", ""))
        wanted = receipt.get("value")
        if cell is None or isinstance(wanted, bool) or not isinstance(wanted, int | float):
            continue
        sheet, absolute = next(iter(cell.destinations))
        place = absolute.replace("$", "")
        found = book[sheet][place].value
        if not isinstance(found, int | float) or not math.isclose(
            found, wanted, rel_tol=SLACK, abs_tol=SLACK
        ):
            yield f"{name}: {number} is {found!r} at {sheet}!{place}, {NUMBERS} says {wanted!r}"
