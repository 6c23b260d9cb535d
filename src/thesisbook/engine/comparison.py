"""Compare two scenarios or two builds, number by number, and find the cause of each difference."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thesisbook.engine.errors import ParameterFault
from thesisbook.engine.project import DEFAULT_SCENARIO
from thesisbook.engine.run_parameters import parse_overrides
from thesisbook.model.parameters import SET_FOR_RUN

COMPUTED = ("quantity", "number", "expression", "recomputation", "list")  # kinds of receipts

if TYPE_CHECKING:
    from thesisbook.data import Dataset
    from thesisbook.model import Assumptions


def compare(dataset: Callable[[], Any], first: str, second: str) -> dict[str, Any]:
    """`numbers` that differ, each with `causes`: between scenarios, editions or builds.

    A scenario is `bear` or `bear,price=40`, one of a kept edition `2025-12-31:bear` (its base where
    only the day is given); a build is its folder or its numbers.json.
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
    runs = [run(resolve(*_scenario(data, text))) for text in (first, second)]
    steps = _steps(data, first, second, [result.assumptions for result in runs])
    return {**compare_results(*runs), "first": first, "second": second, "bridge": steps}


def _steps(
    data: Dataset, first: str, second: str, runs: Sequence[Assumptions]
) -> list[dict[str, Any]]:
    """The steps of a bridge study if one covers these scenarios, else one per parameter."""
    from thesisbook.model import ParameterError, bridge, edition_bridge  # noqa: PLC0415
    from thesisbook.score.revisions import STUDY, Revisions  # noqa: PLC0415

    study: Any = data.studies.get(STUDY)
    named = study and (study.edition, f"{study.edition}:{study.scenario}")
    if named and first in named and second == DEFAULT_SCENARIO:
        return Revisions(data).target()
    for work in (lambda: bridge(data, first, second), lambda: edition_bridge(*runs)):
        with contextlib.suppress(ParameterError):
            return work().to_dict("records")
    return []


def _scenario(data: Dataset, text: str) -> tuple[Dataset, str, dict[str, Any]]:
    """The data set, scenario and overrides that a text names; of a kept edition, those it kept."""
    from thesisbook.data.fields import is_day  # noqa: PLC0415
    from thesisbook.score.kept_results import as_dataset, edition_of  # noqa: PLC0415

    name, *overrides = text.split(",")
    edition, _, scenario = name.partition(":")
    if is_day(edition):
        data, name = as_dataset(data, edition_of(data, edition)), scenario or DEFAULT_SCENARIO
    return data, name, parse_overrides(overrides)


def _numbers_file(text: str) -> Path | None:
    path = Path(text)
    for candidate in (path / "numbers.json", path / "_build" / "numbers.json", path):
        if candidate.is_file():
            return candidate
    return None


def _bridge(builds: list[tuple[Path, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Step by step from the target of one build's run to that of the other's, from their data.

    The run is that of the build's scenario; the headline may be the expected value over a tree of
    such runs. None where a build stands without its data or the data have changed since.
    """
    from thesisbook.data import DataError, load_dataset, project_root  # noqa: PLC0415
    from thesisbook.model import edition_bridge, resolve, run  # noqa: PLC0415

    editions = []
    for path, content in builds:
        built = content["receipts"].get("model.target_price", {}).get("value")
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
    """The content of a build's numbers.json. Raises ParameterFault where it is none, or cut."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        whole = all(isinstance(content[part], dict) for part in ("numbers", "receipts"))
    except (ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise ParameterFault(f"{path} is no numbers.json of a build, or was cut short: build again")
    return content


def compare_builds(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Named numbers of two builds that differ, and the causes found by following the receipts.

    A cause is a fact, a parameter or another leaf that differs between the builds. A computed line
    is never a cause; if nothing behind it differs, its formula has changed, and the result says so.
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
    """The references behind a number that differ although none of their own inputs differs."""
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
    """The inputs of a receipt in either build; none for a parameter that a run sets.

    The setting is then the cause, not the facts that the other run reads."""
    if SET_FOR_RUN in (was.get("reason"), now.get("reason")):
        return set()
    return {*was.get("inputs", ()), *now.get("inputs", ())}


def _moved(name: str, books: tuple[Mapping[str, Any], Mapping[str, Any]]) -> bool:
    was, now = (book.get(name, {}) for book in books)
    return was.get("value") != now.get("value")
