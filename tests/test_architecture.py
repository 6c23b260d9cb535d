"""The way of the data: imports point left, modules stay small, only one layer opens `data/`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from thesisbook.data import read_company

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "thesisbook"
MODULES = sorted(PACKAGE.rglob("*.py"))
MAX_LINES = 320

# What each layer may import of the package. The build and the command line may import anything.
MAY_IMPORT = {
    "data": {"data"},
    "model": {"data", "model"},
    "exhibits": {"data", "model", "provenance", "exhibits"},
    "outputs": {"data", "model", "provenance", "exhibits", "outputs"},
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


@pytest.mark.parametrize(
    "module", [m for m in MODULES if layer_of(m) == "model"], ids=name_of
)  # fmt: skip
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
