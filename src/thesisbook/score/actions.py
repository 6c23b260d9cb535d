"""What a forecast would have us do: parameters or odds changed, and what that is worth."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from thesisbook.data.expressions import Expression, ExpressionError, Value, references
from thesisbook.data.faults import Fault
from thesisbook.data.trees import Tree
from thesisbook.model.assumptions import Assumptions
from thesisbook.model.core import target
from thesisbook.model.parameters import ParameterError
from thesisbook.model.resolving import resolve
from thesisbook.model.result import run
from thesisbook.model.scenario_tree import TreeValue, check_odds, value_tree
from thesisbook.score.kept_results import as_dataset

if TYPE_CHECKING:
    from thesisbook.data import Dataset
    from thesisbook.score.ledger import Ledger

TARGET = "target_price"
_PART = re.compile(r"(?P<name>[A-Za-z0-9_.]+)\s*(?P<how>\*=|\+=|=)\s*(?P<value>\S.*)")
_ALLOWED = "NAME=VALUE, NAME*=FACTOR, NAME+=AMOUNT or DRIVER=STATE:ODDS,STATE:ODDS, by `;`"


@dataclass(frozen=True)
class Action:
    """Changes to the model: values `set`, factors to `scale` by, amounts to `shift` by, other
    `odds`."""

    set: Mapping[str, Any] = field(default_factory=dict)
    scale: Mapping[str, float] = field(default_factory=dict)
    shift: Mapping[str, float] = field(default_factory=dict)
    odds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def read_action(text: str, resolve: Callable[[str], Value]) -> Action:
    """The changes that a cell asks for. Raises ParameterError.

    `launch=timely:0.4,late:0.6` sets odds of a driver; `prices@scarce=war:0.3,firm:0.7` those given
    a state of the driver it depends on; `wacc=0.11`, `units.chip*=1.1`, `gross_margin+=-0.03`. An
    amount may be an expression on facts, which `resolve` looks up.
    """
    odds: dict[str, dict[str, Any]] = {}
    values: dict[str, dict[str, Any]] = {"=": {}, "*=": {}, "+=": {}}
    for part in filter(None, map(str.strip, text.split(";"))):
        head, _, states = part.partition("=")
        if re.fullmatch(r"[a-z0-9_]+(@[a-z0-9_]+)?", head) and ":" in states:
            driver, _, given = head.partition("@")
            chances = odds_of_states(states)
            odds[driver] = {**odds.get(driver, {}), given: chances} if given else chances
            continue
        match = _PART.fullmatch(part)
        if match is None:
            raise ParameterError(f"{part!r} is no action; {_ALLOWED}")
        name, how, value = match["name"], match["how"], match["value"]
        values[how][name] = value if how == "=" and "{" not in value else _amount(value, resolve)
    return Action(values["="], values["*="], values["+="], odds)


def _amount(text: str, resolve: Callable[[str], Value]) -> float:
    try:
        return float(Expression(text).evaluate(resolve))
    except (ExpressionError, ValueError) as error:
        raise ParameterError(f"{text!r} is no number ({error}); {_ALLOWED}") from None


def odds_of_states(text: str) -> dict[str, float]:
    """Odds by state from `timely:0.4,late:0.6`. Raises ParameterError."""
    try:
        pairs = [state.rsplit(":", 1) for state in text.split(",")]
        return {state.strip(): float(chance) for state, chance in pairs}
    except ValueError:
        raise ParameterError(f"{text!r} says no odds; STATE:ODDS,STATE:ODDS is allowed") from None


class Effects:
    """What actions do to the target on the day of a ledger, each worked out once.

    An action of the edition in work changes the house view's tree, that of a kept edition its own
    tree, or its base where it has none, as today's model values it.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._dataset = ledger.dataset
        self._known: dict[tuple[str, str], float] = {}
        self._editions: dict[str, Dataset] = {}
        self._trees: dict[str, TreeValue] = {}
        self._bases: dict[str, Assumptions] = {}

    def _of_edition(self, edition: str) -> Dataset:
        """The data with the assumptions of an edition: the kept ones, or those in work."""
        if edition not in self._editions:
            kept = self._dataset.kept.get(edition)
            self._editions[edition] = as_dataset(self._dataset, kept) if kept else self._dataset
        return self._editions[edition]

    def _base(self, edition: str) -> Assumptions:
        place = edition if edition in self._dataset.kept else ""
        if place not in self._bases:
            self._bases[place] = resolve(self._of_edition(edition))
        return self._bases[place]

    def _tree(self, edition: str) -> TreeValue:
        place = edition if edition in self._dataset.kept else ""
        if place not in self._trees:
            self._trees[place] = value_tree(self._of_edition(edition))
        return self._trees[place]

    def of(self, action: str, edition: str) -> float | None:
        """Change of the target, per share in the trading currency; None without an action, and for
        one that waits for a fact. Raises ParameterError for what the model does not allow.
        """
        if not action or not all(map(self._ledger.is_public, references(_braced(action)))):
            return None
        key = (action, edition)
        if key not in self._known:
            asked = read_action(action, self._dataset.resolve)
            self._known[key] = self._worked_out(asked, edition)
        return self._known[key]

    def _worked_out(self, action: Action, edition: str) -> float:
        dataset = self._of_edition(edition)
        tree = dataset.studies.get("tree")
        if not isinstance(tree, Tree):
            base = self._base(edition)
            if action.odds:
                raise ParameterError(f"the edition of {edition} has no tree: it has no odds")
            return float(target(changed(base, action))) - float(target(base))
        before = self._tree(edition)
        if not (action.set or action.scale or action.shift):
            after = before.with_odds(tree, action.odds)
        else:
            after = value_tree(
                dataset, action.set, odds=action.odds, scale=action.scale, shift=action.shift
            )
        return after.expected(TARGET) - before.expected(TARGET)

    def facts_of(self, edition: str) -> tuple[str, ...]:
        """The facts that the base of an edition reads its target from."""
        base = self._base(edition)
        reached = run(base).graph.reach(TARGET)
        found = set(reached)
        for name in reached:
            if name.startswith("param."):
                for origin in base.parameter(name.removeprefix("param.")).origin.values():
                    found.update(references(origin) if "{" in origin else [origin])
        return tuple(sorted(found.intersection(self._dataset.ids)))

    def faults(self) -> Iterator[Fault]:
        """A fault for each action of ledger and calendar that cannot be read, or that names what
        the model does not know. Nothing is valued: this is quick."""
        for kind in ("forecasts", "calendar"):
            for row in getattr(self._dataset, kind):
                for column in ("up_action", "down_action"):
                    edition = getattr(row, "edition", "")
                    try:
                        asked = read_action(getattr(row, column), lambda _: 0.0)
                        dataset = self._of_edition(edition)
                        tree, base = dataset.studies.get("tree"), self._base(edition)
                        for name in (*asked.set, *asked.scale, *asked.shift):
                            base.names(name)
                        if isinstance(tree, Tree):
                            check_odds(tree, asked.odds)
                        elif asked.odds:
                            raise ParameterError("there is no tree whose odds it could change")
                    except ParameterError as error:
                        file, line = self._dataset.places[f"{kind}.{row.id}"]
                        yield Fault(file, line, column, f"{row.id}: {error}")


def _braced(action: str) -> str:
    """The references of an action as one expression, which only serves to name them."""
    return " + ".join(f"{{{name}}}" for name in re.findall(r"\{([^{}]*)\}", action)) or "0"


def changed(base: Assumptions, action: Action) -> Assumptions:
    """The assumptions after an action without odds."""
    values: dict[str, Any] = {}
    for name, factor in action.scale.items():
        for key in base.names(name):
            values[key] = values.get(key, base.values[key]) * factor
    for name, more in action.shift.items():
        for key in base.names(name):
            values[key] = values.get(key, base.values[key]) + more
    return base.replace({**values, **action.set})
