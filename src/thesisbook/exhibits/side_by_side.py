"""Tables that compare scenarios: what differs, its effect on the target, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from thesisbook.exhibits import tables
from thesisbook.exhibits.references import NO_GRADE, UnknownReference
from thesisbook.exhibits.unit_formats import cell_format, unit_shown, unit_words
from thesisbook.model import Parameter, ParameterError
from thesisbook.model.quantities import QUANTITIES
from thesisbook.model.result import HEADLINE_LINES, HEADLINE_SCALARS

if TYPE_CHECKING:
    from thesisbook.exhibits import Report

BASE = "base"
FIRST = ("target_price", "upside", "rating")  # rows in the order in which readers look for them
MOST = 0.9  # parameters that together make this share of all moves stand in the first group
SEEN = 0.005  # per share; a smaller move is shown as none
WORDS = {
    "en": {
        "most": "These move the target most",
        "rest": "The others",
        "none": "No effect by themselves",
        "set": "In the scenario",
        "rating": "Rating",
        "also": "Also for",
        "colon": ": ",
        "stop": ".",
        True: "yes",
        False: "no",
    },
    "zh": {
        "most": "对目标价影响最大",
        "rest": "其他",
        "none": "单独无影响",
        "set": "该情景",
        "rating": "评级",
        "also": "亦适用于",
        "colon": "：",
        "stop": "。",
        True: "是",
        False: "否",
    },
}


@dataclass(frozen=True)
class Explained:
    """A row that a reason explains: its key in the frame, its scenario and its assumption."""

    row: str
    scenario: str
    assumption: str


@dataclass
class Rows:
    """Collects rows of a table, each under the heading of its block."""

    report: Report
    columns: Sequence[str]
    cells: dict[str, list[Any]] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, list[Explained]] = field(default_factory=dict)
    sections: dict[str, str] = field(default_factory=dict)
    block: str = ""

    def add(self, block: str, name: str, unit: str, references: Sequence[str]) -> str:
        """A row called `name` in `block`, a cell for each reference; its key in the frame."""
        key = f"{block}: {name}" if block else name
        if block and block != self.block:
            self.block = self.sections[key] = block
        self.names[key] = name
        self.cells[key] = [_cell(self.report, reference) for reference in references]
        self.formats[key] = cell_format(unit)
        return key

    def explain(self, row: str, scenario: str, parameter: Parameter) -> None:
        """Give a row its scenario's reason for the parameter, if it has one (base has none)."""
        if reason := _reason(self.report, scenario, parameter):
            name = _scenarios(self.report)[scenario]
            say = self.report.translation
            explained = Explained(row, name, say(parameter.label))
            self.reasons.setdefault(say(reason), []).append(explained)

    def notes(self) -> dict[str, str]:
        """Row -> reason. A reason stands once, below its first row, and names the other rows."""
        words = WORDS[self.report.language]
        found = {}
        for reason, rows in self.reasons.items():
            others = _others(rows, words["colon"])
            also = f" {words['also']}{words['colon']}{others}{words['stop']}" if others else ""
            found[rows[0].row] = reason + also
        return found

    def table(self) -> tables.Table:
        frame = pd.DataFrame.from_dict(
            self.cells, orient="index", columns=list(self.columns), dtype=object
        )
        return tables.statement(
            frame,
            fmt=self.formats,
            sections=self.sections,
            names=self.names,
            notes=self.notes(),
            language=self.report.language,
        )


def effects(report: Report) -> tables.Table:
    """What each assumption does to the target by itself, in each scenario that sets it."""
    names, words = _scenarios(report), WORDS[report.language]
    study = report.study("effect")
    frame = study[[name for name in names if name != BASE]].rename(columns=names)
    moves = frame.abs().sum(axis=1)
    most = moves.cumsum() - moves < MOST * moves.sum()
    group = most.map({True: words["most"], False: words["rest"]})
    group = group.where(moves >= SEEN, words["none"])
    return tables.table(
        frame,
        fmt="+2",
        unit=unit_words(report.result_of(BASE).unit("target_price"), report.language),
        sections=dict(group[~group.duplicated()]),
        names=dict(study["name"]),
        language=report.language,
    )


def values(report: Report) -> tables.Table:
    """The headline numbers without years that differ, scenarios across."""
    names = _scenarios(report)
    rows = Rows(report, list(names.values()))
    for name in dict.fromkeys((*FIRST, *HEADLINE_SCALARS)):
        references = [f"{scenario}.{name}" for scenario in names]
        if name == "rating":  # a branch has none, which many words would say in every column
            key = rows.add("", WORDS[report.language][name], "text", references)
            none = NO_GRADE[report.language]
            rows.cells[key] = [None if cell == none else cell for cell in rows.cells[key]]
        elif len({report.value(reference) for reference in references}) > 1:
            quantity = QUANTITIES[name]
            unit = report.result_of(BASE).unit(name)
            head = _head(report.translation(quantity.label), unit, report.language)
            rows.add("", head, unit, references)
    return rows.table()


def lines(report: Report) -> tables.Table:
    """The headline lines: years across, one row a scenario."""
    years = report.result_of(BASE).assumptions.years
    rows = Rows(report, [report.period_name(year) for year in years])
    for line in HEADLINE_LINES.values():
        quantity = QUANTITIES[line]
        unit = report.result_of(BASE).unit(line)
        block = _head(report.translation(quantity.label), unit, report.language)
        for scenario, name in _scenarios(report).items():
            rows.add(block, name, unit, [f"{scenario}.{line}.{year}" for year in years])
    return rows.table()


def series(report: Report) -> tables.Table:
    """Assumptions by year that differ: one block a parameter, each reason once."""
    names = _scenarios(report)
    years = report.result_of(BASE).assumptions.years
    rows = Rows(report, [report.period_name(year) for year in years])
    for parameter, scenarios in _differing(report):
        if not parameter.years:
            continue
        unit = unit_shown(parameter)
        block = _head(report.translation(parameter.label), unit, report.language)
        for scenario in (BASE, *scenarios):
            cells = [f"{scenario}.param.{parameter.name}.{year}" for year in years]
            key = rows.add(block, names[scenario], unit, cells)
            rows.explain(key, scenario, parameter)
    return rows.table()


def settings(report: Report) -> tables.Table:
    """Assumptions with one value that differ: a block a scenario, each reason once."""
    names = _scenarios(report)
    rows = Rows(report, [names[BASE], WORDS[report.language]["set"]])
    for scenario in (name for name in names if name != BASE):
        for parameter, scenarios in _differing(report):
            if parameter.years or scenario not in scenarios:
                continue
            unit = unit_shown(parameter)
            head = _head(report.translation(parameter.label), unit, report.language)
            pair = [f"{run}.param.{parameter.name}" for run in (BASE, scenario)]
            key = rows.add(names[scenario], head, unit, pair)
            rows.explain(key, scenario, parameter)
    return rows.table()


def _scenarios(report: Report) -> dict[str, str]:
    """Scenario -> its name in the report's language, `base` first."""
    names = report.dataset.company["scenarios"]
    order = [BASE, *(name for name in names if name != BASE)]
    return {name: names[name][report.language] for name in order}


def _differing(report: Report) -> Iterator[tuple[Parameter, list[str]]]:
    """Parameters that a scenario sets, with those scenarios; the largest effect first."""
    base = report.result_of(BASE).assumptions
    changed = {
        scenario: set(base.differences(report.result_of(scenario).assumptions))
        for scenario in _scenarios(report)
    }
    for name in report.study("effect").index:
        parameter = base.parameters[name]
        yield parameter, [s for s, keys in changed.items() if keys & set(parameter.keys)]


def _reason(report: Report, scenario: str, parameter: Parameter) -> str:
    """Why a scenario sets the parameter; nothing for base, whose reasons stand with the data."""
    reasons = report.result_of(scenario).assumptions.reasons
    return " ".join(next((reasons[k] for k in parameter.keys if reasons.get(k)), "").split())


def _others(rows: Sequence[Explained], colon: str) -> str:
    """What a reason explains beside its first row: assumptions, then the other scenarios.

    A scenario whose assumptions are the same ones is named alone, another one with its own.
    """
    by_scenario: dict[str, list[str]] = {}
    for row in rows:
        by_scenario.setdefault(row.scenario, []).append(row.assumption)
    own = by_scenario.pop(rows[0].scenario)
    told = [
        name if assumptions == own else f"{name}{colon}{'; '.join(assumptions)}"
        for name, assumptions in by_scenario.items()
    ]
    return "; ".join((*own[1:], *told))


def _head(label: str, unit: str, language: str) -> str:
    return ", ".join(part for part in (label, unit_words(unit, language)) if part)


def _cell(report: Report, reference: str) -> Any:
    """A traced number, or a word; None where a scenario has no such year."""
    try:
        found = report.value(reference)
    except (UnknownReference, ParameterError):
        return None
    if isinstance(found, bool):
        return WORDS[report.language][found]
    return found.replace("_", " ") if isinstance(found, str) else found
