"""Data behind the commands `value`, `params` and `compare`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from thesisbook.model.assumptions import BASE, Assumptions
from thesisbook.model.lines import UNDRIVEN
from thesisbook.model.parameters import ParameterError
from thesisbook.model.resolving import resolve
from thesisbook.model.result import Result, run

if TYPE_CHECKING:
    from thesisbook.data import Dataset


def value_report(
    dataset: Dataset, scenario: str = "base", overrides: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The headline outputs of a run: the keys of `value --json`. Raises ParameterError.

    `currencies` names them: values per share and equity are in `trading`, all other money in
    `reporting`.
    """
    return run(resolve(dataset, scenario, overrides)).headline()


def parameter_table(dataset: Dataset, scenario: str = "base") -> list[dict[str, Any]]:
    """Every parameter: name, label, unit, is_factor, kind, low, high, allowed, value, reason,
    source, origin.

    `value` is a number, word or switch, or a mapping by year; `origin` names facts or expressions;
    infinite ends of a range are None.
    """
    assumptions = resolve(dataset, scenario)
    return [
        {
            "name": name,
            "label": parameter.label,
            "unit": parameter.unit,
            "is_factor": parameter.is_factor,
            "kind": parameter.kind,
            "low": _finite(parameter.low),
            "high": _finite(parameter.high),
            "allowed": list(parameter.allowed),
            "value": _value(assumptions, name),
            "reason": assumptions.reasons.get(parameter.keys[0], parameter.reason),
            "source": parameter.source,
            "origin": dict(parameter.origin),
        }
        for name, parameter in assumptions.parameters.items()
    ]


def published_inputs(dataset: Dataset) -> list[dict[str, Any]]:
    """The published lines that are inputs, since no driver of them could be recovered.

    One row a line: name, label, facts by year; none where no report is audited.
    """
    parameters = resolve(dataset).parameters
    return [
        {
            "line": line,
            "label": parameters[f"published_{line}"].label,
            "facts": dict(parameters[f"published_{line}"].origin),
        }
        for line in UNDRIVEN
        if f"published_{line}" in parameters
    ]


def check_parameters(dataset: Dataset) -> None:
    """Every scenario resolves and runs, and every declared parameter is in some equation.

    Raises ParameterError naming each parameter that no equation uses, or the first that an
    equation uses and base does not declare. A parameter
    with a single allowed value is left out: it has no choice to make.
    """
    from thesisbook.model.graph import trace  # noqa: PLC0415 - `value` needs none

    for scenario in dataset.scenarios:
        run(resolve(dataset, scenario))
    base = resolve(dataset)
    used = {leaf.removeprefix("param.") for leaf in trace(base).leaves}
    settled = {
        name for name, p in base.parameters.items() if len(p.allowed) == 1 or p.low == p.high
    }
    unused = [key for key in base.values if key not in used | settled]
    if unused:
        raise ParameterError(f"{BASE}: {', '.join(unused)}: no equation of the model uses it")


def compare_results(first: Result, second: Result) -> dict[str, Any]:
    """The numbers that differ between two runs, with the parameters that cause each difference.

    `numbers`: name, first, second, difference, causes; a cause is a parameter that differs and is
    behind the number in the graph of either run, with the effect it has when set alone to the
    second run's value (0 where it needs another with it, None where alone it is not allowed).
    `parameters`: name, label, first, second, effect on the target alone, reason. `interaction`:
    the difference of the target that no parameter makes alone.
    """
    a, b = first.assumptions, second.assumptions
    base, other = _flat(first), _flat(second)
    moved = _each_alone(a, b)
    numbers = []
    for name in {**base, **other}:
        if base.get(name) == other.get(name):
            continue
        behind = _behind(first, name) | _behind(second, name)
        numbers.append(
            {
                "name": name,
                "first": base.get(name),
                "second": other.get(name),
                "difference": _difference(base.get(name), other.get(name)),
                "causes": {
                    cause: flat and _difference(base.get(name), flat.get(name))
                    for cause, flat in moved.items()
                    if cause in behind
                },
            }
        )
    target = "target_price"
    effects = {n: f and _difference(base[target], f[target]) for n, f in moved.items()}
    return {
        "first": first.scenario,
        "second": second.scenario,
        "numbers": numbers,
        "parameters": [
            {
                "name": name,
                "label": a.parameters[name].label,
                "first": _value(a, name),
                "second": _value(b, name),
                "effect": effect,
                "reason": _reason(a, b, name),
            }
            for name, effect in effects.items()
        ],
        "interaction": other[target] - base[target] - sum(e for e in effects.values() if e),
    }


def effects_alone(first: Result, second: Result) -> dict[str, float | None]:
    """Change of the first run's target with each parameter that differs set alone as in the second;
    None where that is not allowed alone."""
    before = first.quantity("target_price")
    moved = _each_alone(first.assumptions, second.assumptions)
    return {n: flat["target_price"] - before if flat else None for n, flat in moved.items()}


def _each_alone(a: Assumptions, b: Assumptions) -> dict[str, dict[str, Any] | None]:
    """Headline numbers of the first run with each parameter that differs set alone."""
    names = dict.fromkeys(a.parameter(key).name for key in a.differences(b))
    return {name: _alone(a, b, name) for name in names}


def _behind(result: Result, name: str) -> set[str]:
    """The parameters behind a headline number, without years; empty if it has no value."""
    cell = "relative_return" if name == "rating" else name
    if cell not in result.graph.graph.cells:
        return set()
    leaves = (leaf.removeprefix("param.") for leaf in result.graph.reach(cell))
    p = result.assumptions
    return {p.parameter(leaf).name for leaf in leaves if leaf in p.values}


def _difference(first: Any, second: Any) -> Any:
    """Second less first of two numbers; the second itself for a rating or a year of one run."""
    if isinstance(first, float) and isinstance(second, float):
        return second - first
    return second


def _alone(a: Assumptions, b: Assumptions, name: str) -> dict[str, Any] | None:
    """The first run with one parameter set as in the second; None if that is not allowed alone."""
    change = {key: b.values[key] for key in a.parameters[name].keys}
    if name != "wacc_method":
        change.setdefault("wacc_method", a("wacc_method"))
    try:
        return _flat(run(a.replace(change)))
    except ParameterError:
        return None


def _flat(result: Result) -> dict[str, Any]:
    """Headline numbers by flat name: `revenue.2027`."""
    flat: dict[str, Any] = {}
    for name, value in result.headline().items():
        if name in ("scenario", "parameters"):
            continue
        if isinstance(value, Mapping):
            flat |= {f"{name}.{year}": number for year, number in value.items()}
        else:
            flat[name] = value
    return flat


def _value(p: Assumptions, name: str) -> Any:
    years = p.parameters[name].years
    return {year: p(name, year) for year in years} if years else p(name)


def _reason(a: Assumptions, b: Assumptions, name: str) -> str:
    key = b.parameters[name].keys[0]
    return b.reasons.get(key) or a.reasons.get(key) or b.parameters[name].reason


def _finite(number: float) -> float | None:
    return number if abs(number) != float("inf") else None
