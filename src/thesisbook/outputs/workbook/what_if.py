"""The value at other inputs, in cells: the part of the model behind a result, once more a case.

A case moves some cells or leaves (`wacc`, `param.ps_discount`). What lies between them and the
result is written again for it, one cell a scalar; lines by year are written into the scalars that
sum them. All else is read where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from thesisbook.model.graph import Graph
from thesisbook.model.quantities import QUANTITIES, split_year
from thesisbook.model.terms import Term, cell
from thesisbook.outputs.workbook.layout import HEADER_ROW, Book, Sheet

MOST = 13  # nodes of an expression that is still written into the one that uses it
LABELS, FIRST = 0, 1


@dataclass(frozen=True)
class Moves:
    """The cells and leaves that cases move, and the scalar they ask for."""

    graph: Graph
    moved: tuple[str, ...]
    result: str

    @cached_property
    def stages(self) -> dict[str, Term]:
        """The scalars between, each over moved names, other stages and cells that stand still."""
        affected = set(self.moved)
        for name in self.graph.cells:
            if affected.intersection(self.graph.inputs(name)):
                affected.add(name)
        behind = {self.result}
        for name in reversed(list(self.graph.cells)):
            if name in behind:
                behind.update(self.graph.inputs(name))
        names = [n for n in self.graph.cells if n in affected & behind and n not in self.moved]
        inlined = {n: self.graph.cells[n] for n in names if split_year(n)[1]}
        found: dict[str, Term] = {}
        for name in (n for n in names if n not in inlined):
            found[name] = substitute(self.graph.cells[name], inlined)
        return self._shortened(found)

    def _shortened(self, stages: dict[str, Term]) -> dict[str, Term]:
        """Small stages that one other uses are written into it."""
        for name in [n for n in stages if n != self.result]:
            users = [user for user, term in stages.items() if name in _names(term)]
            small = sum(1 for _ in stages[name].walk()) <= MOST
            if (
                len(users) == 1
                and small
                and _size(stages[users[0]]) + _size(stages[name]) < 2 * MOST
            ):
                stages[users[0]] = substitute(stages[users[0]], {name: stages[name]})
                del stages[name]
        return stages


def substitute(term: Term, known: Mapping[str, Term]) -> Term:
    """The term with every cell or leaf of `known` replaced, also in what replaces it."""
    if term.op in ("cell", "leaf"):
        return substitute(known[term.name], known) if term.name in known else term
    if not term.parts:
        return term
    return Term(term.op, tuple(substitute(part, known) for part in term.parts))


def _names(term: Term) -> set[str]:
    return {part.name for part in term.walk() if part.op in ("cell", "leaf")}


def _size(term: Term) -> int:
    return sum(1 for _ in term.walk())


@dataclass
class Table:
    """Cases of one kind on a sheet: a row each, the moved names first, then the stages."""

    sheet: Sheet
    name: str
    moves: Moves
    extra: tuple[str, ...] = ()  # columns before the moved ones

    def __post_init__(self) -> None:
        """Writes the heads of the columns."""
        row = self.sheet.row
        for column, words in enumerate(("Case", *self.extra, *self._columns)):
            label = QUANTITIES[words].label if words in QUANTITIES else words
            self.sheet.text(row, column, label, "header" if column == 0 else "header_right")
        self.sheet.row += 1

    @cached_property
    def _columns(self) -> list[str]:
        return [*self.moves.moved, *self.moves.stages]

    def add(self, case: str, words: str, moved: Mapping[str, Term], **extra: Term) -> str:
        """A row: what the moved names are, and what follows; the name of the result's cell."""
        row = self.sheet.row
        self.sheet.text(row, LABELS, words, "note")
        keys = {name: f"x.case.{self.name}.{case}.{name}" for name in self._columns}
        renamed = {name: cell(key) for name, key in keys.items()}
        for k, (name, term) in enumerate(extra.items()):
            self.sheet.term(row, FIRST + k, term, "calc:general", key=self.key(case, name))
        for k, name in enumerate(self._columns):
            stages = self.moves.stages
            term = moved[name] if name in moved else substitute(stages[name], renamed)
            column = FIRST + len(self.extra) + k
            self.sheet.term(row, column, term, "calc:general", key=keys[name])
        self.sheet.row += 1
        return keys[self.moves.result]

    def key(self, case: str, name: str) -> str:
        return f"x.case.{self.name}.{case}.{name}"


def workings(book: Book) -> Sheet:
    """The sheet that the cases stand on."""
    return book.sheet(
        "Workings",
        "Workings: the model once more for other inputs",
        colour="#6B7785",
        freeze=(HEADER_ROW + 1, 1),
        tall=0,
        widths={0: 44, **dict.fromkeys(range(1, 20), 14)},
        subtitle="One row a case. Sensitivities, the football field and the reverse DCF read the"
        " last column of a row.",
    )
