"""Write the pages of docs/ that are made from the code: charts, what a chapter calls, outputs.

    make pictures        writes them after the pictures of the chart kinds

The tests compare the pages with what this gives.
"""

from __future__ import annotations

import inspect
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parent))

from exhibits.gallery import GALLERY
from thesisbook.cli import main
from thesisbook.exhibits import charts
from thesisbook.exhibits.report import Report
from thesisbook.exhibits.svg import to_svg

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
CONSOLE = re.compile(r"```console\n\$ (?P<command>thesisbook .*)\n(?:(?!```).*\n)*```")

CHARTS = """# Charts

Each kind is a function of `thesisbook.exhibits.charts`: a frame and options in, a `Chart` out. Then
`report.figure` shows it. Cells of the frame that a `report` gave carry their receipt to the mark.
The drawings are those of `tests/exhibits/gallery.py`; each is drawn a second time for a phone.

"""
REPORT = """# What a chapter calls

A chapter opens a `Report`, glues its numbers, and shows exhibits. Captions, sources and alternative
texts are rows of `data/captions/`, numbers rows of `data/numbers/`.

```python
from thesisbook.exhibits import Report, charts

report = Report.open(scenario, overrides, language)
report.glue("06_valuation")
report.figure("some_exhibit", charts.bars(report.column("2026 | model.revenue.2026")))
```

"""


class Bare(str):
    """An annotation as it stands in the source, which signatures would put in quotes."""

    __slots__ = ()
    __repr__ = str.__str__


def chart_page() -> str:
    """All kinds by name, with their drawings from the gallery."""
    parts = [CHARTS]
    for name in charts.__all__:
        if name == "Chart":
            continue
        function = getattr(charts, name)
        shown = [kind for kind in GALLERY if _kind(kind) == name]
        pictures = "\n".join(f"![{kind.replace('_', ' ')}](charts/{kind}.svg)" for kind in shown)
        parts.append(f"{_entry(name, function)}\n{pictures}\n")
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _kind(drawing: str) -> str:
    """The function that a drawing of the gallery is made by: read from its own line there."""
    source = inspect.getsource(sys.modules[GALLERY[drawing].__module__])
    made = re.search(rf'"{drawing}": lambda: charts\.(\w+)\(', source)
    assert made is not None, drawing
    return made[1]


def drawings() -> Iterator[tuple[Path, str]]:
    """File and SVG of each drawing of the gallery."""
    for kind, draw in GALLERY.items():
        yield DOCS / "charts" / f"{kind}.svg", to_svg(draw(), f"doc-{kind}", kind.replace("_", " "))


def report_page() -> str:
    """The public methods of a report, as they stand."""
    parts = [REPORT]
    for name, method in inspect.getmembers(Report, callable):
        if not name.startswith("_") and inspect.getdoc(method):
            parts.append(_entry(name, method))
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _entry(name: str, function: Callable[..., Any]) -> str:
    """Heading, signature and docstring."""
    return f"## {name}\n\n{_signature(name, function)}\n\n{inspect.getdoc(function) or ''}\n"


def _signature(name: str, function: Callable[..., Any]) -> str:
    shown = inspect.signature(function)
    own = [
        one.replace(annotation=Bare(one.annotation))
        for one in shown.parameters.values()
        if one.name != "self"
    ]
    whole = shown.replace(parameters=own, return_annotation=Bare(shown.return_annotation))
    return f"```python\n{name}{whole}\n```"


def with_outputs(page: str) -> str:
    """A page with what each of its commands prints, faults included."""

    def run(match: re.Match[str]) -> str:
        words = shlex.split(match["command"])[1:]
        done = CliRunner().invoke(main, ["-C", str(ROOT), *words])
        told = "\n".join(line.rstrip() for line in done.output.rstrip().splitlines())
        return f"```console\n$ {match['command']}\n{told}\n```".replace("\n\n```", "\n```")

    return CONSOLE.sub(run, page)


def pages() -> Iterator[tuple[Path, str]]:
    """File and content of each page that is made."""
    yield DOCS / "charts.md", chart_page()
    yield DOCS / "report.md", report_page()
    first = DOCS / "first_change.md"
    yield first, with_outputs(first.read_text(encoding="utf-8"))


def write() -> int:
    """Write pages and drawings that changed; returns 0."""
    (DOCS / "charts").mkdir(exist_ok=True)
    changed = 0
    for path, text in (*pages(), *drawings()):
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            changed += 1
    print(f"{changed} files of docs/ changed")
    return 0


if __name__ == "__main__":
    sys.exit(write())
