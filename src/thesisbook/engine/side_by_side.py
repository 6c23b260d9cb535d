"""The tables of the page that sets the scenarios side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from thesisbook.data.currencies import unit_words
from thesisbook.data.units import UNITS
from thesisbook.engine.compare_page import WORDS
from thesisbook.exhibits import tables
from thesisbook.model.commands import compare_results
from thesisbook.model.quantities import QUANTITIES, unit_in
from thesisbook.model.result import HEADLINE_LINES

if TYPE_CHECKING:
    from thesisbook.exhibits import Report

FORMATS = {
    **{"ratio": "pct1", "multiple": "x2", "shares": "1", "duration": "0"},
    **{"money": "0", "per_share": "2", "exchange_rate": "4"},
}  # by dimension
CAUSES_SHOWN = 3


def _scenarios(report: Report) -> dict[str, str]:
    """Scenario -> its name in the report's language, `base` first."""
    names = report.dataset.company["scenarios"]
    order = ["base", *(name for name in names if name != "base")]
    return {name: names[name][report.language] for name in order}


def numbers_table(report: Report) -> tables.Table:
    """Headline numbers that differ between scenarios; what moves each against `base`, largest
    effect first."""
    scenarios = _scenarios(report)
    base = report.result_of("base")
    compared = {
        name: compare_results(base, report.result_of(name)) for name in scenarios if name != "base"
    }
    differing = dict.fromkeys(row["name"] for c in compared.values() for row in c["numbers"])
    rows, formats = {}, {}
    for name in differing:
        key, _, year = name.partition(".")
        quantity = QUANTITIES[HEADLINE_LINES.get(key, key)]
        reference = HEADLINE_LINES.get(key, key) + (f".{year}" if year else "")
        unit = unit_in(quantity.unit, report.dataset.company["currencies"])
        head = _head(quantity.label, year, unit)
        rows[head] = {shown: _cell(report, f"{s}.{reference}") for s, shown in scenarios.items()}
        rows[head][WORDS[report.language]["cause"]] = _moved_by(report, name, compared, scenarios)
        formats[head] = _format(unit)
    return _table(report, rows, formats)


def parameters_table(report: Report) -> tables.Table:
    """Assumptions whose value is not the same in every scenario, with the reasons stated."""
    scenarios = _scenarios(report)
    runs = {name: report.result_of(name).assumptions for name in scenarios}
    base = runs["base"]
    rows, formats = {}, {}
    for parameter in base.parameters.values():
        for key in parameter.keys:
            if len({repr(run.values.get(key)) for run in runs.values()}) == 1:
                continue
            year = key.rpartition(".")[2] if parameter.years else ""
            head = _head(parameter.label, year, parameter.unit)
            rows[head] = {
                shown: _cell(report, f"{scenario}.param.{key}")
                for scenario, shown in scenarios.items()
            }
            reasons = {
                scenarios[s]: run.reasons[key] for s, run in runs.items() if run.reasons.get(key)
            }
            text = " ".join(f"{who}: {why}" for who, why in reasons.items())
            rows[head][WORDS[report.language]["reason"]] = " ".join(text.split())
            formats[head] = _format(parameter.unit)
    return _table(report, rows, formats)


def _table(report: Report, rows: Mapping[str, Any], formats: Mapping[str, str]) -> tables.Table:
    frame = pd.DataFrame.from_dict(rows, orient="index", dtype=object)
    return tables.table(frame, fmt=formats, language=report.language)


def _head(label: str, year: str, unit: str) -> str:
    return ", ".join(part for part in (label, year, unit_words(unit)) if part)


def _format(unit: str) -> str:
    return FORMATS.get(UNITS[unit].dimension, "2") if unit in UNITS else "2"


def _cell(report: Report, reference: str) -> Any:
    """A traced number, or a word; None where a scenario ends before that year."""
    from thesisbook.exhibits.references import UnknownReference  # noqa: PLC0415
    from thesisbook.model import ParameterError  # noqa: PLC0415

    try:
        found = report.value(reference)
    except (UnknownReference, ParameterError):
        return None
    return str(found) if isinstance(found, bool) else found


def _moved_by(
    report: Report,
    name: str,
    compared: Mapping[str, Mapping[str, Any]],
    scenarios: Mapping[str, str],
) -> str:
    """The parameters with the largest effect on a number, for each scenario that moves it."""
    told = []
    for scenario, found in compared.items():
        row = next((row for row in found["numbers"] if row["name"] == name), None)
        if row is None:
            continue
        labels = {p["name"]: p["label"] for p in found["parameters"]}
        effects = {n: abs(e) if isinstance(e, float) else 0.0 for n, e in row["causes"].items()}
        order = sorted(effects, key=lambda cause: (-effects[cause], cause))[:CAUSES_SHOWN]
        if order:
            words = "; ".join(labels[cause] for cause in order)
            told.append(f"{scenarios[scenario]}: {words}.")
    return " ".join(told)
