"""The notebooks as they are committed: parameters, thin code, prose that types no number."""

from __future__ import annotations

import ast
import csv
import itertools
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from book_copies import CHAPTERS, NOTEBOOKS, ROOT, WRITTEN, standing
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from thesisbook.data import load_dataset
from thesisbook.engine.project import Project

DATASET = load_dataset(ROOT)
GLUE = re.compile(r"\{glue:\}`([^`]+)`")
CODE_LINES = 14
WORDS = (1200, 2500)
LAST = "What would change our mind"
ALLOWED = [
    re.compile(row["pattern"])
    for row in csv.DictReader((ROOT / "data/receipt_allowlist.csv").open(encoding="utf-8"))
]
#: Constructs of Markdown whose digits nobody reads as a figure.
UNREAD = [
    GLUE,
    re.compile(r"\{cite\w*(?::\w+)?\}`[^`]+`"),
    re.compile(r"\]\([^)]*\)"),  # the address of a link
    re.compile(r"`[^`]*`"),  # code: a parameter's name
    re.compile(r"<span data-source=[^>]+>.*?</span>"),  # bound to its source
    re.compile(r"<[^>]+>"),  # a tag of HTML
    re.compile(r"^\W*\d\.(?=\s)"),  # the number of an item
    re.compile(r"\bCloudMatrix 384\b"),  # a product; the site knows it from the data
    re.compile(r"\$[^$]+\$"),  # the symbols of a formula
]


def _named() -> re.Pattern[str]:
    """Names of the data that hold digits: a product in full, or its own word (`166M`)."""
    full = {row["name_en"] for row in DATASET.entities.values()}
    own = {word for name in full for word in name.split() if re.search(r"[A-Za-z]", word)}
    numbered = sorted((name for name in full | own if re.search(r"\d", name)), key=len)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, reversed(numbered)))})\b")


NAMED = _named()


@cache
def cells(chapter: str) -> list[dict[str, Any]]:
    content = json.loads((ROOT / "notebooks" / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    return [{**cell, "source": "".join(cell["source"])} for cell in content["cells"]]


def code(chapter: str) -> list[dict[str, Any]]:
    return [cell for cell in cells(chapter) if cell["cell_type"] == "code"]


def prose(chapter: str, language: str = "en") -> list[str]:
    found = [cell for cell in cells(chapter) if cell["cell_type"] == "markdown"]
    return [cell["source"] for cell in found if language in cell["metadata"].get("tags", ())]


def written(chapter: str) -> str:
    """The prose without what holds no words of ours: fences, table rules, roles' names."""
    text = "\n".join(prose(chapter))
    text = re.sub(r"^(?:```.*|:\w+:.*|:::+.*|[|:\- ]+)$", "", text, flags=re.M)
    return GLUE.sub("number", text)


def shown(chapter: str) -> list[str]:
    """The ids of the exhibits that the code shows, in order."""
    return [
        call.args[0].value
        for cell in code(chapter)
        for call in sorted(
            (node for node in ast.walk(ast.parse(cell["source"])) if isinstance(node, ast.Call)),
            key=lambda node: (node.lineno, node.col_offset),
        )
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ("figure", "table")
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "report"
    ]


every_notebook = pytest.mark.parametrize("chapter", NOTEBOOKS)
every_chapter = pytest.mark.parametrize("chapter", WRITTEN)


def test_every_notebook_is_a_chapter_of_the_contents_in_its_order() -> None:
    assert WRITTEN
    assert tuple(name for name in CHAPTERS if name in WRITTEN) == WRITTEN
    assert [name for name in WRITTEN if name not in DATASET.captions] == []


@every_notebook
def test_parameters_are_these_three_and_stand_first(chapter: str) -> None:
    tagged = [c for c in cells(chapter) if "parameters" in c["metadata"].get("tags", ())]
    assert len(tagged) == 1
    assert tagged[0] is code(chapter)[0]
    tree = ast.parse(tagged[0]["source"])
    declared = {node.targets[0].id: ast.literal_eval(node.value) for node in tree.body}
    assert declared == {"scenario": "base", "overrides": {}, "language": "en"}


@every_chapter
def test_a_chapter_closes_with_its_grades(chapter: str) -> None:
    assert cells(chapter)[-1]["source"] == "report.grades()"


@every_notebook
def test_nothing_is_executed_yet(chapter: str) -> None:
    for cell in code(chapter):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


@every_notebook
def test_code_is_thin(chapter: str) -> None:
    long = [c["source"] for c in code(chapter) if len(c["source"].splitlines()) > CODE_LINES]
    assert long == []


@every_notebook
def test_code_defines_nothing(chapter: str) -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for cell in code(chapter):
        nodes = list(ast.walk(ast.parse(cell["source"])))
        assert not [node for node in nodes if isinstance(node, kinds)], cell["source"]
        for small in (node for node in nodes if isinstance(node, ast.Lambda)):  # the key of a sort
            assert not [n for n in ast.walk(small) if isinstance(n, ast.BinOp)], cell["source"]


@every_notebook
def test_code_calculates_nothing_a_reader_could_quote(chapter: str) -> None:
    """Arithmetic on numbers belongs into expressions; a shift of an axis' limit is no result."""
    signs = (ast.Mult, ast.Div, ast.Pow, ast.FloorDiv, ast.Mod)
    for cell in code(chapter):
        for node in ast.walk(ast.parse(cell["source"])):
            repeated = isinstance(node, ast.BinOp) and isinstance(node.left, ast.List)
            if isinstance(node, ast.BinOp) and isinstance(node.op, signs) and not repeated:
                pytest.fail(f"{ast.unparse(node)} in\n{cell['source']}")


@every_notebook
def test_code_names_no_number_of_the_data(chapter: str) -> None:
    """A figure with three or more digits, not a year, typed in code, would not follow the data."""
    for cell in code(chapter):
        for node in ast.walk(ast.parse(cell["source"])):
            if isinstance(node, ast.Constant) and type(node.value) in (int, float):
                digits = f"{abs(node.value):g}".replace(".", "").strip("0")
                year = isinstance(node.value, int) and 2000 <= node.value <= 2040
                assert year or len(digits) < 3, f"{node.value} in\n{cell['source']}"


@every_notebook
def test_prose_has_a_language(chapter: str) -> None:
    for cell in cells(chapter):
        if cell["cell_type"] == "markdown":
            tags = set(cell["metadata"].get("tags", ()))
            assert len(tags & {"en", "zh"}) == 1, cell["source"][:80]


@every_chapter
def test_headings_are_in_order(chapter: str) -> None:
    text = re.sub(r"^(`{3,}).*?^\1\s*$", "", "\n\n".join(prose(chapter)), flags=re.M | re.S)
    levels = [len(hashes) for hashes in re.findall(r"^(#+) ", text, flags=re.M)]
    assert levels[0] == 1 and levels.count(1) == 1
    for above, below in itertools.pairwise(levels):
        assert below <= above + 1
    assert re.findall(r"^#+ (.+)$", text, flags=re.M)[-1] == LAST


@every_chapter
def test_the_first_screen_says_what_the_chapter_concludes(chapter: str) -> None:
    first = prose(chapter)[0]
    assert "admonition" in first or "rating-card" in "\n".join(prose(chapter)[:2])
    assert len(GLUE.findall(first)) >= 3


@every_chapter
def test_triggers_are_two_sided_and_measurable(chapter: str) -> None:
    """The last section is a table: metric, two thresholds (a named number, or an event by a date),
    window, where it will be published, what we would do."""
    section = "\n".join(prose(chapter)).partition(f"## {LAST}")[2]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    assert len(rows) >= 5, "head, rule and at least three triggers"
    for row in rows[2:]:
        assert row.count("|") == rows[0].count("|") >= 6
        assert all(cell.strip() for cell in row.strip("|").split("|")), row
        assert GLUE.search(row) or re.search(r"\b20\d\d\b", row), row


@every_chapter
def test_length(chapter: str) -> None:
    """At least so much in all; at most so much to read, tables not counted."""
    paragraphs = re.sub(r"^\|.*$", "", written(chapter), flags=re.M)
    everything, read = (
        len(re.findall(r"[A-Za-z][\w’'-]*", text)) for text in (written(chapter), paragraphs)
    )
    assert everything >= WORDS[0]
    assert read <= WORDS[1]


@every_notebook
def test_every_caption_is_shown_once_and_in_order(chapter: str) -> None:
    captions = [row.id for row in DATASET.captions[chapter]]
    assert shown(chapter) == captions
    assert len(captions) >= (6 if chapter in WRITTEN else 1)


@every_chapter
def test_links_to_exhibits_lead_somewhere(chapter: str) -> None:
    here = {f"ex-{name.replace('_', '-')}" for name in shown(chapter)}
    links = set(re.findall(r"\]\(#([^)]+)\)", "\n".join(prose(chapter))))
    assert links <= here


@every_notebook
def test_glued_numbers_exist(chapter: str) -> None:
    known = {row.name for file in ("common", chapter) for row in DATASET.numbers[file]}
    glued = GLUE.findall("\n".join(prose(chapter)))
    assert set(glued) <= known
    assert len(glued) >= (30 if chapter in WRITTEN else 1)
    assert f'report.glue("{chapter}")' in "\n".join(cell["source"] for cell in code(chapter))


@every_notebook
def test_no_number_is_typed_in_prose(chapter: str) -> None:
    typed = []
    for paragraph in "\n".join(prose(chapter)).splitlines():
        text = paragraph
        for pattern in (*UNREAD, NAMED, *ALLOWED):
            text = pattern.sub(" ", text)
        if re.search(r"\d", text):
            typed.append((re.findall(r"\S*\d\S*", text), paragraph[:200]))
    assert typed == []


def names() -> list[str]:
    return [row.name for rows in DATASET.numbers.values() for row in rows]


@cache
def idle() -> frozenset[str]:
    """Rows of data/numbers that no prose, caption, figure, or number in use asks for."""
    texts = [cell["source"] for chapter in NOTEBOOKS for cell in cells(chapter)]
    for place in ("book/*.md", "data/captions/*.csv", "src/thesisbook/outputs/pdf/front.py"):
        texts += [path.read_text(encoding="utf-8") for path in ROOT.glob(place)]
    text = "\n".join(texts)
    words = set(re.findall(r"\w+", text))
    for stem in set(re.findall(r"num\.([a-z0-9]+_[a-z0-9_]*(?:[A-Z]+|\{\w+\})[a-z0-9_]*)", text)):
        pattern = re.compile(re.sub(r"[A-Z]+|\{\w+\}", r"\\w+", stem))  # a name made in a loop
        words |= {name for name in names() if pattern.fullmatch(name)}
    rows = {row.name: row.expression for rows in DATASET.numbers.values() for row in rows}
    asked, waiting = set(), [name for name in rows if name in words]
    while waiting:
        name = waiting.pop()
        if name not in asked:
            asked.add(name)
            waiting += re.findall(r"\{num\.(\w+)\}", rows[name])
    return frozenset(rows.keys() - asked)


@pytest.mark.parametrize("file", ("common", *NOTEBOOKS))
def test_no_named_number_is_idle(file: str) -> None:
    assert [row.name for row in DATASET.numbers[file] if row.name in idle()] == []


def test_every_number_says_something() -> None:
    for name, number in standing()["numbers"].items():
        assert number["text"].strip() not in ("", "nan", "inf", "None"), name
        assert "nan" not in re.findall(r"[a-z]+", number["text"]), name


def test_the_audited_exhibits_stand_where_the_table_says() -> None:
    places = {f"{chapter}:{row.id}" for chapter, rows in DATASET.captions.items() for row in rows}
    named = {
        place.strip() for row in DATASET.exhibits for place in row.where.split(";") if place.strip()
    }
    numbers = [row.number for row in DATASET.exhibits]
    assert numbers == list(range(1, len(numbers) + 1))
    assert named
    assert sorted(named - places) == []


def test_every_page_of_the_contents_is_there() -> None:
    project = Project(ROOT)
    assert project.missing_pages() == []
    assert len(project.chapters) == sum("book/chapters/" in page for page in project.pages)
    for name in re.findall(r"file: (book/\w+)$", (ROOT / "_toc.yml").read_text(), flags=re.M):
        assert Path(ROOT / f"{name}.md").is_file()


def test_dollar_signs_stay_as_typed() -> None:
    """`HK$` twice in a sentence is no formula: the words between stand, and so do the numbers."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    extensions = set(config["parse"]["myst_enable_extensions"])
    parser = create_md_parser(MdParserConfig(enable_extensions=extensions), RendererHTML)
    typed = "The share costs HK$34.44, our target is HK$28.40 here."
    assert parser.render(typed) == f"<p>{typed}</p>\n"
    glued = parser.parse("It costs HK${glue:}`price`, we say HK${glue:}`target_price` here.")
    assert [one.content for one in glued[1].children if one.type == "myst_role"] == [
        "price",
        "target_price",
    ]
