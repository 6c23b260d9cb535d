"""The way of the data: imports point left, modules stay small, only one layer opens `data/`."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from thesisbook.data import read_company
from thesisbook.data.units import is_currency

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "thesisbook"
MODULES = sorted(PACKAGE.rglob("*.py"))
MAX_LINES = 320

# What each layer may import of the package. The build and the command line may import anything.
MAY_IMPORT = {
    "data": {"data"},
    "model": {"data", "model"},
    "score": {"data", "model", "provenance", "score"},
    "exhibits": {"data", "model", "provenance", "score", "exhibits"},
    "outputs": {"data", "model", "provenance", "score", "exhibits", "outputs"},
    "provenance": {"data", "model", "provenance"},
}
FREE = {"engine", "fleet", "cli", "__main__", "__init__"}

READS = {"open", "read_text", "read_bytes", "read_csv", "safe_load", "DictReader", "reader"}
# Modules that walk through `data/` without reading a figure of it.
WALKS = {
    "outputs/site/archives.py": "packs the folder for download",
    "engine/plan.py": "takes digests of the files",
    "fleet/sweep.py": "takes digests of the files",
    "engine/serving.py": "watches for changes",
    "engine/site_stage.py": "copies it for the site",
}


def name_of(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def layer_of(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_layers(tree: ast.AST, module: Path) -> Iterator[str]:
    """First part below the package of everything imported, relative imports resolved."""
    here = ("thesisbook", *module.relative_to(PACKAGE).parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(here[: -node.level]) + "." if node.level else ""
            names = [f"{base}{node.module or ''}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.replace("..", ".").split(".")
            if parts[0] == "thesisbook" and len(parts) > 1:
                yield parts[1]


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_imports_point_left(module: Path) -> None:
    layer = layer_of(module)
    if layer in FREE:
        return
    found = set(imported_layers(ast.parse(module.read_text("utf-8")), module))
    assert found <= MAY_IMPORT[layer], f"{name_of(module)} imports {found - MAY_IMPORT[layer]}"


def test_every_layer_is_in_the_picture() -> None:
    assert {layer_of(module) for module in MODULES} - {"__main__", "__init__"} <= {
        *MAY_IMPORT,
        "engine",
        "fleet",
        "cli",
    }


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_modules_are_small_and_named_for_what_they_do(module: Path) -> None:
    lines = len(module.read_text("utf-8").splitlines())
    assert lines <= MAX_LINES, f"{name_of(module)} has {lines} lines"
    assert not re.search(r"util|helper|misc|common", module.stem)


def test_no_module_name_stands_in_two_rooms() -> None:
    names = Counter(module.name for module in MODULES if not module.name.startswith("__"))
    assert len(names) > 100
    assert [name for name, count in names.items() if count > 1] == []


def test_the_package_does_not_name_the_company() -> None:
    """Another company is other data and other prose: no name or code of this one in the code."""
    company = read_company(ROOT)
    names = {company["ticker"], company["ticker"].split(".")[0], company["entity"]}
    names |= {*company["name"].values(), company["name"]["en"].split()[0]}
    names |= {product["entity"] for product in company["products"]}
    pattern = re.compile("|".join(rf"(?<![\w]){re.escape(n)}(?!\d)" for n in sorted(names)), re.I)
    texts = [p for p in PACKAGE.rglob("*") if p.suffix in {".py", ".typ", ".html", ".js", ".css"}]
    found = [
        f"{name_of(path)}: {match[0]}"
        for path in texts
        if (match := pattern.search(path.read_text("utf-8")))
    ]
    assert found == []


# Python: what stands in code, in names and in strings, docstrings without their examples.
_CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
_DAY = re.compile(r"(?<!\d)(?:\d{4}-)?(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![\d-])")
_YEAR = re.compile(r"(?<![\w.#-])20\d\d(?![\w-])")
_MONEY_NAMES = re.compile(r"(?<![a-z])(cny|hkd|usd|rmb|yuan)(?![a-z])", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s\"']+|url\([^)]*\)")
_ENGLISH = {"ALL", "BAD", "TOP", "TRY", "CUP", "PEN", "XXX"}  # words, and currencies

ANYWHERE = {"1899-12-30"}  # the day from which spreadsheets count
# file: {what stands there: why it may}. Nothing else of an edition stands in the package.
NEUTRAL: dict[str, dict[str, str]] = {
    "data/unit_words.py": {"RMB": "a word of print that no list of currencies holds"},
    "data/fields.py": dict.fromkeys(
        ("2025-12-31", "2025", "12-31", "06-30", "2026-01-28"), "examples in messages"
    ),
    "data/figures.py": {"2025-12-31": "an example in a message"},
    "data/periods.py": {
        "2025-12-31": "an example in a message",
        "2025": "an example in a message",
        "01-01": "the first month and day in the arithmetic of months",
    },
    "data/settings.py": {"2025-12-31": "an example in a message"},
    "data/validation.py": {"2025-12-31": "an example in a message"},
    "model/montecarlo.py": {"2026": "the seed of the draws: any number, but always the same"},
    "provenance/page_reading.py": {"2000": "a count of characters"},
    "engine/project.py": {"2000-01-01": "the date of a book that has no company"},
    "outputs/site/changes.py": {"0001-01-01": "before every edition"},
}


def _words_of_code(module: Path) -> Iterator[str]:
    """Names, numbers and strings of a module; of docstrings, their prose without examples."""
    tree = ast.parse(module.read_text("utf-8"))
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    told = {
        id(n.body[0].value)
        for n in ast.walk(tree)
        if isinstance(n, holders) and n.body and isinstance(n.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            text = _ADDRESS.sub("", str(node.value))
            yield (
                re.sub(r"`[^`]*`|(?m:^ {4,}.*\|.*$)|\d{4}(-\d\d(-\d\d)?)?", "", text)
                if id(node) in told
                else text
            )
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("date", "datetime"):
            yield "-".join(f"{n.value:02}" for n in node.args if isinstance(n, ast.Constant))
        for name in ("id", "attr", "arg", "name"):
            if isinstance(found := getattr(node, name, None), str):
                yield found


def strangers(text: str) -> set[str]:
    """Currencies, days and years of this century that stand in a text."""
    codes = {code for code in _CODE.findall(text) if is_currency(code)} - _ENGLISH
    return {*codes, *_MONEY_NAMES.findall(text), *_DAY.findall(text), *_YEAR.findall(text)}


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_the_package_knows_no_currency_and_no_date(module: Path) -> None:
    """Currencies, year ends, dates and years come from `data/`."""
    allowed = NEUTRAL.get(name_of(module), {})
    found = {w for text in _words_of_code(module) for w in strangers(text)} - {*allowed, *ANYWHERE}
    assert found == set(), f"{name_of(module)} says {sorted(found)}; data/company.yaml should"


def test_templates_and_scripts_know_no_currency_and_no_date() -> None:
    own = [p for p in PACKAGE.rglob("*") if p.suffix in {".typ", ".js", ".css", ".html"}]
    own = [path for path in own if "mathjax" not in path.parts]
    assert own
    found = {name_of(p): strangers(_ADDRESS.sub("", p.read_text("utf-8"))) for p in own}
    assert {name: words for name, words in found.items() if words} == {}


def test_the_allow_list_names_what_is_there() -> None:
    for name, allowed in NEUTRAL.items():
        found = {w for text in _words_of_code(PACKAGE / name) for w in strangers(text)}
        assert set(allowed) <= found, f"{name} no longer says {set(allowed) - found}"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("equity_value_hkd", "hkd"),
        ("NOK mn", "NOK"),
        ("HKD_mn", "HKD"),
        ("-12-31", "12-31"),
        ("shares.2026-02-02", "2026-02-02"),
        ("2026", "2026"),
        ("RMB {}", "RMB"),
    ],
)
def test_what_a_stranger_is(text: str, word: str) -> None:
    assert word in strangers(text)


def opens_data(tree: ast.AST) -> bool:
    """Whether a module builds a path into `data/` and reads files."""
    nodes = list(ast.walk(tree))
    into_data = any(
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Div)
        and isinstance(node.right, ast.Constant)
        and re.match(r"data(/|$)", str(node.right.value))
        for node in nodes
    )
    calls = {
        getattr(node.func, "attr", getattr(node.func, "id", ""))
        for node in nodes
        if isinstance(node, ast.Call)
    }
    return into_data and bool(calls & READS)


@pytest.mark.parametrize(
    "module", [m for m in MODULES if layer_of(m) != "data" and name_of(m) not in WALKS], ids=name_of
)
def test_only_the_data_layer_opens_data(module: Path) -> None:
    assert not opens_data(ast.parse(module.read_text("utf-8")))


def test_what_walks_through_data_exists() -> None:
    assert all((PACKAGE / name).is_file() for name in WALKS)


@pytest.mark.parametrize("module", [m for m in MODULES if layer_of(m) == "model"], ids=name_of)
def test_the_model_reads_no_file_and_plots_nothing(module: Path) -> None:
    tree = ast.parse(module.read_text("utf-8"))
    calls = {
        getattr(node.func, "attr", getattr(node.func, "id", ""))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    imports = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        )
    }
    assert not calls & (READS | {"glob", "write_text", "savefig"})
    assert not imports & {"matplotlib", "pathlib", "yaml", "csv", "IPython"}


def test_a_build_starts_without_the_data_and_their_libraries() -> None:
    """What is up to date is told before anything slow is imported."""
    slow = "pandas", "pydantic", "matplotlib", "sphinx", "thesisbook.data.dataset"
    code = "import sys, thesisbook.engine.command; print(*sys.modules)"
    run = [sys.executable, "-c", code]
    loaded = subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()
    assert "thesisbook.engine.command" in loaded
    assert not [name for name in slow if name in loaded]
