"""How a scenario of the data becomes one set of assumptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from thesisbook.data.currencies import ROLES
from thesisbook.data.dataset import PUBLISHED
from thesisbook.data.expressions import Expression, ExpressionError
from thesisbook.data.faults import UnknownFact
from thesisbook.model.assumptions import BASE, Assumptions, Grade
from thesisbook.model.branches import state_changes, states_of
from thesisbook.model.lines import HISTORY_LINES
from thesisbook.model.parameters import Parameter, ParameterError, Value, declare, suggestion

if TYPE_CHECKING:
    from thesisbook.data import Dataset

HISTORY_YEARS = 3
HORIZON = ("other_revenue", "revenue_growth")  # their years are the product years and the later


def resolve(
    dataset: Dataset, scenario: str = "base", overrides: Mapping[str, Any] | None = None
) -> Assumptions:
    """Assumptions of a scenario of the data set, with overrides as on the command line.

    Parameters
    ----------
    dataset : the loaded data
    scenario : name of a file of data/assumptions
    overrides : `{"wacc": 0.1, "gross_margin.2027": 0.5}`; numbers may be text (`"10%"`)

    Raises ParameterError: unknown scenario or parameter, wrong type, year or range.
    """
    if scenario not in dataset.scenarios:
        raise ParameterError(
            f"{scenario}: no such scenario{suggestion(scenario, dataset.scenarios)}"
        )
    declared: dict[str, Parameter] = {}
    values: dict[str, Value] = {}
    for name, entry in dataset.scenarios["base"].items():
        with _named("base", name):
            contents, origin = _contents(dataset, entry)
            declared[name] = parameter = declare(name, entry, origin)
            for year, content in contents.items():
                key = f"{name}.{year}" if year else name
                values[key] = parameter.coerce(key, content)
    for name in HORIZON:  # the years of these are those of the forecast
        if name not in declared:
            raise ParameterError(f"{name}: an equation uses it, and {BASE} has none")
    base = Assumptions(
        scenario="base",
        entity=dataset.company["entity"],
        parameters=MappingProxyType(declared),
        values=MappingProxyType(values),
        history=_history(dataset, declared["other_revenue"].years[0] - 1),
        grades=_grades(dataset),
        currencies={role: dataset.company["currencies"][role] for role in ROLES},
        fiscal_year_end=dataset.company["fiscal_year_end"],
    )
    branch = dataset.company["scenarios"].get(scenario, {}).get("branch")
    assumptions = _scenario(dataset, base, scenario) if scenario != "base" else base
    if branch and scenario != "base":
        assumptions = _branch(dataset, assumptions, branch)
    if dataset.studies.get("tree") and scenario != PUBLISHED:
        assumptions = replace(assumptions, graded=False)
    assumptions._check_dates()
    return assumptions.replace(overrides) if overrides else assumptions


def _scenario(dataset: Dataset, base: Assumptions, scenario: str) -> Assumptions:
    """`base` with the differences a scenario file states, each with its own reason and range."""
    values, parameters = dict(base.values), dict(base.parameters)
    reasons: dict[str, str] = {}
    for name, entry in dataset.scenarios[scenario].items():
        with _named(scenario, name):
            keys = base.names(name)
            contents, origin = _contents(dataset, entry)
        parameter = base.parameter(name)
        low, high = entry.get("range") or (parameter.low, parameter.high)
        merged = {**parameter.origin, **origin}
        parameter = replace(parameter, low=low, high=high, origin=MappingProxyType(merged))
        parameters[parameter.name] = parameter
        with _named(scenario, name):
            for year, content in contents.items():
                for key in base.names(f"{name}.{year}") if year else keys:
                    values[key] = parameter.coerce(key, content)
                    reasons[key] = entry.get("reason", "")
    return replace(
        base,
        scenario=scenario,
        parameters=MappingProxyType(parameters),
        values=MappingProxyType(values),
        reasons=MappingProxyType(reasons),
    )


def _branch(dataset: Dataset, p: Assumptions, branch: Mapping[str, str]) -> Assumptions:
    """`p` with what the states of a branch of the tree change, each with the reason of its state.

    A state keeps to the ranges that the parameters have.
    """
    tree = dataset.studies["tree"]
    values, parameters, reasons = dict(p.values), dict(p.parameters), dict(p.reasons)
    for key, change in state_changes(dataset, p.values, states_of(tree, branch)).items():  # type: ignore[arg-type]
        parameter = parameters[p.parameter(key).name]
        values[key] = parameter.coerce(key, change.value)
        reasons[key] = change.reason
        year = key.removeprefix(parameter.name).removeprefix(".")
        origin = {y: text for y, text in parameter.origin.items() if y != year}
        if change.expression:
            origin[year] = change.expression
        parameters[parameter.name] = replace(parameter, origin=MappingProxyType(origin))
    return replace(
        p,
        parameters=MappingProxyType(parameters),
        values=MappingProxyType(values),
        reasons=MappingProxyType(reasons),
    )


@contextmanager
def _named(scenario: str, name: str) -> Iterator[None]:
    """Faults of an entry say in which scenario file it stands."""
    try:
        yield
    except ParameterError as error:
        raise ParameterError(f"data/assumptions/{scenario}.yaml: {error}") from None
    except (UnknownFact, ExpressionError) as error:
        raise ParameterError(f"data/assumptions/{scenario}.yaml: {name}: {error}") from None


def _contents(dataset: Dataset, entry: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Values of an entry by year (`""` for none), and what each is made of."""
    if "values" in entry:
        return {str(y): v for y, v in entry["values"].items()}, {}
    if "facts" in entry:
        origin = {str(y): fact for y, fact in entry["facts"].items()}
        return {y: dataset.value(fact) for y, fact in origin.items()}, origin
    if "expressions" in entry:
        origin = {str(y): text for y, text in entry["expressions"].items()}
        return {y: Expression(t).evaluate(dataset.resolve) for y, t in origin.items()}, origin
    if "fact" in entry:
        return {"": dataset.value(entry["fact"])}, {"": entry["fact"]}
    if "expression" in entry:
        text = entry["expression"]
        return {"": Expression(text).evaluate(dataset.resolve)}, {"": text}
    return {"": entry["value"]}, {}


def _history(dataset: Dataset, last: int) -> Mapping[str, Mapping[int, float]]:
    entity = dataset.company["entity"]
    years = range(last - HISTORY_YEARS + 1, last + 1)
    return MappingProxyType(
        {
            line: MappingProxyType({y: dataset.value(f"{entity}.{line}.{y}") for y in years})
            for line in HISTORY_LINES
        }
    )


def _grades(dataset: Dataset) -> tuple[Grade, ...]:
    return tuple(
        Grade(g["id"], g.get("above", float("-inf")), g.get("to", float("inf")))
        for g in dataset.company["rating_scale"]["grades"]
    )
