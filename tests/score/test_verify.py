"""A published bundle against itself: one flipped byte in any file is named."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import typst
from openpyxl.workbook.defined_name import DefinedName

from thesisbook.data.ledger_rows import ForecastRow
from thesisbook.score.verifying import verified

PAGE = """<!DOCTYPE html><title>Acme</title>
<p>Target <span class="num" tabindex="0" data-receipt="target_price" id="n">HKD {target}</span>,
graded <span class="num" tabindex="0" data-receipt="rating">Avoid</span>.</p>
"""
FRONT = """#set document(title: "Acme")
Scenario: {label}

Rating Avoid

Target price HKD {target}

Upside −17.6%
"""
NUMBERS = {
    "label": "Base",
    "numbers": {
        "target_price": {"text": "HKD 28.40", "value": 28.3951759858},
        "rating": {"text": "Avoid", "value": "Avoid"},
        "upside": {"text": "−17.6%", "value": -0.1755},
        "wacc": {"text": "10.5%", "value": 0.105, "cell": "model_wacc"},
    },
}
FORECASTS = "ledger/forecasts.csv"
FROZEN = "ledger/editions/2026-01-31/forecasts.csv"
WORKBOOK = "xlsx/acme-model.xlsx"
PRINT = "pdf/acme.pdf"
INDEX = "html/index.html"


def put(bundle: Path, name: str, content: bytes | str) -> None:
    path = bundle / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def pdf(target: str = "28.40", label: str = "Base") -> bytes:
    return typst.compile(FRONT.format(target=target, label=label).encode())


def workbook(wacc: float = 0.105) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Cost of capital"
    sheet["D19"] = wacc
    book.defined_names["model_wacc"] = DefinedName(
        "model_wacc", attr_text="'Cost of capital'!$D$19"
    )
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def ledger(**cells: str) -> str:
    row = dict.fromkeys(ForecastRow.model_fields, "") | {"id": "sales", "up": "900"} | cells
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row), lineterminator="\n")
    writer.writeheader()
    writer.writerow(row)
    return text.getvalue()


def summed(bundle: Path) -> Path:
    """The bundle with its sums as its files now are."""
    names = sorted(
        p.relative_to(bundle).as_posix()
        for p in bundle.rglob("*")
        if p.is_file() and p.name not in ("SHA256SUMS", ".thesisbook")
    )
    lines = [f"{hashlib.sha256((bundle / n).read_bytes()).hexdigest()}  {n}\n" for n in names]
    lines.append(f"{'0' * 64}  ../book/chapters/00_summary.ipynb\n")
    put(bundle, "SHA256SUMS", "".join(lines))
    return bundle


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    bundle = tmp_path_factory.mktemp("published")
    put(bundle, INDEX, PAGE.format(target="28.40"))
    put(bundle, "html/book/chapters/00_summary.html", PAGE.format(target="28.40"))
    put(bundle, "html/bear/index.html", PAGE.format(target="13.32"))  # another run's page
    put(bundle, PRINT, pdf())
    put(bundle, "pdf/acme-bear.pdf", pdf("13.32", "Bear"))
    put(bundle, WORKBOOK, workbook())
    put(bundle, "numbers.json", json.dumps(NUMBERS))
    put(bundle, FORECASTS, ledger(lesson_en="We had the mix wrong"))
    put(bundle, FROZEN, ledger())
    digest = hashlib.sha256((bundle / FROZEN).read_bytes()).hexdigest()
    put(bundle, "ledger/editions.csv", f"edition,ledger\n2026-01-31,{digest}\n")
    put(bundle, ".thesisbook", "made by a build\n")
    return summed(bundle)


@pytest.fixture
def bundle(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "bundle"))


def zipped(bundle: Path, top: str = "acme/") -> Path:
    target = bundle.with_suffix(".zip")
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(p for p in bundle.rglob("*") if p.is_file()):
            archive.write(path, top + path.relative_to(bundle).as_posix())
    return target


@pytest.mark.parametrize("form", [lambda b: b, zipped, lambda b: zipped(b, "")])
def test_a_bundle_as_published_is_right(bundle: Path, form: Callable[[Path], Path]) -> None:
    found = verified(form(bundle))
    assert found.faults == []
    assert found.files == 10
    assert found.agree == [
        "ledger as published",
        "headline numbers the same in pages, print editions, workbook and numbers.json",
    ]


NAMES = [
    *(INDEX, "html/book/chapters/00_summary.html", "html/bear/index.html"),
    *(PRINT, "pdf/acme-bear.pdf", WORKBOOK, "numbers.json"),
    *(FORECASTS, FROZEN, "ledger/editions.csv"),
]


@pytest.mark.parametrize("form", [lambda b: b, zipped], ids=["folder", "zip"])
@pytest.mark.parametrize("name", NAMES)
def test_one_flipped_byte_is_named(name: str, form: Callable[[Path], Path], bundle: Path) -> None:
    content = bytearray((bundle / name).read_bytes())
    content[len(content) // 2] ^= 1
    (bundle / name).write_bytes(content)
    faults = verified(form(bundle)).faults
    assert any(fault.startswith(f"{name}: is not as published (SHA-256 ") for fault in faults)
    others = {fault.split(":")[0] for fault in faults} - {name}
    # what is compared with the flipped file may be named beside it, nothing else
    assert others <= {INDEX, NAMES[1], PRINT, WORKBOOK, FORECASTS, FROZEN}
    assert name in ("numbers.json", FROZEN, "ledger/editions.csv") or others <= {FORECASTS}


def test_one_flipped_byte_of_the_zip_itself_is_named(bundle: Path) -> None:
    archive = zipped(bundle)
    content = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as opened:
        entry = opened.getinfo(f"acme/{FORECASTS}")
    content[entry.header_offset + 200] ^= 1
    archive.write_bytes(content)
    (fault,) = verified(archive).faults
    assert fault.startswith(f"{FORECASTS}: cannot be read (Bad CRC-32")


def test_a_file_that_is_gone_and_one_that_was_added_are_named(bundle: Path) -> None:
    (bundle / INDEX).unlink()
    put(bundle, "html/new.html", "<p>new</p>")
    assert verified(bundle).faults == [
        f"{INDEX}: is not there; SHA256SUMS lists it",
        "html/new.html: was not published; SHA256SUMS does not list it",
    ]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        (
            INDEX,
            lambda: PAGE.format(target="77.51"),
            f"{INDEX}: target_price is 'HKD 77.51', numbers.json says 'HKD 28.40'",
        ),
        (
            PRINT,
            lambda: pdf("77.51"),
            f"{PRINT}: target_price 'HKD 28.40' of numbers.json is not on the front page",
        ),
        (
            WORKBOOK,
            lambda: workbook(0.12),
            f"{WORKBOOK}: wacc is 0.12 at Cost of capital!D19, numbers.json says 0.105",
        ),
        (
            FORECASTS,
            lambda: ledger(up="1000"),
            f"{FORECASTS}: sales has another up than the edition of 2026-01-31 published",
        ),
        (
            FORECASTS,
            lambda: ledger(id="other"),
            f"{FORECASTS}: sales is not there; the edition of 2026-01-31 published it",
        ),
        (
            FROZEN,
            lambda: ledger(up="1000"),
            f"{FROZEN}: is not the ledger that the edition of 2026-01-31 published",
        ),
    ],
)
def test_a_number_changed_with_its_sum_is_named_all_the_same(
    name: str, content: Callable[[], bytes | str], fault: str, bundle: Path
) -> None:
    put(bundle, name, content())
    assert verified(summed(bundle)).faults == [fault]


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        (PRINT, "cannot be read as a PDF"),
        (WORKBOOK, "cannot be read as a workbook"),
        ("numbers.json", "is no list of numbers of a build, or was cut short"),
    ],
)
def test_a_broken_file_with_its_sum_is_one_line(name: str, fault: str, bundle: Path) -> None:
    put(bundle, name, b"%PDF-1.7 cut")
    (told,) = verified(summed(bundle)).faults
    assert told.startswith(f"{name}: {fault}")


def test_sums_that_list_nothing_are_a_fault(tmp_path: Path) -> None:
    put(tmp_path, "SHA256SUMS", "")
    assert "SHA256SUMS: lists no file; nothing was looked at" in verified(tmp_path).faults


def test_what_is_no_bundle_is_said_in_one_line(tmp_path: Path) -> None:
    (fault,) = verified(tmp_path).faults
    assert fault == f"{tmp_path}: holds no SHA256SUMS; a published folder or its zip does"
    broken = tmp_path / "x.zip"
    broken.write_bytes(b"PK no zip")
    (fault,) = verified(broken).faults
    assert fault == f"{broken}: neither a folder nor a zip that can be read"
