"""The parameter sets of a sweep, from its grid file."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thesisbook.engine.errors import ParameterFault
from thesisbook.engine.project import DEFAULT_SCENARIO, Variant

KEYS = {"what", "scenarios", "parameters", "sets", "outputs"}
WHAT = ("values", "books")


@dataclass(frozen=True)
class Grid:
    """What to make (`values` or `books`), of which variants, and which outputs of a book."""

    what: str
    variants: tuple[Variant, ...]
    outputs: tuple[str, ...]


def read_grid(path: Path) -> Grid:
    """Scenarios x the product of `parameters`, then the explicit `sets`. Raises ParameterFault."""
    import yaml  # noqa: PLC0415

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ParameterFault(f"{path}: {' '.join(str(error).split())}") from None
    if not isinstance(content, Mapping):
        raise ParameterFault(f"{path}: must have keys among {', '.join(sorted(KEYS))}")
    unknown = set(content) - KEYS
    if unknown:
        raise ParameterFault(f"{path}: unknown {sorted(unknown)[0]!r} (keys: {sorted(KEYS)})")
    what = content.get("what", "values")
    if what not in WHAT:
        raise ParameterFault(f"{path}: what: must be one of {', '.join(WHAT)}, not {what!r}")
    axes = {name: _values(path, name, v) for name, v in (content.get("parameters") or {}).items()}
    scenarios = content.get("scenarios") or ([] if "sets" in content else [DEFAULT_SCENARIO])
    variants = [
        Variant(scenario, dict(zip(axes, values, strict=True)))
        for scenario in scenarios
        for values in itertools.product(*axes.values())
    ]
    for entry in content.get("sets") or ():
        given = dict(entry)
        variants.append(Variant(given.pop("scenario", DEFAULT_SCENARIO), _plain(given)))
    unique = {variant.key: variant for variant in variants}
    return Grid(what, tuple(unique.values()), tuple(content.get("outputs") or ("html",)))


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    return {n: float(v) if isinstance(v, int) and type(v) is int else v for n, v in given.items()}


def _values(path: Path, name: str, given: Any) -> list[Any]:
    """A list as it stands, or `{from, to, steps}` evenly spaced, ends included."""
    if isinstance(given, list):
        return [_plain({name: value})[name] for value in given]
    if isinstance(given, Mapping) and set(given) == {"from", "to", "steps"}:
        low, high, steps = float(given["from"]), float(given["to"]), int(given["steps"])
        width = (high - low) / max(steps - 1, 1)
        return [round(low + width * n, 12) for n in range(steps)]
    raise ParameterFault(f"{path}: {name}: needs a list, or from, to and steps")
