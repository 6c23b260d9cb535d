"""Tags, spoken formulas, pairs of exhibits, the note, the checklists and the front page."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pikepdf
import pytest
from pdf_reading import tables
from test_pdf_pages import CHAPTER, HEAD, META

from thesisbook.data import DataError, load_dataset, read_checklists
from thesisbook.data.prints import Note, NoteItem
from thesisbook.exhibits.formats import format_value
from thesisbook.exhibits.references import Results
from thesisbook.exhibits.report import Report
from thesisbook.model.scenario_tree import value_tree
from thesisbook.outputs.pdf.assets import Drawings
from thesisbook.outputs.pdf.checklists import checklist_faults, places_of, refuse_vanished
from thesisbook.outputs.pdf.compile import TEMPLATE, packed, run_typst
from thesisbook.outputs.pdf.convert import Converter
from thesisbook.outputs.pdf.exhibit import pairs
from thesisbook.outputs.pdf.front_values import FrontValues, front_values
from thesisbook.outputs.pdf.links import Links
from thesisbook.outputs.pdf.markup import PdfError
from thesisbook.outputs.pdf.mathematics import typst_math
from thesisbook.outputs.pdf.meta import PdfMeta
from thesisbook.outputs.pdf.note import note_body
from thesisbook.outputs.pdf.page import Page, read_page
from thesisbook.outputs.pdf.tags import complete, elements

ROOT = Path(__file__).parents[2]
PRINT = (ROOT / "data" / "print.yaml").read_text("utf-8")
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="288" height="{height}"'
    ' viewBox="0 0 288 {height}"><rect width="9" height="9"/></svg>'
)


def bare(body: str) -> bytes:
    """A PDF as Typst writes it, its tags not completed."""
    files = {path.name: path.read_bytes() for path in TEMPLATE.glob("*.typ")}
    return run_typst({"main": (HEAD + CHAPTER + body).encode(), **files}, META, steady=False)[0]


TABLE = """#data-table(columns: (1fr, 1fr, 1fr), head: ([Item], [A], [B]), head-rows: 1, body: (
  section-cell(colspan: 3)[Group],
  table.cell(rowspan: 2)[One], [1], [2],
  [3], [4],
  [Two], [5], [6]))
"""


def test_rows_and_columns_are_headers_with_scope(tmp_path: Path) -> None:
    (tmp_path / "bare.pdf").write_bytes(bare(TABLE))
    (before,) = tables(tmp_path / "bare.pdf")
    assert [cell[0] for row in before[1:] for cell in row if cell[0] == "/TH"] == []
    (tmp_path / "done.pdf").write_bytes(packed(bare(TABLE)))
    (rows,) = tables(tmp_path / "done.pdf")
    assert [[cell[:2] for cell in row] for row in rows] == [
        [("/TH", "/Column")] * 3,
        [("/TD", "")],  # the title of a group
        [("/TH", "/Row"), ("/TD", ""), ("/TD", "")],
        [("/TD", ""), ("/TD", "")],  # still headed by the row before
        [("/TH", "/Row"), ("/TD", ""), ("/TD", "")],
    ]


def test_a_table_without_headers_is_no_pdf() -> None:
    body = "#data-table(columns: (1fr, 1fr), body: ([a], [1], [b], [2]))"
    with pytest.raises(PdfError, match="without headers of its columns"):
        packed(bare(body))


@pytest.mark.parametrize("kind", ["/Formula", "/Figure"])
def test_what_nobody_could_hear_is_no_pdf(kind: str) -> None:
    data = bare(f'#formula($x$, alt: "x")\n{TABLE}')
    with pikepdf.open(io.BytesIO(data)) as document:
        formula = next(e for e in elements(document.Root.StructTreeRoot) if e.S == "/Formula")
        complete(document)  # as it is, it is right
        formula.S = pikepdf.Name(kind)
        del formula["/Alt"]
        with pytest.raises(PdfError, match=kind):
            complete(document)


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        (r"\sum_p u_{p,t} \, q_t", "the sum over p of u sub p, t q sub t"),
        (r"\sum_{i=1}^{n} x_i^2", "the sum from i equals 1 to n of x sub i to the power of 2"),
        (r"\frac{D}{E} \times 365", "the fraction D, over E, end of fraction times 365"),
        (r"\text{D\&A}_t - \Delta x", "D and A sub t minus change in x"),
        (r"\sqrt{y} \le \beta", "the square root of y, end of root is at most beta"),
        (r"x^2", "x squared"),
    ],
)
def test_a_formula_is_read_as_a_person_reads_it(latex: str, words: str) -> None:
    assert typst_math([latex])[latex].words == words


def figure(name: str, between: str = "") -> str:
    return (
        f'{between}<figure class="exhibit" data-exhibit="{name}"><figcaption><span class="exhibit-'
        f'number">Exhibit 1.1</span><span class="exhibit-title">T</span></figcaption>'
        f'<svg aria-label="x" viewBox="0 0 9 9"></svg></figure>'
    )


def converter(body: str, **settings: object) -> tuple[Converter, Page]:
    html = (
        f'<article><span id="document-01_a"></span><section id="a"><h1>A</h1>{body}'
        f'<section id="s"><h2>S</h2><p>Words of a section.</p></section></section></article>'
    )
    page = read_page(html)
    return Converter(Links(page), Drawings(page.drawings, Path()), {}, **settings), page


def paired(body: str, heights: dict[str, int], **settings: object) -> list[tuple[str, str]]:
    narrow = {name: DRAWING.format(height=height) for name, height in heights.items()}
    convert, page = converter(body, narrow=narrow, **settings)
    tags = page.root.find_all("figure", class_="exhibit")
    found = pairs(convert, tags)
    return [(t["data-exhibit"], found[id(t)]["data-exhibit"]) for t in tags if id(t) in found]


def test_exhibits_near_and_alike_stand_side_by_side() -> None:
    three = figure("a") + figure("b", "<p>Little.</p>") + figure("c")
    assert paired(three, {"a": 200, "b": 200, "c": 200}) == [("a", "b")]
    assert paired(three, {"a": 200, "b": 90, "c": 100}) == [("b", "c")]  # a is much taller
    assert paired(three, {"b": 200, "c": 200}) == [("b", "c")]  # a has no drawing for half a page
    assert paired(three, {"a": 200, "b": 200, "c": 200}, left_out=["b"]) == []
    far = figure("a") + figure("b", f"<p>{'Much text. ' * 300}</p>")
    assert paired(far, {"a": 200, "b": 200}) == []
    parted = figure("a") + figure("b", "<h2>Another section</h2>")
    assert paired(parted, {"a": 200, "b": 200}) == []


def note_of(*items: NoteItem) -> list[str]:
    convert, page = converter(figure("a"))
    meta = PdfMeta.of(
        {
            "title": "",
            "ticker": "x",
            "edition": "2026-06-02",
            "numbers": {},
            "note": Note(items=items),
        }
    )
    return note_body(page, convert, meta)


def test_a_note_shows_its_items_in_order() -> None:
    heading = NoteItem.model_validate({"heading": {"en": "Value", "zh": "价值"}})
    made = note_of(heading, NoteItem(exhibit="a"), NoteItem(section="01_a#s"))
    assert made[0] == 'section-heading(1, {"Value"})'
    assert made[1].startswith('exhibit(("a",)')
    assert made[2:4] == ['section-heading(1, {"S"})', 'para({"Words of a section."})']


@pytest.mark.parametrize(
    ("item", "named"),
    [
        ({"exhibit": "b"}, "exhibit 'b'"),
        ({"section": "01_a#t"}, "section '01_a#t', which the book does not have; nearest: s"),
        ({"page": "02_a"}, "page '02_a', which the book does not have; nearest: 01_a"),
    ],
)
def test_a_note_of_what_the_book_lacks_is_refused(item: dict[str, str], named: str) -> None:
    with pytest.raises(PdfError, match="data/print.yaml: the note shows the " + named):
        note_of(NoteItem.model_validate(item))


def checklist(root: Path, *rows: str) -> Path:
    folder = root / "data" / "checklists"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "list.csv").write_text("\n".join(["item,rule,place,reason", *rows]) + "\n", "utf-8")
    return root


FRONT = FrontValues("Buy", {"price": ("Price", "9")}, {}, ("2025",), {}, "Year", "")


def test_a_place_that_is_gone_is_refused_by_file_and_row(tmp_path: Path) -> None:
    _, page = converter(figure("a"))
    root = checklist(tmp_path, "One,,a; 01_a#s,", "Two,,front.price,", "Three,,01_a,")
    refuse_vanished(root, page, FRONT)
    places = places_of(page, FRONT)
    for gone, row in (("a", 2), ("01_a#s", 2), ("front.price", 3), ("01_a", 4)):
        (fault,) = checklist_faults(root, places - {gone})
        assert str(fault).startswith(f"data/checklists/list.csv:{row}:place: found {gone!r}")
    with pytest.raises(PdfError, match=r"list\.csv:3:place: found 'front\.price'"):
        refuse_vanished(root, page, None)
    with pytest.raises(PdfError, match=r"found 'front\.rating_scale'"):  # an empty point is none
        refuse_vanished(checklist(tmp_path, "One,,front.rating_scale,"), page, FRONT)


def test_a_list_of_which_too_little_stands_is_refused(tmp_path: Path) -> None:
    rows = ["Here,,a,"] * 19
    none = ["Elsewhere,,,Another form: a table", "Nowhere,,,Not to be had: nobody prints it"] * 9
    places = frozenset({"a"})
    enough = checklist(tmp_path, *rows, *none, "Owed,,,Not made: no time")
    assert list(checklist_faults(enough, places)) == []
    short = checklist(tmp_path, *rows, *none, *["Owed,,,Not made: no time"] * 2)
    (fault,) = checklist_faults(short, places)
    assert "found 90% of what can be had; at least 95% is allowed" in str(fault)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("One,,,", "list.csv:2:place: found 'neither'; one of place and reason"),
        ("One,,a,Not made: x", "list.csv:2:place: found 'both'; one of place and reason"),
        ("One,,,Later", "list.csv:2:reason: found 'Later'; one that begins 'Not to be had:'"),
    ],
)
def test_a_row_has_a_place_or_a_reason_of_a_kind(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_checklists(checklist(tmp_path, row))


def front_of(tmp_path: Path, old: str = "", new: str = "", **settings: object) -> FrontValues:
    """The front page of the project's data with one change of print.yaml."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    given = tmp_path / "data" / "print.yaml"
    text = given.read_text("utf-8")
    assert old in text
    given.write_text(text.replace(old, new), "utf-8")
    front = front_values(
        PdfMeta.of(
            {
                "title": "",
                "ticker": "x",
                "edition": "2026-06-02",
                "numbers": {},
                "root": tmp_path,
                **settings,
            }
        )
    )
    assert front is not None
    return front


def test_the_target_is_that_of_the_run_or_of_the_tree(tmp_path: Path) -> None:
    data = load_dataset(ROOT)
    house, run = value_tree(data), Results(data, "bear").current
    trading = data.company["currencies"]["trading"].lower()
    wanted = {"run": run.quantity("target_price"), "tree": house.expected("target_price")}
    for target, value in wanted.items():
        now = next(t for t in ("run", "tree") if f"target: {t}\n" in PRINT)
        front = front_of(
            tmp_path / target, f"target: {now}\n", f"target: {target}\n", scenario="bear"
        )
        assert front.box["target_price"][1] == format_value(float(value), f"{trading}2")
    assert "expected" in front.box["target_price"][0]


def test_the_front_page_says_what_the_chapters_say(tmp_path: Path) -> None:
    """One number has one text: market value, shares, float and return are those of the book."""
    front, report = front_of(tmp_path, scenario="base"), Report.open("base")
    for point, number in (
        (front.box["price"], "price"),
        (front.box["target_price"], "target_price"),
        (front.box["market_cap"], "market_cap"),
        (front.key_data["free_float"], "free_float"),
        (front.key_data["index_return"], "relative_return"),
    ):
        assert point[1] == report.number(number).text, number
    assert "market_cap" not in front.key_data


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("quantity: ebitda", "quantity: ebitdaa", "ebitdaa"),
        ("{model.shares_mn}", "{model.shares_million}", "shares_million"),
        ("of: published", "of: publshed", "publshed"),
    ],
)
def test_a_front_page_that_cannot_be_filled_is_refused(
    tmp_path: Path, old: str, new: str, named: str
) -> None:
    with pytest.raises(PdfError, match=f"data/print.yaml: the front page cannot .*{named}"):
        front_of(tmp_path, old, new)
