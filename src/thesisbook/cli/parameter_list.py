"""Text of `params`: one line for each parameter, or all details of those asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from thesisbook.cli.headlines import span
from thesisbook.cli.terminal import table
from thesisbook.exhibits.unit_formats import FACTOR, shown
from thesisbook.model.graph import Graph
from thesisbook.model.parameters import ParameterError, suggestion
from thesisbook.model.quantities import QUANTITIES, split_year

OTHER = "*"


def chosen(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[Mapping[str, Any]]:
    """The rows that are asked for, by name (`wacc`, `gross_margin.2027`), by the beginning of a
    name (`peer_ps`) or by a word of the label. Raises ParameterError for what names none."""
    if not names:
        return list(rows)
    found: dict[str, Mapping[str, Any]] = {}
    for name in names:
        stem = name.rstrip(".").rpartition(".")[0] if name[-4:].isdigit() else name
        hits = [row for row in rows if row["name"] == stem]
        hits = hits or [r for r in rows if r["name"].startswith(stem)]
        hits = hits or [r for r in rows if stem.lower() in f"{r['name']} {r['label']}".lower()]
        if not hits:
            near = suggestion(name, [row["name"] for row in rows])
            raise ParameterError(f"{name}: no such parameter{near}")
        found |= {row["name"]: row for row in hits}
    return list(found.values())


def lines(
    rows: Sequence[Mapping[str, Any]],
    base: Mapping[str, Any],
    numbers: Mapping[str, Sequence[Any]] | None = None,
    graph: Graph | None = None,
) -> Iterator[str]:
    """`rows` of the parameter table; those that differ from `base` (values by name) are marked.

    With the named `numbers` by chapter and the `graph` of the model: all details of each parameter.
    """
    if numbers is not None and graph is not None:
        for row in rows:
            yield from _details(row, base[row["name"]])
            used = used_in(row["name"], graph)
            yield f"  used in   {', '.join(used) or 'no equation'}"
            told = chapters_telling(row["name"], numbers)
            yield f"  told in   {', '.join(told) or 'no chapter directly'}"
            yield ""
        return
    settable = [row for row in rows if row["kind"] != "published"]
    yield table(
        ("Name", "Value", "Range:", "Label:"),
        [
            (_marked(row, base), span(row["value"], _unit(row)), _range(row), row["label"])
            for row in settable
        ],
    )
    printed = len(rows) - len(settable)
    if any(row["value"] != base[row["name"]] for row in rows):
        yield f"\n{OTHER} not as in base"
    if printed:
        yield f"\n{printed} printed lines, which only their facts can change: params published_"


def _marked(row: Mapping[str, Any], base: Mapping[str, Any]) -> str:
    return f"{row['name']}{OTHER if row['value'] != base[row['name']] else ''}"


def _details(row: Mapping[str, Any], base: Any) -> Iterator[str]:
    yield f"{row['name']}: {row['label']}"
    value = row["value"]
    if isinstance(value, Mapping):
        yield "  " + table(
            list(map(str, value)), [[shown(v, _unit(row)) for v in value.values()]], left=0
        ).replace("\n", "\n  ")
    else:
        yield f"  value     {shown(value, _unit(row))}"
    if value != base:
        yield f"  in base   {span(base, _unit(row))}"
    yield f"  allowed   {_range(row)}"
    yield f"  reason    {' '.join(row['reason'].split())}"
    made = list(dict.fromkeys(row["origin"].values()))
    if made:
        yield f"  made of   {made[0]}{f' and {len(made) - 1} more' if len(made) > 1 else ''}"


def chapters_telling(name: str, numbers: Mapping[str, Sequence[Any]]) -> list[str]:
    """Chapters with a named number that is the parameter or names it in its expression."""
    reference = re.compile(rf"\{{(?:(?:\w+\.)?param|model|base)\.{re.escape(name)}\b")
    return [
        chapter
        for chapter, rows in numbers.items()
        if any(reference.search(row.expression) for row in rows)
    ]


def used_in(name: str, graph: Graph) -> list[str]:
    """Labels of the quantities whose equations name a parameter, in any branch."""
    leaf = f"param.{name}"
    named = {
        split_year(cell)[0]
        for cell in graph.cells
        if any(one == leaf or one.startswith(f"{leaf}.") for one in graph.inputs(cell))
    }
    return [QUANTITIES[stem].label for stem in sorted(named)]


def _unit(row: Mapping[str, Any]) -> str:
    return FACTOR if row["is_factor"] else row["unit"]


def _range(row: Mapping[str, Any]) -> str:
    if row["allowed"]:
        return ", ".join(row["allowed"])
    if row["kind"] == "switch":
        return "true, false"
    if row["kind"] == "date":
        return "YYYY-MM-DD"
    if row["low"] is None:
        return "set by its fact only"
    if row["unit"] == "ratio" and not row["is_factor"]:
        return f"{row['low'] * 100:g}% to {row['high'] * 100:g}%"
    plain = "{:g}" if row["unit"] == "year" else "{:,g}"
    return f"{plain.format(row['low'])} to {plain.format(row['high'])}"
