"""Read executed notebooks for the site: receipts, exhibits, and which cells to show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from thesisbook.data.languages import speaks

NUMBERS_MIME = "application/vnd.thesisbook.numbers+json"
EXHIBIT_MIME = "application/vnd.thesisbook.exhibit+json"
GLUE_PREFIX = "application/papermill.record/"
WHAT_IF = ' data-whatif="panel"'
SETTING_TAGS = frozenset({"parameters", "injected-parameters"})
HIDDEN_TAGS = frozenset({"remove-input", "hide-input", "hide-cell"})


@dataclass(frozen=True)
class Exhibit:
    """One numbered figure or table, as its notebook cell stored it."""

    id: str
    number: str
    title: str
    alt: str
    csv: str
    html: str
    narrow: str = ""  # the drawing for a phone


@dataclass(frozen=True)
class Chapter:
    """The receipts and exhibits of one executed notebook."""

    docname: str
    path: Path
    numbers: Mapping[str, Any] = field(default_factory=dict)
    exhibits: tuple[Exhibit, ...] = ()
    scenario: str | None = None
    run: str = ""
    """What the run is called: its scenario's name, and what was changed on top of it."""
    panel: str = ""
    """The first "What if" panel."""


def _text(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else str(value)


def _bundles(notebook: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [
        output["data"]
        for cell in notebook.get("cells", [])
        for output in cell.get("outputs", [])
        if "data" in output
    ]


def read_chapter(path: Path, docname: str) -> Chapter:
    """The receipts and exhibits of the executed notebook at `path` (read once while unchanged)."""
    return _read_chapter(path, docname, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read_chapter(path: Path, docname: str, _changed: int) -> Chapter:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    numbers: dict[str, Any] = {}
    exhibits: list[Exhibit] = []
    scenario: str | None = None
    run = panel = ""
    for bundle in _bundles(notebook):
        html = _text(bundle.get("text/html", ""))
        if not panel and WHAT_IF in html:
            panel = html
        payload = bundle.get(NUMBERS_MIME)
        if isinstance(payload, Mapping):
            scenario, run = payload.get("scenario", scenario), payload.get("run", run)
            numbers.update(payload.get("receipts", {}))
            for name, number in payload.get("numbers", {}).items():
                numbers[name] = {"kind": "number", **number}
        meta = bundle.get(EXHIBIT_MIME)
        if isinstance(meta, Mapping):
            exhibits.append(
                Exhibit(
                    id=str(meta["id"]),
                    number=str(meta.get("number", "")),
                    title=str(meta.get("title", "")),
                    alt=str(meta.get("alt", "")),
                    csv=str(meta.get("csv", "")),
                    html=html,
                    narrow=str(meta.get("narrow", "")),
                )
            )
    return Chapter(docname, path, numbers, tuple(exhibits), scenario, run, panel)


def _for_readers(output: dict[str, Any]) -> dict[str, Any]:
    """`output` without the kinds only this package reads (the parser warns of unknown ones)."""
    if "data" in output:
        own = (NUMBERS_MIME, EXHIBIT_MIME)
        return {**output, "data": {k: v for k, v in output["data"].items() if k not in own}}
    return output


def _shows(output: Mapping[str, Any]) -> bool:
    """Whether a reader would see anything of `output`."""
    if output.get("output_type") in ("stream", "error"):
        return True
    return any(
        not kind.startswith(GLUE_PREFIX) and _text(content).strip()
        for kind, content in output.get("data", {}).items()
    )


def tag_cells(source: str, language: str = "en") -> str:
    """The notebook `source` with tags that hide settings and plumbing and fold code away, without
    the text of other languages, which one that was run by hand still has.

    Cells with parameters and cells that show nothing are hidden; a cell that shows an exhibit
    keeps its code, folded, as the answer to "how was this made". A cell tagged
    `show-input` is left as it is.
    """
    notebook = json.loads(source)
    if "cells" in notebook:
        notebook["cells"] = [one for one in notebook["cells"] if speaks(one, language)]
    for cell in notebook.get("cells", []):
        if cell.get("cell_type") != "code":
            continue
        cell["outputs"] = [*map(_for_readers, cell.get("outputs", []))]
        tags = cell.setdefault("metadata", {}).setdefault("tags", [])
        if SETTING_TAGS.intersection(tags):
            if "remove-cell" not in tags:
                tags.append("remove-cell")
        elif "show-input" not in tags and "remove-cell" not in tags:
            shown = any(_shows(output) for output in cell["outputs"])
            if not shown:
                tags.append("remove-cell")
            elif not HIDDEN_TAGS.intersection(tags):
                tags.append("hide-input")
    return json.dumps(notebook, ensure_ascii=False)
