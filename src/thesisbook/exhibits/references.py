"""Resolve references in named numbers: one resolver for all namespaces.

| form | stands for |
|---|---|
| `<entity>.<metric>.<period>` | a fact, in canonical units |
| `model.<quantity>[.<year>]` | the run the reader asked for |
| `published.` `base.` `bull.` `bear.` `<quantity>[.<year>]` | that scenario as it stands |
| `param.<name>[.<year>]` | a parameter of the run; `<scenario>.param.<name>` of a scenario |
| `num.<name>` | another named number |
| `peers.<metric>.<period>` | that fact of every peer that has it, as an Across |
| `audit.<count>` | see `thesisbook.exhibits.audit` |
| `name.<entity>`, `label.<key>`, `company.<key>` | words, dates |
| `run.<scenario, price_date, overrides>` | the run's name, the day of its price, what is set |
| `ledger.` `score.` `event.` `step.` ... | see `thesisbook.exhibits.score_tables` |
| `bridge.` `simulation.` `risk.` ... | see `thesisbook.exhibits.study_tables` |

A quantity by year without its year is a Series.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

from thesisbook.data import Dataset, Fact
from thesisbook.data.faults import nearest
from thesisbook.exhibits.audit import Audit
from thesisbook.exhibits.run_labels import run_label
from thesisbook.exhibits.score_tables import SPACES as SCORED
from thesisbook.exhibits.score_tables import Scoring
from thesisbook.exhibits.sentences import Across, Series
from thesisbook.exhibits.study_tables import SPACES, Studies
from thesisbook.model import Assumptions, Result, resolve, run
from thesisbook.model.quantities import split_year
from thesisbook.model.valuation import UNGRADED

NO_GRADE = {"en": "no grade of its own", "zh": "不单独评级"}
WORDS = {
    "name": "Name",
    "label": "Word of the report",
    "company": "Setting of the report",
    "run": "Name of the run",
}
"""Namespaces of words, and what a receipt calls them."""


class UnknownReference(KeyError):
    """A reference that stands for nothing, with the nearest that do."""

    def __init__(self, reference: str, known: Sequence[str]) -> None:
        hint = f"; nearest: {', '.join(known)}" if known else ""
        super().__init__(f"{reference!r} stands for nothing{hint}")
        self.reference = reference

    def __str__(self) -> str:
        return str(self.args[0])


class Results:
    """The run asked for, and every other scenario as it stands, each run once when first needed."""

    def __init__(
        self, dataset: Dataset, scenario: str, overrides: Mapping[str, Any] | None = None
    ) -> None:
        self.dataset = dataset
        self.scenario = scenario
        self.overrides = dict(overrides or {})
        self._standing: dict[str, Result] = {}
        self._labels: dict[str, str] = {}

    @cached_property
    def current(self) -> Result:
        if not self.overrides:
            return self.of(self.scenario)
        return run(resolve(self.dataset, self.scenario, self.overrides))

    def of(self, scenario: str) -> Result:
        """The result of a scenario without overrides."""
        if scenario not in self._standing:
            self._standing[scenario] = run(resolve(self.dataset, scenario))
        return self._standing[scenario]

    def label(self, language: str = "en") -> str:
        """The name of the run asked for: its scenario's name, and what was changed."""
        if language not in self._labels:
            self._labels[language] = run_label(self.current.assumptions, self.dataset, language)
        return self._labels[language]

    @cached_property
    def house(self) -> Assumptions:
        """What the grade's target assumes: the tree's starting scenario, or else this run."""
        tree: Any = self.dataset.studies.get("tree")
        if not tree:
            return self.current.assumptions
        return resolve(self.dataset, tree.start, self.overrides)

    @cached_property
    def price_fact(self) -> Fact | None:
        """The fact that the share price is read from; None where the price is set by hand."""
        given = self.house
        fact = given.parameters["price"].origin.get("", "")
        known = fact in self.dataset.ids and self.dataset.value(fact) == given("price")
        return self.dataset.fact(fact) if known else None

    def named(self, space: str) -> Result | None:
        """The result behind a namespace (`model`, `base`, ...); None for any other namespace."""
        if space == "model":
            return self.current
        return self.of(space) if space in self.dataset.company["scenarios"] else None


class Resolver:
    """`resolver(reference)` is its value; `number` evaluates `num.<name>`."""

    def __init__(
        self, results: Results, number: Callable[[str], Any], language: str = "en"
    ) -> None:
        self.results = results
        self.dataset = results.dataset
        self.number = number
        self.language = language
        self.studies = Studies(self.dataset, lambda: results.current.assumptions, language)
        self.audit = Audit(self.dataset, self)
        self.scoring = Scoring(self.dataset, lambda: self.studies.tree, language)
        self._spaces: dict[str, Callable[[str], Any]] = {
            **{space: partial(self.studies.value, space) for space in SPACES},
            **{space: partial(self.scoring.value, space) for space in SCORED},
            "audit": self.audit.value,
            "peers": lambda rest: Across(
                (self.dataset.value(fact) for fact in self.peer_facts(rest)),
                (self._word("name", fact.partition(".")[0]) for fact in self.peer_facts(rest)),
            ),
        }

    def peer_facts(self, rest: str) -> list[str]:
        """The ids of `<peer>.<metric>.<period>` for every peer of the company that has it."""
        known = self.dataset.facts(metric=rest.partition(".")[0], period=rest.partition(".")[2])
        by_entity = {fact.entity: fact.id for fact in known if fact.value is not None}
        return [by_entity[p] for p in self.dataset.company["peers"] if p in by_entity]

    def __call__(self, reference: str) -> Any:
        space, _, rest = reference.partition(".")
        if space == "num":
            return self.number(rest)
        if space in WORDS:
            return self._word(space, rest)
        if space in self._spaces:
            return self._spaces[space](rest)
        result = self.results.named("model" if space == "param" else space)
        if result is None:
            return self.dataset.resolve(reference)
        return self._of_run(result, f"param.{rest}" if space == "param" else rest)

    def _of_run(self, result: Result, rest: str) -> Any:
        if rest.startswith("param."):
            return parameter_value(result, rest.removeprefix("param."))
        value = quantity_value(result, rest)
        return self._grade(value) if rest == "rating" else value

    def _grade(self, identity: str) -> str:
        """The name of a grade of the rating scale."""
        if identity == UNGRADED:
            return NO_GRADE[self.language]
        grades = self.dataset.company["rating_scale"]["grades"]
        return next(grade["name"][self.language] for grade in grades if grade["id"] == identity)

    def _run(self, key: str) -> str:
        """`run.scenario` is the name of the run, `run.overrides` what is set on top of it,
        `run.price_date` the day of its share price, empty where that is set by hand."""
        if key == "scenario":
            return self.results.label(self.language)
        if key == "price_date":
            fact = self.results.price_fact
            return fact.period if fact else ""
        if key == "overrides":
            return ", ".join(f"{k} = {v}" for k, v in sorted(self.results.overrides.items()))
        raise UnknownReference(f"run.{key}", ["run.scenario", "run.price_date", "run.overrides"])

    def _word(self, space: str, key: str) -> Any:
        if space == "run":
            return self._run(key)
        if space == "company":
            value: Any = self.dataset.company
            for part in key.split("."):
                value = value[part]
            return value[self.language] if isinstance(value, Mapping) else value
        table = self.dataset.labels if space == "label" else self.dataset.entities
        if key not in table:
            raise UnknownReference(f"{space}.{key}", nearest(key, table))
        if space == "label":
            return table[key][self.language]
        return table[key][f"name_{self.language}"] or table[key]["name_en"]


def quantity_value(result: Result, name: str) -> Any:
    """A quantity of a run: a number, a word (`rating`), or a Series when it runs by year."""
    if name == "rating":
        return result.rating
    stem, year = split_year(name)
    if year is None and stem not in result.scalars and stem in result.lines:
        return Series({int(at): float(number) for at, number in result.series(stem).items()})
    return result.quantity(stem, year)


def parameter_value(result: Result, name: str) -> Any:
    """A parameter of a run: a value, or a Series when it runs by year and no year is given."""
    given = result.assumptions
    keys = given.names(name)
    if keys == (name,):
        return given.values[name]
    return Series({int(key.rpartition(".")[2]): float(given.values[key]) for key in keys})
