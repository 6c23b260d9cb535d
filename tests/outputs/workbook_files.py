"""Workbooks as their XML: cells changed in place, recalculated by LibreOffice, read back."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lxml import etree

from thesisbook.outputs.workbook.layout import Book

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
GARBAGE = 987654.321
RECORDS = ("Facts", "Errata", "Receipts")

# Without this LibreOffice trusts the cached results of files it did not write itself.
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


def sheet_files(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> its member of the archive."""
    book = etree.fromstring(archive.read("xl/workbook.xml"))
    relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {r.get("Id"): r.get("Target").lstrip("/") for r in relations}
    link = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    found = {}
    for sheet in book.iter(f"{MAIN}sheet"):
        target = targets[sheet.get(link)]
        found[sheet.get("name")] = target if target.startswith("xl/") else f"xl/{target}"
    return found


def split(address: str) -> tuple[str, str]:
    """`'Income statement'!G7` -> sheet and cell."""
    sheet, _, cell = address.rpartition("!")
    return sheet.strip("'").replace("''", "'"), cell


def cell_of(book: Book, key: str) -> str:
    """Where a workbook has a quantity or parameter, as `read` names it."""
    return book.places[key].address.replace("'", "")


def edit(
    source: Path,
    target: Path,
    inputs: Mapping[str, Any] | None = None,
    formulas: Mapping[str, str] | None = None,
    corrupt: bool = True,
) -> Path:
    """A copy with cells set to inputs or formulas, and every cached result made wrong.

    With `corrupt`, charts, the rules of cells and the words of the records are left out: they
    compute nothing and take LibreOffice half its time. Without it other sheets stay as they are.
    """
    changes: dict[str, dict[str, tuple[str, Any]]] = {}
    for kind, given in (("value", inputs or {}), ("formula", formulas or {})):
        for address, content in given.items():
            sheet, cell = split(address)
            changes.setdefault(sheet, {})[cell] = (kind, content)
    packed = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with zipfile.ZipFile(source) as old, packed as new:
        names = {member: name for name, member in sheet_files(old).items()}
        for member in old.namelist():
            if corrupt and member.startswith(("xl/charts/", "xl/drawings/")):
                continue
            content, sheet = old.read(member), names.get(member)
            if sheet and (corrupt or sheet in changes):
                content = _edit_sheet(content, changes.pop(sheet, {}), corrupt, sheet in RECORDS)
            elif corrupt and member.endswith((".rels", "[Content_Types].xml")):
                content = re.sub(rb"<(Relationship|Override) [^>]*/drawings?[^>]*/>", b"", content)
                content = re.sub(rb"<Override [^>]*/charts/[^>]*/>", b"", content)
            new.writestr(member, content)
    assert not changes, f"no such sheets: {sorted(changes)}"
    return target


def _edit_sheet(
    content: bytes, changes: dict[str, tuple[str, Any]], corrupt: bool, records: bool
) -> bytes:
    root = etree.fromstring(content)
    left_out = [f"{MAIN}{kind}" for kind in ("drawing", "conditionalFormatting", "dataValidations")]
    left_out += [f".//{MAIN}c[@t='s']"] * records
    for path in left_out if corrupt else ():
        for element in root.findall(path):
            element.getparent().remove(element)
    for cell in root.iter(f"{MAIN}c"):
        change = changes.pop(cell.get("r"), None)
        if change:
            _set(cell, *change)
        elif corrupt and cell.find(f"{MAIN}f") is not None:
            cell.attrib.pop("t", None)
            cell.find(f"{MAIN}v").text = str(GARBAGE)
    assert not changes, f"no such cells: {sorted(changes)}"
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _set(cell: Any, kind: str, content: Any) -> None:
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    if kind == "formula":
        etree.SubElement(cell, f"{MAIN}f").text = content.lstrip("=")
    elif isinstance(content, bool):
        cell.set("t", "b")
        etree.SubElement(cell, f"{MAIN}v").text = str(int(content))
    elif isinstance(content, str):
        cell.set("t", "inlineStr")
        holder = etree.SubElement(cell, f"{MAIN}is")
        etree.SubElement(holder, f"{MAIN}t").text = content
    else:
        etree.SubElement(cell, f"{MAIN}v").text = repr(float(content))


def read(path: Path) -> dict[str, Any]:
    """Every cell that has a value, by `Sheet!A1` (quoted only as a plain name); errors as text."""
    with zipfile.ZipFile(path) as archive:
        strings = []
        if "xl/sharedStrings.xml" in archive.namelist():
            root = etree.fromstring(archive.read("xl/sharedStrings.xml"))
            strings = ["".join(t.text or "" for t in si.iter(f"{MAIN}t")) for si in root]
        found: dict[str, Any] = {}
        for name, member in sheet_files(archive).items():
            for cell in etree.fromstring(archive.read(member)).iter(f"{MAIN}c"):
                value = _value(cell, strings)
                if value is not None:
                    found[f"{name}!{cell.get('r')}"] = value
    return found


def _value(cell: Any, strings: Sequence[str]) -> Any:
    kind, held = cell.get("t"), cell.find(f"{MAIN}v")
    if kind == "inlineStr":
        return "".join(t.text or "" for t in cell.iter(f"{MAIN}t"))
    if held is None or held.text is None:
        return None
    if kind == "s":
        return strings[int(held.text)]
    if kind == "b":
        return held.text == "1"
    return held.text if kind in ("str", "e") else float(held.text)


def formula_cells(path: Path) -> dict[str, str]:
    """The formulas of a file by `Sheet!A1`."""
    with zipfile.ZipFile(path) as archive:
        return {
            f"{name}!{cell.get('r')}": cell.find(f"{MAIN}f").text or ""
            for name, member in sheet_files(archive).items()
            for cell in etree.fromstring(archive.read(member)).iter(f"{MAIN}c")
            if cell.find(f"{MAIN}f") is not None
        }


def recalculate(
    files: Sequence[Path], folder: Path, trusting: bool = False, kind: str = "xlsx"
) -> list[Path]:
    """Each file opened and saved by LibreOffice; it recalculates unless `trusting`.

    Two programs at most work side by side, each on its share of the files.
    """
    out = folder / ("kept" if trusting else "recalculated")
    out.mkdir()
    shares = [share for share in (files[::2], files[1::2]) if share]
    with ThreadPoolExecutor(len(shares)) as pool:
        said = list(
            pool.map(lambda n: _convert(shares[n], out, n, trusting, kind), range(len(shares)))
        )
    made = [out / f"{file.stem}.{kind}" for file in files]
    missing = [file.name for file in made if not file.exists()]
    assert not missing, f"LibreOffice did not write {missing}: {said}"
    return made


def _convert(files: Sequence[Path], out: Path, number: int, trusting: bool, kind: str) -> str:
    profile = out.with_name(f"{out.name}-profile{number}")
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(ALWAYS.replace("<value>0<", "<value>1<") if trusting else ALWAYS)
    command = [
        str(SOFFICE),
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--convert-to",
        kind,
        "--outdir",
        str(out),
    ]
    done = subprocess.run(
        [*command, *map(str, files)], capture_output=True, text=True, timeout=3000, check=False
    )
    return done.stdout + done.stderr
