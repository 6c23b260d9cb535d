"""Find what a spreadsheet does to a CSV file that it saves, and undo it where possible.

Marks, line ends, separators and empty columns can be put back. What it does to the cells cannot:
`1,034,614` becomes `1034614`, `35.70` becomes 35.7 and October 2025 a day.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from thesisbook.data.faults import Fault
from thesisbook.data.files import Files
from thesisbook.data.units import UNITS

_SEPARATED = re.compile(r"\d{1,3}(?:,\d{3})+")
_BARE = re.compile(r"(?<![\d.,])\d{5,}(?![\d,])")
_DECIMALS = re.compile(r"\.\d+")
_LAST_ZERO = re.compile(r"\.\d*0(?!\d)")
# One decimal in ten ends with 0: that none of so many does has a chance of one in 40,000.
_MANY = 100


def lost_separators(files: Files) -> Iterator[Fault]:
    """Files whose prints have lost the thousands separators that their source prints elsewhere.

    Corroborating sources and errata count as evidence: they stand in files of their own, which are
    rarely saved by the same spreadsheet.
    """
    separated: Counter[str] = Counter()
    bare: dict[str, list[tuple[int, str, str]]] = {}
    for table in files.facts:
        for line, row in table:
            if UNITS[row.unit].dimension in ("money", "shares"):
                separated[row.source] += bool(_SEPARATED.search(row.printed))
                if _BARE.search(row.printed):
                    bare.setdefault(table.file, []).append((line, row.source, row.printed))
    for corroboration in files.corroborations.rows:
        separated[corroboration.source] += bool(_SEPARATED.search(corroboration.printed))
    for erratum in files.errata[1]:
        for place in erratum.where:
            separated[place.source] += bool(_SEPARATED.search(place.printed))
    for file, prints in bare.items():
        lost = [print_ for print_ in prints if separated[print_[1]]]
        if lost:
            line, source, printed = lost[0]
            more = f", as have {len(lost) - 1} more rows," if lost[1:] else ""
            message = f"found {printed!r}, which has lost its thousands separators{more} where "
            message += f"source {source} prints them; a spreadsheet does that: take the file back"
            yield Fault(file, line, "printed", message)


def lost_zeros(files: Files) -> Iterator[Fault]:
    """Facts with many decimals of which none ends with 0."""
    prints = [row.printed for table in files.facts for row in table.rows]
    decimals = [printed for printed in prints if _DECIMALS.search(printed)]
    if len(decimals) >= _MANY and not any(map(_LAST_ZERO.search, decimals)):
        message = f"found {len(decimals)} decimals of which none ends with 0; a spreadsheet drops "
        yield Fault("data/facts", 0, "printed", f"{message}them: take the files back")


def put_right(root: Path) -> list[str]:
    """Undo in every CSV file under `root/data` what a spreadsheet did to the file as a whole.

    A byte order mark, Windows line ends, semicolons or tabs for commas, quotes around every cell,
    empty columns and rows at the end. Returns the files that were written. A file that is
    not UTF-8 or not CSV is left alone: the check reports it.
    """
    written = []
    for path in sorted((root / "data").rglob("*.csv")):
        raw = path.read_bytes()
        try:
            made = _rewritten(raw.decode("utf-8-sig")).encode()
        except (UnicodeDecodeError, csv.Error):
            continue
        if made != raw:
            beside = path.with_suffix(".part")
            beside.write_bytes(made)
            beside.replace(path)
            written.append(path.relative_to(root).as_posix())
    return written


def _rewritten(text: str) -> str:
    """The text of the table in the form that this project writes."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    header = lines.partition("\n")[0]
    delimiter = next((mark for mark in ";\t" if mark in header and "," not in header), ",")
    rows = list(csv.reader(io.StringIO(lines), delimiter=delimiter, strict=True))
    width = len([cell for cell in rows[0] if cell]) if rows else 0
    empty = any(not any(row) or len(row) > width for row in rows)
    beyond = any(cell for row in rows for cell in row[width:])
    broken = any("\n" in cell for row in rows for cell in row)
    if beyond or broken or not (empty or delimiter != "," or header.startswith('"')):
        return lines
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(row[:width] for row in rows if any(row))
    return out.getvalue()
