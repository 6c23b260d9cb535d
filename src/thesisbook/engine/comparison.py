"""Two scenarios, or two builds, number by number, each difference with its cause."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from thesisbook.engine.errors import ParameterFault
from thesisbook.engine.run_parameters import parse_overrides
from thesisbook.model.parameters import SET_FOR_RUN

COMPUTED = ("quantity", "number", "expression", "recomputation", "list")  # kinds of receipts


def compare(dataset: Callable[[], Any], first: str, second: str) -> dict[str, Any]:
    """`numbers` that differ, each with `causes`: between scenarios or between builds.

    A scenario is `bear` or `bear,price=40`; a build is its folder or its numbers.json.
    """
    one, other = _numbers_file(first), _numbers_file(second)
    if (one is None) != (other is None):
        raise ParameterFault("compare needs two scenarios or two builds, not one of each")
    if one is not None and other is not None:
        contents = [(path, _read(path)) for path in (one, other)]
        found = compare_builds(*(content for _, content in contents))
        return {"first": first, "second": second, **found, "bridge": _bridge(contents)}
    from thesisbook.model import resolve, run  # noqa: PLC0415
    from thesisbook.model.commands import compare_results  # noqa: PLC0415

    data = dataset()
    runs = [run(resolve(data, *_scenario(text))) for text in (first, second)]
    return {**compare_results(*runs), "first": first, "second": second}


def _scenario(text: str) -> tuple[str, dict[str, Any]]:
    name, *overrides = text.split(",")
    return name, parse_overrides(overrides)


def _numbers_file(text: str) -> Path | None:
    path = Path(text)
    for candidate in (path / "numbers.json", path / "_build" / "numbers.json", path):
        if candidate.is_file():
            return candidate
    return None


def _bridge(builds: list[tuple[Path, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Step by step from the target of one build to that of the other, from the data beside them;
    none where a build stands without its data or the data have changed since."""
    from thesisbook.data import DataError, load_dataset, project_root  # noqa: PLC0415
    from thesisbook.model import edition_bridge, resolve, run  # noqa: PLC0415

    editions = []
    for path, content in builds:
        built = content["numbers"].get("target_price", {}).get("value")
        try:
            data = load_dataset(project_root(path.resolve().parent))
        except DataError:
            return []
        if built is None:
            return []
        assumptions = resolve(data, content["scenario"], content.get("overrides"))
        if abs(run(assumptions).quantity("target_price") - built) > 1e-6:
            return []
        editions.append(assumptions)
    return edition_bridge(*editions).to_dict("records")


def _read(path: Path) -> dict[str, Any]:
    content = json.loads(path.read_text(encoding="utf-8"))
    if "numbers" not in content:
        raise ParameterFault(f"{path} is no numbers.json of a build")
    return content


def compare_builds(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Named numbers of two builds that differ, and the causes found by following the receipts.

    A cause is a fact, a parameter or another leaf that is not the same in both builds. A computed
    line is none; where it alone differs, the formula of it has changed, and that is said.
    """
    before, after = one["numbers"], other["numbers"]
    books = one.get("receipts", {}), other.get("receipts", {})
    numbers = []
    for name in sorted(before.keys() & after.keys()):
        was, now = before[name], after[name]
        if was.get("value") == now.get("value") and was.get("text") == now.get("text"):
            continue
        numbers.append(
            {
                "name": name,
                "label": now.get("label", name),
                "first": was.get("value"),
                "second": now.get("value"),
                "first_text": was.get("text"),
                "second_text": now.get("text"),
                "difference": _difference(was.get("value"), now.get("value")),
                "causes": _causes((was, now), books),
            }
        )
    return {
        "numbers": numbers,
        "only_first": sorted(before.keys() - after.keys()),
        "only_second": sorted(after.keys() - before.keys()),
    }


def _difference(was: Any, now: Any) -> float | None:
    numeric = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (was, now))
    return now - was if numeric else None


def _causes(
    roots: tuple[Mapping[str, Any], Mapping[str, Any]],
    books: tuple[Mapping[str, Any], Mapping[str, Any]],
) -> dict[str, dict[str, Any]]:
    """What differs behind a number on either side although none of its own inputs does."""
    causes: dict[str, dict[str, Any]] = {}
    seen: set[str] = set()
    if roots[0].get("formula") != roots[1].get("formula"):
        causes["its formula"] = {
            "first": roots[0].get("formula"),
            "second": roots[1].get("formula"),
        }
    waiting = [*roots[0].get("inputs", ()), *roots[1].get("inputs", ())]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        was, now = (book.get(name, {}) for book in books)
        inputs = _inputs(was, now)
        waiting += sorted(inputs)
        if was.get("value") == now.get("value"):
            continue
        if not any(_moved(given, books) for given in inputs):
            label = (now or was).get("label", name)
            computed = (now or was).get("kind") in COMPUTED
            cause = f"the formula of {name}" if computed else name
            causes[cause] = {"label": label, "first": was.get("value"), "second": now.get("value")}
    return dict(sorted(causes.items()))


def _inputs(was: Mapping[str, Any], now: Mapping[str, Any]) -> set[str]:
    """What a receipt rests on in either build; of a parameter that either run sets nothing, for it
    was the setting that moved it and not the facts the other run reads."""
    if SET_FOR_RUN in (was.get("reason"), now.get("reason")):
        return set()
    return {*was.get("inputs", ()), *now.get("inputs", ())}


def _moved(name: str, books: tuple[Mapping[str, Any], Mapping[str, Any]]) -> bool:
    was, now = (book.get(name, {}) for book in books)
    return was.get("value") != now.get("value")


def readable_lines(found: Mapping[str, Any]) -> list[str]:
    """A comparison as text: one line a number, its causes below it."""
    lines = [f"{found['first']} -> {found['second']}: {len(found['numbers'])} numbers differ"]
    for row in found["numbers"]:
        change = row["difference"]
        moved = "" if change is None else f"  ({_shown(change, '+')})"
        was = row.get("first_text") or _shown(row["first"])
        now = row.get("second_text") or _shown(row["second"])
        lines.append(f"{row['name']}: {was} -> {now}{moved}")
        for cause, effect in row["causes"].items():
            if isinstance(effect, Mapping):
                what = f"{_shown(effect['first'])} -> {_shown(effect['second'])}"
                lines.append(f"    {cause}: {what}")
            else:
                lines.append(f"    {cause} alone: {_shown(effect, '+')}")
    for row in found.get("parameters", ()):
        lines.append(f"parameter {row['name']}: {_shown(row['first'])} -> {_shown(row['second'])}")
        lines.append(f"    {row['reason']}")
    for row in found.get("bridge", ()):
        lines.append(f"target, {row['name']}: {row['delta']:+.2f} -> {row['target_after']:.2f}")
    for side in ("only_first", "only_second"):
        lines += [f"{side.replace('_', ' ')}: {name}" for name in found.get(side, ())]
    return lines


def _shown(value: Any, sign: str = "") -> str:
    if isinstance(value, float):
        return f"{value:{sign},.6g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_shown(item)}" for key, item in value.items())
    return str(value)
