"""The name of a run for readers: its scenario, and what was changed on top of it."""

from __future__ import annotations

from collections.abc import Iterator

from thesisbook.data import Dataset
from thesisbook.exhibits.translation import Translation
from thesisbook.exhibits.unit_formats import shown, unit_shown
from thesisbook.model import Assumptions, resolve

WORDS = {
    "en": {"changed": ", changed: ", "between": ", ", "more": " and {} more", "by_year": "by year"},
    "zh": {"changed": "，已改：", "between": "，", "more": "等共 {} 项", "by_year": "逐年"},
}
CHANGES_NAMED = 3


def run_label(assumptions: Assumptions, dataset: Dataset, language: str = "en") -> str:
    """`Base`, or `Base, changed: WACC 12.0%` where the run differs from its scenario as it stands.

    The first three changed parameters are named in the order of the data, the others counted.
    """
    name = dataset.company["scenarios"][assumptions.scenario][language]
    changes = list(changes_of(assumptions, dataset, language))
    if not changes:
        return name
    words, rest = WORDS[language], len(changes) - CHANGES_NAMED
    said = words["between"].join(changes[:CHANGES_NAMED])
    if rest > 0:
        said += words["more"].format(rest if language == "en" else len(changes))
    return f"{name}{words['changed']}{said}"


def changes_of(assumptions: Assumptions, dataset: Dataset, language: str = "en") -> Iterator[str]:
    """`WACC 12.0%`, `Gross margin 2027 50.0%`: a text for each changed parameter.

    `wacc_method` is left out beside a given WACC, which says the same.
    """
    base = resolve(dataset, assumptions.scenario)
    changed = set(assumptions.differences(base))
    if "wacc" in changed and assumptions("wacc_method") == "given":
        changed.discard("wacc_method")
    say = Translation(dataset.words.get(language, {}), language)
    for parameter in assumptions.parameters.values():
        keys = [key for key in parameter.keys if key in changed]
        if not keys:
            continue
        values = dict.fromkeys(assumptions.values[key] for key in keys)
        label = say(parameter.label)
        years = _years(keys) if 0 < len(keys) < len(parameter.years) else ""
        said = WORDS[language]["by_year"]
        if len(values) == 1:
            said = shown(next(iter(values)), unit_shown(parameter), language=language)
        yield " ".join(part for part in (label, years, said) if part)


def _years(keys: list[str]) -> str:
    """`2027`, `2027-2029`, or `2027, 2030` of keys by year."""
    years = [int(key.rpartition(".")[2]) for key in keys]
    if len(years) > 1 and years == list(range(years[0], years[-1] + 1)):
        return f"{years[0]}-{years[-1]}"
    return ", ".join(map(str, years))
