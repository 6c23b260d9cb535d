"""CONTRIBUTING.md is executed: each recipe, in a copy, edits what its row names and no other file.

What should follow is then looked for: in the check, in values, in receipts and on pages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from working_copy import COMPANY, Copy, copy_to, files_of, table

# Rows whose steps another test takes.
ELSEWHERE = {
    "an equation": "tests/model: names and units of every line, golden cases with their origin",
    "a construct in prose that the PDF does not know": "tests/outputs/test_pdf_convert.py",
    "a word the coverage test need not bind": "tests/site/test_site_coverage.py",
    "an exhibit or section to the short report": "tests/outputs/test_pdf.py, on a sample",
    "a line to the first page of print": "tests/outputs/test_pdf_of_the_book.py",
    "something that a report must have": "tests/outputs/test_pdf_of_the_book.py",
    "a word that readers type in the search": "tests/site/test_site_search.py",
    "a page of documentation": "tests/test_docs_pages.py",
    "a paragraph in Chinese": "tests/engine/test_pairs.py",
    "a word of a table, chart, receipt or reason in Chinese": "tests/site/test_chinese_book.py",
}
TARGET = 111.215024  # of base, before any recipe
REASON = "Added by a recipe, for a test."


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return copy_to(tmp_path / "copy")


def value(copy: Copy, *arguments: str) -> dict:
    done = copy.run("value", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refused(copy: Copy, *words: str) -> None:
    done = copy.run("check")
    assert done.returncode == 1
    assert [word for word in words if word not in done.stderr] == []
    assert "Traceback" not in done.stderr


def accepted(copy: Copy, *words: str) -> str:
    done = copy.run("check")
    assert done.returncode == 0, done.stderr
    assert [word for word in words if word not in done.stdout] == []
    return done.stdout


def add_fact(copy: Copy) -> None:
    copy.append(
        "data/sources.csv",
        "order-2025-10,Fjord Pumps,Order from a water works,2025-09-18,primary,A,en,,,Made up",
    )
    copy.append(
        "data/facts/market.csv",
        "fjord.net_cash.2025-09-18,fjord,net_cash,2025-09-18,421.0,421.0,NOK_mn,reported,"
        "order-2025-10,p. 1,",
    )


def test_every_row_is_a_recipe_that_is_followed() -> None:
    source = Path(__file__).read_text("utf-8")
    followed = set(re.findall(r'following\("([^"]+)"\)', source)) | {"another company"}
    assert followed | set(ELSEWHERE) == set(table())
    assert not followed & set(ELSEWHERE)


def test_a_fact(copy: Copy) -> None:
    before = accepted(copy)
    with copy.following("a fact"):
        add_fact(copy)
    after = accepted(copy, "Facts 163")
    assert after != before
    assert value(copy)["target_price"] == pytest.approx(TARGET)  # a fact alone moves nothing
    copy.replace(
        "data/assumptions/base.yaml",
        "fact: fjord.net_cash.2025-06-30",
        "fact: fjord.net_cash.2025-09-18",
    )
    assert value(copy)["net_cash"] == 421.0


def test_a_second_print_and_its_erratum(copy: Copy) -> None:
    header = "fact,printed,value,unit,source,locator,erratum,note"
    row = "fjord.revenue.2025,{},{},NOK_mn,exchange,notice,{},"
    with copy.following("a second print of a fact"):
        copy.write("data/corroborations.csv", f"{header}\n{row.format('1010.2', '1010.2', '')}\n")
    accepted(copy, "further prints 1")
    copy.write("data/corroborations.csv", f"{header}\n{row.format('1050.0', '1050.0', '')}\n")
    refused(copy, "data/corroborations.csv:2:printed", "need an erratum")
    copy.write("data/corroborations.csv", f"{header}\n{row.format('1050.0', '1050.0', 'e1')}\n")
    with copy.following("an erratum"):
        copy.write(
            "data/errata.yaml",
            "- id: e1\n  title: The notice prints another revenue\n"
            "  where:\n    - {source: exchange, locator: notice, printed: '1050.0'}\n"
            "  right: 1,010.2\n  why: The accounts add up.\n  severity: M\n  verdict: found\n"
            "  expect: '{fjord.revenue.2025@exchange} > {fjord.revenue.2025} + 30'\n",
        )
    accepted(copy, "Errata 1")
    copy.replace("data/errata.yaml", "+ 30", "+ 60")
    refused(copy, "e1.expect", "no longer shows")


def test_a_recomputation(copy: Copy) -> None:
    with copy.following("a recomputation"):
        copy.write(
            "data/recomputations.yaml",
            "- id: margin\n  what: Gross margin of the last year\n"
            "  expression: '{fjord.gross_profit.2025} / {fjord.revenue.2025}'\n"
            "- id: margin_if_dearer\n  what: The same with a tenth more cost\n"
            "  expression: '{calc.margin}'\n  change:\n"
            "    fjord.gross_profit.2025: '{fjord.gross_profit.2025}"
            " + 0.1 * {fjord.cost_of_sales.2025}'\n",
        )
        copy.append(
            "data/scoreboard/statements.csv",
            "margin,income statement,A tenth more cost takes 5.8 points,"
            "{calc.margin} - {calc.margin_if_dearer},0.058,,0.001,,",
        )
    accepted(copy, "Scoreboard 4")
    copy.replace("data/recomputations.yaml", "+ 0.1 *", "+ 0.2 *")
    refused(copy, "data/scoreboard/statements.csv:5:erratum", "although it does not tie")


def test_a_parameter_reaches_the_receipts_of_the_target(copy: Copy) -> None:
    """Data and equation are enough: value, check, ranges and the chain of receipts follow."""
    with copy.following("a parameter"):
        copy.append(
            "data/assumptions/base.yaml",
            "liquidity_discount:",
            "  value: 0.0",
            "  unit: ratio",
            "  range: [0, 0.5]",
            "  label: Discount for a share that trades little",
            f"  reason: {REASON}",
        )
        asked = "from thesisbook.model.commands import check_parameters as c; "
        asked += "from thesisbook.data import load_dataset as d; c(d())"
        unused = copy.python("-c", asked)
        assert "liquidity_discount: no equation of the model uses it" in unused.stderr
        copy.replace(
            "src/thesisbook/model/valuation.py",
            'scalars["value_per_share"] = blended / shares',
            'scalars["value_per_share"] = blended / shares * (1 - p("liquidity_discount"))',
        )
    assert copy.python("-c", asked).returncode == 0
    assert value(copy)["target_price"] == pytest.approx(TARGET)
    moved = value(copy, "-p", "liquidity_discount=10%")
    assert moved["target_price"] == pytest.approx(0.9 * TARGET)
    refusal = copy.run("value", "-p", "liquidity_discount=0.6")
    assert refusal.returncode == 2 and "allowed is 0 to 0.5" in refusal.stderr
    listed = json.loads(copy.run("params", "--json").stdout)
    assert next(p for p in listed if p["name"] == "liquidity_discount")["reason"] == REASON
    chain = copy.python(
        "-c",
        (
            "import json; from thesisbook.exhibits import Report; r = Report.open();"
            "book = r.numbers.book; book.add('model.target_price');"
            "seen = book.gather(['model.target_price']);"
            "print(json.dumps({k: v.get('inputs', []) for k, v in seen.items()}))"
        ),
    )
    assert chain.returncode == 0, chain.stderr
    receipts = json.loads(chain.stdout)
    assert "param.liquidity_discount" in receipts["model.value_per_share"]
    assert "param.liquidity_discount" in receipts


def test_a_risk(copy: Copy) -> None:
    with copy.following("a risk"):
        copy.write(
            "data/studies/risks.yaml",
            "- id: dear_steel\n  name: {en: Steel stays dear, zh: 钢价高企}\n  group: risk\n"
            f"  probability: 0.3\n  reason: {REASON}\n  parameters: {{gross_margin: 0.38}}\n",
        )
    accepted(copy)
    told = copy.python(
        "-c",
        (
            "from thesisbook.exhibits import Report; r = Report.open();"
            "print(float(r.value('risk.dear_steel.target')))"
        ),
    )
    assert told.returncode == 0, told.stderr
    assert float(told.stdout) < TARGET - 10


TREE = f"""start: base
drivers:
  - id: rain
    name: {{en: Rain, zh: 降雨}}
    states:
      - {{id: usual, name: {{en: usual, zh: 正常}}, probability: 0.6, settles: Weather service,
         until: 2026-06-30, reason: "{REASON}", parameters: {{volume_factor: 1}}}}
      - {{id: heavy, name: {{en: heavy, zh: 多雨}}, probability: 0.4, settles: Weather service,
         until: 2026-06-30, reason: "{REASON}", parameters: {{volume_factor: 0.8}}}}
"""


def test_a_tree_with_a_scenario_a_risk_and_a_lever_of_it(copy: Copy) -> None:
    """Odds and states are data; scenario, risk and lever name them, and `value` and `tree` follow.

    A driver of one state, a lever of an unknown driver, a risk of an unknown state are refused.
    """
    with copy.following("a driver of the tree, or a state"):
        copy.write("data/studies/tree.yaml", TREE)
    with copy.following("a scenario that is a branch of the tree"):
        copy.append("data/company.yaml", "  wet: {en: Wet, zh: 雨, branch: {rain: heavy}}")
    accepted(copy)
    house = json.loads(copy.run("tree", "--json").stdout)
    by_state = {b["states"]["rain"]: b["target_price"] for b in house["branches"]}
    assert by_state["usual"] == pytest.approx(TARGET)
    assert value(copy, "-s", "wet")["target_price"] == pytest.approx(by_state["heavy"])
    mean = 0.6 * by_state["usual"] + 0.4 * by_state["heavy"]
    assert house["expected"]["target_price"] == pytest.approx(mean)
    risk = f"name: {{en: Floods, zh: 洪水}}\n  group: risk\n  reason: {REASON}\n"
    with copy.following("a risk"):
        copy.write(
            "data/studies/risks.yaml",
            f"- id: floods\n  {risk}  states: {{rain: [heavy]}}\n"
            f"- id: less\n  {risk}  probability: 0.2\n  scale: {{volume_factor: 0.9}}\n",
        )
    lever = f"- {{id: rain, name: {{en: Rain, zh: 降雨}}, reason: '{REASON}', tree: rain}}\n"
    with copy.following("a lever of the page *What if*"):
        copy.write("data/studies/what_if.yaml", lever)
    accepted(copy)
    told = copy.python(
        "-c",
        (
            "from thesisbook.exhibits import Report; r = Report.open();"
            "print(*(float(r.value(f'risk.{n}')) for n in "
            "('floods.target', 'floods.probability', 'less.target')))"
        ),
    )
    assert told.returncode == 0, told.stderr
    floods, odds, less = map(float, told.stdout.split())
    assert (floods, odds) == (pytest.approx(by_state["heavy"]), pytest.approx(0.4))
    assert less < mean
    copy.replace("data/studies/what_if.yaml", "tree: rain", "tree: snow")
    refused(copy, "data/studies/what_if.yaml", "snow")


def test_a_kind_of_chart(copy: Copy) -> None:
    drawn = '''"""Bars that show a value against its goal."""

from __future__ import annotations

import pandas as pd

from thesisbook.exhibits import theme
from thesisbook.exhibits.charts.canvas import Chart, charted, new_chart, table_of


@charted
def goals(frame: pd.DataFrame, *, height: float = 3.0) -> Chart:
    """A bar for each row; columns `value` and `goal`."""
    frame = table_of(frame)
    chart = new_chart(frame, height)
    axes = chart.panel()
    axes.barh(range(len(frame)), frame["value"], color=theme.SERIES[0])
    axes.set_yticks(range(len(frame)), [str(name) for name in frame.index])
    return chart
'''
    with copy.following("a kind of chart"):
        copy.write("src/thesisbook/exhibits/charts/goals.py", drawn)
        package = "src/thesisbook/exhibits/charts/__init__.py"
        line = "from thesisbook.exhibits.charts.grids import heatmap\n"
        copy.replace(package, line, f"from thesisbook.exhibits.charts.goals import goals\n{line}")
        copy.replace(package, '    "gantt",\n', '    "gantt",\n    "goals",\n')
        frame = 'pd.DataFrame({"value": [3.0, 2.0], "goal": [4.0, 2.0]}, ["North", "South"])'
        copy.replace(
            "tests/exhibits/gallery.py",
            '    "timeline":',
            f'    "goals": lambda: charts.goals({frame}),\n    "timeline":',
        )
    looked = copy.python(
        "-c",
        (
            "import sys; sys.path.insert(0, 'tests/exhibits'); import gallery;"
            "from thesisbook.exhibits import charts, drawing_checks; from thesisbook.exhibits.svg "
            "import to_svg; chart = gallery.GALLERY['goals']();"
            "print(drawing_checks.faults(chart), 'goals' in charts.__all__, '<svg' in "
            "to_svg(chart, 'svg-goals', 'Two bars'), list(chart.data.columns))"
        ),
    )
    assert looked.returncode == 0, looked.stderr
    assert looked.stdout.strip() == "[] True True ['value', 'goal']"


def test_another_company_is_data_and_prose() -> None:
    """`tests/book/test_other_company.py` builds it; here, that nothing else is in it."""
    named = files_of(table()["another company"])
    tops = {path.relative_to(COMPANY).parts[0] for path in COMPANY.rglob("*") if path.is_file()}
    assert tops - {"_build"} == {name.rstrip("/") for name in named}
    assert not [p for p in COMPANY.rglob("*.py") if "_build" not in p.parts]


# Recipes that show on pages: followed one after the other in one copy, which is built once.


def add_to_notebook(copy: Copy, chapter: str, kind: str, source: str) -> None:
    file = f"notebooks/{chapter}.ipynb"
    notebook = json.loads(copy.read(file))
    tags = ["en"] if kind == "markdown" else ["hide-input"]
    cell: dict = {
        "cell_type": kind,
        "id": f"added-{len(notebook['cells'])}",
        "metadata": {"tags": tags},
        "source": source.splitlines(keepends=True),
    }
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    notebook["cells"].append(cell)
    copy.write(file, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    copy = copy_to(tmp_path_factory.mktemp("recipes") / "copy")
    with copy.following("a number in a sentence"):
        copy.append(
            "data/numbers/01_business.csv",
            "cash_share,{model.cash.2026} / {model.total_assets.2026},pct1,Cash in assets,现金占比",
        )
        add_to_notebook(
            copy, "01_business", "markdown", "Cash is {glue:}`cash_share` of assets next June."
        )
    with copy.following("an exhibit of a known kind"):
        copy.append(
            "data/captions/01_business.csv",
            "cash_lines,Cash is {cash_share} of assets,Table of cash by year.,model,",
        )
        add_to_notebook(
            copy,
            "01_business",
            "code",
            'cash = report.frame("Cash | model.cash", [2025, 2026])\n'
            'report.table("cash_lines", cash, fmt="0")',
        )
    with copy.following("a scenario"):
        copy.write(
            "data/assumptions/rain.yaml",
            f"volume_factor:\n  values: {{2026: 0.8}}\n  reason: {REASON}\n",
        )
        copy.append("data/company.yaml", "  rain: {en: Rain, zh: 多雨}")
    with copy.following("a chapter"):
        numbers = "name,expression,format,label_en,label_zh"
        captions = "id,title,alt,source,note"
        copy.write(
            "data/numbers/03_risk.csv",
            f"{numbers}\nrain_target,{{rain.target_price}},sek2,Target in the rain,多雨目标价\n",
        )
        copy.write(
            "data/captions/03_risk.csv",
            f"{captions}\nrain_table,Rain takes the target to {{rain_target}},Table.,model,\n",
        )
        notebook = json.loads(copy.read("notebooks/02_value.ipynb").replace("02_value", "03_risk"))
        notebook["cells"] = notebook["cells"][:3]
        notebook["cells"][0]["source"] = ["# Risks\n", "\n", "Rain: {glue:}`rain_target`."]
        copy.write("notebooks/03_risk.ipynb", json.dumps(notebook, ensure_ascii=False))
        add_to_notebook(
            copy,
            "03_risk",
            "code",
            'rain = report.frame("Target | {PERIOD.target_price}", ["base", "rain"])\n'
            'report.table("rain_table", rain, fmt="2")',
        )
        copy.append("_toc.yml", "  - file: book/chapters/03_risk")
    accepted(copy)
    done = copy.run("build", "--all", "--only", "html", "-j1")
    assert done.returncode == 0, done.stderr[-3000:]
    yield copy


def page(copy: Copy, chapter: str, scenario: str = "") -> str:
    folder = copy.root / "_build" / "html" / scenario
    return (folder / "book" / "chapters" / f"{chapter}.html").read_text("utf-8")


@pytest.mark.book
def test_a_number_stands_in_its_sentence_with_its_receipt(built: Copy) -> None:
    text = page(built, "01_business")
    found = re.search(r'data-receipt="cash_share"[^>]*>([\d.]+%)<', text)
    assert found
    numbers = json.loads((built.root / "_build" / "numbers.json").read_text("utf-8"))
    number = numbers["numbers"]["cash_share"]
    assert number["text"] == found[1]
    assert {"model.cash.2026", "model.total_assets.2026"} <= set(number["inputs"])


@pytest.mark.book
def test_an_exhibit_stands_on_its_page_with_number_and_caption(built: Copy) -> None:
    text = page(built, "01_business")
    exhibit = re.search(r'<figure[^>]*id="ex-cash-lines".*?</figure>', text, flags=re.DOTALL)
    assert exhibit
    assert "Exhibit 1.3" in exhibit[0]
    assert "457" in exhibit[0]


@pytest.mark.book
def test_a_scenario_has_values_and_pages_of_its_own(built: Copy) -> None:
    rain, base = value(built, "-s", "rain"), value(built)
    assert base["target_price"] == pytest.approx(TARGET)
    assert rain["target_price"] < base["target_price"]
    assert f"SEK {rain['target_price']:.2f}" in page(built, "01_business", "rain")
    for chapter in ("01_business", "02_value", "03_risk"):
        assert "Rain" in page(built, chapter, "rain"), chapter
    assert "Rain" in page(built, "01_business")  # the other pages lead to it


@pytest.mark.book
def test_a_chapter_is_a_page_with_exhibits_numbered_by_it(built: Copy) -> None:
    text = page(built, "03_risk")
    assert f"SEK {value(built, '-s', 'rain')['target_price']:.2f}" in text
    assert "Exhibit 3.1" in text
    assert "03_risk.html" in page(built, "02_value")
